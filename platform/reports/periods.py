"""Stretches of days: the presets that people choose from, and what each is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shuke.core import clock
from shuke.core.i18n import format_day
from shuke.core.i18n import gettext as _
from shuke.fields.operators import period as named

PRESETS = ("today", "yesterday", "this_week", "last_week", "this_month", "last_month", "last_7_days", "last_30_days", "last_12_months", "this_year", "all")
OFFERED = ("today", "this_week", "this_month", "last_30_days", "this_year")
"""What the choice of days of a page offers beside days of one's own."""
CUSTOM = "custom"
_DAY = timedelta(days=1)
_LAST_DAYS = {"last_7_days": 7, "last_30_days": 30}
_LONGEST = 366 * 10


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last`, both included; without them all days."""

    preset: str
    first: date | None = None
    last: date | None = None

    @property
    def is_bounded(self) -> bool:
        return self.first is not None and self.last is not None

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1 if self.first and self.last else 0

    def until_today(self) -> "Days":
        """Without the days that are still to come, as far as there are others."""
        today = clock.today()
        if self.first is None or self.last is None or self.last <= today or self.first > today:
            return self
        return Days(self.preset, self.first, today)


def days_of(preset: str) -> Days:
    """The days of a preset, as of today."""
    if preset not in PRESETS or preset == "all":
        return Days("all")
    today = clock.today()
    if preset == "last_12_months":  # whole months, so that the first of them is not cut
        return Days(preset, date(today.year - 1 + today.month // 12, today.month % 12 + 1, 1), today)
    first, after = named("last_n_days", today, _LAST_DAYS[preset]) if preset in _LAST_DAYS else named(preset, today)
    return Days(preset, first, after - _DAY)


def before(days: Days) -> Days:
    """What is compared: as many days of the week, month or year before, or the days right before these."""
    now = days.until_today()
    if now.first is None or now.last is None:
        return Days("all")
    if days.preset in ("this_week", "this_month", "this_year"):
        start, after = named(days.preset.replace("this", "last"), clock.today())
        return Days("before", start, min(start + timedelta(days=now.count - 1), after - _DAY))
    if days.preset == "last_month":
        end = now.first - _DAY
        return Days("before", end.replace(day=1), end)
    return Days("before", now.first - timedelta(days=now.count), now.first - _DAY)


def chosen(arguments: Mapping[str, str], default: str) -> Days:
    """What an address says: `period=this_month`, or `from=2026-01-01&to=2026-01-31`."""
    first, last = _day(arguments.get("from", "")), _day(arguments.get("to", ""))
    if first and last:
        first, last = min(first, last), max(first, last)
        return Days(CUSTOM, first, min(last, first + timedelta(days=_LONGEST)))
    asked = arguments.get("period", "")
    return days_of(asked if asked in PRESETS else default)


def label_of(preset: str) -> str:
    return {
        "today": _("Today"), "yesterday": _("Yesterday"), "this_week": _("This week"), "last_week": _("Last week"), "this_month": _("This month"),
        "last_month": _("Last month"), "last_7_days": _("Last 7 days"), "last_30_days": _("Last 30 days"), "last_12_months": _("Last 12 months"), "this_year": _("This year"),
        "all": _("All time"),
    }[preset]


def words_of(days: Days) -> str:
    """The days for a heading: “Nov 1, 2026 – Nov 30, 2026”."""
    if days.first is None or days.last is None:
        return label_of("all")
    return format_day(days.first) if days.first == days.last else f"{format_day(days.first)} – {format_day(days.last)}"


def against(days: Days) -> str:
    """What the period before is called in a comparison."""
    return {
        "today": _("from yesterday"), "yesterday": _("from the day before"), "this_week": _("from last week"), "last_week": _("from the week before"),
        "this_month": _("from last month"), "last_month": _("from the month before"), "this_year": _("from last year"),
    }.get(days.preset) or _("from the %(count)s days before", count=days.count)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1000 <= day.year <= 9000 else None
