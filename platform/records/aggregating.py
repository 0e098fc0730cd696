"""Sums and counts over the records that the actor may see."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock
from shuke.core.db import connection, on_sqlite_connect
from shuke.core.errors import InvalidInput, UnknownName
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import ScaledDecimal, UtcDateTime
from shuke.definitions.model import Entity, Field
from shuke.records.asking import where_filter
from shuke.records.columns import right_at
from shuke.records.kept import kept
from shuke.records.reading import conditions_of
from shuke.records.shapes import Shape, field_at, link_target, shape
from shuke.records.source import RecordSource
from shuke.records.titles import titles
from shuke.records.values import Group, Link, Query

FUNCTIONS = ("count", "sum", "min", "max", "avg")
PARTS = ("year", "month", "week", "day")
"""A date is grouped by `created_at:month`, in the company's time zone for instants; a week is known by its Monday."""
MOST_GROUPS = 1000


@on_sqlite_connect
def _add_local_day(raw: sqlite3.Connection) -> None:
    raw.create_function("sk_local_day", 1, _local_day)


def _local_day(stored: str | None) -> str | None:
    """Called for each row that is grouped by day, so it makes no detours."""
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00").astimezone(clock.zone()).isoformat()[:10]


def aggregate(
    actor: Actor, entity: Entity, group: Sequence[str], measures: Sequence[tuple[str, ...]], asked: Query | None = None,
    *, limit: int = MOST_GROUPS, by_key: bool = False,
) -> list[Group]:
    """One row for each combination of the group's values, by the first measure, largest first; or in the order of the keys.

    A measure is (function, field), and perhaps a condition for the records that it takes; `("count", "")` counts records.
    A path may start in a sub-table (`lines.book`): then its rows are counted and summed up.
    """
    wanted, asked = tuple(tuple(one) for one in measures), asked or Query()
    key = ("aggregate", entity.name, tuple(group), wanted, asked.where, asked.conditions, asked.search, asked.ids, asked.deleted, limit, by_key)
    statement, targets = kept(actor, key, lambda: _statement(actor, entity, group, wanted, asked, limit=limit, by_key=by_key))
    rows = connection().execute(statement).all()
    titled = _with_titles(actor, targets, [row[:len(targets)] for row in rows])
    return [Group(tuple(key), tuple(row[len(targets):])) for key, row in zip(titled, rows, strict=True)]


def _statement(
    actor: Actor, entity: Entity, group: Sequence[str], measures: Sequence[tuple[str, ...]], asked: Query, *, limit: int, by_key: bool,
) -> tuple[sa.Select[Any], list[str]]:
    """What is asked of the database, and for each key the entity that it links to."""
    of = shape(entity.name)
    rows_of = _Rows(actor, of, [*group, *(measure[1] for measure in measures if measure[1])])
    keys = [_key(actor, *rows_of.at(name), name) for name in group]
    sums = [_measure(actor, rows_of, *measure) for measure in measures] or [sa.func.count()]
    statement = sa.select(*(key.label(f"g{index}") for index, key in enumerate(keys)), *(one.label(f"m{index}") for index, one in enumerate(sums)))
    statement = statement.select_from(rows_of.table).where(*conditions_of(actor, of, asked, "read"))
    if keys:
        in_order = [key.asc().nulls_last() for key in keys]
        statement = statement.group_by(*keys).order_by(*(in_order if by_key else [sums[0].desc().nulls_last(), *in_order])).limit(limit)
    return statement, [link_target(rows_of.field(name)) for name in group]


class _Rows:
    """What is counted: records, or the rows of the one sub-table that the names speak of."""

    def __init__(self, actor: Actor, of: Shape, names: Iterable[str]) -> None:
        self.records = RecordSource(of, of.table, actor, guarded=True)
        self._of = of
        parts = {first for name in names if (first := self._part(name))}
        if len(parts) > 1:
            raise InvalidInput({"group": [_("Only one sub-table can be summed up at a time.")]})
        self.part = next(iter(parts), "")
        self.table: sa.FromClause = of.table
        if self.part:
            _require(self.records, self.part)
            lines = shape(f"{of.name}.{self.part}")
            self.lines = RecordSource(lines, lines.table, actor, guarded=True)
            self.table = lines.table.join(of.table, of.table.c.id == lines.table.c.parent_id)

    def at(self, name: str) -> tuple[RecordSource, tuple[str, ...]]:
        """Where the path starts, and the path from there."""
        path = _path(name)[0]
        return (self.lines, path[1:]) if self._part(name) else (self.records, path)

    def field(self, name: str) -> Field:
        source, path = self.at(name)
        return field_at(source.shape, path)

    def _part(self, name: str) -> str:
        path = _path(name)[0]
        first = self._of.members.get(path[0])
        return path[0] if first is not None and first.fields and len(path) > 1 else ""


def _key(actor: Actor, source: RecordSource, path: tuple[str, ...], name: str) -> sa.ColumnElement[Any]:
    column, part = _readable(actor, source, path, name), _path(name)[1]
    return _part(column, part, source.dialect) if part else column


def _part(column: sa.ColumnElement[Any], part: str, dialect: str) -> sa.ColumnElement[Any]:
    """A date cut to its year, month or week, as text that sorts; instants are cut on the company's wall clock."""
    length = {"year": 4, "month": 7, "week": 10, "day": 10}[part]
    if dialect == "postgresql":
        local = sa.func.timezone(str(clock.zone()), column) if isinstance(column.type, UtcDateTime) else column
        local = sa.func.date_trunc("week", local) if part == "week" else local
        return sa.func.left(sa.func.to_char(local, "YYYY-MM-DD"), length)
    local = sa.func.sk_local_day(column) if isinstance(column.type, UtcDateTime) else sa.cast(column, sa.String)
    local = sa.func.date(local, "-6 days", "weekday 1") if part == "week" else local
    return sa.func.substr(local, 1, length)


def _measure(actor: Actor, rows: _Rows, function: str, name: str, where: str = "") -> sa.ColumnElement[Any]:
    if function not in FUNCTIONS:
        raise InvalidInput({"measure": [_("“%(name)s” is not a measure. Known: %(known)s.", name=function, known=", ".join(FUNCTIONS))]})
    taken = where_filter(where, rows.records) if where else None
    if function == "count" and not name:
        return sa.func.count() if taken is None else sa.func.count(sa.case((taken, 1)))
    source, path = rows.at(name)
    column = _readable(actor, source, path, name)
    if function in ("sum", "avg") and not isinstance(column.type, sa.Integer | ScaledDecimal):
        raise InvalidInput({"measure": [_("Only numbers can be summed up.")]})
    if rows.part and source is rows.records and function in ("sum", "avg"):
        raise InvalidInput({"measure": [_("“%(name)s” would be counted once for each line.", name=name)]})
    type_ = column.type
    if taken is not None:
        column = sa.type_coerce(sa.case((taken, column)), type_)
    if function == "avg":
        return _average(column, source.dialect)
    made = getattr(sa.func, function)(column)
    return made if function == "count" else sa.type_coerce(made, type_)


def _average(column: sa.ColumnElement[Any], dialect: str) -> sa.ColumnElement[Any]:
    """An exact mean: SQLite keeps scaled integers, whose mean is rounded to the last unit."""
    if isinstance(column.type, ScaledDecimal) and dialect == "sqlite":
        return sa.type_coerce(sa.func.round(sa.func.avg(sa.type_coerce(column, sa.BigInteger))), column.type)
    return sa.type_coerce(sa.func.round(sa.func.avg(column), 6), ScaledDecimal(6) if dialect == "postgresql" else sa.Float())


def _require(source: RecordSource, name: str) -> None:
    try:
        source.require(source.shape.entity, name)
    except UnknownName:
        raise InvalidInput({name: [_("There is no such field: %(names)s.", names=name)]}) from None


def _readable(actor: Actor, source: RecordSource, path: tuple[str, ...], name: str) -> sa.ColumnElement[Any]:
    try:
        if right_at(actor, source.shape, path) not in ("read", "write"):
            raise UnknownName("field", name, [])
        return source.column(path)
    except UnknownName:
        raise InvalidInput({name: [_("There is no such field: %(names)s.", names=name)]}) from None


def _path(name: str) -> tuple[tuple[str, ...], str]:
    dotted, _colon, part = name.partition(":")
    if part and part not in PARTS:
        raise InvalidInput({name: [_("A date is grouped by year, month, week or day.")]})
    return tuple(dotted.split(".")), part


def _with_titles(actor: Actor, targets: Sequence[str], keys: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Link ids become links with titles."""
    columns = [list(column) for column in zip(*keys, strict=True)] if keys else []
    for index, target in enumerate(targets):
        if target and columns:
            words = titles(actor, target, {id_ for id_ in columns[index] if id_ is not None})
            columns[index] = [None if id_ is None else Link(target, id_, words.get(id_, ""), id_ in words) for id_ in columns[index]]
    return list(zip(*columns, strict=True)) if columns else [() for _row in keys]
