"""Mapping documents: which columns of a file become which fields of which records; read from JSON, checked for form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator

from shuke.core.errors import InvalidInput
from shuke.transfer.reading import Reading

MODES = ("upsert", "insert", "update")
KINDS = ("text", "number", "date", "datetime", "boolean")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from: exactly one of column, expression, value, target or lines."""

    column: str = ""
    expression: str = ""
    value: Any = None
    target: str = ""
    lines: tuple[Mapping[str, "Source"], ...] = ()
    match: str = ""
    """For links: the field of the other entity by which its record is found."""
    create: bool = False
    """For links: make the other record if there is none."""

    def body(self) -> Any:
        if self.lines:
            return [{name: source.body() for name, source in line.items()} for line in self.lines]
        said: dict[str, Any] = {name: given for name in ("column", "expression", "target") if (given := getattr(self, name))}
        if not said:
            said["value"] = self.value
        if self.match:
            said["match"] = self.match
        if self.create:
            said["create"] = True
        return said


@dataclass(frozen=True, slots=True)
class Target:
    """The records of one entity that each row makes or changes."""

    name: str
    entity: str
    key: tuple[str, ...]
    columns: Mapping[str, Source]
    transitions: tuple[str, ...] = ()
    """Fired, in order, on records that the import has made."""
    mode: str = "upsert"

    def body(self) -> dict[str, Any]:
        return {
            "name": self.name, "entity": self.entity, "key": list(self.key), "mode": self.mode,
            "columns": {name: source.body() for name, source in self.columns.items()}, "transitions": list(self.transitions),
        }


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """A whole mapping document."""

    targets: tuple[Target, ...]
    reading: Reading = field(default_factory=Reading)
    kinds: Mapping[str, str] | None = None
    """What the columns hold for expressions (`number`, `date`, …); None: found out from the file."""
    accept_warnings: bool = False

    def body(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "read": self.reading.body(), "targets": [target.body() for target in self.targets], "accept_warnings": self.accept_warnings,
        }
        return said if self.kinds is None else {**said, "kinds": dict(self.kinds)}


_NAME = {"type": "string", "minLength": 1, "maxLength": 200}
_SOURCE: dict[str, Any] = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "column": _NAME, "expression": {"type": "string", "minLength": 1, "maxLength": 4000}, "value": {}, "target": _NAME,
        "match": _NAME, "create": {"type": "boolean"},
    },
    "oneOf": [{"required": [name]} for name in ("column", "expression", "value", "target")],
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object", "additionalProperties": False, "required": ["targets"],
    "properties": {
        "read": {
            "type": "object", "additionalProperties": False,
            "properties": {
                "encoding": {"enum": ["", "utf-8", "utf-8-sig", "gb18030", "utf-16"]},
                "delimiter": {"enum": ["", ",", ";", "\t", "|", "whitespace"]},
                "header": {"type": ["boolean", "null"]}, "sheet": {"type": "string", "maxLength": 200},
                "columns": {"type": "array", "maxItems": 200, "items": _NAME},
            },
        },
        "kinds": {"type": "object", "additionalProperties": {"enum": list(KINDS)}},
        "accept_warnings": {"type": "boolean"},
        "targets": {
            "type": "array", "minItems": 1, "maxItems": 10,
            "items": {
                "type": "object", "additionalProperties": False, "required": ["entity", "columns"],
                "properties": {
                    "name": _NAME, "entity": _NAME, "mode": {"enum": list(MODES)},
                    "key": {"type": "array", "maxItems": 5, "items": _NAME},
                    "transitions": {"type": "array", "maxItems": 10, "items": _NAME},
                    "columns": {
                        "type": "object", "minProperties": 1, "maxProperties": 200,
                        "additionalProperties": {"anyOf": [_SOURCE, {
                            "type": "array", "minItems": 1, "maxItems": 20,
                            "items": {"type": "object", "minProperties": 1, "additionalProperties": _SOURCE},
                        }]},
                    },
                },
            },
        },
    },
}
_VALIDATOR = Draft202012Validator(SCHEMA)


def read_mapping(body: Any) -> ImportMapping:
    """The mapping in a JSON document; `InvalidInput` names the place of each mistake."""
    if problems := dict(_problems(body)):
        raise InvalidInput(problems)
    return ImportMapping(
        tuple(_target(target) for target in body["targets"]), Reading.of(body.get("read", {})), body.get("kinds"),
        bool(body.get("accept_warnings")),
    )


def _problems(body: Any) -> Iterator[tuple[str, list[str]]]:
    for error in _VALIDATOR.iter_errors(body):
        yield ".".join(str(step) for step in error.absolute_path), [error.message]


def _target(body: Mapping[str, Any]) -> Target:
    return Target(
        body.get("name", body["entity"]), body["entity"], tuple(body.get("key", ())),
        {name: _source(source) for name, source in body["columns"].items()}, tuple(body.get("transitions", ())), body.get("mode", "upsert"),
    )


def _source(body: Any) -> Source:
    if isinstance(body, list):
        return Source(lines=tuple({name: _source(source) for name, source in line.items()} for line in body))
    return Source(**body)
