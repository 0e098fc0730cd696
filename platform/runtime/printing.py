"""Printed documents of one record or of several, as PDF in the browser, and the dialog that asks which."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from shuke import records
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import LOCALES, locale, ngettext, pick, use_locale
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity, Print
from shuke.documents.blocks import Sheet
from shuke.documents.layout import documents_of, sheet
from shuke.documents.markup import laid_out
from shuke.documents.paper import grid_of
from shuke.documents.pdf import look, pdf
from shuke.fields.link import is_id
from shuke.records import Query, Record
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.screens.downloads import attachment
from shuke.screens.page import go_to_address, is_fragment_request, render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, read

MOST_AT_ONCE = 200
MOST_LABELS = 2000
"""Copies counted."""
_DIGITS = 6


@screen(blueprint, f"/r/<entity>/{RECORD}/documents/<name>.pdf", permission="signed_in", transaction="none")
def print_record(entity: str, id: int, name: str) -> Response:
    """The document, drawn after the unit of work has ended, since drawing takes a second."""
    with read():
        visited, _rights = entity_for(actor(), entity)
        made = sheet(actor(), visited, id, name)
    return _drawn([made], made.title)


@screen(blueprint, "/r/<entity>/print.pdf", permission="signed_in", transaction="none")
def print_records(entity: str) -> Response:
    """One document of each of the records, one after the other in one file; labels of sheets in so many copies, from a place on the first."""
    ids, name = _ids(), request.args.get("document", "")
    with read():
        visited, _rights = entity_for(actor(), entity)
        made = [sheet(actor(), visited, id_, name) for id_ in ids]
    title = made[0].title if len(made) == 1 else f"{plural(visited)} {len(made)}"
    return _drawn(_copied(made, name), title, _number(f"start_{name}", 1))


@screen(blueprint, "/r/<entity>/print", permission="signed_in")
def print_choice(entity: str) -> Response:
    """Which document, and in which language."""
    visited, _rights = entity_for(actor(), entity)
    ids = _ids()
    found = records.query(actor(), visited, Query(fields=(visited.display,), ids=tuple(ids), limit=len(ids), count=False)).records
    if len(found) != len(ids):
        raise NotFound
    return render(
        "runtime/print.html", fragment="runtime/_print.html", entity=visited, app=app_label(visited), plural=plural(visited), ids=ids,
        what=found[0].title if len(found) == 1 else ngettext("%(number)s record", "%(number)s records", len(found)),
        documents=[_offered(one) for one in documents_of(visited)], most=MOST_AT_ONCE,
        languages=_LANGUAGES, language=locale(), back=f"/r/{visited.name}/{ids[0]}" if len(ids) == 1 else f"/r/{visited.name}",
    )


@screen(blueprint, "/r/<entity>/print/preview", permission="signed_in", transaction="none")
def print_preview(entity: str) -> Response:
    """The first page of the first document as a picture, in the language of the document; what is said about it stays in that of the page."""
    ids, asked, name = _ids(), request.args.get("lang", ""), request.args.get("document", "")
    with read():
        visited, _rights = entity_for(actor(), entity)
        with use_locale(asked if asked in LOCALES else locale()):
            first = sheet(actor(), visited, ids[0], name)
            among = [first] if first.grid is None else _copied([first, *(sheet(actor(), visited, id_, name) for id_ in ids[1:len(first.grid.places)])], name)
            page = laid_out(among, _number(f"start_{name}", 1))[0]
    if not is_fragment_request():
        return go_to_address(choice_url(visited, ids))
    try:
        shown, failed = look(page), ""
    except NotAllowed as refused:
        shown, failed = None, str(refused)
    return render("runtime/_print_preview.html", shown=shown, failed=failed, entity=visited, count=len(ids) if among[0].grid is None else 1)


def prints(record: Record) -> list[tuple[str, str]]:
    """The documents that the visitor may print of this record: label and address."""
    if "print" not in record.operations:
        return []
    start = f"/r/{record.entity.name}/{record.id}/documents/"
    return [(pick(one.label), f"{start}{one.name}.pdf") for one in documents_of(record.entity)]


def choice_url(entity: Entity, ids: Sequence[int] = ()) -> str:
    """Where the visitor chooses a document for these records; a list adds the ids of what is selected."""
    return f"/r/{entity.name}/print" + ("?" + "&".join(f"id={id_}" for id_ in ids) if ids else "")


_LANGUAGES = tuple(zip(LOCALES, ("中文", "English"), strict=True))


def _ids() -> list[int]:
    """The records that are asked for, each once, in the order given."""
    given = list(dict.fromkeys(request.args.getlist("id")))
    if not given or not all(map(is_id, given)):
        raise NotFound
    if len(given) > MOST_AT_ONCE:
        raise InvalidInput({"": [_("At most %(count)s records can be printed at once. Select fewer.", count=MOST_AT_ONCE)]})
    return [int(text) for text in given]


@dataclass(frozen=True, slots=True)
class _Offered:
    """A document that can be chosen; `places` on a sheet of labels, or 0."""

    name: str
    label: str
    paper: str
    places: int


def _offered(printed: Print) -> _Offered:
    grid, paper = grid_of(printed), printed.paper.removeprefix("label_").replace("x", " × ")
    return _Offered(printed.name, pick(printed.label), f"A4 · {paper}" if grid else paper, len(grid.places) if grid else 0)


def _copied(sheets: Sequence[Sheet], name: str) -> list[Sheet]:
    """Labels on sheets as often as is asked for, the copies of one beside each other."""
    copies = 1 if sheets[0].grid is None else _number(f"copies_{name}", 1)
    if len(sheets) * copies > MOST_LABELS:
        raise InvalidInput({"": [_("At most %(count)s labels can be printed at once.", count=MOST_LABELS)]})
    return [one for one in sheets for _copy in range(copies)]


def _number(key: str, least: int) -> int:
    """A number that was typed; nonsense is the least."""
    text = request.args.get(key, "")
    return max(least, int(text)) if text.isascii() and text.isdigit() and len(text) < _DIGITS else least


def _drawn(sheets: Sequence[Sheet], name: str, start: int = 1) -> Response:
    return attachment(pdf(laid_out(sheets, start)), f"{name}.pdf", "application/pdf", inline="download" not in request.args)
