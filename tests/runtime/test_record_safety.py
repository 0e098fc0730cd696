"""The safety of two people: histories and old values, lines that both changed, what deleting touches, the recycle bin."""

import re

from reading_room import Person, Room


def _form(person: Person, address: str, **values: str) -> None:
    form = person.form(f"{address}/edit")
    for name, value in values.items():
        form[name] = value
    assert person.post(f"{address}/edit", form).status_code == 303


def test_an_old_value_is_shown_and_brought_back_with_its_reason(vera: Person, nora: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['li']}"
    _form(vera, address, mobile="13800000111")
    page = vera.get(f"{address}/history/mobile?lang=en").text
    assert "138 0000 0101" in page and "138 0000 0111" in page and page.count("Bring back") == 1
    old = dict(re.findall(r'name="(_revision|entry|side)" value="([^"]+)"', page))
    answer = vera.post(f"{address}/history/mobile/restore", old)
    assert answer.status_code == 303
    assert room.scalar("SELECT mobile FROM e_reader WHERE id = :id", id=room.ids["li"]) == "+8613800000101"
    assert "brought back" in vera.get(f"{address}/history?lang=en").text
    stale = vera.post(f"{address}/history/mobile/restore", old)
    assert stale.status_code == 303 and "138 0000 0101" in vera.get(address).text
    assert nora.get(f"{address}/history/email").status_code == 404
    assert nora.post(f"{address}/history/email/restore", old).status_code in {403, 404}


def test_the_history_of_one_person_or_kind(vera: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['li']}"
    _form(vera, address, remarks="Comes on Mondays.")
    assert "Comes on Mondays." in vera.get(f"{address}/history?kind=updated").text
    assert "Comes on Mondays." not in vera.get(f"{address}/history?kind=created").text
    assert "Comes on Mondays." not in vera.get(f"{address}/history?by=Nobody").text


def _book(vera: Person, title: str = "Two hands") -> str:
    form = vera.form("/r/book/new")
    form["title"] = title
    for position, name in enumerate(("Zoe", "Abe")):
        form.add("authors", f"n{position}")
        form[f"authors.n{position}.name"] = name
        form[f"authors.n{position}.role"] = "author"
    answer = vera.post("/r/book/new", form)
    assert answer.status_code == 303
    return str(answer.location).split("?")[0]


def test_lines_that_two_people_changed_are_joined(vera: Person) -> None:
    address = _book(vera)
    mine, theirs = vera.form(f"{address}/edit"), vera.form(f"{address}/edit")
    first, second = mine.getlist("authors")
    theirs[f"authors.{first}.name"] = "Zoe Z."
    theirs.add("authors", "n7")
    theirs["authors.n7.name"] = "Tom"
    theirs["authors.n7.role"] = "author"
    assert vera.post(f"{address}/edit", theirs).status_code == 303
    mine[f"authors.{second}.name"] = "Abe A."
    answer = vera.post(f"{address}/edit?lang=en", mine, htmx=True)
    assert answer.status_code == 409
    assert "The changes of both are kept" in answer.text and "韦拉 saved this record" in answer.text
    for name in ("Zoe Z.", "Abe A.", "Tom"):
        assert f'value="{name}"' in answer.text


def test_one_line_that_both_changed_has_to_be_chosen(vera: Person) -> None:
    address = _book(vera)
    mine, theirs = vera.form(f"{address}/edit"), vera.form(f"{address}/edit")
    first, _second = mine.getlist("authors")
    theirs[f"authors.{first}.name"] = "Theirs"
    assert vera.post(f"{address}/edit", theirs).status_code == 303
    mine[f"authors.{first}.name"] = "Mine"
    answer = vera.post(f"{address}/edit?lang=en", mine, htmx=True)
    assert answer.status_code == 409
    assert 'name="_choice.authors"' in answer.text and "Theirs" in answer.text and 'value="Mine"' in answer.text


def test_deleting_says_what_stands_against_it_and_what_is_touched(vera: Person, nora: Person, room: Room) -> None:
    needed = vera.fragment(f"/r/reader/{room.ids['li']}/delete").text
    assert "借阅" in needed and 'data-save' not in needed
    free = vera.fragment(f"/r/book/{_book(vera).rsplit('/', 1)[1]}/delete?lang=en").text
    assert "No other record is touched." in free and "data-save" in free
    assert nora.fragment(f"/r/book/{room.ids['lectures']}/delete").status_code in {403, 404}


def test_a_toast_takes_a_deletion_back(vera: Person) -> None:
    address = _book(vera)
    answer = vera.post(f"{address}/delete", {})
    assert answer.status_code == 303
    assert f"{address}/restore" in vera.get(answer.location).text
    assert vera.post(f"{address}/restore", {}).status_code == 303
    assert vera.get(address).status_code == 200


def test_several_records_come_back_from_the_bin_at_once(vera: Person, nora: Person, room: Room) -> None:
    addresses = [_book(vera), _book(vera, "Three hands")]
    for address in addresses:
        vera.post(f"{address}/delete", {})
    page = vera.get("/r/book/recycle?lang=en").text
    assert "Deleted by" in page and "韦拉" in page
    ids = [address.rsplit("/", 1)[1] for address in addresses]
    assert nora.post("/r/book/recycle", {"id": ids}).status_code == 404
    assert vera.post("/r/book/recycle", {"id": ids}).status_code == 303
    assert all(vera.get(address).status_code == 200 for address in addresses)
