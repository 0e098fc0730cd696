"""Numbers count up, once each, begin anew with their period, and leave gaps only where they may."""

import threading
from datetime import date
from typing import Any

import pytest
from fields.specimens import LABEL

from shuke.core.db import Database
from shuke.definitions.model import Field
from shuke.definitions.parse import parse_field
from shuke.fields.autonumber import Pattern, next_numbers
from shuke.fields.properties import property_problems

DAY = date(2026, 11, 21)


def _field(pattern: str = "L{yyyy}{mm}-{0000}", **options: Any) -> Field:
    schema = {"type": "string", "x-type": "autonumber", "x-label": LABEL, "x-pattern": pattern, **{f"x-{name}": value for name, value in options.items()}}
    return parse_field("number", schema, frozenset(), "e_loan")


def _take(database: Database, one: Field, count: int = 1, on: date = DAY) -> list[str]:
    with database.write():
        return next_numbers(one, "loan", count, on)


def test_numbers_follow_each_other(database: Database) -> None:
    assert _take(database, _field()) == ["L202611-0001"]
    assert _take(database, _field(), 3) == ["L202611-0002", "L202611-0003", "L202611-0004"]


def test_numbers_begin_anew_with_their_period(database: Database) -> None:
    one = _field(reset="month")
    assert _take(database, one, 2)[-1] == "L202611-0002"
    assert _take(database, one, on=date(2026, 12, 1)) == ["L202612-0001"]
    assert _take(database, one) == ["L202611-0003"]


def test_a_refused_record_gives_a_gapless_number_back(database: Database) -> None:
    one = _field(gapless=True)
    with pytest.raises(RuntimeError), database.write():
        assert next_numbers(one, "loan", 1, DAY) == ["L202611-0001"]
        raise RuntimeError
    assert _take(database, one) == ["L202611-0001"]


@pytest.mark.parametrize("gapless", [True, False])
def test_nobody_gets_a_number_twice(database: Database, gapless: bool) -> None:
    one, taken, threads = _field(gapless=gapless), [], []

    def work() -> None:
        for _turn in range(5):
            taken.extend(_take(database, one, 2))

    for _number in range(4):
        threads.append(threading.Thread(target=work))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40
    assert max(taken) == "L202611-0040"


def test_a_long_import_does_not_hold_up_others(postgresql_database: Database) -> None:
    one = _field()
    with postgresql_database.write():
        next_numbers(one, "loan", 1, DAY)
        other: list[str] = []
        thread = threading.Thread(target=lambda: other.extend(_take(postgresql_database, one)))
        thread.start()
        thread.join(5)
        assert other == ["L202611-0002"]


def test_a_number_may_outgrow_its_digits() -> None:
    assert Pattern.read("{yy}/{dd}-{00}").format(12345, DAY) == "26/21-12345"


@pytest.mark.parametrize(
    ("pattern", "options"),
    [("L", {}), ("L{yyyy}", {}), ("{0}{0}", {}), ("{hour}{0}", {}), ("{0000", {}), ("L{yyyy}{0000}", {"reset": "month"}), ("L{0000}", {"reset": "year"})],
)
def test_a_pattern_that_cannot_work_is_refused(pattern: str, options: dict[str, Any]) -> None:
    assert [path for path, _message in property_problems(_field(pattern, **options).schema)] == ["x-pattern"]
