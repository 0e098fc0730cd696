"""What the documents of entities name."""

from shuke.expressions import Type
from shuke.expressions.types import Kind
from shuke.fields.scope import line_variables
from shuke.publishing.references.model import Target
from shuke.publishing.references.spot import SELF, Spot


def walk_entity(spot: Spot) -> None:
    entity = spot.document.name
    spot.name("$id", "entity", "definition")
    spot.name("x-scope", "unit_kind", "audience")
    spot.name("x-display", "field", "title", entity, "key")
    spot.expression("x-leads-to", entity, "formula")
    spot.name("required", "field", "required", entity, "item")
    for names in spot.items("x-unique"):
        names.name(SELF, "field", "unique", entity)
    for rule in spot.items("x-dedupe"):
        rule.name("fields", "field", "unique", entity)
    for check in spot.items("x-checks"):
        _check(check, entity)
    for name, field in spot.members("properties"):
        _field(field, entity, name)


def _check(spot: Spot, entity: str) -> None:
    each = spot.says("each")
    owner = f"{entity}.{each}" if each else entity
    spot.expression("when", owner, "check", line_variables(owner) if each else None)
    spot.name("each", "field", "check", entity)
    spot.paths("field", entity, "check", "key")


def _field(spot: Spot, owner: str, name: str) -> None:
    spot.key(Target("field", owner, name), "definition")
    linked = _linked(spot)
    spot.name("x-entity", "entity", "link")
    spot.name("x-workflow", "workflow", "workflow")
    spot.name("x-ledger", "ledger", "account")
    spot.name("x-depends", "field", "link", owner, "key")
    spot.name("x-inverse", "field", "definition", linked)
    spot.paths("x-columns", linked, "column", "item")
    spot.expression("x-filter", linked, "condition", {"record": Type(Kind.LINK, owner)})
    via = spot.says("x-via")
    spot.name("x-via", "field", "link", owner)
    if via and (rows := spot.walk.target_of(owner, via)):
        spot.paths("x-field", rows, "formula")
        spot.expression("x-where", rows, "condition")
    _fill(spot.at("x-fill"), owner, name)
    _formulas(spot, owner, name)
    _options(spot, owner, name)
    rows = f"{owner}.{name}"
    items = spot.at("items")
    items.name("required", "field", "required", rows, "item")
    for column, inner in items.members("properties"):
        _field(inner, rows, column)


def _fill(spot: Spot, owner: str, name: str) -> None:
    """Lines that come from another record's lines, through a link of the same record."""
    link, _dot, table = spot.says("from").partition(".")
    spot.paths("from", owner, "value")
    spot.values("columns", f"{spot.walk.target_of(owner, link)}.{table}", f"{owner}.{name}")


def _formulas(spot: Spot, owner: str, name: str) -> None:
    spot.expression("x-formula", owner, "formula", gives=(owner, name))
    spot.expression("x-default", owner, "value", gives=(owner, name))
    for key in ("x-visible-if", "x-required-if", "x-readonly-if"):
        spot.expression(key, owner, "condition")


def _options(spot: Spot, owner: str, name: str) -> None:
    field = f"{owner}.{name}"
    outer = f"{owner}.{spot.says('x-depends')}" if spot.says("x-depends") else field
    for option in spot.items("x-options"):
        option.name("code", "option", "definition", field)
        option.name("parent", "option", "link", outer, "key")


def _linked(spot: Spot) -> str:
    """Where a link leads; links to people and units say so by their type."""
    return spot.says("x-entity") or spot.says("x-type")
