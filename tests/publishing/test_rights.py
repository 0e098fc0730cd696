"""Gestures on permission groups: the reach of an operation, conditions, rights on fields; what nobody touched stays."""

import random

import pytest
from published import CRM

from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.patches import patched
from shuke.publishing import edits
from shuke.publishing.checks import check
from shuke.publishing.edits.rights import OPERATIONS, rules_of


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture(scope="module")
def shop():
    return [*system_documents(), *load_template(CRM)]


def done(documents, edit, *arguments, **options):
    return patched(documents, edit(documents, *arguments, **options))


def of(documents, role, entity):
    return [rule for rule in rules_of(documents, role) if rule["entity"] == entity]


def reach(documents, role, entity, operation):
    return [rule.get("scope", "all") for rule in of(documents, role, entity) if operation in rule["operations"] and not rule.get("where")]


def test_an_operation_that_goes_further_than_the_others_gets_a_rule_with_the_same_fields(shop):
    after = done(shop, edits.set_reach, "clerk", "customer", "read", "all")
    first, second = of(after, "clerk", "customer")
    assert first["operations"] == ["create", "update", "print"] and first["scope"] == "store"
    assert second == {"entity": "customer", "operations": ["read"], "scope": "all", "fields": first["fields"]}
    check(after, 1)


def test_operations_of_one_reach_stand_in_one_rule_which_keeps_what_can_be_looked_up(shop):
    after = shop
    for operation in ("read", "create", "update", "print"):
        after = done(after, edits.set_reach, "clerk", "customer", operation, "region")
    (rule,) = of(after, "clerk", "customer")
    assert rule["scope"] == "region" and rule["lookup"] == ["mobile", "phone", "number"]
    assert rule["fields"] == of(shop, "clerk", "customer")[0]["fields"]


def test_the_last_operation_takes_its_rule_along_and_a_condition_stays(shop):
    after = done(shop, edits.set_reach, "clerk", "level", "read", "")
    assert of(after, "clerk", "level") == []
    after = shop
    for operation in OPERATIONS:
        after = done(after, edits.set_reach, "clerk", "complaint", operation, "")
    assert [rule["operations"] for rule in of(after, "clerk", "complaint")] == [["update"]]
    check(after, 1)


def test_a_group_without_rules_gets_its_first_one(shop):
    bare = done(shop, edits.clear_value, ("role", "clerk"), ("grants",))
    assert of(done(bare, edits.set_reach, "clerk", "order", "read", "own"), "clerk", "order") == [{"entity": "order", "operations": ["read"], "scope": "own"}]


def test_random_gestures_do_what_they_say_and_nothing_else(shop):
    chance, documents = random.Random(7), shop
    scopes = ("", "own", "subordinates", "unit", "store", "region", "all")
    for _turn in range(80):
        role = chance.choice(["clerk", "salesperson", "store_manager", "administrator"])
        entity = chance.choice(["customer", "order", "card", "complaint", "*"])
        operation, wanted = chance.choice(OPERATIONS), chance.choice(scopes)
        after = done(documents, edits.set_reach, role, entity, operation, wanted)
        assert reach(after, role, entity, operation) == ([wanted] if wanted else [])
        for other in OPERATIONS:
            if other != operation:
                assert sorted(set(reach(after, role, entity, other))) == sorted(set(reach(documents, role, entity, other)))
        assert [rule for rule in rules_of(after, role) if rule["entity"] != entity] == [rule for rule in rules_of(documents, role) if rule["entity"] != entity]
        assert [rule for rule in of(after, role, entity) if rule.get("where")] == [rule for rule in of(documents, role, entity) if rule.get("where")]
        assert edits.set_reach(after, role, entity, operation, wanted) == []
        documents = after
    check(documents, 1)


def test_a_right_on_a_field_is_said_and_taken_back(shop):
    place = next(number for number, rule in enumerate(rules_of(shop, "clerk")) if rule["entity"] == "contact")
    after = done(shop, edits.set_field_right, "clerk", place, "phone", "masked")
    assert rules_of(after, "clerk")[place]["fields"] == {"phone": "masked"}
    assert rules_of(done(after, edits.set_field_right, "clerk", place, "phone", ""), "clerk") == rules_of(shop, "clerk")
    assert edits.set_field_right(shop, "clerk", place, "phone", "") == []


def test_a_rule_with_a_condition_stands_beside_the_others_of_its_entity(shop):
    after = done(shop, edits.add_conditional_rule, "clerk", "card", "owner = me")
    assert [rule.get("where", "") for rule in of(after, "clerk", "card")] == ["", "owner = me"]
    place = next(number for number, rule in enumerate(rules_of(after, "clerk")) if rule.get("where") == "owner = me")
    assert rules_of(done(after, edits.remove_rule, "clerk", place), "clerk") == rules_of(shop, "clerk")
    check(after, 1)


def test_rights_are_copied_from_another_group_and_cleared(shop):
    after = done(shop, edits.copy_rights, "clerk", "order", "salesperson")
    assert of(after, "clerk", "order") == of(shop, "salesperson", "order")
    assert of(done(after, edits.clear_rights, "clerk", "order"), "clerk", "order") == []
    check(after, 1)


def test_a_change_of_a_rule_that_somebody_else_changed_meanwhile_does_not_fit(shop):
    mine = edits.set_reach(shop, "clerk", "customer", "read", "all")
    theirs = done(shop, edits.set_reach, "clerk", "customer", "update", "own")
    with pytest.raises(Exception, match="does not fit"):
        patched(theirs, mine)
