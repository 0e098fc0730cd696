"""What groups are called, how they are coloured, and the condition under which a list shows just their records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from shuke.core.i18n import format_day, format_number, locale, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields import FIELD_TYPES, ChoiceType
from shuke.records import Condition, Link
from shuke.reports.periods import Days

_PATTERNS = {
    "day": {"zh": "M月d日", "en": "MMM d"}, "week": {"zh": "M月d日", "en": "MMM d"}, "month": {"zh": "yyyy年M月", "en": "MMM yyyy"},
    "year": {"zh": "yyyy年", "en": "yyyy"},
}
_SHORTEST, _LONGEST_DAYS, _LONGEST_WEEKS = 1, 62, 400


@dataclass(frozen=True, slots=True)
class Key:
    """One group: its name, its colour if it has one, and how its records are found."""

    value: Any
    label: str
    color: str = ""
    condition: Condition | None = None
    """What a list has to fulfil beside the part's own conditions; None where no list shows just these."""
    record: tuple[str, int] | None = None
    """The record that the group is about, to be opened where no list can show its rows."""
    order: int = 0
    """The place among the options of the field."""


def key_maker(path: str, field: Field, *, in_lines: bool = False) -> Callable[[Any], Key]:
    """What makes a key of a group's value, for a field that is no date."""
    type_ = FIELD_TYPES[field.type]
    options = type_.options(field) if isinstance(type_, ChoiceType) else ()
    places = {option.code: place for place, option in enumerate(options)}

    def make(value: Any) -> Key:
        if value is None:
            return Key(None, _("(blank)"), "gray", None if in_lines else Condition(path, "blank"), order=len(places))
        if isinstance(value, Link):
            condition = None if in_lines else Condition(path, "is", (str(value.id),))
            return Key(value.id, value.title or f"#{value.id}", "", condition, (value.entity, value.id) if value.visible else None)
        condition = None if in_lines else Condition(path, "is", (type_.plain(value, field),))
        if value in places:
            option = options[places[value]]
            return Key(value, pick(option.label), option.color, condition, order=places[value])
        if isinstance(value, bool):
            return Key(value, _("Yes") if value else _("No"), "", condition, order=int(not value))
        return Key(value, type_.format(value, field), "", condition)

    return make


def date_key(path: str, cut: str, text: str, within: Days) -> Key:
    """The key of a day, or of a week, month or year cut to the days asked for."""
    first, last = _stretch(cut, text)
    label = str(format_date(first, _PATTERNS[cut]["zh" if locale() == "zh" else "en"], locale="zh_Hans_CN" if locale() == "zh" else "en_US"))
    if cut == "week":
        label = _("Week of %(day)s", day=label)
    start, end = max(first, within.first or first), min(last, within.last or last)
    return Key(text, label, "", Condition(path, "between", (start.isoformat(), end.isoformat())))


def spelled(cut: str, text: str) -> str:
    """A date's key in full, for tables."""
    first, _last = _stretch(cut, text)
    return format_day(first) if cut == "day" else date_key("", cut, text, Days("all")).label


def grain(cut: str, days: Days) -> str:
    """Days become weeks, and weeks become months, where there would be too many points."""
    if cut == "day" and days.count > _LONGEST_DAYS:
        cut = "week"
    return "month" if cut == "week" and days.count > _LONGEST_WEEKS else cut


def all_keys(cut: str, days: Days) -> list[str]:
    """Every day, week, month or year of the stretch, also those in which nothing happened."""
    found: list[str] = []
    if days.first is None or days.last is None:
        return found
    day = days.first
    while day <= days.last:
        found.append(cut_of(cut, day))
        day = _stretch(cut, found[-1])[1] + timedelta(days=_SHORTEST)
    return found


def cut_of(cut: str, day: date) -> str:
    """How a grouped date is spelled."""
    if cut == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    return day.isoformat()[:{"year": 4, "month": 7, "day": 10}[cut]]


def others(count: int) -> Key:
    return Key("", _("%(count)s others", count=format_number(count)), "gray")


def _stretch(cut: str, text: str) -> tuple[date, date]:
    """First and last day."""
    if cut == "year":
        return date(int(text), 1, 1), date(int(text), 12, 31)
    if cut == "month":
        first = date.fromisoformat(f"{text}-01")
        return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    first = date.fromisoformat(text)
    return first, first + timedelta(days=6) if cut == "week" else first
