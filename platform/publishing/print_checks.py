"""Checks of printed documents: every path, formula and placeholder names something that exists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from shuke.core.i18n import gettext as _
from shuke.definitions.dashboards import parse_part
from shuke.definitions.model import Entity, Ledger, Print
from shuke.documents.paper import PAPERS, filled, room
from shuke.documents.words import placeholders
from shuke.expressions import BOOL
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import inverses
from shuke.publishing.checking import Place
from shuke.publishing.dashboard_checks import check_part

Body = Mapping[str, Any]


def check_print(place: Place) -> None:
    """A document of one entity, with its blocks."""
    document = place.catalogue.prints[place.document.name]
    entity = place.at("entity").entity(document.entity)
    if entity is None:
        return
    for key, path in (("number", document.number), ("date", document.date)):
        if path:
            place.at(key).path(entity, path)
    _check_paper(place, document)
    _check_blocks(place.at("blocks"), entity, document.blocks)


def _check_paper(place: Place, document: Print) -> None:
    """What is said of the paper fits the paper."""
    label = PAPERS[document.paper]
    if document.orientation == "landscape" and label.kind != "sheet":
        place.at("orientation").note(_("Only sheets can be turned."))
    if document.sheet is None:
        return
    if label.kind != "label":
        place.at("sheet").note(_("Only labels can stand beside each other on sheets; choose a label as the paper."))
    elif min(room(label, sheet := filled(label, document.sheet))) < 0:
        place.at("sheet").note(_("%(columns)s × %(rows)s labels do not fit on A4.", columns=sheet.columns, rows=sheet.rows))


def _check_blocks(place: Place, entity: Entity, blocks: Sequence[Body]) -> None:
    for number, block in enumerate(blocks):
        at = place.at(number)
        if source := block.get("visible"):
            at.at("visible").expression(entity.name, source, BOOL)
        _check_paths(at, entity, "fields", block.get("fields", ()))
        _BLOCKS.get(block["type"], _nothing)(at, entity, block)


def _nothing(at: Place, entity: Entity, block: Body) -> None:
    """The block names nothing else."""


def _check_words(at: Place, entity: Entity, block: Body) -> None:
    for locale, text in block["text"].items():
        for source in placeholders(text):
            at.at("text", locale).expression(entity.name, source)


def _check_total(at: Place, entity: Entity, block: Body) -> None:
    if (strong := block.get("strong")) and strong not in block["fields"]:
        at.at("strong").note(_("“%(name)s” is not among the fields of this block.", name=strong))


def _check_code(at: Place, entity: Entity, block: Body) -> None:
    at.at("field").path(entity, block["field"])


def _check_image(at: Place, entity: Entity, block: Body) -> None:
    field = at.at("field").path(entity, block["field"])
    if field and field.type != "image":
        at.at("field").note(_("“%(name)s” is no picture.", name=block["field"]))


def _check_table(at: Place, entity: Entity, block: Body) -> None:
    """A sub-table with its columns, or the records at the other end of links with paths over them."""
    _check_sums(at, block)
    collections = {inverse.name: inverse for inverse in inverses(at.catalogue, entity.name) if "." not in inverse.entity}
    if not entity.has(block["field"]) and block["field"] in collections:
        _check_paths(at, at.catalogue.entity(collections[block["field"]].entity), "columns", block["columns"])
        return
    field = at.at("field").field(entity, block["field"])
    if field and field.type != "table":
        at.at("field").note(_("“%(name)s” is no sub-table.", name=field.name))
    elif field:
        for number, path in enumerate(block["columns"]):
            _check_column(at.at("columns", number), entity, field.name, path)


def _check_column(at: Place, entity: Entity, table: str, path: str) -> None:
    """A column of the sub-table, or a field of the record that a column links to."""
    columns = {one.name: one for one in entity.field(table).fields}
    name, _dot, rest = path.partition(".")
    if name not in columns:
        at.missing_field(f"{entity.name}.{table}", name, columns)
    elif rest:
        target = at.catalogue.entities.get(FIELD_TYPES[columns[name].type].expression_type(columns[name]).entity)
        if target is None:
            at.note(_("“%(name)s” is no link to one record, so nothing can follow it in “%(path)s”.", name=name, path=path))
        else:
            at.path(target, rest)


def _check_related(at: Place, entity: Entity, block: Body) -> None:
    _check_sums(at, block)
    other = at.at("entity").entity(block["entity"])
    if other is None:
        return
    _check_via(at, entity, other, block["via"])
    _check_paths(at, other, "columns", block["columns"])
    _check_paths(at, other, "sort", [path.removeprefix("-") for path in block.get("sort", ())])
    if source := block.get("where"):
        at.at("where").expression(other.name, source, BOOL)


def _check_movements(at: Place, entity: Entity, block: Body) -> None:
    ledger: Ledger | None = at.at("ledger").one_of(_("ledger"), block["ledger"], at.catalogue.ledgers)
    if ledger is not None:
        _check_account(at, entity, ledger)


def _check_account(at: Place, entity: Entity, ledger: Ledger) -> None:
    if ledger.entity != entity.name:
        at.at("ledger").note(_("The accounts of “%(ledger)s” belong to “%(owner)s”, not to “%(entity)s”.", ledger=ledger.name, owner=ledger.entity, entity=entity.name))
    elif not any(field.option("ledger") == ledger.name for field in entity.fields):
        at.at("ledger").note(_("No field of “%(entity)s” shows this balance, so nobody may read its movements.", entity=entity.name))


def _check_chart(at: Place, entity: Entity, block: Body) -> None:
    """A chart of records needs the link that leads here; one of a ledger needs this entity's accounts."""
    check_part(at, parse_part(block))
    if block.get("ledger") in at.catalogue.ledgers:
        _check_account(at, entity, at.catalogue.ledgers[block["ledger"]])
    if ("via" in block) != ("entity" in block):
        at.at("via").note(_("A chart of records names the link “via” by which they lead here; one of a ledger names none."))
    elif "via" in block and block["entity"] in at.catalogue.entities:
        _check_via(at, entity, at.catalogue.entity(block["entity"]), block["via"])


def _check_via(at: Place, entity: Entity, other: Entity, name: str) -> None:
    link = at.at("via").field(other, name)
    if link and link.entity != entity.name:
        at.at("via").note(_("“%(name)s” does not lead to “%(entity)s”.", name=name, entity=entity.name))


def _check_columns(at: Place, entity: Entity, block: Body) -> None:
    for number, part in enumerate(block["columns"]):
        _check_blocks(at.at("columns", number, "blocks"), entity, part["blocks"])


def _check_sums(at: Place, block: Body) -> None:
    for number, path in enumerate(block.get("sums", ())):
        if path not in block["columns"]:
            at.at("sums", number).note(_("“%(name)s” is not among the columns of this block.", name=path))


def _check_paths(place: Place, entity: Entity, key: str, paths: Iterable[str]) -> None:
    for number, path in enumerate(paths):
        place.at(key, number).path(entity, path)


_BLOCKS: Mapping[str, Callable[[Place, Entity, Body], None]] = MappingProxyType({
    "heading": _check_words, "text": _check_words, "total": _check_total, "barcode": _check_code, "image": _check_image, "table": _check_table,
    "related": _check_related, "movements": _check_movements, "chart": _check_chart, "columns": _check_columns,
})
