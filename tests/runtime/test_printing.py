"""Printing several records: the dialog that asks which document, and one file of all of them."""

import pytest
from reading_room import Person, Room

from shuke.core.errors import NotAllowed
from shuke.documents.pdf import Look, PagePicture


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be drawn is told instead: drawing takes a second each."""
    monkeypatch.setattr("shuke.runtime.printing.pdf", lambda pages: "\f".join(pages).encode())


def test_several_records_are_printed_into_one_file(vera: Person, room: Room) -> None:
    first, second = room.ids["li"], room.ids["wang"]
    answer = vera.get(f"/r/reader/print.pdf?document=default&id={first}&id={second}&id={first}&lang=en")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    pages = answer.text.split("\f")
    assert len(pages) == 2
    assert "李明" in pages[0] and "李明" not in pages[1]
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert vera.get(f"/r/reader/print.pdf?document=default&id={first}&download=1").headers["Content-Disposition"].startswith("attachment")


def test_a_document_is_printed_in_the_language_that_is_asked_for(vera: Person, room: Room) -> None:
    address = f"/r/reader/print.pdf?document=default&id={room.ids['li']}"
    assert "Reader sheet" in vera.get(f"{address}&lang=en").text
    assert "读者详情" in vera.get(f"{address}&lang=zh").text


def test_the_dialog_offers_documents_and_languages(vera: Person, room: Room) -> None:
    page = vera.get(f"/r/reader/print?id={room.ids['li']}&id={room.ids['wang']}&lang=en", **{"HX-Request": "true"}).text
    assert "Print: 2 records" in page
    assert 'value="default"' in page and 'name="lang" value="zh"' in page
    assert page.count('name="id"') == 2


def test_one_forbidden_record_keeps_the_whole_file_back(nora: Person, room: Room) -> None:
    for address in (f"/r/reader/print?id={room.ids['wang']}", f"/r/reader/print.pdf?document=default&id={room.ids['li']}&id={room.ids['wang']}"):
        assert nora.get(address).status_code in (403, 404), address
    assert nora.get(f"/r/reader/print.pdf?document=default&id={room.ids['wang']}").status_code == 404


@pytest.mark.parametrize("ids", ["", "id=x", "id=99999999999999999999", "id=-1"])
def test_what_is_no_record_is_not_there(vera: Person, ids: str) -> None:
    assert vera.get(f"/r/reader/print.pdf?document=default&{ids}").status_code == 404


def test_more_records_than_a_file_holds_are_refused(vera: Person) -> None:
    many = "&".join(f"id={number}" for number in range(1, 202))
    assert vera.get(f"/r/reader/print.pdf?document=default&{many}").status_code == 422


def test_a_list_offers_to_print_what_is_chosen(vera: Person, nora: Person) -> None:
    assert 'data-print-chosen="/r/reader/print"' in vera.get("/r/reader").text
    assert "data-print-chosen" not in nora.get("/r/reader").text


def test_the_first_page_is_shown_before_printing(vera: Person, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the language of the document; what is said about it stays in the language of the page."""
    monkeypatch.setattr("shuke.runtime.printing.look", lambda page: Look((PagePicture(f"data:{len(page)}{'读者详情' if '读者详情' in page else ''}", 3, 4),), 2))
    address = f"/r/reader/print/preview?document=default&id={room.ids['li']}&lang=zh"
    fragment = vera.get(address, **{"HX-Request": "true", "X-Language": "en"}).text
    assert "读者详情" in fragment and 'width="3" height="4"' in fragment
    assert "Page 1 of 2" in fragment
    alone = vera.get(f"/r/reader/print?id={room.ids['li']}").text
    assert 'id="print-preview"' in alone and "runtime/runtime." in alone, "the page by itself asks for the look too"
    several = vera.get(f"{address}&id={room.ids['wang']}", **{"HX-Request": "true", "X-Language": "en"}).text
    assert "The first of 2 documents: page 1 of 2" in several
    assert vera.get(address).headers["Location"] == f"/r/reader/print?id={room.ids['li']}"


def test_a_preview_that_cannot_be_drawn_says_why_and_can_be_tried_again(vera: Person, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_page: str) -> Look:
        raise NotAllowed("Too many documents are being printed.")

    monkeypatch.setattr("shuke.runtime.printing.look", refuse)
    answer = vera.get(f"/r/reader/print/preview?document=default&id={room.ids['li']}", **{"HX-Request": "true"})
    assert answer.status_code == 200, "what is refused is shown in its place"
    assert "Too many documents are being printed." in answer.text and 'hx-get="/r/reader/print/preview"' in answer.text
    assert vera.get(f"/r/reader/print/preview?document=none&id={room.ids['li']}", **{"HX-Request": "true"}).status_code == 404
