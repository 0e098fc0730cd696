"""Giving things other names, everywhere where they are named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shuke.definitions.model import Document
from shuke.definitions.patches import Key, Patch, document_pointer, patched, pointer, renaming, replacing
from shuke.publishing.references.model import Path, Reference, Target
from shuke.publishing.references.walking import references

Place = tuple[Key, str, Path]


def rename(documents: Sequence[Document], target: Target, new: str) -> Patch:
    """The steps that give one thing another name. A view's name is its whole one, of which the variant can change."""
    return rename_all(documents, {target: new})


def renamed(documents: Iterable[Document], names: Mapping[Target, str]) -> list[Document]:
    """The documents with other names for any number of things at once."""
    listed = list(documents)
    return patched(listed, rename_all(listed, names))


def rename_all(documents: Sequence[Document], names: Mapping[Target, str]) -> Patch:
    """First what values say, then keys from the inside out, and the documents' own names at the end, so that every path is still right."""
    places: dict[Place, list[Reference]] = defaultdict(list)
    for one in references(documents):
        if one.target in names and not one.by_label:
            places[one.document, one.where, one.path].append(one)
    by_key = {document.key: document for document in documents}
    steps: Patch = []
    for (key, where, path), found in sorted(places.items(), key=_order):
        old = _text(by_key[key], where, path)
        new = _changed(old, found, names)
        if new != old:
            steps += _steps(key, where, path, old, new)
    return steps


def _order(item: tuple[Place, Sequence[Reference]]) -> tuple[int, int]:
    (_document, where, path), _found = item
    return ("value", "app", "key", "name").index(where), -len(path)


def _steps(key: Key, where: str, path: Path, old: str, new: str) -> Patch:
    match where:
        case "value":
            return replacing(pointer(key, path), old, new)
        case "app":
            return replacing(pointer(key, within="app"), old, new)
        case "key":
            return renaming(pointer(key, path), new)
    return renaming(document_pointer(key), new)


def _text(document: Document, where: str, path: Path) -> str:
    if where in ("name", "app"):
        return document.name if where == "name" else document.app
    if where == "key":
        return str(path[-1])
    value: Any = document.body
    for part in path:
        value = value[part]
    return str(value)


def _changed(text: str, found: Sequence[Reference], names: Mapping[Target, str]) -> str:
    at = {(one.start, one.end): one.target for one in found}
    for (start, end), target in sorted(at.items(), reverse=True):
        text = text[:start] + _written(target, names[target]) + text[end:]
    return text


def _written(target: Target, new: str) -> str:
    """What stands in the place of the old name: of a view's name only the variant is its own."""
    return ".".join(new.split(".")[2:]) if target.kind == "view" else new
