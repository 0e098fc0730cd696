"""The page of one record: title and key figures, the fields by sections, related lists in tabs, the timeline beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from shuke import records
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records import Record
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.next_steps import next_steps
from shuke.runtime.printing import prints
from shuke.runtime.quick_add import starts
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.record_finds import PanelShown, panels
from shuke.runtime.record_values import body, head
from shuke.runtime.related import Tab, drawn, tabs
from shuke.runtime.timeline import label_of
from shuke.runtime.transitions import ways
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import RecordPlan, record_plan

OVERVIEW, TIMELINE = "overview", "timeline"


@dataclass(frozen=True, slots=True)
class Parts:
    """The tabs of the page, and which is open: on narrow screens one part at a time is seen, on wide ones all but the other tabs."""

    tabs: tuple[Tab, ...]
    panels: tuple[PanelShown, ...]
    view: str
    """The part that a narrow screen shows."""
    open: str
    """The tab that a wide screen shows."""


@screen(blueprint, f"/r/<entity>/{RECORD}", permission="signed_in")
def record_page(entity: str, id: int) -> Response:
    """One record, to read and to go on from; in the side panel a short form of it."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    plan = record_plan(catalogue(), entity)
    if is_panel_request():
        return record_panel(plan, record)
    found = parts(plan, record)
    shown = next((tab for tab in found.tabs if tab.key == found.open), None)
    return render(
        "runtime/record.html", entity=visited, record=record, app=app_label(visited), plural=plural(visited), parts=found,
        open_lists=drawn(record, shown) if shown and shown.lists else (), head=head(plan, record), body=body(plan, record),
        steps=next_steps(ways(record), list(starts(plan, record)), may_edit="update" in record.operations),
        may=record.operations, prints=prints(record), timeline_label=label_of(plan),
        base=f"/r/{entity}/{id}",
    )


def is_panel_request() -> bool:
    """Whether the side panel asks."""
    return request.headers.get("X-Panel") == "1" or request.args.get("panel") == "1"


def record_panel(plan: RecordPlan, record: Record) -> Response:
    """What fits beside another page: title, figures, values, what can be done next."""
    entity = record.entity
    response = render(
        "runtime/record_panel.html", fragment="runtime/_record_panel.html", entity=entity, record=record, app=app_label(entity), plural=plural(entity),
        label=pick(entity.label), head=head(plan, record), body=body(plan, record),
        steps=next_steps(ways(record), [], may_edit="update" in record.operations), may=record.operations, prints=prints(record),
        base=f"/r/{entity.name}/{record.id}",
    )
    response.vary.add("X-Panel")
    return response


def parts(plan: RecordPlan, record: Record) -> Parts:
    found = tabs(plan, record)
    searches = panels(plan, record)
    asked = request.args.get("tab", "")
    keys = [*(tab.key for tab in found), *(panel.key for panel in searches)]
    known = asked in (OVERVIEW, TIMELINE) or asked in keys
    return Parts(tuple(found), tuple(searches), asked if known else OVERVIEW, asked if asked in keys else _first(keys))


def _first(keys: Sequence[str]) -> str:
    return keys[0] if keys else ""
