"""Duplicates that a form tells of while it is filled in: of records that one may not see, a few in an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from reading_room import Person, Room
from werkzeug.datastructures import MultiDict

from shuke.core import limits
from shuke.core.limits import Limit
from shuke.runtime import discretion

SAID, WAIT = "Another reader has this mobile number.", "Saving still checks for them."


@pytest.fixture(autouse=True)
def one_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three in an hour that does not end meanwhile."""
    monkeypatch.setattr(discretion, "TOLD", Limit("duplicates told", 3, timedelta(hours=1)))
    monkeypatch.setattr(limits, "real_now", lambda: datetime(2026, 5, 4, 9, 30, tzinfo=UTC))


@pytest.fixture
def known(vera: Person) -> list[str]:
    """The numbers of readers of no branch."""
    numbers = [f"1380013800{last}" for last in range(6)]
    for number in numbers:
        assert vera.post("/r/reader/new", _filled(vera, name=f"R{number}", mobile=number)).status_code == 303
    return numbers


def _filled(person: Person, **values: str) -> MultiDict[str, str]:
    form = person.form("/r/reader/new")
    for name, value in values.items():
        form[name] = value
    return form


def _typed(person: Person, number: str, **more: str) -> str:
    return person.post("/r/reader/live?lang=en", _filled(person, mobile=number, _touched="mobile", **more), htmx=True).text


def test_after_a_few_nothing_is_told_any_more_whether_there_is_a_duplicate_or_not(sam: Person, known: list[str]) -> None:
    for number in known[:3]:
        assert SAID in _typed(sam, number) and WAIT not in _typed(sam, number, remarks="again")
    for number in (known[3], "13900139000"):
        answer = _typed(sam, number)
        assert SAID not in answer and WAIT in answer
    assert SAID in _typed(sam, known[0])
    assert WAIT not in _typed(sam, "")


def test_neither_does_a_form_that_is_begun_by_an_address(sam: Person, known: list[str]) -> None:
    for number in known[:3]:
        assert SAID in sam.get(f"/r/reader/new?lang=en&mobile={number}").text
    page = sam.get(f"/r/reader/new?lang=en&mobile={known[3]}").text
    assert SAID not in page and WAIT in page


def test_saving_goes_on_and_says_what_it_always_does(sam: Person, known: list[str]) -> None:
    for number in known[:4]:
        _typed(sam, number)
    refused = sam.post("/r/reader/new?lang=en", _filled(sam, name="Zhao", mobile=known[4]))
    assert refused.status_code == 422 and SAID in refused.text and WAIT not in refused.text
    assert sam.post("/r/reader/new", _filled(sam, name="Zhao", mobile="13900139000")).status_code == 303


def test_records_that_one_may_see_are_told_as_often_as_they_are_met(vera: Person, room: Room, known: list[str]) -> None:
    for number in known:
        assert SAID in _typed(vera, number)
    assert room.scalar("SELECT COUNT(*) FROM sk_attempt WHERE count > 1") == 0
