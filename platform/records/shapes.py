"""Entities and the rows of their sub-tables seen alike: named fields in a table, collections around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from shuke.core.errors import UnknownName
from shuke.core.i18n import Label
from shuke.definitions.current import catalogue
from shuke.definitions.model import Catalogue, Entity, Field
from shuke.expressions.limits import HOPS
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import Inverse, inverses
from shuke.records.tables import tables

_PARENT_LABEL: Label = {"zh": "所属记录", "en": "Record"}
_POSITION_LABEL: Label = {"zh": "行号", "en": "Line"}


@dataclass(frozen=True)
class Shape:
    """Something with fields and a table; `entity` is the entity itself, or the one whose sub-table this is."""

    name: str
    entity: Entity
    fields: tuple[Field, ...]
    members: Mapping[str, Field]
    table: sa.Table
    part: Field | None = None
    """The sub-table field, when this is the shape of its rows."""

    def field(self, name: str) -> Field:
        try:
            return self.members[name]
        except KeyError:
            raise UnknownName("field", name, sorted(self.members)) from None

    def right_name(self, name: str) -> str:
        """The name under which grants speak of the field."""
        return f"{self.part.name}.{name}" if self.part else name

    @property
    def soft_deleted(self) -> bool:
        return self.part is None


def shape(name: str) -> Shape:
    """The shape of an entity, or of the rows of a sub-table named `entity.field`."""
    published = catalogue()
    return published.derived(("shape", name), lambda: _shape(published, name))


def column(of: Shape, field: Field) -> sa.Column[object]:
    return of.table.c[field.column]


def link_target(field: Field) -> str:
    """The entity that a link-like field points to, or `""`."""
    target = FIELD_TYPES[field.type].expression_type(field).entity or FIELD_TYPES[field.type].rows("", field)
    return target if target in catalogue().entities else ""


def holds_file(field: Field) -> bool:
    return FIELD_TYPES[field.type].expression_type(field).entity == "file"


def field_at(of: Shape, path: Sequence[str]) -> Field:
    """The field at the end of a dotted path over links, no more of them than a formula follows."""
    if len(path) > HOPS + 1:
        raise UnknownName("field", ".".join(path[:HOPS + 1]), [])
    for name in path[:-1]:
        target = link_target(of.field(name))
        if not target:
            raise UnknownName("field", ".".join(path), [])
        of = shape(target)
    return of.field(path[-1])


def is_column(field: Field) -> bool:
    return FIELD_TYPES[field.type].stored


def collection_of(of: Shape, name: str) -> Inverse | None:
    """The collection called `name` that a link from elsewhere makes on this shape."""
    if of.part or name in of.members:
        return None
    return next((one for one in inverses(catalogue(), of.name) if one.name == name), None)


def _shape(published: Catalogue, name: str) -> Shape:
    if "." not in name:
        entity = published.entity(name)
        return Shape(name, entity, entity.fields, entity._by_name, tables(published).of(entity))
    owner, part_name = name.split(".")
    entity = published.entity(owner)
    part = entity.field(part_name)
    parent = Field("parent", "link", _PARENT_LABEL, {"type": "string", "x-type": "link", "x-entity": owner}, column="parent_id", system=True)
    position = Field("position", "integer", _POSITION_LABEL, {"type": "integer", "x-type": "integer"}, column="position", system=True)
    identity = Field("id", "integer", {}, {"type": "integer", "x-type": "integer"}, column="id", system=True)
    members = {field.name: field for field in (*part.fields, parent, position, identity)}
    return Shape(name, entity, part.fields, members, tables(published).child(entity, part), part)
