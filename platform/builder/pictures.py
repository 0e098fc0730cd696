"""Pictures of forms and lists, drawn from definitions that are not in force: what one would get."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shuke.core.i18n import pick
from shuke.definitions.model import Document
from shuke.definitions.parse import system_label

_MOST_FIELDS = 8
_MOST_COLUMNS = 5
_WIDE = frozenset({"longtext", "table", "file", "image", "address"})
_RIGHT = frozenset({"integer", "decimal", "money", "percent", "rollup", "balance"})


@dataclass(frozen=True, slots=True)
class FieldDrawn:
    """A label with a box; `shape` says what kind of box."""

    label: str
    shape: str
    is_wide: bool


@dataclass(frozen=True, slots=True)
class SectionDrawn:
    label: str
    fields: tuple[FieldDrawn, ...]


@dataclass(frozen=True, slots=True)
class ColumnDrawn:
    label: str
    shape: str
    is_right: bool
    options: tuple[tuple[str, str], ...]
    """Words and colours, where the value is one of several."""

    def sample(self, row: int) -> tuple[str, str]:
        return self.options[row % len(self.options)]


@dataclass(frozen=True, slots=True)
class EntityDrawn:
    """An entity as its list and its form show it."""

    label: str
    icon: str
    count: int
    columns: tuple[ColumnDrawn, ...]
    sections: tuple[SectionDrawn, ...]
    more: int
    """Fields of the form that the picture leaves out."""


def drawn(documents: Sequence[Document], entity: str) -> EntityDrawn:
    bodies = {one.key: one.body for one in documents}
    body = bodies["entity", entity]
    fields: Mapping[str, Mapping[str, Any]] = body["properties"]
    listed = bodies.get(("view", f"{entity}.list"), {}).get("columns") or list(fields)
    nodes = list(_nodes(bodies.get(("view", f"{entity}.form"), {}).get("layout") or (), ""))
    shown = [(section, name) for section, name in nodes if name in fields] or [("", name) for name in fields]
    columns = [_column(documents, fields, str(path)) for path in listed[:_MOST_COLUMNS]]
    return EntityDrawn(
        pick(body.get("x-plural") or body["x-label"]), str(body.get("x-icon", "database")), len(fields), tuple(columns),
        tuple(_sections(fields, shown[:_MOST_FIELDS])), max(0, len(shown) - _MOST_FIELDS),
    )


def _nodes(nodes: Sequence[Mapping[str, Any]], section: str) -> Iterator[tuple[str, str]]:
    """The fields of a layout with the words of the section that they stand in."""
    for node in nodes:
        if field := node.get("field"):
            yield section, str(field)
        yield from _nodes(node.get("nodes", ()), pick(node.get("label") or {}) or section)


def _sections(fields: Mapping[str, Mapping[str, Any]], shown: Sequence[tuple[str, str]]) -> Iterator[SectionDrawn]:
    for section in dict.fromkeys(name for name, _field in shown):
        yield SectionDrawn(section, tuple(
            FieldDrawn(pick(fields[name].get("x-label") or {}) or name, _shape(fields[name]), fields[name]["x-type"] in _WIDE)
            for found, name in shown if found == section
        ))


def _column(documents: Sequence[Document], fields: Mapping[str, Mapping[str, Any]], path: str) -> ColumnDrawn:
    name = path.partition(".")[0]
    schema = fields.get(name, {})
    label = pick(schema.get("x-label") or system_label(name) or {}) or name
    return ColumnDrawn(label, _shape(schema), schema.get("x-type") in _RIGHT, tuple(_options(documents, schema)))


def _options(documents: Sequence[Document], schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    states = next((one.body["states"] for one in documents if one.key == ("workflow", schema.get("x-workflow"))), ())
    for one in (*schema.get("x-options", ()), *states):
        yield pick(one.get("label") or {}) or str(one.get("code") or one.get("name")), str(one.get("color", "")) or "gray"


def _shape(schema: Mapping[str, Any]) -> str:
    match schema.get("x-type"):
        case "longtext" | "address" | "file" | "image":
            return "area"
        case "table":
            return "table"
        case "choice" | "state" | "multichoice" | "treechoice" | "tags":
            return "choice"
        case "link" | "links" | "user" | "unit":
            return "link"
        case "boolean":
            return "check"
        case "date" | "datetime":
            return "date"
    return "line"
