"""What views, menus, dashboards and printed documents name."""

from shuke.publishing.references.model import Target
from shuke.publishing.references.spot import SELF, Spot


def walk_template(spot: Spot) -> None:
    spot.name("name", "template", "definition")
    for kind in spot.items("unit_kinds"):
        kind.name("code", "unit_kind", "definition")


def walk_app(spot: Spot) -> None:
    spot.name("name", "app", "definition")
    for item in spot.items("menu"):
        item.name("entity", "entity", "menu", away="part")
        item.view("view", "menu", away="part")
        item.name("dashboard", "dashboard", "menu", away="part")


# Views


def walk_view(spot: Spot) -> None:
    entity = spot.says("entity")
    spot.name("entity", "entity", "belongs")
    for key, role in (("columns", "column"), ("filters", "filter"), ("header", "header"), ("sort", "sort")):
        spot.paths(key, entity, role, "item")
    spot.paths("group", entity, "group", "key")
    for key, role in (("by", "group"), ("start", "group"), ("end", "group"), ("image", "block")):
        spot.name(key, "field", role, entity, "key" if key in ("end", "image") else "")
    for width in spot.items("widths"):
        width.paths("field", entity, "column", "part")
    spot.expression("where", entity, "condition")
    spot.name("roles", "role", "audience", away="item")
    for color in spot.items("colors"):
        color.expression("when", entity, "condition")
        color.paths("field", entity, "condition", "part")
    for figure in spot.items("summary"):
        figure.paths("field", entity, "sum", "part")
    for node in spot.items("layout"):
        _node(node, entity)
    _public(spot.at("public"), entity)
    spot.name("without", "field", "layout", entity, "item")
    _record_page(spot, entity)


def _node(spot: Spot, entity: str) -> None:
    spot.name("field", "field", "layout", entity, "part")
    for key in ("visible", "required", "read_only"):
        spot.expression(key, entity, "condition")
    if spot.says("type") == "related":
        other = spot.says("entity")
        spot.name("entity", "entity", "related", away="part")
        spot.name("via", "field", "related", other, "part")
        spot.paths("columns", other, "column", "item")
    for inner in spot.items("nodes"):
        _node(inner, entity)


def _public(spot: Spot, entity: str) -> None:
    for key in ("fields", "prefill"):
        spot.paths(key, entity, "layout", "item")
    for name, choice in spot.members("choices"):
        choice.key(Target("field", entity, name), "condition", away="key")
        choice.expression(SELF, spot.walk.target_of(entity, name), "condition")


def _record_page(spot: Spot, entity: str) -> None:
    for figure in spot.items("figures"):
        figure.paths("field", entity, "figure", "part")
        figure.expression("value", entity, "formula")
    for key in ("related", "panels", "actions"):
        for part in spot.items(key):
            _part(part, entity)
    timeline = spot.at("timeline")
    for entry in timeline.items("entries"):
        _part(entry, entity)
    _part(timeline.at("add"), entity)


def _part(spot: Spot, entity: str) -> None:
    """A part about records of another entity."""
    other = spot.says("entity")
    spot.name("entity", "entity", "related", away="part")
    for key in ("via", "at"):
        spot.paths(key, other, "related", "part")
    for key in ("title", "text"):
        spot.paths(key, other, "column", "key")
    spot.paths("badge", other, "column", "item" if isinstance(spot.at("badge").body, list | tuple) else "key")
    for key, role in (("columns", "column"), ("sort", "sort"), ("edit", "column")):
        spot.paths(key, other, role, "item")
    spot.expression("where", other, "condition")
    spot.expression("visible", entity, "condition")
    spot.values("values", entity, other)
    spot.view("view", "view", other, away="key")


# Dashboards


def walk_dashboard(spot: Spot) -> None:
    spot.name("name", "dashboard", "definition")
    spot.name("roles", "role", "audience", away="item")
    for part in spot.items("parts"):
        _board_part(part)


def _board_part(spot: Spot) -> None:
    """A part about records, or about the movements of a ledger, whose groups have fixed names."""
    if ledger := spot.says("ledger"):
        spot.name("ledger", "ledger", "part", away="part")
        spot.name("kinds", "kind", "filter", ledger, "item")
        known = spot.walk.catalogue.ledgers.get(ledger)
        spot.expression("where", known.entity if known else "", "condition")
    elif entity := spot.says("entity"):
        spot.name("entity", "entity", "part", away="part")
        for key, role in (("columns", "column"), ("sort", "sort")):
            spot.paths(key, entity, role, "item")
        for key in ("group", "series", "date", "due"):
            spot.paths(key, entity, "group")
        spot.expression("where", entity, "condition")
        for measure in spot.items("measures"):
            measure.paths("field", entity, "sum", "part")
            measure.expression("where", entity, "condition")
    for action in spot.items("actions"):
        action.name("entity", "entity", "action", away="part")
        action.view("view", "view", action.says("entity"), away="key")


# Printed documents and messages


def walk_document(spot: Spot) -> None:
    entity = spot.says("entity")
    spot.name("name", "document", "definition")
    spot.name("entity", "entity", "belongs")
    for key in ("number", "date"):
        spot.paths(key, entity, "header", "key")
    for block in spot.items("blocks"):
        _block(block, entity)
    spot.words(entity)


def _block(spot: Spot, entity: str) -> None:
    kind = spot.says("type")
    spot.expression("visible", entity, "condition")
    if kind == "chart":
        _board_part(spot)
        spot.name("via", "field", "related", spot.says("entity"), "part")
        return
    spot.paths("fields", entity, "block", "item")
    spot.paths("field", entity, "block", "part")
    spot.paths("strong", entity, "block", "key")
    spot.name("ledger", "ledger", "block", away="part")
    if kind == "columns":
        for column in spot.items("columns"):
            for inner in column.items("blocks"):
                _block(inner, entity)
    if kind in ("table", "related"):
        rows = spot.walk.target_of(entity, spot.says("field")) if kind == "table" else spot.says("entity")
        for key, role in (("columns", "column"), ("sort", "sort"), ("sums", "sum")):
            spot.paths(key, rows, role, "item")
        spot.name("entity", "entity", "related", away="part")
        spot.name("via", "field", "related", rows, "part")
        spot.expression("where", rows, "condition")


def walk_message(spot: Spot) -> None:
    entity = spot.says("entity")
    spot.name("name", "message", "definition")
    spot.name("entity", "entity", "belongs")
    spot.expression("to", entity, "formula")
    spot.at("subject").words(entity)
    spot.at("body").words(entity)
