"""Users and units as the administration sees them: the record of the system entity and the account behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shuke import records
from shuke.access.actor import Actor
from shuke.core.db import connection
from shuke.core.errors import PlatformError
from shuke.definitions.current import catalogue
from shuke.definitions.store import bump_security_epoch
from shuke.records import Change, Query, Record
from shuke.web.security import assignment_table, role_table, user_table

MOST_UNITS = 5000
USER_FIELDS = ("name", "username", "email", "phone", "unit", "superior", "locale", "active")
UNIT_FIELDS = ("name", "kind", "code", "parent", "active")


@dataclass(frozen=True, slots=True)
class AccountState:
    """What the account tells besides the record."""

    active: bool
    last_login: datetime | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit and what lies below it."""

    record: Record
    depth: int
    children: tuple["UnitNode", ...]

    def flat(self) -> Iterable["UnitNode"]:
        yield self
        for child in self.children:
            yield from child.flat()


@records.on_change
def forget_actors(changes: Sequence[Change]) -> None:
    """Rights follow from users and units, whichever way these are changed."""
    if any(change.entity.system for change in changes):
        bump_security_epoch()


def account_states(ids: Sequence[int]) -> Mapping[int, AccountState]:
    """The accounts of these users, with one statement."""
    user, role, assigned = user_table.c, role_table.c, assignment_table.c
    rows = connection().execute(
        sa.select(user.id, user.active, user.last_login, role.name)
        .select_from(user_table.outerjoin(assignment_table, assigned.user_id == user.id).outerjoin(role_table, role.id == assigned.role_id))
        .where(user.id.in_(ids)).order_by(user.id, role.name)
    ).all()
    found: dict[int, AccountState] = {}
    for row in rows:
        earlier = found.get(row.id)
        names = (*(earlier.roles if earlier else ()), *((row.name,) if row.name else ()))
        found[row.id] = AccountState(bool(row.active), row.last_login, names)
    return found


def members_of(role_name: str) -> list[int]:
    """The ids of the users who have the role."""
    role, assigned = role_table.c, assignment_table.c
    return list(connection().scalars(
        sa.select(assigned.user_id).join(role_table, role.id == assigned.role_id).where(role.name == role_name).order_by(assigned.user_id)
    ))


def member_counts() -> Mapping[str, int]:
    role, assigned = role_table.c, assignment_table.c
    rows = connection().execute(
        sa.select(role.name, sa.func.count()).join(assignment_table, role.id == assigned.role_id).group_by(role.name)
    )
    return {row[0]: row[1] for row in rows}


def users(actor: Actor, query: Query) -> records.Page:
    return records.query(actor, catalogue().entity("user"), query)


def user(actor: Actor, user_id: int) -> Record:
    return records.get(actor, catalogue().entity("user"), user_id)


def unit_tree(actor: Actor) -> tuple[UnitNode, ...]:
    """All units, from the top; a unit whose parent is not seen stands at the top itself."""
    found = records.every(actor, catalogue().entity("unit"), Query(fields=UNIT_FIELDS, sort=("name",), limit=MOST_UNITS), "read")
    by_parent: dict[int | None, list[Record]] = {}
    everything = {record.id: record for record in found}
    for record in everything.values():
        parent = link_id(record.values.get("parent"))
        by_parent.setdefault(parent if parent in everything else None, []).append(record)
    return tuple(_node(record, by_parent, 0) for record in by_parent.get(None, ()))


def unit_choices(actor: Actor) -> list[tuple[str, str]]:
    """Units for a select box, indented by their depth."""
    return [
        (str(node.record.id), "\u2003" * node.depth + node.record.title)
        for root in unit_tree(actor) for node in root.flat()
    ]


def save_user(actor: Actor, user_id: int, values: Mapping[str, Any], *, new: bool, revision: int | None = None) -> None:
    """Write the record that belongs to an account; its id is the account's."""
    entity = catalogue().entity("user")
    if new:
        _created(actor, user_id, values)
    else:
        records.save(actor, entity, values, id=user_id, revision=revision)


def _created(actor: Actor, user_id: int, values: Mapping[str, Any]) -> None:
    saved = records.save_many(actor, catalogue().entity("user"), [records.Input(values, as_id=user_id)])[0]
    if isinstance(saved, PlatformError):
        raise saved


def change_own_language(actor: Actor, locale: str) -> None:
    """Everybody may choose the own language, also without the right to edit users."""
    entity = catalogue().entity("user")
    records.save(Actor.system("own language"), entity, {"locale": locale}, id=actor.id)


def link_id(value: object) -> int | None:
    """The id of a link as `records` gives it."""
    return value.id if isinstance(value, records.Link) else None


def _node(record: Record, by_parent: Mapping[int | None, list[Record]], depth: int) -> UnitNode:
    return UnitNode(record, depth, tuple(_node(child, by_parent, depth + 1) for child in by_parent.get(record.id, ())))


def names_of(actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """What these users are called; unknown ones are left out."""
    wanted = tuple(sorted({id_ for id_ in ids if id_}))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _PAGE):
        some = wanted[start : start + _PAGE]
        found |= {record.id: record.title for record in users(actor, Query(fields=("name",), ids=some, limit=_PAGE, count=False)).records}
    return found


_PAGE = 200
