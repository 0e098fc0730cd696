"""The parts of a form by the names that the page gives them: a field by its own name, all else by its place, `0.2.1`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shuke.builder.words import type_word
from shuke.builder.workshop import Workshop
from shuke.core.errors import UnknownName
from shuke.core.i18n import Label, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Catalogue, Entity
from shuke.publishing.edits.layouts import Layout, Place, part_at

TYPE_ICONS: Mapping[str, str] = {
    "text": "typography", "longtext": "notes", "phone": "phone", "email": "mail", "url": "world", "address": "map-pin", "barcode": "barcode",
    "integer": "number", "decimal": "ruler", "money": "coin", "percent": "percentage",
    "boolean": "checkbox", "choice": "circle-dot", "multichoice": "list-check", "tags": "tags", "treechoice": "list-tree",
    "date": "calendar", "datetime": "calendar-time", "image": "photo", "file": "paperclip",
    "link": "link", "links": "affiliate", "user": "user", "unit": "building", "table": "table",
    "autonumber": "hash", "formula": "math-function", "lookup": "eye", "rollup": "sum", "state": "route", "balance": "coins",
    "created_at": "clock", "updated_at": "clock", "created_by": "user-check", "updated_by": "user-check",
}
PART_ICONS: Mapping[str, str] = {"section": "section", "tab": "folder", "columns": "columns", "text": "quote", "related": "list-details"}


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part as the page speaks of it."""

    key: str
    place: Place
    kind: str
    label: str
    kind_words: str
    icon: str
    field: str = ""
    type: str = ""
    width: int = 0
    columns: int = 0

    @property
    def said(self) -> str:
        return f"{self.label} · {self.kind_words}" if self.label else self.kind_words


@dataclass(frozen=True, slots=True)
class Mark:
    """What cannot be seen in the drawing: an icon and words."""

    icon: str
    words: str


def text_of(place: Place) -> str:
    return ".".join(map(str, place))


def place_of(text: str) -> Place:
    """A place as the page sends it; `()` for the form itself."""
    return tuple(int(number) for number in text.split(".")) if text and all(number.isdecimal() and len(number) < 4 for number in text.split(".")) else ()


def name_of_part(part: Mapping[str, Any], place: Place) -> str:
    return str(part.get("field") or text_of(place))


def walk(layout: Sequence[dict[str, Any]], above: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every part with its place, in the order of the form."""
    for number, part in enumerate(layout):
        yield (*above, number), part
        yield from walk(part.get("nodes", ()), (*above, number))


def places_of(layout: Layout, keys: Sequence[str]) -> list[Place]:
    """Where the named parts stand; those that are not there any more are left out."""
    by_key = {name_of_part(part, place): place for place, part in walk(layout)}
    return sorted({by_key[key] for key in keys if key in by_key})


def shown(catalogue: Catalogue, entity: Entity, part: Mapping[str, Any], place: Place) -> PartShown:
    kind, name = str(part["type"]), str(part.get("field", ""))
    type_ = entity.field(name).type if name and entity.has(name) else ""
    words = type_word(type_) if type_ else part_word(kind)
    icon = TYPE_ICONS.get(type_, "forms") if name else PART_ICONS.get(kind, "forms")
    return PartShown(
        name_of_part(part, place), place, kind, pick(label_of(catalogue, entity, part)), words, icon, name, type_, int(part.get("width", 0)),
        int(part.get("columns", 1)) if kind in {"section", "columns"} else 0,
    )


def label_of(catalogue: Catalogue, entity: Entity, part: Mapping[str, Any]) -> Label:
    """What a part is called, in all languages; empty where it has no name."""
    if label := part.get("label"):
        return dict(label)
    if name := part.get("field"):
        return (entity.field(name).label if entity.has(name) else {}) or {"zh": name, "en": name}
    if part["type"] == "text":
        return {language: text.splitlines()[0][:40] for language, text in part.get("text", {}).items() if text}
    if part["type"] == "related":
        try:
            other = catalogue.entity(str(part["entity"]))
        except UnknownName:
            return {}
        return other.schema.get("x-plural") or other.label
    return {}


def part_word(kind: str) -> str:
    match kind:
        case "tab":
            return _("Tab")
        case "section":
            return _("Section")
        case "columns":
            return _("Row of fields")
        case "text":
            return _("Note")
        case "related":
            return _("Lines of other records")
    return _("Field")


def marks(entity: Entity, part: Mapping[str, Any]) -> Iterator[Mark]:
    """What staff will not see at first, or what decides whether they see it."""
    name = part.get("field", "")
    field = entity.field(name) if name and entity.has(name) else None
    if part.get("visible") or field and field.visible_if:
        yield Mark("eye", _("Shown on a condition"))
    if field and (field.formula or field.type in {"formula", "lookup", "rollup"}):
        yield Mark("math-function", _("Computed"))
    if part.get("on_phones", {}).get("hidden"):
        yield Mark("device-mobile", _("Left out on phones"))


def chosen_parts(shop: Workshop, form: str, layout: Layout, keys: Sequence[str]) -> tuple[PartShown, ...]:
    entity = shop.catalogue.entity(form.split(".", 1)[0])
    return tuple(shown(shop.catalogue, entity, part_at(layout, place), place) for place in places_of(layout, keys))
