"""What a printed document of the draft looks like: laid out for a real record, under the definitions in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from shuke import records
from shuke.builder.workshop import Workshop
from shuke.core.errors import NotAllowed
from shuke.core.i18n import LOCALES, locale, use_locale
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue as published
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Catalogue, Document, Print
from shuke.documents.layout import sheet
from shuke.documents.markup import laid_out
from shuke.documents.pdf import Look, look, pdf
from shuke.fields.link import is_id
from shuke.publishing.checking import Checking, Place
from shuke.publishing.print_checks import check_print
from shuke.records import Query
from shuke.screens.visitor import actor

_MOST_PAGES = 3
_MOST_RECORDS = 40
_NAMING_MORE = frozenset({"table", "related", "movements", "chart"})
"""Blocks that cannot be laid out when what they name is not there; others leave out what they do not know."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pages of a document, ready to be drawn; or why there are none."""

    pages: tuple[str, ...] = ()
    left_out: int = 0
    """Blocks about what is not published yet."""
    failed: str = ""
    asked: str = ""

    def pdf(self) -> bytes:
        if self.failed:
            raise NotAllowed(self.failed)
        return pdf(self.pages)


@dataclass(frozen=True, slots=True)
class Looked:
    """Pictures of the first pages, or a sentence."""

    look: Look | None
    left_out: int = 0
    failed: str = ""
    is_busy: bool = False
    asked: str = ""
    """The parameters of the same document as a whole."""


def samples(document: Document, shop: Workshop) -> list[tuple[int, str]]:
    """Records that the document can be looked at with, the newest first."""
    name = document.body["entity"]
    if name not in published().entities or name not in shop.catalogue.entities:
        return []
    entity = published().entity(name)
    found = records.query(actor(), entity, Query(fields=(entity.display,), sort=("-created_at",), limit=_MOST_RECORDS, count=False)).records
    return [(one.id, one.title) for one in found]


def drawn(shop: Workshop, document: Document, record: str, language: str) -> Drawn:
    """The document of a record in a language, within a unit of work."""
    chosen = samples(document, shop) if not is_id(record) else [(int(record), "")]
    if document.body["entity"] not in published().entities:
        return Drawn(failed=_("The preview comes with the first publishing: until then there are no records to show."))
    if not chosen:
        return Drawn(failed=_("There is no record yet. Add one, and it is shown here."))
    entity = published().entity(document.body["entity"])
    wanted, left_out = _fitting(shop.catalogue.prints[document.name], document)
    with use_catalogue(_with(published(), wanted)):
        try:
            with use_locale(language if language in LOCALES else locale()):
                made = sheet(actor(), entity, chosen[0][0], document.name)
                pages = laid_out([made] * min(len(made.grid.places), _MOST_RECORDS) if made.grid else [made])
        except NotAllowed as refused:
            return Drawn(failed=str(refused))
    return Drawn(tuple(pages), left_out, asked=f"record={chosen[0][0]}&lang={language if language in LOCALES else locale()}")


def looked(page: Drawn) -> Looked:
    """The first pages as pictures; drawn outside of any unit of work."""
    if page.failed:
        return Looked(None, failed=page.failed)
    try:
        return Looked(look(page.pages[0], _MOST_PAGES), page.left_out, asked=page.asked)
    except NotAllowed as refused:
        return Looked(None, page.left_out, str(refused), is_busy=True)


def _fitting(wanted: Print, document: Document) -> tuple[Print, int]:
    """The print without the blocks that name what is not in force yet, and how many those are."""
    found = _with(published(), wanted)
    checking = Checking(found)
    check_print(Place(checking, document))
    bad = {tuple(one.path.split("/")) for one in checking.problems}
    blocks, left_out = _without(wanted.blocks, bad, ("blocks",))
    return replace(wanted, blocks=tuple(blocks), number=_known(wanted.number, ("number",), bad), date=_known(wanted.date, ("date",), bad)), left_out


def _known(path: str, place: tuple[str, ...], bad: set[tuple[str, ...]]) -> str:
    return "" if place in bad else path


def _without(blocks: Sequence[Mapping[str, Any]], bad: set[tuple[str, ...]], place: tuple[str, ...]) -> tuple[list[Mapping[str, Any]], int]:
    kept: list[Mapping[str, Any]] = []
    left_out = 0
    for number, block in enumerate(blocks):
        here = (*place, str(number))
        if block["type"] == "columns":
            parts = [_without(part["blocks"], bad, (*here, "columns", str(column), "blocks")) for column, part in enumerate(block["columns"])]
            left_out += sum(count for _blocks, count in parts)
            kept.append({**block, "columns": [{**part, "blocks": inner} for part, (inner, _count) in zip(block["columns"], parts, strict=True)]})
        elif block["type"] in _NAMING_MORE and any(one[: len(here)] == here for one in bad):
            left_out += 1
        else:
            kept.append(block)
    return kept, left_out


def _with(catalogue: Catalogue, wanted: Print) -> Catalogue:
    return replace(catalogue, prints=MappingProxyType({**catalogue.prints, wanted.name: wanted}))
