"""Three-way merging of documents: what they became here, and what a newer package makes of them, since the package that both come from."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shuke.definitions.load import with_identity, without_physical
from shuke.definitions.model import Document
from shuke.definitions.patches import Key, Path, pointer

Side = Literal["mine", "theirs"]
MISSING: Any = None
"""What stands where there is nothing; JSON's null is in no document."""
_NAMING = ("name", "code", "field", "entity", "view", "dashboard", "ledger", "via", "value", "transition", "role")
_WORDS = ("label", "title", "when", "text")
_INSIDE = ("layout", "nodes")
"""Forms: what stands in them is told apart by its words where it has no name."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both have changed, each in another way; a document itself where the path is empty."""

    document: Key
    path: Path
    base: Any
    mine: Any
    theirs: Any

    @property
    def key(self) -> str:
        """What a choice for it is called."""
        return pointer(self.document, self.path, within="")


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome with the choices that were made; what was not chosen stays mine."""

    documents: tuple[Document, ...]
    conflicts: tuple[Conflict, ...]


def merge(base: Iterable[Document], mine: Sequence[Document], theirs: Iterable[Document], choices: Mapping[str, Side] | None = None) -> Merged:
    """My documents with what changed between `base` and `theirs`; in their order, what is new at the end."""
    merging = _Merging(choices or {})
    before, here, there = _by_key(base), _by_key(mine), _by_key(theirs)
    found = [one for key in dict.fromkeys((*here, *there)) if (one := merging.document(key, before.get(key), here.get(key), there.get(key)))]
    return Merged(tuple(found), tuple(merging.conflicts))


def same(one: Any, other: Any) -> bool:
    """Equal, the order of members included."""
    return one is other or _text(one) == _text(other)


class _Merging:
    def __init__(self, choices: Mapping[str, Side]) -> None:
        self._choices = choices
        self.conflicts: list[Conflict] = []

    def document(self, key: Key, base: Document | None, mine: Document | None, theirs: Document | None) -> Document | None:
        values = [_value(one) for one in (base, mine, theirs)]
        merged = self.value(key, (), *values)
        if merged is MISSING or mine is not None and same(merged, values[1]):
            return None if merged is MISSING else mine
        return Document(key[0], key[1], merged["app"], with_identity(merged["body"], mine.body if mine else {}))

    def value(self, key: Key, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        if same(mine, theirs) or same(base, theirs):
            return mine
        if same(base, mine):
            return theirs
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            return self._members(key, path, base if isinstance(base, Mapping) else {}, mine, theirs)
        if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple):
            if named := _named(path, base if isinstance(base, list | tuple) else (), mine, theirs):
                return list(self._members(key, path, *named).values())
        return self._chosen(key, path, base, mine, theirs)

    def _members(self, key: Key, path: Path, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name in _ordered(list(base), list(mine), list(theirs)):
            value = self.value(key, (*path, name), base.get(name, MISSING), mine.get(name, MISSING), theirs.get(name, MISSING))
            if value is not MISSING:
                found[name] = value
        return found

    def _chosen(self, key: Key, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        conflict = Conflict(key, path, base, mine, theirs)
        self.conflicts.append(conflict)
        return theirs if self._choices.get(conflict.key) == "theirs" else mine


def _ordered(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """All names: in the order of whoever has changed the order, mine if both have; the other's new ones behind what they stand behind there."""
    common = set(base) & set(mine) & set(theirs)

    def order(names: list[str]) -> list[str]:
        return [name for name in names if name in common]

    first, second = (theirs, mine) if order(base) == order(mine) else (mine, theirs)
    found = list(first)
    for number, name in enumerate(second):
        if name not in first:
            before = next((one for one in reversed(second[:number]) if one in found), None)
            found.insert(found.index(before) + 1 if before is not None else 0, name)
    return found


def _named(path: Path, *lists: Sequence[Any]) -> list[dict[str, Any]] | None:
    """The entries of lists by what tells them apart in all of them; None where nothing does."""
    for words in (_NAMING, (*_NAMING, *_WORDS)):
        found = [{_name(entry, words, path): entry for entry in entries} for entries in lists]
        if all("" not in named and len(named) == len(entries) for named, entries in zip(found, lists, strict=True)):
            return found
    return None


def _name(entry: Any, words: Sequence[str], path: Path) -> str:
    if not isinstance(entry, Mapping):
        return _text(entry) if isinstance(entry, str | list | tuple) else ""
    said = [(word, entry[word]) for word in words if word in entry and (word in _WORDS or isinstance(entry[word], str))]
    if not said and not any(part in _INSIDE for part in path):
        return ""
    return _text([entry["type"] if isinstance(entry.get("type"), str) else "", *said])


def _value(document: Document | None) -> Any:
    return MISSING if document is None else {"app": document.app, "body": without_physical(document.body)}


def _by_key(documents: Iterable[Document]) -> dict[Key, Document]:
    return {one.key: one for one in documents}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


