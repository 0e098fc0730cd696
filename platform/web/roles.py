"""Roles: who has them and what they grant; what they grant is changed in the builder."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Grant, Role
from shuke.records import Query
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.web.blueprint import blueprint
from shuke.web.directory import member_counts, members_of, users

_MOST_MEMBERS = 200


@dataclass(frozen=True, slots=True)
class GrantShown:
    """A grant in words."""

    entity: str
    operations: tuple[str, ...]
    scope: str
    where: str
    limited: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """What one role may do with the records of one entity."""

    operations: tuple[str, ...]
    scope: str
    is_limited: bool
    """Some fields, or some records only."""


@dataclass(frozen=True, slots=True)
class GridApp:
    """The entities of one app, each with what every role may do."""

    label: str
    rows: tuple[tuple[str, str, tuple[Granted | None, ...]], ...]


@screen(blueprint, "/admin/roles", permission="administer")
def role_list() -> Response:
    """Who may do what: roles beside each other, entities below each other."""
    roles = sorted(catalogue().roles.values(), key=lambda role: pick(role.label))
    return render(
        "web/roles.html", roles=roles, counts=member_counts(), abilities=ability_words, grid=_grid(roles), operations=operation_words(), letters=_letters(),
    )


@screen(blueprint, "/admin/roles/<name>", permission="administer")
def role(name: str) -> Response:
    """What one role grants, and to whom."""
    found = catalogue().roles.get(name)
    if found is None:
        raise NotFound
    ids = tuple(members_of(name)[:_MOST_MEMBERS])
    members = users(actor(), Query(fields=("name", "username", "unit", "active"), ids=ids, limit=_MOST_MEMBERS)).records if ids else ()
    return render("web/role.html", role=found, grants=[_shown(grant) for grant in found.grants], members=members, abilities=ability_words)


def operation_words() -> dict[str, str]:
    """The operations in the order in which they are told."""
    return {
        "read": _("read"), "create": _("create"), "update": _("change"), "delete": _("delete"), "export": _("export"),
        "import": _("import"), "print": _("print"), "transition": _("move through states"),
    }


def _letters() -> dict[str, str]:
    """One letter for each operation, so that a grid can be taken in at a glance."""
    return {
        "read": _("R"), "create": _("C"), "update": _("U"), "delete": _("D"), "export": _("E"), "import": _("I"), "print": _("P"), "transition": _("T"),
    }


def _grid(roles: Sequence[Role]) -> list[GridApp]:
    """All entities by app, the platform's own last."""
    published = catalogue()
    apps = sorted(published.apps.values(), key=lambda app: (app.order, app.name))
    parts = [(pick(app.label), [one for one in published.entities.values() if one.app == app.name and not one.system]) for app in apps]
    parts.append((_("Organisation"), [one for one in published.entities.values() if one.system]))
    return [
        GridApp(label, tuple((pick(one.label), one.icon, tuple(_granted(role, one.name) for role in roles)) for one in entities))
        for label, entities in parts if entities
    ]


def _granted(role: Role, entity: str) -> Granted | None:
    grants = [grant for grant in role.grants if grant.entity in (entity, "*")]
    operations = tuple(name for name in operation_words() if any(name in grant.operations for grant in grants))
    if not operations:
        return None
    scopes = [grant.scope for grant in grants if "read" in grant.operations] or [grant.scope for grant in grants]
    widest = next((name for name in ("all", *_kinds(), "unit", "subordinates", "own") if name in scopes), scopes[0])
    limited = all(grant.where or set(grant.fields.values()) & {"masked", "hidden"} for grant in grants)
    return Granted(operations, _scope(widest), limited)


def _kinds() -> list[str]:
    return [option.code for option in catalogue().unit_kinds]


def ability_words(role: Role) -> list[str]:
    words = {"build": _("Builds apps"), "administer": _("Administers users and settings")}
    return [words[name] for name in ("build", "administer") if name in role.abilities]


def _shown(grant: Grant) -> GrantShown:
    entity = catalogue().entities.get(grant.entity)
    operations = operation_words()
    rights = {"write": _("may change"), "read": _("may read"), "masked": _("sees masked"), "hidden": _("does not see")}
    limited = tuple((_field_label(grant.entity, name), rights[right]) for name, right in grant.fields.items())
    return GrantShown(
        pick(entity.label) if entity else _("All entities"), tuple(words for code, words in operations.items() if code in grant.operations),
        _scope(grant.scope), grant.where, limited,
    )


def _scope(name: str) -> str:
    kinds = {option.code: pick(option.label) for option in catalogue().unit_kinds}
    scopes = {"own": _("own records"), "subordinates": _("own records and those of subordinates"), "unit": _("own unit and below"), "all": _("all records")}
    return scopes.get(name) or _("own %(kind)s and below", kind=kinds.get(name, name))


def _field_label(entity: str, name: str) -> str:
    if name == "*":
        return _("all other fields")
    found = catalogue().entities.get(entity)
    if found is None or not found.has(name.partition(".")[0]):
        return name
    table, _dot, column = name.partition(".")
    of = found.field(table)
    words = pick(of.label) or table
    return f"{words} · {pick(of.child(column).label) or column}" if column else words
