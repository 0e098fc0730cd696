"""What happened to all records together, for those who look after everything: the latest changes, and what lies in the bin."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records.filters import row_filter
from shuke.records.history import SYSTEM, history_table
from shuke.records.shapes import shape
from shuke.records.source import RecordSource
from shuke.records.titles import titles


@dataclass(frozen=True, slots=True)
class Happened:
    """One change of one record; `fields` are the labels of what its reader may see of it."""

    id: int
    at: datetime
    actor: str
    action: str
    reason: str
    entity: Entity
    record: int
    title: str
    fields: tuple[str, ...]


def happened(actor: Actor, *, limit: int = 50, before: int | None = None, entity: str = "", action: str = "") -> list[Happened]:
    """The changes of records of every entity that the actor may read, the newest first."""
    readable = [one.name for one in catalogue().entities.values() if policy(actor, one).may("read") and entity in ("", one.name)]
    table = history_table.c
    statement = sa.select(table.id, table.at, table.actor, table.action, table.reason, table.entity, table.record_id, table.changes)
    statement = statement.where(table.entity.in_(readable)).order_by(table.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(table.id < before)
    if action:
        statement = statement.where(table.action == action)
    rows = connection().execute(statement).all()
    named = _titles(actor, ((row.entity, row.record_id) for row in rows))
    return [
        Happened(
            row.id, row.at, _("System") if row.actor == SYSTEM else row.actor, row.action, row.reason, catalogue().entity(row.entity), row.record_id,
            named.get((row.entity, row.record_id), ""), tuple(_labels(actor, catalogue().entity(row.entity), row.changes)),
        )
        for row in rows
    ]


def has_records(entities: Iterable[str]) -> bool:
    """Whether there is any record of these entities, with one statement."""
    found = [sa.exists(sa.select(sa.literal(1)).select_from(shape(name).table)) for name in entities]
    return bool(found) and bool(connection().scalar(sa.select(sa.or_(*found))))


@dataclass(frozen=True, slots=True)
class Discarded:
    """How many records of one entity lie in the recycle bin, and since when the last one does."""

    entity: Entity
    count: int
    latest: datetime | None


def discarded(actor: Actor) -> list[Discarded]:
    """What the actor may restore, by entity, with one statement."""
    parts = [_discarded(actor, one) for one in catalogue().entities.values() if policy(actor, one).may("delete")]
    if not parts:
        return []
    rows = connection().execute(sa.union_all(*parts))
    return [Discarded(catalogue().entity(name), count, latest) for name, count, latest in rows if count]


def _discarded(actor: Actor, entity: Entity) -> sa.Select[str, int, Any]:
    of = shape(entity.name)
    source = RecordSource(of, of.table, actor)
    statement = sa.select(sa.literal(entity.name), sa.func.count(), sa.func.max(of.table.c.deleted_at)).where(of.table.c.deleted_at.is_not(None))
    for operation in ("read", "delete"):
        if (allowed := row_filter(actor, entity, operation, source)) is not None:
            statement = statement.where(allowed)
    return statement


def _titles(actor: Actor, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    ids: dict[str, set[int]] = defaultdict(set)
    for name, id_ in wanted:
        ids[name].add(id_)
    return {(name, id_): title for name, some in ids.items() for id_, title in titles(actor, name, some).items()}


def _labels(actor: Actor, entity: Entity, changes: Mapping[str, Any]) -> Iterator[str]:
    rights = policy(actor, entity)
    by_id = {one.id or one.name: one for one in entity.fields} | {name: entity.field(name) for name in ("owner", "unit")}
    for key in changes:
        one = by_id.get(key)
        if one is not None and rights.right(one.name) != "hidden" and not rights.differs(one.name):
            yield pick(one.label)
