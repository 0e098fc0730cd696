"""Forms and links of fragments that the browser follows by itself: they end on a whole page, never on a piece of one."""

import re
from html import unescape
from itertools import chain
from typing import Any

import pytest
from reading_room import Person, Room

LEADING = re.compile(r"<(?:a|form)\b[^>]*\bhx-(?:get|post)=[^>]*>")
ADDRESS = re.compile(r'\b(?:href|action)="([^"]+)"')


def _cell(person: Person, address: str) -> dict[str, str]:
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', person.fragment(address).text)
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def test_a_value_that_is_sent_by_the_browser_itself_is_saved_and_leads_to_its_record(vera: Person, room: Room) -> None:
    book = f"/r/book/{room.ids['roger']}"
    answer = vera.post(f"{book}/cell/price?cols=title,price", {**_cell(vera, f"{book}/cell/price"), "price": "41.5"})
    assert (answer.status_code, answer.location) == (303, book)
    assert "41.50" in vera.get(book).text
    refused = vera.post(f"{book}/cell/price", {**_cell(vera, f"{book}/cell/price"), "price": "cheap"})
    assert refused.status_code == 422 and "<html" in refused.text and 'value="cheap"' in refused.text


def test_a_value_in_a_related_list_leads_back_to_the_page_that_shows_the_list(vera: Person, room: Room) -> None:
    cell, reader = f"/r/loan/{room.ids['running']}/cell/remark", f"/r/reader/{room.ids['li']}"
    answer = vera.post(f"{cell}?related=reader%2F{room.ids['li']}%2Floan-reader", {**_cell(vera, cell), "remark": "By hand"})
    assert (answer.status_code, answer.location) == (303, reader)
    assert room.scalar("SELECT remark FROM e_loan WHERE id = :id", id=room.ids["running"]) == "By hand"


def test_what_is_done_to_many_leads_back_to_their_list(vera: Person, room: Room) -> None:
    form: dict[str, Any] = {"ids": str(room.ids["roger"]), "field": "price", "_field": "price", "price": "12", "do": "apply"}
    answer = vera.post("/r/book/bulk/edit?sort=price", form)
    assert (answer.status_code, answer.location) == (303, "/r/book?sort=price")
    assert vera.post("/r/book/bulk/delete", {"ids": form["ids"], "do": "apply"}).location == "/r/book"


@pytest.mark.parametrize("page", ["/r/book", "/r/loan?group=state", "/r/reader/{li}", "/r/reader/{li}/edit", "/r/loan/{running}", "/r/reader/{li}/timeline"])
def test_every_link_and_form_for_a_fragment_has_a_page_too(vera: Person, room: Room, page: str) -> None:
    text = vera.get(page.format(**room.ids)).text + vera.fragment(page.format(**room.ids)).text
    found = dict.fromkeys(unescape(address) for address in chain.from_iterable(ADDRESS.findall(tag) for tag in LEADING.findall(text) if 'method="post"' not in tag))
    assert found
    for address in found:
        answer = vera.get(address)
        assert answer.status_code == 303 or "<html" in answer.text and answer.status_code == 200, address
