"""Drafts keep every edit with who and when, can be undone, and never lose one of two edits at once."""

import threading

import pytest

from shuke.core.errors import Conflict, InvalidInput, NotFound
from shuke.core.i18n import use_locale
from shuke.definitions import drafts, store
from shuke.definitions.model import Document

LABEL = {"zh": "书", "en": "Book"}


def book(**keys):
    return Document("entity", "book", "shop", {"$id": "book", "type": "object", "x-label": LABEL, "properties": {"a": {}, "b": {}}, **keys})


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture
def draft(database):
    with database.write():
        store.put_in_force(*store.add_version([book()], 0, "first"))
        return drafts.create("spring", 7)


def bodies(draft):
    return {document.name: document.body for document in draft.documents}


def test_a_draft_begins_as_the_version_in_force(draft):
    assert (draft.base, draft.revision, draft.position, draft.created_by) == (1, 1, 0, 7)
    assert bodies(draft) == {"book": book().body}


def test_edits_are_kept_with_who_and_what(database, draft):
    with database.write():
        draft = drafts.apply(draft.id, 1, [{"op": "replace", "path": "/entity/book/body/properties/a", "value": {"x-type": "text"}}], 7, "Typed a")
        draft = drafts.put(draft.id, 2, Document("role", "clerk", "shop", {"name": "clerk"}), 8)
        log = drafts.operations(draft)
    assert [(one.position, one.by, one.title, one.undone) for one in log] == [(1, 7, "Typed a", False), (2, 8, "role clerk", False)]
    assert bodies(draft)["book"]["properties"]["a"] == {"x-type": "text"}
    assert bodies(draft)["clerk"] == {"name": "clerk"}


def test_undo_gives_everything_back_as_it_was_and_redo_does_it_again(database, draft):
    with database.write():
        edited = drafts.apply(draft.id, 1, [{"op": "remove", "path": "/entity/book/body/properties/a"}], 7)
        edited = drafts.apply(draft.id, 2, [{"op": "add", "path": "/entity/book/body/properties/c", "value": {}}], 7)
        undone = drafts.undo(draft.id, drafts.undo(draft.id, 3).revision)
        again = drafts.redo(draft.id, drafts.redo(draft.id, undone.revision).revision)
    assert store.documents_to_json(undone.documents) == store.documents_to_json([book()])
    assert list(bodies(undone)["book"]["properties"]) == ["a", "b"]
    assert store.documents_to_json(again.documents) == store.documents_to_json(edited.documents)


def test_an_edit_after_an_undo_forgets_what_was_undone(database, draft):
    with database.write():
        drafts.remove(draft.id, 1, "entity", "book", 7)
        drafts.undo(draft.id, 2)
        draft = drafts.put(draft.id, 3, Document("role", "clerk", "shop", {"name": "clerk"}), 7)
        assert [one.title for one in drafts.operations(draft)] == ["role clerk"]
        with pytest.raises(InvalidInput, match="nothing to do again"):
            drafts.redo(draft.id, draft.revision)
        drafts.undo(draft.id, draft.revision)
        with pytest.raises(InvalidInput, match="nothing to undo"):
            drafts.undo(draft.id, draft.revision + 1)


def test_an_edit_on_a_stale_revision_is_a_conflict_that_shows_what_is_there(database, draft):
    with database.write():
        drafts.put(draft.id, 1, book(title="theirs"), 7)
        with pytest.raises(Conflict, match="Somebody else") as refused:
            drafts.put(draft.id, 1, book(title="mine"), 8)
    assert refused.value.revision == 2
    assert refused.value.theirs["entity/book"]["title"] == "theirs"


def test_of_twenty_edits_at_once_one_wins(database, draft):
    won, lost = [], []

    def edit(number):
        with use_locale("en"):
            try:
                with database.write():
                    drafts.put(draft.id, 1, book(title=str(number)), number)
                won.append(number)
            except Conflict:
                lost.append(number)

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 19)
    with database.read():
        assert bodies(drafts.get(draft.id))["book"]["title"] == str(won[0])


def test_a_document_that_is_written_whole_keeps_its_identities(database, draft):
    known = {"x-id": "f1", "x-table": "e_book", "properties": {"a": {"x-id": "f2", "x-column": "a"}, "b": {}}}
    with database.write():
        drafts.put(draft.id, 1, book(**known), 7)
        written = drafts.put(draft.id, 2, book(properties={"a": {"x-type": "text"}, "c": {}}), 7)
    body = bodies(written)["book"]
    assert (body["x-id"], body["x-table"]) == ("f1", "e_book")
    assert body["properties"] == {"a": {"x-id": "f2", "x-column": "a", "x-type": "text"}, "c": {}}


def test_a_patch_that_does_not_fit_is_refused_and_changes_nothing(database, draft):
    with database.write():
        for patch in ([{"op": "remove", "path": "/entity/loan"}], [{"op": "dance"}], [{"op": "add", "path": "/entity/loan", "value": 3}]):
            with pytest.raises(InvalidInput):
                drafts.apply(draft.id, 1, patch, 7)
        assert drafts.get(draft.id) == draft


def test_an_edit_that_changes_nothing_is_no_operation(database, draft):
    with database.write():
        assert drafts.put(draft.id, 1, book(), 7) == draft


def test_a_published_draft_is_closed(database, draft):
    with database.write():
        drafts.mark_published(draft.id, 2)
        assert drafts.open_drafts() == []
        with pytest.raises(Conflict, match="published already"):
            drafts.put(draft.id, 1, book(), 7)
        with pytest.raises(NotFound):
            drafts.get(1)


def test_a_catalogue_is_made_once_for_a_version_and_anew_for_the_next(database):
    for number in (1, 2):
        with database.write():
            store.put_in_force(*store.add_version([Document("role", f"clerk_{number}", "shop", {"name": f"clerk_{number}"})], 0, ""))
        assert store.current(database) is store.current(database)
        assert list(store.current(database).roles) == [f"clerk_{number}"]
    assert list(store.load_catalogue(database, 1).roles) == ["clerk_1"]


def test_the_security_epoch_grows_with_every_change_of_rights(database, draft):
    with database.write():
        store.bump_security_epoch()
        store.bump_security_epoch()
    with database.read():
        assert store.state().security_epoch == 2
