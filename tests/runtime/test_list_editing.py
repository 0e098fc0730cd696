"""Writing in the list: one cell at a time, saved through the one door."""

import re

from reading_room import Person, Room


def cell(person: Person, address: str) -> dict[str, str]:
    """The form in a cell as it would be sent untouched."""
    return _inputs(person.fragment(address).text)


def _inputs(page: str) -> dict[str, str]:
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', page)
    return {name: value.replace("&#34;", '"') for name, value in found if name != "csrf_token"}


def test_only_what_one_may_write_is_marked_as_such(vera: Person, nora: Person) -> None:
    assert 'data-edit="price"' in vera.get("/r/book").text and 'data-edit="copy_count"' not in vera.get("/r/book").text
    assert "data-edit=" not in nora.get("/r/book").text


def test_a_value_is_written_where_it_stands_and_the_row_comes_back(vera: Person, room: Room) -> None:
    address = f"/r/book/{room.ids['roger']}/cell/price?cols=title,price"
    form = cell(vera, address)
    assert form["price"] == "36" or form["price"] == "36.00"
    answer = vera.post(address, {**form, "price": "41.5"}, htmx=True)
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == f'tr[data-href="/r/book/{room.ids["roger"]}"]'
    assert answer.text.count("<tr") == 1 and "41.50" in answer.text and "罗杰疑案" in answer.text and "978" not in answer.text
    assert "41.50" in vera.get("/r/book").text


def test_what_cannot_be_saved_is_kept_beside_its_sentence(vera: Person, room: Room) -> None:
    address = f"/r/book/{room.ids['roger']}/cell/price"
    answer = vera.post(f"{address}?lang=en", {**cell(vera, address), "price": "cheap"}, htmx=True)
    assert answer.status_code == 422 and 'value="cheap"' in answer.text and 'role="alert"' in answer.text
    due = f"/r/loan/{room.ids['running']}/cell/due"
    answer = vera.post(f"{due}?lang=en", {**cell(vera, due), "due": "2001-01-01"}, htmx=True)
    assert answer.status_code == 422 and "Due before it was lent." in answer.text and "2001-01-01" in answer.text


def test_another_s_change_of_the_same_value_is_shown_before_it_is_written_over(vera: Person, room: Room) -> None:
    address = f"/r/book/{room.ids['roger']}/cell/price"
    old = cell(vera, address)
    vera.post(address, {**old, "price": "50"}, htmx=True)
    answer = vera.post(f"{address}?lang=en", {**old, "price": "60"}, htmx=True)
    assert answer.status_code == 409 and "50.00" in answer.text and 'value="60"' in answer.text
    again = _inputs(answer.text)
    assert vera.post(address, {**again, "price": "60"}, htmx=True).status_code == 200
    assert "60.00" in vera.get("/r/book").text


def test_another_s_change_of_another_value_is_no_obstacle(vera: Person, room: Room) -> None:
    page = f"/r/book/{room.ids['roger']}/cell"
    price = cell(vera, f"{page}/price")
    vera.post(f"{page}/isbn", {**cell(vera, f"{page}/isbn"), "isbn": "123"}, htmx=True)
    assert vera.post(f"{page}/price", {**price, "price": "70"}, htmx=True).status_code == 200
    text = vera.get("/r/book").text
    assert "70.00" in text and ">123<" in text


def test_who_may_not_write_gets_no_input_and_writes_nothing(vera: Person, nora: Person, room: Room) -> None:
    book = f"/r/book/{room.ids['roger']}/cell"
    assert nora.fragment(f"{book}/title").status_code == 403
    assert nora.post(f"{book}/title", {"_field": "title", "title": "Stolen"}, htmx=True).status_code == 403
    hidden, absent = nora.fragment(f"{book}/price"), nora.fragment(f"{book}/unicorn")
    assert hidden.status_code == absent.status_code == 404
    assert vera.fragment(f"{book}/copy_count").status_code == 403
    assert vera.fragment(f"/r/loan/{room.ids['running']}/cell/state").status_code == 403
    assert "Stolen" not in vera.get("/r/book").text
