"""Sums and counts over the records that the actor may see."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock
from shuke.core.db import connection, on_sqlite_connect
from shuke.core.errors import InvalidInput, UnknownName
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import ScaledDecimal, UtcDateTime
from shuke.definitions.model import Entity
from shuke.records.columns import right_at
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
    return None if stored is None else clock.local(datetime.fromisoformat(stored).replace(tzinfo=UTC)).date().isoformat()


def aggregate(actor: Actor, entity: Entity, group: Sequence[str], measures: Sequence[tuple[str, str]], asked: Query | None = None) -> list[Group]:
    """One row for each combination of the group's values, by the first measure, largest first.

    A measure is (function, field); `("count", "")` counts records.
    """
    of = shape(entity.name)
    source = RecordSource(of, of.table, actor, guarded=True)
    keys = [_key(actor, source, name) for name in group]
    sums = [_measure(actor, source, function, name) for function, name in measures] or [sa.func.count()]
    statement = sa.select(*(key.label(f"g{index}") for index, key in enumerate(keys)), *(one.label(f"m{index}") for index, one in enumerate(sums)))
    statement = statement.select_from(of.table).where(*conditions_of(actor, of, asked or Query(), "read"))
    if keys:
        statement = statement.group_by(*keys).order_by(sums[0].desc().nulls_last(), *(key.asc().nulls_last() for key in keys)).limit(MOST_GROUPS)
    rows = connection().execute(statement).all()
    titled = _with_titles(actor, of, group, [row[:len(keys)] for row in rows])
    return [Group(tuple(key), tuple(row[len(keys):])) for key, row in zip(titled, rows, strict=True)]


def _key(actor: Actor, source: RecordSource, name: str) -> sa.ColumnElement[Any]:
    path, part = _path(name)
    column = _readable(actor, source, path, name)
    if not part:
        return column
    return _part(column, part, source.dialect)


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


def _measure(actor: Actor, source: RecordSource, function: str, name: str) -> sa.ColumnElement[Any]:
    if function not in FUNCTIONS:
        raise InvalidInput({"measure": [_("“%(name)s” is not a measure. Known: %(known)s.", name=function, known=", ".join(FUNCTIONS))]})
    if function == "count":
        return sa.func.count(_readable(actor, source, _path(name)[0], name)) if name else sa.func.count()
    column = _readable(actor, source, _path(name)[0], name)
    if function in ("sum", "avg") and not isinstance(column.type, sa.Integer | ScaledDecimal):
        raise InvalidInput({"measure": [_("Only numbers can be summed up.")]})
    if function == "avg":
        return _average(column, source.dialect)
    made = getattr(sa.func, function)(column)
    return sa.type_coerce(made, column.type)


def _average(column: sa.ColumnElement[Any], dialect: str) -> sa.ColumnElement[Any]:
    """An exact mean: SQLite keeps scaled integers, whose mean is rounded to the last unit."""
    if isinstance(column.type, ScaledDecimal) and dialect == "sqlite":
        return sa.type_coerce(sa.func.round(sa.func.avg(sa.type_coerce(column, sa.BigInteger))), column.type)
    return sa.type_coerce(sa.func.round(sa.func.avg(column), 6), ScaledDecimal(6) if dialect == "postgresql" else sa.Float())


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


def _with_titles(actor: Actor, of: Shape, group: Sequence[str], keys: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Link ids become links with titles."""
    columns = [list(column) for column in zip(*keys, strict=True)] if keys else []
    for index, name in enumerate(group):
        target = link_target(field_at(of, _path(name)[0]))
        if target and columns:
            words = titles(actor, target, {id_ for id_ in columns[index] if id_ is not None})
            columns[index] = [None if id_ is None else Link(target, id_, words.get(id_, ""), id_ in words) for id_ in columns[index]]
    return list(zip(*columns, strict=True)) if columns else [() for _row in keys]
