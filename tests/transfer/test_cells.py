"""Cells on their way out and back: nothing that a spreadsheet would run, and the same text again on re-import."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shuke.transfer.cells import cell_out, guard, unguard

_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
_BEFORE = ("", " ", "\u3000", "\ufeff", "\u200b", "\x00", "\n", "\u00a0 \u200d")
_DANGEROUS = [f"{before}{start}{rest}" for before in _BEFORE for start in _STARTS for rest in ("", "1+1", 'cmd|" /C calc"!A0')]


@pytest.mark.parametrize("text", _DANGEROUS)
def test_text_that_a_spreadsheet_would_run_is_kept_text(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["", "Ann", "1-2", "a=b", "'quoted'", "O'Brien", "红楼梦", "100%", "(3)"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guard(text) == unguard(text) == text


@given(some.text(some.sampled_from("='+-@ \t\r\n\ufeff\u200b＝aé1"), max_size=8))
def test_whatever_was_written_is_read_back(text: str) -> None:
    assert unguard(guard(text)) == text
    seen = guard(text).lstrip("'").lstrip(" \n\ufeff\u200b") if guard(text) == text else ""
    assert not seen.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


@pytest.mark.parametrize(("value", "text"), [
    (None, ""), (Decimal("-12.50"), "-12.50"), (-3, "-3"), (date(2026, 1, 31), "2026-01-31"), ("=1", "'=1"), (Decimal("1E+3"), "1000"),
    (datetime(2026, 1, 31, 0, 0, tzinfo=UTC), "2026-01-31 08:00:00"),
])
def test_numbers_and_dates_stay_what_they_are(value: object, text: str) -> None:
    assert cell_out(value) == text
