"""Fields of entities and columns of sub-tables: `owner` is the entity, or `entity.field` for the columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.definitions.load import without_physical
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch, adding, patched, placing, pointer, removing, replacing
from shuke.fields import FIELD_TYPES
from shuke.publishing.edits.labels import copied_label, field_name, free_name, refuse_member_name, taken_members
from shuke.publishing.edits.removing import Uses, take_away, uses
from shuke.publishing.edits.results import set_reading
from shuke.publishing.edits.values import fields_of, fields_path, insert_item, relabel, remove_item, set_value, value_at
from shuke.publishing.references import Target, rename

_SHARED = frozenset({"x-label", "x-help", "x-placeholder", "x-id", "x-column", "x-visible-if", "x-required-if", "x-readonly-if", "x-was"})
"""What a field keeps when it becomes of another type."""
_RESULT = frozenset({"type", "format", "x-result"})
"""What it never keeps: these say what its values are."""
_OPTIONS: list[dict[str, Any]] = [
    {"code": "first", "label": {"zh": "选项一", "en": "First option"}}, {"code": "second", "label": {"zh": "选项二", "en": "Second option"}},
]
_COLUMN = {"type": "string", "x-type": "text", "x-label": {"zh": "名称", "en": "Name"}}
_STARTS: Mapping[str, Mapping[str, Any]] = {
    "choice": {"x-options": _OPTIONS}, "multichoice": {"x-options": _OPTIONS}, "treechoice": {"x-options": _OPTIONS},
    "autonumber": {"x-pattern": "{yyyy}-{0000}", "x-reset": "year"}, "table": {"items": {"type": "object", "properties": {"name": _COLUMN}}},
    "formula": {"type": "string", "x-formula": '""'}, "lookup": {"type": "string", "x-via": "owner", "x-field": "name"},
    "rollup": {"type": "integer", "x-function": "count"},
}
"""What a type needs before it can be drawn; the person chooses better ones afterwards."""


def starting_schema(type_: str, label: Label) -> dict[str, Any]:
    """The property of a new field of this type."""
    return {**FIELD_TYPES[type_].json_type, "x-type": type_, "x-label": dict(label), **_STARTS.get(type_, {})}


def add_field(
    documents: Sequence[Document], owner: str, type_: str, label: Label, *, name: str = "", before: str | None = None, more: Mapping[str, Any] | None = None,
) -> Patch:
    """Another field, before the one that is named, or last; `more` are keywords such as `x-entity`."""
    name = name or field_name(documents, owner, label)
    refuse_member_name(documents, owner, name)
    return _added(owner, name, {**starting_schema(type_, label), **(more or {})}, before)


def duplicate_field(documents: Sequence[Document], owner: str, name: str, *, new: str = "") -> Patch:
    """The same field once more, after it; no value is copied, and it has an identity of its own."""
    schema = _schema(documents, owner, name)
    label = copied_label(schema.get("x-label") or {"zh": name, "en": name})
    new = new or field_name(documents, owner, {"en": name})
    refuse_member_name(documents, owner, new)
    names = list(fields_of(documents, owner))
    after = names[names.index(name) + 1 :]
    return _added(owner, new, {**without_physical(schema), "x-label": label} | _other_end(documents, schema), after[0] if after else None)


def rename_field(documents: Sequence[Document], owner: str, old: str, new: str) -> Patch:
    """Another technical name, in every place that names the field. Its values stay: they belong to its identity."""
    _schema(documents, owner, old)
    if new == old:
        return []
    refuse_member_name(documents, owner, new)
    return rename(documents, Target("field", owner, old), new)


def relabel_field(documents: Sequence[Document], owner: str, name: str, label: Label) -> Patch:
    """Other words for a field; one that is not published yet is called after them, unless somebody chose its name."""
    document, path = fields_path(owner)
    steps = relabel(documents, document, (*path, name), label)
    new = name_after(documents, owner, name, label)
    return steps if new == name else steps + rename_field(patched(documents, steps), owner, name, new)


def name_after(documents: Sequence[Document], owner: str, name: str, label: Label) -> str:
    """What a field is called once it has these words."""
    schema = _schema(documents, owner, name)
    old, taken = schema.get("x-label") or {}, taken_members(documents, owner) - {name}
    changed = {language: text for language, text in label.items() if text and text != old.get(language)}
    follows = name in {free_name({language: text}, taken, "field") for language, text in old.items() if text}
    return free_name(changed, taken, "field") if "x-id" not in schema and follows and changed else name


def retype_field(documents: Sequence[Document], owner: str, name: str, type_: str, more: Mapping[str, Any] | None = None) -> Patch:
    """The field as one of another type: keywords that the new type knows stay, all others go. Publishing converts the values."""
    schema = _schema(documents, owner, name)
    if type_ not in FIELD_TYPES:
        raise InvalidInput({"x-type": [_("There is no such type of field.")]})
    known = {*FIELD_TYPES[type_].options_schema.get("properties", {}), *_SHARED}
    start = starting_schema(type_, schema.get("x-label") or {"zh": name, "en": name})
    kept = {key: value for key, value in schema.items() if key in known and key not in {*_RESULT, *FIELD_TYPES[type_].json_type}}
    document, path = fields_path(owner)
    return replacing(pointer(document, (*path, name)), schema, {**start, **kept, **(more or {})})


def move_field(documents: Sequence[Document], owner: str, name: str, before: str | None) -> Patch:
    """The field before another one, or last."""
    _schema(documents, owner, name)
    document, path = fields_path(owner)
    return placing(pointer(document, (*path, name)), before)


def require_field(documents: Sequence[Document], owner: str, name: str, *, required: bool) -> Patch:
    """Whether a value has to be given always."""
    _schema(documents, owner, name)
    document, path = fields_path(owner)
    place = (*path[:-1], "required")
    names = list(value_at(documents, document, place) or ())
    if required == (name in names):
        return []
    return insert_item(documents, document, place, None, name) if required else remove_item(documents, document, (*place, names.index(name)))


def remove_field(documents: Sequence[Document], owner: str, name: str) -> Patch:
    """Take a field out, and with it its columns in lists, its places in forms, filters and sums. Formulas and rules that name it stay."""
    schema = _schema(documents, owner, name)
    document, path = fields_path(owner)
    steps = take_away(documents, uses_of_field(documents, owner, name))
    left = _schema(patched(documents, steps), owner, name) if steps else schema
    return [*steps, *removing(pointer(document, (*path, name)), left)]


def sum_over(documents: Sequence[Document], owner: str, name: str, link: str) -> Patch:
    """Let a roll-up go over the records whose link leads here, `loan.reader` or `invoice.lines.item`; the link's other end gets a name for it."""
    source, _dot, via = link.rpartition(".")
    schema = _schema(documents, source, via)
    inverse, document, path = schema.get("x-inverse"), *fields_path(source)
    steps: Patch = []
    if not inverse:
        inverse = free_name({"en": _plural(source.split(".")[0])}, taken_members(documents, owner), "records")
        steps = set_value(documents, document, (*path, via, "x-inverse"), inverse)
    return [*steps, *set_reading(patched(documents, steps), owner, name, "x-via", inverse)]


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def uses_of_field(documents: Sequence[Document], owner: str, name: str) -> Uses:
    """Where a field is used, its columns and the other end of its link included."""
    schema = _schema(documents, owner, name)
    targets = {Target("field", owner, name)}
    targets |= {Target("field", f"{owner}.{name}", column) for column in fields_of(documents, f"{owner}.{name}")} if "." not in owner else set()
    if inverse := schema.get("x-inverse"):
        targets.add(Target("field", schema.get("x-entity") or schema["x-type"], inverse))
    return uses(documents, targets)


def _added(owner: str, name: str, schema: Mapping[str, Any], before: str | None) -> Patch:
    document, path = fields_path(owner)
    address = pointer(document, (*path, name))
    return [*adding(address, dict(schema)), *(placing(address, before) if before else [])]


def _schema(documents: Sequence[Document], owner: str, name: str) -> Mapping[str, Any]:
    found = fields_of(documents, owner).get(name)
    if not isinstance(found, Mapping):
        raise NotFound(_("This field is not there any more."))
    return found


def _other_end(documents: Sequence[Document], schema: Mapping[str, Any]) -> dict[str, str]:
    """Two links cannot share the name of their other end."""
    inverse = schema.get("x-inverse")
    if not inverse:
        return {}
    taken, number = taken_members(documents, str(schema.get("x-entity") or schema["x-type"])), 2
    while f"{inverse}_{number}" in taken:
        number += 1
    return {"x-inverse": f"{inverse}_{number}"}

