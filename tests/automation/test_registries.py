"""Each trigger and action that a rule may name exists, and the other way round."""

import json
from importlib.resources import files

from shuke.automation import ACTIONS, TRIGGERS

_SCHEMA = json.loads((files("shuke.definitions") / "vocabulary" / "rule.json").read_text(encoding="utf-8"))["properties"]


def test_the_schema_of_rules_knows_exactly_the_triggers() -> None:
    assert _SCHEMA["trigger"]["properties"]["type"]["enum"] == [trigger.name for trigger in TRIGGERS]


def test_the_schema_of_rules_knows_exactly_the_actions() -> None:
    assert _SCHEMA["actions"]["items"]["properties"]["type"]["enum"] == [action.name for action in ACTIONS]
