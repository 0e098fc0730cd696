"""Row filters of permission groups and conditions for people, as SQL."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from shuke.access import Actor, SharedGrant, policy
from shuke.core.errors import InvalidInput, UnknownName
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Grant
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import expression
from shuke.records.shapes import field_at, link_target
from shuke.records.values import Condition, Conditions
from shuke.records.virtual import is_computed

if TYPE_CHECKING:
    from shuke.records.source import RecordSource


DEEPEST = 3
"""How many groups of conditions may stand in each other."""
MOST = 200
"""How many conditions a query may have; databases take only so many in one statement."""
SPOKEN: Mapping[str, str] = MappingProxyType({"@me": "user", "@my_unit": "unit"})
"""What a condition on a link may name instead of a record, and the entity that it is one of."""


def variable(actor: Actor, name: str) -> object:
    """The value of `me`, `my_unit`, `my_unit_tree` or `my_subordinates`."""
    return {
        "me": actor.id or None,
        "my_unit": actor.unit,
        "my_unit_tree": actor.units,
        "my_subordinates": actor.subordinates,
    }[name]


def row_filter(actor: Actor, entity: Entity, operation: str, source: "RecordSource") -> ColumnElement[bool] | None:
    """The rows on which the actor may do this; None: all of them. False where no grant gives the operation."""
    rights = policy(actor, entity)
    if rights.unlimited:
        return None
    allowed = any_grant(actor, rights.granted(operation), source)
    if not entity.scope:
        return allowed
    wall = wall_filter(actor, entity, source)
    if actor.through is not None and not policy(actor.through, entity).unlimited:
        wall = sa.and_(wall, wall_filter(actor.through, entity, source))
    return wall if allowed is None else sa.and_(allowed, wall)


def any_grant(actor: Actor, grants: Iterable[Grant], source: "RecordSource") -> ColumnElement[bool] | None:
    """The rows that at least one of these grants covers; None: all."""
    parts = []
    for grant in grants:
        part = _grant_filter(actor, grant, source)
        if part is None:
            return None
        parts.append(part)
    return sa.or_(*parts) if parts else sa.false()


def condition_filter(conditions: Iterable[Condition | Conditions], source: "RecordSource") -> list[ColumnElement[bool]]:
    """Conditions for people; a field that the actor may not read is as unknown as one that does not exist."""
    conditions = list(conditions)
    if sum(_size(condition) for condition in conditions) > MOST:
        raise InvalidInput({"conditions": [_("At most %(most)s conditions can be asked for at once.", most=MOST)]})
    return [_part(condition, source, 1) for condition in conditions]


def _size(part: Condition | Conditions) -> int:
    return 1 if isinstance(part, Condition) else sum(1 for _one in part.walk())


def _part(part: Condition | Conditions, source: "RecordSource", depth: int) -> ColumnElement[bool]:
    if isinstance(part, Condition):
        return _condition(part, source)
    if depth > DEEPEST:
        raise InvalidInput({"conditions": [_("Groups of conditions may stand in each other %(depth)s deep at most.", depth=DEEPEST)]})
    inner = [_part(one, source, depth + 1) for one in part.parts]
    if not inner:
        return sa.true()
    return sa.or_(*inner) if part.either else sa.and_(*inner)


def _condition(condition: Condition, source: "RecordSource") -> ColumnElement[bool]:
    path = tuple(condition.field.split("."))
    try:
        one = field_at(source.shape, path)
        type_ = FIELD_TYPES[one.type]
        if len(path) == 1 and not type_.stored and not is_computed(one):  # a collection is compared by the id of its record
            source.require(source.shape.entity, source.shape.right_name(one.name))
            column = type_.column(one, source.table)
        else:
            column = source.column(path)
    except UnknownName:
        raise InvalidInput({condition.field: [_("There is no field “%(name)s” to filter by.", name=condition.field)]}) from None
    try:
        values = spoken(source.actor, link_target(one), condition.values)
        operator = type_.operator(condition.operator, one)
        return sa.false() if condition.values and not values else operator.condition(type_, column, values, one, source.dialect)
    except ValueError as wrong:
        raise InvalidInput({condition.field: [str(wrong)]}) from None


def spoken(actor: Actor, target: str, values: Iterable[str]) -> tuple[str, ...]:
    """The values with ids in place of words like `@me`; a person without a unit has none for `@my_unit`."""
    found: list[str] = []
    for value in values:
        if SPOKEN.get(value) != target or not target:
            found.append(value)
        elif (meant := variable(actor, value.removeprefix("@"))) is not None:
            found.extend(str(id_) for id_ in (meant if isinstance(meant, tuple) else (meant,)))
    return tuple(found)


def _grant_filter(actor: Actor, grant: Grant, source: "RecordSource") -> ColumnElement[bool] | None:
    parts = []
    if (scoped := scope_filter(actor, grant.scope, source)) is not None:
        parts.append(scoped)
    if grant.where:
        parts.append(where_filter(actor, grant.where, source))
    if isinstance(grant, SharedGrant) and grant.other is not None and actor.through is not None:
        if (other := _grant_filter(actor.through, grant.other, source)) is not None:
            parts.append(other)
    return sa.and_(*parts) if parts else None


def wall_filter(actor: Actor, entity: Entity, source: "RecordSource") -> ColumnElement[bool]:
    """The rows on the actor's side of the wall of an entity whose records are kept inside of units."""
    return source.table.c.unit_id.in_(_kin(actor, entity.scope))


def where_filter(actor: Actor, where: str, source: "RecordSource") -> ColumnElement[bool]:
    """The rows that fulfil a grant's condition; none where the condition speaks of something that the actor lacks."""
    trusted = type(source)(source.shape, source.table, actor)
    compiled = expression(catalogue(), source.shape.name, where)
    blank = any(trusted.variable(name) in (None, ()) for name in compiled.variables)
    return sa.false() if blank else compiled.sql(trusted)


def scope_filter(actor: Actor, scope: str, source: "RecordSource") -> ColumnElement[bool] | None:
    """The rows that the reach of a grant covers; None: all."""
    columns = source.table.c
    if scope == "all":
        return None
    if scope == "own":
        return columns.owner_id == actor.id if actor.id else sa.false()
    if scope == "subordinates":
        return columns.owner_id.in_((actor.id, *actor.subordinates)) if actor.id else sa.false()
    return columns.unit_id.in_(actor.units if scope == "unit" else _kin(actor, scope))


def _kin(actor: Actor, kind: str) -> tuple[int, ...]:
    """The units in my store (region, …); above that level, mine and below."""
    return actor.kin.get(kind) or actor.units
