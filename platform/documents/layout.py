"""A document made ready for one record: its blocks with finished words, nothing left to look up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from shuke import records
from shuke.access import Actor, policy
from shuke.core import clock
from shuke.core.errors import NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import locale, pick
from shuke.core.settings import current as settings
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Print
from shuke.documents.rows import table
from shuke.documents.values import ReaderEnv, needed
from shuke.documents.words import cell, compiled, fill, path_of, placeholders
from shuke.expressions import Expression, ExpressionError
from shuke.fields import FIELD_TYPES
from shuke.fields.barcode import svg
from shuke.records import Record

DEFAULT = "default"
_TEXTS = ("heading", "text")


@dataclass(frozen=True, slots=True)
class Item:
    """A field with its name; `wide` ones take a whole line."""

    label: str
    text: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One block as the template draws it; what does not belong to its type is empty."""

    type: str
    text: str = ""
    label: str = ""
    level: int = 1
    align: str = "start"
    columns: int = 1
    items: tuple[Item, ...] = ()
    heads: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    code: Markup = Markup()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document, ready to be drawn."""

    title: str
    paper: str
    company: str
    printed: str
    language: str
    blocks: tuple[Block, ...]


def documents_of(entity: Entity) -> tuple[Print, ...]:
    """The documents of an entity, its own first; there is always the default one, unless one is called so."""
    own = tuple(one for one in catalogue().prints.values() if one.entity == entity.name)
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
    bodies = [block for block in printed.blocks if block]
    record = records.get(actor, entity, id_, fields=_fields(actor, entity, bodies))
    if not _may_print(actor, record):
        raise NotAllowed(_("You may not print this record."))
    laying = _Laying(actor, entity, record)
    title = f"{pick(printed.label)} {record.title}".strip()
    return Sheet(
        title, printed.paper, settings().company, f"{clock.local(clock.now()):%Y-%m-%d %H:%M}", {"zh": "zh-CN"}.get(locale(), locale()),
        tuple(laying.blocks(bodies)),
    )


def _may_print(actor: Actor, record: Record) -> bool:
    return actor.is_system or "print" in record.operations


class _Laying:
    def __init__(self, actor: Actor, entity: Entity, record: Record) -> None:
        self._actor = actor
        self._entity = entity
        self._record = record
        self._env = ReaderEnv(actor, entity, record.values, record.id)

    def blocks(self, bodies: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
        for body in bodies:
            if self._is_visible(body):
                yield from self._block(body)

    def _is_visible(self, body: Mapping[str, Any]) -> bool:
        condition = compiled(self._entity, body["visible"]) if body.get("visible") else None
        if condition is None:
            return True
        try:
            return condition.evaluate(self._env) is True
        except (ExpressionError, ArithmeticError, ValueError, TypeError):
            return False

    def _block(self, body: Mapping[str, Any]) -> Iterator[Block]:
        label = pick(body.get("label") or {})
        match body["type"]:
            case "heading" | "text":
                text = fill(pick(body["text"]), self._entity, self._record, self._env)
                yield Block(body["type"], text=text, level=body.get("level", 1), align=body.get("align", "start"))
            case "fields":
                items = tuple(self._items(body["fields"]))
                yield Block("fields", label=label, items=items, columns=body.get("columns", 1))
            case "total":
                yield Block("total", label=label, items=tuple(self._items(body["fields"])))
            case "table":
                yield self._table(body, label)
            case "barcode":
                yield from self._barcode(body)
            case "pagebreak":
                yield Block("pagebreak")

    def _items(self, paths: Sequence[str]) -> Iterator[Item]:
        """The fields that the reader may see and that say something."""
        for path in paths:
            shown = path_of(self._entity, path)
            if shown is not None and path in self._record.values and (text := cell(shown, self._record.values[path])):
                yield Item(pick(shown.label), text, "\n" in text or len(text) > _LONG)

    def _table(self, body: Mapping[str, Any], label: str) -> Block:
        made = table(self._actor, self._entity, self._record, body["field"], body["columns"])
        heads = tuple(Cell(head.text, head.numeric) for head in made.headings)
        return Block("table", label=label, heads=heads, rows=tuple(
            tuple(Cell(text, head.numeric) for text, head in zip(row, made.headings, strict=True)) for row in made.rows
        ))

    def _barcode(self, body: Mapping[str, Any]) -> Iterator[Block]:
        shown = path_of(self._entity, body["field"])
        text = cell(shown, self._record.values.get(body["field"])) if shown else ""
        if text and (code := svg(text, body.get("symbology", "qr"))):
            yield Block("barcode", text=text, code=code)


_LONG = 60


def _fields(actor: Actor, entity: Entity, bodies: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What has to be read of the record for these blocks."""
    wanted: list[str] = []
    formulas: list[Expression] = []
    for body in bodies:
        wanted += [path for path in body.get("fields", ()) if path_of(entity, path)]
        if body["type"] == "barcode" and path_of(entity, body["field"]):
            wanted.append(body["field"])
        if body["type"] == "table" and entity.has(body["field"]):
            wanted.append(body["field"])
        sources = [source for text in body["text"].values() for source in placeholders(text)] if body["type"] in _TEXTS else []
        if body.get("visible"):
            sources.append(body["visible"])
        for source in sources:
            if path_of(entity, source):
                wanted.append(source)
            elif found := compiled(entity, source):
                formulas.append(found)
    wanted += [path for path in needed(formulas) if entity.has(path.split(".")[0])]
    return tuple(dict.fromkeys(wanted)) or (entity.display,)


def _default(entity: Entity) -> Print:
    """Everything about the record: its fields in two columns, then its sub-tables."""
    own = [field for field in entity.fields if not field.system]
    plain = [field.name for field in own if FIELD_TYPES[field.type].stored or FIELD_TYPES[field.type].computed]
    blocks: list[dict[str, Any]] = [
        {"type": "heading", "text": dict(entity.label), "level": 1},
        {"type": "fields", "fields": [*plain, "owner", "unit", "created_at"], "columns": 2},
    ]
    blocks += [
        {"type": "table", "field": field.name, "columns": [child.name for child in field.fields], "label": dict(field.label)}
        for field in own if field.fields
    ]
    return Print(DEFAULT, entity.name, {"zh": f"{pick(entity.label, 'zh')}详情", "en": f"{pick(entity.label, 'en')} sheet"}, "A4", tuple(blocks))
