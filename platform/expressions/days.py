"""Moving days and instants within the bounds that Python and the databases share."""

from calendar import monthrange
from datetime import UTC, date, datetime
from decimal import Decimal

FIRST_DAY, LAST_DAY = date.min, date.max
"""Bounds of what a computation may reach, themselves excluded."""
FIRST_INSTANT, LAST_INSTANT = datetime(1000, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)


def bounded_day(day: date) -> date | None:
    return day if FIRST_DAY < day < LAST_DAY else None


def bounded_instant(instant: datetime) -> datetime | None:
    return instant if FIRST_INSTANT < instant < LAST_INSTANT else None


def whole(value: Decimal | int, limit: int) -> int:
    """The whole part of a number of steps; a `ValueError` if they lead too far."""
    count = int(value)
    if abs(count) >= limit:
        raise ValueError("The step is too long.")
    return count


def move_months(day: date, months: int) -> date | None:
    """The same day of another month, or its last day if it is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return bounded_day(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])))
