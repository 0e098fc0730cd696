"""Record pages: what they show, what can be done from them, and what happened before."""

import re

import pytest
from reading_room import Person, Room, read_by_eye


def test_a_record_page_shows_facts_sections_and_related_lists(vera: Person, room: Room) -> None:
    page = vera.get(f"/r/reader/{room.ids['li']}?lang=en").text
    assert "<h1>李明</h1>" in page
    assert "138 0000 0101" in page
    related = page[page.index('id="related-loan-reader"'):]
    assert related.count("<tr data-href=") == 2
    assert f'href="/r/loan/new?reader={room.ids["li"]}"' in related


def test_lines_of_a_sub_table_stand_on_the_page(vera: Person, room: Room) -> None:
    page = vera.get(f"/r/book/{room.ids['roger']}").text
    assert "阿加莎·克里斯蒂" in page


@pytest.mark.parametrize("part", ["", "/history", "/edit", "/movements/fines"])
def test_a_record_of_another_branch_looks_like_none(nora: Person, room: Room, part: str) -> None:
    forbidden = nora.get(f"/r/reader/{room.ids['wang']}{part}")
    absent = nora.get(f"/r/reader/1{part}")
    assert forbidden.status_code == absent.status_code == 404
    assert read_by_eye(forbidden.text).replace(str(room.ids["wang"]), "1") == read_by_eye(absent.text)


def test_an_id_beyond_all_ids_is_not_there(vera: Person) -> None:
    assert vera.get("/r/reader/99999999999999999999999").status_code == 404


def test_a_hidden_field_is_nowhere_on_the_page(nora: Person, vera: Person, room: Room) -> None:
    form = vera.form(f"/r/reader/{room.ids['li']}/edit")
    form["email"] = "li@example.com"
    vera.post(f"/r/reader/{room.ids['li']}/edit", form)
    for part in ("", "/history", "/edit"):
        page = nora.get(f"/r/reader/{room.ids['li']}{part}").text
        assert "李明" in page and "li@example.com" not in page and "E-mail" not in page


def test_history_tells_old_and_new_who_and_when(vera: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['li']}"
    form = vera.form(f"{address}/edit")
    form["mobile"] = "13800000111"
    vera.post(f"{address}/edit", form)
    page = vera.get(f"{address}/history?lang=en").text
    assert "<del>138 0000 0101</del>" in page and "<ins>138 0000 0111</ins>" in page
    assert "韦拉" in page and "changed this" in page and "added this" in page
    fragment = vera.fragment(f"{address}/history").text
    assert "<html" not in fragment and "<del>" in fragment


def test_a_transition_is_a_button_that_moves_the_record(vera: Person, room: Room) -> None:
    address = f"/r/loan/{room.ids['running']}"
    page = vera.get(f"{address}?lang=en").text
    assert f'action="{address}/do/give_back"' in page and "Give back" in page
    assert vera.post(f"{address}/do/give_back", {}).status_code == 303
    page = vera.get(f"{address}?lang=en").text
    assert "Returned" in page and "/do/give_back" not in page


def test_a_transition_asks_for_what_it_needs_and_says_what_is_missing(vera: Person, room: Room) -> None:
    address = f"/r/loan/{room.ids['running']}/do/lose"
    asked = vera.client.get(f"{address}?lang=en", headers={"HX-Request": "true"}).text
    assert 'name="remark"' in asked
    assert re.search(r'class="course">.*?Out.*?becomes.*?Lost', asked, re.DOTALL)
    assert "<html" in vera.get(address).text
    missing = vera.post(f"{address}?lang=en", {"_field": "remark", "remark": ""}, htmx=True)
    assert missing.status_code == 422
    assert re.search(r'id="t-remark-error"><div class="form-error">', missing.text)
    assert vera.post(address, {"_field": "remark", "remark": "Left in a train."}).status_code == 303
    assert room.scalar("SELECT state FROM e_loan WHERE id = :id", id=room.ids["running"]) == "lost"


def test_a_transition_that_is_not_offered_is_not_there(nora: Person, room: Room) -> None:
    loan = f"/r/loan/{room.ids['running']}"
    assert "/do/give_back" in nora.get(loan).text and "/do/lose" not in nora.get(loan).text
    assert nora.post(f"{loan}/do/lose", {"_field": "remark", "remark": "x"}).status_code == 404
    assert nora.post(f"{loan}/do/fly", {}).status_code == 404


def test_deleting_goes_to_the_recycle_bin_and_back(vera: Person, room: Room) -> None:
    address = f"/r/book/{room.ids['lectures']}"
    assert vera.post(f"{address}/delete", {}).status_code == 303
    assert vera.get(address).status_code == 404
    assert "费恩曼物理学讲义" not in vera.get("/r/book").text
    assert "费恩曼物理学讲义" in vera.get("/r/book/recycle").text
    assert vera.post(f"{address}/restore", {}).status_code == 303
    assert "费恩曼物理学讲义" in vera.get("/r/book").text


def test_who_may_not_delete_finds_neither_bin_nor_button(nora: Person, room: Room) -> None:
    assert nora.get("/r/book/recycle").status_code == 404
    assert "/delete" not in nora.get(f"/r/book/{room.ids['lectures']}").text
    assert nora.post(f"/r/book/{room.ids['lectures']}/delete", {}).status_code in {403, 404}
    assert nora.get(f"/r/book/{room.ids['lectures']}").status_code == 200


def test_the_movements_behind_a_balance_add_up(vera: Person, room: Room) -> None:
    page = vera.get(f"/r/reader/{room.ids['li']}/movements/fines?lang=en").text
    assert "+5" in page  # ten days late at half a yuan
    assert f'href="/r/loan/{room.ids["late"]}"' in page
    assert vera.get(f"/r/reader/{room.ids['li']}/movements/name").status_code == 404


def test_a_document_is_printed_as_pdf(vera: Person, nora: Person, room: Room) -> None:
    page = vera.get(f"/r/loan/{room.ids['late']}").text
    address = re.search(r'href="(/r/loan/\d+/documents/loan_slip.pdf)"', page)
    assert address
    answer = vera.get(address[1])
    assert answer.data[:5] == b"%PDF-"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert nora.get(address[1]).status_code in {403, 404}


def test_a_record_page_takes_a_bounded_number_of_statements(vera: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['li']}"
    vera.get(address)
    with room.statements() as few:
        vera.get(address)
    for _number in range(8):
        vera.post("/r/loan/new", {"_field": "reader", "reader": str(room.ids["li"])})
    with room.statements() as many:
        vera.get(address)
    assert len(few) == len(many) <= 8, many
