"""The designer of printed documents: blocks are edited one gesture at a time, and the draft is looked at on real records."""

from typing import Any
from urllib.parse import urlencode

import pytest
from reading_room import LIBRARY

from shuke.core.errors import InvalidInput, NotAllowed
from shuke.definitions.load import load_template
from shuke.definitions.model import Document
from shuke.definitions.patches import patched
from shuke.definitions.problems import DefinitionErrors
from shuke.documents.pdf import Look, PagePicture
from shuke.publishing.checks import check
from shuke.publishing.edits import prints

BOOK = {"name": "book_page", "entity": "book", "label": {"zh": "图书页", "en": "Book page"}, "blocks": [
    {"type": "heading", "text": {"zh": "甲", "en": "A"}}, {"type": "divider"},
    {"type": "columns", "columns": [{"blocks": [{"type": "fields", "fields": ["title"]}]}, {"blocks": []}]}, {"type": "pagebreak"},
]}


@pytest.fixture(scope="module")
def library() -> tuple[Document, ...]:
    return (*load_template(LIBRARY), Document("document", "book_page", "lending", BOOK))


def blocks(documents: Any, name: str = "book_page") -> Any:
    return next(one.body["blocks"] for one in documents if one.key == ("document", name))


def kinds(documents: Any) -> list[Any]:
    return [one["type"] if one["type"] != "columns" else [[inner["type"] for inner in part["blocks"]] for part in one["columns"]] for one in blocks(documents)]


@pytest.mark.parametrize(("source", "target", "after"), [
    (("blocks", 0), ("blocks", 2), ["divider", "heading", [["fields"], []], "pagebreak"]),
    (("blocks", 3), ("blocks", 0), ["pagebreak", "heading", "divider", [["fields"], []]]),
    (("blocks", 0), ("blocks", 2, "columns", 1, "blocks", 0), ["divider", [["fields"], ["heading"]], "pagebreak"]),
    (("blocks", 2, "columns", 0, "blocks", 0), ("blocks", 2, "columns", 1, "blocks", 0), ["heading", "divider", [[], ["fields"]], "pagebreak"]),
    (("blocks", 2, "columns", 0, "blocks", 0), ("blocks", 0), ["fields", "heading", "divider", [[], []], "pagebreak"]),
    (("blocks", 1), ("blocks", 2), ["heading", "divider", [["fields"], []], "pagebreak"]),
])
def test_a_block_is_moved_to_where_it_was_dropped(library, source, target, after) -> None:
    assert kinds(patched(library, prints.move_block(library, "book_page", source, target))) == after


def test_a_page_break_does_not_go_between_columns_nor_a_block_into_itself(library) -> None:
    with pytest.raises(InvalidInput, match="side by side|并排|beside"):
        prints.move_block(library, "book_page", ("blocks", 3), ("blocks", 2, "columns", 0, "blocks", 0))
    with pytest.raises(InvalidInput):
        prints.move_block(library, "book_page", ("blocks", 2), ("blocks", 2, "columns", 0, "blocks", 0))


def test_every_block_that_is_offered_can_be_added_and_published(library) -> None:
    for entity in ("book", "reader", "loan"):
        documents = patched(library, prints.add_layout(library, "lending", entity, "letter", name="all_blocks"))
        for kind in prints.offered(documents, entity):
            documents = patched(documents, prints.add_block(documents, "all_blocks", ("blocks", 0), kind))
        check(documents, 0)
    assert {"movements", "related", "chart"} <= set(prints.offered(library, "reader"))
    assert "table" in prints.offered(library, "book") and "table" not in prints.offered(library, "loan")


@pytest.mark.parametrize("layout", prints.LAYOUTS)
def test_every_layout_is_a_document_that_can_be_published(library, layout) -> None:
    for entity in ("book", "reader", "copy"):
        documents = patched(library, prints.add_layout(library, "lending", entity, layout))
        try:
            check(documents, 0)
        except DefinitionErrors as wrong:
            pytest.fail(str(wrong.problems))


def test_the_last_block_stays(library) -> None:
    only = (*load_template(LIBRARY), Document("document", "book_page", "lending", {**BOOK, "blocks": [{"type": "divider"}]}))
    with pytest.raises(InvalidInput):
        prints.remove_block(only, "book_page", ("blocks", 0))
    copied = patched(only, prints.duplicate_block(only, "book_page", ("blocks", 0)))
    assert len(blocks(patched(copied, prints.remove_block(copied, "book_page", ("blocks", 0))))) == 1


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were to be drawn, which takes a second each."""
    found: list[str] = []

    def look(page: str, _most: int) -> Look:
        found.append(page)
        return Look((PagePicture("data:,", 3, 4),), 5)

    monkeypatch.setattr("shuke.builder.print_preview.look", look)
    return found


def post(person: Any, action: str, block: str, **more: str) -> Any:
    return person.post("/build/prints/loan_slip/blocks", {"action": action, "block": block, **more}, htmx=True)


def test_blocks_are_added_moved_and_removed_in_the_designer(nora) -> None:
    page = nora.get("/build/document/loan_slip").text
    assert 'id="print-designer"' in page and 'data-block="/blocks/0"' in page
    answer = post(nora, "add", "/blocks/0", type="signature")
    assert answer.status_code == 200 and 'class="print-block is-here" data-block="/blocks/0" data-type="signature"' in answer.text
    assert "1 change not published" in answer.text, "the bar comes along"
    moved = post(nora, "move", "/blocks/0", to="/blocks/2").text
    assert 'class="print-block is-here" data-block="/blocks/1" data-type="signature"' in moved and "Now at place 2." in moved
    assert 'data-block="/blocks/1" data-type="signature"' not in post(nora, "remove", "/blocks/1").text
    assert post(nora, "add", "/blocks/0", type="script").status_code == 404
    assert post(nora, "add", "/label/0", type="text").status_code == 404
    assert post(nora, "add", "/blocks/0", type="movements").status_code == 422, "a loan has no account"


def look_at(person: Any, name: str, **asked: str) -> str:
    return str(person.get(f"/build/prints/{name}/preview?{urlencode(asked)}", **{"HX-Request": "true", "X-Language": "en"}).text)


def test_the_draft_is_looked_at_on_a_record_in_both_languages(vera, room, drawn) -> None:
    vera.post("/build/prints", {"entity": "reader", "layout": "letter"}, htmx=True)
    for language, word in (("zh", "尊敬的"), ("en", "Dear ")):
        shown = look_at(vera, "reader_letter", lang=language, record=str(room.ids["li"]))
        assert word in drawn[-1] and "The first 1 of 5 pages." in shown and f"lang={language}" in shown


def test_who_may_not_print_a_record_does_not_see_it_here(nora, room) -> None:
    nora.post("/build/prints", {"entity": "reader", "layout": "letter"}, htmx=True)
    shown = look_at(nora, "reader_letter", record=str(room.ids["li"]))
    assert "You may not print this record." in shown and "data:image" not in shown


def test_what_is_not_published_yet_is_left_out_of_the_preview(vera, drawn) -> None:
    vera.post("/build/prints", {"entity": "reader", "layout": "statement"}, htmx=True)
    assert "left out" not in look_at(vera, "reader_statement") and drawn, "a print that exists in the draft alone"
    vera.post("/build/edit", {"kind": "document", "name": "reader_statement", "pointer": "/blocks/0", "json": "1",
                              "value": '{"type": "related", "entity": "loan", "via": "reader", "columns": ["nothing"]}'}, htmx=True)
    assert "1 block is left out" in look_at(vera, "reader_statement")


def test_a_preview_that_has_no_place_is_tried_again(vera, monkeypatch) -> None:
    def refuse(_page: str, _most: int) -> Look:
        raise NotAllowed("Too many documents are being printed.")

    monkeypatch.setattr("shuke.builder.print_preview.look", refuse)
    vera.post("/build/prints", {"entity": "reader", "layout": "letter"}, htmx=True)
    shown = look_at(vera, "reader_letter")
    assert "Too many documents" in shown and 'hx-trigger="load delay:2s"' in shown


def test_the_panel_of_a_block_writes_only_that_block(nora) -> None:
    post(nora, "add", "/blocks/0", type="space")
    place = {"kind": "document", "name": "loan_slip", "at": "/blocks/0", "pointer": "/blocks/0/height"}
    assert nora.post("/build/panel", {**place, "value": "25"}, htmx=True).status_code == 200
    assert ">25 mm<" in nora.get("/build/prints/loan_slip/design?block=/blocks/0").text
    assert nora.post("/build/panel", {**place, "pointer": "/label", "zh": "x"}, htmx=True).status_code == 404


def test_a_layout_makes_a_print_of_the_entity(nora) -> None:
    listed = nora.get("/build/entity/loan?tab=prints").text
    assert "/build/document/loan_slip" in listed and '"layout": "receipt"' in listed
    made = nora.post("/build/prints", {"entity": "loan", "layout": "receipt"}, htmx=True)
    assert made.headers["HX-Redirect"].endswith("/build/document/loan_receipt") or "/build/document/loan_receipt" in str(made.headers)
    assert nora.post("/build/prints", {"entity": "loan", "layout": "poem"}, htmx=True).status_code == 422
