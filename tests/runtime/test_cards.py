"""Boards, calendars and galleries: what stands on them, who may move what, and what is refused."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk import carry
from playwright.sync_api import Page, expect
from postgres import Cluster
from reading_room import HTMX, Person, Room, configuration, furnish

from shuke.core import clock
from shuke.core.db import Database
from shuke.web.app import create_app

BOARD = "/r/loan?view=loan.board&lang=en"
CALENDAR = "/r/loan?view=loan.calendar&lang=en"


@pytest.fixture(scope="module")
def _on_postgresql(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int]]:
    """A database of the library, to be copied."""
    name = cluster.create()
    return name, furnish(tmp_path_factory.mktemp("library"), Database(cluster.url(name)))


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """The library on either kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("room")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    source, ids = request.getfixturevalue("_on_postgresql")
    name = cluster.create(source)
    database = Database(cluster.url(name))
    yield Room(create_app(configuration(tmp_path), database), database, ids)
    database.dispose()
    cluster.drop(name)


def move(person: Person, entity: str, id_: int, to: str, was: str, *, way: str = "move", view: str = "", **more: str) -> Any:
    view = view or f"{entity}.{'board' if way == 'move' else 'calendar'}"
    return person.post(f"/r/{entity}/{id_}/{way}?view={view}&lang=en", {"to": to, "was": was, **more}, htmx=True)


def lane(page: str, code: str) -> str:
    """The part of a page that is one lane."""
    found = re.search(rf'<section class="lane" id="lane-{code}".*?</section>', page, re.DOTALL)
    assert found, page[:2000]
    return found[0]


def on_day(page: str, day: str) -> str:
    found = re.search(rf'<li class="day[^>]*data-place="{day}".*?(?=<li class="day[ "]|</ol>)', page, re.DOTALL)
    assert found, page[:2000]
    return found[0]


# Boards


def test_a_board_has_a_lane_for_each_state_with_cards_counts_and_sums(anywhere: Room) -> None:
    page = anywhere.person("vera").get(BOARD).text
    running, late = f'data-card="{anywhere.ids["running"]}"', f'data-card="{anywhere.ids["late"]}"'
    assert running in lane(page, "out") and running not in lane(page, "returned")
    assert late in lane(page, "returned")
    assert re.search(r'lane-count">.*?2</span>', lane(page, "returned"), re.DOTALL)
    assert "Fine · Sum" in lane(page, "returned") and "3 records" in page
    assert "Li" in lane(page, "out") or "李" in lane(page, "out")


def test_filters_and_the_search_narrow_a_board_as_they_narrow_a_list(anywhere: Room) -> None:
    vera = anywhere.person("vera")
    page = vera.get(f"{BOARD}&f.reader.is={anywhere.ids['anna']}").text
    assert "1 record<" in page and f'data-card="{anywhere.ids["child"]}"' in page and f'data-card="{anywhere.ids["late"]}"' not in page


def test_a_step_without_questions_is_taken_by_moving_the_card(anywhere: Room) -> None:
    vera = anywhere.person("vera")
    answer = move(vera, "loan", anywhere.ids["running"], "returned", "out")
    assert answer.status_code == 200
    assert f'data-card="{anywhere.ids["running"]}"' in lane(answer.text, "returned") and 'hx-swap-oob="true"' in answer.text
    assert "lane-lost" not in answer.text  # only the lanes that it was moved between
    assert anywhere.scalar("SELECT state FROM e_loan WHERE id = :id", id=anywhere.ids["running"]) == "returned"
    assert anywhere.scalar("SELECT returned FROM e_loan WHERE id = :id", id=anywhere.ids["running"]) is not None


def test_a_step_that_asks_goes_on_in_the_dialog_and_comes_back_to_the_board(anywhere: Room) -> None:
    vera, id_ = anywhere.person("vera"), anywhere.ids["running"]
    answer = move(vera, "loan", id_, "lost", "out")
    assert (answer.status_code, answer.text) == (200, "")
    assert f"/r/loan/{id_}/do/lose?box=board" in answer.headers["HX-Trigger"]
    assert anywhere.scalar("SELECT state FROM e_loan WHERE id = :id", id=id_) == "out"
    form = vera.form(f"/r/loan/{id_}/do/lose?box=board", "transition", htmx=True)
    form["remark"] = "Left on a train."
    done = vera.post(f"/r/loan/{id_}/do/lose", form, htmx=True)
    assert "shuke:saved" in done.headers["HX-Trigger"] and "shuke:close-dialog" in done.headers["HX-Trigger"]
    assert "HX-Redirect" not in done.headers
    assert anywhere.scalar("SELECT state FROM e_loan WHERE id = :id", id=id_) == "lost"


def test_a_move_that_no_step_makes_goes_back_with_a_sentence(anywhere: Room) -> None:
    vera, id_ = anywhere.person("vera"), anywhere.ids["late"]
    answer = move(vera, "loan", id_, "out", "returned")
    assert answer.status_code == 422
    assert "No step that you may take leads from \\u201cReturned\\u201d to \\u201cOut\\u201d." in answer.headers["HX-Trigger"]
    assert f'data-card="{id_}"' in lane(answer.text, "returned")
    assert anywhere.scalar("SELECT state FROM e_loan WHERE id = :id", id=id_) == "returned"


def test_a_card_that_somebody_else_has_moved_is_shown_where_it_is(anywhere: Room) -> None:
    vera, id_ = anywhere.person("vera"), anywhere.ids["late"]
    answer = move(vera, "loan", id_, "lost", "out")
    assert answer.status_code == 409 and "somebody else has moved it" in answer.headers["HX-Trigger"]
    assert f'data-card="{id_}"' in lane(answer.text, "returned")


def test_a_card_of_a_choice_is_moved_by_saving_it_with_its_history(anywhere: Room) -> None:
    vera, id_ = anywhere.person("vera"), anywhere.ids["copy1"]
    now = str(anywhere.scalar("SELECT condition FROM e_copy WHERE id = :id", id=id_) or "")
    page = vera.get("/r/copy?view=copy.board&lang=en").text
    other = next(code for code in re.findall(r'data-place="(\w+)"', page) if code != now)
    answer = move(vera, "copy", id_, other, now)
    assert answer.status_code == 200 and "is now in" in answer.headers["HX-Trigger"]
    assert anywhere.scalar("SELECT condition FROM e_copy WHERE id = :id", id=id_) == other
    assert "Condition" in vera.get(f"/r/copy/{id_}/history?lang=en").text


def test_who_may_only_read_sees_cards_without_handles_and_moves_nothing(nora: Person, room: Room) -> None:
    page = nora.get("/r/copy?view=copy.board&lang=en").text
    assert 'data-card="' in page and "is-movable" not in page and "data-movable" not in page
    now = str(room.scalar("SELECT condition FROM e_copy WHERE id = :id", id=room.ids["copy1"]) or "")
    answer = move(nora, "copy", room.ids["copy1"], "worn" if now != "worn" else "good", now)
    assert answer.status_code in (403, 422)
    assert str(room.scalar("SELECT condition FROM e_copy WHERE id = :id", id=room.ids["copy1"]) or "") == now


def test_what_is_out_of_sight_cannot_be_moved(sam: Person, room: Room) -> None:
    assert move(sam, "loan", room.ids["child"], "lost", "out").status_code == 404
    assert move(sam, "loan", room.ids["child"], "2026-01-01", "2026-01-02", way="reschedule").status_code == 404


def test_more_cards_of_a_lane_come_a_page_at_a_time(vera: Person, room: Room) -> None:
    for number in range(3):
        form = vera.form("/r/reader/new")
        form["name"] = f"Reader {number}"
    loans(vera, room, 3)
    first = lane(vera.get(BOARD).text, "out")
    assert first.count("data-card=") == 2
    found = re.search(r'hx-get="(/r/loan/cards\?[^"]+)"', first)
    assert found
    address, seen = found[1].replace("&amp;", "&"), set(re.findall(r'data-card="(\d+)"', first))
    more = vera.client.get(address, headers=HTMX).text
    assert "<html" not in more and more.count("data-card=") == 2 and not seen & set(re.findall(r'data-card="(\d+)"', more))


def loans(vera: Person, room: Room, number: int) -> None:
    """So many more loans, begun today."""
    for _number in range(number):
        form = vera.form("/r/loan/new")
        form["reader"] = str(room.ids["anna"])
        form["since"] = clock.today().isoformat()
        assert vera.post("/r/loan/new", form).status_code == 303


@pytest.mark.parametrize(("address", "most"), [(BOARD, 8), (CALENDAR, 5), ("/r/book?view=book.gallery&lang=en", 5)])
def test_the_statements_are_known_and_do_not_grow_with_the_records(vera: Person, room: Room, address: str, most: int) -> None:
    def asked() -> int:
        vera.get(address)
        with room.statements() as seen:
            assert vera.get(address).status_code == 200
        return len(seen)

    before = asked()
    assert before <= most
    loans(vera, room, 2)
    assert asked() == before


# Calendars


def test_records_stand_on_all_their_days(anywhere: Room) -> None:
    vera, today = anywhere.person("vera"), clock.today()
    begun = today - timedelta(days=3)
    page = vera.get(f"{CALENDAR}&at={today}&show=week").text
    card = f'data-card="{anywhere.ids["running"]}"'
    assert card in on_day(page, today.isoformat())
    assert card in on_day(vera.get(f"{CALENDAR}&at={begun}").text, begun.isoformat())
    assert card not in on_day(vera.get(f"{CALENDAR}&at={begun}&show=week").text, (begun - timedelta(days=begun.weekday())).isoformat()) or begun.weekday() == 0


def test_a_record_is_moved_to_another_day_with_its_length(anywhere: Room) -> None:
    vera, id_, today = anywhere.person("vera"), anywhere.ids["running"], clock.today()
    begun = today - timedelta(days=3)
    before = anywhere.scalar("SELECT due FROM e_loan WHERE id = :id", id=id_)
    answer = move(vera, "loan", id_, (begun + timedelta(days=1)).isoformat(), begun.isoformat(), way="reschedule")
    assert answer.status_code == 200 and 'id="list"' in answer.text
    assert str(anywhere.scalar("SELECT since FROM e_loan WHERE id = :id", id=id_)) == (begun + timedelta(days=1)).isoformat()
    assert str(anywhere.scalar("SELECT due FROM e_loan WHERE id = :id", id=id_)) != str(before)
    again = move(vera, "loan", id_, today.isoformat(), (begun - timedelta(days=9)).isoformat(), way="reschedule")
    assert again.status_code == 409 and "stands on another day" in again.headers["HX-Trigger"]


def test_an_empty_day_begins_a_record_with_its_date(vera: Person) -> None:
    day = clock.today().isoformat()
    found = re.search(r'data-new="([^"]*)"', on_day(vera.get(CALENDAR).text, day))
    assert found and found[1]
    form = vera.client.get(found[1].replace("&amp;", "&"), headers=HTMX).text
    assert f'value="{day}"' in form and "<html" not in form


@pytest.mark.parametrize("address", ["/r/loan?view=loan.calendar&at=2026-02-31", "/r/loan?view=loan.calendar&at=x&show=year"])
def test_what_an_address_gets_wrong_is_no_fault(vera: Person, address: str) -> None:
    assert vera.get(address).status_code == 200


def test_a_list_is_no_board(vera: Person, room: Room) -> None:
    assert vera.get("/r/loan/cards?in=out").status_code == 422
    assert vera.get("/r/loan/cards?view=loan.board&in=nothing").status_code == 422
    assert vera.post(f"/r/loan/{room.ids['late']}/move", {"to": "out", "was": "returned"}, htmx=True).status_code == 404


# Galleries, and choosing


def test_a_gallery_shows_titles_and_values_and_stands_beside_the_lists(vera: Person, nora: Person) -> None:
    page = vera.get("/r/book?view=book.gallery&lang=en").text
    assert 'class="gallery"' in page and "三体" in page and "23.00" in page
    assert 'href="/r/book?view=book.gallery"' in vera.get("/r/book").text
    assert "23.00" not in nora.get("/r/book?view=book.gallery&lang=en").text


def test_a_board_can_be_saved_as_a_view_and_opened_first(vera: Person) -> None:
    form = vera.form("/r/loan/views/new?view=loan.board&f.state.in=out", "view")
    form["name"] = "Out just now"
    form["first"] = "1"
    assert vera.post("/r/loan/views/new?view=loan.board&f.state.in=out", form).status_code == 303
    page = vera.get("/r/loan?lang=en").text
    assert "Out just now" in page and 'class="lanes"' in page and "1 record<" in page


# By hand


def test_a_card_is_dragged_and_carried_by_the_keyboard(page: Page, room: Room) -> None:
    page.goto("/r/copy?view=copy.board")
    card = page.locator(f'[data-card="{room.ids["copy1"]}"]')
    start = card.locator("xpath=ancestor::*[@data-place]").get_attribute("data-place")
    target = page.locator(f'.lane:not([data-place="{start}"])').first
    to = target.get_attribute("data-place")
    carry(page, card, target)
    expect(page.locator(f'[data-place="{to}"] [data-card="{room.ids["copy1"]}"]:not(.is-waiting)')).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("已移到")
    assert room.scalar("SELECT condition FROM e_copy WHERE id = :id", id=room.ids["copy1"]) == to
    link = page.locator(f"#card-{room.ids['copy1']}")
    places = [one.get_attribute("data-place") for one in page.locator(".lane").all()]
    key = "ArrowRight" if places.index(to) == 0 else "ArrowLeft"
    other = places[places.index(to) + (1 if key == "ArrowRight" else -1)]
    link.focus()
    page.keyboard.press("Space")
    page.keyboard.press(key)
    page.keyboard.press("Space")
    expect(page.locator(f'[data-place="{other}"] [data-card="{room.ids["copy1"]}"]:not(.is-waiting)')).to_be_visible()
    expect(link).to_be_focused()
    assert not page.blocked  # type: ignore[attr-defined]
