"""The SQLAlchemy tables of a catalogue's entities, and the indexes that the database shall have on them."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa

from shuke.core.errors import UnknownName
from shuke.core.sqltypes import Id, UtcDateTime
from shuke.definitions.model import Catalogue, Entity, Field
from shuke.definitions.names import SYSTEM_COLUMNS
from shuke.fields import FIELD_TYPES

Key = Id().with_variant(sa.Integer(), "sqlite")
"""A primary key: on SQLite INTEGER is the row's own number (64 bits too), which saves an index and a search."""

_LINKS_TO_ONE = frozenset({"link", "user", "unit"})
_KEPT_TABLES = 2000

_lock = threading.Lock()
_made: OrderedDict[tuple[str, str], sa.Table] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key of one column."""

    column: str
    table: str


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """An index that belongs to the version. Its name says for whom it is, so that a changed index has another name."""

    name: str
    table: str
    columns: tuple[str, ...]
    unique: bool = False
    rows: str = "all"
    """`all`; `living`: not in the recycle bin; `deleted`: in it."""
    descending: bool = False
    """From the largest, blanks last: PostgreSQL cannot read an ascending index so; SQLite can."""


@dataclass(frozen=True)
class TablePlan:
    """A physical table as the version needs it: without the columns that only earlier versions know."""

    name: str
    columns: tuple[tuple[str, sa.types.TypeEngine[Any]], ...]
    references: tuple[Reference, ...] = ()
    indexes: tuple[IndexPlan, ...] = ()


class Tables:
    """The tables of one catalogue version. A table that is the same in the next version is the same object there."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._tables: dict[str, sa.Table] = {}

    def of(self, entity: Entity | str) -> sa.Table:
        if isinstance(entity, str):
            entity = self._catalogue.entity(entity)
        return self._table(entity.table, lambda: entity_columns(entity))

    def child(self, entity: Entity | str, field: Field | str) -> sa.Table:
        """The rows of a sub-table: id, parent_id, position and its columns."""
        found = self._field(entity, field, "table")
        return self._table(found.column, lambda: child_columns(found))

    def association(self, entity: Entity | str, field: Field | str) -> sa.Table:
        """The links of a field that links to many: source_id, target_id, position."""
        return self._table(self._field(entity, field, "links").column, association_columns)

    def _field(self, entity: Entity | str, field: Field | str, type_: str) -> Field:
        if isinstance(field, str):
            if isinstance(entity, str):
                entity = self._catalogue.entity(entity)
            field = entity.field(field)
        if field.type != type_:
            raise UnknownName(f"field of the type {type_}", field.name, ())
        return field

    def _table(self, name: str, columns: Callable[[], "Columns"]) -> sa.Table:
        if name not in self._tables:
            self._tables[name] = _same_or_new(name, columns())
        return self._tables[name]


def tables(catalogue: Catalogue) -> Tables:
    """The tables of this version."""
    return catalogue.derived("tables", lambda: Tables(catalogue))


Columns = tuple[tuple[str, sa.types.TypeEngine[Any]], ...]


def entity_columns(entity: Entity) -> Columns:
    return (*_SYSTEM, *_field_columns(entity.fields))


def child_columns(field: Field) -> Columns:
    return (("id", Key), ("parent_id", Id()), ("position", sa.Integer()), *_field_columns(field.fields))


def association_columns() -> Columns:
    return (("source_id", Id()), ("target_id", Id()), ("position", sa.Integer()))


_SYSTEM: Columns = (
    ("id", Key), ("created_at", UtcDateTime()), ("created_by", Id()), ("updated_at", UtcDateTime()), ("updated_by", Id()),
    ("revision", sa.Integer()), ("unit_id", Id()), ("owner_id", Id()), ("deleted_at", UtcDateTime()),
)
assert tuple(name for name, _type in _SYSTEM) == SYSTEM_COLUMNS


def has_column(field: Field) -> bool:
    """Whether the field is a column of its entity's table."""
    return FIELD_TYPES[field.type].stored and field.type not in ("table", "links")


def column_type(field: Field) -> sa.types.TypeEngine[Any]:
    made = FIELD_TYPES[field.type].column_type(field)
    if made is None:
        raise UnknownName("stored field", field.name, ())
    return made


def with_columns(table: sa.Table, fields: Sequence[Field]) -> sa.Table:
    """The table with the columns of more fields: those into which a version that is coming converts values."""
    if not fields:
        return table
    return _same_or_new(table.name, (*((column.name, column.type) for column in table.columns), *((one.column, column_type(one)) for one in fields)))


def _field_columns(fields: Sequence[Field]) -> Columns:
    return tuple((field.column, column_type(field)) for field in fields if has_column(field))


def _same_or_new(name: str, columns: Columns) -> sa.Table:
    """SQLAlchemy compiles a statement once for each table object; a new one for each version would begin anew."""
    key = (name, repr(columns))
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
        table = sa.Table(name, sa.MetaData(), *(
            sa.Column(column, type_, primary_key=column == "id", autoincrement=False, key=column) for column, type_ in columns
        ))
        _made[key] = table
        while len(_made) > _KEPT_TABLES:
            _made.popitem(last=False)
        return table


# What the database shall have


class Plans:
    """The physical tables of one version, by name, with references and indexes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    @cached_property
    def by_name(self) -> dict[str, TablePlan]:
        return {plan.name: plan for entity in self.catalogue.entities.values() for plan in self._plans_of(entity)}

    def _plans_of(self, entity: Entity) -> Iterator[TablePlan]:
        yield TablePlan(entity.table, entity_columns(entity), self._references(entity.fields), tuple(self._indexes(entity)))
        for field in entity.fields:
            if field.type == "table":
                own = IndexPlan(_index_name("ix", field.id, "parent_id"), field.column, ("parent_id", "position"))
                yield TablePlan(
                    field.column, child_columns(field), (Reference("parent_id", entity.table), *self._references(field.fields)),
                    (own, *_column_indexes(field.column, field.fields, rows="all")),
                )
            elif field.type == "links":
                yield TablePlan(
                    field.column, association_columns(),
                    (Reference("source_id", entity.table), Reference("target_id", self.catalogue.entity(field.entity).table)),
                    (
                        # A field that leads elsewhere has another table by now, while the one before still has its indexes.
                        IndexPlan(_index_name("ux", field.id, f"{_mark(field.column)}_source_id"), field.column, ("source_id", "target_id"), unique=True),
                        IndexPlan(_index_name("ix", field.id, f"{_mark(field.column)}_target_id"), field.column, ("target_id", "source_id")),
                    ),
                )

    def _references(self, fields: Sequence[Field]) -> tuple[Reference, ...]:
        return tuple(
            Reference(field.column, self.catalogue.entity(field.entity).table)
            for field in fields if field.type in _LINKS_TO_ONE and has_column(field) and field.entity in self.catalogue.entities
        )

    def _indexes(self, entity: Entity) -> Iterator[IndexPlan]:
        # A page of a list is the living rows in order of creation, often cut to units or owners.
        for columns in (("created_at", "id"), ("unit_id", "created_at", "id"), ("owner_id", "created_at", "id"), ("updated_at", "id")):
            yield IndexPlan(_index_name("ix", entity.id, columns[0]), entity.table, columns, rows="living")
        yield IndexPlan(_index_name("ix", entity.id, "deleted_at"), entity.table, ("deleted_at", "id"), rows="deleted")
        yield from _column_indexes(entity.table, entity.fields, rows="living", also=self._sorted_by(entity))
        for names in entity.unique:
            together = tuple(entity.field(name).column for name in names)
            yield IndexPlan(_index_name("ux", entity.id, _mark(*together)), entity.table, together, unique=True, rows="living")

    def _sorted_by(self, entity: Entity) -> frozenset[str]:
        """Fields by which a list of the entity is sorted at first, with `-` for descending."""
        sorted_by = (view.sort[0] for kind in ("list", "board", "gallery") for view in self.catalogue.views_of(entity.name, kind) if view.sort)
        return frozenset((*sorted_by, *(view.body["start"] for view in self.catalogue.views_of(entity.name, "calendar"))))


def plans(catalogue: Catalogue) -> dict[str, TablePlan]:
    """The physical tables that the version needs, by name."""
    return catalogue.derived("table plans", lambda: Plans(catalogue)).by_name


def _column_indexes(table: str, fields: Sequence[Field], *, rows: str, also: frozenset[str] = frozenset()) -> Iterator[IndexPlan]:
    for field in fields:
        if not has_column(field):
            continue
        to_one = field.type in _LINKS_TO_ONE
        if field.option("unique") is True:
            yield IndexPlan(_index_name("ux", field.id, field.column), table, (field.column,), unique=True, rows=rows)
        if f"-{field.name}" in also:
            yield IndexPlan(_index_name("dx", field.id, field.column), table, (field.column, "id"), rows=rows, descending=True)
        if field.option("index") is True or to_one or field.name in also:
            yield IndexPlan(_index_name("ix", field.id, field.column), table, (field.column, "id"), rows="all" if to_one else rows)


def _mark(*names: str) -> str:
    """Few letters for names that are too long for the name of an index."""
    return blake2b(" ".join(names).encode(), digest_size=8).hexdigest()


def _index_name(kind: str, id_: str, part: str) -> str:
    return f"{kind}_{id_}_{part}"[:60]
