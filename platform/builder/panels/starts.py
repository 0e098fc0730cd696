"""What a new entry begins with: as much as its schema wants, chosen so that it can be shown at once."""

from collections.abc import Collection, Mapping
from typing import Any

from shuke.builder.panels.choices import choices_for, map_choices
from shuke.builder.panels.scopes import Scope
from shuke.builder.panels.shapes import Shape, opened

_EXPRESSIONS = {"when": "false", "amount": "0", "value": "0"}
_LABEL = {"zh": "新的一项", "en": "New entry"}


def start(shape: Shape, scope: Scope, key: str, taken: Collection[str] = ()) -> Any:
    """The least that can stand in a place."""
    if shape.ref == "label":
        return dict(_LABEL)
    if shape.ref == "expression":
        return _EXPRESSIONS.get(key, "true")
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


def free(stem: str, taken: Collection[str]) -> str:
    """A name that no sibling has."""
    number, name = 2, stem
    while name in taken:
        number, name = number + 1, f"{stem}_{number}"
    return name
