"""One walk knows every place that names something; a rename follows all of them."""

import json

import pytest
from published import CRM, LIBRARY

from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import patched
from shuke.publishing.checks import check
from shuke.publishing.references import ROLES, Target, references, references_in, rename, renamed, used


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture(scope="module")
def library():
    return [*system_documents(), *load_template(LIBRARY)]


def places(found):
    return {(one.document, "/".join(str(part) for part in one.path)) for one in found}


def body(documents, kind, name):
    return next(one.body for one in documents if one.key == (kind, name))


@pytest.mark.parametrize("folder", [LIBRARY, CRM])
def test_every_reference_reads_the_name_that_it_refers_to(folder):
    documents = [*system_documents(), *load_template(folder)]
    by_key = {one.key: one for one in documents}
    for one in references(documents):
        document, value = by_key[one.document], None
        match one.where:
            case "name":
                value = document.name
            case "app":
                value = document.app
            case "key":
                value = one.path[-1]
            case _:
                value = document.body
                for part in one.path:
                    value = value[part]
        assert one.role in ROLES
        written = value[one.start : one.end]
        assert one.by_label or written == (".".join(one.target.name.split(".")[2:]) if one.target.kind == "view" else one.target.name), one


@pytest.mark.parametrize("folder", [LIBRARY, CRM])
def test_everything_that_is_named_is_defined_somewhere(folder):
    documents = [*system_documents(), *load_template(folder)]
    catalogue = parse_documents(documents, 0)
    found = references_in(catalogue)
    defined = {one.target for one in found if one.is_definition}
    system = {field.name for entity in catalogue.entities.values() for field in [entity.field(name) for name in ("id", "owner", "unit", "created_at", "created_by", "updated_at", "updated_by")]}
    loose = {
        one.target for one in found
        if one.target not in defined and one.target.name not in system | {"parent", "position"} and one.target.kind not in ("unit_kind", "option", "view")
    }
    assert loose == set()


def test_a_field_is_found_in_formulas_columns_and_paths_of_other_entities(library):
    found = {(one.document[0], one.role) for one in used(library, Target("field", "book", "title"))}
    assert {("view", "column"), ("entity", "title")} <= found


def test_a_renamed_field_is_renamed_everywhere_and_the_result_can_be_published(library):
    before = check(library, 1)
    for entity in before.entities.values():
        if entity.system:
            continue
        for field in entity.fields:
            after = patched(library, rename(library, Target("field", entity.name, field.name), "renamed"))
            names = list(body(after, "entity", entity.name)["properties"])
            assert names == ["renamed" if name == field.name else name for name in body(library, "entity", entity.name)["properties"]]
            check(after, 1)


def test_every_kind_of_thing_can_be_renamed_and_the_result_can_be_published(library):
    kept = {"field", "option", "state", "unit_kind", "view", "template"}
    for target in {one.target for one in references(library) if one.is_definition and one.target.kind not in kept}:
        if target.kind == "entity" and target.name in ("user", "unit") or target.kind == "app" and target.name == "system":
            continue
        after = patched(library, rename(library, target, "renamed"))
        check(after, 1)
        left = [one for one in references(after) if one.target == target]
        assert left == [], target


def test_a_view_keeps_the_name_of_its_entity_when_its_variant_is_renamed():
    documents = [*system_documents(), *load_template(CRM)]
    quick = next(one.target.name for one in references(documents) if one.role == "view" and one.target.name.endswith(".form.quick"))
    after = patched(documents, rename(documents, Target("view", "", quick), quick.replace(".quick", ".short")))
    names = {one.name for one in after if one.kind == "view"}
    assert quick.replace(".quick", ".short") in names and quick not in names
    check(after, 1)


def test_a_rename_there_and_back_gives_the_same_bytes(library):
    there = renamed(library, {Target("entity", "", "book"): "tome", Target("field", "book", "title"): "heading"})
    back = renamed(there, {Target("entity", "", "tome"): "book", Target("field", "tome", "heading"): "title"})
    assert json.dumps([[one.kind, one.name, one.app, one.body] for one in back]) == json.dumps([[one.kind, one.name, one.app, one.body] for one in library])


def test_texts_that_are_compared_with_a_choice_or_a_state_are_found():
    documents = [*system_documents(), *load_template(CRM)]
    kinds = {one.target.kind for one in references(documents) if one.role in ("condition", "formula") and one.target.kind in ("option", "state")}
    assert kinds == {"option", "state"}


def test_a_formula_with_a_mistake_still_says_what_it_names(library):
    broken = patched(library, [{"op": "add", "path": "/entity/book/body/properties/wrong", "value": {"x-type": "formula", "x-result": "text", "x-formula": "title + missing"}}])
    found = [one for one in used(broken, Target("field", "book", "title")) if one.path == ("properties", "wrong", "x-formula")]
    assert len(found) == 1
