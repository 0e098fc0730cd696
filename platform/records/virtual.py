"""Which fields follow from others, and which of those are computed when they are read."""

from collections.abc import Iterator
from dataclasses import dataclass

from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.expressions import Expression
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import expression
from shuke.records.shapes import Shape, collection_of, is_column, link_target, shape


@dataclass(frozen=True, slots=True)
class Step:
    """One hop away from the shape of a formula: over a link, to a collection, to a sub-table or back to its record."""

    kind: str
    """`link`, `inverse`, `links`, `reverse_links`, `part`, `parent`; `inverse_lines` where a whole sub-table has changed."""
    near: str
    far: str
    entity: Entity
    field: Field


def source_of(of: Shape, field: Field) -> str:
    """The expression behind a formula, roll-up or look-up."""
    if field.formula:
        return field.formula
    via = field.option("via")
    if function := field.option("function"):
        inner = f"{via}.{field.option('field')}" if field.option("field") else via
        condition = field.option("where")
        name = {"avg": "AVERAGE"}.get(function, function.upper())
        return f"{name}({inner}{', ' + condition if condition else ''})"
    return f"{via}.{field.option('field')}"


def compiled(of: Shape, field: Field) -> Expression:
    """The checked expression of a computed field; a number is rounded to the field's decimals."""
    return expression(catalogue(), of.name, source_of(of, field), expect=FIELD_TYPES[field.type].expression_type(field))


def is_computed(field: Field) -> bool:
    """Whether the field's value follows from others; nobody writes it."""
    return bool(field.formula or field.option("via") or field.option("ledger"))


def is_virtual(of: Shape, field: Field) -> bool:
    """Whether the value is computed when it is read: look-ups, balances, and what depends on the time of day or on these."""
    published = catalogue()
    return published.derived(("virtual", of.name, field.name), lambda: _is_virtual(of, field))


def stored(of: Shape) -> tuple[Field, ...]:
    """The fields that have their value in the shape's table."""
    return catalogue().derived(("stored", of.name), lambda: tuple(f for f in of.fields if is_column(f) and not is_virtual(of, f)))


def step_over(of: Shape, name: str) -> Step | None:
    """The hop that a member makes, if it makes one."""
    return catalogue().derived(("step", of.name, name), lambda: _step_over(of, name))


def _step_over(of: Shape, name: str) -> Step | None:
    if inverse := collection_of(of, name):
        other = shape(inverse.entity)
        kind = "inverse" if is_column(inverse.field) else "reverse_links"
        return Step(kind, of.name, other.name, other.entity, inverse.field)
    field = of.members.get(name)
    if field is None:
        return None
    if field.fields:
        return Step("part", of.name, f"{of.name}.{name}", of.entity, field)
    if of.part and name == "parent":
        return Step("parent", of.name, of.entity.name, of.entity, of.part)
    if target := link_target(field):
        return Step("link" if is_column(field) else "links", of.name, target, of.entity, field)
    return None


def _is_virtual(of: Shape, field: Field) -> bool:
    if field.option("ledger"):
        return True
    if field.option("via") and not field.option("function"):
        return True
    if not is_computed(field):
        return False
    read = compiled(of, field)
    if read.volatile or read.variables:
        return True
    for path in read.paths:
        for step_shape, name in _walk(of, path):
            found = step_shape.members.get(name)
            is_lookup = found is not None and found.option("via") and not found.option("function")
            if found is not None and found is not field and is_computed(found) and not is_lookup and is_virtual(step_shape, found):
                return True
    return False


def _walk(of: Shape, path: tuple[str, ...]) -> Iterator[tuple[Shape, str]]:
    """The shape and member at each step of a path."""
    for name in path:
        yield of, name
        nearby = step_over(of, name)
        if nearby is None:
            return
        of = shape(nearby.far)
