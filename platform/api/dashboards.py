"""Dashboards for programs: which there are, and the numbers in their parts."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request

from shuke import records
from shuke.api.answers import answer, plain_json, record_json
from shuke.api.blueprint import Parameter, operation
from shuke.core.errors import InvalidInput, NotFound
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Part
from shuke.records import Query
from shuke.reports.asking import Scope, conditions
from shuke.reports.figures import figure
from shuke.reports.numbers import numbers
from shuke.reports.periods import PRESETS, Days, chosen
from shuke.reports.reach import columns_of, dashboard_called, dashboards_of, parts_of
from shuke.reports.units import scope_of, units_for
from shuke.screens.visitor import actor

_TAG = "dashboards"
_SHOWN = ("number", "chart", "table", "list")
_DATE = {"type": "string", "format": "date"}
_RANGE = (
    Parameter("name", "path", {"zh": "看板的名称", "en": "The name of the dashboard"}, required=True),
    Parameter("period", "query", {"zh": "期间", "en": "The days"}, {"enum": list(PRESETS)}),
    Parameter("from", "query", {"zh": "自选期间的第一天", "en": "The first of days of one's own"}, _DATE),
    Parameter("to", "query", {"zh": "自选期间的最后一天", "en": "The last of days of one's own"}, _DATE),
    Parameter("unit", "query", {"zh": "组织及其下级", "en": "A unit with those below it"}),
)


@operation("GET", "/dashboards", {"zh": "可看的看板", "en": "The dashboards that can be seen"}, tag=_TAG, answer="dashboards")
def list_dashboards() -> Response:
    return answer({"dashboards": [{"name": one.name, "label": dict(one.label), "home": one.home} for one in dashboards_of(actor())]})


@operation("GET", "/dashboards/<name>", {"zh": "看板中的数据", "en": "The numbers of a dashboard"}, tag=_TAG, parameters=_RANGE, answer="dashboard")
def get_dashboard(name: str) -> Response:
    if not name.isidentifier():
        raise NotFound
    found = dashboard_called(actor(), name)
    days = chosen(request.args, found.period) if found.period else Days("all")
    asked = request.args.get("unit", "")
    scope = scope_of(days, units_for(actor(), found) if asked and found.period else [], asked)
    if asked and scope.unit is None:
        raise NotFound
    parts = [{"place": place, "type": part.type, "label": dict(part.label), **body} for place, part, body in _bodies(parts_of(actor(), found), scope)]
    return answer({
        "name": found.name, "label": dict(found.label), "parts": parts,
        "from": plain_json(days.first), "to": plain_json(days.last),
    })


def _bodies(parts: tuple[tuple[int, Part], ...], scope: Scope) -> Iterator[tuple[int, Part, dict[str, Any]]]:
    for place, part in parts:
        if part.type in _SHOWN:
            try:
                yield place, part, _BODIES[part.type](part, scope)
            except InvalidInput:  # what it needs became unreadable: it is not there
                continue


def _number(part: Part, scope: Scope) -> dict[str, Any]:
    found = figure(actor(), part, scope)
    body: dict[str, Any] = {"values": [{"label": said.label, "value": plain_json(said.value), "text": said.text} for said in (found.main, *found.more)]}
    return {**body, "change": {"text": found.change.text, "before": found.change.before}} if found.change else body


def _numbers(part: Part, scope: Scope) -> dict[str, Any]:
    made = numbers(actor(), part, scope)
    return {
        "groups": [{"key": plain_json(key.value), "label": key.label} for key in made.keys],
        "series": [{"label": one.key.label, "values": [plain_json(value) for value in one.values]} for one in made.series],
    }


def _list(part: Part, scope: Scope) -> dict[str, Any]:
    page = records.query(actor(), catalogue().entity(part.entity), Query(
        fields=columns_of(actor(), part), where=part.where, conditions=conditions(part, scope), sort=part.sort, limit=part.limit,
    ))
    return {"count": page.count, "records": [record_json(record) for record in page.records]}


_BODIES = {"number": _number, "chart": _numbers, "table": _numbers, "list": _list}
