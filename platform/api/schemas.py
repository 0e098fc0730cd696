"""The JSON Schemas of forms, as an actor may know them."""

from typing import Any

from shuke.access import Actor, Policy, policy
from shuke.definitions.load import without_physical
from shuke.definitions.model import Entity
from shuke.fields import FIELD_TYPES

_INNER = ("x-formula", "x-default", "x-fill", "x-where", "x-visible-if", "x-required-if", "x-readonly-if", "x-filter", "x-dedupe", "x-checks", "x-leads-to", "x-was")
"""Expressions may name fields that the actor does not see."""


def entity_schema(actor: Actor, entity: Entity) -> dict[str, Any]:
    """The published schema without hidden fields; every record of the API is valid under it."""
    rights = policy(actor, entity)
    schema = _plain(without_physical(entity.schema))
    schema["properties"] = {
        name: _without_hidden_columns(rights, name, one) for name, one in schema.get("properties", {}).items() if rights.right(name) != "hidden"
    }
    # A field that is masked, or that this actor may not see in some rows, is left out of a record.
    sure = [name for name in schema.get("required", ()) if rights.right(name) in ("read", "write") and not rights.differs(name)]
    return {**schema, "required": sure}


def input_schema(actor: Actor, entity: Entity) -> dict[str, Any]:
    """What may be sent: the fields that the actor can write, null to clear one."""
    whole = entity_schema(actor, entity)
    rights = policy(actor, entity)
    writable = {
        name: {"anyOf": [one, {"type": "null"}]} for name, one in whole["properties"].items() if _is_writable(entity, name, rights)
    }
    for name in ("owner", "unit"):
        writable.setdefault(name, {"type": ["string", "null"]})
    return {"type": "object", "additionalProperties": False, "properties": writable}


def _is_writable(entity: Entity, name: str, rights: Policy) -> bool:
    field = entity.field(name)
    allowed = "write" in (rights.right(name, "update"), rights.right(name, "create"))
    return allowed and not (field.read_only or field.formula or FIELD_TYPES[field.type].computed)


def _without_hidden_columns(rights: Policy, name: str, one: dict[str, Any]) -> dict[str, Any]:
    items = one.get("items")
    if not isinstance(items, dict) or "properties" not in items:
        return one
    seen = {column: body for column, body in items["properties"].items() if rights.right(f"{name}.{column}") != "hidden"}
    sure = [column for column in items.get("required", ()) if rights.right(f"{name}.{column}") in ("read", "write")]
    return {**one, "items": {**items, "properties": seen, "required": sure}}


def _plain(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: _plain(value) for key, value in body.items() if key not in _INNER}
    return [_plain(one) for one in body] if isinstance(body, list) else body
