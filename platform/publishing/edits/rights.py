"""What permission groups may do: the reach of an operation, rules with a condition, rights on fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch, adding, pointer, removing, replacing
from shuke.publishing.edits.values import clear_value, insert_item, set_value, wanted_body

OPERATIONS = ("read", "create", "update", "delete", "transition", "print", "export", "import")
"""In the order in which people think of them."""
EVERYTHING = "*"
Rule = Mapping[str, Any]


@dataclass
class _Kept:
    """A rule with the place that it had; without one it is new."""

    place: int | None
    body: dict[str, Any]

    @property
    def scope(self) -> str:
        return str(self.body.get("scope", "all"))

    @property
    def operations(self) -> list[str]:
        return list(self.body["operations"])


def rules_of(documents: Sequence[Document], role: str) -> Sequence[Rule]:
    """The rules of a group in their order."""
    found = wanted_body(documents, ("role", role)).get("grants", ())
    return tuple(found)


def set_reach(documents: Sequence[Document], role: str, entity: str, operation: str, reach: str) -> Patch:
    """On which records of the entity members do this; `""`: on none. Rules with a condition of their own stay as they are.

    A rule whose last operation moves on is changed in place or joins the rule of that reach, with what can be looked up by it.
    """
    old = rules_of(documents, role)
    rules = [_Kept(place, dict(rule)) for place, rule in enumerate(old)]
    plain = [one for one in rules if one.body["entity"] == entity and not one.body.get("where")]
    holders = [one for one in plain if operation in one.operations]
    if [one.scope for one in holders] == ([reach] if reach else []):
        return []
    target = next((one for one in plain if reach and one.scope == reach), None)
    for holder in holders:
        if holder is target:
            continue
        holder.body["operations"] = [one for one in holder.operations if one != operation]
        if not reach or holder.body["operations"]:
            continue
        if target is None:
            holder.body |= {"operations": [operation], "scope": reach}
            target = holder
        else:
            _take_over(target, holder)
    if reach and target is None:
        target = _Kept(None, _beginning(plain, holders, entity, operation, reach))
        rules.insert(_after(rules, entity), target)
    elif target is not None and operation not in target.operations:
        target.body["operations"] = _in_order([*target.operations, operation])
        if operation == "transition" and holders and "transitions" in holders[0].body:
            target.body.setdefault("transitions", holders[0].body["transitions"])
    return _steps(documents, role, [one for one in rules if one.body["operations"] or one not in plain])


def add_conditional_rule(documents: Sequence[Document], role: str, entity: str, where: str) -> Patch:
    """A further rule over the records that fulfil a condition; it reads them until more is said. Fields are seen as in the rules that are there."""
    fields = next((dict(one["fields"]) for one in rules_of(documents, role) if one["entity"] == entity and one.get("fields")), {})
    rule = {"entity": entity, "operations": ["read"], "scope": "all", "where": where, **({"fields": fields} if fields else {})}
    return insert_item(documents, ("role", role), ("grants",), _place_after(documents, role, entity), rule)


def remove_rule(documents: Sequence[Document], role: str, number: int) -> Patch:
    return removing(pointer(("role", role), ("grants", number)), _wanted(documents, role, number))


def set_field_right(documents: Sequence[Document], role: str, number: int, field: str, right: str) -> Patch:
    """What members see of a field under one rule; with `""` what holds for all others holds for it."""
    rule = _wanted(documents, role, number)
    place = ("grants", number, "fields", field)
    guard: Patch = [{"op": "test", "path": pointer(("role", role), ("grants", number, "entity")), "value": rule["entity"]}]
    if right:
        steps = set_value(documents, ("role", role), place, right)
    elif set(rule.get("fields", {})) == {field}:
        steps = clear_value(documents, ("role", role), place[:-1])
    else:
        steps = clear_value(documents, ("role", role), place)
    return [*guard, *steps] if steps else []


def clear_rights(documents: Sequence[Document], role: str, entity: str) -> Patch:
    """Take all rules about the entity away from the group."""
    old = rules_of(documents, role)
    return _steps(documents, role, [_Kept(place, dict(rule)) for place, rule in enumerate(old) if rule["entity"] != entity])


def copy_rights(documents: Sequence[Document], role: str, entity: str, source: str) -> Patch:
    """Let members do with the entity what those of another group may do with it, instead of what they may do now."""
    old = rules_of(documents, role)
    copied = [_Kept(None, dict(rule)) for rule in rules_of(documents, source) if rule["entity"] == entity]
    kept = [_Kept(place, dict(rule)) for place, rule in enumerate(old)]
    at = next((place for place, one in enumerate(kept) if one.body["entity"] == entity), len(kept))
    kept = [one for one in kept if one.body["entity"] != entity]
    return _steps(documents, role, [*kept[:at], *copied, *kept[at:]])


def _take_over(target: _Kept, gone: _Kept) -> None:
    """What the emptied rule said besides its operations; where both say something, the rule that stays wins."""
    if lookup := list(dict.fromkeys([*target.body.get("lookup", ()), *gone.body.get("lookup", ())])):
        target.body["lookup"] = lookup


def _beginning(plain: Sequence[_Kept], holders: Sequence[_Kept], entity: str, operation: str, reach: str) -> dict[str, Any]:
    """A new rule: fields are seen as in the rule that the operation comes from, or in the first one."""
    like = (holders or plain or [_Kept(None, {})])[0].body
    rule: dict[str, Any] = {"entity": entity, "operations": [operation], "scope": reach}
    if like.get("fields"):
        rule["fields"] = dict(like["fields"])
    if operation == "transition" and "transitions" in like:
        rule["transitions"] = list(like["transitions"])
    return rule


def _after(rules: Sequence[_Kept], entity: str) -> int:
    return max((place + 1 for place, one in enumerate(rules) if one.body["entity"] == entity), default=len(rules))


def _place_after(documents: Sequence[Document], role: str, entity: str) -> int:
    rules = rules_of(documents, role)
    return _after([_Kept(place, dict(rule)) for place, rule in enumerate(rules)], entity)


def _in_order(operations: Sequence[str]) -> list[str]:
    return [one for one in OPERATIONS if one in operations]


def _steps(documents: Sequence[Document], role: str, new: Sequence[_Kept]) -> Patch:
    """From the last place to the first, so that places stay what they are; then what is new."""
    key, old, by_place = ("role", role), rules_of(documents, role), {one.place: one for one in new if one.place is not None}
    if new and "grants" not in wanted_body(documents, key):
        return adding(pointer(key, ("grants",)), [one.body for one in new])
    steps: Patch = []
    for place in range(len(old) - 1, -1, -1):
        address = pointer(key, ("grants", place))
        kept = by_place.get(place)
        if kept is None:
            steps += removing(address, old[place])
        elif kept.body != old[place]:
            steps += replacing(address, old[place], kept.body)
    for place, one in enumerate(new):
        if one.place is None:
            steps.append({"op": "add", "path": pointer(key, ("grants", place)), "value": one.body})
    return steps


def _wanted(documents: Sequence[Document], role: str, number: int) -> Rule:
    rules = rules_of(documents, role)
    if not 0 <= number < len(rules):
        raise NotFound(_("What you want to change is not there any more."))
    return rules[number]
