"""Roles: who has them and what they grant; what they grant is changed in the builder."""

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


@screen(blueprint, "/admin/roles", permission="administer")
def role_list() -> Response:
    roles = sorted(catalogue().roles.values(), key=lambda role: pick(role.label))
    return render("web/roles.html", roles=roles, counts=member_counts(), abilities=ability_words)


@screen(blueprint, "/admin/roles/<name>", permission="administer")
def role(name: str) -> Response:
    """What one role grants, and to whom."""
    found = catalogue().roles.get(name)
    if found is None:
        raise NotFound
    ids = tuple(members_of(name)[:_MOST_MEMBERS])
    members = users(actor(), Query(fields=("name", "username", "unit", "active"), ids=ids, limit=_MOST_MEMBERS)).records if ids else ()
    return render("web/role.html", role=found, grants=[_shown(grant) for grant in found.grants], members=members, abilities=ability_words)


def ability_words(role: Role) -> list[str]:
    words = {"build": _("Builds apps"), "administer": _("Administers users and settings")}
    return [words[name] for name in ("build", "administer") if name in role.abilities]


def _shown(grant: Grant) -> GrantShown:
    entity = catalogue().entities.get(grant.entity)
    operations = {
        "read": _("read"), "create": _("create"), "update": _("change"), "delete": _("delete"), "export": _("export"),
        "import": _("import"), "print": _("print"), "transition": _("move through states"),
    }
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
