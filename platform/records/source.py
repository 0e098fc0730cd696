"""Where expressions find their columns in SQL: fields, hops over links, collections; guarded where a reader asks."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.errors import UnknownName
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.expressions import STANDARD_VARIABLES
from shuke.fields import FIELD_TYPES
from shuke.records import filters
from shuke.records.shapes import Shape, collection_of, is_column, link_target, shape
from shuke.records.tables import tables
from shuke.records.virtual import compiled, is_virtual

_VARIABLES = {name: type_.entity for name, type_ in STANDARD_VARIABLES.items()}


class RecordSource:
    """The columns of one shape in one statement.

    A guarded source shows only what the actor may see: other records through their row filters, fields through their
    rights. An unguarded one shows everything: for stored formulas, and for row filters themselves.
    """

    def __init__(self, of: Shape, table: FromClause, actor: Actor, *, guarded: bool = False, reveals: bool = False) -> None:
        self.shape = of
        self.table = table
        self.actor = actor
        self.guarded = guarded and not actor.is_system
        self.reveals = reveals
        """Gives masked values in clear, for a reader that masks them itself."""
        self.dialect = connection().dialect.name

    def near(self, of: Shape, table: FromClause) -> "RecordSource":
        """Another shape in the same statement, guarded alike."""
        return RecordSource(of, table, self.actor, guarded=self.guarded, reveals=self.reveals)

    def column(self, path: tuple[str, ...]) -> ColumnElement[object]:
        if len(path) == 1:
            return self._guard(self.shape.field(path[0]))
        return self.hop(path[0], lambda inner: inner.column(path[1:]))

    def collection(self, path: tuple[str, ...]) -> tuple[FromClause, ColumnElement[bool], "RecordSource"]:
        """The rows behind a collection: what to select from, what ties it to this row, and their columns."""
        if len(path) == 1:
            return self._rows(self.shape, self.table.c.id, path[0])
        holder = self.shape
        for name in path[:-1]:
            holder = shape(link_target(holder.field(name)))
        return self._rows(holder, self.column(path[:-1]), path[-1])

    def variable(self, name: str) -> object:
        """What stands for `me`, `my_unit` and so on; `me.superior` is read from that record."""
        first, _dot, rest = name.partition(".")
        value = filters.variable(self.actor, first)
        if not rest or value is None:
            return value
        of = shape(_VARIABLES[first])
        source = RecordSource(of, of.table, self.actor)
        return connection().scalar(sa.select(source.column(tuple(rest.split(".")))).where(of.table.c.id == value))

    def _rows(self, holder: Shape, owner_id: ColumnElement[object], name: str) -> tuple[FromClause, ColumnElement[bool], "RecordSource"]:
        if inverse := collection_of(holder, name):
            inner = shape(inverse.entity)
            self.require(inner.entity, inner.right_name(inverse.field.name))
            if not is_column(inverse.field):
                return self._linked(inner.entity, inverse.field, owner_id, reverse=True)
            table = inner.table.alias()
            return self._seen(inner, table, table, self.near(inner, table)._guard(inverse.field) == owner_id)
        field = holder.field(name)
        self.require(holder.entity, holder.right_name(name))
        if field.fields:
            inner = shape(f"{holder.name}.{name}")
            table = inner.table.alias()
            tie = table.c.parent_id == owner_id
            granted = self._granted(holder.entity, name, table.c.parent_id)
            return table, tie if granted is None else sa.and_(tie, granted), self.near(inner, table)
        return self._linked(holder.entity, field, owner_id, reverse=False)

    def _linked(self, entity: Entity, field: Field, owner_id: ColumnElement[object], *, reverse: bool) -> tuple[FromClause, ColumnElement[bool], "RecordSource"]:
        """The records on the other side of a many-link."""
        pairs = tables(catalogue()).association(entity, field).alias()
        inner = shape(entity.name if reverse else link_target(field))
        table = inner.table.alias()
        near, far = (pairs.c.target_id, pairs.c.source_id) if reverse else (pairs.c.source_id, pairs.c.target_id)
        granted = self._granted(entity, field.name, pairs.c.source_id)
        return self._seen(inner, table, pairs.join(table, table.c.id == far), near == owner_id if granted is None else sa.and_(near == owner_id, granted))

    def _seen(self, inner: Shape, table: FromClause, rows: FromClause, tie: ColumnElement[bool]) -> tuple[FromClause, ColumnElement[bool], "RecordSource"]:
        """Living rows that the reader may see; the lines of a sub-table live and are seen with their record."""
        source = self.near(inner, table)
        holder = source
        if inner.part:
            whole = shape(inner.entity.name)
            records = whole.table.alias()
            rows = rows.join(records, records.c.id == table.c.parent_id)
            holder = self.near(whole, records)
        conditions = [tie, holder.table.c.deleted_at.is_(None)]
        if self.guarded and (seen := filters.row_filter(self.actor, inner.entity, "read", holder)) is not None:
            conditions.append(seen)
        return rows, sa.and_(*conditions), source

    def hop(self, name: str, take: Callable[["RecordSource"], ColumnElement[object]]) -> ColumnElement[object]:
        """Something of the record that a link points to; blank where the actor may not see that record."""
        own = self.column((name,))
        target = shape(link_target(self.shape.field(name)))
        table = target.table.alias()
        inner = self.near(target, table)
        conditions = [table.c.id == own]
        if self.guarded and (seen := filters.row_filter(self.actor, target.entity, "read", inner)) is not None:
            conditions.append(seen)
        taken = take(inner)
        return sa.select(taken).where(*conditions).correlate(self.table).scalar_subquery()

    def along(self, path: tuple[str, ...], take: Callable[["RecordSource"], ColumnElement[object]]) -> ColumnElement[object]:
        """Something of the record at the end of a path of links."""
        if len(path) == 1:
            return self.hop(path[0], take)
        return self.hop(path[0], lambda inner: inner.along(path[1:], take))

    def require(self, entity: Entity, name: str) -> None:
        """A field that the actor may not read is as unknown as one that does not exist."""
        if self.guarded and policy(self.actor, entity).right(name) in ("hidden", "masked"):
            raise UnknownName("field", name, [])

    def _guard(self, field: Field) -> ColumnElement[object]:
        """The field's column; where the right depends on the row, blank in rows without it."""
        own = self.own(field)
        if not self.guarded:
            return own
        rights = policy(self.actor, self.shape.entity)
        name = self.shape.right_name(field.name)
        right = rights.right(name)
        if right == "hidden" or right == "masked" and not self.reveals:
            raise UnknownName("field", field.name, [])
        if not rights.differs(name):
            return own
        if self.shape.part:
            allowed = self._granted(self.shape.entity, name, self.table.c.parent_id) if field.column != "parent_id" else None
        else:
            allowed = filters.any_grant(self.actor, rights.masked(name) if right == "masked" else rights.readable(name), self)
        return own if allowed is None else sa.case((allowed, own))

    def _granted(self, entity: Entity, name: str, id_column: ColumnElement[object]) -> ColumnElement[bool] | None:
        """Whether the record with this id is one in which the actor reads the field; None where that does not depend on the record."""
        rights = policy(self.actor, entity)
        if not self.guarded or not rights.differs(name):
            return None
        whole = shape(entity.name)
        table = whole.table.alias()
        grants = rights.masked(name) if rights.right(name) == "masked" else rights.readable(name)
        allowed = filters.any_grant(self.actor, grants, RecordSource(whole, table, self.actor))
        return None if allowed is None else sa.exists(sa.select(sa.literal(1)).select_from(table).where(table.c.id == id_column, allowed))

    def own(self, field: Field) -> ColumnElement[object]:
        """The field's value without any guard: its column, or what computes it."""
        if is_virtual(self.shape, field):
            return self._virtual(field)
        if not is_column(field):
            raise UnknownName("field", field.name, [])
        return self.table.c[field.column]

    def _virtual(self, field: Field) -> ColumnElement[object]:
        if field.option("ledger"):
            return FIELD_TYPES[field.type].sql(field, self.table.c.id)  # type: ignore[attr-defined, no-any-return]
        unguarded = self if not self.guarded else RecordSource(self.shape, self.table, self.actor)
        if via := field.option("via"):
            if not field.option("function"):
                return self.column((via, field.option("field")))  # a look-up shows no more than the other record does
        return compiled(self.shape, field).sql(unguarded)
