"""Why somebody may or may not do something with a record: every rule about it, and which of its parts hold for this record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, Attributed, attributed, best_right, right_of
from shuke.core.db import connection
from shuke.core.errors import NotFound
from shuke.definitions.model import Entity, Grant
from shuke.records.filters import scope_filter, wall_filter, where_filter
from shuke.records.shapes import shape
from shuke.records.source import RecordSource


@dataclass(frozen=True, slots=True)
class RuleWhy:
    """One rule of a role, on one record; no role for what everybody has who signs in."""

    role: str
    number: int
    grant: Grant
    gives: bool
    """The operation is among those of the rule, and the transition too."""
    reaches: bool
    """The record is one of those that the rule is about."""
    fulfils: bool
    """The rule's condition holds for the record; there may be none."""
    right: str
    """What the rule shows of the field that is asked for."""

    @property
    def counts(self) -> bool:
        return self.gives and self.reaches and self.fulfils


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer, and all that led to it."""

    allowed: bool
    right: str
    """Of the field that is asked for: what the rules that count give at best."""
    rules: tuple[RuleWhy, ...]
    is_inside: bool
    """The record lies on the person's side of the wall between units; true where there is none."""
    is_deleted: bool
    owner: int | None
    unit: int | None


def explain(actor: Actor, entity: Entity, id_: int, operation: str, *, field: str = "", transition: str = "") -> Explanation:
    """Which rules let the actor do this with the record; asked of the database with the same conditions that every statement has."""
    of = shape(entity.name)
    source = RecordSource(of, of.table, actor)
    found = attributed(actor, entity)
    row = connection().execute(sa.select(
        of.table.c.owner_id, of.table.c.unit_id, of.table.c.deleted_at, _holds(wall_filter(actor, entity, source) if entity.scope else None, "wall"),
        *(column for number, one in enumerate(found) for column in _parts(actor, one.grant, source, number)),
    ).where(of.table.c.id == id_)).first()
    if row is None:
        raise NotFound
    rules = tuple(_rule(one, row._mapping, number, operation, field, transition) for number, one in enumerate(found))
    is_inside = bool(row.wall)
    counting = [one for one in rules if one.counts] if is_inside else []
    return Explanation(bool(counting), best_right(one.right for one in counting) if field else "", rules, is_inside, row.deleted_at is not None, row.owner_id, row.unit_id)


def _parts(actor: Actor, grant: Grant, source: RecordSource, number: int) -> Sequence[sa.Label[Any]]:
    where = where_filter(actor, grant.where, source) if grant.where else None
    return _holds(scope_filter(actor, grant.scope, source), f"reach_{number}"), _holds(where, f"where_{number}")


def _holds(condition: sa.ColumnElement[bool] | None, name: str) -> sa.Label[Any]:
    """1 where it holds: a condition that is blank does not."""
    return sa.literal(1).label(name) if condition is None else sa.case((condition, 1), else_=0).label(name)


def _rule(one: Attributed, row: Any, number: int, operation: str, field: str, transition: str) -> RuleWhy:
    grant = one.grant
    gives = operation in grant.operations and (not transition or "*" in grant.transitions or transition in grant.transitions)
    return RuleWhy(one.role, one.number, grant, gives, bool(row[f"reach_{number}"]), bool(row[f"where_{number}"]), right_of(grant, field) if field else "")
