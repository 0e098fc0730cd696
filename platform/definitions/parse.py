"""Turns documents (JSON) into the dataclasses of `model.py`; the only place that knows the keys of both."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import Any, TypeVar

from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.definitions.dashboards import Dashboard, parse_dashboard
from shuke.definitions.model import (
    SYSTEM_FIELDS,
    Action,
    App,
    Catalogue,
    DedupeRule,
    Document,
    Entity,
    EntityCheck,
    EntryKind,
    Field,
    Grant,
    LabelSheet,
    Ledger,
    LineFill,
    MenuItem,
    Node,
    Option,
    Print,
    PublicForm,
    RelatedLines,
    Role,
    Rule,
    State,
    Transition,
    Trigger,
    View,
    Workflow,
)
from shuke.definitions.names import COLUMN_OF_SYSTEM_FIELD, column_name, part_table_name, table_name
from shuke.definitions.problems import DefinitionErrors, Problem, file_of
from shuke.definitions.record_pages import parse_action, parse_figure, parse_panel, parse_related, parse_timeline

Body = Mapping[str, Any]
T = TypeVar("T")

SYSTEM_APP = "system"
"""The app of the entities that every catalogue has; their folder is the platform's own."""
IN_OWN_TABLE = frozenset({"table", "links"})
"""Field types whose values lie in a table of their own."""
_LINKED = MappingProxyType({"user": "user", "unit": "unit", "created_by": "user", "updated_by": "user"})
_SYSTEM_TYPES = MappingProxyType({
    "id": "integer", "created_at": "datetime", "created_by": "user", "updated_at": "datetime", "updated_by": "user", "owner": "user", "unit": "unit",
})
_SYSTEM_LABELS: Mapping[str, Label] = MappingProxyType({
    "id": {"zh": "编号", "en": "Id"},
    "created_at": {"zh": "创建时间", "en": "Created at"},
    "created_by": {"zh": "创建人", "en": "Created by"},
    "updated_at": {"zh": "修改时间", "en": "Updated at"},
    "updated_by": {"zh": "修改人", "en": "Updated by"},
    "owner": {"zh": "负责人", "en": "Owner"},
    "unit": {"zh": "所属组织", "en": "Unit"},
})


def parse_documents(documents: Iterable[Document], version: int) -> Catalogue:
    """The catalogue that the documents describe; `DefinitionErrors` when two share a name or one has not the expected shape."""
    listed = tuple(documents)
    problems: list[Problem] = []
    parsed: dict[str, dict[str, Any]] = {kind: {} for kind in _PARSERS}
    for document in listed:
        if document.kind not in _PARSERS:
            continue
        if document.name in parsed[document.kind]:
            problems.append(Problem(file_of(document), "", _("There is another %(kind)s with the name “%(name)s”; rename one of them.", kind=document.kind, name=document.name)))
            continue
        try:
            parsed[document.kind][document.name] = document.derived("parsed", partial(_PARSERS[document.kind], document))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            problems.append(Problem(file_of(document), "", _("The document has not the shape of its kind (%(detail)s); check it against the schema.", detail=repr(error))))
    if problems:
        raise DefinitionErrors(problems)
    return _catalogue(version, listed, parsed)


def _catalogue(version: int, documents: tuple[Document, ...], parsed: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    apps = sorted(parsed["app"].values(), key=lambda app: (app.order, app.name))
    unit_kinds = tuple({kind.code: kind for kinds in parsed["template"].values() for kind in kinds}.values())
    return Catalogue(
        version, documents,
        entities=MappingProxyType({name: _with_unit_kinds(entity, unit_kinds) for name, entity in parsed["entity"].items()}),
        views=MappingProxyType(parsed["view"]), workflows=MappingProxyType(parsed["workflow"]),
        rules=MappingProxyType(parsed["rule"]), ledgers=MappingProxyType(parsed["ledger"]), roles=MappingProxyType(parsed["role"]),
        apps=MappingProxyType({app.name: app for app in apps}), prints=MappingProxyType(parsed["document"]),
        dashboards=MappingProxyType(parsed["dashboard"]), unit_kinds=unit_kinds,
    )


# Entities and fields


def parse_entity(document: Document) -> Entity:
    body = document.body
    table = body.get("x-table") or table_name(document.name)
    required = frozenset(body.get("required", ()))
    fields = _fields(body["properties"], required, table)
    system = tuple(_system_field(name) for name in SYSTEM_FIELDS)
    return Entity(
        name=document.name, app=document.app, label=_label(body.get("x-label"), document.name), fields=fields,
        display=body.get("x-display", "") or (fields[0].name if fields else "id"), schema=body, id=body.get("x-id", ""), table=table,
        icon=body.get("x-icon", ""), scope=body.get("x-scope", ""), leads_to=body.get("x-leads-to", ""),
        unique=tuple(tuple(names) for names in body.get("x-unique", ())),
        dedupe=tuple(DedupeRule(tuple(rule["fields"]), rule["action"], rule.get("message", {})) for rule in body.get("x-dedupe", ())),
        checks=tuple(_check(check) for check in body.get("x-checks", ())),
        system=document.app == SYSTEM_APP, _by_name=MappingProxyType({field.name: field for field in (*fields, *system)}),
    )


def _check(body: Body) -> EntityCheck:
    return EntityCheck(body["when"], body["message"], body["action"], body.get("field", ""), body.get("each", ""))


def _fields(properties: Body, required: frozenset[str], table: str) -> tuple[Field, ...]:
    """A field that is not published yet may have the name of a column that a sibling has."""
    taken = frozenset(schema["x-column"] for schema in properties.values() if schema.get("x-column"))
    return tuple(parse_field(name, schema, required, table, taken) for name, schema in properties.items())


def parse_field(name: str, schema: Body, required: frozenset[str], table: str, taken: frozenset[str] = frozenset()) -> Field:
    """`table` is the physical table of the entity, from which a part's own table gets its name; `taken` are columns of others."""
    type_ = schema["x-type"]
    if type_ in _LINKED:
        schema = {**schema, "x-entity": _LINKED[type_]}
    column = schema.get("x-column") or (part_table_name(table, name, taken) if type_ in IN_OWN_TABLE else column_name(name, taken))
    return Field(
        name=name, type=type_, label=_label(schema.get("x-label"), name), schema=schema, id=schema.get("x-id", ""), column=column,
        help=schema.get("x-help", {}), required=name in required, read_only=bool(schema.get("readOnly", False)),
        formula=schema.get("x-formula", ""), default=schema.get("x-default", ""), visible_if=schema.get("x-visible-if", ""),
        required_if=schema.get("x-required-if", ""), read_only_if=schema.get("x-readonly-if", ""),
        options=tuple(_option(option) for option in schema.get("x-options", ())), fields=_columns(schema, column) if type_ == "table" else (),
        fill=_fill(schema["x-fill"]) if "x-fill" in schema else None,
    )


def _fill(body: Body) -> LineFill:
    link, _dot, table = body["from"].partition(".")
    return LineFill(link, table, MappingProxyType(dict(body["columns"])))


def _columns(schema: Body, table: str) -> tuple[Field, ...]:
    items = schema["items"]
    return _fields(items["properties"], frozenset(items.get("required", ())), table)


@cache
def _system_field(name: str) -> Field:
    type_ = _SYSTEM_TYPES[name]
    schema: dict[str, Any] = {"x-type": type_}
    if type_ in _LINKED:
        schema["x-entity"] = _LINKED[type_]
    return Field(
        name=name, type=type_, label=_SYSTEM_LABELS[name], schema=schema, id=name, column=COLUMN_OF_SYSTEM_FIELD.get(name, name),
        read_only=name not in ("owner", "unit"), system=True,
    )


def system_label(name: str) -> Label:
    """What a field that every entity has is called; nothing for another one."""
    return _SYSTEM_LABELS.get(name, {})


def _with_unit_kinds(entity: Entity, kinds: tuple[Option, ...]) -> Entity:
    """The kinds of units are the template's: they become the options of `unit.kind`."""
    if not (entity.system and entity.name == "unit" and kinds):
        return entity
    options = [{"code": kind.code, "label": dict(kind.label)} for kind in kinds]
    body = {**entity.schema, "properties": {**entity.schema["properties"], "kind": {**entity.schema["properties"]["kind"], "x-options": options}}}
    return parse_entity(Document("entity", entity.name, entity.app, body))


def _option(body: Body) -> Option:
    return Option(body["code"], _label(body.get("label"), body["code"]), body.get("color", ""), body.get("parent", ""), body.get("retired", False))


def _label(body: Label | None, name: str) -> Label:
    return body or {"zh": name, "en": name}


# The other kinds


def _template(document: Document) -> tuple[Option, ...]:
    return tuple(_option(kind) for kind in document.body.get("unit_kinds", ()))


def _app(document: Document) -> App:
    body = document.body
    menu = tuple(MenuItem(item.get("entity", ""), item.get("view", ""), item.get("dashboard", ""), item.get("label", {}), item.get("icon", "")) for item in body.get("menu", ()))
    return App(document.name, _label(body.get("label"), document.name), body.get("icon", ""), body.get("color", ""), body.get("order", 100), menu)


def _view(document: Document) -> View:
    body = document.body
    return View(
        name=document.name, kind=body["kind"], entity=body["entity"], label=_label(body.get("label"), document.name),
        variant=".".join(document.name.split(".")[2:]), columns=_names(body, "columns"), sort=_names(body, "sort"),
        filters=_names(body, "filters"), where=body.get("where", ""), page_size=body.get("page_size", 50), layout=_nodes(body.get("layout", ())),
        without=_names(body, "without"),
        header=_names(body, "header"), related=tuple(parse_related(part) for part in body.get("related", ())),
        figures=tuple(parse_figure(part) for part in body.get("figures", ())), timeline=parse_timeline(body["timeline"]) if "timeline" in body else None,
        panels=tuple(parse_panel(part) for part in body.get("panels", ())), actions=tuple(parse_action(part) for part in body.get("actions", ())),
        public=_public(body["public"]) if "public" in body else None, body=body,
    )


def _public(body: Body) -> PublicForm:
    return PublicForm(
        body["address"], _names(body, "fields"), body.get("open", True), _names(body, "prefill"), MappingProxyType(dict(body.get("choices", {}))),
        title=body.get("title", {}), intro=body.get("intro", {}), submit=body.get("submit", {}), thanks=body.get("thanks", {}), consent=body.get("consent", {}),
        most=body.get("most", 0), per_day=body.get("per_day", 0), until=body.get("until", ""), embed=_names(body, "embed"),
    )


def _nodes(bodies: Sequence[Body]) -> tuple[Node, ...]:
    return tuple(
        Node(
            type=body["type"], field=body.get("field", ""), label=body.get("label", {}), columns=1 if body["type"] == "related" else body.get("columns", 1),
            visible=body.get("visible", ""), required=body.get("required", ""), read_only=body.get("read_only", ""),
            nodes=_nodes(body.get("nodes", ())), text=body.get("text", {}), related=_lines(body) if body["type"] == "related" else None,
            width=body.get("width", 0), hidden_on_phones=body.get("on_phones", {}).get("hidden", False), order_on_phones=body.get("on_phones", {}).get("order", 0),
        )
        for body in bodies
    )


def _lines(body: Body) -> RelatedLines:
    return RelatedLines(body["entity"], body["via"], _names(body, "columns"), body.get("min", 0))


def _workflow(document: Document) -> Workflow:
    body = document.body
    return Workflow(
        name=document.name, entity=body["entity"], label=_label(body.get("label"), document.name), initial=body["initial"],
        states=tuple(
            State(state["name"], _label(state.get("label"), state["name"]), state.get("color", ""), state.get("category", "open")) for state in body["states"]
        ),
        transitions=tuple(_transition(transition) for transition in body.get("transitions", ())),
    )


def _transition(body: Body) -> Transition:
    return Transition(
        name=body["name"], label=_label(body.get("label"), body["name"]), sources=_names(body, "from"), target=body["to"],
        guard=body.get("guard", ""), guard_message=body.get("guard_message", {}), ask=_names(body, "ask"), require=_names(body, "require"),
        values=MappingProxyType(dict(body.get("set", {}))), style=body.get("style", ""),
    )


def _rule(document: Document) -> Rule:
    body = document.body
    trigger = body["trigger"]
    return Rule(
        name=document.name, entity=body["entity"], label=_label(body.get("label"), document.name),
        trigger=Trigger(trigger["type"], _names(trigger, "fields"), trigger.get("field", ""), trigger.get("state", "")),
        condition=body.get("condition", ""), actions=tuple(Action(action["type"], action) for action in body["actions"]),
        enabled=body.get("enabled", True),
    )


def _ledger(document: Document) -> Ledger:
    body = document.body
    floor = body.get("floor", 0)
    return Ledger(
        name=document.name, label=_label(body.get("label"), document.name), entity=body["account"]["entity"], unit=body.get("unit", {}),
        scale=body.get("scale", 0), floor="" if floor is None else str(floor),
        kinds=MappingProxyType({
            name: EntryKind(name, _label(kind.get("label"), name), kind["from"], kind["to"]) for name, kind in body["kinds"].items()
        }),
    )


def _role(document: Document) -> Role:
    body = document.body
    return Role(
        document.name, _label(body.get("label"), document.name), tuple(_grant(grant) for grant in body.get("grants", ())),
        frozenset(body.get("abilities", ())),
    )


def _grant(body: Body) -> Grant:
    return Grant(
        entity=body["entity"], operations=frozenset(body["operations"]), scope=body.get("scope", "all"), where=body.get("where", ""),
        fields=MappingProxyType(dict(body.get("fields", {}))), lookup=_names(body, "lookup"),
        transitions=tuple(body.get("transitions", ("*",))),
    )


def _print(document: Document) -> Print:
    body = document.body
    return Print(
        document.name, body["entity"], _label(body.get("label"), document.name), body.get("paper", "A4"), tuple(body.get("blocks", ())),
        head=body.get("head", True), number=body.get("number", ""), date=body.get("date", ""), order=body.get("order", 0),
        orientation=body.get("orientation", "portrait"), sheet=LabelSheet(**body["sheet"]) if body.get("sheet") else None,
    )


def _dashboard(document: Document) -> Dashboard:
    return parse_dashboard(document.name, document.body)


def _names(body: Body, key: str) -> tuple[str, ...]:
    return tuple(body.get(key, ()))


_PARSERS: Mapping[str, Callable[[Document], Any]] = MappingProxyType({
    "template": _template, "app": _app, "entity": parse_entity, "view": _view, "workflow": _workflow, "rule": _rule,
    "ledger": _ledger, "role": _role, "document": _print, "dashboard": _dashboard,
})
