"""What a new entry begins with: as much as its schema wants, chosen so that it can be shown at once."""

from collections.abc import Collection, Mapping
from typing import Any

from shuke.builder.panels.choices import choices_for, filled_columns, filling_lines, map_choices
from shuke.builder.panels.scopes import Scope, scope_of
from shuke.builder.panels.shapes import Shape, inside, opened, shape_at
from shuke.builder.workshop import Workshop
from shuke.definitions.model import Document
from shuke.definitions.patches import Path

_EXPRESSIONS = {"when": "false", "amount": "0", "value": "0"}
_LABEL = {"zh": "新的一项", "en": "New entry"}


def start(shape: Shape, scope: Scope, key: str, taken: Collection[str] = ()) -> Any:
    """The least that can stand in a place."""
    if shape.ref == "label":
        return dict(_LABEL)
    if shape.ref == "expression":
        return _EXPRESSIONS.get(key) or _same_column(scope, key) or "true"
    if shape.options:
        return next(one for one in shape.options if one)
    match shape.type:
        case "object":
            return start_object(shape, scope, {}, taken)
        case "array":
            return [start(shape.inner(0, ()), scope, key)]
        case "integer" | "number":
            return shape.schema.get("minimum", 0)
        case "boolean":
            return True
    offered = [one for one, _words in choices_for(scope, key, shape.ref) or () if one != "*"]
    if key == "entity" and scope.entity in offered:
        return scope.entity
    return next((one for one in offered if one not in taken), offered[0]) if offered else free(key if key in {"name", "code"} else "entry", taken)


def start_object(shape: Shape, scope: Scope, body: Mapping[str, Any], taken: Collection[str] = ()) -> dict[str, Any]:
    """The body with all that is required; what kind of entry it is decides what that is."""
    made, required = dict(body), set(shape.required)
    if branches := [branch["required"] for branch in shape.schema.get("anyOf", ()) if "required" in branch]:
        required |= set() if any(set(branch) <= set(made) for branch in branches) else set(branches[0])
    if not made and not required and shape.schema.get("minProperties") and "properties" in shape.schema:
        required = {next(iter(shape.schema["properties"]))}
    order = sorted(required, key=lambda key: (key != "type", key != "entity", key != "ledger", key != "field", key))
    for key in order:
        if key not in made:
            made[key] = start(shape.inner(key, made), scope.within(made, key), key, taken)
            return start_object(opened(shape.root, shape.schema, made), scope, made, taken)
    if isinstance(shape.schema.get("additionalProperties"), Mapping) and shape.schema.get("minProperties") and not made:
        names = [one for one, _words in map_choices(scope, scope.keys[-1] if scope.keys else "") or () if one != "*"]
        name = names[0] if names else free("entry", ())
        made[name] = start(shape.inner(name, made), scope, name)
    return made


def begun(shop: Workshop, document: Document, part: str, path: Path, value: Any) -> tuple[Path, Any]:
    """What is to be written: an object that is not there yet begins with all that it needs beside `value`.

    `part`: the sub-table whose column the document's panel is about.
    """
    parent = path[:-1]
    scope, body = scope_of(shop, document, part), document.body
    for key in parent:
        scope, body = scope.within(body, str(key)), inside(body, key)
    if not parent or value is None or body is not None or not isinstance(path[-1], str):
        return path, value
    shape = shape_at(document, parent)
    return (parent, start_object(shape, scope, {path[-1]: value})) if shape.required - {path[-1]} else (path, value)


def _same_column(scope: Scope, column: str) -> str:
    """The column of the same name, or else one of the same type, of the lines that fill a sub-table."""
    lines = filling_lines(scope)
    type_ = filled_columns(scope).get(column, {}).get("x-type")
    alike = [field.name for field in lines if field.name == column] + [field.name for field in lines if field.type == type_]
    return next(iter([*alike, *(field.name for field in lines)]), "")


def free(stem: str, taken: Collection[str]) -> str:
    """A name that no sibling has."""
    number, name = 2, stem
    while name in taken:
        number, name = number + 1, f"{stem}_{number}"
    return name
