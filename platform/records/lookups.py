"""Finding any record by its full number, across the walls between units: masked, written down, and allowed to be linked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, UtcDateTime
from shuke.definitions.model import Entity
from shuke.fields import FIELD_TYPES
from shuke.records.shapes import shape

lookup_table = sa.Table(
    "sk_lookup", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("actor_id", Id, nullable=False),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("record_id", Id, nullable=False),
    sa.Column("field", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_sk_lookup_actor", "actor_id", "entity", "record_id"),
)
_VALID = timedelta(days=1)
_MOST = 5


def look_up(actor: Actor, entity: Entity, text: str) -> list[int]:
    """The records one of whose look-up fields equals the full text; each find is written down. Needs a writing unit of work."""
    of = shape(entity.name)
    found: dict[int, str] = {}
    for name in policy(actor, entity).lookup:
        one = entity.field(name)
        type_ = FIELD_TYPES[one.type]
        try:
            value = type_.load(type_.parse(text, one), one)
        except ValueError:
            continue
        if value is None:
            continue
        statement = sa.select(of.table.c.id).where(of.table.c[one.column] == value, of.table.c.deleted_at.is_(None)).limit(_MOST)
        for id_ in connection().scalars(statement):
            found.setdefault(id_, name)
    if found:
        connection().execute(sa.insert(lookup_table), [
            {"id": new_id(), "actor_id": actor.id, "entity": entity.name, "record_id": id_, "field": name, "at": clock.now()} for id_, name in found.items()
        ])
    return list(found)


def found_before(actor: Actor, entity: Entity, ids: Iterable[int]) -> list[int]:
    """Those of the records that this actor has looked up lately."""
    if actor.through is not None:
        return []
    table = lookup_table.c
    return list(connection().scalars(sa.select(table.record_id).distinct().where(
        table.actor_id == actor.id, table.entity == entity.name, table.record_id.in_(list(ids)), table.at > clock.now() - _VALID,
    )))


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Who found which record across the walls between units, by which field, and when."""

    id: int
    actor: int
    entity: str
    record: int
    field: str
    at: datetime


def looked_up(*, limit: int = 50, before: int | None = None) -> list[LookedUp]:
    """The log for those who watch over it, the newest first."""
    table = lookup_table.c
    statement = sa.select(table.id, table.actor_id, table.entity, table.record_id, table.field, table.at).order_by(table.id.desc()).limit(limit)
    return [LookedUp(*row) for row in connection().execute(statement if before is None else statement.where(table.id < before))]
