"""Dashboards in the browser's eyes: start pages, parts by themselves, lists behind numbers, files, and who gets what."""

import html
import json
import re
import subprocess
from collections.abc import Iterator

import pytest
from reading_room import Person, Room

RANGE = "period=all"


def page(person: Person, address: str) -> str:
    answer = person.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def parts_of(text: str) -> list[str]:
    return re.findall(r'id="part-(\d+)"', text)


def cells(text: str) -> Iterator[tuple[str, str]]:
    """The addresses behind numbers, and the numbers."""
    yield from re.findall(r'<td class="number"><a href="([^"]+)">([\d,]+)</a></td>', text)


def records_in(person: Person, address: str) -> int:
    """How many records a list shows; the addresses of the tests give one page."""
    return len(set(re.findall(r'href="/r/loan/(\d+)"', page(person, address))))


def test_a_librarian_starts_with_her_own_page(vera: Person) -> None:
    text = page(vera, "/?lang=en")
    assert "data-focus-wide" in text
    assert 'hx-get="/r/loan/new?view=quick&dialog=1"' in text
    assert 'class="due due-' in text
    assert "autofocus" not in text.split("<main", 1)[1]


def test_somebody_without_a_page_of_their_own_gets_a_search_and_the_apps(nora: Person) -> None:
    text = page(nora, "/")
    assert "data-focus-wide" in text
    assert "home-apps" in text
    assert "due-" not in text


def test_charts_are_fetched_when_they_come_into_view_and_at_once_for_those_without_javascript(vera: Person) -> None:
    lazy = page(vera, "/d/circulation")
    assert "data-chart" not in lazy
    assert 'hx-trigger="revealed, shuke:saved from:body"' in lazy
    whole = page(vera, f"/d/circulation?{RANGE}&whole=1")
    assert whole.count("data-chart") == whole.count("<svg class=\"chart-svg\"") >= 4
    assert "style=" not in whole


def test_each_part_is_a_fragment_of_its_own(vera: Person) -> None:
    answer = vera.fragment(f"/d/circulation/parts/2?{RANGE}")
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(("<section", "{#")) or "<section" in answer.text
    assert "<html" not in answer.text
    data = json.loads(html.unescape(re.search(r'data-chart="([^"]+)"', answer.text)[1]))  # type: ignore[index]
    assert data["kind"] == "pie"
    assert sum(data["series"][0]["values"]) == 3


def test_a_part_that_is_not_for_the_reader_is_nowhere(vera: Person, nora: Person) -> None:
    assert "4" in parts_of(page(vera, "/d/circulation"))
    assert "4" not in parts_of(page(nora, "/d/circulation"))
    assert vera.get("/d/circulation/parts/4").status_code == 200
    assert nora.get("/d/circulation/parts/4").status_code == nora.get("/d/circulation/parts/99").status_code == 404
    assert nora.get("/d/circulation/parts/4.csv").status_code == 404
    assert nora.get("/d/desk").status_code == nora.get("/d/nothing").status_code == 404


@pytest.mark.parametrize("who", ["vera", "nora"])
def test_numbers_lead_to_a_list_of_just_these_records(room: Room, who: str) -> None:
    person = room.person(who)
    for place in (1, 2, 3):
        found = [(url, number) for url, number in cells(page(person, f"/d/circulation/parts/{place}?{RANGE}")) if url.startswith("/r/loan?")]
        assert found or who == "nora"
        for url, number in found:
            assert records_in(person, url) == int(number.replace(",", "")), url


def test_a_number_with_a_condition_of_its_own_leads_to_its_own_records(vera: Person) -> None:
    text = page(vera, f"/d/circulation?{RANGE}")
    links = re.findall(r'<a (?:class="key-value" )?href="(/r/loan\?[^"]*part=circulation\.0[^"]*)">([\d,]+)[^<]*</a>', text)
    assert len(links) == 2
    assert [records_in(vera, url) for url, _number in links] == [int(number) for _url, number in links]
    assert "part=circulation.0" in links[0][0] and "part=circulation.0.1" in links[1][0]


def test_the_list_names_the_part_and_can_leave_it(vera: Person) -> None:
    text = page(vera, "/r/loan?part=circulation.0.1&lang=en")
    assert "returned" in text
    assert vera.get("/r/loan?part=circulation.99").status_code == 404
    assert vera.get("/r/book?part=circulation.0").status_code == 404
    assert vera.get("/r/loan?part=nonsense").status_code == 404


def test_the_numbers_of_a_part_are_a_file(vera: Person) -> None:
    answer = vera.get(f"/d/circulation/parts/4.csv?{RANGE}&lang=en")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = answer.data.decode("utf-8-sig").splitlines()
    assert rows[0].count(",") == 2
    assert len(rows) >= 3


@pytest.mark.parametrize(("language", "word"), [("zh", "流通"), ("en", "Circulation")])
def test_a_dashboard_prints_in_either_language(vera: Person, language: str, word: str) -> None:
    answer = vera.get(f"/d/circulation.pdf?lang={language}&{RANGE}")
    assert answer.data.startswith(b"%PDF")
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.data, capture_output=True, check=True).stdout.decode()
    assert word in text
    assert ("借阅状态" in text) == (language == "zh")
    assert ("Loans by state" in text) == (language == "en")


def test_days_and_units_stand_in_the_address(room: Room, vera: Person) -> None:
    text = page(vera, "/d/circulation?period=this_week&lang=en")
    assert 'href="/d/circulation?period=today"' in text
    assert re.search(r'<a href="/d/circulation\?period=this_week" aria-current="true">', text)
    assert 'name="unit"' in text
    north = room.ids["north"]
    with_unit = page(vera, f"/d/circulation?{RANGE}&unit={north}")
    assert f"f.unit.under={north}" in with_unit
    assert "f.unit.under=1234567" not in page(vera, "/d/circulation?unit=1234567")


def test_a_dashboard_stands_in_the_menu_of_its_app(vera: Person) -> None:
    assert 'href="/d/circulation"' in page(vera, "/")


def test_the_statements_of_a_page_are_known(room: Room, vera: Person) -> None:
    vera.get("/")
    with room.statements() as seen:
        vera.get("/")
    assert len(seen) <= 8, seen  # the visitor; one number; one list; the last records, of three kinds
    vera.get("/d/circulation")
    with room.statements() as seen:
        vera.get("/d/circulation")
    assert len(seen) <= 3, seen  # the visitor; the units; one number for both periods
    with room.statements() as seen:
        vera.fragment("/d/circulation/parts/1")
    assert len(seen) <= 5, seen  # the visitor; the units; the groups; the titles of units
