"""Gestures of an administrator are steps that fit the documents, keep what is used consistent, and say what they replace."""

import random

import pytest
from published import CRM, LIBRARY

from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.patches import patched, patched_by_all
from shuke.definitions.store import documents_to_json
from shuke.fields import FIELD_TYPES
from shuke.publishing import edits
from shuke.publishing.checks import check
from shuke.publishing.edits.entities import uses_of_entity
from shuke.publishing.edits.fields import uses_of_field
from shuke.publishing.references import Target, references, used

LABEL = {"zh": "页数", "en": "Pages"}


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture(scope="module")
def library():
    return [*system_documents(), *load_template(LIBRARY)]


@pytest.fixture(scope="module")
def shop():
    return [*system_documents(), *load_template(CRM)]


def body(documents, kind, name):
    return next(one.body for one in documents if one.key == (kind, name))


def done(documents, edit, *arguments, **options):
    return patched(documents, edit(documents, *arguments, **options))


def test_a_new_field_gets_its_name_from_its_label_and_stands_where_it_was_put(library):
    after = done(library, edits.add_field, "book", "integer", {"zh": "页数", "en": ""}, before="isbn")
    names = list(body(after, "entity", "book")["properties"])
    assert names[names.index("isbn") - 1] == "ye_shu"
    check(after, 1)


@pytest.mark.parametrize("type_", sorted({type_.name for type_ in FIELD_TYPES} - {"link", "links", "state", "balance", "lookup", "rollup"}))
def test_a_field_of_every_type_that_needs_no_choice_can_be_published_as_it_is_added(library, type_):
    check(done(library, edits.add_field, "book", type_, LABEL), 1)


def test_two_fields_with_one_label_have_two_names(library):
    once = done(library, edits.add_field, "book", "integer", LABEL)
    twice = done(once, edits.add_field, "book", "integer", LABEL)
    assert list(body(twice, "entity", "book")["properties"])[-2:] == ["pages", "pages_2"]


def test_a_column_of_a_sub_table_is_added_renamed_and_removed_like_a_field(library):
    after = done(library, edits.add_field, "book.authors", "integer", LABEL)
    after = done(after, edits.rename_field, "book.authors", "pages", "sheets")
    assert list(body(after, "entity", "book")["properties"]["authors"]["items"]["properties"])[-1] == "sheets"
    check(after, 1)
    assert [one.body for one in done(after, edits.remove_field, "book.authors", "sheets")] == [one.body for one in library]


def test_a_copied_field_has_no_identity_and_another_other_end(library):
    link = next(
        (one.name, name) for one in library if one.kind == "entity" for name, schema in one.body["properties"].items() if schema.get("x-inverse")
    )
    after = done(library, edits.duplicate_field, *link)
    check(after, 1)
    names = list(body(after, "entity", link[0])["properties"])
    assert names[names.index(link[1]) + 1].startswith(link[1])


def test_a_name_that_is_taken_or_reserved_is_refused_beside_its_input(library):
    for name in ("title", "id", "Pages", "owner"):
        with pytest.raises(InvalidInput) as refused:
            edits.rename_field(library, "book", "isbn", name)
        assert list(refused.value.by_field) == ["name"]


def test_a_required_field_is_in_the_list_once_and_out_of_it_again(library):
    after = done(library, edits.require_field, "book", "isbn", required=True)
    assert body(after, "entity", "book")["required"].count("isbn") == 1
    assert edits.require_field(after, "book", "isbn", required=True) == []
    assert "isbn" not in body(done(after, edits.require_field, "book", "isbn", required=False), "entity", "book").get("required", [])


def test_a_retyped_field_keeps_what_the_new_type_knows(library):
    after = done(library, edits.retype_field, "book", "isbn", "integer")
    schema = body(after, "entity", "book")["properties"]["isbn"]
    assert schema["x-type"] == schema["type"] == "integer"
    assert schema["x-label"] == {"zh": "书号", "en": "ISBN"}
    assert "pattern" not in schema


def test_a_moved_field_changes_nothing_but_the_order(library):
    after = done(library, edits.move_field, "book", "isbn", "title")
    assert list(body(after, "entity", "book")["properties"])[:2] == ["isbn", "title"]
    assert body(after, "entity", "book") == body(library, "entity", "book")


@pytest.mark.parametrize(("which", "count"), [("library", 40), ("shop", 3)])
def test_a_removed_field_takes_its_uses_along_and_leaves_those_that_mean_something(which, count, request):
    documents = request.getfixturevalue(which)
    for entity in [one for one in documents if one.kind == "entity" and one.app != "system"][:count]:
        for name in list(entity.body["properties"])[:count]:
            staying = {(one.document, one.path) for one in uses_of_field(documents, entity.name, name).staying}
            after = done(documents, edits.remove_field, entity.name, name)
            left = used(after, Target("field", entity.name, name))
            assert len(left) <= len(staying), (entity.name, name)
            assert all(one.away is None for one in left)


def test_the_last_column_of_a_list_stays_and_is_a_problem_while_an_empty_filter_goes(library):
    view = next(one for one in library if one.kind == "view" and one.body["kind"] == "list" and one.body["entity"] == "book")
    alone = done(library, edits.set_value, view.key, ("columns",), ["isbn"])
    alone = done(alone, edits.set_value, view.key, ("filters",), ["isbn"])
    after = body(done(alone, edits.remove_field, "book", "isbn"), *view.key)
    assert after["columns"] == []
    assert "filters" not in after


def test_values_are_set_cleared_and_made_with_what_they_stand_in(library):
    after = done(library, edits.set_value, ("entity", "book"), ("properties", "isbn", "x-mask", "keep_end"), 3)
    assert body(after, "entity", "book")["properties"]["isbn"]["x-mask"] == {"keep_end": 3}
    assert edits.set_value(after, ("entity", "book"), ("properties", "isbn", "x-mask", "keep_end"), 3) == []
    assert body(done(after, edits.clear_value, ("entity", "book"), ("properties", "isbn", "x-mask")), "entity", "book") == body(library, "entity", "book")
    with pytest.raises(NotFound):
        edits.set_value(library, ("entity", "ghost"), ("x-icon",), "ghost")


def test_what_another_one_has_changed_meanwhile_is_not_overwritten(library):
    mine = edits.set_value(library, ("entity", "book"), ("x-icon",), "mine")
    theirs = done(library, edits.set_value, ("entity", "book"), ("x-icon",), "theirs")
    with pytest.raises(InvalidInput, match="does not fit"):
        patched(theirs, mine)


def test_entries_of_lists_are_added_moved_and_removed(library):
    key = next(one.key for one in library if one.kind == "view" and one.body["kind"] == "list" and one.body["entity"] == "book")
    columns = body(library, *key)["columns"]
    after = done(library, edits.insert_item, key, ("columns",), 1, "created_at")
    after = done(after, edits.move_item, key, ("columns", 1), ("columns", 0))
    assert body(after, *key)["columns"] == ["created_at", *columns]
    assert body(done(after, edits.remove_item, key, ("columns", 0)), *key)["columns"] == columns


def test_a_new_entity_can_be_published_at_once_and_goes_without_a_trace(library):
    app = next(one.name for one in library if one.kind == "app")
    after = done(library, edits.add_entity, app, {"zh": "书架", "en": "Shelf"}, plural={"zh": "书架", "en": "Shelves"}, icon="box")
    assert {"shelf.list", "shelf.form"} <= {one.name for one in after if one.kind == "view"}
    check(after, 1)
    renamed = done(after, edits.rename_entity, "shelf", "rack")
    check(renamed, 1)
    gone = done(renamed, edits.remove_entity, "rack")
    assert [(one.key, one.body) for one in gone] == [(one.key, one.body) for one in library]


def test_a_removed_entity_takes_its_documents_along_and_says_what_stays(library):
    found = uses_of_entity(library, "book")
    after = done(library, edits.remove_entity, "book")
    assert not [one for one in after if one.body.get("entity") == "book" or one.name == "book"]
    left = [one for one in references(after) if one.target == Target("entity", "", "book")]
    assert {(one.document, one.role) for one in left} <= {(one.document, one.role) for one in found.staying}


def test_every_kind_of_document_begins_as_something_that_can_be_published(library):
    app, label = next(one.name for one in library if one.kind == "app"), {"zh": "新的", "en": "New one"}
    after = done(library, edits.add_app, label)
    for add in (edits.add_workflow, edits.add_rule, edits.add_ledger, edits.add_print):
        after = done(after, add, app, "book", label)
    for add in (edits.add_role, edits.add_dashboard):
        after = done(after, add, app, label)
    for kind in ("list", "form", "record"):
        after = done(after, edits.add_view, app, "book", kind, label, name=edits.view_variant(after, "book", kind, label))
    check(after, 1)
    for kind in ("workflow", "rule", "ledger", "document", "role", "dashboard"):
        assert (kind, "new_one") in {one.key for one in after}
        check(done(after, edits.rename_document, kind, "new_one", "other"), 1)
        if kind != "workflow":  # the field that follows it stays and is a problem; a second one would have no field
            check(done(after, edits.remove_document, kind, "new_one"), 1)
            check(done(after, edits.duplicate_document, kind, "new_one"), 1)


def test_several_edits_are_one_and_each_sees_what_came_before(library):
    both = edits.chain(
        lambda documents: edits.add_field(documents, "book", "integer", LABEL, name="pages"),
        lambda documents: edits.rename_field(documents, "book", "pages", "sheets"),
    )
    assert "sheets" in body(done(library, both), "entity", "book")["properties"]


def gesture(chance, documents, number):
    """Something that an administrator might do."""
    entity = chance.choice([one for one in documents if one.kind == "entity" and one.app != "system"])
    names = list(entity.body["properties"])
    field, label = chance.choice(names), {"zh": f"新{number}", "en": f"New {number}"}
    return chance.choice([
        lambda: edits.add_field(documents, entity.name, chance.choice(("text", "date", "choice", "table")), label),
        lambda: edits.rename_field(documents, entity.name, field, f"renamed_{number}"),
        lambda: edits.remove_field(documents, entity.name, field) if len(names) > 1 else [],
        lambda: edits.duplicate_field(documents, entity.name, field),
        lambda: edits.move_field(documents, entity.name, field, chance.choice([*names, None])),
        lambda: edits.retype_field(documents, entity.name, field, chance.choice(("text", "integer", "date"))),
        lambda: edits.require_field(documents, entity.name, field, required=chance.random() < 0.5),
        lambda: edits.relabel(documents, entity.key, ("properties", field), label),
        lambda: edits.rename_entity(documents, entity.name, f"entity_{number}"),
    ])()


@pytest.mark.parametrize("seed", range(3))
def test_random_gestures_leave_documents_that_can_be_shown_and_made_again_from_the_log(library, seed):
    chance, documents, patches = random.Random(seed), library, []
    for number in range(25):
        patches.append(gesture(chance, documents, number))
        documents = patched(documents, patches[-1])
        list(references(documents))
    assert documents_to_json(patched_by_all(library, patches)) == documents_to_json(documents)
