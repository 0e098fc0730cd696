"""Checks of everything that refers to entities: views, workflows, rules, ledgers, roles, prints, menus."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Action, Entity, EntryKind, Ledger, Node, RelatedLines, Rule, Transition, Workflow
from shuke.expressions import BOOL, DATE, NUMBER, TEXT, Kind, Type
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import rule_variables
from shuke.publishing.checking import Checking, Place, type_of
from shuke.publishing.dashboard_checks import check_dashboard
from shuke.publishing.list_checks import check_list
from shuke.publishing.print_checks import check_print
from shuke.publishing.public_checks import check_public
from shuke.publishing.record_view_checks import check_record_view
from shuke.views import LISTED

SCOPES = ("own", "subordinates", "unit", "all")
_KEPT = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by"})


def check_documents(checking: Checking) -> None:
    for kind, check in _CHECKS.items():
        for place in checking.of_kind(kind):
            check(place)


# Apps and views


def _check_app(place: Place) -> None:
    for number, item in enumerate(place.catalogue.apps[place.document.name].menu):
        at = place.at("menu", number)
        if item.entity:
            at.at("entity").entity(item.entity)
        if item.view:
            at.at("view").one_of(_("view"), item.view, place.catalogue.views)
        if item.dashboard:
            at.at("dashboard").one_of(_("dashboard"), item.dashboard, place.catalogue.dashboards)


def _check_view(place: Place) -> None:
    view = place.catalogue.views[place.document.name]
    entity = place.at("entity").entity(view.entity)
    if entity is None:
        return
    _check_paths(place, entity, {"columns": view.columns, "filters": view.filters, "header": view.header})
    _check_paths(place, entity, {"sort": [name.lstrip("-") for name in view.sort]})
    if view.where:
        place.at("where").expression(entity.name, view.where, BOOL)
    if view.kind in LISTED:
        check_list(place, entity, view.body)
    for number, name in enumerate(view.without):
        place.at("without", number).field(entity, name)
    _check_nodes(place.at("layout"), entity, view.layout)
    check_record_view(place, entity, view)
    check_public(place.at("public"), entity, view)


def _check_paths(place: Place, entity: Entity, named: Mapping[str, Iterable[str]]) -> None:
    for key, paths in named.items():
        for number, path in enumerate(paths):
            place.at(key, number).path(entity, path)


def _check_nodes(place: Place, entity: Entity, nodes: Sequence[Node]) -> None:
    for number, node in enumerate(nodes):
        at = place.at(number)
        if node.type == "field":
            field = at.at("field").field(entity, node.field)
            if node.hidden_on_phones and field and field.required and not field.default:
                at.at("on_phones", "hidden").note(_("“%(name)s” has to be filled in; it cannot be left out on phones.", name=node.field))
        if node.related:
            _check_related_lines(at, entity, node.related)
        for key, source in (("visible", node.visible), ("required", node.required), ("read_only", node.read_only)):
            if source:
                at.at(key).expression(entity.name, source, BOOL)
        _check_nodes(at.at("nodes"), entity, node.nodes)


def _check_related_lines(at: Place, entity: Entity, related: RelatedLines) -> None:
    """The link leads here, and the lines' fields are there; the link itself is filled in by the form."""
    if (other := at.at("entity").entity(related.entity)) is None:
        return
    via = at.at("via").field(other, related.via)
    if via and (via.entity != entity.name or FIELD_TYPES[via.type].rows("", via)):
        at.at("via").note(_("“%(name)s” does not lead to “%(entity)s”.", name=related.via, entity=entity.name))
    for number, name in enumerate(related.columns):
        if name == related.via:
            at.at("columns", number).note(_("“%(name)s” is filled in by the form itself; take it out.", name=name))
        else:
            at.at("columns", number).field(other, name)


# Workflows


def _check_workflow(place: Place) -> None:
    workflow = place.catalogue.workflows[place.document.name]
    entity = place.at("entity").entity(workflow.entity)
    if entity is None:
        return
    states = {state.name: state for state in workflow.states}
    place.at("initial").one_of(_("state"), workflow.initial, states)
    _check_unique(place.at("states"), [state.name for state in workflow.states])
    _check_unique(place.at("transitions"), [transition.name for transition in workflow.transitions])
    if not any(field.option("workflow") == workflow.name for field in entity.fields):
        place.at("entity").note(_("No field of “%(entity)s” has this workflow; add a state field with x-workflow.", entity=entity.name))
    for number, transition in enumerate(workflow.transitions):
        _check_transition(place.at("transitions", number), entity, workflow, transition)


def _check_transition(at: Place, entity: Entity, workflow: Workflow, transition: Transition) -> None:
    states = {state.name: state for state in workflow.states}
    at.at("to").one_of(_("state"), transition.target, states)
    for number, name in enumerate(transition.sources):
        at.at("from", number).one_of(_("state"), name, states)
    if transition.guard:
        at.at("guard").expression(entity.name, transition.guard, BOOL)
    for key, names in (("ask", transition.ask), ("require", transition.require)):
        for number, name in enumerate(names):
            at.at(key, number).field(entity, name)
    _check_values(at.at("set"), entity, entity, transition.values)


def _check_unique(at: Place, names: Sequence[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            at.note(_("“%(name)s” stands there %(count)s times; names have to differ.", name=name, count=count))


def _check_values(at: Place, entity: Entity, written: Entity, values: Mapping[str, str], variables: Mapping[str, Type] | None = None) -> None:
    """Formulas over `entity` that are written to fields of `written`."""
    for name, source in values.items():
        field = at.at(name).field(written, name)
        if field is None:
            continue
        if name in _KEPT or field.formula or FIELD_TYPES[field.type].computed:
            at.at(name).note(_("“%(name)s” cannot be set: its value follows from others.", name=name))
        else:
            wanted = type_of(field)
            at.at(name).expression(entity.name, source, None if wanted.kind is Kind.BLANK else wanted, variables)


# Rules and ledgers


def _check_rule(place: Place) -> None:
    rule = place.catalogue.rules[place.document.name]
    entity = place.at("entity").entity(rule.entity)
    if entity is None:
        return
    _check_trigger(place.at("trigger"), entity, rule)
    if rule.condition:
        place.at("condition").expression(entity.name, rule.condition, BOOL)
    for number, action in enumerate(rule.actions):
        _ACTIONS[action.type](place.at("actions", number), entity, action)


def _check_trigger(at: Place, entity: Entity, rule: Rule) -> None:
    for number, name in enumerate(rule.trigger.fields):
        at.at("fields", number).field(entity, name)
    if rule.trigger.type != "entered":
        return
    field = at.at("field").field(entity, rule.trigger.field)
    workflow = at.catalogue.workflows.get(str(field.option("workflow", ""))) if field else None
    if field and workflow is None:
        at.at("field").note(_("“%(name)s” has no workflow, so no state can be entered.", name=field.name))
    elif workflow:
        at.at("state").one_of(_("state"), rule.trigger.state, {state.name: state for state in workflow.states})


def _check_post(at: Place, entity: Entity, action: Action) -> None:
    ledger: Ledger | None = at.at("ledger").one_of(_("ledger"), action.body["ledger"], at.catalogue.ledgers)
    owner = _each(at, entity, action)
    if ledger is None or owner is None:
        return
    variables = rule_variables(entity.name)
    kind: EntryKind | None = at.at("kind").one_of(_("kind of entry"), action.body["kind"], ledger.kinds)
    at.at("account").expression(owner, action.body["account"], Type(Kind.LINK, ledger.entity), variables)
    if kind:
        _check_counterpart(at, owner, action, ledger, kind, variables)
    at.at("amount").expression(owner, action.body["amount"], NUMBER, variables)
    _check_texts(at, owner, entity, action)


def _check_counterpart(at: Place, owner: str, action: Action, ledger: Ledger, kind: EntryKind, variables: Mapping[str, Type]) -> None:
    """A kind between two holders needs the other one; any other kind has none."""
    source, between = action.body.get("counterpart"), kind.source == kind.target
    if between and not source:
        at.note(_("“%(kind)s” moves from one record to another: name the other one as its counterpart.", kind=kind.name))
    elif source and not between:
        at.at("counterpart").note(_("“%(kind)s” moves from or to the house, so it has no counterpart.", kind=kind.name))
    elif source:
        at.at("counterpart").expression(owner, source, Type(Kind.LINK, ledger.entity), variables)


def _check_reverse(at: Place, entity: Entity, action: Action) -> None:
    at.at("ledger").one_of(_("ledger"), action.body["ledger"], at.catalogue.ledgers)
    if (owner := _each(at, entity, action)) is not None:
        _check_texts(at, owner, entity, action)


def _check_texts(at: Place, owner: str, entity: Entity, action: Action) -> None:
    for key, expected in (("key", TEXT), ("memo", TEXT), ("at", DATE), ("condition", BOOL)):
        if source := action.body.get(key):
            at.at(key).expression(owner, source, expected, rule_variables(entity.name))


def _check_set(at: Place, entity: Entity, action: Action) -> None:
    written: Entity | None = entity
    if on := action.body.get("on"):
        field = at.at("on").path(entity, on)
        if field is None:
            return
        written = at.catalogue.entities.get(field.entity)
        if written is None:
            at.at("on").note(_("“%(name)s” is no link to one record.", name=on))
            return
    if source := action.body.get("condition"):
        at.at("condition").expression(entity.name, source, BOOL)
    if written:
        _check_values(at.at("values"), entity, written, action.body["values"], rule_variables(entity.name))


def _each(at: Place, entity: Entity, action: Action) -> str | None:
    """The owner of the action's formulas: the record, or each row of the sub-table it names."""
    name = action.body.get("each")
    if not name:
        return entity.name
    field = at.at("each").field(entity, name)
    if field and field.type != "table":
        at.at("each").note(_("“%(name)s” is no sub-table.", name=name))
        return None
    return f"{entity.name}.{name}" if field else None


_ACTIONS: Mapping[str, Callable[[Place, Entity, Action], None]] = MappingProxyType({
    "post": _check_post, "reverse": _check_reverse, "set": _check_set,
})


def _check_ledger(place: Place) -> None:
    ledger = place.catalogue.ledgers[place.document.name]
    if place.at("account", "entity").entity(ledger.entity) and ledger.floor:
        place.at("floor").expression(ledger.entity, ledger.floor, NUMBER)
    for name, kind in ledger.kinds.items():
        if kind.source == kind.target == "house":
            place.at("kinds", name).note(_("“from” and “to” cannot both be the house."))


# Roles


def _check_role(place: Place) -> None:
    for number, grant in enumerate(place.catalogue.roles[place.document.name].grants):
        at = place.at("grants", number)
        scopes = {name: name for name in (*SCOPES, *(kind.code for kind in place.catalogue.unit_kinds))}
        at.at("scope").one_of(_("scope"), grant.scope, scopes)
        if grant.entity == "*":
            if grant.where or grant.lookup:
                at.note(_("A grant on every entity cannot have “where” or “lookup”; name the entity."))
            continue
        entity = at.at("entity").entity(grant.entity)
        if entity is None:
            continue
        if grant.where:
            at.at("where").expression(entity.name, grant.where, BOOL)
        for name in grant.fields:
            _check_granted(at.at("fields"), entity, name)
        for position, name in enumerate(grant.lookup):
            at.at("lookup", position).field(entity, name)
        known = {one.name: one for flow in place.catalogue.workflows.values() if flow.entity == entity.name for one in flow.transitions}
        for position, name in enumerate(grant.transitions):
            if name != "*":
                at.at("transitions", position).one_of(_("transition"), name, known)


def _check_granted(at: Place, entity: Entity, name: str) -> None:
    """A field, `*` for the rest, or `lines.price` for a column of a sub-table."""
    if name == "*":
        return
    first, _dot, column = name.partition(".")
    field = at.field(entity, first)
    if field and column and column not in {one.name for one in field.fields}:
        at.missing_field(f"{entity.name}.{first}", column, [one.name for one in field.fields])


# Messages


def _check_message(place: Place) -> None:
    body = place.document.body
    if (entity := place.at("entity").entity(body["entity"])) and (source := body.get("to")):
        place.at("to").expression(entity.name, source)


_CHECKS: Mapping[str, Callable[[Place], None]] = MappingProxyType({
    "app": _check_app, "view": _check_view, "workflow": _check_workflow, "rule": _check_rule, "ledger": _check_ledger,
    "role": _check_role, "document": check_print, "message": _check_message, "dashboard": check_dashboard,
})
