"""What the property of a field may say: its closed JSON Schema, and everything that is wrong with one that is written."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from shuke.core.errors import PlatformError
from shuke.definitions.model import Document, Field
from shuke.definitions.parse import parse_field
from shuke.definitions.schemas import Schemas
from shuke.fields import FIELD_TYPES

_PLACE = "properties/field"


def property_schema(type_: str) -> Mapping[str, Any]:
    """The closed schema of a property of this type; the builder makes its panel from it."""
    return _schemas().property(type_)


@cache
def _schemas() -> Schemas:
    return Schemas(FIELD_TYPES)


def property_problems(written: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where and what: faults against the schema, or else those that the type itself finds."""
    label = {"zh": "x", "en": "x"}
    entity = {"$id": "checked", "type": "object", "x-label": label, "properties": {"field": written}}
    found = _schemas().problems(Document("entity", "checked", "checked", entity))
    if found:
        return [(problem.path.removeprefix(_PLACE).removeprefix("/"), problem.message) for problem in found]
    return field_problems(parse_field("field", written, frozenset(), "e_checked"))


def field_problems(field: Field) -> list[tuple[str, str]]:
    """What a field type finds wrong with the configuration of one field, the columns of a sub-table included."""
    try:
        found = list(FIELD_TYPES[field.type].problems(field))
    except PlatformError as wrong:
        return [("x-type", str(wrong))]
    for column in field.fields:
        found += [(f"items/properties/{column.name}/{path}", message) for path, message in field_problems(column)]
    return found
