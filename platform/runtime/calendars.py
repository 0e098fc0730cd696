"""Calendars: the records of a month or a week on their days, in as many statements however many there are."""

import calendar as days_of
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shuke import records
from shuke.access.actor import Actor
from shuke.access.policy import policy
from shuke.core import clock
from shuke.core.i18n import format_day, format_month, format_weekday
from shuke.core.i18n import gettext as _
from shuke.core.settings import current as settings
from shuke.definitions.current import catalogue
from shuke.records import Condition, Conditions, Page, Record
from shuke.records.reading import MOST_PER_PAGE
from shuke.runtime.cards import Card, card_maker
from shuke.runtime.list_request import NO_GROUP, PLAIN
from shuke.runtime.list_rows import can_edit
from shuke.runtime.list_state import Listing
from shuke.runtime.reach import comparable, may_add
from shuke.runtime.starting import start_url
from shuke.views import CalendarPlan, Column
from shuke.views.columns import column

WEEK = timedelta(days=7)
_ON_A_DAY = 4
"""So many records are drawn on a day of a month; the others are counted."""


@dataclass(frozen=True, slots=True)
class Event:
    """A record on one of its days."""

    card: Card
    time: str
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class Day:
    date: str
    number: int
    name: str
    weekday: str
    is_today: bool
    is_outside: bool
    """Of the month before or after."""
    is_free: bool
    events: tuple[Event, ...]
    others: int
    """How many more there are."""
    list_url: str
    new_url: str


@dataclass(frozen=True, slots=True)
class Calendar:
    title: str
    span: str
    weekdays: tuple[str, ...]
    days: tuple[Day, ...]
    previous_url: str
    next_url: str
    today_url: str
    spans: tuple[tuple[str, str, str], ...]
    """What can be shown at once: name, word, address."""
    may_move: bool
    count: int
    is_cut: bool
    """There is more than could be read; the days say how much."""


def calendar(who: Actor, listed: Listing, found: Sequence[Record] | None = None) -> Calendar:
    """The days around the one that the address names, with the records of these days, or with those that were found already.

    One statement reads the records; only where there are too many another one counts them.
    """
    at, span = _at(listed), listed.asked.span or "month"
    shown = tuple(_days(at, span))
    placed, is_cut = _placed(who, listed, shown[0], shown[-1], found)
    counted = _counted(who, listed, shown[0], shown[-1]) if is_cut else {}
    most = MOST_PER_PAGE if span == "week" else _ON_A_DAY
    drawn = tuple(_day(who, listed, day, at, placed.get(day, []), counted.get(day.isoformat(), 0), most) for day in shown)
    asked = replace(listed.asked, after="", before="")
    before, after = (at - WEEK, at + WEEK) if span == "week" else (at.replace(day=1) - timedelta(days=1), at.replace(day=28) + timedelta(days=4))
    weekdays = tuple(format_weekday(day) for day in shown[:7])
    earlier, later, now = (replace(asked, at=day.isoformat()).url() for day in (before, after, clock.today()))
    return Calendar(
        _title(shown, at, span), span, weekdays, drawn, earlier, later, now,
        tuple((name, word, replace(asked, span="" if name == "month" else name, at=at.isoformat()).url()) for name, word in (("month", _("Month")), ("week", _("Week")))),
        may_move(who, listed), sum(counted.values()) or len({event.card.id for day in drawn for event in day.events}) + _hidden(placed, drawn), is_cut,
    )


def may_move(who: Actor, listed: Listing) -> bool:
    """Whether the visitor may give records another day, as far as can be said without looking at one."""
    return can_edit(policy(who, listed.entity), start_column(listed))


def start_column(listed: Listing) -> Column:
    assert isinstance(listed.plan, CalendarPlan)
    return column(catalogue(), listed.entity, listed.plan.start)


def end_column(who: Actor, listed: Listing) -> Column | None:
    """The field of the last day, if there is one and the visitor sees it."""
    assert isinstance(listed.plan, CalendarPlan)
    found = column(catalogue(), listed.entity, listed.plan.end) if listed.plan.end else None
    return found if found and comparable(who, found) else None


def day_of(value: date | datetime) -> date:
    """The day of a date, or of an instant on the company's wall clock."""
    return clock.local(value).date() if isinstance(value, datetime) else value


def days_taken(listed: Listing, record: Record, end: Column | None) -> tuple[date, date] | None:
    """The first and the last day of a record."""
    start = record.values.get(start_column(listed).path)
    if not isinstance(start, date):
        return None
    last = record.values.get(end.path) if end else None
    first = day_of(start)
    return first, max(first, day_of(last)) if isinstance(last, date) else first


def _at(listed: Listing) -> date:
    try:
        return date.fromisoformat(listed.asked.at) if listed.asked.at else clock.today()
    except ValueError:
        return clock.today()


def _days(at: date, span: str) -> Iterator[date]:
    """The weeks that a month touches, or one week."""
    first, last = (at, at) if span == "week" else (at.replace(day=1), at.replace(day=days_of.monthrange(at.year, at.month)[1]))
    first -= timedelta(days=_place_in_week(first))
    last += timedelta(days=6 - _place_in_week(last))
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _place_in_week(day: date) -> int:
    return day.isoweekday() % 7 if settings().week_start == "sunday" else day.weekday()


def _within(who: Actor, listed: Listing, first: date, last: date) -> Condition | Conditions:
    """What stands on these days: what begins there, or has begun before and not ended yet."""
    start, end = start_column(listed).path, end_column(who, listed)
    begins = Condition(start, "between", (first.isoformat(), last.isoformat()))
    if end is None:
        return begins
    goes_on = Conditions((Condition(start, "lt", (first.isoformat(),)), Condition(end.path, "ge", (first.isoformat(),))))
    return Conditions((begins, goes_on), either=True)


def _placed(who: Actor, listed: Listing, first: date, last: date, found: Sequence[Record] | None) -> tuple[dict[date, list[Event]], bool]:
    """The records of these days by day, and whether there are more."""
    page = Page(tuple(found)) if found is not None else _read(who, listed, first, last)
    make, end, placed = card_maker(listed), end_column(who, listed), defaultdict(list)
    for record in page.records:
        if taken := days_taken(listed, record, end):
            card, time = make(record), _time(record.values[start_column(listed).path])
            day = max(taken[0], first)
            while day <= min(taken[1], last):
                placed[day].append(Event(card, time if day == taken[0] else "", day == taken[0], day == taken[1]))
                day += timedelta(days=1)
    return placed, bool(page.next)


def _read(who: Actor, listed: Listing, first: date, last: date) -> Page:
    asked = listed.query()
    within = _within(who, listed, first, last)
    wanted = replace(asked, conditions=(*asked.conditions, within), sort=(start_column(listed).path,), limit=MOST_PER_PAGE, count=False, after="", before="")
    return records.query(who, listed.entity, wanted)


def _counted(who: Actor, listed: Listing, first: date, last: date) -> dict[str, int]:
    """How many records begin on each day."""
    start = start_column(listed).path
    begins = Condition(start, "between", (first.isoformat(), last.isoformat()))
    found = records.aggregate(who, listed.entity, (f"{start}:day",), [("count", "")], listed.query(begins, fields=()))
    return {group.key[0]: group.measures[0] for group in found}


def _day(who: Actor, listed: Listing, day: date, at: date, events: list[Event], counted: int, most: int) -> Day:
    drawn = tuple(events[:most]) if len(events) > most + 1 else tuple(events)
    alone = replace(
        listed.asked.with_condition(Condition(start_column(listed).path, "is", (day.isoformat(),))), view=PLAIN, group=NO_GROUP, at="", span="",
    )
    return Day(
        day.isoformat(), day.day, format_day(day), format_weekday(day), day == clock.today(), listed.asked.span != "week" and day.month != at.month,
        day.weekday() >= days_of.SATURDAY, drawn, max(len(events), counted) - len(drawn), alone.url(), _new_url(who, listed, day),
    )


def _hidden(placed: dict[date, list[Event]], drawn: tuple[Day, ...]) -> int:
    """How many records stand on no day that draws them."""
    seen = {event.card.id for day in drawn for event in day.events}
    return len({event.card.id for events in placed.values() for event in events} - seen)


def _new_url(who: Actor, listed: Listing, day: date) -> str:
    start = start_column(listed)
    if not may_add(who, listed.entity) or start.field.system:
        return ""
    return start_url(listed.entity, {start.path: day.isoformat()})


def _time(value: date | datetime) -> str:
    return clock.local(value).strftime("%H:%M") if isinstance(value, datetime) else ""


def _title(shown: tuple[date, ...], at: date, span: str) -> str:
    return _("%(first)s to %(last)s", first=format_day(shown[0]), last=format_day(shown[-1])) if span == "week" else format_month(at)
