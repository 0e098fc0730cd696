"""What differs between two sets of definitions, in words: what was added, changed, renamed and removed, from what to what."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shuke.builder.outline import address_of
from shuke.builder.panels.words import key_word
from shuke.builder.words import icon_of, is_own, kind_word, label_of, type_word
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.diff import Difference, diff
from shuke.definitions.load import without_physical
from shuke.definitions.model import Document
from shuke.definitions.parse import system_label

Word = Callable[[str], str]
LONGEST = 160
_LANGUAGES = {"zh", "en"}
_TYPES = frozenset({"x-type", "x-result"})
_PATHS = frozenset({
    "columns", "filters", "sort", "header", "group", "summary", "required", "items/required", "x-display", "x-unique", "x-dedupe", "x-columns", "x-via",
    "x-field", "x-depends", "number", "date", "layout", "figures", "properties", "fields", "prefill",
})
"""Keywords whose texts are fields, or paths over fields."""
_BY_FIELD = frozenset({"choices"})
"""Keywords whose members are called as fields."""
_NAMING = ("code", "name", "field", "entity", "type", "when")
"""Keys by which the entries of a list are told apart."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One keyword that says something else now; blank where there was or is nothing."""

    label: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A document, or a field of one, with what happened to it."""

    action: str
    label: str
    name: str
    was: str = ""
    about: str = ""
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A document that differs, with its fields that differ."""

    kind: str
    name: str
    kind_label: str
    label: str
    icon: str
    address: str
    action: str
    lines: tuple[Line, ...]


class _Labels:
    """What people call the members that a path passes."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._properties = {one.name: one.body.get("properties", {}) for one in documents if one.kind == "entity"}

    def path(self, entity: str, text: str) -> str:
        """“Author · Name” for `author.name`; what is no path of the entity stays as it is written."""
        said, properties = [], self._properties.get(entity, {})
        for name in text.lstrip("-").partition(":")[0].split("."):
            schema = properties.get(name, {"x-label": system_label(name)} if system_label(name) else None)
            if not isinstance(schema, Mapping):
                return text
            said.append(pick(schema.get("x-label") or {}) or name)
            properties = self._properties.get(str(schema.get("x-entity", "")), schema.get("items", {}).get("properties", {}))
        return ("↓ " if text.startswith("-") else "") + " · ".join(said)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both documents that a difference is about, and how their fields are called."""

    before: Document | None
    after: Document | None
    labels: _Labels

    @property
    def shown(self) -> Document:
        found = self.after or self.before
        assert found is not None
        return found

    def word(self, text: str) -> str:
        body = self.shown.body
        entity = self.shown.name if self.shown.kind == "entity" else str(body.get("entity", ""))
        return self.labels.path(entity, text)


def changes(before: Iterable[Document], after: Iterable[Document]) -> list[Changed]:
    """The differences by document, in the order of the coming definitions."""
    earlier, later = [one for one in before if is_own(one)], [one for one in after if is_own(one)]
    found = diff(earlier, later)
    was = {(one.kind, one.name): one.was for one in found if one.action == "renamed" and not one.field}
    old, new = {one.key: one for one in earlier}, {one.key: one for one in later}
    grouped: dict[tuple[str, str], list[Difference]] = {}
    for one in found:
        grouped.setdefault((one.kind, one.name), []).append(one)
    labels = _Labels([*earlier, *later])
    return [
        _changed(key, differences, _Sides(
            None if _is_new(differences) else old.get((key[0], was.get(key, key[1]))), None if _is_gone(differences) else new.get(key), labels,
        ))
        for key, differences in grouped.items()
    ]


def line_of(difference: Difference, before: Document | None, after: Document | None) -> Line:
    """One difference in words."""
    return _line(difference, _Sides(before, after, _Labels([one for one in (before, after) if one])))


def _is_new(differences: Sequence[Difference]) -> bool:
    return any(one.action == "added" and not one.field for one in differences)


def _is_gone(differences: Sequence[Difference]) -> bool:
    return any(one.action == "removed" and not one.field for one in differences)


def _changed(key: tuple[str, str], differences: Sequence[Difference], sides: _Sides) -> Changed:
    whole = next((one.action for one in differences if not one.field and one.action != "changed"), "changed")
    lines = tuple(line for one in differences if (line := _line(one, sides)).details or one.field or one.action == "renamed")
    document = sides.shown
    return Changed(*key, kind_word(key[0]), label_of(document), icon_of(document), address_of(*key) if sides.after else "", whole, lines)


def _line(difference: Difference, sides: _Sides) -> Line:
    if difference.field:
        return _field_line(difference, sides)
    old, new = (without_physical(one.body) if one else {} for one in (sides.before, sides.after))
    line = Line(difference.action, label_of(sides.shown) if difference.action == "renamed" else "", difference.name, difference.was)
    return replace(line, details=tuple(_details(difference.keys, old, new, sides.word))) if difference.action == "changed" else line


def _field_line(difference: Difference, sides: _Sides) -> Line:
    old, new = _property(sides.before, difference.was or difference.field), _property(sides.after, difference.field)
    schema = new or old
    label = pick(schema.get("x-label") or {}) or difference.field
    line = Line(difference.action, label, difference.field, difference.was, type_word(str(schema.get("x-type", ""))))
    return replace(line, details=tuple(_details(difference.keys, old, new, sides.word))) if difference.action == "changed" else line


def _property(document: Document | None, path: str) -> Mapping[str, Any]:
    """The property of a field, or of a column of a sub-table."""
    name, _dot, column = path.partition(".")
    found = (document.body.get("properties", {}) if document else {}).get(name, {})
    found = found.get("items", {}).get("properties", {}).get(column, {}) if column else found
    return without_physical(found) if isinstance(found, Mapping) else {}


def _details(keys: Iterable[str], old: Mapping[str, Any], new: Mapping[str, Any], word: Word) -> Iterator[Detail]:
    for key in keys:
        if key == "properties":
            yield Detail(_("Order of the fields"))
            continue
        said = type_word if key in _TYPES else word if key in _PATHS else str
        yield from _of_values(_key(key), _at(old, key), _at(new, key), said, word)


def _key(key: str) -> str:
    return _("Form of the value") if key == "type" else key_word(key.rpartition("/")[2])


def _at(body: Mapping[str, Any], key: str) -> Any:
    found: Any = body
    for part in key.split("/"):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _of_values(label: str, old: Any, new: Any, said: Word, word: Word) -> Iterator[Detail]:
    """Words in each language that differ; entries that came and went; else what it was and what it is. `said` is how texts
    are told here, `word` how fields are."""
    if _is_label(old) or _is_label(new):
        for language in sorted({*(old or {}), *(new or {})}, reverse=True):
            if (old or {}).get(language) != (new or {}).get(language):
                yield Detail(f"{label} ({_language(language)})", (old or {}).get(language, ""), (new or {}).get(language, ""))
    elif (old or new) and all(isinstance(one, list | tuple | None) for one in (old, new)):
        yield from _of_lists(label, old or (), new or (), said, word)
    elif (old or new) and all(isinstance(one, Mapping | None) for one in (old, new)):
        was, coming = old or {}, new or {}
        for key in dict.fromkeys((*was, *coming)):
            if was.get(key) != coming.get(key):
                before, after = (_called(key, one.get(key), word) for one in (was, coming))
                yield from _of_values(f"{label} · {key_word(key)}", before, after, word if key in _PATHS else said, word)
    else:
        yield Detail(label, *(said(one) if isinstance(one, str) and len(one) <= LONGEST else value_words(one) for one in (old, new)))


def _called(key: str, value: Any, word: Word) -> Any:
    """What a keyword holds, its members called as people call them where they are fields."""
    return {word(name): one for name, one in value.items()} if key in _BY_FIELD and isinstance(value, Mapping) else value


def _of_lists(label: str, old: Sequence[Any], new: Sequence[Any], said: Word, word: Word) -> Iterator[Detail]:
    before, after = _by_name(old), _by_name(new)
    gone, come = [name for name in before if name not in after], [name for name in after if name not in before]
    for name in before:
        if name in after and before[name] != after[name]:
            yield from _of_values(f"{label} · {_entry_word(after[name], said)}", before[name], after[name], said, word)
    if gone or come:
        yield Detail(label, _(", ").join(_entry_word(before[name], said) for name in gone), _(", ").join(_entry_word(after[name], said) for name in come))
    elif list(before) != list(after):
        yield Detail(label, _("another order"), _(", ").join(_entry_word(one, said) for one in new)[:LONGEST])


def _by_name(entries: Sequence[Any]) -> dict[str, Any]:
    """The entries of a list by what tells them apart; a second one with the same name gets a number."""
    found: dict[str, Any] = {}
    for entry in entries:
        name = _name_of(entry)
        number, free = 2, name
        while free in found:
            free, number = f"{name} {number}", number + 1
        found[free] = entry
    return found


def _name_of(entry: Any) -> str:
    if isinstance(entry, Mapping):
        key = next((key for key in _NAMING if isinstance(entry.get(key), str) and (key != "type" or "label" not in entry)), "")
        return f"{key}={entry[key]}" if key else json.dumps(entry.get("label", entry), ensure_ascii=False)
    return value_words(entry)


def _entry_word(entry: Any, word: Word) -> str:
    if isinstance(entry, Mapping):
        said = pick(entry["label"]) if _is_label(entry.get("label")) else ""
        return said or next((word(entry[key]) if key == "field" else str(entry[key]) for key in _NAMING if isinstance(entry.get(key), str)), value_words(entry))
    return word(entry) if isinstance(entry, str) else value_words(entry)


def value_words(value: Any) -> str:
    """A value of a keyword, short enough for a line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if _is_label(value):
        return pick(value)
    if isinstance(value, list | tuple):
        return _cut(_(", ").join(_entry_word(one, str) for one in value))
    return _cut(json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else str(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _is_label(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and value.keys() <= _LANGUAGES


def _language(code: str) -> str:
    return {"zh": "中文", "en": "English"}.get(code, code)
