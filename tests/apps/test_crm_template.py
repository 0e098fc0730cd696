"""The shipped template is complete as a package of configuration: it can be published, in two languages, by people who do not program."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from installed import ROOT, TEMPLATE
from jsonschema import Draft202012Validator

from shuke.access import Actor, policy
from shuke.definitions.current import use_catalogue
from shuke.definitions.load import load_rows, load_template
from shuke.definitions.model import Catalogue, Entity, Workflow
from shuke.definitions.packages import pack, package, unpack
from shuke.publishing.checks import check, check_rows, complete
from shuke.transfer.mapping import read_mapping

PLACE = re.compile(r"\{\{[^{}]*\}\}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
SAME_IN_BOTH: set[str] = set()
ROLES = {"administrator", "head_office", "store_manager", "clerk", "salesperson", "service"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return check(complete(load_template(TEMPLATE)), 1)


def _documents() -> Iterator[tuple[Path, Any]]:
    for path in sorted(TEMPLATE.rglob("*.json")):
        yield path.relative_to(TEMPLATE), json.loads(path.read_text("utf-8"))


def _labels(body: Any, place: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(body, dict):
        if "zh" in body or "en" in body:
            yield place, body
            return
        for key, value in body.items():
            yield from _labels(value, f"{place}/{key}")
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from _labels(value, f"{place}/{number}")


def _is_said(label: dict[str, str]) -> bool:
    """Whether there are words in it; a text of a print can be nothing but the place of a value."""
    return any(PLACE.sub("", text).strip() for text in label.values())


LABELS = [
    (f"{path}{place}", label) for path, body in _documents() if path.parts[1:2] not in (("data",), ("demo",))
    for place, label in _labels(body) if _is_said(label)
]


def test_it_passes_every_check_of_publishing(catalogue: Catalogue) -> None:
    assert set(catalogue.apps) == {"customer", "membership", "points", "order", "product", "complaint", "organisation"}


def test_every_entity_of_it_is_a_json_schema(catalogue: Catalogue) -> None:
    """Also as a package that is carried elsewhere."""
    for one in unpack(pack(package(load_template(TEMPLATE)))).documents:
        if one.kind == "entity":
            assert one.body["$schema"] == "https://json-schema.org/draft/2020-12/schema"
            Draft202012Validator.check_schema(dict(one.body))


def test_its_rows_have_the_shape_of_rows(catalogue: Catalogue) -> None:
    check_rows([*load_rows(TEMPLATE, "data"), *load_rows(TEMPLATE, "demo")], catalogue)


def test_its_import_mappings_can_be_read() -> None:
    for path in (TEMPLATE / "imports").glob("*.json"):
        read_mapping(json.loads(path.read_text("utf-8")))


def test_every_word_is_there_in_chinese() -> None:
    assert [place for place, label in LABELS if not CHINESE.search(label.get("zh", ""))] == []


def test_every_word_is_there_in_english() -> None:
    assert [place for place, label in LABELS if not label.get("en", "").strip() or CHINESE.search(label["en"])] == []


def test_no_word_is_the_same_in_both_languages() -> None:
    assert [place for place, label in LABELS if label["zh"] == label["en"] and label["zh"] not in SAME_IN_BOTH] == []


def test_two_fields_of_an_entity_never_have_the_same_label(catalogue: Catalogue) -> None:
    for entity in catalogue.entities.values():
        for language in ("zh", "en"):
            said = [field.label[language] for field in entity.fields]
            assert len(said) == len(set(said)), f"{entity.name} in {language}"


def _own(catalogue: Catalogue) -> list[Entity]:
    return [entity for entity in catalogue.entities.values() if not entity.system]


@pytest.mark.parametrize("view", ["{}.list", "{}.form", "{}.form.quick", "{}.record"])
def test_every_entity_has_a(catalogue: Catalogue, view: str) -> None:
    assert [entity.name for entity in _own(catalogue) if view.format(entity.name) not in catalogue.views] == []


def test_every_entity_can_be_reached_from_a_menu_or_from_a_record(catalogue: Catalogue) -> None:
    reached = {item.entity for app in catalogue.apps.values() for item in app.menu}
    reached |= {related.entity for view in catalogue.views.values() for related in view.related}
    assert {entity.name for entity in _own(catalogue)} <= reached


def test_every_writable_field_stands_on_the_form_or_is_asked_for_by_a_step(catalogue: Catalogue) -> None:
    for entity in _own(catalogue):
        shown = set(_fields_of(catalogue.views[f"{entity.name}.form"].layout))
        asked = {name for flow in catalogue.workflows.values() if flow.entity == entity.name for step in flow.transitions for name in step.ask}
        writable = {
            field.name for field in entity.fields
            if not (field.read_only or field.formula or field.type in ("autonumber", "state", "balance", "rollup", "lookup", "formula"))
        }
        assert writable - shown - asked == set(), entity.name


def _fields_of(nodes: Any) -> Iterator[str]:
    for node in nodes:
        if node.field:
            yield node.field
        yield from _fields_of(node.nodes)


def test_every_state_can_be_reached_from_the_first_one(catalogue: Catalogue) -> None:
    """States that no person chooses are set by rules."""
    by_rules = {"replaced", "part_refunded"}
    for flow in catalogue.workflows.values():
        assert {state.name for state in flow.states} - by_rules <= _reachable(flow), flow.name


def _reachable(flow: Workflow) -> set[str]:
    reached = {flow.initial}
    while more := {step.target for step in flow.transitions if set(step.sources) & reached} - reached:
        reached |= more
    return reached


def test_every_guard_says_why_it_refuses(catalogue: Catalogue) -> None:
    for flow in catalogue.workflows.values():
        assert [step.name for step in flow.transitions if step.guard and not step.guard_message] == [], flow.name


def test_every_icon_is_one_that_is_shipped() -> None:
    shipped = set((ROOT / "tools" / "icons.txt").read_text("utf-8").split())
    used = {body[key] for _path, body in _documents() for key in ("icon", "x-icon") if isinstance(body, dict) and key in body}
    used |= {item["icon"] for path, body in _documents() if path.name == "app.json" for item in body["menu"] if "icon" in item}
    assert used <= shipped


def test_the_roles_of_a_chain_are_there(catalogue: Catalogue) -> None:
    assert set(catalogue.roles) >= ROLES
    assert {name for name, role in catalogue.roles.items() if role.abilities} == {"administrator"}


@pytest.mark.parametrize(("role", "field", "right"), [
    ("clerk", "cost", "hidden"), ("clerk", "margin", "hidden"), ("clerk", "price", "read"), ("salesperson", "cost", "hidden"),
    ("service", "cost", "hidden"), ("store_manager", "cost", "read"), ("head_office", "cost", "write"),
])
def test_who_sees_what_a_product_costs(catalogue: Catalogue, role: str, field: str, right: str) -> None:
    actor = Actor(1, "user", "Somebody", frozenset({role}))
    with use_catalogue(catalogue):
        assert policy(actor, catalogue.entity("product")).right(field) == right


def test_nobody_but_the_head_office_deletes_anything_but_contacts(catalogue: Catalogue) -> None:
    deleting = {(role.name, grant.entity) for role in catalogue.roles.values() for grant in role.grants if "delete" in grant.operations}
    assert deleting == {("administrator", "*"), ("head_office", "*"), ("store_manager", "contact")}


def test_the_default_labels_of_permission_speak_of_known_fields(catalogue: Catalogue) -> None:
    for role in catalogue.roles.values():
        for grant in role.grants:
            if grant.entity != "*":
                entity = catalogue.entity(grant.entity)
                assert all(name == "*" or entity.has(name.split(".")[0]) for name in (*grant.fields, *grant.lookup)), role.name
