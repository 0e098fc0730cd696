"""The command palette: everywhere that this visitor may go and what the visitor may begin, found by name, pinyin or initials."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, current_app, url_for

from shuke.access import Actor
from shuke.access.policy import policy
from shuke.core.i18n import gettext as _
from shuke.core.i18n import locale, pick, use_locale
from shuke.definitions.current import catalogue
from shuke.records.recent import recent
from shuke.records.words import keys, normalise
from shuke.reports.reach import dashboards_of
from shuke.runtime.blueprint import blueprint
from shuke.runtime.offers import in_menus
from shuke.runtime.reach import plural
from shuke.runtime.seen import seen
from shuke.screens.navigation import may_administer, may_build, sections
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, visitor
from shuke.views import is_plain, lists_of
from shuke.views.saved import shelf

_LOCALES = ("zh", "en")
_RECENT = 6


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette. `id` stays the same in all languages; `form` names what is done with `value` instead of going somewhere."""

    id: str
    kind: str
    label: str
    icon: str
    url: str = ""
    dialog: str = ""
    form: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class CommandShown:
    command: Command
    keys: str
    """What it is found by: its names in all languages, their pinyin and initials."""


@screen(blueprint, "/palette", permission="signed_in")
def palette() -> Response:
    """All commands of this visitor; the browser narrows them down while one types."""
    who = actor()
    kept: tuple[CommandShown, ...] = catalogue().derived(("palette", who.rights, who.kind, locale()), lambda: _all(who))
    return render("runtime/_palette.html", fragment="runtime/_palette.html", commands=(*_visited(who), *kept, *_own_views(who)))


def _all(who: Actor) -> tuple[CommandShown, ...]:
    """With the names in the other languages, which are made by asking once for each."""
    names: dict[str, dict[str, None]] = {}
    for language in _LOCALES:
        with use_locale(language):
            for command in _commands(who):
                names.setdefault(command.id, {})[command.label] = None
    return tuple(_shown(command, *names[command.id]) for command in _commands(who))


def _shown(command: Command, *names: str) -> CommandShown:
    found = {key: None for name in names or (command.label,) for key in (normalise(name), *keys(name))}
    return CommandShown(command, " ".join(found))


def _commands(who: Actor) -> Iterator[Command]:
    yield Command("home", _("Go to"), _("Home"), "home", "/")
    yield from _places(who)
    yield from _lists(who)
    yield from _creations(who)
    yield from _set_up(who)
    yield from _own(who)


def _places(who: Actor) -> Iterator[Command]:
    """The menus, and the dashboards beside them."""
    told = {"/"}
    for section in sections(who):
        for entry in section.entries:
            told.add(entry.address)
            yield Command(entry.address, section.label, entry.label, entry.icon or "file", entry.address)
        yield Command(section.address, _("App"), section.label, section.icon or "apps", section.address)
    for board in dashboards_of(who):
        if f"/d/{board.name}" not in told:
            yield Command(f"/d/{board.name}", _("Dashboard"), pick(board.label), board.icon or "layout-dashboard", f"/d/{board.name}")


def _lists(who: Actor) -> Iterator[Command]:
    """Lists that stand in no menu: other views, and entities without an entry."""
    told = {entry.address for section in sections(who) for entry in section.entries}
    for entity in catalogue().entities.values():
        if not policy(who, entity).may("read") or entity.system:
            continue
        address = f"/r/{entity.name}"
        if address not in told:
            yield Command(address, _("List"), plural(entity), entity.icon or "list", address)
        for view in lists_of(catalogue(), entity.name):
            if not is_plain(view) and f"{address}?view={view.name}" not in told:
                yield Command(f"{address}?view={view.name}", plural(entity), pick(view.label), entity.icon or "list", f"{address}?view={view.name}")


def _creations(who: Actor) -> Iterator[Command]:
    for name in in_menus(who):
        entity = catalogue().entity(name)
        if policy(who, entity).may("create") and not entity.system:
            address = f"/r/{name}/new"
            yield Command(address, _("New"), _("New: %(entity)s", entity=pick(entity.label)), "plus", address, f"{address}?view=quick&dialog=1&box=search")


def _set_up(who: Actor) -> Iterator[Command]:
    """The pages of the administration that this installation has."""
    kind = _("Set-up")
    if may_build(who) and "builder.home" in current_app.view_functions:
        yield Command("build", kind, _("Builder"), "tools", url_for("builder.home"))
    if not may_administer(who):
        return
    pages = (
        ("web.admin", _("Administration"), "settings"), ("web.user_list", _("Users"), "users"), ("web.new_user", _("New user"), "user-plus"),
        ("web.unit_list", _("Organisation"), "sitemap"), ("web.role_list", _("Roles"), "shield-lock"), ("web.company", _("Company"), "building"),
        ("web.token_list", _("API tokens"), "key"), ("web.system", _("System"), "server"),
    )
    for endpoint, label, icon in pages:
        if endpoint in current_app.view_functions:
            yield Command(endpoint, kind, label, icon, url_for(endpoint))


def _own(who: Actor) -> Iterator[Command]:
    """What concerns this person alone."""
    kind = _("Yours")
    yield Command("imports", kind, _("Imports"), "file-import", url_for("runtime.import_history"))
    yield Command("me", kind, _("Your account"), "user-circle", url_for("web.me"))
    yield Command("password", kind, _("Change the password"), "key", url_for("web.change_password"))
    yield Command("formulas", kind, _("Help on formulas"), "math-function", url_for("runtime.formulas"))
    for name, label, icon in (("light", _("Light colours"), "sun"), ("dark", _("Dark colours"), "moon"), ("auto", _("Colours as the device"), "sun-moon")):
        yield Command(f"theme {name}", kind, label, icon, form="theme", value=name)
    for code, label in (("zh", "中文"), ("en", "English")):
        if code != locale():
            yield Command("language", kind, label, "language", form="palette-language", value=code)
    yield Command("shortcuts", kind, _("Keyboard shortcuts"), "command", form="shortcuts")
    yield Command("logout", kind, _("Sign out"), "logout", form="palette-logout")


def _visited(who: Actor) -> Iterator[CommandShown]:
    for item in recent(who, _RECENT, seen()):
        address = f"/r/{item.entity.name}/{item.id}"
        yield _shown(Command(address, pick(item.entity.label), item.title or f"#{item.id}", item.entity.icon or "file", address))


def _own_views(who: Actor) -> Iterator[CommandShown]:
    """The saved views of the lists in the menus."""
    for name in in_menus(who):
        entity = catalogue().entity(name)
        for view in shelf(who, name, visitor().epoch).views:
            address = f"/r/{name}?saved={view.id}"
            yield _shown(Command(address, plural(entity), view.name, entity.icon or "list", address))
