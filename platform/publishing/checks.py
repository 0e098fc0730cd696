"""Checks the whole catalogue before anything is published: shapes, references, formulas."""

from collections.abc import Iterable, Sequence
from functools import cache

from shuke.core.i18n import gettext as _
from shuke.definitions.current import use_catalogue
from shuke.definitions.load import RowsFile, system_documents
from shuke.definitions.model import Catalogue, Document
from shuke.definitions.parse import SYSTEM_APP, parse_documents
from shuke.definitions.problems import DefinitionErrors, Problem, file_of
from shuke.definitions.schemas import Schemas
from shuke.fields import FIELD_TYPES
from shuke.publishing.checking import Checking
from shuke.publishing.document_checks import check_documents
from shuke.publishing.entity_checks import check_entities


@cache
def schemas() -> Schemas:
    """The closed schemas, with the properties of every field type."""
    return Schemas(FIELD_TYPES)


def complete(documents: Iterable[Document]) -> list[Document]:
    """The documents with the platform's own entities in front, in the order in which they are kept."""
    own = [document for document in documents if document.app != SYSTEM_APP]
    carried = {document.name: document for document in documents if document.app == SYSTEM_APP}
    return [*(_with_identity(document, carried.get(document.name)) for document in system_documents()), *own]


def check(documents: Sequence[Document], version: int) -> Catalogue:
    """The catalogue of the documents; `DefinitionErrors` with everything that stands against publishing it."""
    problems = [problem for document in documents for problem in schemas().problems(document)]
    problems += _without_app(documents)
    if problems:
        raise DefinitionErrors(problems)
    catalogue = parse_documents(documents, version)
    checking = Checking(catalogue)
    with use_catalogue(catalogue):
        check_entities(checking)
        if not checking.problems:
            check_documents(checking)
    if checking.problems:
        raise DefinitionErrors(checking.problems)
    return catalogue


def check_rows(files: Iterable[RowsFile], catalogue: Catalogue) -> None:
    """`DefinitionErrors` for rows of entities that do not exist, or that are no rows."""
    problems = []
    for rows in files:
        found = schemas().row_problems(rows)
        if not found and rows.entity not in catalogue.entities:
            found = [Problem(rows.file, "entity", _("There is no entity “%(name)s”.", name=rows.entity))]
        problems += found
    if problems:
        raise DefinitionErrors(problems)


def _with_identity(document: Document, carried: Document | None) -> Document:
    """A system entity has the form that the platform gives it, and the identity that publishing gave it."""
    if carried is None:
        return document
    known = carried.body.get("properties", {})
    properties = {
        name: {**schema, **{key: known[name][key] for key in ("x-id", "x-column") if key in known.get(name, {})}}
        for name, schema in document.body["properties"].items()
    }
    kept = {key: carried.body[key] for key in ("x-id", "x-table") if key in carried.body}
    return Document(document.kind, document.name, document.app, {**document.body, "properties": properties, **kept})


def _without_app(documents: Sequence[Document]) -> list[Problem]:
    """Every document lies in an app that has its `app.json`."""
    apps = {document.name for document in documents if document.kind == "app"} | {SYSTEM_APP, ""}
    return [
        Problem(file_of(document), "", _("The app “%(name)s” has no app.json; add one.", name=document.app))
        for document in documents if document.app not in apps and document.kind not in ("app", "template")
    ]
