"""The blocks of a printed document as cards: what each is called, what it is about, and where it could go."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shuke.builder.panels.choices import paths
from shuke.builder.panels.scopes import Scope, scope_of
from shuke.builder.panels.words import value_word
from shuke.builder.workshop import Workshop
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Document
from shuke.publishing.edits.prints import NOT_INSIDE

ICONS: Mapping[str, str] = {
    "heading": "typography", "text": "file-text", "fields": "list-details", "figures": "number", "table": "table", "related": "list-tree", "movements": "arrows-exchange",
    "chart": "chart-bar", "total": "sum", "barcode": "qrcode", "image": "photo", "columns": "columns", "pagenumber": "hash", "signature": "writing",
    "divider": "minus", "space": "square", "pagebreak": "file-plus",
}
_KIND_WORDS: Mapping[str, Callable[[], str]] = {"movements": lambda: _("List of movements"), "columns": lambda: _("Side by side")}
_LONGEST = 80
_PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}")
"""A field in a text."""


@dataclass(frozen=True, slots=True)
class List:
    """One of the lists of blocks: the document's own, or one of columns that stand side by side."""

    pointer: str
    label: str
    cards: "tuple[Card, ...]"
    is_inside: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One block; `pointer` is its place in the document's body."""

    pointer: str
    type: str
    kind: str
    icon: str
    about: str
    is_conditional: bool
    lists: tuple[List, ...] = ()

    @property
    def id(self) -> str:
        return "block" + self.pointer.replace("/", "-")


@dataclass(frozen=True, slots=True)
class Goal:
    """A place that a block can be moved to, in words."""

    pointer: str
    words: str


def cards(shop: Workshop, document: Document) -> List:
    """All blocks of a document."""
    return _list(scope_of(shop, document), document.body["blocks"], "/blocks", _("Blocks of the document"))


def kind_word(kind: str) -> str:
    """What a block is called."""
    return _KIND_WORDS[kind]() if kind in _KIND_WORDS else value_word(kind)


def every(blocks: List) -> Iterator[Card]:
    """The cards, and those that stand in columns."""
    for card in blocks.cards:
        yield card
        for inner in card.lists:
            yield from every(inner)


def card_at(blocks: List, pointer: str) -> Card | None:
    return next((one for one in every(blocks) if one.pointer == pointer), None)


def goals(blocks: List, card: Card) -> list[Goal]:
    """Everywhere that this block can be moved to: before each of the others, and at the end of each list."""
    return [goal for goal in _goals(blocks, card) if not goal.pointer.startswith(f"{card.pointer}/") and goal.pointer not in (card.pointer, _next(card.pointer))]


def _goals(blocks: List, card: Card) -> Iterator[Goal]:
    if blocks.is_inside and card.type in NOT_INSIDE:
        return
    for one in blocks.cards:
        if one is not card:
            yield Goal(one.pointer, _("Before: %(block)s", block=f"{one.kind} {one.about}".strip()[:_LONGEST]))
        for inner in one.lists:
            yield from _goals(inner, card)
    yield Goal(f"{blocks.pointer}/{len(blocks.cards)}", _("At the end: %(list)s", list=blocks.label))


def _next(pointer: str) -> str:
    start, _slash, number = pointer.rpartition("/")
    return f"{start}/{int(number) + 1}"


def _list(scope: Scope, blocks: Any, pointer: str, label: str, *, is_inside: bool = False) -> List:
    return List(pointer, label, tuple(_card(scope, block, f"{pointer}/{number}") for number, block in enumerate(blocks)), is_inside)


def _card(scope: Scope, block: Mapping[str, Any], pointer: str) -> Card:
    kind = block["type"]
    lists = tuple(
        _list(scope, part["blocks"], f"{pointer}/columns/{number}/blocks", _("Column %(number)s", number=number + 1), is_inside=True)
        for number, part in enumerate(block["columns"])
    ) if kind == "columns" else ()
    return Card(pointer, kind, kind_word(kind), ICONS.get(kind, "square"), _about(scope, block)[:_LONGEST], "visible" in block, lists)


def _about(scope: Scope, block: Mapping[str, Any]) -> str:
    """What a block shows, in a few words."""
    return _ABOUT[block["type"]](scope, block) if block["type"] in _ABOUT else ""


def _called(scope: Scope, names: Any) -> str:
    known = dict(paths(scope))
    return _(", ").join(known.get(name, name) for name in names)


def _entity(scope: Scope, block: Mapping[str, Any]) -> str:
    found = scope.catalogue.entities.get(str(block.get("entity")))
    ledger = scope.catalogue.ledgers.get(str(block.get("ledger")))
    return pick(found.label) if found else pick(ledger.label) if ledger else ""


def _text(scope: Scope, block: Mapping[str, Any]) -> str:
    """The words; where a field stands in them, its label."""
    return " ".join(_PLACEHOLDER.sub(lambda found: f"[{_called(scope, [found[1]])}]", pick(block["text"])).split())


def _labelled(scope: Scope, block: Mapping[str, Any]) -> str:
    return pick(block.get("label") or {}) or _entity(scope, block)


def _fields(scope: Scope, block: Mapping[str, Any]) -> str:
    return pick(block.get("label") or {}) or _called(scope, block["fields"])


def _field(scope: Scope, block: Mapping[str, Any]) -> str:
    return _called(scope, [block["field"]])


def _table(scope: Scope, block: Mapping[str, Any]) -> str:
    return pick(block.get("label") or {}) or _called(scope, [block["field"]])


_ABOUT: Mapping[str, Callable[[Scope, Mapping[str, Any]], str]] = {
    "heading": _text, "text": _text, "fields": _fields, "figures": _fields, "total": _fields, "table": _table, "related": _labelled, "movements": _labelled,
    "chart": _labelled, "barcode": _field, "image": _field, "signature": _labelled,
    "space": lambda _scope, block: _("%(height)s mm", height=f"{block['height']:g}"),
}
