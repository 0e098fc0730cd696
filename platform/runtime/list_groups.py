"""Groups of a list and figures over its rows: both are counted by the database, over what the visitor may see."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import Response, request

from shuke import records
from shuke.access.actor import Actor
from shuke.core.errors import InvalidInput
from shuke.core.i18n import format_day, format_number, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.fields import ChoiceType
from shuke.records import Condition, Group, Link
from shuke.records.aggregating import MOST_GROUPS
from shuke.runtime.blueprint import blueprint
from shuke.runtime.cells import cell_writer
from shuke.runtime.list_request import NO_GROUP
from shuke.runtime.list_rows import drawn, may_select
from shuke.runtime.list_state import Listing, listing
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column
from shuke.views.columns import column
from shuke.views.grouping import DATES, Figure, split

OPEN_AT_FIRST = 3
"""So many groups are open when a list is opened."""


@dataclass(frozen=True, slots=True)
class FigureShown:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class GroupShown:
    """The head of a group; its rows are fetched when it is opened."""

    title: str
    count: str
    figures: tuple[tuple[FigureShown, ...], ...]
    """For each column of the list."""
    rows_url: str
    list_url: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures over all rows of a list: below their columns, and those whose columns are not shown."""

    under: tuple[tuple[FigureShown, ...], ...]
    others: tuple[FigureShown, ...]


@screen(blueprint, "/r/<entity>/rows", permission="signed_in")
def list_rows(entity: str) -> Response:
    """The rows of one group, a page at a time."""
    listed = listing(entity)
    if not listed.group:
        raise InvalidInput({"group": [_("This list has no groups.")]})
    key = request.args.get("in", "")
    page = records.query(actor(), listed.entity, listed.query(condition_of(listed, key)))
    more = f"{_rows_url(listed, key)}&after={quote(page.next)}" if page.next else ""
    return render(
        "runtime/_group_rows.html", rows=drawn(listed, page.records), more=more,
        width=len(listed.columns) + may_select(listed.rights),
    )


def group_column(listed: Listing) -> Column:
    return column(catalogue(), listed.entity, split(listed.group)[0])


def groups_of(who: Actor, listed: Listing) -> tuple[list[GroupShown], bool]:
    """The groups in the order of their values, and whether there are more than can be shown."""
    by, part = group_column(listed), _part(listed)
    asked = listed.query(fields=())
    measures = [("count", ""), *((one.function, one.path) for one in listed.totals)]
    found = records.aggregate(who, listed.entity, (by.path + (f":{part}" if part else ""),), measures, asked)
    ordered = sorted(found, key=lambda group: _rank(by, group.key[0]), reverse=bool(part))
    ordered = [group for group in ordered if group.key[0] is not None] + [group for group in ordered if group.key[0] is None]
    return [_group(listed, by, part, group, is_open=index < OPEN_AT_FIRST) for index, group in enumerate(ordered)], len(found) >= MOST_GROUPS


def totals_of(who: Actor, listed: Listing) -> Totals | None:
    """The figures over everything that the list holds, on all its pages."""
    if not listed.totals:
        return None
    (all_rows,) = records.aggregate(who, listed.entity, (), [(one.function, one.path) for one in listed.totals], listed.query(fields=()))
    shown = {column.path for column in listed.columns}
    figures = list(zip(listed.totals, all_rows.measures, strict=True))
    others = tuple(
        FigureShown(f"{pick(column(catalogue(), listed.entity, one.path).label)} · {function_label(one.function)}", figure_text(listed, one, value))
        for one, value in figures if one.path not in shown
    )
    return Totals(_under_columns(listed, figures), others)


def function_label(function: str) -> str:
    return {"sum": _("Sum"), "avg": _("Average"), "min": _("Smallest"), "max": _("Largest"), "count": _("Filled in")}[function]


def condition_of(listed: Listing, key: str) -> Condition:
    """What the rows of a group have in common; `key` is the value as text, blank for rows without one."""
    by, part = group_column(listed), _part(listed)
    if not key:
        return Condition(by.path, "blank")
    if not part:
        return Condition(by.path, "is", (key,))
    try:
        first, last = _days(key, part)
    except ValueError:
        raise InvalidInput({"in": [_("There is no such group.")]}) from None
    return Condition(by.path, "between", (first.isoformat(), last.isoformat()))


def _part(listed: Listing) -> str:
    """Dates are grouped by day unless the list says otherwise."""
    return split(listed.group)[1] or ("day" if group_column(listed).type.expression_type(group_column(listed).field).kind in DATES else "")


def _days(key: str, part: str) -> tuple[date, date]:
    """The first and the last day of a year, month, week or day."""
    if part == "year":
        return date(int(key), 1, 1), date(int(key), 12, 31)
    if part == "month":
        year, month = map(int, key.split("-"))
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    first = date.fromisoformat(key)
    return first, first + timedelta(days=6 if part == "week" else 0)


def _rank(by: Column, value: Any) -> tuple[Any, ...]:
    """Options as they are defined, records by their titles, everything else by its value."""
    if value is None:
        return (1,)
    if isinstance(by.type, ChoiceType):
        codes = [option.code for option in by.type.options(by.field)]
        return 0, codes.index(value) if value in codes else len(codes), str(value)
    return 0, value.title if isinstance(value, Link) else value


def _group(listed: Listing, by: Column, part: str, group: Group, *, is_open: bool) -> GroupShown:
    value = group.key[0]
    key = "" if value is None else str(value) if part else by.type.plain(value, by.field)
    figures = list(zip(listed.totals, group.measures[1:], strict=True))
    alone = replace(listed.asked.with_condition(condition_of(listed, key)), group=NO_GROUP)
    return GroupShown(
        group_title(by, part, value), format_number(group.measures[0]), _under_columns(listed, figures), _rows_url(listed, key), alone.url(), is_open,
    )


def _rows_url(listed: Listing, key: str) -> str:
    url = listed.asked.first_page().url("/rows")
    return f"{url}{'&' if '?' in url else '?'}in={quote(key)}"


def group_title(by: Column, part: str, value: Any) -> str:
    """The value as it stands in cells; a stretch of time in words."""
    if value is None:
        return _("(blank)")
    if not part:
        return value.title if isinstance(value, Link) else cell_writer(by.type, by.field)(value)
    if part == "year":
        return str(value)
    if part == "month":
        return _("%(year)s-%(month)s", year=value[:4], month=value[5:7])
    first, last = _days(value, part)
    return format_day(first) if part == "day" else _("%(first)s to %(last)s", first=format_day(first), last=format_day(last))


def _under_columns(listed: Listing, figures: Sequence[tuple[Figure, Any]]) -> tuple[tuple[FigureShown, ...], ...]:
    return tuple(
        tuple(FigureShown(function_label(one.function), figure_text(listed, one, value)) for one, value in figures if one.path == shown.path)
        for shown in listed.columns
    )


def figure_text(listed: Listing, figure: Figure, value: Any) -> str:
    """A figure as values of its field are written."""
    found = column(catalogue(), listed.entity, figure.path)
    if value is None:
        return "—"
    if figure.function == "count":
        return format_number(value)
    if figure.function == "avg" and not found.type.expression_type(found.field).scale:  # the mean of whole numbers
        return format_number(Decimal(str(value)), 2)
    return found.type.format(value, found.field)
