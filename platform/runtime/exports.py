"""A list as a file: exactly what is seen, all pages of it, or the rows that are ticked."""

from dataclasses import replace

from flask import Response, request

from shuke.definitions.model import Entity
from shuke.records import Query
from shuke.runtime.blueprint import blueprint
from shuke.runtime.bulk import chosen_ids
from shuke.runtime.list_state import listing
from shuke.screens.downloads import attachment
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.transfer.exporting import CSV, XLSX, export


@screen(blueprint, "/r/<entity>/export.csv", methods=["GET", "POST"], permission="signed_in")
def export_list_csv(entity: str) -> Response:
    """The list as it is filtered and ordered now, as CSV."""
    return _file(entity, CSV)


@screen(blueprint, "/r/<entity>/export.xlsx", methods=["GET", "POST"], permission="signed_in")
def export_list_xlsx(entity: str) -> Response:
    """The list as it is filtered and ordered now, as a workbook."""
    return _file(entity, XLSX)


def _file(name: str, kind: str) -> Response:
    entity, query, columns = _asked(name)
    finished = export(actor(), entity, query, columns, kind)
    with finished.file:
        return attachment(finished.file.read(), finished.name, finished.mime)


def _asked(name: str) -> tuple[Entity, Query, list[str]]:
    """Everything that the list holds; of what is sent by a form, the records that are ticked."""
    listed = listing(name, "export")
    asked = replace(listed.query(), after="", before="")
    if request.method == "POST":
        asked = replace(asked, ids=tuple(chosen_ids(listed)))
    return listed.entity, asked, [column.path for column in listed.columns]
