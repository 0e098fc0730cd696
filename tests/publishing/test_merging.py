"""Updating a template keeps what administrators changed: what only one has changed is taken over, what both have is asked for."""

import json
import random
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published import CRM, LIBRARY

from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.model import Document
from shuke.definitions.patches import patched
from shuke.definitions.store import documents_to_json
from shuke.publishing import edits
from shuke.publishing.merging import merge, same

WORDS = st.sampled_from(["a", "b", "c", "d"])
ENTRIES = st.lists(st.fixed_dictionaries({"name": WORDS}, optional={"label": WORDS, "color": WORDS}), max_size=4, unique_by=lambda one: one["name"])
BODIES = st.dictionaries(WORDS, st.one_of(WORDS, st.lists(WORDS, unique=True, max_size=4), ENTRIES, st.lists(st.integers(0, 3), max_size=3), st.dictionaries(WORDS, WORDS)), max_size=4)
SETS = st.dictionaries(WORDS, BODIES, max_size=4).map(lambda bodies: [Document("entity", name, "shop", body) for name, body in bodies.items()])


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


def done(documents, edit, *arguments, **options):
    return patched(documents, edit(documents, *arguments, **options))


def body(documents, kind, name):
    return next((one.body for one in documents if one.key == (kind, name)), None)


def equal(one, other):
    return {document.key: document for document in one} == {document.key: document for document in other} and all(
        same(document.body, body(other, *document.key)) for document in one
    )


# What holds whatever was changed


@settings(max_examples=80, deadline=None)
@given(SETS, SETS)
def test_what_only_one_has_changed_is_taken_over_whole(base, changed):
    for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert not merged.conflicts
        assert equal(merged.documents, changed)


@settings(max_examples=80, deadline=None)
@given(SETS, SETS, SETS)
def test_every_conflict_is_a_place_that_both_have_changed_and_a_choice_decides_it(base, mine, theirs):
    kept = merge(base, mine, theirs)
    for one in kept.conflicts:
        assert not same(one.base, one.mine) and not same(one.base, one.theirs) and not same(one.mine, one.theirs)
    assert len({one.key for one in kept.conflicts}) == len(kept.conflicts)
    taken = merge(base, mine, theirs, {one.key: "theirs" for one in kept.conflicts})
    assert taken.conflicts == kept.conflicts
    mirrored = merge(base, theirs, mine)
    assert {one.key for one in mirrored.conflicts} == {one.key for one in kept.conflicts}
    left, right = ({one.key: one.body for one in documents} for documents in (taken.documents, mirrored.documents))
    assert _sorted(left) == _sorted(right)


@settings(max_examples=80, deadline=None)
@given(SETS, SETS, SETS)
def test_an_update_that_was_taken_over_is_not_asked_for_again(base, mine, theirs):
    once = merge(base, mine, theirs)
    again = merge(theirs, once.documents, theirs)
    assert not again.conflicts
    assert equal(again.documents, once.documents)


def _sorted(value):
    """Without the order, about which the two sides may differ."""
    if isinstance(value, dict):
        return {key: _sorted(inner) for key, inner in value.items()}
    return sorted((_sorted(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True)) if isinstance(value, list | tuple) else value


# Edits of a real template


def _edit(documents, rng, number):
    """One gesture of an administrator, somewhere."""
    entities = [one for one in documents if one.kind == "entity" and one.app != "system"]
    entity = rng.choice(entities)
    field = rng.choice(list(entity.body["properties"]))
    match rng.randrange(6):
        case 0:
            return done(documents, edits.add_field, entity.name, "text", {"zh": f"新{number}", "en": f"New {number}"})
        case 1:
            return done(documents, edits.relabel, entity.key, ("properties", field), {"zh": f"名{number}", "en": f"Label {number}"})
        case 2:
            return done(documents, edits.move_field, entity.name, field, None)
        case 3:
            return done(documents, edits.set_value, entity.key, ("x-icon",), f"icon-{number}")
        case 4:
            return done(documents, edits.add_dashboard, entity.app, {"zh": f"板{number}", "en": f"Board {number}"})
    view = next((one for one in documents if one.kind == "view" and one.body["entity"] == entity.name and one.body.get("columns")), None)
    return done(documents, edits.remove_item, view.key, ("columns", 0)) if view else documents


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_of_both_sides_meet_without_loss(library, seed):
    rng = random.Random(seed)
    mine = theirs = library
    for number in range(8):
        mine, theirs = _edit(mine, rng, number), _edit(theirs, rng, number + 100)
    merged = merge(library, mine, theirs).documents
    names = {(one.key, field) for one in (*mine, *theirs) if one.kind == "entity" for field in one.body["properties"]}
    assert {one.key for one in merged} == {one.key for one in (*mine, *theirs)}
    assert {(one.key, field) for one in merged if one.kind == "entity" for field in one.body["properties"]} == names
    boards = [one for one in (*mine, *theirs) if one.kind == "dashboard" and one.key not in {known.key for known in library}]
    assert all(body(merged, *one.key) == one.body for one in boards)


def test_fields_columns_and_menu_entries_of_both_stand_beside_each_other(library):
    mine = done(done(library, edits.add_field, "book", "integer", {"zh": "页数", "en": "Pages"}, before="isbn"), edits.insert_item, ("view", "book.list"), ("columns",), 1, "pages")
    mine = done(mine, edits.insert_item, ("app", "lending"), ("menu",), 0, {"view": "book.list", "label": {"zh": "书", "en": "My books"}})
    theirs = done(done(library, edits.add_field, "book", "date", {"zh": "出版", "en": "Published"}), edits.insert_item, ("view", "book.list"), ("columns",), None, "published")
    theirs = done(theirs, edits.insert_item, ("app", "lending"), ("menu",), None, {"dashboard": "desk"})
    merged = merge(library, mine, theirs)
    assert not merged.conflicts
    fields, columns = list(body(merged.documents, "entity", "book")["properties"]), body(merged.documents, "view", "book.list")["columns"]
    assert fields.index("pages") == fields.index("isbn") - 1 and "published" in fields
    assert columns[1] == "pages" and columns[-1] == "published"
    menu = body(merged.documents, "app", "lending")["menu"]
    assert menu[0]["label"]["en"] == "My books" and menu[-1] == {"dashboard": "desk"}


def test_the_same_label_changed_by_both_is_asked_for_and_chosen(library):
    at = ("properties", "title")
    mine = done(library, edits.relabel, ("entity", "book"), at, {"zh": "名称", "en": "Name"})
    theirs = done(library, edits.relabel, ("entity", "book"), at, {"zh": "题名", "en": "Heading"})
    kept = merge(library, mine, theirs)
    assert [one.path for one in kept.conflicts] == [("body", "properties", "title", "x-label", "zh"), ("body", "properties", "title", "x-label", "en")]
    assert body(kept.documents, "entity", "book")["properties"]["title"]["x-label"] == {"zh": "名称", "en": "Name"}
    taken = merge(library, mine, theirs, {kept.conflicts[0].key: "theirs"})
    assert body(taken.documents, "entity", "book")["properties"]["title"]["x-label"] == {"zh": "题名", "en": "Name"}


def test_what_i_removed_stays_away_unless_the_template_has_changed_it(library):
    mine = done(library, edits.remove_field, "book", "isbn")
    assert "isbn" not in body(merge(library, mine, library).documents, "entity", "book")["properties"]
    theirs = done(library, edits.set_value, ("entity", "book"), ("properties", "isbn", "maxLength"), 99)
    asked = merge(library, mine, theirs)
    assert [(one.path, one.mine) for one in asked.conflicts] == [(("body", "properties", "isbn"), None)]
    taken = merge(library, mine, theirs, {asked.conflicts[0].key: "theirs"})
    assert body(taken.documents, "entity", "book")["properties"]["isbn"]["maxLength"] == 99


def test_what_the_template_drops_goes_unless_i_have_changed_it(library):
    theirs = done(library, edits.remove_document, "dashboard", "circulation")
    assert body(merge(library, library, theirs).documents, "dashboard", "circulation") is None
    mine = done(library, edits.set_value, ("dashboard", "circulation"), ("order",), 77)
    asked = merge(library, mine, theirs)
    assert [(one.document, one.path) for one in asked.conflicts] == [(("dashboard", "circulation"), ())]
    assert body(asked.documents, "dashboard", "circulation")["order"] == 77
    assert body(merge(library, mine, theirs, {asked.conflicts[0].key: "theirs"}).documents, "dashboard", "circulation") is None


def test_identities_stay_with_what_they_belong_to(library):
    marked = [
        Document(one.kind, one.name, one.app, {**one.body, "x-id": f"f{one.name}", "properties": {name: {**schema, "x-id": f"f{name}"} for name, schema in one.body["properties"].items()}})
        if one.kind == "entity" else one for one in library
    ]
    theirs = done(library, edits.add_field, "book", "date", {"zh": "出版", "en": "Published"}, before="isbn")
    book = body(merge(library, marked, theirs).documents, "entity", "book")
    assert book["x-id"] == "fbook" and book["properties"]["isbn"]["x-id"] == "fisbn"
    assert "x-id" not in book["properties"]["published"]
    assert list(book["properties"]).index("published") == list(book["properties"]).index("isbn") - 1


def test_nothing_is_different_when_the_same_template_comes_again(shop):
    merged = merge(shop, shop, [replace(one, body=deepcopy(one.body)) for one in shop])
    assert documents_to_json(merged.documents) == documents_to_json(shop)
