"""How a list is laid out: which columns in which order, sorted by what, grouped by what, with which figures."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from flask import Response, request

from shuke.core.i18n import gettext as _
from shuke.runtime.blueprint import blueprint
from shuke.runtime.list_fields import FieldGroup, fields_where, long_label, readable_fields
from shuke.runtime.list_groups import function_label
from shuke.runtime.list_request import DENSITIES, NO_GROUP, Chosen, ListRequest
from shuke.runtime.list_state import Listing, listing, widths_of
from shuke.screens.page import go_to_address, render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views.grouping import DATES, FUNCTIONS, PARTS, Figure, can_group, can_summarise, split

MOST_COLUMNS = 40
MOST_SORTS = 4
MOST_TOTALS = 6


@dataclass(frozen=True, slots=True)
class Offered:
    """A column to choose."""

    path: str
    label: str
    width: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class OfferedGroup:
    label: str
    columns: tuple[Offered, ...]


@screen(blueprint, "/r/<entity>/columns", permission="signed_in")
def choose_columns(entity: str) -> Response:
    """Choose the columns, their order and how dense the rows are; the browser sends them in the order in which they stand."""
    listed = listing(entity)
    asked = listed.asked.first_page()
    known = {one.path: one for group in readable_fields(actor(), listed.entity) for one in group.columns}
    if "apply" in request.args:
        return go_to_address(_with_columns(listed, known.keys()).url())
    widths = widths_of(listed)
    chosen = [Offered(one.path, long_label(listed.entity, one), widths.get(one.path, 0), True) for one in listed.columns]
    taken = {one.path for one in listed.columns}
    return render(
        "runtime/columns.html", fragment="runtime/_columns.html", entity=listed.entity, chosen=chosen, others=_others(listed, taken),
        densities=[(name, _density_label(name)) for name in DENSITIES], density=asked.density or "normal",
        kept=_kept(replace(asked, columns=(), density="")), back_url=asked.url(), bare_url=replace(asked, columns=()).url() if asked.columns else "",
    )


@screen(blueprint, "/r/<entity>/sort", permission="signed_in")
def choose_sort(entity: str) -> Response:
    """Sort by several columns, the first before the second."""
    listed = listing(entity)
    asked = listed.asked.first_page()
    offered = fields_where(actor(), listed.entity, lambda one: one.sortable)
    if "apply" in request.args:
        known = {one.path for group in offered for one in group.columns}
        pairs = zip(request.args.getlist("by"), request.args.getlist("way"), strict=False)
        sort = tuple(dict.fromkeys(f"-{path}" if way == "down" else path for path, way in pairs if path in known))
        return go_to_address(replace(asked, sort=sort[:MOST_SORTS]).url())
    order = [name for name in (asked.sort or listed.plan.sort) if not name.lstrip("-").startswith("=")]
    lines = [(name.removeprefix("-"), name.startswith("-")) for name in order]
    lines += [("", False)] * (max(MOST_SORTS - 1, min(MOST_SORTS, len(lines) + 1)) - len(lines))
    return render(
        "runtime/sort.html", fragment="runtime/_sort.html", entity=listed.entity, lines=lines, offered=_named(listed, offered),
        kept=_kept(replace(asked, sort=())), back_url=asked.url(), bare_url=replace(asked, sort=()).url() if asked.sort else "",
    )


@screen(blueprint, "/r/<entity>/group", permission="signed_in")
def choose_group(entity: str) -> Response:
    """Group the rows, and choose the figures that stand below the list and beside each group."""
    listed = listing(entity)
    asked = listed.asked.first_page()
    offered = fields_where(actor(), listed.entity, lambda one: can_group(one.field))
    dates = {one.path for group in offered for one in group.columns if one.type.expression_type(one.field).kind in DATES}
    numbers = fields_where(actor(), listed.entity, lambda one: any(can_summarise(one.field, function) for function in FUNCTIONS[:4]))
    if "apply" in request.args:
        known = {one.path for group in offered for one in group.columns}
        return go_to_address(replace(asked, group=_group(listed, known, dates), totals=tuple(_figures(listed, numbers))).url())
    path, part = split(listed.group)
    figures = [(one.path, one.function) for one in listed.totals][:MOST_TOTALS]
    return render(
        "runtime/group.html", fragment="runtime/_group.html", entity=listed.entity, offered=_named(listed, offered), path=path, part=part or "day",
        parts=[(name, _part_label(name)) for name in PARTS], dates=sorted(dates), numbers=_named(listed, numbers), figures=[*figures, ("", "sum")][:MOST_TOTALS],
        functions=[(name, function_label(name)) for name in FUNCTIONS], kept=_kept(replace(asked, group="", totals=())), back_url=asked.url(),
    )


def _kept(asked: ListRequest) -> list[tuple[str, str]]:
    """What of the list stays as it is, for a form that changes the rest."""
    return list(asked.parameters(page=False))


def _with_columns(listed: Listing, known: Collection[str]) -> ListRequest:
    given = request.args.getlist("column")
    widths = widths_of(listed) | dict(_widths())
    columns = tuple(Chosen(path, widths.get(path, 0)) for path in dict.fromkeys(given) if path in known)
    given_width = dict(listed.plan.widths)
    as_given = tuple(one.path for one in columns) == tuple(one.path for one in listed.plan.columns) and all(one.width == given_width.get(one.path, 0) for one in columns)
    density = request.args.get("density", "")
    return replace(
        listed.asked.first_page(), columns=() if as_given else columns[:MOST_COLUMNS], density=density if density in DENSITIES and density != "normal" else "",
    )


def _widths() -> Iterator[tuple[str, int]]:
    """The widths that the form carries along: `width.<path>`."""
    for name, value in request.args.items():
        if name.startswith("width.") and value.isdecimal():
            yield name.removeprefix("width."), int(value)


def _others(listed: Listing, taken: set[str]) -> tuple[OfferedGroup, ...]:
    groups = (
        OfferedGroup(group.label, tuple(Offered(one.path, long_label(listed.entity, one), 0, False) for one in group.columns if one.path not in taken))
        for group in readable_fields(actor(), listed.entity)
    )
    return tuple(group for group in groups if group.columns)


def _named(listed: Listing, offered: tuple[FieldGroup, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(group.label, [(one.path, long_label(listed.entity, one)) for one in group.columns]) for group in offered]


def _group(listed: Listing, known: set[str], dates: set[str]) -> str:
    path, part = request.args.get("by", ""), request.args.get("span", "")
    if path not in known:
        return NO_GROUP if listed.plan.group else ""
    wanted = f"{path}:{part}" if path in dates and part in PARTS else path
    return "" if wanted == listed.plan.group else wanted


def _figures(listed: Listing, numbers: tuple[FieldGroup, ...]) -> Iterator[Figure]:
    known = {one.path: one for group in numbers for one in group.columns}
    pairs = dict.fromkeys(zip(request.args.getlist("total"), request.args.getlist("function"), strict=False))
    made = [Figure(path, function) for path, function in pairs if path in known and function in FUNCTIONS and can_summarise(known[path].field, function)]
    if tuple(made) != listed.plan.summary:
        yield from made[:MOST_TOTALS]


def _density_label(name: str) -> str:
    return {"compact": _("Compact"), "normal": _("Normal"), "roomy": _("Roomy")}[name]


def _part_label(name: str) -> str:
    return {"day": _("By day"), "week": _("By week"), "month": _("By month"), "year": _("By year")}[name]
