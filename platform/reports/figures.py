"""A single number: now, against the period before, and day by day."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shuke.access import Actor
from shuke.core.i18n import format_number
from shuke.core.i18n import gettext as _
from shuke.definitions.dashboards import Measure, Part
from shuke.records import Group
from shuke.reports.asking import Scope, days_for
from shuke.reports.keys import all_keys
from shuke.reports.numbers import Number
from shuke.reports.periods import Days, against, before
from shuke.reports.sources import ADDITIVE, Source, source_of

_FEWEST_POINTS, _POINTS, _MOST_POINTS = 5, 14, 62
"""A line needs some points: a few days are shown with those before them."""


@dataclass(frozen=True, slots=True)
class Change:
    """How much more or less than before; `trend` is `up`, `down` or `same`."""

    text: str
    trend: str
    before: str
    against: str


@dataclass(frozen=True, slots=True)
class Said:
    """One measure in words."""

    label: str
    text: str
    value: Number
    where: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The first measure large, the others beside it."""

    main: Said
    more: tuple[Said, ...]
    change: Change | None
    points: tuple[Number, ...]
    """Day by day, for a line beside the number."""


def figure(actor: Actor, part: Part, scope: Scope) -> Figure:
    """One statement where numbers of days add up; two where they do not but are compared."""
    source, days = source_of(actor, part, scope), days_for(part, scope)
    first = part.measures[0]
    earlier = before(days) if part.compares and days.is_bounded else None
    if earlier is not None and source.day and all(one.function in ADDITIVE for one in part.measures):
        return _by_days(part, source, days, earlier)
    values = _only(source.rows([], days), part)
    said = [_said(source, one, value) for one, value in zip(part.measures, values, strict=True)]
    change = _change(source, first, values[0], _only(source.rows([], earlier), part)[0], days) if earlier else None
    return Figure(said[0], tuple(said[1:]), change, ())


def _by_days(part: Part, source: Source, days: Days, earlier: Days) -> Figure:
    """Both periods in one statement, by day."""
    assert days.first and days.last and earlier.first and earlier.last
    shown = days.until_today()
    assert shown.first and shown.last
    if shown.count < _FEWEST_POINTS:
        shown = Days("points", shown.last - timedelta(days=_POINTS - 1), shown.last)
    rows = source.rows([f"{source.day}:day"], Days("both", min(days.first, earlier.first, shown.first or days.first), max(days.last, earlier.last)))
    totals = [_sum(rows, days, place) for place in range(len(part.measures))]
    said = [_said(source, one, total) for one, total in zip(part.measures, totals, strict=True)]
    change = _change(source, part.measures[0], totals[0], _sum(rows, earlier, 0), days)
    return Figure(said[0], tuple(said[1:]), change, _points(rows, shown))


def _points(rows: list[Group], days: Days) -> tuple[Number, ...]:
    names = all_keys("day", days)
    if len(names) > _MOST_POINTS:
        return ()
    at = {row.key[0]: row.measures[0] for row in rows}
    return tuple(at.get(name) or 0 for name in names)


def _sum(rows: list[Group], days: Days, place: int) -> Number:
    assert days.first and days.last
    first, last = days.first.isoformat(), days.last.isoformat()
    found = [row.measures[place] for row in rows if row.key[0] and first <= row.key[0] <= last and row.measures[place] is not None]
    return sum(found) if found else 0


def _only(rows: list[Group], part: Part) -> tuple[Any, ...]:
    values = rows[0].measures if rows else (None,) * len(part.measures)
    return tuple(0 if value is None and one.function in ADDITIVE else value for value, one in zip(values, part.measures, strict=True))


def _said(source: Source, measure: Measure, value: Any) -> Said:
    return Said(source.label(measure), source.write(measure)(value) or "–", value, measure.where)


def _change(source: Source, measure: Measure, now: Any, earlier: Any, days: Days) -> Change:
    written, words = source.write(measure)(earlier) or "–", against(days)
    if not isinstance(now, Decimal | int) or not isinstance(earlier, Decimal | int) or now == earlier:
        return Change(_("unchanged") if now == earlier else "", "same", written, words)
    trend = "up" if now > earlier else "down"
    if earlier == 0:
        return Change(f"{'+' if now > 0 else ''}{source.write(measure)(now)}", trend, written, words)
    percent = (Decimal(now - earlier) / abs(Decimal(earlier)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Change(f"{'+' if percent > 0 else ''}{format_number(percent)}%".replace("-", "−"), trend, written, words)
