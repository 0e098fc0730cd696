"""Printed documents of a record, as PDF in the browser."""

from flask import Response

from shuke.core.i18n import pick
from shuke.documents.layout import documents_of, sheet
from shuke.documents.markup import html
from shuke.documents.pdf import pdf
from shuke.records import Record
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.reach import entity_for
from shuke.screens.downloads import attachment
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, read


@screen(blueprint, f"/r/<entity>/{RECORD}/documents/<name>.pdf", permission="signed_in", transaction="none")
def print_record(entity: str, id: int, name: str) -> Response:
    """The document, drawn after the unit of work has ended, since drawing takes a second."""
    with read():
        visited, _rights = entity_for(actor(), entity)
        laid_out = sheet(actor(), visited, id, name)
    return attachment(pdf(html(laid_out)), f"{laid_out.title}.pdf", "application/pdf", inline=True)


def prints(record: Record) -> list[tuple[str, str]]:
    """The documents that the visitor may print of this record: label and address."""
    if "print" not in record.operations:
        return []
    start = f"/r/{record.entity.name}/{record.id}/documents/"
    return [(pick(one.label), f"{start}{one.name}.pdf") for one in documents_of(record.entity)]
