"""The columns of a page: what to select for each, and how to turn it into what the reader may see."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.errors import InvalidInput, UnknownName
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import SYSTEM_FIELDS, Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.records.filters import any_grant, row_filter
from shuke.records.shapes import Shape, field_at, is_column, link_target, shape
from shuke.records.source import RecordSource
from shuke.records.titles import title_column, title_writer
from shuke.records.values import Link, Masked
from shuke.records.virtual import is_virtual

Decode = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a page: `select` are the SQL columns that `decode` makes a value from."""

    name: str
    field: Field
    right: str
    select: tuple[sa.ColumnElement[Any], ...]
    decode: Decode


@dataclass(frozen=True, slots=True)
class Collection:
    """A sub-table or many-link: read for all records of the page at once, after them."""

    name: str
    field: Field
    right: str


def readable_fields(actor: Actor, entity: Entity) -> tuple[str, ...]:
    """All fields of which the actor may see at least a mask, the system's own included."""
    rights = policy(actor, entity)
    names = [*(one.name for one in entity.fields), *(name for name in SYSTEM_FIELDS if name != "id")]
    return tuple(name for name in names if rights.right(name) != "hidden")


def columns_of(actor: Actor, of: Shape, names: Sequence[str], table: sa.FromClause | None = None) -> tuple[list[Column], list[Collection]]:
    """The columns asked for, in order; hidden ones are left out, unknown ones are refused."""
    source = RecordSource(of, of.table if table is None else table, actor, guarded=True, reveals=True)
    columns: list[Column] = []
    collections: list[Collection] = []
    for name in dict.fromkeys(names):
        made = _column(source, name)
        if isinstance(made, Column):
            columns.append(made)
        elif made is not None:
            collections.append(made)
    return columns, collections


def refuse_unseen(actor: Actor, entity: Entity, names: Iterable[str]) -> None:
    """For a reader who names columns: hidden ones are as unknown as those that do not exist."""
    of = shape(entity.name)
    for name in names:
        path = tuple(name.split("."))
        try:
            field_at(of, path)
            seen = right_at(actor, of, path) != "hidden"
        except UnknownName:
            seen = False
        if not seen:
            raise InvalidInput({name: [_("There is no such field: %(names)s.", names=name)]})


def spans_of(columns: Iterable[Column], start: int) -> Iterator[tuple[str, int, int, Decode]]:
    """Where each column's values stand in a selected row."""
    for column in columns:
        yield column.name, start, start + len(column.select), column.decode
        start += len(column.select)


def right_at(actor: Actor, of: Shape, path: Sequence[str]) -> str:
    """The best right to read the field at the end of a path; hidden when any link on the way is not readable."""
    for name in path[:-1]:
        if policy(actor, of.entity).right(of.right_name(name)) in ("hidden", "masked"):
            return "hidden"
        of = shape(link_target(of.field(name)))
    right = policy(actor, of.entity).right(of.right_name(path[-1]))
    one = of.field(path[-1])
    if right != "hidden" and is_virtual(of, one) and one.option("via"):
        inner = right_at(actor, of, (one.option("via"), one.option("field")))
        right = min(right, inner, key=("hidden", "masked", "read", "write").index)
    return right


def _column(source: RecordSource, name: str) -> Column | Collection | None:
    path = tuple(name.split("."))
    of, actor = source.shape, source.actor
    try:
        one = field_at(of, path)
    except UnknownName:
        raise InvalidInput({name: [_("There is no such field: %(names)s.", names=name)]}) from None
    right = right_at(actor, of, path)
    if right == "hidden":
        return None
    if len(path) == 1 and not is_column(one) and not is_virtual(of, one):
        return Collection(name, one, right) if right != "masked" else None
    if not is_column(one) and not is_virtual(of, one) and len(path) > 1:
        raise InvalidInput({name: [_("There is no such field: %(names)s.", names=name)]})
    if target := link_target(one):
        return _link_column(source, name, path, one, right, catalogue().entity(target))
    rights = policy(actor, of.entity)
    if len(path) == 1 and not of.part and rights.differs(one.name):
        return _differing_column(source, name, one)
    return Column(name, one, right, (source.column(path),), _decoder(one, masked=right == "masked"))


def _decoder(one: Field, *, masked: bool) -> Decode:
    type_ = FIELD_TYPES[one.type]
    if masked:
        return lambda values: None if values[0] is None else Masked(type_.mask(values[0], one))
    return _first


def _first(values: Sequence[Any]) -> Any:
    return values[0]


def _differing_column(source: RecordSource, name: str, one: Field) -> Column:
    """A field that is clear in some rows and masked or blank in others."""
    rights = policy(source.actor, source.shape.entity)
    clear = any_grant(source.actor, rights.readable(name), source)
    hinted = any_grant(source.actor, rights.masked(name), source)
    type_ = FIELD_TYPES[one.type]

    def decode(values: Sequence[Any]) -> Any:
        value, is_clear, is_hinted = values
        if value is None or is_clear:
            return value
        return Masked(type_.mask(value, one)) if is_hinted else None

    return Column(name, one, rights.right(name), (source.own(one), _truth(clear), _truth(hinted)), decode)


def _link_column(source: RecordSource, name: str, path: tuple[str, ...], one: Field, right: str, target: Entity) -> Column:
    """A link with the other record's title, and whether the reader may see that record."""
    actor = source.actor
    id_column = source.column(path)
    inner = shape(target.name)
    table = inner.table.alias()
    unguarded = RecordSource(inner, table, actor)
    title = sa.select(title_column(unguarded)).where(table.c.id == id_column).correlate(source.table).scalar_subquery()
    seen = row_filter(actor, target, "read", unguarded)
    select: list[sa.ColumnElement[Any]] = [id_column, title]
    if seen is not None:
        select.append(sa.select(_truth(seen)).where(table.c.id == id_column).correlate(source.table).scalar_subquery())

    write, name_of_target = title_writer(actor, target), target.name

    def decode(values: Sequence[Any]) -> Any:
        if values[0] is None:
            return None
        visible = seen is None or bool(values[2])
        return Masked("****") if right == "masked" else Link(name_of_target, values[0], write(values[1], visible), visible)

    return Column(name, one, right, tuple(select), decode)


def _truth(condition: sa.ColumnElement[bool] | None) -> sa.ColumnElement[bool]:
    return sa.true() if condition is None else condition
