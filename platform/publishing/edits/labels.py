"""Names for new things, made from their labels, so that nobody has to think of one."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pypinyin import lazy_pinyin

from shuke.core.errors import InvalidInput
from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.names import RESERVED_COLUMNS, RESERVED_MEMBERS, is_identifier
from shuke.publishing.edits.values import body_of, fields_of

_LONGEST = 32
_OTHER = re.compile(r"[^a-z0-9]+")


def free_name(label: Label, taken: Collection[str], fallback: str) -> str:
    """A name for what is labelled so: the English words, or else the pinyin of the Chinese ones."""
    stem = _plain(label.get("en", "")) or _plain("_".join(lazy_pinyin(label.get("zh", "")))) or fallback
    if not stem[0].isalpha() or not is_identifier(stem):
        stem = f"{fallback}_{stem}"[:_LONGEST].rstrip("_")
    number, name = 2, stem
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name


def field_name(documents: Sequence[Document], owner: str, label: Label) -> str:
    """A free name for a field of the entity, or for a column of the sub-table `entity.field`."""
    return free_name(label, taken_members(documents, owner), "field")


def document_name(documents: Iterable[Document], kind: str, label: Label) -> str:
    return free_name(label, {one.name for one in documents if one.kind == kind}, kind)


def view_variant(documents: Iterable[Document], entity: str, kind: str, label: Label) -> str:
    """A free name for another view of the kind: `book.list.new_books`."""
    start = f"{entity}.{kind}."
    return start + free_name(label, {one.name.removeprefix(start) for one in documents if one.kind == "view" and one.name.startswith(start)}, "view")


def taken_members(documents: Sequence[Document], owner: str) -> set[str]:
    """The names that a new member cannot have: fields, the other ends of links, and words of the system's own."""
    entity, _dot, part = owner.partition(".")
    if part:
        return {*fields_of(documents, owner), *RESERVED_COLUMNS}
    taken = {*fields_of(documents, owner), *RESERVED_MEMBERS}
    for document in documents:
        if document.kind == "entity":
            taken |= {str(schema["x-inverse"]) for schema in _schemas(document) if schema.get("x-entity") == entity and "x-inverse" in schema}
    return taken


def _schemas(document: Document) -> Iterator[Mapping[str, Any]]:
    """The fields of an entity and the columns of its sub-tables."""
    for schema in document.body.get("properties", {}).values():
        yield schema
        yield from schema.get("items", {}).get("properties", {}).values()


def refuse_member_name(documents: Sequence[Document], owner: str, name: str) -> None:
    """`InvalidInput` for a technical name that a field there cannot have."""
    if not is_identifier(name):
        raise InvalidInput({"name": [_("A field cannot be called “%(name)s”: small letters, digits and _ only, beginning with a letter, at most 40.", name=name)]})
    if name in taken_members(documents, owner):
        raise InvalidInput({"name": [_("The name “%(name)s” is taken; choose another one.", name=name)]})


def refuse_document_name(documents: Sequence[Document], kind: str, name: str) -> None:
    last = name.split(".")[-1] if kind == "view" else name
    if not is_identifier(last):
        raise InvalidInput({"name": [_("The name “%(name)s” cannot be used: small letters, digits and _ only, beginning with a letter, at most 40.", name=last)]})
    if body_of(documents, (kind, name)) is not None:
        raise InvalidInput({"name": [_("The name “%(name)s” is taken; choose another one.", name=name)]})


def copied_label(label: Label) -> dict[str, str]:
    """The label of a copy; a language without words stays without them."""
    zh, en = label.get("zh", ""), label.get("en", "")
    return {"zh": zh and f"{zh}（副本）", "en": en and f"{en} (copy)"}


def _plain(text: str) -> str:
    return _OTHER.sub("_", text.lower()).strip("_")[:_LONGEST].rstrip("_")
