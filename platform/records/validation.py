"""JSON Schema checks of record values, as sentences beside the fields."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import jsonschema_rs

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field

Errors = dict[str, list[str]]
"""Sentences by field; `lines.0.quantity` for the column of a line."""


def check_json(entity: Entity, values: Mapping[str, Any]) -> Errors:
    """What the entity's JSON Schema says against these values; blank ones (None) are not looked at."""
    validator = catalogue().derived(("validator", entity.name), lambda: _validator(entity))
    errors: Errors = defaultdict(list)
    for error in validator.iter_errors(_without_blanks(values)):
        path = [str(part) for part in error.instance_path]
        field = _field_at(entity, path)
        errors[".".join(path)].append(fault_of(error, field))
    return dict(errors)


def _validator(entity: Entity) -> Any:
    properties = {field.name: _partial(field) for field in entity.fields}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": properties}
    return jsonschema_rs.validator_for(schema, validate_formats=True, formats={"decimal": _is_decimal}, pattern_options=jsonschema_rs.RegexOptions())


def _partial(field: Field) -> dict[str, Any]:
    """The property without what only a whole record can answer: required fields are checked after defaults and formulas."""
    schema = {key: value for key, value in field.schema.items() if not key.startswith("x-") and key != "required"}
    if field.fields:
        properties = {child.name: _partial(child) for child in field.fields} | {"id": {"type": "string"}}
        schema["items"] = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema


def _without_blanks(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_without_blanks(item) if isinstance(item, Mapping) else item for item in value] if isinstance(value, list | tuple) else value
        for name, value in values.items() if value is not None
    }


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _field_at(entity: Entity, path: list[str]) -> Field | None:
    if not path or not entity.has(path[0]):
        return None
    field = entity.field(path[0])
    if len(path) == 3:
        return next((child for child in field.fields if child.name == path[2]), field)
    return field


def fault_of(error: Any, field: Field | None) -> str:
    """What is wrong with a value, for the person who entered it."""
    if field is not None and (own := field.option("message")):
        return pick(own)
    make = _SENTENCES.get(error.kind.name)
    return make(error.kind) if make else _("This value does not fit here.")


def _type(kind: Any) -> str:
    wanted = kind.types[0] if getattr(kind, "types", None) else ""
    return {
        "integer": _("Enter a whole number."), "number": _("Enter a number."), "boolean": _("Choose yes or no."),
        "array": _("Give a list of values."), "object": _("Give the parts of this value by name."),
    }.get(str(wanted), _("Enter text."))


def _format(kind: Any) -> str:
    return {
        "decimal": _("Enter a number, such as 12.50."), "date": _("Enter a date, such as 2026-01-31."),
        "date-time": _("Enter a date and time, such as 2026-01-31T09:30:00Z."), "email": _("Enter an e-mail address, such as name@example.com."),
        "uri": _("Enter a web address that begins with https://."),
    }.get(kind.format, _("This value does not have the right form."))


_SENTENCES: Mapping[str, Callable[[Any], str]] = {
    "type": _type,
    "format": _format,
    "enum": lambda kind: _("Choose one of the options."),
    "constant": lambda kind: _("Choose one of the options."),
    "minLength": lambda kind: _("Enter at least %(limit)s characters.", limit=kind.limit),
    "maxLength": lambda kind: _("Enter at most %(limit)s characters.", limit=kind.limit),
    "minimum": lambda kind: _("Enter %(limit)s or more.", limit=kind.limit),
    "maximum": lambda kind: _("Enter %(limit)s or less.", limit=kind.limit),
    "exclusiveMinimum": lambda kind: _("Enter more than %(limit)s.", limit=kind.limit),
    "exclusiveMaximum": lambda kind: _("Enter less than %(limit)s.", limit=kind.limit),
    "multipleOf": lambda kind: _("Enter a multiple of %(step)s.", step=kind.multiple_of),
    "minItems": lambda kind: _("Give at least %(limit)s.", limit=kind.limit),
    "maxItems": lambda kind: _("Give at most %(limit)s.", limit=kind.limit),
    "uniqueItems": lambda kind: _("Each value may stand here once only."),
    "pattern": lambda kind: _("This value does not have the right form."),
    "additionalProperties": lambda kind: _("There is no such field: %(names)s.", names=", ".join(kind.unexpected)),
}
