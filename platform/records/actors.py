"""Making the actor for a user: roles, units and reporting line, read once for each change of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core.db import connection
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.records.shapes import shape

STAND_IN = -1
"""The id of an actor that is nobody in particular."""

# FAB's own tables say who has which role; nothing else of them is read here.
_role = sa.table("ab_role", sa.column("id"), sa.column("name"))
_user_role = sa.table("ab_user_role", sa.column("user_id"), sa.column("role_id"))


def load_actor(user_id: int, kind: str = "user") -> Actor:
    """The actor of an active user; `NotFound` when there is none."""
    users, units = shape("user").table, shape("unit").table
    row = connection().execute(
        sa.select(users.c.name, users.c.username, users.c.unit_id.label("unit"), users.c.locale, users.c.active).where(users.c.id == user_id, users.c.deleted_at.is_(None))
    ).first()
    if row is None or row.active is False:
        raise NotFound(_("This user does not exist or may not sign in."))
    roles = connection().scalars(sa.select(_role.c.name).join_from(_user_role, _role, _role.c.id == _user_role.c.role_id).where(_user_role.c.user_id == user_id))
    tree = _Tree(connection().execute(sa.select(units.c.id, units.c.parent, units.c.kind).where(units.c.deleted_at.is_(None))).all())
    reports: dict[int, list[int]] = defaultdict(list)
    for id_, superior in connection().execute(sa.select(users.c.id, users.c.superior).where(users.c.superior.is_not(None), users.c.deleted_at.is_(None))):
        reports[superior].append(id_)
    return Actor(
        user_id, kind, row.name or row.username, frozenset(roles), row.unit,
        tree.below(row.unit), tree.kin(row.unit), _below(user_id, reports), row.locale or "zh",
    )


def stand_in(role: str, name: str, unit: int | None) -> Actor:
    """Somebody with one role in a unit, who owns nothing: to see what the role shows."""
    units = shape("unit").table
    tree = _Tree(connection().execute(sa.select(units.c.id, units.c.parent, units.c.kind).where(units.c.deleted_at.is_(None))).all())
    return Actor(STAND_IN, "user", name, frozenset({role}), unit if tree.below(unit) else None, tree.below(unit), tree.kin(unit))


def members_of_roles() -> Mapping[str, int]:
    """How many people who may sign in each role has."""
    users = shape("user").table
    statement = sa.select(_role.c.name, sa.func.count()).join_from(_user_role, _role, _role.c.id == _user_role.c.role_id)
    statement = statement.join(users, users.c.id == _user_role.c.user_id).where(users.c.deleted_at.is_(None), users.c.active.is_(True)).group_by(_role.c.name)
    return {row[0]: row[1] for row in connection().execute(statement)}


class _Tree:
    """The units, their parents and kinds."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._parent: dict[int, int | None] = {}
        self._kind: dict[int, str] = {}
        self._children: dict[int, list[int]] = defaultdict(list)
        for id_, parent, kind in rows:
            self._parent[id_], self._kind[id_] = parent, kind
            if parent is not None:
                self._children[parent].append(id_)

    def below(self, unit: int | None) -> tuple[int, ...]:
        """The unit and all below it."""
        return () if unit is None or unit not in self._parent else (unit, *_below(unit, self._children))

    def kin(self, unit: int | None) -> Mapping[str, tuple[int, ...]]:
        """For each kind of unit on the way up: the units at and below the nearest one of it."""
        found: dict[str, tuple[int, ...]] = {}
        seen: set[int] = set()
        while unit is not None and unit in self._parent and unit not in seen:
            seen.add(unit)
            found.setdefault(self._kind[unit], self.below(unit))
            unit = self._parent[unit]
        return found


def _below(top: int, children: Mapping[int, Iterable[int]]) -> tuple[int, ...]:
    found: dict[int, None] = {}
    waiting = list(children.get(top, ()))
    while waiting:
        one = waiting.pop()
        if one not in found and one != top:
            found[one] = None
            waiting.extend(children.get(one, ()))
    return tuple(found)
