"""Reading records: one statement for a page, with row filters and field rights in it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.errors import InvalidInput, NotAllowed, NotFound, UnknownName
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields.scope import expression
from shuke.records import paging
from shuke.records.columns import Collection, Column, Decode, columns_of, readable_fields, right_at, spans_of
from shuke.records.files import file_refs
from shuke.records.filters import condition_filter, row_filter, where_filter
from shuke.records.search import search_filter
from shuke.records.shapes import Shape, field_at, holds_file, is_column, link_target, shape
from shuke.records.source import RecordSource
from shuke.records.tables import tables
from shuke.records.titles import title_column, title_text, title_writer
from shuke.records.values import Link, Page, Query, Record, Row
from shuke.records.virtual import is_virtual

COUNT_CAP = 10_000
MOST_PER_PAGE = 200
OPERATIONS = ("update", "delete", "transition", "print", "export")
_NEVER_BLANK = ("id", "created_at", "updated_at")


@dataclass(frozen=True)
class _Plan:
    """What a page selects: prepared once for an actor, an entity and its columns."""

    actor: Actor
    columns: tuple[Column, ...]
    collections: tuple[Collection, ...]
    select: tuple[sa.ColumnElement[Any], ...]
    rights: dict[str, str]
    spans: tuple[tuple[str, int, int, Decode], ...]
    """Where the values of each column stand in a row, and what makes its value of them."""
    title: Callable[[Any, bool], str] | None


def query(actor: Actor, entity: Entity, asked: Query) -> Page:
    """One page of the records that the actor may see."""
    limit = max(1, min(asked.limit, MOST_PER_PAGE))
    of = shape(entity.name)
    conditions = conditions_of(actor, of, asked, "read")
    keys = sort_keys(actor, of, asked.sort)
    cursor, backwards = (asked.before, True) if asked.before else (asked.after, False)
    bounds = [paging.beyond(keys, paging.decode(cursor, len(keys)), backwards=backwards)] if cursor else []
    plan = _plan(actor, of, asked.fields)
    statement = (
        sa.select(*plan.select, *(key.column.label(f"k{index}") for index, key in enumerate(keys)))
        .where(*conditions, *bounds).order_by(*(key.ordered(backwards=backwards) for key in keys)).limit(limit + 1)
    )
    rows = connection().execute(statement).all()
    more, rows = len(rows) > limit, list(rows[:limit])
    if backwards:
        rows.reverse()
    records = _records(plan, entity, rows, deleted=asked.deleted)
    ends = [paging.encode(rows[index][-len(keys):]) for index in (-1, 0)] if rows else ["", ""]
    has_next, has_previous = (bool(cursor), more) if backwards else (more, bool(cursor))
    count, capped = _count(of, conditions, known=len(rows) if not cursor and not more else None) if asked.count else (None, False)
    return Page(records, ends[0] if has_next else "", ends[1] if has_previous else "", count, capped)


def every(actor: Actor, entity: Entity, asked: Query, operation: str = "export") -> Iterator[Record]:
    """All records of a query, page by page, of those on which the actor may do this."""
    if not policy(actor, entity).may(operation):
        raise NotAllowed(_("You may not export these records."))
    of = shape(entity.name)
    extra = conditions_of(actor, of, replace(asked, where="", conditions=(), search=""), operation)
    keys = sort_keys(actor, of, asked.sort)
    conditions = [*conditions_of(actor, of, asked, "read"), *extra]
    plan = _plan(actor, of, asked.fields)
    last: Sequence[Any] | None = None
    while True:
        bounds = [paging.beyond(keys, last, backwards=False)] if last is not None else []
        rows = connection().execute(
            sa.select(*plan.select, *(key.column.label(f"k{index}") for index, key in enumerate(keys)))
            .where(*conditions, *bounds).order_by(*(key.ordered(backwards=False) for key in keys)).limit(_EXPORT_PAGE)
        ).all()
        yield from _records(plan, entity, rows, deleted=asked.deleted)
        if len(rows) < _EXPORT_PAGE:
            return
        last = rows[-1][-len(keys):]


_EXPORT_PAGE = 1000


def get(actor: Actor, entity: Entity, id_: int, *, fields: Sequence[str] = (), deleted: bool = False) -> Record:
    """One record with what the actor may do with it; `NotFound` when there is none for this actor."""
    of = shape(entity.name)
    plan = _plan(actor, of, tuple(fields))
    source = RecordSource(of, of.table, actor)
    rights = policy(actor, entity)
    asked = [operation for operation in OPERATIONS if rights.may(operation)]
    flags = []
    for operation in asked:
        allowed = row_filter(actor, entity, operation, source)
        flags.append((sa.true() if allowed is None else allowed).label(f"may_{operation}"))
    conditions = conditions_of(actor, of, Query(ids=(id_,), deleted=deleted), "read")
    row = connection().execute(sa.select(*plan.select, *flags).where(*conditions)).first()
    if row is None:
        raise NotFound(_("This record does not exist."))
    record = _records(plan, entity, [row], deleted=deleted)[0]
    operations = frozenset(operation for operation, allowed in zip(asked, row[len(plan.select):], strict=True) if allowed)
    return replace(record, operations=operations)


def count(actor: Actor, entity: Entity, asked: Query, *, exact: bool = False) -> tuple[int, bool]:
    """How many records; stops at 10,000 unless asked to go on. The second value says that it stopped."""
    of = shape(entity.name)
    conditions = conditions_of(actor, of, asked, "read")
    if exact:
        return connection().scalar(sa.select(sa.func.count()).select_from(of.table).where(*conditions)) or 0, False
    counted, capped = _count(of, conditions, known=None)
    return counted, capped


def sort_keys(actor: Actor, of: Shape, sort: Sequence[str]) -> list[paging.SortKey]:
    """The columns to sort by, the id last so that the order is total."""
    source = RecordSource(of, of.table, actor, guarded=True)
    keys = []
    for text in sort or ("-created_at",):
        descending = text.startswith("-")
        name = text.removeprefix("-")
        keys.append(paging.SortKey(_sort_column(actor, source, name), descending, nullable=name not in _NEVER_BLANK))
    keys.append(paging.SortKey(of.table.c.id, keys[0].descending, nullable=False))
    return keys


def _sort_column(actor: Actor, source: RecordSource, name: str) -> sa.ColumnElement[Any]:
    try:
        if name.startswith("="):
            return expression(catalogue(), source.shape.name, name[1:]).sql(source)
        path = tuple(name.split("."))
        one = field_at(source.shape, path)
        if right_at(actor, source.shape, path) not in ("read", "write") or not (is_column(one) or len(path) == 1 and is_virtual(source.shape, one)):
            raise UnknownName("field", name, [])
        if target := link_target(one):
            if right_at(actor, shape(target), (catalogue().entity(target).display or "id",)) not in ("read", "write"):
                raise UnknownName("field", name, [])
            return source.along(path, title_column)
        return source.column(path)
    except UnknownName:
        raise InvalidInput({"sort": [_("The list cannot be sorted by “%(name)s”.", name=name)]}) from None


def conditions_of(actor: Actor, of: Shape, asked: Query, operation: str) -> list[sa.ColumnElement[bool]]:
    """Everything that a row has to fulfil: what is asked, and what the actor may see."""
    guarded = RecordSource(of, of.table, actor, guarded=True)
    conditions: list[sa.ColumnElement[bool]] = [of.table.c.deleted_at.is_not(None) if asked.deleted else of.table.c.deleted_at.is_(None)]
    if (seen := row_filter(actor, of.entity, operation, RecordSource(of, of.table, actor))) is not None:
        conditions.append(seen)
    if asked.ids:
        conditions.append(of.table.c.id.in_(asked.ids))
    if asked.where:
        conditions.append(where_filter(asked.where, guarded))
    conditions.extend(condition_filter(asked.conditions, guarded))
    if asked.search.strip():
        conditions.append(search_filter(actor, of, asked.search))
    return conditions


def _count(of: Shape, conditions: Sequence[sa.ColumnElement[bool]], *, known: int | None) -> tuple[int, bool]:
    if known is not None:
        return known, False
    some = sa.select(sa.literal(1)).select_from(of.table).where(*conditions).limit(COUNT_CAP + 1).subquery()
    counted = connection().scalar(sa.select(sa.func.count()).select_from(some)) or 0
    return min(counted, COUNT_CAP), counted > COUNT_CAP


def _plan(actor: Actor, of: Shape, names: tuple[str, ...]) -> _Plan:
    """Prepared once: actors are the same object until their rights change, so they are told apart by identity."""
    plans: dict[tuple[int, str, tuple[str, ...]], _Plan] = catalogue().derived("page plans", dict)
    key = (id(actor), of.name, names)
    found = plans.get(key)
    if found is None or found.actor is not actor:
        if len(plans) > _KEPT_PLANS:
            plans.clear()
        found = plans[key] = _make_plan(actor, of, names)
    return found


_KEPT_PLANS = 2000


def _make_plan(actor: Actor, of: Shape, names: tuple[str, ...]) -> _Plan:
    columns, collections = columns_of(actor, of, names or readable_fields(actor, of.entity))
    titled = bool(of.entity.display)
    first: list[sa.ColumnElement[Any]] = [of.table.c.id, of.table.c.revision, of.table.c.deleted_at]
    if titled:
        first.append(title_column(RecordSource(of, of.table, actor)).label("title"))
    selected = [*first, *(element for column in columns for element in column.select)]
    labelled = tuple(element.label(f"c{index}") for index, element in enumerate(selected))
    rights = {one.name: one.right for one in columns} | {one.name: one.right for one in collections}
    return _Plan(
        actor, tuple(columns), tuple(collections), labelled, rights, tuple(spans_of(columns, len(first))),
        title_writer(actor, of.entity) if titled else None,
    )


def _records(plan: _Plan, entity: Entity, rows: Sequence[Sequence[Any]], *, deleted: bool) -> tuple[Record, ...]:
    values = [{name: decode(row[start:end]) for name, start, end, decode in plan.spans} for row in rows]
    ids = [row[0] for row in rows]
    for collection in plan.collections:
        by_owner = _collection(plan.actor, entity, collection.field, ids) if ids else {}
        for id_, one in zip(ids, values, strict=True):
            one[collection.name] = tuple(by_owner.get(id_, ()))
    _resolve_files(plan, values)
    return tuple(
        Record(entity, row[0], row[1], one, plan.title(row[3], True) if plan.title else f"#{row[0]}", deleted, plan.rights)
        for row, one in zip(rows, values, strict=True)
    )


def _collection(actor: Actor, entity: Entity, one: Field, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The lines or linked records of all records of a page, in one statement."""
    return _lines(actor, entity, one, ids) if one.fields else _linked(actor, entity, one, ids)


def _lines(actor: Actor, entity: Entity, table: Field, ids: Sequence[int]) -> dict[int, list[Any]]:
    of = shape(f"{entity.name}.{table.name}")
    columns, _none = columns_of(actor, of, [column.name for column in table.fields])
    selected = [of.table.c.parent_id, of.table.c.id, *(element for column in columns for element in column.select)]
    statement = sa.select(*(element.label(f"c{index}") for index, element in enumerate(selected))).where(of.table.c.parent_id.in_(ids))
    spans = tuple(spans_of(columns, 2))
    by_owner: dict[int, list[Any]] = defaultdict(list)
    for row in connection().execute(statement.order_by(of.table.c.parent_id, of.table.c.position)):
        values = {name: decode(row[start:end]) for name, start, end, decode in spans}
        by_owner[row[0]].append(Row(row[1], values))
    return by_owner


def _linked(actor: Actor, entity: Entity, one: Field, ids: Sequence[int]) -> dict[int, list[Any]]:
    target = catalogue().entity(link_target(one))
    pairs = tables(catalogue()).association(entity, one)
    inner = shape(target.name)
    table = inner.table.alias()
    source = RecordSource(inner, table, actor)
    seen = row_filter(actor, target, "read", source)
    statement = (
        sa.select(pairs.c.source_id, table.c.id, title_column(source), (sa.true() if seen is None else seen).label("visible"))
        .join_from(pairs, table, table.c.id == pairs.c.target_id)
        .where(pairs.c.source_id.in_(ids)).order_by(pairs.c.source_id, pairs.c.position)
    )
    by_owner: dict[int, list[Any]] = defaultdict(list)
    for owner, id_, title, visible in connection().execute(statement):
        by_owner[owner].append(Link(target.name, id_, title_text(actor, target, title, visible=bool(visible)), bool(visible)))
    return by_owner


def _resolve_files(plan: _Plan, values: Sequence[dict[str, Any]]) -> None:
    names = [column.name for column in plan.columns if holds_file(column.field)]
    wanted = {one[name] for one in values for name in names if isinstance(one[name], int)}
    refs = file_refs(wanted) if wanted else {}
    for one in values:
        for name in names:
            if isinstance(one[name], int):
                one[name] = refs.get(one[name])

