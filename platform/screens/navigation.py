"""The sidebar: the apps of the catalogue with the entries that the actor may open."""

from dataclasses import dataclass

from shuke.access.actor import Actor
from shuke.access.policy import has_ability, policy
from shuke.core.i18n import locale, pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import App, MenuItem
from shuke.reports.reach import dashboards_of

_MOST_CREATES = 8


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
    return catalogue().derived(("sections", actor.rights, actor.kind, locale()), lambda: _sections(actor))


def _sections(actor: Actor) -> tuple[Section, ...]:
    apps = sorted(catalogue().apps.values(), key=lambda app: (app.order, app.name))
    return tuple(section for app in apps if (section := _section(app, actor)).entries)


@dataclass(frozen=True, slots=True)
class QuickCreate:
    """A record that can be added from anywhere: in a dialog where the entity has a quick form, else on its own page."""

    label: str
    icon: str
    address: str
    dialog: str


def quick_creates(actor: Actor) -> tuple[QuickCreate, ...]:
    """What the actor may add, in the order of the menus; entities with a quick form only, if there is one at all."""
    return catalogue().derived(("quick creates", actor.rights, actor.kind, locale()), lambda: _quick_creates(actor))


def app_of(actor: Actor, path: str, view: str = "") -> str:
    """The app in whose menu an address stands: with this view if there is one, else without any, else with another."""
    known = sections(actor)
    for wanted in (f"{path}?view={view}", path):
        for section in known:
            if wanted == section.address or any(entry.address == wanted for entry in section.entries):
                return section.name
    return next((section.name for section in known if any(entry.path == path for entry in section.entries)), "")


def _quick_creates(actor: Actor) -> tuple[QuickCreate, ...]:
    names = dict.fromkeys(entry.path.removeprefix("/r/") for section in sections(actor) for entry in section.entries if entry.path.startswith("/r/"))
    allowed = [entity for name in names if policy(actor, entity := catalogue().entities[name]).may("create")]
    quick = [entity for entity in allowed if f"{entity.name}.form.quick" in catalogue().views]
    return tuple(
        QuickCreate(pick(entity.label), entity.icon or "plus", f"/r/{entity.name}/new", f"/r/{entity.name}/new?view=quick&dialog=1" if quick else "")
        for entity in (quick or allowed)[:_MOST_CREATES]
    )


def may_build(actor: Actor) -> bool:
    return has_ability(actor, "build")


def may_administer(actor: Actor) -> bool:
    return has_ability(actor, "administer")


def _section(app: App, actor: Actor) -> Section:
    entries = tuple(entry for item in app.menu if (entry := _entry(item, app.icon, actor)) is not None)
    return Section(app.name, pick(app.label), app.icon, app.color, f"/a/{app.name}", entries)


def _entry(item: MenuItem, icon: str, actor: Actor) -> Entry | None:
    """`icon`: the app's, for an entry that has none of its own."""
    if item.dashboard:
        return _dashboard(item, actor)
    view = catalogue().views.get(item.view)
    entity = catalogue().entities.get(item.entity or (view.entity if view else ""))
    if entity is None or not policy(actor, entity).may("read"):
        return None
    label = pick(item.label) or (pick(view.label) if view else "") or pick(entity.schema.get("x-plural") or entity.label)
    return Entry(label, item.icon or entity.icon or icon, f"/r/{entity.name}", view.name if view else "")


def _dashboard(item: MenuItem, actor: Actor) -> Entry | None:
    """A dashboard that the actor has; without any part to show it is none."""
    found = next((one for one in dashboards_of(actor) if one.name == item.dashboard), None)
    return None if found is None else Entry(pick(item.label) or pick(found.label), item.icon or found.icon or "layout-dashboard", f"/d/{found.name}")
