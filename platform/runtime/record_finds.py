"""Search boxes on a record page: other records with live values, without leaving the page."""

from dataclasses import dataclass

from flask import Response, request

from shuke import records
from shuke.access.policy import policy
from shuke.core.errors import NotFound
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records import Query, Record
from shuke.records.figures import may_compute
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.reach import entity_for, shown_columns
from shuke.runtime.rows import attributes_of_first, drawn_rows, joined
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import PanelPlan, RecordPlan, record_plan

_LIMIT = 10


@dataclass(frozen=True, slots=True)
class PanelShown:
    key: str
    label: str
    icon: str
    url: str


def panels(plan: RecordPlan, record: Record) -> list[PanelShown]:
    """The search boxes that the visitor may use."""
    start = f"/r/{record.entity.name}/{record.id}/find/"
    return [
        PanelShown(f"find-{number}", pick(panel.label), panel.entity.icon or "search", f"{start}{number}")
        for number, panel in enumerate(plan.panels) if _reaches(panel)
    ]


@screen(blueprint, f"/r/<entity>/{RECORD}/find/<int:number>", permission="signed_in")
def find_on_page(entity: str, id: int, number: int) -> Response:
    """The box, or the records that fit what was typed into it."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    plans = record_plan(catalogue(), entity).panels
    if number >= len(plans) or not _reaches(plans[number]):
        raise NotFound
    panel = plans[number]
    text = request.args.get("q", "").strip()
    columns = shown_columns(actor(), panel.entity, panel.columns)
    page = records.query(actor(), panel.entity, Query(
        fields=tuple(column.path for column in columns), where=panel.where, search=text, limit=_LIMIT, count=False,
        sort=(panel.entity.display,) if not text and columns[0].path == panel.entity.display and columns[0].sortable else (),
    ))
    rows = [(f"/r/{panel.entity.name}/{found.id}", title, joined(cells)) for found, title, cells in drawn_rows(columns, page.records)]
    is_typing = "q" in request.args
    return render(
        "runtime/find.html", fragment="runtime/_find_rows.html" if is_typing else "runtime/_find.html", entity=visited, record=record,
        headings=[(pick(column.label), column.numeric) for column in columns], first=attributes_of_first(columns), rows=rows, text=text,
        has_more=bool(page.next), label=pick(panel.label), url=f"/r/{entity}/{id}/find/{number}", other=panel.entity,
    )


def _reaches(panel: PanelPlan) -> bool:
    return policy(actor(), panel.entity).may("read") and (not panel.where or may_compute(actor(), panel.entity, panel.where))
