"""What the builder's pages say: what is there, what changes, what publishing would do, which versions there were."""

import pytest
from flask import g

from shuke.access import Actor
from shuke.builder import workshop
from shuke.builder.titles import both
from shuke.builder.words import place_word
from shuke.core.i18n import use_locale
from shuke.core.settings import Settings
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Document
from shuke.publishing import edits
from shuke.publishing.publish import publish
from shuke.screens.visitor import Visitor


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture
def change(room, vera):
    """Edits the draft by functions of `publishing.edits`, as the editors of the builder do."""

    def change_(edit, *arguments, **options):
        with room.app.test_request_context("/build", method="POST"), room.database.write():
            g.visitor = Visitor(Actor(room.ids["vera"], "user", "韦拉"), Settings(), 0, 0, "en")
            with use_catalogue(store.current(room.database)):
                return workshop.edit(lambda documents: edit(documents, *arguments, **options), both("Last change"))

    return change_


def test_the_first_page_shows_the_apps_with_what_they_hold(vera):
    page = vera.get("/build?lang=en").text
    assert 'href="/build/app/lending"' in page and 'href="/build/entity/book"' in page
    assert "Everything is published." in page
    assert 'href="/build"' in vera.get("/?lang=en").text


def test_the_search_finds_fields_and_options_in_both_languages_and_by_pinyin(vera):
    for text, found in (("isbn", "/build/entity/book?field=isbn"), ("书号", "field=isbn"), ("shuhao", "field=isbn"), ("Crime", "field=genre"), ("侦探", "field=genre")):
        assert found in vera.fragment(f"/build/search?lang=en&q={text}").text, text
    assert "Nothing is called" in vera.fragment("/build/search?lang=en&q=zzzz").text


def test_every_document_has_a_page(room, vera):
    with room.database.read():
        documents = store.documents_of(store.published_version())
    for one in documents:
        if one.app != "system" and one.kind != "template":
            assert vera.get(f"/build/{one.kind}/{one.name}").status_code == 200, one.key
    assert vera.get("/build/entity/ghost").status_code == 404


def test_differences_are_told_in_words_with_old_and_new(vera, change):
    change(edits.set_value, ("entity", "book"), ("properties", "title", "x-label"), {"zh": "名称", "en": "Name of the book"})
    change(edits.add_field, "book", "integer", {"zh": "页数", "en": "Pages"})
    change(edits.rename_field, "book", "isbn", "number")
    change(edits.remove_field, "book", "genre")
    page = vera.get("/build/changes?lang=en").text
    assert "<del>Title</del>" in page and "<ins>Name of the book</ins>" in page
    assert "<strong>Pages</strong>" in page
    assert "<code>isbn</code> → <code>number</code>" in page
    assert "<strong>Genre</strong>" in page
    assert "韦拉" in page


def test_the_plan_counts_records_shows_values_and_wants_every_loss_to_be_meant(vera, change):
    change(edits.retype_field, "book", "isbn", "date")
    form = vera.form("/build/plan?lang=en", "plan", htmx=True)
    plan = vera.fragment("/build/plan?lang=en").text
    assert "values cannot be converted" in plan or "value cannot be converted" in plan
    assert 'href="/r/book/' in plan
    refused = vera.post("/build/publish?lang=en", dict(form), htmx=True)
    assert refused.status_code == 422
    assert "Say of every loss that it is meant" in refused.text


def test_what_stands_against_publishing_leads_to_its_place(room, vera, change):
    change(edits.add_field, "book", "link", {"zh": "出版社", "en": "Publisher"})
    assert "1 problem" in vera.fragment("/build/problems?lang=en&count=1").text
    page = vera.get("/build/problems?lang=en").text
    assert 'href="/build/entity/book?at=properties%2Fpublisher' in page
    assert "“Leads to” is missing; add it." in page
    assert "Book</a> · Publisher" in page
    form = vera.form("/build/plan?lang=en", "plan", htmx=True)
    refused = vera.post("/build/publish?lang=en", dict(form), htmx=True)
    assert refused.status_code == 422
    with room.database.read():
        assert store.published_version() == 2


def test_a_place_in_a_document_is_told_by_labels_keywords_and_numbers():
    body = {"properties": {"price": {"x-label": {"en": "Price"}}, "plain": {}}, "actions": [{"label": {"en": "Post"}, "amount": "1"}, {"amount": ""}]}
    document = Document("entity", "book", "library", body)
    said = [place_word(document, path.split("/")) for path in ("properties/price/x-scale", "properties/plain/x-scale", "actions/0/amount", "actions/1/amount", "actions/7")]
    assert said == ["Price › Decimals", "plain › Decimals", "Actions › Post › Amount", "Actions 2 › Amount", "Actions 8"]


def test_a_plan_that_was_made_of_an_older_draft_is_shown_anew(vera, change):
    change(edits.set_value, ("entity", "book"), ("x-icon",), "books")
    form = vera.form("/build/plan?lang=en", "plan", htmx=True)
    change(edits.set_value, ("entity", "book"), ("x-icon",), "notebook")
    answer = vera.post("/build/publish?lang=en", dict(form), htmx=True)
    assert answer.status_code == 409
    assert "look at it once more" in answer.text


def test_a_version_is_told_and_gone_back_to_with_its_values(room, vera, change):
    titles = room.scalar("SELECT count(isbn) FROM e_book")
    change(edits.remove_field, "book", "isbn")
    form = vera.form("/build/plan?lang=en", "plan", htmx=True)
    plan = vera.fragment("/build/plan?lang=en").text
    accepted = [part.split('"', 1)[0] for part in plan.split('name="accept" value="')[1:]]
    sent = {**form, "accept": accepted, "comment": "No numbers"}
    answer = vera.post("/build/publish?lang=en", sent, htmx=True)
    if answer.status_code == 422:
        pytest.fail(answer.text)
    page = vera.get("/build/versions?lang=en").text
    assert "No numbers" in page and "韦拉" in page and "in force" in page
    assert "<strong>ISBN</strong>" in vera.fragment("/build/versions/3?lang=en").text
    back = vera.form("/build/versions/2/plan?lang=en", "plan", htmx=True)
    assert vera.post("/build/versions/2/restore?lang=en", dict(back), htmx=True).headers["HX-Redirect"] == "/build/versions"
    with room.database.read():
        assert "isbn" in next(one for one in store.documents_of(4) if one.key == ("entity", "book")).body["properties"]
    assert room.scalar("SELECT count(isbn) FROM e_book") == titles


def test_an_older_plan_for_going_back_is_refused_when_another_version_came(room, vera, change):
    change(edits.set_value, ("entity", "book"), ("x-icon",), "books")
    back = vera.form("/build/versions/1/plan?lang=en", "plan", htmx=True)
    with room.database.read():
        documents = store.documents_of(2)
    publish(room.database, Actor.system("test"), documents, "in between")
    assert vera.post("/build/versions/1/restore?lang=en", dict(back), htmx=True).status_code == 409


def test_only_builders_come_in(room):
    with room.app.test_client() as stranger:
        assert "/login" in stranger.get("/build").headers["Location"]
