"""Statements that are made once: they follow the day, the clock, the settings and the rights all the same."""

from datetime import UTC, datetime

import pytest

from shuke import records
from shuke.core.clock import Clock, use_clock
from shuke.core.settings import Settings, use_settings
from shuke.records import Condition, Input, Query

SUNDAY, MONDAY = (Clock(fixed=datetime(2026, 3, day, 4, tzinfo=UTC)) for day in (8, 9))


@pytest.fixture
def due(library):
    """What is due on a Sunday and on the Monday after it."""
    with library.database.write():
        reader = records.save(library["boss"], library.entity("reader"), {"name": "Ann", "kind": "adult"})
        inputs = [Input({"reader": str(reader.id), "since": "2026-03-01", "due": day}) for day in ("2026-03-08", "2026-03-09")]
        saved = records.save_many(library["boss"], library.entity("loan"), inputs)
    return [one.id for one in saved]


def _found(library, asked, who="boss"):
    with library.database.read():
        return {one.id for one in records.query(library[who], library.entity("loan"), asked).records}


def _count(library, asked):
    with library.database.read():
        return records.aggregate(library["boss"], library.entity("loan"), (), [("count", "")], asked)[0].measures


@pytest.mark.parametrize("asked", [Query(where="due = TODAY()"), Query(conditions=(Condition("due", "today"),))])
def test_a_statement_about_today_asks_anew_each_day(library, due, asked):
    for _again in range(2):
        for place, clock in enumerate((SUNDAY, MONDAY)):
            with use_clock(clock):
                assert _found(library, asked) == {due[place]}
                assert _count(library, asked) == (1,)


def test_a_statement_about_this_moment_asks_anew_each_moment(library, due):
    asked = Query(where="created_at < NOW()")
    with use_clock(SUNDAY):
        assert _found(library, asked) == set()
    assert _found(library, asked) == set(due)


def test_a_statement_about_this_week_follows_the_settings(library, due):
    asked = Query(conditions=(Condition("due", "this_week"),))
    for start, places in (("monday", due[1:]), ("sunday", due), ("monday", due[1:])):
        with use_clock(MONDAY), use_settings(Settings(week_start=start)):
            assert _found(library, asked) == set(places)


def test_each_person_has_statements_of_their_own(library, due):
    asked = Query(conditions=(Condition("owner", "is", ("@me",)),))
    assert (_found(library, asked), _found(library, asked, "ann"), _found(library, asked)) == (set(due), set(), set(due))
