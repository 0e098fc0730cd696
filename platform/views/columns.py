"""Columns: dotted paths of link fields, resolved to the field that is shown and how its values are written."""

from collections.abc import Iterable
from dataclasses import dataclass

from shuke.core.errors import UnknownName
from shuke.core.i18n import Label
from shuke.definitions.model import Catalogue, Entity, Field
from shuke.expressions import Kind
from shuke.expressions.limits import HOPS
from shuke.fields import FIELD_TYPES, FieldType

_SORTABLE = frozenset({Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME, Kind.LINK})


@dataclass(frozen=True, slots=True)
class Column:
    """A path of a list, found: its last field, that field's type, and every (entity, field) that is read on the way."""

    path: str
    field: Field
    type: FieldType
    label: Label
    steps: tuple[tuple[str, str], ...]
    sortable: bool
    numeric: bool


def column(catalogue: Catalogue, entity: Entity, path: str) -> Column:
    """The column at a dotted path of link fields; `UnknownName` when a step does not exist."""
    *links, last = path.split(".")
    if len(links) > HOPS:
        raise UnknownName("link", links[HOPS], [])
    steps: list[tuple[str, str]] = []
    for name in links:
        steps.append((entity.name, name))
        entity = _target(catalogue, entity, name)
    steps.append((entity.name, last))
    field = entity.field(last)
    kind = FIELD_TYPES[field.type]
    shown = kind.expression_type(field).kind
    return Column(path, field, kind, field.label, tuple(steps), kind.stored and shown in _SORTABLE, shown is Kind.NUMBER)


def columns(catalogue: Catalogue, entity: Entity, paths: Iterable[str]) -> tuple[Column, ...]:
    return tuple(column(catalogue, entity, path) for path in paths)


def _target(catalogue: Catalogue, entity: Entity, name: str) -> Entity:
    field = entity.field(name)
    target = FIELD_TYPES[field.type].expression_type(field).entity
    if not target:
        links = [known.name for known in entity.fields if FIELD_TYPES[known.type].expression_type(known).entity]
        raise UnknownName("link", name, links)
    return catalogue.entity(target)
