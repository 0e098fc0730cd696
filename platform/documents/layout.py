"""A document made ready for one record: its blocks with finished words, as their reader may see them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shuke import records
from shuke.access import Actor, policy
from shuke.core import clock
from shuke.core.colors import WHITE, readable_on
from shuke.core.errors import NotAllowed, NotFound
from shuke.core.i18n import format_instant, locale, pick
from shuke.core.i18n import gettext as _
from shuke.core.settings import current as settings
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Print
from shuke.documents.blocks import Block, Cell, Head, Item, Part, Sheet
from shuke.documents.charts import record_chart
from shuke.documents.movements import movements
from shuke.documents.paper import Paper, grid_of, paper_of
from shuke.documents.pictures import logo, picture, sized_code
from shuke.documents.reading import fields_of
from shuke.documents.rows import Table, related, table
from shuke.documents.values import ReaderEnv
from shuke.documents.words import cell, compiled, fill, path_of
from shuke.expressions import ExpressionError
from shuke.fields import FIELD_TYPES
from shuke.records import FileRef, Record

DEFAULT = "default"
OWN_COLOR = "#3f4fd0"
"""The product's, for companies that have not chosen theirs."""
_LONG = 60
_FIGURES = 4
_MOST_SIDE_BY_SIDE = 2
"""More columns of a table than these are too many for narrow paper."""
_LOGO = {"sheet": 60.0, "receipt": 40.0, "label": 20.0}
_CODES = {"qr": {"sheet": 26.0, "receipt": 28.0, "label": 24.0}, "bars": {"sheet": 70.0, "receipt": 66.0, "label": 90.0}}


def documents_of(entity: Entity) -> tuple[Print, ...]:
    """The documents of an entity, its own first; there is always the default one, unless one is called so."""
    own = tuple(sorted((one for one in catalogue().prints.values() if one.entity == entity.name), key=lambda one: (one.order, one.name)))
    return own if any(one.name == DEFAULT for one in own) else (*own, _default(entity))


def document(entity: Entity, name: str) -> Print:
    for one in documents_of(entity):
        if one.name == name:
            return one
    raise NotFound(_("There is no such document."))


def sheet(actor: Actor, entity: Entity, id_: int, name: str) -> Sheet:
    """The document of this record as the actor may see it."""
    if not policy(actor, entity).may("read"):
        raise NotFound(_("This record does not exist."))
    printed = document(entity, name)
    record = records.get(actor, entity, id_, fields=fields_of(entity, printed))
    if not _may_print(actor, record):
        raise NotAllowed(_("You may not print this record."))
    paper = paper_of(printed)
    laying = _Laying(actor, entity, record, paper)
    before, between, after = _("%(page)s / %(pages)s", page="\0", pages="\1").replace("\1", "\0").split("\0")
    return Sheet(
        title=f"{pick(printed.label)} {record.title}".strip(), paper=paper, printed=format_instant(clock.now()),
        language={"zh": "zh-CN"}.get(locale(), locale()), blocks=tuple(laying.blocks(printed.blocks)),
        head=laying.head(printed) if printed.head and paper.kind != "label" else None, footer=pick(settings().footer),
        color=readable_on(settings().color or OWN_COLOR, WHITE), pages=(before, between, after), grid=grid_of(printed),
    )


def _may_print(actor: Actor, record: Record) -> bool:
    return actor.is_system or "print" in record.operations


class _Laying:
    def __init__(self, actor: Actor, entity: Entity, record: Record, paper: Paper) -> None:
        self._actor = actor
        self._entity = entity
        self._record = record
        self._paper = paper
        self._env = ReaderEnv(actor, entity, record.values, record.id)

    def head(self, printed: Print) -> Head:
        """Who sends it, and what it is."""
        company = settings()
        own_title = any(body["type"] == "heading" and body.get("level", 1) == 1 for body in printed.blocks)
        return Head(
            company.company, logo(_LOGO[self._paper.kind]), tuple(said for said in (pick(company.address), company.phone) if said),
            "" if own_title else pick(printed.label), tuple(self._items([path for path in (printed.number, printed.date) if path])),
        )

    def blocks(self, bodies: Sequence[Mapping[str, Any]], share: float = 1.0) -> Iterator[Block]:
        """The visible blocks; `share` is the part of the paper's width that they have."""
        for body in bodies:
            if self._is_visible(body):
                yield from self._block(body, share)

    def _is_visible(self, body: Mapping[str, Any]) -> bool:
        condition = compiled(self._entity, body["visible"]) if body.get("visible") else None
        if condition is None:
            return True
        try:
            return condition.evaluate(self._env) is True
        except (ExpressionError, ArithmeticError, ValueError, TypeError):
            return False

    def _block(self, body: Mapping[str, Any], share: float) -> Iterator[Block]:
        label, align = pick(body.get("label") or {}), body.get("align", "start")
        match body["type"]:
            case "heading" | "text":
                text = fill(pick(body["text"]), self._entity, self._record, self._env)
                yield Block(body["type"], text=text, level=body.get("level", 1), align=align)
            case "fields" | "total" | "figures":
                if items := tuple(self._items(body["fields"], body.get("strong", ""))):
                    usual = min(len(items), _FIGURES) if body["type"] == "figures" else 1
                    yield Block(body["type"], label=label, items=items, columns=body.get("columns", usual))
            case "table" | "related" | "movements":
                yield from self._tabular(body, label)
            case "chart":
                yield from record_chart(self._actor, self._record, body, self._paper.inside * share)
            case "barcode":
                yield from self._barcode(body, share)
            case "image":
                yield from self._image(body, share)
            case "columns":
                yield self._columns(body)
            case "signature":
                yield Block("signature", label=label, text=_("Date") if body.get("date") else "")
            case "divider" | "space" | "pagenumber" | "pagebreak":
                yield Block(body["type"], align=align, height=body.get("height", 0), style=body.get("style", "solid"))

    def _tabular(self, body: Mapping[str, Any], label: str) -> Iterator[Block]:
        """A table, unless its reader may see nothing of what it is about."""
        match body["type"]:
            case "table":
                yield self._table(table(self._actor, self._entity, self._record, body["field"], body["columns"], body.get("sums", ())), label)
            case "related":
                if (found := related(self._actor, self._record, body)) is not None:
                    yield self._table(found, label or pick(catalogue().entity(body["entity"]).label))
            case "movements":
                if (found := movements(self._record, body["ledger"], body.get("limit"))) is not None:
                    yield self._table(found, label or pick(catalogue().ledgers[body["ledger"]].label))

    def _table(self, made: Table, label: str) -> Block:
        numeric = [is_numeric for _text, is_numeric in made.headings]
        return Block(
            "table", label=label, heads=tuple(Cell(text, is_numeric) for text, is_numeric in made.headings),
            rows=tuple(_cells(row, numeric) for row in made.rows), sums=_cells(made.sums, numeric) if made.sums else (), blank=_("None."),
            is_stacked=self._paper.kind != "sheet" and any(numeric) and not all(numeric) and len(numeric) > _MOST_SIDE_BY_SIDE,
        )

    def _items(self, paths: Sequence[str], strong: str = "") -> Iterator[Item]:
        """The fields that the reader may see and that say something."""
        for path in paths:
            shown = path_of(self._entity, path)
            if shown is not None and path in self._record.values and (text := cell(shown, self._record.values[path])):
                yield Item(pick(shown.label), text, "\n" in text or len(text) > _LONG, path == strong)

    def _barcode(self, body: Mapping[str, Any], share: float) -> Iterator[Block]:
        shown = path_of(self._entity, body["field"])
        text = cell(shown, self._record.values.get(body["field"])) if shown else ""
        symbology = body.get("symbology", "qr")
        usual = _CODES["qr" if symbology == "qr" else "bars"][self._paper.kind]
        if text and (drawn := sized_code(text, symbology, min(body.get("size", usual), self._paper.inside * share))):
            yield Block("barcode", text=text if body.get("text", True) else "", code=drawn, align=body.get("align", "start"))

    def _image(self, body: Mapping[str, Any], share: float) -> Iterator[Block]:
        file = self._record.values.get(body["field"])
        width = min(body.get("size", 60), self._paper.inside * share)
        if isinstance(file, FileRef) and (drawn := picture(file, width)):
            yield Block("image", picture=drawn, align=body.get("align", "start"))

    def _columns(self, body: Mapping[str, Any]) -> Block:
        widths = [part.get("width", 0) for part in body["columns"]]
        left, unsaid = max(0, 12 - sum(widths)), widths.count(0)
        shares = [width or left / unsaid for width in widths]
        whole = sum(shares) or 1
        return Block("columns", parts=tuple(
            Part(100 * share / whole, tuple(self.blocks(part["blocks"], share / whole))) for share, part in zip(shares, body["columns"], strict=True)
        ))


def _cells(texts: Sequence[str], numeric: Sequence[bool]) -> tuple[Cell, ...]:
    return tuple(Cell(text, is_numeric) for text, is_numeric in zip(texts, numeric, strict=True))


def _default(entity: Entity) -> Print:
    """Everything about the record: its fields in two columns, then its sub-tables."""
    own = [field for field in entity.fields if not field.system]
    plain = [field.name for field in own if FIELD_TYPES[field.type].stored or FIELD_TYPES[field.type].computed]
    blocks: list[dict[str, Any]] = [{"type": "fields", "fields": [*plain, "owner", "unit", "created_at"], "columns": 2}]
    blocks += [
        {"type": "table", "field": field.name, "columns": [child.name for child in field.fields], "label": dict(field.label)}
        for field in own if field.fields
    ]
    label = {"zh": f"{pick(entity.label, 'zh')}详情", "en": f"{pick(entity.label, 'en')} sheet"}
    return Print(DEFAULT, entity.name, label, "A4", tuple(blocks), number=entity.display)
