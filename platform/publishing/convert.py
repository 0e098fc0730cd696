"""Carries the values of retyped fields over, in small batches, while the version in force goes on serving."""

import time
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from shuke.core.db import Database, connection
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Catalogue, Entity, Field
from shuke.definitions.parse import parse_entity
from shuke.definitions.store import Pending, documents_of
from shuke.publishing.job import Job, fail_point, keep
from shuke.publishing.leftovers import Left, leftovers, remember
from shuke.publishing.storage import converts, every_field, is_computed, place
from shuke.records.conversion import convert_or_blank, from_plain, plain
from shuke.records.tables import Key, column_type

BATCH = 1000
_LONGEST_PAUSE = 0.05
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Conversion:
    """A field whose values move to another column of the same table."""

    entity: Entity
    part: Field | None
    """The sub-table that has the field as a column."""
    source: Field
    target: Field
    through: tuple[Field, ...] = ()
    """For a column that was in use before: what the field was from then until `source`, without both ends."""
    is_live: bool = True
    """Whether the version in force has the field, and people write to it meanwhile."""

    @property
    def table(self) -> str:
        return self.part.column if self.part else self.entity.table

    @property
    def key(self) -> str:
        return f"{self.source.id}:{self.source.column}>{self.target.column}"

    @property
    def carries(self) -> bool:
        """Whether values go over; if not, it is only remembered what the target column has from before."""
        return converts(self.source, self.target)

    @property
    def pending(self) -> Pending:
        return Pending(self.entity.name, self.part.name if self.part else "", self.source, self.target)


def conversions(before: Catalogue, after: Catalogue) -> tuple[Conversion, ...]:
    """The fields that keep their identity but not their column; the entities are those of `before`, where it has them."""
    by_id = {entity.id: entity for entity in after.entities.values()}
    found = [
        conversion for entity in before.entities.values() if entity.id in by_id for conversion in _of_entity(entity, by_id[entity.id])
    ]
    found += _returning(before, after)
    return tuple(_with_past(found, before.version)) if found else ()


def _with_past(found: Sequence[Conversion], version: int) -> Iterator[Conversion]:
    """Follow each field back to the version that used its target column, if one did."""
    ways: dict[str, list[Field]] = {conversion.key: [] for conversion in found}
    open_ways = {conversion.key: conversion for conversion in found}
    for number in range(version - 1, 0, -1):
        if not open_ways:
            break
        fields = {one.id: one for document in documents_of(number) if document.kind == "entity" for one in every_field(parse_entity(document))}
        for key, conversion in list(open_ways.items()):
            field = fields.get(conversion.source.id)
            if field is None:
                continue
            if field.column == conversion.target.column:
                del open_ways[key]
            elif field.column != (ways[key][0] if ways[key] else conversion.source).column:
                ways[key].insert(0, field)
    for conversion in found:
        if conversion.key in open_ways:
            if conversion.carries:
                yield conversion
        elif not is_computed(conversion.source):  # what was entered before is back; what followed from other values was never entered
            yield replace(conversion, through=tuple(ways[conversion.key]))


def _of_entity(entity: Entity, after: Entity) -> Iterator[Conversion]:
    targets = {field.id: field for field in after.fields}
    for source in entity.fields:
        target = targets.get(source.id)
        if target is None:
            continue
        if source.column != target.column and _moves(source, target):
            yield Conversion(entity, None, source, target)
        if source.type == target.type == "table" and source.column == target.column:
            columns = {column.id: column for column in target.fields}
            for column in source.fields:
                found = columns.get(column.id)
                if found and found.column != column.column and _moves(column, found):
                    yield Conversion(entity, source, column, found)


def _moves(source: Field, target: Field) -> bool:
    """Whether what was entered in one column has something to say about what stands in the other."""
    return place(source) == place(target) == "column" and not is_computed(target)


_Key = tuple[str, str]
"""The ids of an entity and of a field or column in it."""


def _returning(before: Catalogue, after: Catalogue) -> Iterator[Conversion]:
    """Fields that come back after a time without them, to another column than their last one: what was entered there comes along."""
    known = {(entity.id, one.id) for entity in before.entities.values() for one in every_field(entity)}
    back = {
        (entity.id, field.id): (entity, part, field) for entity in after.entities.values() for part, field in _placed(entity)
        if (entity.id, field.id) not in known and place(field) == "column" and not is_computed(field)
    }
    columns = _columns({(part.column if part else entity.table) for entity, part, _field in back.values()}) if back else {}
    # A new field's column is yet to be made.
    missing = {key for key, (entity, part, field) in back.items() if field.column in columns[part.column if part else entity.table]}
    for number in range(before.version - 1, 0, -1):
        if not missing:
            return
        for key, part, last in _fields_of(number):
            if key not in missing:
                continue
            missing.remove(key)
            entity, now, target = back[key]
            is_here = (part.column if part else "") == (now.column if now else "") and (not last.entity or last.entity in after.entities)
            if is_here and last.column != target.column and not is_computed(last) and _moves(last, target):
                yield Conversion(entity, now, last, target, is_live=False)


def _placed(entity: Entity) -> Iterator[tuple[Field | None, Field]]:
    """The fields, and the columns of the sub-tables with these."""
    for field in entity.fields:
        yield None, field
        yield from ((field, column) for column in field.fields)


def _fields_of(version: int) -> Iterator[tuple[_Key, Field | None, Field]]:
    for document in documents_of(version):
        if document.kind == "entity":
            entity = parse_entity(document)
            yield from (((entity.id, field.id), part, field) for part, field in _placed(entity))


def _columns(tables: Set[str]) -> dict[str, frozenset[str]]:
    """The columns that the tables have by now; none for a table that is yet to be made."""
    inspector = sa.inspect(connection())
    there = tables & set(inspector.get_table_names())
    return {name: frozenset(column["name"] for column in inspector.get_columns(name)) if name in there else frozenset() for name in tables}


def run(database: Database, job: Job, conversion: Conversion, after: Catalogue, reached: dict[str, int]) -> None:
    """Convert every row, from where an interrupted run had come to."""
    table = sa.table(
        conversion.table, sa.column("id", Key), sa.column(conversion.source.column, column_type(conversion.source)),
        sa.column(conversion.target.column, column_type(conversion.target)),
    )
    last = reached.get(conversion.key, 0)
    known: dict[Any, Any] = {}
    while True:
        began = time.monotonic()
        with database.write(), use_catalogue(after):
            batch = _batch(conversion, table, last, known)
            if not batch:
                return
            last = batch[-1]
            reached[conversion.key] = last
            keep(job, reached=dict(reached))
        fail_point("convert")
        give_way(database, began)


def give_way(database: Database, began: float) -> None:
    """On SQLite writers wait by polling: leave them about half of the time."""
    if database.dialect == "sqlite":
        time.sleep(min(max(0.002, time.monotonic() - began), _LONGEST_PAUSE))


def _batch(conversion: Conversion, table: sa.TableClause, last: int, known: dict[Any, Any]) -> list[int]:
    source, target = table.c[conversion.source.column], table.c[conversion.target.column]
    rows = connection().execute(
        sa.select(table.c.id, source, target).where(table.c.id > last).order_by(table.c.id).limit(BATCH).with_for_update()
    ).all()
    ids = [id_ for id_, _value, _there in rows]
    left = leftovers(conversion.table, ids) if ids else {}
    changes, kept = [], []
    for id_, value, there in rows:
        converted = _carried_once(conversion, value, there, known, left.get(id_, {}))
        if converted != there:
            changes.append({"row": id_, "converted": converted})
        elif _is_left(conversion, value, there):
            kept.append((id_, plain(conversion.source, value), plain(conversion.target, there)))
    if changes:
        statement = sa.update(table).where(table.c.id == sa.bindparam("row")).values({target.name: sa.bindparam("converted", type_=target.type)})
        connection().execute(statement, changes)
    remember(conversion.table, (source.name, target.name), kept)
    return ids


def _carried_once(conversion: Conversion, value: Any, there: Any, known: dict[Any, Any], left: Left) -> Any:
    """As `carried`; columns hold few different values, and most conversions are slower than a look into a dictionary."""
    if there is not None or left or isinstance(value, dict | list):
        return carried(conversion, value, there, left)
    if value not in known:
        if len(known) >= _REMEMBERED:
            known.clear()
        known[value] = carried(conversion, value, there, left)
    return known[value]


def carried(conversion: Conversion, value: Any, there: Any, left: Left) -> Any:
    """What the target column holds for `value`.

    A column that is used again after a roll-back holds values from before: one stays when it still says the same, even
    where it says more than can be converted (“about 20” that had become blank), or where a formula stood in between.
    What cannot be converted takes nothing away: the column would have the only copy.
    """
    if not conversion.carries or there is not None and any(is_computed(one) for one in conversion.through):
        return there
    if (there is not None or left) and _since(conversion, there, left) == value:
        return there
    converted = convert_or_blank(conversion.source, conversion.target, value)
    return there if converted is None and value is not None else converted


def _since(conversion: Conversion, there: Any, left: Left) -> Any:
    """What the source column would hold now if nobody had written since `there` was left behind."""
    steps = (conversion.target, *conversion.through, conversion.source)
    for source, target in pairwise(steps):
        before, after = left.get((source.column, target.column), (None, ""))
        there = from_plain(target, after) if before == plain(source, there) else _step(source, target, there)
    return there


def _is_left(conversion: Conversion, value: Any, there: Any) -> bool:
    """Whether neither of two values follows from the other; a blank follows from everything, and says nothing of it."""
    source, target = conversion.source, conversion.target
    return _step(source, target, value) != there and (value is None or _step(target, source, there) != value)


def _step(source: Field, target: Field, value: Any) -> Any:
    return convert_or_blank(source, target, value) if converts(source, target) else None
