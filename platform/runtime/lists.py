"""The list of an entity's records, or its board, calendar or gallery: views, columns, order, filters, groups, search and pages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from flask import Response

from shuke import records
from shuke.access.policy import Policy
from shuke.core.i18n import format_number, ngettext, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Page
from shuke.runtime import filters, list_bar
from shuke.runtime.blueprint import blueprint
from shuke.runtime.bulk_offers import bulk_offers
from shuke.runtime.calendars import calendar
from shuke.runtime.cards import cards
from shuke.runtime.colors import legend
from shuke.runtime.lanes import board
from shuke.runtime.list_groups import groups_of, totals_of
from shuke.runtime.list_request import ListRequest
from shuke.runtime.list_rows import drawn, may_select
from shuke.runtime.list_state import Listing, listing, widths_of
from shuke.runtime.reach import app_label, comparable, may_add, plural
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column, GalleryPlan
from shuke.views.columns import column


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; `order` is `ascending`, `descending` or blank, `place` where it stands among several."""

    path: str
    label: str
    numeric: bool
    url: str
    also_url: str
    """The order by this column after those that are there."""
    order: str
    place: int
    width: int


@screen(blueprint, "/r/<entity>", permission="signed_in")
def record_list(entity: str) -> Response:
    """The records that the visitor may see: a page at a time, or in groups."""
    return drawn_list(listing(entity, opening=True))


def drawn_list(listed: Listing, *, status: int = 200) -> Response:
    """The answer that shows the records as the view says."""
    shown = _SHOWN[listed.kind](listed)
    asked, rights = listed.asked, listed.rights
    return render(
        "runtime/list.html", fragment="runtime/_list.html", status=status, kind=listed.kind,
        entity=listed.entity, title=plural(listed.entity), app=app_label(listed.entity), asked=asked, bar=list_bar.shown(actor(), listed),
        filtering=filters.shown(actor(), listed.plan, asked), legend=legend(listed.plan), may=_offers(listed.entity, rights),
        clean=asked.without_filters().url(), density=asked.density or "normal",
        query_parameters=[(name, value) for name, value in replace(asked, search="").parameters(page=False)], **{"totals": None, "groups": (), **shown},
    )


def _rows(listed: Listing) -> dict[str, Any]:
    """A page of rows, or groups of them."""
    asked, rights = listed.asked, listed.rights
    page = records.query(actor(), listed.entity, listed.query()) if not listed.group else Page(())
    groups, is_cut = groups_of(actor(), listed) if listed.group else ([], False)
    return {
        "headings": [_heading(column, listed) for column in listed.columns], "blank": _("(blank)"), "selecting": may_select(rights),
        "rows": drawn(listed, page.records), "groups": groups, "is_cut": is_cut, "group_label": _group_label(listed), "totals": totals_of(actor(), listed),
        "bulk": bulk_offers(actor(), listed.entity, rights), "count": _group_count(len(groups)) if listed.group else _count(page),
        "newer": _page_url(asked, before=page.previous), "older": _page_url(asked, after=page.next),
    }


def _board(listed: Listing) -> dict[str, Any]:
    shown = board(actor(), listed)
    return {"board": shown, "figures": bool(listed.totals), "count": _number(shown.count), "is_empty": not shown.count}


def _calendar(listed: Listing) -> dict[str, Any]:
    shown = calendar(actor(), listed)
    return {"calendar": shown, "count": _number(shown.count), "is_empty": False}


def _gallery(listed: Listing) -> dict[str, Any]:
    page = records.query(actor(), listed.entity, listed.query())
    assert isinstance(listed.plan, GalleryPlan)
    return {
        "cards": cards(listed, page.records, listed.plan.image), "pictures": bool(listed.plan.image), "count": _count(page), "is_empty": not page.records,
        "newer": _page_url(listed.asked, before=page.previous), "older": _page_url(listed.asked, after=page.next),
    }


_SHOWN: Mapping[str, Callable[[Listing], dict[str, Any]]] = MappingProxyType({"list": _rows, "board": _board, "calendar": _calendar, "gallery": _gallery})


def _heading(shown: Column, listed: Listing) -> Heading:
    asked, order = listed.asked, listed.asked.sort or listed.plan.sort
    may_sort = shown.sortable and comparable(actor(), shown)
    place = next((place for place, name in enumerate(order, 1) if name.removeprefix("-") == shown.path), 0)
    direction = ("descending" if order[place - 1].startswith("-") else "ascending") if place else ""
    width = widths_of(listed).get(shown.path, 0)
    return Heading(
        shown.path, pick(shown.label), shown.numeric, asked.sorted_by(shown.path, listed.plan.sort).url() if may_sort else "",
        asked.also_sorted_by(shown.path, listed.plan.sort).url() if may_sort else "", direction, place if len(order) > 1 else 0, width,
    )


def _group_label(listed: Listing) -> str:
    return pick(column(catalogue(), listed.entity, listed.group.partition(":")[0]).label) if listed.group else ""


def _group_count(number: int) -> str:
    return ngettext("%(number)s group", "%(number)s groups", number)


def _count(page: Page) -> str:
    if page.count is None:
        return ""
    if page.capped:
        return _("%(number)s+ records", number=format_number(page.count))
    return _number(page.count)


def _number(count: int) -> str:
    return ngettext("%(number)s record", "%(number)s records", count)


def _page_url(asked: ListRequest, *, after: str = "", before: str = "") -> str:
    return replace(asked, after=after, before=before).url() if after or before else ""


def _offers(entity: Entity, rights: Policy) -> frozenset[str]:
    def offered() -> Iterator[str]:
        yield from (operation for operation in ("delete", "export") if rights.may(operation))
        if may_add(actor(), entity):
            yield from (operation for operation in ("create", "import") if rights.may(operation))
        if rights.lookup:
            yield "lookup"

    return frozenset(offered())
