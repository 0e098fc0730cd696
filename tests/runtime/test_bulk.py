"""Many records at once: what would happen, doing it, and taking it back."""

import re

import pytest
from reading_room import Person, Room

from shuke.transfer.worker import Worker


@pytest.fixture
def volumes(vera: Person, room: Room) -> list[str]:
    """Four books, and their ids."""
    for volume in range(4):
        vera.post("/r/book/new", {"title": f"Volume {volume}", "price": f"{volume + 1}.00", "_field": ["title", "price"]})
    return [str(room.scalar("SELECT id FROM e_book WHERE title = :title", title=f"Volume {volume}")) for volume in range(4)]


def priced(room: Room) -> list[str]:
    """The prices of the volumes, in cents."""
    return [str(room.scalar("SELECT price FROM e_book WHERE title = :title", title=f"Volume {volume}")) for volume in range(4)]


def undo_of(answer: object) -> str:
    found = re.search(r'"undo": "(/bulk/\d+/undo)"', answer.headers["HX-Trigger"])  # type: ignore[attr-defined]
    assert found
    return found[1]


def changing(ids: list[str], price: str, do: str) -> dict[str, object]:
    return {"ids": ",".join(ids), "field": "price", "_field": "price", "price": price, "do": do}


def test_the_field_is_chosen_first_and_its_input_follows(vera: Person, volumes: list[str]) -> None:
    page = vera.post("/r/book/bulk/edit?lang=en", {"ids": ",".join(volumes)}, htmx=True).text
    assert "Change 4 records" in page and '<option value="price">' in page and 'value="copy_count"' not in page
    page = vera.post("/r/book/bulk/edit?lang=en", {"ids": ",".join(volumes), "field": "price"}, htmx=True).text
    assert 'name="price"' in page and 'value="remove:price"' in page


def test_the_preview_tells_what_would_change_and_changes_nothing(vera: Person, room: Room, volumes: list[str]) -> None:
    page = vera.post("/r/book/bulk/edit?lang=en", changing([*volumes, "12345"], "2", "preview"), htmx=True).text
    assert "3 records" in page and "1 is so already" in page and "1 cannot be changed" in page
    assert "Volume 0" in page and "1.00" in page and "2.00" in page
    assert priced(room) == ["100", "200", "300", "400"]


def test_it_is_done_and_undone(vera: Person, room: Room, volumes: list[str]) -> None:
    answer = vera.post("/r/book/bulk/edit?lang=en", changing(volumes[:3], "9.5", "apply"), htmx=True)
    assert answer.status_code == 200 and "3 records are changed." in answer.headers["HX-Trigger"]
    assert "shuke:close-dialog" in answer.headers["HX-Trigger"] and "shuke:reload-list" in answer.headers["HX-Trigger"]
    assert priced(room) == ["950", "950", "950", "400"]
    back = vera.post(undo_of(answer), {}, htmx=True)
    assert back.status_code == 200
    assert priced(room) == ["100", "200", "300", "400"]
    assert vera.post(undo_of(answer), {}, htmx=True).status_code == 404


def test_undoing_leaves_alone_what_somebody_has_changed_since(vera: Person, room: Room, volumes: list[str]) -> None:
    answer = vera.post("/r/book/bulk/edit", changing(volumes, "9.5", "apply"), htmx=True)
    vera.post("/r/book/bulk/edit", changing(volumes[1:2], "77", "apply"), htmx=True)
    back = vera.client.post(f"{undo_of(answer)}?lang=en", data={"csrf_token": vera.token()}, headers={"HX-Request": "true"})
    assert "3 records are as they were before." in back.headers["HX-Trigger"] and "1 record was left as it is" in back.headers["HX-Trigger"]
    assert priced(room) == ["100", "7700", "300", "400"]


def test_what_somebody_did_is_undone_by_nobody_else(vera: Person, nora: Person, room: Room, volumes: list[str]) -> None:
    answer = vera.post("/r/book/bulk/edit", changing(volumes, "9.5", "apply"), htmx=True)
    assert nora.post(undo_of(answer), {}, htmx=True).status_code == 404
    assert priced(room) == ["950"] * 4


def test_a_value_that_cannot_be_read_is_told_before_anything_is_tried(vera: Person, volumes: list[str]) -> None:
    answer = vera.post("/r/book/bulk/edit", changing(volumes, "cheap", "preview"), htmx=True)
    assert answer.status_code == 422 and 'value="cheap"' in answer.text


def test_a_blank_input_empties_the_field(vera: Person, room: Room, volumes: list[str]) -> None:
    vera.post("/r/book/bulk/edit", changing(volumes[:1], "", "apply"), htmx=True)
    assert priced(room)[0] == "None"


def test_everything_that_the_list_holds_can_be_meant(vera: Person, room: Room, volumes: list[str]) -> None:
    form = {"all": "1", "field": "price", "_field": "price", "price": "5", "do": "apply"}
    answer = vera.post("/r/book/bulk/edit?q=Volume&f.price.ge=3&lang=en", form, htmx=True)
    assert "2 records are changed." in answer.headers["HX-Trigger"]
    assert priced(room) == ["100", "200", "500", "500"]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records are as many as can be waited for."""
    monkeypatch.setattr("shuke.runtime.bulk.MOST", 2)
    monkeypatch.setattr("shuke.transfer.bulk.PART", 2)


def followed(person: Person, room: Room, answer: object) -> tuple[str, str]:
    """The address of what is done in the background, and its page once it has ended."""
    found = re.search(r'hx-get="(/bulk/\d+)"', answer.text)  # type: ignore[attr-defined]
    assert found
    worker = Worker(room.database)
    while worker.run_once():
        pass
    return found[1], person.get(f"{found[1]}?lang=en").text


@pytest.mark.usefixtures("few")
def test_more_than_can_be_waited_for_are_done_in_the_background_and_undone(vera: Person, nora: Person, room: Room, volumes: list[str]) -> None:
    form = {"all": "1", "field": "price", "_field": "price", "price": "5"}
    seen = vera.post("/r/book/bulk/edit?q=Volume&lang=en", {**form, "do": "preview"}, htmx=True).text
    assert "4 records are chosen. This is what the first 2 would come to" in seen and priced(room) == ["100", "200", "300", "400"]
    answer = vera.post("/r/book/bulk/edit?q=Volume&lang=en", {**form, "do": "apply"}, htmx=True)
    assert "0 of 4 records" in answer.text and priced(room) == ["100", "200", "300", "400"]
    address, page = followed(vera, room, answer)
    assert "4 of 4 records" in page and "Done." in page and "hx-trigger" not in page.split('id="bulk"')[1].split(">")[0]
    assert priced(room) == ["500"] * 4
    assert nora.client.get(address).status_code == 404
    _address, page = followed(vera, room, vera.post(f"{address}/back?lang=en", {}, htmx=True))
    assert "Done." in page and priced(room) == ["100", "200", "300", "400"]
    assert vera.post(f"{address}/back", {}, htmx=True).status_code == 404


@pytest.mark.usefixtures("few")
def test_what_goes_on_in_the_background_can_be_stopped(vera: Person, room: Room, volumes: list[str]) -> None:
    answer = vera.post("/r/book/bulk/delete?q=Volume&lang=en", {"all": "1", "do": "apply"}, htmx=True)
    address = re.search(r'hx-get="(/bulk/\d+)"', answer.text)
    assert address and "Stopped; what was done stays." in vera.post(f"{address[1]}/stop?lang=en", {}, htmx=True).text
    assert not Worker(room.database).run_once() and vera.get("/r/book").text.count(">Volume ") == 4


@pytest.mark.usefixtures("few")
def test_steps_of_very_many_are_taken_in_the_background_and_refusals_told(vera: Person, room: Room) -> None:
    step = re.search(r'data-bulk="do/(\w+)"', vera.get("/r/loan").text)
    assert step
    _address, page = followed(vera, room, vera.post(f"/r/loan/bulk/do/{step[1]}?lang=en", {"all": "1", "do": "apply"}, htmx=True))
    assert "cannot be changed" in page and "outlook-refusal" in page


def test_records_go_into_the_recycle_bin_together_and_come_back(vera: Person, volumes: list[str]) -> None:
    page = vera.post("/r/book/bulk/delete?lang=en", {"ids": ",".join(volumes)}, htmx=True).text
    assert "4 records" in page and "Into the recycle bin" in page
    assert "Volume 0" in vera.get("/r/book").text
    answer = vera.post("/r/book/bulk/delete", {"ids": ",".join(volumes), "do": "apply"}, htmx=True)
    assert "Volume" not in vera.get("/r/book").text.replace("Volumes", "")
    vera.post(undo_of(answer), {}, htmx=True)
    assert vera.get("/r/book").text.count(">Volume ") == 4


def test_transitions_are_fired_together_and_refusals_are_told(vera: Person, room: Room) -> None:
    step = re.search(r'data-bulk="do/(\w+)"', vera.get("/r/loan").text)
    assert step
    chosen = {"ids": ",".join(str(room.ids[name]) for name in ("running", "late"))}
    page = vera.post(f"/r/loan/bulk/do/{step[1]}?lang=en", chosen, htmx=True).text
    assert "1 record" in page and "1 cannot be changed" in page
    answer = vera.post(f"/r/loan/bulk/do/{step[1]}?lang=en", {**chosen, "do": "apply"}, htmx=True)
    assert "1 record was refused." in answer.headers["HX-Trigger"]
    assert vera.post("/r/loan/bulk/do/unicorn", chosen, htmx=True).status_code == 404


def test_ticked_rows_are_exported_alone(vera: Person, volumes: list[str]) -> None:
    answer = vera.post("/r/book/export.csv?cols=title", {"ids": ",".join(volumes[:2])})
    assert answer.data.decode("utf-8-sig").splitlines()[1:] == ["Volume 0", "Volume 1"]


def test_who_may_not_write_changes_nothing(nora: Person, room: Room, volumes: list[str]) -> None:
    page = nora.get("/r/book").text
    assert "data-bulk" not in page
    assert nora.post("/r/book/bulk/edit", changing(volumes, "9", "apply"), htmx=True).status_code == 404
    assert nora.post("/r/book/bulk/delete", {"ids": ",".join(volumes), "do": "apply"}, htmx=True).status_code == 404
    assert priced(room) == ["100", "200", "300", "400"]


def test_records_of_others_are_as_absent_as_ids_that_nobody_has(nora: Person, room: Room) -> None:
    """A volunteer changes readers of the own branch only."""
    mine, foreign = str(room.ids["anna"]), str(room.scalar("SELECT id FROM e_reader WHERE name = '王芳'"))
    form = {"ids": f"{mine},{foreign}", "field": "name", "_field": "name", "name": "Somebody", "do": "preview"}
    page = nora.post("/r/reader/bulk/edit?lang=en", form, htmx=True).text
    unknown = nora.post("/r/reader/bulk/edit?lang=en", {**form, "ids": f"{mine},99"}, htmx=True).text
    assert page.replace(foreign, "99").split("outlook")[1:] == unknown.split("outlook")[1:]
