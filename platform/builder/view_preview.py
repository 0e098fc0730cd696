"""What a view of the draft looks like: drawn by the screens of the staff's face, with records as far as their fields have tables already."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

from flask import render_template
from markupsafe import Markup

from shuke.access.policy import policy
from shuke.builder.record_preview import drawn_record
from shuke.builder.view_reading import Reading
from shuke.builder.workshop import Workshop
from shuke.core import clock
from shuke.core.errors import UnknownName
from shuke.core.i18n import format_number, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue, use_catalogue
from shuke.definitions.model import Catalogue, Document, Entity, View
from shuke.expressions import BOOL, ExpressionError
from shuke.fields import ChoiceType
from shuke.fields.scope import expression
from shuke.records import Record
from shuke.runtime.calendars import calendar, day_of
from shuke.runtime.cards import cards
from shuke.runtime.colors import color_fields, legend
from shuke.runtime.lanes import Board, Lane
from shuke.runtime.list_groups import FigureShown, figure_text, function_label, group_title
from shuke.runtime.list_request import ListRequest
from shuke.runtime.list_rows import drawn
from shuke.runtime.list_state import Listing
from shuke.screens.visitor import actor
from shuke.views import VIEW_KINDS, BoardPlan, CalendarPlan, GalleryPlan, ListPlan
from shuke.views.cards import can_date, can_part, can_picture
from shuke.views.columns import column
from shuke.views.grouping import DATES, can_group, can_summarise, split
from shuke.views.saved import Shelf

_ROWS = 25
_CARDS = 60
_PER_LANE = 5
_IN_CALENDAR = 200


@dataclass(frozen=True, slots=True)
class Heading:
    path: str
    label: str
    numeric: bool
    width: int
    order: str


def preview(shop: Workshop, document: Document) -> Markup:
    """The view as staff would see it, without anything that can be clicked."""
    in_force = catalogue()
    with use_catalogue(shop.catalogue):
        view = sound(shop.catalogue, shop.catalogue.views[document.name])
        reading = Reading(shop.catalogue, in_force, view.entity)
        return Markup(_DRAWN[view.kind](shop, view, reading))  # noqa: S704 - a template has written it


def sound(draft: Catalogue, view: View) -> View:
    """The view without what it names that is not there: it can be drawn, whatever is still to be solved."""
    entity, body = draft.entity(view.entity), dict(view.body)
    body["colors"] = [one for one in body.get("colors", ()) if _holds(draft, entity, one["when"])]
    body["widths"] = [one for one in body.get("widths", ()) if _is_path(draft, entity, one["field"])]
    body["summary"] = [one for one in body.get("summary", ()) if _is_path(draft, entity, one["field"]) and can_summarise(column(draft, entity, one["field"]).field, one["function"])]
    path, part = split(body.get("group", ""))
    if not (path and _is_path(draft, entity, path) and can_group(found := column(draft, entity, path).field) and (not part or column(draft, entity, path).type.expression_type(found).kind in DATES)):
        body.pop("group", None)
    for key, fits in (("by", can_part), ("start", can_date), ("end", can_date), ("image", can_picture)):
        if key in body and not (entity.has(body[key]) and fits(entity.field(body[key]))):
            del body[key]
    return replace(
        view, columns=tuple(one for one in view.columns if _is_path(draft, entity, one)), filters=tuple(one for one in view.filters if _is_path(draft, entity, one)),
        sort=tuple(one for one in view.sort if _is_path(draft, entity, one.removeprefix("-"))), body=body,
    )


def _listed(shop: Workshop, view: View, reading: Reading) -> tuple[Listing, Sequence[str]]:
    """The list made ready, and the paths that it needs."""
    entity = reading.entity
    plan = VIEW_KINDS[view.kind].plan(shop.catalogue, entity, view)
    assert isinstance(plan, ListPlan)
    listed = Listing(entity, policy(actor(), entity), ListRequest(entity.name, view.name), plan, plan.columns, Shelf(), plan.group, plan.summary)
    read_too = [one for one in plan.read_too if one]
    return listed, [*(one.path for one in plan.columns), *read_too, *color_fields(shop.catalogue, plan), *([split(plan.group)[0]] if plan.group else [])]


def _list(shop: Workshop, view: View, reading: Reading) -> str:
    listed, paths = _listed(shop, view, reading)
    plan, group = listed.plan, split(listed.group)
    order = (group[0], *plan.sort) if group[0] else plan.sort
    found = reading.records(paths, order, plan.where, _ROWS)
    widths = dict(plan.widths)
    headings = [Heading(one.path, pick(one.label), one.numeric, widths.get(one.path, 0), _order(plan.sort, one.path)) for one in listed.columns]
    return _render("_list", view, reading, bool(found), headings=headings, groups=list(_groups(listed, found)), totals=_totals(listed, reading), legend=legend(plan))


def _groups(listed: Listing, found: Sequence[Record]) -> Iterator[tuple[str, Markup]]:
    """The rows under their groups; without groups all of them under none."""
    if not listed.group:
        yield "", drawn(listed, found, selecting=False)
        return
    path, part = split(listed.group)
    by = column(catalogue(), listed.entity, path)
    part = part or ("day" if by.type.expression_type(by.field).kind in DATES else "")
    for _key, rows in groupby(found, lambda one: _key_of(one.values.get(path), part)):
        members = list(rows)
        value = members[0].values.get(path)
        yield group_title(by, part, _key_of(value, part) if part else value), drawn(listed, members, selecting=False)


def _key_of(value: Any, part: str) -> Any:
    """What rows of one group have in common, as groups of dates are known."""
    if not part or not isinstance(value, date):
        return getattr(value, "id", value)
    day = day_of(value)
    return {"year": day.isoformat()[:4], "month": day.isoformat()[:7], "week": (day - timedelta(days=day.weekday())).isoformat(), "day": day.isoformat()}[part]


def _totals(listed: Listing, reading: Reading) -> list[tuple[str, str, str]]:
    """The figures over all records: path, what it is, and how much."""
    if not listed.totals:
        return []
    found = reading.groups((), [(one.function, one.path) for one in listed.totals], listed.plan.where)
    values = found[0].measures if found else tuple(None for _one in listed.totals)
    return [(one.path, function_label(one.function), figure_text(listed, one, value)) for one, value in zip(listed.totals, values, strict=True)]


def _board(shop: Workshop, view: View, reading: Reading) -> str:
    if "by" not in view.body:
        return _render("_list_missing", view, reading, True, missing=_("Choose the field whose options are the columns of the board."))
    listed, paths = _listed(shop, view, reading)
    assert isinstance(listed.plan, BoardPlan)
    by = column(shop.catalogue, listed.entity, listed.plan.by)
    assert isinstance(by.type, ChoiceType)
    counted = {group.key[0]: group.measures for group in reading.groups((by.path,), [("count", ""), *((one.function, one.path) for one in listed.totals)], listed.plan.where)}
    found = reading.records(paths, listed.plan.sort, listed.plan.where, _CARDS)
    lanes = tuple(_lane(listed, option.code, pick(option.label), option.color, counted.get(option.code, ()), [one for one in found if one.values.get(by.path) == option.code]) for option in by.type.options(by.field) if not option.retired)
    board = Board(lanes, pick(by.label), 0, may_move=False)
    return _render("_board", view, reading, True, board=board, legend=legend(listed.plan), entity=listed.entity)


def _lane(listed: Listing, code: str, label: str, color: str, counted: Sequence[Any], found: Sequence[Record]) -> Lane:
    figures = tuple(
        FigureShown(f"{pick(column(catalogue(), listed.entity, one.path).label)} · {function_label(one.function)}", figure_text(listed, one, value))
        for one, value in zip(listed.totals, counted[1:], strict=False)
    )
    return Lane(code, label, color, format_number(counted[0]) if counted else str(len(found)), figures, cards(listed, found[:_PER_LANE]), "", "", ())


def _calendar(shop: Workshop, view: View, reading: Reading) -> str:
    if "start" not in view.body:
        return _render("_list_missing", view, reading, True, missing=_("Choose the date by which records stand in the calendar."))
    listed, paths = _listed(shop, view, reading)
    assert isinstance(listed.plan, CalendarPlan)
    found = reading.records(paths, (f"-{listed.plan.start}",), listed.plan.where, _IN_CALENDAR)
    days = sorted(day_of(value) for one in found if isinstance(value := one.values.get(listed.plan.start), date))
    today = clock.today()
    at = today if not days or any((day.year, day.month) == (today.year, today.month) for day in days) else days[-1]
    listed = replace(listed, asked=replace(listed.asked, at=at.isoformat()))
    made = calendar(actor(), listed, found)
    made = replace(made, may_move=False, is_cut=False, days=tuple(replace(day, new_url="", list_url="") for day in made.days))
    return _render("_calendar", view, reading, True, calendar=made, legend=legend(listed.plan), entity=listed.entity)


def _gallery(shop: Workshop, view: View, reading: Reading) -> str:
    listed, paths = _listed(shop, view, reading)
    assert isinstance(listed.plan, GalleryPlan)
    found = reading.records(paths, listed.plan.sort, listed.plan.where, _ROWS)
    return _render("_gallery", view, reading, bool(found), cards=cards(listed, found, listed.plan.image), pictures=bool(listed.plan.image), entity=listed.entity, legend=legend(listed.plan))


def _render(template: str, view: View, reading: Reading, has_records: bool, **context: Any) -> str:
    said = [] if has_records else [_("There are no records yet; the view is drawn without them.") if reading.there else _("The entity is new: it has no records before it is published.")]
    if view.where and not reading.has_condition(view.where):
        said.append(_("The condition is about something new: it takes effect when this is published."))
    label = pick(view.label)
    return render_template(f"builder/views/{template}.html", view=view, label=label, said=said, **context)


def _order(sort: Sequence[str], path: str) -> str:
    return "up" if path in sort else "down" if f"-{path}" in sort else ""


def _is_path(draft: Catalogue, entity: Entity, path: str) -> bool:
    try:
        column(draft, entity, path)
    except UnknownName:
        return False
    return True


def _holds(draft: Catalogue, entity: Entity, when: str) -> bool:
    try:
        expression(draft, entity.name, when, BOOL)
    except (ExpressionError, UnknownName):
        return False
    return True


_DRAWN: Mapping[str, Callable[[Workshop, View, Reading], str]] = MappingProxyType({"list": _list, "board": _board, "calendar": _calendar, "gallery": _gallery, "record": drawn_record})
