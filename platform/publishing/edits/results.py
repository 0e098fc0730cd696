"""What formulas, look-ups and roll-ups give: the type of the result follows what they read, until somebody chooses another one."""

from collections.abc import Mapping, Sequence
from typing import Any

from shuke.core.errors import InvalidInput, NotFound, PlatformError
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Catalogue, Document, Field
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import Patch, patched, pointer, replacing
from shuke.definitions.problems import DefinitionErrors
from shuke.expressions import ExpressionError, Kind, check, mentions
from shuke.fields import FIELD_TYPES
from shuke.fields.computed import RESULTS, ComputedType, result_of_json
from shuke.fields.scope import scope
from shuke.publishing.edits.values import fields_of, fields_path, set_value

READING = ("x-via", "x-function", "x-field")
"""The keywords that say what is read."""
_SAYING = ("type", "format", "x-result", "x-scale", "x-currency", "x-suffix")
_AT_FIRST = ("", '""')
"""The formulas of a field that nobody has written one for."""
_OF_KINDS = {Kind.BOOL: "boolean", Kind.DATE: "date", Kind.DATETIME: "datetime"}
_LOOKS = ("x-scale", "x-currency", "x-suffix")


def set_result(documents: Sequence[Document], owner: str, name: str, result: str) -> Patch:
    """Have a formula, a look-up or a roll-up give a value of this type."""
    schema = _schema(documents, owner, name)
    if result not in RESULTS:
        raise InvalidInput({"x-result": [_("There is no such type of field.")]})
    kept = {key: schema[key] for key in _LOOKS if key in schema and key in RESULTS[result].options_schema.get("properties", {})}
    return _saying(documents, owner, name, {**RESULTS[result].json_type, "x-result": result, **kept})


def set_reading(documents: Sequence[Document], owner: str, name: str, keyword: str, value: str) -> Patch:
    """Have a look-up or a roll-up read something else; it gives what is found there."""
    document, path = fields_path(owner)
    steps = set_value(documents, document, (*path, name, keyword), value)
    return [*steps, *follow(patched(documents, steps), owner, name)]


def set_formula(documents: Sequence[Document], owner: str, name: str, source: str) -> Patch:
    """Have a field follow from others; one that is nothing but a formula takes the type of what that gives."""
    document, path = fields_path(owner)
    steps = set_value(documents, document, (*path, name, "x-formula"), source)
    if not follows_formula(documents, owner, name):
        return steps
    after = patched(documents, steps)
    said = _given(after, owner, source)
    return [*steps, *_saying(after, owner, name, said)] if said else steps


def follows_formula(documents: Sequence[Document], owner: str, name: str) -> bool:
    """Whether the type of a formula's result is still the one that follows from it, and none that somebody chose."""
    schema = fields_of(documents, owner).get(name) or {}
    if schema.get("x-type") != "formula":
        return False
    said, before = schema.get("x-result"), str(schema.get("x-formula", ""))
    return said is None or before not in _AT_FIRST and (_given(documents, owner, before) or {}).get("x-result") == said


def _given(documents: Sequence[Document], owner: str, source: str) -> dict[str, Any] | None:
    """What a formula's field says of its result; None while the formula has a mistake. With money in it, it gives money."""
    try:
        catalogue = parse_documents(documents, 0)
        here = scope(catalogue)
        found = check(source, here, owner).type
        named = [_field(catalogue, one.owner, one.name) for one in mentions(source, here, owner)]
    except (DefinitionErrors, PlatformError, ExpressionError):
        return None
    is_money = any(field is not None and _result(field) == "money" for field in named)
    result = _OF_KINDS.get(found.kind, "text") if found.kind is not Kind.NUMBER else "money" if is_money else "integer" if found.scale == 0 else "decimal"
    return {**RESULTS[result].json_type, "x-result": result}


def follow(documents: Sequence[Document], owner: str, name: str) -> Patch:
    """Give a look-up or a roll-up the type of what it reads; nothing where that is not said yet."""
    schema = _schema(documents, owner, name)
    function, via, field = (str(schema.get(key, "")) for key in ("x-function", "x-via", "x-field"))
    if function == "count":
        return _saying(documents, owner, name, {**RESULTS["integer"].json_type, "x-result": "integer"})
    found = _read(documents, owner, via, field)
    if found is None:
        return []
    result = _result(found)
    if function == "avg" and result == "integer":
        result = "decimal"
    known = RESULTS[result].options_schema.get("properties", {})
    looks = {key: found.schema[key] for key in _LOOKS if key in found.schema and key in known}
    return _saying(documents, owner, name, {**RESULTS[result].json_type, "x-result": result, **looks})


def _saying(documents: Sequence[Document], owner: str, name: str, said: Mapping[str, Any]) -> Patch:
    schema = _schema(documents, owner, name)
    if {key: schema[key] for key in _SAYING if key in schema} == dict(said):
        return []
    document, path = fields_path(owner)
    return replacing(pointer(document, (*path, name)), schema, {**said, **{key: value for key, value in schema.items() if key not in _SAYING}})


def _schema(documents: Sequence[Document], owner: str, name: str) -> Mapping[str, Any]:
    found = fields_of(documents, owner).get(name)
    if not isinstance(found, Mapping) or not isinstance(FIELD_TYPES[str(found["x-type"])], ComputedType):
        raise NotFound(_("This field is not there any more."))
    return found


def _read(documents: Sequence[Document], owner: str, via: str, name: str) -> Field | None:
    """The field that is read on the other side of a link, or in the rows of a collection."""
    try:
        catalogue = parse_documents(documents, 0)
        member = scope(catalogue).member(owner, via)
        return _field(catalogue, member.type.entity, name) if member else None
    except (DefinitionErrors, PlatformError):  # a draft may name what is not there
        return None


def _field(catalogue: Catalogue, owner: str, name: str) -> Field | None:
    entity, _dot, part = owner.partition(".")
    if not part:
        return catalogue.entity(entity).field(name) if catalogue.entity(entity).has(name) else None
    return next((one for one in catalogue.entity(entity).field(part).fields if one.name == name), None)


def _result(field: Field) -> str:
    """The type that gives values like those of the field."""
    type_ = FIELD_TYPES[field.type]
    if isinstance(type_, ComputedType):
        type_ = type_.result(field)
    return type_.name if type_.name in RESULTS else result_of_json(type_.json_type_of(field)).name
