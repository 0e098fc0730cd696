"""A list as a file: exactly what is seen, all pages of it."""

from flask import Response, request

from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Query
from shuke.runtime.blueprint import blueprint
from shuke.runtime.list_request import read_list_request
from shuke.runtime.reach import entity_for, shown_columns
from shuke.screens.downloads import attachment
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.transfer.exporting import CSV, XLSX, export
from shuke.views import list_plan


@screen(blueprint, "/r/<entity>/export.csv", permission="signed_in")
def export_list_csv(entity: str) -> Response:
    """The list as it is filtered and ordered now, as CSV."""
    return _file(entity, CSV)


@screen(blueprint, "/r/<entity>/export.xlsx", permission="signed_in")
def export_list_xlsx(entity: str) -> Response:
    """The list as it is filtered and ordered now, as a workbook."""
    return _file(entity, XLSX)


def _file(name: str, kind: str) -> Response:
    entity, query, columns = _asked(name)
    finished = export(actor(), entity, query, columns, kind)
    with finished.file:
        return attachment(finished.file.read(), finished.name, finished.mime)


def _asked(name: str) -> tuple[Entity, Query, list[str]]:
    entity, _rights = entity_for(actor(), name, "export")
    asked = read_list_request(name, request.args).first_page()
    plan = list_plan(catalogue(), name, asked.view)
    columns = [column.path for column in shown_columns(actor(), entity, plan.columns)]
    return entity, asked.query(plan, columns, limit=plan.page_size), columns
