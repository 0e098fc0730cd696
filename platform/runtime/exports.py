"""A list as a file: exactly what is seen, all pages of it."""

from flask import Response, request

from shuke.core import clock
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Query
from shuke.runtime.blueprint import blueprint
from shuke.runtime.downloads import attachment
from shuke.runtime.list_request import read_list_request
from shuke.runtime.reach import entity_for, plural, readable
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.transfer import export_csv, export_xlsx
from shuke.views import list_plan

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screen(blueprint, "/r/<entity>/export.csv", permission="signed_in")
def export_list_csv(entity: str) -> Response:
    """The list as it is filtered and ordered now, as CSV."""
    visited, query, columns = _asked(entity)
    return attachment(b"".join(export_csv(actor(), visited, query, columns)), f"{_file_name(visited)}.csv", "text/csv; charset=utf-8")


@screen(blueprint, "/r/<entity>/export.xlsx", permission="signed_in")
def export_list_xlsx(entity: str) -> Response:
    """The list as it is filtered and ordered now, as a workbook."""
    visited, query, columns = _asked(entity)
    return attachment(export_xlsx(actor(), visited, query, columns), f"{_file_name(visited)}.xlsx", _WORKBOOK)


def _asked(name: str) -> tuple[Entity, Query, list[str]]:
    entity, _rights = entity_for(actor(), name, "export")
    asked = read_list_request(name, request.args).first_page()
    plan = list_plan(catalogue(), name, asked.view)
    columns = [column.path for column in readable(actor(), plan.columns)]
    return entity, asked.query(plan, columns, limit=plan.page_size), columns


def _file_name(entity: Entity) -> str:
    return f"{plural(entity)} {clock.today().isoformat()}"
