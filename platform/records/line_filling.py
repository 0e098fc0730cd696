"""The lines of new records for which nobody gave any: those of the record that a link names, as far as the actor may see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core.db import connection
from shuke.core.errors import UnknownName
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field, LineFill
from shuke.expressions import Expression, ExpressionError, Kind
from shuke.fields import FIELD_TYPES
from shuke.records.asking import reader_expression
from shuke.records.checks import linkable
from shuke.records.drafts import Draft, load_value
from shuke.records.filters import row_filter
from shuke.records.fitting import as_json
from shuke.records.kept import among, kept
from shuke.records.shapes import link_target, shape
from shuke.records.source import RecordSource
from shuke.records.validation import Errors, check_json

_CHUNK = 500
_TURNED_INTO = {kind: kind for kind in (Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME)}
"""What values of other kinds become where it is expected; links and lists are of one kind only."""
Line = dict[str, Any]


@dataclass(frozen=True, eq=False)
class _Reading:
    """How the other records' lines are read: the record's id, then a value for each of the own columns that can be filled."""

    statement: sa.Select[Any]
    columns: tuple[Field, ...]


def fill_lines(actor: Actor, entity: Entity, drafts: Sequence[Draft]) -> None:
    """Give each new record without lines those of the record that it links to."""
    for table in entity.fields:
        if table.fill is not None:
            waiting = [draft for draft in drafts if draft.created and draft.input.values.get(table.name) is None and draft.after.get(table.fill.link) is not None]
            if waiting:
                _fill(actor, entity, table, table.fill, waiting)


def _fill(actor: Actor, entity: Entity, table: Field, fill: LineFill, waiting: Sequence[Draft]) -> None:
    found = _lines_of(actor, entity, table, fill, {draft.after[fill.link] for draft in waiting})
    for draft in waiting:
        if lines := found.get(draft.after[fill.link]):
            draft.after[table.name] = _checked(entity, table, draft, lines)


def _checked(entity: Entity, table: Field, draft: Draft, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines as new ones of this record; a value that its column cannot hold is said to be wrong, as if somebody had typed it."""
    wrong: Errors = defaultdict(list)
    given = [_as_given(table, line, f"{table.name}.{index}", wrong) for index, line in enumerate(lines)]
    for path, sentences in check_json(entity, {table.name: given}).items():
        wrong[path].extend(sentences)
    made = []
    for index, line in enumerate(given):
        paths = {column.name: f"{table.name}.{index}.{column.name}" for column in table.fields}
        made.append({"id": None, **{column.name: _loaded(column, line.get(column.name), wrong, paths[column.name]) for column in table.fields}})
    for path, sentences in wrong.items():
        draft.errors[path].extend(sentences)
    return tuple(made)


def _loaded(column: Field, value: Any, wrong: Errors, path: str) -> Any:
    """The stored value; one that is out of its limits stands in the line all the same, beside what is said about it."""
    return load_value(column, value, {} if path in wrong else wrong, path)


def _as_given(table: Field, line: Line, path: str, wrong: Errors) -> Line:
    """The JSON values of a line."""
    given = {}
    for name, value in line.items():
        try:
            given[name] = as_json(table.child(name), value)
        except ValueError as too_large:
            wrong[f"{path}.{name}"].append(str(too_large))
    return given


def _lines_of(actor: Actor, entity: Entity, table: Field, fill: LineFill, ids: Iterable[int]) -> dict[int, list[Line]]:
    """The lines by the other record's id, in one statement for each 500 records."""
    reading = kept(actor, ("lines to fill in", entity.name, table.name), lambda: _reading(actor, entity, table, fill))
    found: dict[int, list[Line]] = defaultdict(list)
    if reading is None:
        return found
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        for owner, *values in connection().execute(reading.statement, {"wanted": wanted[start:start + _CHUNK]}):
            line = {column.name: _number(column, value) for column, value in zip(reading.columns, values, strict=True) if value is not None}
            if line:
                found[owner].append(line)
    _hide_unseen(actor, reading.columns, [line for lines in found.values() for line in lines])
    return found


def _number(column: Field, value: Any) -> Any:
    """Whole numbers as formulas give them, so that they fit columns of every scale."""
    return Decimal(str(value)) if _kind(column) is Kind.NUMBER and not isinstance(value, Decimal) else value


def _kind(column: Field) -> Kind:
    return FIELD_TYPES[column.type].expression_type(column).kind


def _hide_unseen(actor: Actor, columns: Iterable[Field], lines: Iterable[Line]) -> None:
    """Blank the links to records that the actor may not link to."""
    for column in columns:
        holders = [line for line in lines if column.name in line] if link_target(column) else []
        seen = linkable(actor, catalogue().entity(link_target(column)), {line[column.name] for line in holders}) if holders else set()
        for line in holders:
            if line[column.name] not in seen:
                del line[column.name]


def _reading(actor: Actor, entity: Entity, table: Field, fill: LineFill) -> _Reading | None:
    """None where the actor may not read those lines at all."""
    target = catalogue().entity(link_target(entity.field(fill.link)))
    of = shape(target.name)
    source = RecordSource(of, of.table, actor, guarded=True)
    try:
        rows, tie, inner = source.collection((fill.table,))
    except UnknownName:
        return None
    readable = _readable(actor, inner, table, fill.columns)
    if not readable:
        return None
    conditions: list[sa.ColumnElement[bool]] = [among(of.table.c.id), of.table.c.deleted_at.is_(None)]
    if (seen := row_filter(actor, target, "read", RecordSource(of, of.table, actor))) is not None:
        conditions.append(seen)
    chosen = [one.sql(inner).label(f"c{index}") for index, one in enumerate(readable.values())]
    statement = sa.select(of.table.c.id, *chosen).select_from(of.table.join(rows, tie)).where(*conditions).order_by(of.table.c.id, inner.table.c.position)
    return _Reading(statement, tuple(table.child(name) for name in readable))


def _readable(actor: Actor, inner: RecordSource, table: Field, columns: Mapping[str, str]) -> dict[str, Expression]:
    """The formulas of which the actor sees all that they read."""
    known = {}
    for name, formula in columns.items():
        try:
            known[name] = reader_expression(actor, inner.shape.name, formula, _TURNED_INTO.get(_kind(table.child(name))))
        except (ExpressionError, UnknownName):
            continue
    return known
