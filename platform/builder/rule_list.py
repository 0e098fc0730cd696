"""What happens to the records of an entity by itself: its workflows, its rules, its checks and the conditions of its fields, as a readable list."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template

from shuke.builder.formulas.conditions import in_words
from shuke.builder.outline import address_of
from shuke.builder.panels import words
from shuke.builder.tabs import Tab, tab
from shuke.builder.workshop import Workshop
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue, Document, Entity, Rule, Transition, Workflow
from shuke.definitions.patches import escaped

_CONDITIONS = ("x-visible-if", "x-required-if", "x-readonly-if")


@dataclass(frozen=True, slots=True)
class WayShown:
    """One transition: where it begins and leads, and under which condition."""

    label: str
    address: str
    sources: tuple[tuple[str, str], ...]
    target: tuple[str, str]
    guard: str
    style: str


@dataclass(frozen=True, slots=True)
class FlowShown:
    """A workflow with its states (label, colour, whether records begin there) and the ways between them."""

    label: str
    address: str
    states: tuple[tuple[str, str, bool], ...]
    ways: tuple[WayShown, ...]


@dataclass(frozen=True, slots=True)
class SentenceShown:
    """One rule, check or condition in words, with the address at which it is changed."""

    label: str
    address: str
    when: str
    then: tuple[str, ...] = ()
    pill: str = ""
    tone: str = ""


def draw(shop: Workshop, document: Document) -> str:
    catalogue, entity = shop.catalogue, shop.catalogue.entity(document.name)
    return render_template(
        "builder/rules.html", entity=entity, app=document.app, address=address_of("entity", entity.name),
        flows=[_flow(shop, one) for one in catalogue.workflows.values() if one.entity == entity.name],
        rules=[_rule(shop, one) for one in catalogue.rules.values() if one.entity == entity.name],
        checks=list(_checks(shop, document)), duplicates=list(_duplicates(entity)), conditions=list(_conditions(shop, document)),
    )


def _flow(shop: Workshop, workflow: Workflow) -> FlowShown:
    states = {state.name: (pick(state.label) or state.name, state.color) for state in workflow.states}
    document = shop.document("workflow", workflow.name)

    def way(number: int, one: Transition) -> WayShown:
        unknown = (one.target, "red")
        return WayShown(
            pick(one.label) or one.name, _at("workflow", workflow.name, f"transitions/{number}/label"), tuple(states.get(name, (name, "red")) for name in one.sources),
            states.get(one.target, unknown), _said(shop, document, f"/transitions/{number}/guard", one.guard), one.style,
        )

    return FlowShown(
        pick(workflow.label) or workflow.name, address_of("workflow", workflow.name),
        tuple((*states[state.name], state.name == workflow.initial) for state in workflow.states),
        tuple(way(number, one) for number, one in enumerate(workflow.transitions)),
    )


def _rule(shop: Workshop, rule: Rule) -> SentenceShown:
    document = shop.document("rule", rule.name)
    condition = _said(shop, document, "/condition", rule.condition)
    when = _trigger(shop.catalogue, rule)
    return SentenceShown(
        pick(rule.label) or rule.name, address_of("rule", rule.name), _("%(when)s, if %(condition)s", when=when, condition=condition) if condition else when,
        tuple(_action(shop.catalogue, rule, one.type, dict(one.body)) for one in rule.actions), "" if rule.enabled else _("Switched off"), "pill-warn",
    )


def _trigger(catalogue: Catalogue, rule: Rule) -> str:
    entity, trigger = catalogue.entity(rule.entity), rule.trigger
    if trigger.type == "entered" and entity.has(trigger.field):
        flow = catalogue.workflows.get(str(entity.field(trigger.field).option("workflow", "")))
        state = next((pick(one.label) for one in flow.states if one.name == trigger.state), trigger.state) if flow else trigger.state
        return _("When %(field)s becomes %(state)s", field=pick(entity.field(trigger.field).label), state=state)
    if trigger.type == "changed" and trigger.fields:
        return _("When %(fields)s changes", fields=_(" or ").join(_label(entity, name) for name in trigger.fields))
    return _("When a record was made") if trigger.type == "created" else _("When a record was changed")


def _action(catalogue: Catalogue, rule: Rule, type_: str, body: dict[str, object]) -> str:
    if type_ == "set" and isinstance(values := body.get("values"), dict):
        entity = catalogue.entity(rule.entity)
        for name in str(body.get("on") or "").split(".") if body.get("on") else ():
            entity = catalogue.entities.get(entity.field(name).entity, entity) if entity.has(name) else entity
        return _("sets %(fields)s", fields=_(", ").join(_label(entity, str(name)) for name in values))
    ledger = catalogue.ledgers.get(str(body.get("ledger", "")))
    label = pick(ledger.label) if ledger else str(body.get("ledger", ""))
    kind = ledger.kinds.get(str(body.get("kind", ""))) if ledger else None
    if type_ == "post":
        return _("enters “%(kind)s” in %(ledger)s", kind=pick(kind.label) if kind else "", ledger=label)
    return _("takes entries in %(ledger)s back", ledger=label)


def _checks(shop: Workshop, document: Document) -> Iterator[SentenceShown]:
    for number, one in enumerate(document.body.get("x-checks", ())):
        said = _said(shop, document, f"/x-checks/{number}/when", str(one.get("when", "")))
        yield SentenceShown(
            pick(one.get("message") or {}), _at("entity", document.name, f"x-checks/{number}/when"), said, (), words.value_word(str(one.get("action", ""))),
            "pill-bad" if one.get("action") == "block" else "pill-warn",
        )


def _duplicates(entity: Entity) -> Iterator[SentenceShown]:
    for number, rule in enumerate(entity.dedupe):
        fields = _(" and ").join(_label(entity, name) for name in rule.fields)
        yield SentenceShown(
            _("Same %(fields)s", fields=fields), _at("entity", entity.name, f"x-dedupe/{number}/fields"), pick(rule.message), (), words.value_word(rule.action),
            "pill-bad" if rule.action == "block" else "pill-warn",
        )


def _conditions(shop: Workshop, document: Document) -> Iterator[SentenceShown]:
    """The fields that are shown, required or closed only sometimes."""
    for name, schema in document.body.get("properties", {}).items():
        columns = schema.get("items", {}).get("properties", {}) if schema.get("x-type") == "table" else {}
        for path, label, one in ((f"properties/{name}", pick(schema.get("x-label") or {}) or name, schema), *(
            (f"properties/{name}/items/properties/{column}", f"{pick(schema.get('x-label') or {})} · {pick(inner.get('x-label') or {}) or column}", inner)
            for column, inner in columns.items()
        )):
            for key in _CONDITIONS:
                if source := one.get(key):
                    pointer = "/" + "/".join(escaped(part) for part in (*path.split("/"), key))
                    yield SentenceShown(label, _at("entity", document.name, f"{path}/{key}"), _said(shop, document, pointer, str(source)), (), words.key_word(key))


def _said(shop: Workshop, document: Document, pointer: str, source: str) -> str:
    """A condition in words, or the formula itself."""
    return (in_words(shop, document, pointer, source) or source) if source else ""


def _at(kind: str, name: str, path: str) -> str:
    return f"{address_of(kind, name)}?at={path}"


def _label(entity: Entity, name: str) -> str:
    return pick(entity.field(name).label) if entity.has(name) else name


tab(Tab("rules", ("entity",), 40, lambda: _("Rules"), draw))
