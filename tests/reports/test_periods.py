"""Stretches of days, and what they are compared with."""

from datetime import date

import pytest
from reports.conftest import NOON

from shuke.core.clock import use_clock
from shuke.core.i18n import use_locale
from shuke.reports.periods import OFFERED, PRESETS, Days, against, before, chosen, days_of, label_of, words_of


def spelled(days: Days) -> str:
    return f"{days.first} {days.last}"


@pytest.mark.parametrize(("preset", "now", "earlier"), [
    ("today", "2026-03-18 2026-03-18", "2026-03-17 2026-03-17"),
    ("yesterday", "2026-03-17 2026-03-17", "2026-03-16 2026-03-16"),
    ("this_week", "2026-03-16 2026-03-22", "2026-03-09 2026-03-11"),
    ("this_month", "2026-03-01 2026-03-31", "2026-02-01 2026-02-18"),
    ("last_month", "2026-02-01 2026-02-28", "2026-01-01 2026-01-31"),
    ("last_30_days", "2026-02-17 2026-03-18", "2026-01-18 2026-02-16"),
    ("this_year", "2026-01-01 2026-12-31", "2025-01-01 2025-03-18"),
    ("all", "None None", "None None"),
])
def test_a_period_is_compared_with_as_many_days_before(preset: str, now: str, earlier: str) -> None:
    with use_clock(NOON):
        assert (spelled(days_of(preset)), spelled(before(days_of(preset)))) == (now, earlier)


def test_an_address_names_a_preset_or_days_of_its_own() -> None:
    with use_clock(NOON):
        assert chosen({"period": "today"}, "all").preset == "today"
        assert chosen({"period": "nonsense"}, "this_week").preset == "this_week"
        assert chosen({"from": "2026-02-10", "to": "2026-02-01"}, "all") == Days("custom", date(2026, 2, 1), date(2026, 2, 10))
        assert chosen({"from": "2026-02-30", "to": "x"}, "today").preset == "today"
        assert chosen({"from": "0001-01-01", "to": "9999-12-31"}, "today").preset == "today"


def test_every_period_has_words_in_both_languages() -> None:
    for locale in ("zh", "en"):
        with use_clock(NOON), use_locale(locale):
            assert all(label_of(name) and against(days_of(name)) and words_of(days_of(name)) for name in PRESETS)
    assert set(OFFERED) <= set(PRESETS)
