"""Several people edit one draft: edits of other places fit together, edits of the same place are refused, a newer version loses nothing."""

import pytest

from shuke.core.errors import Conflict
from shuke.core.i18n import use_locale
from shuke.definitions import drafts, shared_drafts, store
from shuke.definitions.model import Document
from shuke.definitions.patches import adding, placing, removing, renaming, replacing, touched
from shuke.definitions.shared_drafts import Overtaken

ADA, BEN = 7, 8
TITLE = "/entity/book/body/x-label"
FIELDS = "/entity/book/body/properties"


def book(**keys):
    body = {"$id": "book", "type": "object", "x-label": {"zh": "书", "en": "Book"}, "properties": {"a": {"x-type": "text"}, "b": {"x-type": "text"}}}
    return Document("entity", "book", "shop", {**body, **keys})


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture
def draft(database):
    with database.write():
        store.put_in_force(*store.add_version([book()], 0, "first"))
        return shared_drafts.open_draft(ADA)


def body(draft):
    return next(one.body for one in draft.documents if one.name == "book")


def test_there_is_one_draft_for_all(database, draft):
    with database.write():
        assert shared_drafts.open_draft(BEN).id == draft.id
        assert shared_drafts.standing() == shared_drafts.Standing(draft.id, 1, 1)


def test_edits_of_different_places_from_one_revision_are_both_kept(database, draft):
    with database.write():
        shared_drafts.amend(draft, 1, replacing(f"{TITLE}/en", "Book", "Tome"), ADA, "")
        both = shared_drafts.amend(draft, 1, adding(f"{FIELDS}/c", {"x-type": "text"}), BEN, "")
    assert body(both)["x-label"]["en"] == "Tome"
    assert list(body(both)["properties"]) == ["a", "b", "c"]


def test_an_edit_of_a_place_that_another_one_has_changed_is_refused_with_who_it_was(database, draft):
    with database.write():
        shared_drafts.amend(draft, 1, replacing(f"{FIELDS}/a/x-type", "text", "date"), ADA, "")
        with pytest.raises(Overtaken) as refused:
            shared_drafts.amend(draft, 1, removing(f"{FIELDS}/a", {"x-type": "date"}), BEN, "")
        assert (refused.value.by, refused.value.revision) == (ADA, 2)


def test_an_edit_by_a_program_that_says_not_where_counts_as_one_of_everything(database, draft):
    with database.write():
        drafts.put(draft.id, 1, book(title="by a program"), BEN)
        with pytest.raises(Overtaken):
            shared_drafts.amend(draft, 1, replacing(f"{TITLE}/en", "Book", "Tome"), ADA, "")
        assert shared_drafts.amend(draft, 2, replacing(f"{TITLE}/en", "Book", "Tome"), ADA, "").revision == 3


def test_one_s_own_edits_do_not_stand_in_each_other_s_way(database, draft):
    with database.write():
        shared_drafts.amend(draft, 1, replacing(f"{TITLE}/en", "Book", "Tome"), ADA, "")
        twice = shared_drafts.amend(draft, 1, replacing(f"{TITLE}/en", "Tome", "Volume"), ADA, "")
    assert body(twice)["x-label"]["en"] == "Volume"


def test_an_edit_is_computed_on_the_newest_documents(database, draft):
    with database.write():
        shared_drafts.amend(draft, 1, renaming(f"{FIELDS}/a", "first"), ADA, "")
        later = shared_drafts.amend(draft, 1, lambda documents: placing(f"{FIELDS}/b", next(iter(body_of(documents)["properties"]))), BEN, "")
    assert list(body(later)["properties"]) == ["b", "first"]


def body_of(documents):
    return next(one.body for one in documents if one.name == "book")


def test_undo_and_redo_are_of_the_last_edit_that_was_seen_whoever_made_it(database, draft):
    with database.write():
        edited = shared_drafts.amend(draft, 1, replacing(f"{TITLE}/en", "Book", "Tome"), ADA, "")
        with pytest.raises(Conflict):
            shared_drafts.undo(edited, 1, BEN)
        undone = shared_drafts.undo(edited, edited.revision, BEN)
        assert body(undone)["x-label"]["en"] == "Book"
        with pytest.raises(Overtaken):
            shared_drafts.amend(undone, edited.revision, replacing(f"{TITLE}/en", "Book", "Folio"), ADA, "")
        assert body(shared_drafts.redo(undone, undone.revision, ADA))["x-label"]["en"] == "Tome"


def test_a_newer_version_keeps_the_edits_that_fit_and_names_the_others(database, draft):
    with database.write():
        edited = shared_drafts.amend(draft, 1, replacing(f"{TITLE}/en", "Book", "Tome"), ADA, "mine")
        edited = shared_drafts.amend(edited, 2, replacing(f"{FIELDS}/a/x-type", "text", "date"), ADA, "lost")
        edited = shared_drafts.amend(edited, 3, adding(f"{FIELDS}/c", {"x-type": "text"}), BEN, "added")
        newer = book(properties={"a": {"x-type": "integer"}, "b": {"x-type": "text"}, "n": {"x-type": "text"}})
        store.put_in_force(*store.add_version([newer], 0, "second"))
        moved = shared_drafts.rebase(edited, ADA)
        assert (moved.base, moved.position) == (2, 2)
        assert [(one.title, one.by) for one in shared_drafts.left_out(moved.id)] == [("lost", ADA)]
        assert [one.title for one in drafts.operations(moved)] == ["mine", "added"]
        undone = shared_drafts.undo(moved, moved.revision, ADA)
        shared_drafts.forget_left_out(moved.id)
        assert shared_drafts.left_out(moved.id) == []
    kept = {name: schema["x-type"] for name, schema in body(moved)["properties"].items()}
    assert kept == {"a": "integer", "b": "text", "n": "text", "c": "text"}
    assert list(body(undone)["properties"]) == ["a", "b", "n"]
    assert body(undone)["x-label"]["en"] == "Tome"


def test_what_was_edited_while_the_draft_was_published_goes_on_in_a_new_one(database, draft):
    with database.write():
        edited = shared_drafts.amend(draft, 1, replacing(f"{TITLE}/en", "Book", "Tome"), ADA, "published")
        shared_drafts.amend(edited, 2, adding(f"{FIELDS}/c", {"x-type": "text"}), BEN, "meanwhile")
        store.put_in_force(*store.add_version(edited.documents, 0, "second"))
        fresh = shared_drafts.finish(edited, 2, ADA)
        assert fresh is not None and fresh.id != draft.id
        assert [one.title for one in drafts.operations(fresh)] == ["meanwhile"]
        assert list(body(fresh)["properties"]) == ["a", "b", "c"]
        assert drafts.get(draft.id).published_as == 2


def test_a_published_draft_is_closed_and_the_next_edit_begins_another(database, draft):
    with database.write():
        assert shared_drafts.finish(draft, 1, ADA) is None
        assert shared_drafts.standing() is None
        assert shared_drafts.open_draft(ADA).id != draft.id


def test_a_discarded_draft_leaves_nothing(database, draft):
    with database.write():
        edited = shared_drafts.amend(draft, 1, replacing(f"{TITLE}/en", "Book", "Tome"), ADA, "")
        shared_drafts.discard(edited)
        assert shared_drafts.standing() is None


def test_entries_of_lists_touch_the_list_and_renames_both_names():
    assert touched([{"op": "add", "path": "/view/v/body/layout/0", "value": {}}]) == ["/view/v/body/layout"]
    assert touched(renaming(f"{FIELDS}/a", "z")) == [f"{FIELDS}/a", f"{FIELDS}/z"]
    assert touched(placing(f"{FIELDS}/a", None)) == []
