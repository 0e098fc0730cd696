"""Lines of a sub-table that two people changed: joined where they touched different things, and told in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from shuke.core.i18n import gettext as _
from shuke.fields.link import is_id
from shuke.records.shapes import link_target
from shuke.records.titles import titles
from shuke.screens.visitor import actor
from shuke.views import FormField

Line = Mapping[str, Any]
_ID = "id"


@dataclass(frozen=True, slots=True)
class Joined:
    """The lines of both, with the key that each has in the form."""

    lines: tuple[Line, ...]
    keys: tuple[str, ...]


def join(before: Sequence[Line], theirs: Sequence[Line], mine: Sequence[Line], keys: Sequence[str]) -> Joined | None:
    """Their lines with what I changed in them, then those that I added; None when both changed the same value."""
    was, now, typed = ({line[_ID]: line for line in lines if _ID in line} for lines in (before, theirs, mine))
    made: list[tuple[Line, str]] = []
    for id_, their in now.items():
        old = was.get(id_)
        if old is None:
            made.append((their, id_))
        elif id_ not in typed:
            if their != old:
                return None
        else:
            merged = _one(old, their, typed[id_])
            if merged is None:
                return None
            made.append((merged, id_))
    if any(id_ not in now and _changed(was[id_], typed[id_]) for id_ in typed if id_ in was):
        return None
    made += [(line, key) for line, key in zip(mine, keys, strict=True) if _ID not in line]
    return Joined(tuple(line for line, _key in made), tuple(key for _line, key in made))


def _one(old: Line, theirs: Line, mine: Line) -> Line | None:
    """One line that both have: each value from who changed it."""
    merged = dict(theirs)
    for name, value in mine.items():
        if value == old.get(name):
            continue
        if theirs.get(name) not in (old.get(name), value):
            return None
        merged[name] = value
    return merged


def _changed(old: Line, mine: Line) -> bool:
    return any(value != old.get(name) for name, value in mine.items())


def in_words(table: FormField, lines: Sequence[Line], before: Sequence[Line]) -> Markup:
    """The lines as a list: new ones, changed ones and those that are gone are marked."""
    words = _titles(table, [*lines, *before])
    was = {line[_ID]: line for line in before if _ID in line}
    there = {line[_ID] for line in lines if _ID in line}
    told = [_told(table, line, words, _mark(line, was.get(line.get(_ID, "")))) for line in lines]
    told += [Markup("<li><del>{}</del> <small>{}</small></li>").format(_text(table, line, words), _("removed")) for id_, line in was.items() if id_ not in there]
    return Markup('<ul class="conflict-lines">{}</ul>').format(Markup("").join(told))


def _mark(line: Line, old: Line | None) -> str:
    if old is None:
        return _("new")
    return _("changed") if _changed(old, line) else ""


def _told(table: FormField, line: Line, words: Mapping[tuple[str, int], str], mark: str) -> Markup:
    text = _text(table, line, words)
    return Markup("<li>{} <small>{}</small></li>").format(text, mark) if mark else Markup('<li class="text-secondary">{}</li>').format(text)


def _text(table: FormField, line: Line, words: Mapping[tuple[str, int], str]) -> str:
    parts = []
    for column in table.columns:
        value = line.get(column.name)
        if value in (None, "", []):
            continue
        if target := link_target(column.field):
            parts.append(words.get((target, int(value) if is_id(str(value)) else 0), "—"))
        else:
            parts.append(column.type.format(column.type.load(value, column.field), column.field))
    return ", ".join(filter(None, parts)) or _("(blank)")


def _titles(table: FormField, lines: Iterable[Line]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for line in lines:
        for column in table.columns:
            value = line.get(column.name)
            if (target := link_target(column.field)) and isinstance(value, str) and is_id(value):
                wanted.setdefault(target, set()).add(int(value))
    return {(target, id_): title for target, ids in wanted.items() for id_, title in titles(actor(), target, ids).items()}
