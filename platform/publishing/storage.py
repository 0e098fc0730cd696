"""Where a field's values lie, and whether another version of the field can use them as they are."""

from collections.abc import Mapping
from typing import Any

from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.fields.computed import ComputedType
from shuke.records.tables import column_type, has_column

_ALIKE = (frozenset({"decimal", "money"}), frozenset({"choice", "state", "treechoice"}), frozenset({"image", "file"}), frozenset({"text", "longtext"}))
"""Types that read each other's values, both ways: a column that a type shared with a wider one could not be its own again."""


def place(field: Field) -> str:
    """`column`, `table` (a sub-table), `links` (an association), or `""` for what is not stored."""
    return field.type if field.type in ("table", "links") else "column" if has_column(field) else ""


def every_field(entity: Entity) -> list[Field]:
    """The fields and the columns of the sub-tables."""
    return [one for field in entity.fields for one in (field, *field.fields)]


def is_computed(field: Field) -> bool:
    """Whether the stored value follows from others."""
    return bool(field.formula) or FIELD_TYPES[field.type].computed


def keeps_its_values(old: Field, new: Field, same_entity: Mapping[str, str]) -> bool:
    """Whether `new` can read what `old` stored. `same_entity` maps an old entity's name to its name now."""
    if place(old) != place(new) or not place(old) or is_computed(old) != is_computed(new):
        return False  # what was entered stays where it is, and what follows from other values is written elsewhere
    if old.entity or new.entity:
        return bool(old.entity and new.entity) and same_entity.get(old.entity) == new.entity
    if place(old) == "table":
        return True
    if repr(column_type(old)) != repr(column_type(new)):
        return False
    before, after = _result(old), _result(new)
    return before == after or any({before, after} <= alike for alike in _ALIKE)


def converts(old: Field, new: Field) -> bool:
    """Whether the values of `old` are carried over to the other column of `new`; no value of another kind names a record."""
    return place(old) == place(new) == "column" and not is_computed(new) and not FIELD_TYPES[new.type].expression_type(new).entity


def _result(field: Field) -> str:
    type_: Any = FIELD_TYPES[field.type]
    return str(type_.result(field).name if isinstance(type_, ComputedType) else type_.name)
