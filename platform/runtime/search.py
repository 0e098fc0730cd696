"""The search over everything that the visitor may read: live suggestions, the page of finds, and what to do when there are none."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request

from shuke import records
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields.scope import expression
from shuke.records import Found, Hit, Link, Masked, Record, figures
from shuke.records.marking import Pieces, marked
from shuke.records.titles import titles
from shuke.runtime.blueprint import blueprint
from shuke.runtime.cells import cell_writer
from shuke.runtime.cells import masked as hint
from shuke.runtime.list_request import ListRequest
from shuke.runtime.offers import offers
from shuke.runtime.reach import plural, readable
from shuke.screens.page import go_to_address, render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column, list_plan
from shuke.views.telling import telling_columns

_ON_PAGE, _SUGGESTED, _KINDS = 20, 5, 8
_LONGEST = 200
_DRAWN = frozenset({"state", "choice"})


@dataclass(frozen=True, slots=True)
class HitShown:
    """One find: where it leads, its title, the field in which it was found, and what else tells it apart."""

    id: str
    url: str
    title: Pieces
    place: str
    text: Pieces
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupShown:
    """The finds of one entity."""

    id: str
    label: str
    icon: str
    all_url: str
    all_label: str
    hits: tuple[HitShown, ...]


@screen(blueprint, "/search", permission="signed_in")
def search() -> Response:
    """Records of all entities that hold the words; with `go` straight to the one whose whole number this is."""
    text = _text()
    found = _found(text, _ON_PAGE)
    if "go" in request.args and (address := _only_one(found, text)):
        return go_to_address(address)
    return render(
        "runtime/search.html", fragment="runtime/_search.html", text=text, groups=[_group(one, text, "") for one in found],
        offers=offers(actor(), text) if text and not found else (),
    )


@screen(blueprint, "/search/suggestions", permission="signed_in")
def suggestions() -> Response:
    """The best finds as options of the box below which they open, or of the palette."""
    text, box = _text(), "".join(filter(str.isalnum, request.args.get("box", "")))
    groups = [_group(one, text, box) for one in _found(text, _SUGGESTED, _KINDS)]
    ways = offers(actor(), text) if text and not groups else ()
    template = "runtime/_found_options.html" if "bare" in request.args else "runtime/_suggestions.html"
    search_url = "/search?" + urlencode({"q": text})
    return render(template, text=text, box=box, groups=groups, offers=ways, said=_said(groups, text), search_url=search_url)


def _said(groups: list[GroupShown], text: str) -> str:
    """What a screen reader tells of the finds."""
    if not groups:
        return _("Nothing was found for “%(text)s”.", text=text)
    return _("%(count)s finds: %(kinds)s", count=sum(len(group.hits) for group in groups), kinds=_(", ").join(group.label for group in groups))


def _text() -> str:
    return request.args.get("q", "").strip()[:_LONGEST]


def _found(text: str, limit: int, kinds: int = 0) -> list[Found]:
    """Entities with a whole number first, then in the order of the menus."""
    if not text:
        return []
    return records.search_everywhere(
        actor(), text, limit=limit, kinds=kinds, places=menu_places(), columns=lambda entity: [column.path for column in _columns(entity)],
    )


def menu_places() -> dict[str, int]:
    """Where entities stand in the menus: what people need most comes first."""
    apps = sorted(catalogue().apps.values(), key=lambda app: (app.order, app.name))
    names = (item.entity for app in apps for item in app.menu if item.entity)
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _only_one(found: list[Found], text: str) -> str:
    """The address of the only record with this number, code or address; a name alone leads to the finds."""
    if not any(character.isdigit() or character == "@" for character in text):
        return ""
    whole = [hit for one in found for hit in one.hits if hit.whole]
    return _arrival(whole[0].record) if len(whole) == 1 else ""


def _arrival(record: Record) -> str:
    """The page at which the number of a record arrives: its own, or that of the record it leads to, as far as the visitor reads it."""
    source = record.entity.leads_to
    target = figures.computed_for(actor(), record.entity, record.id, (source,)).get(source) if source else None
    if target is not None:
        name = expression(catalogue(), record.entity.name, source).type.entity
        if titles(actor(), name, [int(target)]):
            return f"/r/{name}/{target}"
    return f"/r/{record.entity.name}/{record.id}"


def _group(found: Found, text: str, box: str) -> GroupShown:
    entity = found.entity
    more = found.total > len(found.hits)
    count = _("more than %(count)s", count=found.total) if found.capped else str(found.total)
    label = _("Show all %(count)s", count=count) if more or found.capped else ""
    return GroupShown(
        f"{box}-{entity.name}", plural(entity), entity.icon or "file", ListRequest(entity.name, search=text).url(), label,
        tuple(_shown(hit, text, box) for hit in found.hits),
    )


def _shown(hit: Hit, text: str, box: str) -> HitShown:
    record = hit.record
    place = pick(hit.field.label) if hit.field else ""
    path = hit.field.name if hit.field else ""
    return HitShown(
        f"{box}-{record.entity.name}-{record.id}", _address(hit), marked(record.title, text) if record.title else [(_("(blank)"), False)], place,
        marked(hit.text[:_LONGEST], text), tuple(_facts(hit, path)),
    )


def _facts(hit: Hit, path: str) -> Iterator[str]:
    """The telling columns, as far as the visitor may see them; the one in which it was found stands there already."""
    for column in _columns(hit.record.entity):
        value = hit.record.values.get(column.path)
        if value not in (None, "", ()) and column.path != path:
            yield _fact(column, value)


def _fact(column: Column, value: object) -> str:
    """Without links, because all of it stands in one."""
    if isinstance(value, Masked):
        return hint(value)
    if isinstance(value, Link):
        return value.title
    return cell_writer(column.type, column.field)(value) if column.field.type in _DRAWN else column.type.format(value, column.field)


def _columns(entity: Entity) -> tuple[Column, ...]:
    return readable(actor(), telling_columns(catalogue(), entity, list_plan(catalogue(), entity.name)))


def _address(hit: Hit) -> str:
    return f"/r/{hit.record.entity.name}/{hit.record.id}"
