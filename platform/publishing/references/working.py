"""What workflows, rules, ledgers and permission groups name."""

from shuke.fields.scope import rule_variables
from shuke.publishing.references.model import Target
from shuke.publishing.references.spot import SELF, Spot


def walk_workflow(spot: Spot) -> None:
    entity, flow = spot.says("entity"), spot.document.name
    spot.name("name", "workflow", "definition")
    spot.name("entity", "entity", "belongs")
    spot.name("initial", "state", "value", flow)
    for state in spot.items("states"):
        state.name("name", "state", "definition", flow)
    for transition in spot.items("transitions"):
        transition.name("name", "transition", "definition", entity)
        transition.name("from", "state", "workflow", flow)
        transition.name("to", "state", "workflow", flow)
        for key in ("ask", "require"):
            transition.paths(key, entity, "layout", "item")
        transition.expression("guard", entity, "condition")
        transition.values("set", entity, entity)


# Rules


def walk_rule(spot: Spot) -> None:
    entity, trigger = spot.says("entity"), spot.at("trigger")
    spot.name("name", "rule", "definition")
    spot.name("entity", "entity", "belongs")
    trigger.name("field", "field", "trigger", entity)
    trigger.name("fields", "field", "trigger", entity)
    if (state := trigger.says("state")) and (target := spot.walk.value_of(entity, trigger.says("field"), state)):
        trigger.at("state").note(target, "trigger", 0, len(state))
    spot.expression("condition", entity, "condition")
    for action in spot.items("actions"):
        _action(action, entity)


def _action(spot: Spot, entity: str) -> None:
    each, ledger, on = spot.says("each"), spot.says("ledger"), spot.says("on")
    variables = rule_variables(entity)
    for key in ("account", "counterpart", "amount", "key", "memo", "at", "condition"):
        spot.expression(key, f"{entity}.{each}" if each else entity, "condition" if key == "condition" else "formula", variables)
    spot.name("each", "field", "action", entity)
    spot.name("ledger", "ledger", "action")
    spot.name("kind", "kind", "action", ledger)
    spot.paths("on", entity, "action")
    spot.values("values", entity, _at_the_end(spot, entity, on), variables)


def _at_the_end(spot: Spot, entity: str, path: str) -> str:
    """The entity that a path of links leads to."""
    for name in path.split(".") if path else ():
        entity = spot.walk.target_of(entity, name)
    return entity


# Ledgers and permission groups


def walk_ledger(spot: Spot) -> None:
    entity = spot.at("account").says("entity")
    spot.name("name", "ledger", "definition")
    spot.at("account").name("entity", "entity", "account")
    spot.expression("floor", entity, "formula")
    for kind, at in spot.members("kinds"):
        at.key(Target("kind", spot.document.name, kind), "definition")


def walk_role(spot: Spot) -> None:
    spot.name("name", "role", "definition")
    for grant in spot.items("grants"):
        entity = grant.says("entity")
        if entity != "*":
            grant.name("entity", "entity", "right", away="part")
            grant.expression("where", entity, "condition")
        grant.name("scope", "unit_kind", "right")
        for path, at in grant.members("fields"):
            at.path_text(path, entity, "right", "key", "key")
        grant.name("lookup", "field", "right", entity, "item")
        for transition in grant.items("transitions"):
            if transition.body != "*":
                transition.name(SELF, "transition", "right", entity, "item")
