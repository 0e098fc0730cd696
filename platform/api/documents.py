"""Printed documents of records, as PDF."""

from flask import Response

from shuke.api import parameters as given
from shuke.api.answers import answer
from shuke.api.blueprint import Parameter, operation
from shuke.api.requests import checked_id, entity_called
from shuke.documents.layout import documents_of, sheet
from shuke.documents.markup import html
from shuke.documents.pdf import pdf
from shuke.screens.downloads import attachment
from shuke.screens.visitor import actor, read


@operation("GET", "/records/<entity>/documents", {"zh": "可打印的文档", "en": "The documents that can be printed"}, tag="documents", parameters=(given.ENTITY,), answer="documents")
def list_documents(entity: str) -> Response:
    found = documents_of(entity_called(actor(), entity))
    return answer({"documents": [{"name": one.name, "label": dict(one.label), "paper": one.paper} for one in found]})


@operation(
    "GET", "/records/<entity>/<int:id>/documents/<name>.pdf", {"zh": "打印为 PDF", "en": "Print as PDF"}, tag="documents",
    parameters=(given.ENTITY, given.RECORD_ID, Parameter("name", "path", {"zh": "文档名称", "en": "The name of the document"}, required=True), given.LANG),
    answer="pdf", entity_right="print", transaction="none",
)
def print_document(entity: str, id: int, name: str) -> Response:
    with read():
        laid_out = sheet(actor(), entity_called(actor(), entity), checked_id(id), name)
    return attachment(pdf(html(laid_out)), f"{laid_out.title}.pdf", "application/pdf", inline=True)
