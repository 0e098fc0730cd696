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
from shuke.expressions import ExpressionError, Kind
from shuke.fields import FIELD_TYPES
from shuke.fields.link import is_id
from shuke.records import paging
from shuke.records.asking import reader_expression, where_filter
from shuke.records.columns import Collection, Column, Decode, columns_of, readable_fields, right_at, spans_of
from shuke.records.files import file_refs
from shuke.records.filters import any_grant, condition_filter, row_filter
from shuke.records.kept import among, kept
from shuke.records.search import search_filter
from shuke.records.shapes import Shape, field_at, holds_file, is_column, link_target, shape
from shuke.records.source import RecordSource
from shuke.records.tables import tables
from shuke.records.titles import title_column, title_text, title_writer
from shuke.records.values import Condition, Link, Page, Query, Record, Row
from shuke.records.virtual import is_virtual

COUNT_CAP = 10_000
MOST_PER_PAGE = 200
MOST_KEYS = 20
"""By so many fields a list can be sorted."""
OPERATIONS = ("update", "delete", "transition", "print", "export")
_NEVER_BLANK = ("id", "created_at", "updated_at")
_Span = tuple[str, int, int, Decode]


@dataclass(frozen=True, eq=False)
class _Plan:
    """What a page selects: prepared once for an actor, an entity and its columns."""

    actor: Actor
    columns: tuple[Column, ...]
    collections: tuple[Collection, ...]
    select: tuple[sa.ColumnElement[Any], ...]
    rights: dict[str, str]
    spans: tuple[_Span, ...]
    """Where the values of each column stand in a row, and what makes its value of them."""
    title: Callable[[Any, bool], str] | None
    files: tuple[str, ...]
    """The columns whose values are files."""


def query(actor: Actor, entity: Entity, asked: Query) -> Page:
    """One page of the records that the actor may see."""
    limit = max(1, min(asked.limit, MOST_PER_PAGE))
    of = shape(entity.name)
    plan = _plan(actor, of, asked.fields)
    cursor, backwards = (asked.before, True) if asked.before else (asked.after, False)
    linked = _only_link(actor, of, asked)
    listing = _listing(plan, of, asked, linked[0] if linked else "")
    keys, parameters = listing.keys, {"linked": linked[1] if linked else None, "wanted": asked.ids, "most": limit + 1}
    statement = listing.first_page
    if cursor:
        order = [key.ordered(backwards=backwards) for key in keys]
        statement = statement.order_by(None).order_by(*order).where(paging.beyond(keys, paging.decode(cursor, len(keys)), backwards=backwards))
    rows = connection().execute(statement, parameters).all()
    more, rows = len(rows) > limit, list(rows[:limit])
    if backwards:
        rows.reverse()
    records = _records(plan, entity, rows, deleted=asked.deleted)
    ends = [paging.encode(rows[index][-len(keys):]) for index in (-1, 0)] if rows else ["", ""]
    has_next, has_previous = (bool(cursor), more) if backwards else (more, bool(cursor))
    if not asked.count:
        count, capped = None, False
    elif not cursor and not more:
        count, capped = len(rows), False
    else:
        count, capped = _capped(connection().scalar(listing.count, parameters))
    return Page(records, ends[0] if has_next else "", ends[1] if has_previous else "", count, capped)


@dataclass(frozen=True)
class _Listing:
    """The statement of a list's first page, and the one that counts. Executed again, the same object need not be compiled."""

    keys: tuple[paging.SortKey, ...]
    first_page: sa.Select[Any]
    count: sa.Select[Any]


def _listing(plan: _Plan, of: Shape, asked: Query, link: str) -> _Listing:
    """The same lists are asked for all day long; only texts to be searched for hardly come again."""
    if asked.search:
        return _make_listing(plan, of, asked, link)
    conditions = () if link else asked.conditions
    key = ("listing", of.name, asked.fields, asked.where, conditions, asked.sort, asked.deleted, link, bool(asked.ids))
    return kept(plan.actor, key, lambda: _make_listing(plan, of, asked, link))


def _make_listing(plan: _Plan, of: Shape, asked: Query, link: str) -> _Listing:
    """With `link` its condition takes the record from the parameter `linked`; ids are the parameter `wanted`."""
    conditions = conditions_of(plan.actor, of, replace(asked, ids=(), conditions=() if link else asked.conditions), "read")
    if asked.ids:
        conditions.append(among(of.table.c.id))
    if link:
        column = RecordSource(of, of.table, plan.actor, guarded=True).column((link,))
        conditions.append(column == sa.bindparam("linked", type_=sa.BigInteger()))
    keys = tuple(sort_keys(plan.actor, of, asked.sort))
    selected = sa.select(*plan.select, *(key.column.label(f"k{index}") for index, key in enumerate(keys))).where(*conditions)
    most = sa.bindparam("most", type_=sa.Integer())
    return _Listing(keys, selected.order_by(*(key.ordered(backwards=False) for key in keys)).limit(most), _counting(of, conditions))


def _only_link(actor: Actor, of: Shape, asked: Query) -> tuple[str, int] | None:
    """The link field and id when that is all that a query asks for, and the actor may read the field."""
    if len(asked.conditions) != 1:
        return None
    condition = asked.conditions[0]
    if not isinstance(condition, Condition):
        return None
    one = of.members.get(condition.field)
    if one is None or not is_column(one) or not link_target(one) or condition.operator != "is" or len(condition.values) != 1:
        return None
    if right_at(actor, of, (one.name,)) not in ("read", "write"):
        return None
    return (one.name, int(condition.values[0])) if is_id(condition.values[0]) else None


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
    asked, statement = kept(actor, ("one record", of.name, tuple(fields), deleted), lambda: _one_record(plan, of, deleted=deleted))
    row = connection().execute(statement, {"wanted": id_}).first()
    if row is None:
        raise NotFound(_("This record does not exist."))
    record = _records(plan, entity, [row], deleted=deleted)[0]
    operations = frozenset(operation for operation, allowed in zip(asked, row[len(plan.select):], strict=True) if allowed)
    return replace(record, operations=operations)


def _one_record(plan: _Plan, of: Shape, *, deleted: bool) -> tuple[list[str], sa.Select[Any]]:
    """What may be done with the record, and the statement that reads it with a truth for each of these."""
    source = RecordSource(of, of.table, plan.actor)
    asked = [operation for operation in OPERATIONS if policy(plan.actor, of.entity).may(operation)]
    flags = []
    for operation in asked:
        allowed = row_filter(plan.actor, of.entity, operation, source)
        flags.append((sa.true() if allowed is None else allowed).label(f"may_{operation}"))
    conditions = conditions_of(plan.actor, of, Query(deleted=deleted), "read")
    wanted = of.table.c.id == sa.bindparam("wanted", type_=sa.BigInteger())
    return asked, sa.select(*plan.select, *flags).where(*conditions, wanted)


def count(actor: Actor, entity: Entity, asked: Query, *, exact: bool = False) -> tuple[int, bool]:
    """How many records; stops at 10,000 unless asked to go on. The second value says that it stopped."""
    of = shape(entity.name)
    conditions = conditions_of(actor, of, asked, "read")
    if exact:
        return connection().scalar(sa.select(sa.func.count()).select_from(of.table).where(*conditions)) or 0, False
    return _capped(connection().scalar(_counting(of, conditions)))


def sort_keys(actor: Actor, of: Shape, sort: Sequence[str]) -> list[paging.SortKey]:
    """The columns to sort by, the id last so that the order is total."""
    if len(sort) > MOST_KEYS:
        raise InvalidInput({"sort": [_("A list is sorted by at most %(most)s fields.", most=MOST_KEYS)]})
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
            return reader_expression(actor, source.shape.name, name[1:]).sql(source)
        path = tuple(name.split("."))
        one = field_at(source.shape, path)
        if right_at(actor, source.shape, path) not in ("read", "write") or not _has_order(one) or not (is_column(one) or len(path) == 1 and is_virtual(source.shape, one)):
            raise UnknownName("field", name, [])
        if target := link_target(one):
            if right_at(actor, shape(target), (catalogue().entity(target).display or "id",)) not in ("read", "write"):
                raise UnknownName("field", name, [])
            return source.along(path, title_column)
        return source.column(path)
    except ExpressionError as wrong:
        raise InvalidInput({"sort": [str(wrong)]}) from None
    except UnknownName:
        raise InvalidInput({"sort": [_("The list cannot be sorted by “%(name)s”.", name=name)]}) from None


def _has_order(one: Field) -> bool:
    """Whether the values stand in an order: lists of codes and addresses do not."""
    return FIELD_TYPES[one.type].expression_type(one).kind not in (Kind.LIST, Kind.BLANK)


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


def _counting(of: Shape, conditions: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    some = sa.select(sa.literal(1)).select_from(of.table).where(*conditions).limit(COUNT_CAP + 1).subquery()
    return sa.select(sa.func.count()).select_from(some)


def _capped(counted: int | None) -> tuple[int, bool]:
    return min(counted or 0, COUNT_CAP), (counted or 0) > COUNT_CAP


def _plan(actor: Actor, of: Shape, names: tuple[str, ...]) -> _Plan:
    return kept(actor, ("plan", of.name, names), lambda: _make_plan(actor, of, names))


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
        title_writer(actor, of.entity) if titled else None, tuple(column.name for column in columns if holds_file(column.field)),
    )


def _records(plan: _Plan, entity: Entity, rows: Sequence[Sequence[Any]], *, deleted: bool) -> tuple[Record, ...]:
    values = [{name: decode(row[start:end]) for name, start, end, decode in plan.spans} for row in rows]
    ids = [row[0] for row in rows]
    for collection in plan.collections:
        by_owner = _collection(plan.actor, entity, collection.field, ids) if ids else {}
        for id_, one in zip(ids, values, strict=True):
            one[collection.name] = tuple(by_owner.get(id_, ()))
    _resolve_files(plan.files, values)
    return tuple(
        Record(entity, row[0], row[1], one, plan.title(row[3], True) if plan.title else f"#{row[0]}", deleted, plan.rights)
        for row, one in zip(rows, values, strict=True)
    )


def _collection(actor: Actor, entity: Entity, one: Field, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The lines or linked records of all records of a page, in one statement; blank in records in which the actor may not read them."""
    rights = policy(actor, entity)
    if rights.differs(one.name):
        of = shape(entity.name)
        allowed = any_grant(actor, rights.readable(one.name), RecordSource(of, of.table, actor))
        if allowed is not None:
            ids = list(connection().scalars(sa.select(of.table.c.id).where(of.table.c.id.in_(ids), allowed)))
    return _lines(actor, entity, one, ids) if one.fields else _linked(actor, entity, one, ids)


def _lines(actor: Actor, entity: Entity, table: Field, ids: Sequence[int]) -> dict[int, list[Any]]:
    statement, spans = kept(actor, ("lines", entity.name, table.name), lambda: _reading_lines(actor, shape(f"{entity.name}.{table.name}"), table))
    by_owner: dict[int, list[Any]] = defaultdict(list)
    for row in connection().execute(statement, {"wanted": list(ids)}):
        values = {name: decode(row[start:end]) for name, start, end, decode in spans}
        by_owner[row[0]].append(Row(row[1], values))
    return by_owner


def _reading_lines(actor: Actor, of: Shape, table: Field) -> tuple[sa.Select[Any], tuple[_Span, ...]]:
    """What reads the lines of records by the ids of these, and what makes values of it."""
    columns, _none = columns_of(actor, of, [column.name for column in table.fields])
    selected = [of.table.c.parent_id, of.table.c.id, *(element for column in columns for element in column.select)]
    statement = sa.select(*(element.label(f"c{index}") for index, element in enumerate(selected))).where(among(of.table.c.parent_id))
    return statement.order_by(of.table.c.parent_id, of.table.c.position), tuple(spans_of(columns, 2))


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


def _resolve_files(names: Sequence[str], values: Sequence[dict[str, Any]]) -> None:
    wanted = {one[name] for one in values for name in names if isinstance(one[name], int)}
    refs = file_refs(wanted) if wanted else {}
    for one in values:
        for name in names:
            if isinstance(one[name], int):
                one[name] = refs.get(one[name])
