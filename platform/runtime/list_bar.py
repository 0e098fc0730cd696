"""The bar above a list: the views to choose from, which of them is open, and what can be done with it."""

from dataclasses import dataclass, replace

from shuke.access.actor import Actor
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.runtime.list_request import PLAIN, ListRequest
from shuke.runtime.list_state import Listing, opens_first
from shuke.views import is_plain, lists_of
from shuke.views.saved import SavedView, may_change

_ICONS = {"board": "layout-kanban", "calendar": "calendar", "gallery": "layout-grid"}


@dataclass(frozen=True, slots=True)
class Tab:
    """One list to choose; `kind` tells definitions from one's own views and those that are shared."""

    label: str
    url: str
    active: bool
    kind: str
    by: str = ""
    """Who shares it."""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    tabs: tuple[Tab, ...]
    changed: bool
    """Comes from a saved view and differs from it."""
    keepable: bool
    """Is more than the bare list, so that it is worth to be kept."""
    save_url: str
    save_as_url: str
    discard_url: str
    edit_url: str
    delete_url: str
    first_url: str
    view: str
    """What to open first when this view is chosen for that."""
    is_first: bool
    columns_url: str
    sort_url: str
    sorted_by: int
    group_url: str
    bulk_url: str
    state: str
    """The whole state as parameters, for what is asked beside the list."""


def shown(who: Actor, listed: Listing) -> Bar:
    asked, saved = listed.asked.first_page(), listed.saved
    first = opens_first(who, listed.shelf, listed.entity.name)
    view = str(saved.id) if saved else asked.view or PLAIN
    mine = saved is not None and may_change(who, saved)
    own = f"/r/{listed.entity.name}/views/{saved.id}" if saved else ""
    return Bar(
        _tabs(who, listed, first), asked.is_changed, asked != ListRequest(asked.entity, asked.view) and (saved is None or asked.is_changed),
        _with_state(f"{own}/save", asked) if mine and asked.is_changed else "", asked.url("/views/new"),
        f"/r/{asked.entity}?saved={asked.saved}" if asked.is_changed else "",
        f"{own}/edit" if mine else "", f"{own}/delete" if mine else "", f"/r/{listed.entity.name}/views/first", view, view == first,
        asked.url("/columns"), asked.url("/sort"), len(asked.sort), asked.url("/group"), f"/r/{listed.entity.name}/bulk",
        replace(asked, origin=None).url().partition("?")[2],
    )


def _with_state(path: str, asked: ListRequest) -> str:
    query = replace(asked, saved=0, origin=None).url().partition("?")[2]
    return f"{path}?{query}" if query else path


def _tabs(who: Actor, listed: Listing, first: str) -> tuple[Tab, ...]:
    """The definition's views, then the own ones, then those of others."""
    entity, asked = listed.entity.name, listed.asked
    tabs = []
    views = lists_of(catalogue(), entity)
    for view in views:
        name = view.name if not is_plain(view) else "" if first == PLAIN else PLAIN
        active = not asked.saved and (asked.view_name == view.name or not asked.view_name and is_plain(view))
        tabs.append(Tab(pick(view.label), ListRequest(entity, name).url(), active, "given", icon=_ICONS.get(view.kind, "")))
    if not any(map(is_plain, views)) and (views or listed.shelf.views):
        name = "" if first == PLAIN else PLAIN
        tabs.insert(0, Tab(_("All"), ListRequest(entity, name).url(), not asked.saved and not asked.view_name, "given"))
    tabs += [_saved_tab(who, asked, saved) for saved in sorted(listed.shelf.views, key=lambda one: (one.owner != who.id, one.name))]
    return tuple(tabs) if len(tabs) > 1 else ()


def _saved_tab(who: Actor, asked: ListRequest, saved: SavedView) -> Tab:
    kind = "shared" if saved.shared else "own"
    return Tab(saved.name, f"/r/{asked.entity}?saved={saved.id}", asked.saved == saved.id, kind, "" if saved.owner == who.id else saved.owner_name)
