"""The sidebar: the apps of the catalogue with the entries that the actor may open."""

from dataclasses import dataclass

from shuke.access.actor import Actor
from shuke.access.policy import has_ability, policy
from shuke.core.i18n import locale, pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import App, MenuItem
from shuke.reports.reach import dashboards_of


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    icon: str
    path: str
    view: str = ""

    @property
    def address(self) -> str:
        return f"{self.path}?view={self.view}" if self.view else self.path


@dataclass(frozen=True, slots=True)
class Section:
    """One app: its entries, and where its own page is."""

    name: str
    label: str
    icon: str
    color: str
    address: str
    entries: tuple[Entry, ...]


def sections(actor: Actor) -> tuple[Section, ...]:
    """The apps in their order; one without an entry for this actor is left out."""
    return catalogue().derived(("sections", actor.roles, actor.kind, locale()), lambda: _sections(actor))


def _sections(actor: Actor) -> tuple[Section, ...]:
    apps = sorted(catalogue().apps.values(), key=lambda app: (app.order, app.name))
    return tuple(section for app in apps if (section := _section(app, actor)).entries)


def may_build(actor: Actor) -> bool:
    return has_ability(actor, "build")


def may_administer(actor: Actor) -> bool:
    return has_ability(actor, "administer")


def _section(app: App, actor: Actor) -> Section:
    entries = tuple(entry for item in app.menu if (entry := _entry(item, actor)) is not None)
    return Section(app.name, pick(app.label), app.icon, app.color, f"/a/{app.name}", entries)


def _entry(item: MenuItem, actor: Actor) -> Entry | None:
    if item.dashboard:
        return _dashboard(item, actor)
    view = catalogue().views.get(item.view)
    entity = catalogue().entities.get(item.entity or (view.entity if view else ""))
    if entity is None or not policy(actor, entity).may("read"):
        return None
    label = pick(item.label) or (pick(view.label) if view else "") or pick(entity.schema.get("x-plural") or entity.label)
    return Entry(label, item.icon or entity.icon, f"/r/{entity.name}", view.name if view else "")


def _dashboard(item: MenuItem, actor: Actor) -> Entry | None:
    """A dashboard that the actor has; without any part to show it is none."""
    found = next((one for one in dashboards_of(actor) if one.name == item.dashboard), None)
    return None if found is None else Entry(pick(item.label) or pick(found.label), item.icon or found.icon or "layout-dashboard", f"/d/{found.name}")
