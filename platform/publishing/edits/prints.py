"""Printed documents: blocks that are added, moved and taken out, and layouts to begin with."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch, Path
from shuke.publishing.edits.documents import add_document
from shuke.publishing.edits.labels import document_name
from shuke.publishing.edits.values import fields_of, insert_item, move_item, remove_item, value_at, wanted_body, wanted_value

Block = dict[str, Any]
Blocks = list[Block]
KINDS = (
    "heading", "text", "fields", "figures", "table", "related", "movements", "total", "chart", "image", "barcode", "columns", "signature", "pagenumber",
    "divider", "space", "pagebreak",
)
"""The blocks in the order in which they are offered."""
NOT_INSIDE = frozenset({"columns", "pagebreak"})
"""What cannot stand beside other blocks."""
_MOST, _MOST_BESIDE = 60, 20
_PLAIN_COLUMNS, _TABLE_COLUMNS = 6, 5
_NOT_LISTED = frozenset({"table", "longtext", "file", "image", "links", "address"})
_NUMBERS = frozenset({"integer", "decimal", "money", "rollup", "formula"})
_SUMMED = frozenset({"integer", "decimal", "money"})
_CODES = ("barcode", "autonumber")


# Blocks


def add_block(documents: Sequence[Document], name: str, place: Path, kind: str) -> Patch:
    """A block of the kind at the place, an index in one of the lists of blocks."""
    blocks, index = place[:-1], int(place[-1])
    _refuse_place(documents, name, blocks, kind)
    return insert_item(documents, ("document", name), blocks, index, starting_block(documents, wanted_body(documents, ("document", name))["entity"], kind))


def duplicate_block(documents: Sequence[Document], name: str, place: Path) -> Patch:
    """The same block once more, after it."""
    block = wanted_value(documents, ("document", name), place)
    _refuse_place(documents, name, place[:-1], block["type"])
    return insert_item(documents, ("document", name), place[:-1], int(place[-1]) + 1, deepcopy(block))


def remove_block(documents: Sequence[Document], name: str, place: Path) -> Patch:
    """Take a block out; a document keeps one."""
    if len(place) == 2 and len(wanted_value(documents, ("document", name), place[:-1])) == 1:
        raise InvalidInput({"": [_("A document keeps at least one block.")]})
    return remove_item(documents, ("document", name), place)


def move_block(documents: Sequence[Document], name: str, source: Path, target: Path) -> Patch:
    """Move a block to a place in this or another list; `target` is a place as things stand before."""
    if target in (source, (*source[:-1], int(source[-1]) + 1)):
        return []
    document = ("document", name)
    block = wanted_value(documents, document, source)
    if target[: len(source)] == source:
        raise InvalidInput({"": [_("A block cannot be moved into itself.")]})
    if source[:-1] != target[:-1]:
        _refuse_place(documents, name, target[:-1], block["type"])
        if len(source) == 2 and len(wanted_value(documents, document, source[:-1])) == 1:
            raise InvalidInput({"": [_("A document keeps at least one block.")]})
    wanted_value(documents, document, target[:-1])
    return move_item(documents, document, source, moved(source, target))


def moved(source: Path, target: Path) -> Path:
    """Where the target is once the source has been taken out: places after it move up."""
    depth = len(source) - 1
    if len(target) < len(source) or target[:depth] != source[:depth]:
        return target
    number, taken = int(target[depth]), int(source[depth])
    return (*target[:depth], number - 1, *target[depth + 1:]) if number > taken else target


def _refuse_place(documents: Sequence[Document], name: str, blocks: Path, kind: str) -> None:
    found = value_at(documents, ("document", name), blocks)
    if not isinstance(found, list | tuple) or blocks[-1] != "blocks":
        raise NotFound(_("What you want to change is not there any more."))
    is_inside = len(blocks) > 1
    if is_inside and kind in NOT_INSIDE:
        raise InvalidInput({"": [_("This block cannot stand beside others; put it before or after the columns.")]})
    if len(found) >= (_MOST_BESIDE if is_inside else _MOST):
        raise InvalidInput({"": [_("There are too many blocks here.")]})


# What blocks begin with


def starting_block(documents: Sequence[Document], entity: str, kind: str) -> Block:
    """A block that shows something of the entity at once; `InvalidInput` where it has nothing for such a block."""
    made = _STARTS[kind](documents, entity) if kind in _STARTS else None
    if made is None:
        raise InvalidInput({"": [_("There is nothing here that such a block could show.")]})
    return {"type": kind, **made}


def offered(documents: Sequence[Document], entity: str) -> tuple[str, ...]:
    """The kinds of blocks for which the entity has something to show."""
    return tuple(kind for kind in KINDS if _STARTS[kind](documents, entity) is not None)


def _plain(documents: Sequence[Document], entity: str) -> list[str]:
    return [name for name, schema in fields_of(documents, entity).items() if schema["x-type"] not in _NOT_LISTED] or ["created_at"]


def _of_type(documents: Sequence[Document], owner: str, types: Sequence[str] | frozenset[str]) -> list[str]:
    return [name for name, schema in fields_of(documents, owner).items() if schema["x-type"] in types]


def _display(documents: Sequence[Document], entity: str) -> str:
    return str(wanted_body(documents, ("entity", entity)).get("x-display") or _plain(documents, entity)[0])


def _table(documents: Sequence[Document], entity: str) -> Block | None:
    for name in _of_type(documents, entity, ["table"]):
        columns = _with_total(documents, f"{entity}.{name}", _plain(documents, f"{entity}.{name}"))
        sums = [one for one in columns if fields_of(documents, f"{entity}.{name}").get(one, {}).get("x-type") in _SUMMED]
        return {"field": name, "columns": columns, **({"sums": sums[-1:]} if sums else {})}
    return None


def _with_total(documents: Sequence[Document], owner: str, found: list[str]) -> list[str]:
    """The first columns, the last of them the amount that a row comes to."""
    amounts = [one for one in found if fields_of(documents, owner).get(one, {}).get("x-type") in _SUMMED]
    return found[:_TABLE_COLUMNS] if not amounts or amounts[-1] in found[:_TABLE_COLUMNS] else [*found[: _TABLE_COLUMNS - 1], amounts[-1]]


def _related(documents: Sequence[Document], entity: str) -> Block | None:
    for one in documents:
        if one.kind == "entity" and one.name != entity:
            for name, schema in one.body.get("properties", {}).items():
                if schema.get("x-entity") == entity and schema["x-type"] == "link":
                    columns = [path for path in _plain(documents, one.name) if path != name][:_TABLE_COLUMNS]
                    return {"entity": one.name, "via": name, "columns": columns or ["created_at"], "limit": 50}
    return None


def _movements(documents: Sequence[Document], entity: str) -> Block | None:
    ledgers = {str(schema.get("x-ledger")) for schema in fields_of(documents, entity).values() if schema["x-type"] == "balance"}
    found = [one.name for one in documents if one.kind == "ledger" and one.name in ledgers and one.body["account"]["entity"] == entity]
    return {"ledger": found[0], "limit": 50} if found else None


def _chart(documents: Sequence[Document], entity: str) -> Block | None:
    related = _related(documents, entity)
    if related is None:
        return None
    return {
        "chart": "bar", "entity": related["entity"], "via": related["via"], "group": ["created_at:month"], "measures": [{"function": "count"}],
        "label": {"zh": "每月数量", "en": "How many each month"},
    }


def _total(documents: Sequence[Document], entity: str) -> Block | None:
    found = _of_type(documents, entity, _NUMBERS)
    return {"fields": found[:_PLAIN_COLUMNS]} if found else None


def _image(documents: Sequence[Document], entity: str) -> Block | None:
    found = _of_type(documents, entity, ["image"])
    return {"field": found[0], "size": 40} if found else None


def _barcode(documents: Sequence[Document], entity: str) -> Block:
    codes = [name for type_ in _CODES for name in _of_type(documents, entity, [type_])]
    return {"field": codes[0] if codes else _display(documents, entity), "symbology": "qr"}


_STARTS: Mapping[str, Callable[[Sequence[Document], str], Block | None]] = MappingProxyType({
    "heading": lambda _documents, _entity: {"text": {"zh": "标题", "en": "Heading"}, "level": 2},
    "text": lambda documents, entity: {"text": {language: f"{{{{ {_display(documents, entity)} }}}}" for language in ("zh", "en")}},
    "fields": lambda documents, entity: {"fields": _plain(documents, entity)[:_PLAIN_COLUMNS], "columns": 2},
    "figures": lambda documents, entity: {"fields": (_of_type(documents, entity, _NUMBERS) or _plain(documents, entity))[:4]},
    "table": _table, "related": _related, "movements": _movements, "chart": _chart, "total": _total, "image": _image, "barcode": _barcode,
    "columns": lambda _documents, _entity: {"columns": [{"blocks": []}, {"blocks": []}]},
    "signature": lambda _documents, _entity: {"label": {"zh": "签字", "en": "Signature"}, "date": True},
    "pagenumber": lambda _documents, _entity: {"align": "end"},
    "divider": lambda _documents, _entity: {}, "space": lambda _documents, _entity: {"height": 10}, "pagebreak": lambda _documents, _entity: {},
})


# Layouts to begin with


def add_layout(documents: Sequence[Document], app: str, entity: str, layout: str, *, name: str = "") -> Patch:
    """A document of the entity that begins with one of the layouts."""
    label = layout_label(documents, entity, layout)
    name = name or document_name(documents, "document", label)
    order = max((int(one.body.get("order", 0)) for one in documents if one.kind == "document" and one.body.get("entity") == entity), default=0) + 1
    made = {key: value for key, value in LAYOUTS[layout](documents, entity).items() if value is not None}
    return add_document(documents, "document", app, name, {"name": name, "entity": entity, "label": label, "order": order, **made})


def layout_label(documents: Sequence[Document], entity: str, layout: str) -> Label:
    """What a document of the entity with this layout is called at first."""
    labels: Label = wanted_body(documents, ("entity", entity))["x-label"]
    said = _SAID[layout]
    zh, en = labels.get("zh", ""), labels.get("en", "")
    return {"zh": zh and f"{zh}{said['zh']}", "en": en and f"{en} {said['en']}"}


def _sheet(documents: Sequence[Document], entity: str) -> Block:
    """What it is, who it is for, its lines, its totals, and who signs."""
    beside: Block = {"type": "columns", "columns": [
        {"width": 8, "blocks": _some(documents, entity, "fields", columns=1)}, {"width": 4, "blocks": _some(documents, entity, "barcode", size=26, align="end")},
    ]}
    signed: Block = {"type": "columns", "columns": [
        {"blocks": [{"type": "signature", "label": {"zh": "经手人", "en": "Handled by"}}]}, {"blocks": [{"type": "signature", "label": {"zh": "签收人", "en": "Received by"}, "date": True}]},
    ]}
    return {"paper": "A4", "number": _display(documents, entity), "date": "created_at", "blocks": [beside, *_lines(documents, entity), *_some(documents, entity, "total"), signed]}


def _receipt(documents: Sequence[Document], entity: str) -> Block:
    return {"paper": "80mm", "number": _display(documents, entity), "date": "created_at", "blocks": [
        *_some(documents, entity, "fields", columns=1), *_lines(documents, entity), *_some(documents, entity, "total"), *_some(documents, entity, "barcode", align="center"),
        {"type": "text", "text": {"zh": "谢谢惠顾。", "en": "Thank you."}, "align": "center"},
    ]}


def _label(documents: Sequence[Document], entity: str) -> Block:
    display = _display(documents, entity)
    return {"paper": "label_60x40", "sheet": {"columns": 3, "rows": 7}, "blocks": [
        {"type": "heading", "text": dict.fromkeys(("zh", "en"), f"{{{{ {display} }}}}")}, *_some(documents, entity, "barcode", size=20),
    ]}


def _statement(documents: Sequence[Document], entity: str) -> Block:
    return {"paper": "A4", "number": _display(documents, entity), "blocks": [
        *_some(documents, entity, "figures"), *_some(documents, entity, "chart"), *(_some(documents, entity, "movements") or _lines(documents, entity)),
        {"type": "pagenumber", "align": "end"},
    ]}


def _letter(documents: Sequence[Document], entity: str) -> Block:
    display = _display(documents, entity)
    return {"paper": "A4", "blocks": [
        {"type": "text", "text": {"zh": f"尊敬的 {{{{ {display} }}}}：", "en": f"Dear {{{{ {display} }}}},"}},
        {"type": "text", "text": {"zh": "请在这里写正文。", "en": "Write your words here."}},
        {"type": "space", "height": 20}, {"type": "signature", "label": {"zh": "此致", "en": "Yours sincerely"}, "date": True},
    ]}


def _lines(documents: Sequence[Document], entity: str) -> Blocks:
    return _some(documents, entity, "table") or _some(documents, entity, "related")


def _some(documents: Sequence[Document], entity: str, kind: str, **more: Any) -> Blocks:
    made = _STARTS[kind](documents, entity)
    return [] if made is None else [{"type": kind, **made, **more}]


LAYOUTS: Mapping[str, Callable[[Sequence[Document], str], Block]] = MappingProxyType({
    "sheet": _sheet, "receipt": _receipt, "label": _label, "statement": _statement, "letter": _letter,
})
_SAID: Mapping[str, Label] = MappingProxyType({
    "sheet": {"zh": "单据", "en": "form"}, "receipt": {"zh": "小票", "en": "receipt"}, "label": {"zh": "标签", "en": "label"},
    "statement": {"zh": "对账单", "en": "statement"}, "letter": {"zh": "信函", "en": "letter"},
})
