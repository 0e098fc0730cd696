"""What a part asks for: its condition, the days and the unit, as one query that a list can repeat."""

from dataclasses import dataclass, field

from shuke.definitions.dashboards import PAGE, Part
from shuke.records import Condition, Query
from shuke.reports.periods import Days, days_of


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader chose on the page: days, and a unit with those below it."""

    days: Days = field(default_factory=lambda: Days("all"))
    unit: int | None = None
    units: tuple[int, ...] = ()
    """The unit and all below it."""
    among: tuple[Condition, ...] = ()
    """What else holds of all records: they belong to the one that is written about."""
    holders: tuple[int, ...] = ()
    """The records whose movements count; all when empty."""


def days_for(part: Part, scope: Scope) -> Days:
    """The days of a part: its own, or those of the page."""
    if not part.period:
        return Days("all")
    return scope.days if part.period == PAGE else days_of(part.period)


def conditions(part: Part, scope: Scope, days: Days | None = None) -> tuple[Condition, ...]:
    """The conditions that follow from the page, as a list's address says them."""
    found = []
    span = days or days_for(part, scope)
    if part.date and span.first and span.last:
        found.append(between(part.date, span))
    if scope.unit is not None:
        found.append(Condition("unit", "under", (str(scope.unit),)))
    return (*found, *scope.among)


def between(path: str, days: Days) -> Condition:
    assert days.first and days.last
    return Condition(path, "between", (days.first.isoformat(), days.last.isoformat()))


def query(part: Part, scope: Scope, days: Days | None = None) -> Query:
    return Query(where=part.where, conditions=conditions(part, scope, days))
