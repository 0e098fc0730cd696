"""Checks documents against the closed schemas of their kinds, and says in sentences what to do about each fault."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Protocol

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from shuke.core.i18n import gettext as _
from shuke.definitions.load import RowsFile
from shuke.definitions.model import Document
from shuke.definitions.problems import KINDS, Problem, file_of

_SHARED = ("common",)
_TABLE_ITEMS: Mapping[str, Any] = MappingProxyType({
    "type": "object", "required": ["properties"], "additionalProperties": False,
    "properties": {
        "type": {"const": "object"},
        "properties": {"type": "object", "minProperties": 1, "maxProperties": 100, "additionalProperties": {"type": "object"}},
        "required": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    },
})


class PropertyKind(Protocol):
    """What a field type adds to the schema of a property."""

    @property
    def name(self) -> str: ...
    @property
    def json_type(self) -> Mapping[str, Any]: ...
    @property
    def options_schema(self) -> Mapping[str, Any]: ...
    @property
    def in_table(self) -> bool: ...


class _Validator:
    """A quick judge of what has no fault, as nearly everything; only where there is one, a slow one tells all of them."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._quick = jsonschema_rs.validator_for(json.dumps(schema, default=dict), registry=_quick_registry())
        self._thorough = Draft202012Validator(schema, registry=_registry())

    def faults(self, body: Any) -> list[ValidationError]:
        return [] if self._quick.is_valid(body) else list(self._thorough.iter_errors(body))


class Schemas:
    """The closed schemas of all kinds, completed by the field types."""

    def __init__(self, kinds: Iterable[PropertyKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._validators = {kind: _Validator(_schema(kind)) for kind in (*KINDS, "rows")}
        self._properties = {name: _Validator(self.property(name)) for name in self._kinds}
        self._any_property = _Validator(_schema("property"))

    def property(self, type_: str) -> Mapping[str, Any]:
        """The whole schema of a property of this type: what the builder's panel of properties is made from."""
        common, kind = _schema("property"), self._kinds[type_]
        own = dict(kind.options_schema)
        fixed = {key: {"const": value} for key, value in kind.json_type.items()}
        parts = {"items": _TABLE_ITEMS} if type_ == "table" else {}
        return {
            **common, "$id": f"shuke:property/{type_}",
            "properties": {**common["properties"], **parts, **own.get("properties", {}), **fixed, "x-type": {"const": type_}},
            "required": [*common["required"], *own.get("required", ()), *(key for key in kind.json_type if key == "type"), *parts],
        }

    def document(self, kind: str) -> Mapping[str, Any]:
        """The schema of a kind of document."""
        return _schema(kind)

    def shared(self) -> Mapping[str, Any]:
        """What the schemas refer to as `shuke:common`."""
        return _schema("common")

    def problems(self, document: Document) -> list[Problem]:
        """Everything in one document that its kind does not know or allow."""
        file = file_of(document)
        if document.kind not in KINDS:
            return [Problem(file, "", _("There is no kind of document called “%(kind)s”.", kind=document.kind) + did_you_mean(document.kind, KINDS))]
        found = [_problem(file, (), error) for error in self._validators[document.kind].faults(document.body)]
        if document.kind == "entity":
            found += self._properties_problems(file, document.body, (), in_table=False)
        return found + _misnamed(file, document)

    def row_problems(self, rows: RowsFile) -> list[Problem]:
        """What is wrong with the shape of a file of rows."""
        body: dict[str, Any] = {"entity": rows.entity, "rows": list(rows.rows)}
        return [_problem(rows.file, (), error) for error in self._validators["rows"].faults(body)]

    def _properties_problems(self, file: str, body: Any, place: tuple[str, ...], *, in_table: bool) -> Iterator[Problem]:
        properties = body.get("properties") if isinstance(body, Mapping) else None
        if not isinstance(properties, Mapping):
            return
        for name, schema in properties.items():
            if isinstance(schema, Mapping):
                yield from self._property_problems(file, schema, (*place, "properties", str(name)), in_table=in_table)
        for name in body.get("required", ()) if isinstance(body.get("required", ()), list) else ():
            if isinstance(name, str) and name not in properties:
                message = _("“%(name)s” is required but is no field here; add the field or take the name out.", name=name)
                yield Problem(file, _path((*place, "required")), message + did_you_mean(name, properties))

    def _property_problems(self, file: str, schema: Mapping[str, Any], place: tuple[str, ...], *, in_table: bool) -> Iterator[Problem]:
        type_ = schema.get("x-type")
        if not isinstance(type_, str):
            yield from (_problem(file, place, error) for error in self._any_property.faults(schema) if "x-type" in error.message)
            return
        if type_ not in self._kinds:
            message = _("There is no field type “%(name)s”; known are %(known)s.", name=type_, known=", ".join(sorted(self._kinds)))
            yield Problem(file, _path((*place, "x-type")), message + did_you_mean(type_, self._kinds))
            return
        if in_table and not self._kinds[type_].in_table:
            yield Problem(file, _path((*place, "x-type")), _("A sub-table cannot have a column of the type “%(name)s”.", name=type_))
            return
        yield from (_problem(file, place, error) for error in self._properties[type_].faults(schema))
        if type_ == "table":
            yield from self._properties_problems(file, schema.get("items"), (*place, "items"), in_table=True)


@cache
def _schema(kind: str) -> dict[str, Any]:
    text = (files("shuke.definitions") / "vocabulary" / f"{kind}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _registry() -> "Registry[Any]":
    """Holds our own schemas and retrieves nothing: a reference elsewhere is an error."""
    empty: Registry[Any] = Registry()
    return empty.with_resources([(f"shuke:{name}", Resource.from_contents(_schema(name))) for name in _SHARED])


@cache
def _quick_registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(f"shuke:{name}", _schema(name)) for name in _SHARED])


def _misnamed(file: str, document: Document) -> list[Problem]:
    """A document's name is its file's name."""
    key = {"entity": "$id", "view": ""}.get(document.kind, "name")
    said = document.body.get(key)
    if key and isinstance(said, str) and said != document.name:
        return [Problem(file, key, _("The file is called “%(file)s” but the name inside is “%(name)s”; make them equal.", file=document.name, name=said))]
    if document.kind == "view":
        expected = f"{document.body.get('entity')}.{document.body.get('kind')}"
        if document.name != expected and not document.name.startswith(expected + "."):
            return [Problem(file, "", _("The file of this view has to be called %(expected)s.json, or %(expected)s.<variant>.json.", expected=expected))]
    return []


# Sentences


def _problem(file: str, place: Sequence[str], error: ValidationError) -> Problem:
    sentence = _SENTENCES.get(str(error.validator), _other)
    return Problem(file, _path((*place, *error.absolute_path)), sentence(error))


def _path(parts: Iterable[str | int]) -> str:
    return "/".join(str(part) for part in parts)


def _rule(error: ValidationError) -> Any:
    """What the schema says for the keyword that failed."""
    return error.validator_value


def _value(error: ValidationError) -> Any:
    return error.instance


def _schema_of(error: ValidationError) -> Any:
    return error.schema


def _unknown_key(error: ValidationError) -> str:
    known = list(_schema_of(error).get("properties", {}))
    unknown = [key for key in _value(error) if key not in known]
    names = ", ".join(f"“{name}”" for name in unknown)
    if likely := did_you_mean(unknown[0], known) if unknown else "":
        return _("Unknown here: %(names)s.", names=names) + likely
    return _("Unknown here: %(names)s. Take it out; known are %(known)s.", names=names, known=", ".join(sorted(known)))


def _missing(error: ValidationError) -> str:
    missing = [key for key in _rule(error) if key not in _value(error)]
    named = next((key for key in missing if error.message.startswith(repr(key))), missing[0])
    return _("“%(name)s” is missing; add it.", name=named)


def _wrong_type(error: ValidationError) -> str:
    expected = _rule(error) if isinstance(_rule(error), list) else [_rule(error)]
    words = {
        "string": _("text"), "integer": _("a whole number"), "number": _("a number"), "boolean": _("true or false"),
        "object": _("an object"), "array": _("a list"), "null": _("null"),
    }
    return _("This has to be %(expected)s, not %(value)s.", expected=_(" or ").join(words[name] for name in expected), value=_short(error.instance))


def _not_in_list(error: ValidationError) -> str:
    known = [str(value) for value in _rule(error) if value != ""]
    said = _("%(value)s is not known here; known are %(known)s.", value=_short(error.instance), known=", ".join(known))
    return said + did_you_mean(str(error.instance), known)


def _not_equal(error: ValidationError) -> str:
    return _("This has to be %(expected)s.", expected=json.dumps(_rule(error), ensure_ascii=False))


def _not_matching(error: ValidationError) -> str:
    if "a-z" in _rule(error):
        return _("%(value)s is not a name that can be used here: small letters, digits and _ only, beginning with a letter, at most 40.", value=_short(error.instance))
    return _("%(value)s has not the form %(pattern)s.", value=_short(error.instance), pattern=_rule(error))


def _too_short(error: ValidationError) -> str:
    return _("This must not be empty.")


def _twice(error: ValidationError) -> str:
    return _("The list names something twice.")


def _too_long(error: ValidationError) -> str:
    return _("This is too long; at most %(limit)s.", limit=_rule(error))


def _too_small(error: ValidationError) -> str:
    return _("%(value)s is too small; at least %(limit)s.", value=_short(error.instance), limit=_rule(error))


def _too_large(error: ValidationError) -> str:
    return _("%(value)s is too large; at most %(limit)s.", value=_short(error.instance), limit=_rule(error))


def _other(error: ValidationError) -> str:
    return _("%(value)s is not allowed here.", value=_short(error.instance))


_SENTENCES: Mapping[str, Callable[[ValidationError], str]] = MappingProxyType({
    "additionalProperties": _unknown_key, "required": _missing, "type": _wrong_type, "enum": _not_in_list, "const": _not_equal,
    "pattern": _not_matching, "minLength": _too_short, "minItems": _too_short, "minProperties": _too_short, "uniqueItems": _twice,
    "maxLength": _too_long, "maxItems": _too_long, "maxProperties": _too_long, "minimum": _too_small, "exclusiveMinimum": _too_small,
    "maximum": _too_large, "exclusiveMaximum": _too_large,
})


def did_you_mean(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return " " + _("Did you mean “%(name)s”?", name=close[0]) if close else ""


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
