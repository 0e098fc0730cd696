"""Building in one draft: nothing reaches the staff before it is published, and nobody overwrites anybody."""

import json
import re

import pytest

from shuke.core.i18n import use_locale
from shuke.definitions import shared_drafts, store


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


def set_to(person, pointer, value, *, kind="entity", name="book", seen="", **more):
    form = {"kind": kind, "name": name, "pointer": pointer, "value": value, "_revision": seen, **more}
    return person.post("/build/edit?lang=en", form, htmx=True)


def draft_of(room):
    with room.database.read():
        found = shared_drafts.standing()
        return shared_drafts.drafts.get(found.id) if found else None


def book(room):
    return next(one.body for one in draft_of(room).documents if one.key == ("entity", "book"))


def standing(room):
    """What a page shows now."""
    with room.database.read():
        return str(shared_drafts.standing() or shared_drafts.Standing(0, 0, store.published_version()))


def announced(answer):
    return json.loads(answer.headers["HX-Trigger"])


def said(answer):
    return " ".join(one["text"] for one in announced(answer).get("shuke:toast", []))


def publish(person, **form):
    plan = person.form("/build/plan?lang=en", "plan", htmx=True)
    return person.post("/build/publish?lang=en", {**plan, **form}, htmx=True)


def test_an_edit_stays_in_the_draft_until_it_is_published(room, vera):
    answer = set_to(vera, "/properties/isbn/maxLength", "40")
    assert answer.status_code == 200
    assert announced(answer)["shuke:draft"] == {"revision": standing(room)}
    assert 'hx-swap-oob="true"' in answer.text and f'data-revision="{standing(room)}"' in answer.text
    assert book(room)["properties"]["isbn"]["maxLength"] == 40
    with room.database.read():
        assert next(one for one in store.documents_of(store.published_version()) if one.key == ("entity", "book")).body["properties"]["isbn"]["maxLength"] == 20
    published = publish(vera, comment="Longer numbers")
    assert published.headers["HX-Redirect"] == "/build/versions"
    with room.database.read():
        assert shared_drafts.standing() is None
        assert store.versions(1)[0].comment == "Longer numbers"
        assert next(one for one in store.documents_of(store.published_version()) if one.key == ("entity", "book")).body["properties"]["isbn"]["maxLength"] == 40


def test_a_wrong_input_is_refused_with_a_sentence_and_changes_nothing(room, vera):
    for pointer, value, words in (
        ("/properties/isbn/maxLength", "many", "whole number"), ("/properties/isbn/maxLength", "-3", ""), ("/x-nonsense", "1", ""),
    ):
        answer = set_to(vera, pointer, value)
        assert answer.status_code == 422, pointer
        assert words in said(answer)
    assert draft_of(room) is None
    assert set_to(vera, "/properties/isbn/maxLength", "3", name="ghost").status_code == 404
    for pointer in ("", "/", "no/pointer", "/x-checks/99/message", "/x-icon/deeper/still", "/properties/ghost/x-label/en"):
        assert set_to(vera, pointer, "3").status_code in (404, 422), pointer
    assert draft_of(room) is None


@pytest.mark.parametrize(("pointer", "value", "stored"), [
    ("/properties/isbn/x-index", "1", True), ("/properties/isbn/x-label/en", "Number", "Number"), ("/x-icon", "books", "books"),
    ("/properties/price/minimum", "0.5", 0.5), ("/x-display", "isbn", "isbn"),
])
def test_values_have_the_type_that_the_schema_wants(room, vera, pointer, value, stored):
    assert set_to(vera, pointer, value).status_code == 200
    found = book(room)
    for part in pointer[1:].split("/"):
        found = found[part]
    assert found == stored


def test_an_empty_input_takes_the_keyword_out(room, vera):
    assert set_to(vera, "/properties/isbn/pattern", "").status_code == 200
    assert "pattern" not in book(room)["properties"]["isbn"]


def test_undo_and_redo_also_after_the_browser_was_closed(room, vera):
    set_to(vera, "/x-icon", "books")
    again = room.person("vera")
    page = again.get("/build?lang=en").text
    assert re.search(r'id="draft-undo"[^>]*title="Undo: Book: Icon changed"', page)
    assert again.post("/build/undo", {"_revision": standing(room)}, htmx=True).status_code == 200
    assert book(room)["x-icon"] == "book"
    assert again.post("/build/redo", {"_revision": standing(room)}, htmx=True).status_code == 200
    assert book(room)["x-icon"] == "books"
    assert again.post("/build/redo", {"_revision": standing(room)}, htmx=True).status_code == 422


@pytest.mark.parametrize("begun", [False, True])
def test_two_builders_edit_different_places_and_are_told_when_it_was_the_same(room, vera, nora, begun):
    if begun:
        set_to(vera, "/x-icon", "books")
    seen = standing(room)
    assert set_to(nora, "/properties/isbn/maxLength", "30", seen=seen).status_code == 200
    assert set_to(vera, "/properties/title/maxLength", "30", seen=seen).status_code == 200
    answer = set_to(vera, "/properties/isbn/maxLength", "50", seen=seen)
    assert answer.status_code == 409
    assert "诺拉" in said(answer)
    assert book(room)["properties"]["isbn"]["maxLength"] == 30
    assert "shuke:redraw" in announced(answer)


def test_a_page_that_shows_what_was_published_meanwhile_overwrites_nothing(room, vera, nora):
    before = standing(room)
    set_to(vera, "/properties/isbn/maxLength", "30")
    drafted = standing(room)
    publish(vera)
    for seen in (before, drafted):
        assert "data-redraw" in nora.post("/build/presence", {"place": "", "_revision": seen}, htmx=True).text
        answer = set_to(nora, "/properties/isbn/maxLength", "50", seen=seen)
        assert answer.status_code == 409 and "published or thrown away" in said(answer)
        assert draft_of(room) is None
    assert set_to(nora, "/properties/isbn/maxLength", "50", seen=standing(room)).status_code == 200


def test_builders_see_each_other_and_where_they_are(vera, nora):
    vera.post("/build/presence", {"place": "entity/book"}, htmx=True)
    seen = nora.post("/build/presence?lang=en", {"place": ""}, htmx=True).text
    assert "韦拉" in seen and "Book" in seen
    assert "诺拉" not in seen


def test_the_bar_beside_an_answer_still_says_where_one_is(vera):
    answer = vera.client.post("/build/edit", data={
        "kind": "entity", "name": "book", "pointer": "/x-icon", "value": "books", "csrf_token": vera.token(),
    }, headers={"HX-Request": "true", "X-Draft-Place": "entity/book"})
    assert 'data-place="entity/book"' in answer.text


def test_somebody_who_was_not_seen_for_half_a_minute_is_gone(room, vera, nora):
    vera.post("/build/presence", {"place": ""}, htmx=True)
    with room.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sk_builder_presence SET seen_at = '2020-01-01 00:00:00'")
    assert "韦拉" not in nora.post("/build/presence", {"place": ""}, htmx=True).text


def test_a_page_hears_that_the_draft_has_moved_on(room, vera, nora):
    set_to(vera, "/x-icon", "books")
    seen = standing(room)
    set_to(nora, "/x-icon", "notebook", seen=seen)
    assert "Undo: Book: Icon changed (诺拉)" in vera.get("/build?lang=en").text and "(诺拉)" not in nora.get("/build?lang=en").text
    assert "data-redraw" in vera.post("/build/presence", {"place": "", "_revision": seen}, htmx=True).text
    assert "data-redraw" not in vera.post("/build/presence", {"place": "", "_revision": standing(room)}, htmx=True).text


def test_a_version_that_others_publish_meanwhile_does_not_lose_the_draft(room, vera):
    set_to(vera, "/x-icon", "books")
    with room.database.read():
        documents = store.documents_of(store.published_version())
    from_elsewhere = shared_drafts.patched(documents, [{"op": "add", "path": "/entity/reader/body/x-icon", "value": "user"}])
    with room.database.write():
        store.put_in_force(*store.add_version(from_elsewhere, 0, "by the API"))
    assert "bring the draft up to date" in vera.get("/build?lang=en").text
    refused = vera.post("/build/publish", {"_revision": standing(room)}, htmx=True)
    assert refused.status_code == 409
    vera.post("/build/rebase", {"_revision": standing(room)}, htmx=True)
    draft = draft_of(room)
    assert book(room)["x-icon"] == "books"
    assert next(one.body for one in draft.documents if one.key == ("entity", "reader"))["x-icon"] == "user"
    assert publish(vera).headers["HX-Redirect"] == "/build/versions"


def test_a_draft_that_is_thrown_away_is_gone(room, vera):
    set_to(vera, "/x-icon", "books")
    vera.post("/build/discard", {}, htmx=True)
    assert draft_of(room) is None


def test_an_edit_that_nothing_can_be_drawn_from_is_refused(room, vera):
    answer = set_to(vera, "/kinds", "{}", kind="ledger", name="fines", json="1")
    assert answer.status_code == 422
    assert draft_of(room) is None
