"""The list of an entity's records: columns, order, filters, search and pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, request

from shuke import records
from shuke.access.policy import Policy
from shuke.core.i18n import format_number, ngettext, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.records import Page, Record
from shuke.runtime import filters
from shuke.runtime.blueprint import blueprint
from shuke.runtime.colors import color_fields, row_color
from shuke.runtime.list_request import ListRequest, read_list_request
from shuke.runtime.reach import app_label, comparable, entity_for, plural, shown_columns
from shuke.runtime.rows import Cells, attributes_of_first, drawn_rows
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column, ListPlan, list_plan, views_of


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; `order` is `ascending`, `descending` or blank."""

    label: str
    numeric: bool
    url: str
    order: str


@dataclass(frozen=True, slots=True)
class RowShown:
    url: str
    color: str
    title: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Tab:
    """Another list of the same entity."""

    label: str
    url: str
    active: bool


@screen(blueprint, "/r/<entity>", permission="signed_in")
def record_list(entity: str) -> Response:
    """The records that the visitor may see, a page at a time."""
    visited, rights = entity_for(actor(), entity)
    asked = read_list_request(entity, request.args)
    plan = list_plan(catalogue(), entity, asked.view)
    columns = shown_columns(actor(), visited, plan.columns)
    query = asked.query(plan, _fields(plan, columns), limit=plan.page_size)
    page = records.query(actor(), visited, query)
    return render(
        "runtime/list.html", fragment="runtime/_list.html",
        entity=visited, title=plural(visited), app=app_label(visited), plan=plan, asked=asked, tabs=_tabs(plan, asked),
        headings=_headings(plan, columns, asked), first=attributes_of_first(columns),
        blank=_("(blank)"), rows=_rows(plan, columns, page.records), filtering=filters.shown(actor(), plan, asked),
        count=_count(page), newer=_page_url(asked, before=page.previous), older=_page_url(asked, after=page.next),
        may=_offers(rights), clean=ListRequest(entity, asked.view).url(), is_filtered=bool(asked.conditions or asked.search),
        query_parameters=[(name, value) for name, value in asked.parameters(page=False) if name != "q"],
    )


def _fields(plan: ListPlan, columns: Iterable[Column]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(column.path for column in columns), *color_fields(catalogue(), plan))))


def _tabs(plan: ListPlan, asked: ListRequest) -> list[Tab]:
    views = views_of(catalogue(), "list", plan.entity.name)
    if len(views) < 2:
        return []
    current = plan.view.name if plan.view else ""
    return [Tab(pick(view.label), ListRequest(plan.entity.name, view.name if view.variant else "").url(), view.name == current) for view in views]


def _headings(plan: ListPlan, columns: Iterable[Column], asked: ListRequest) -> list[Heading]:
    order = next(iter(asked.sort or plan.sort), "")
    return [_heading(column, asked, plan, order) for column in columns]


def _heading(column: Column, asked: ListRequest, plan: ListPlan, order: str) -> Heading:
    url = asked.sorted_by(column.path, plan.sort).url() if column.sortable and comparable(actor(), column) else ""
    direction = {column.path: "ascending", f"-{column.path}": "descending"}.get(order, "")
    return Heading(pick(column.label), column.numeric, url, direction)


def _rows(plan: ListPlan, columns: tuple[Column, ...], found: Iterable[Record]) -> list[RowShown]:
    color, address = row_color(catalogue(), plan), f"/r/{plan.entity.name}/"
    return [RowShown(f"{address}{record.id}", color(record), title, cells) for record, title, cells in drawn_rows(columns, found)]


def _count(page: Page) -> str:
    if page.count is None:
        return ""
    if page.capped:
        return _("%(number)s+ records", number=format_number(page.count))
    return ngettext("%(number)s record", "%(number)s records", page.count)


def _page_url(asked: ListRequest, *, after: str = "", before: str = "") -> str:
    if not after and not before:
        return ""
    first = asked.first_page()
    return ListRequest(first.entity, first.view, first.search, first.sort, first.conditions, after, before).url()


def _offers(rights: Policy) -> frozenset[str]:
    offered = {operation for operation in ("create", "delete", "export", "import") if rights.may(operation)}
    return frozenset(offered | {"lookup"} if rights.lookup else offered)
