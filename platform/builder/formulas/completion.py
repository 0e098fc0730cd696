"""What can be written where the caret stands: fields, those behind a dot, functions, and the options that a field is compared with."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shuke.builder.formulas.members import Named, member_at, members, options_of, rank, variables
from shuke.builder.formulas.places import Written
from shuke.core.errors import UnknownName
from shuke.core.i18n import Label, pick
from shuke.expressions import FUNCTIONS, Type
from shuke.expressions.functions.base import Function
from shuke.fields.scope import scope

MOST = 12
_WORD = re.compile(r"((?:\w+\.)*)(\w*)\Z")
_TEXT = re.compile(r'([\w.]+)\s*(?:=|<>|!=|IN\s*\((?:\s*"[^"]*"\s*,)*)\s*"([^"]*)\Z', re.IGNORECASE)
_LISTED = re.compile(r'(?:HAS|HASALL)\s*\(\s*([\w.]+)\s*,(?:\s*"[^"]*"\s*,)*\s*"([^"]*)\Z', re.IGNORECASE)
_CALL = re.compile(r"(\w+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be written; `back` is how far before its end the caret stands afterwards."""

    text: str
    label: str
    about: str
    icon: str
    back: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """The offers for the characters `start` to `end`; `typed` is false where nothing has been begun yet."""

    start: int
    end: int
    typed: bool
    offers: tuple[Offer, ...]


def completion(written: Written, source: str, caret: int) -> Completion:
    before = source[:caret]
    if before.count('"') % 2:
        return _options(written, source, before)
    found = _WORD.search(before)
    assert found is not None
    path, begun = found[1], found[2]
    start = caret - len(begun)
    end = caret + len(re.match(r"\w*", source[caret:])[0])  # type: ignore[index]
    if begun[:1].isdigit():
        return Completion(start, end, typed=False, offers=())
    named = _behind(written, path.rstrip(".").split(".")) if path else _first(written, before)
    offers = _best(begun, named)
    return Completion(start, end, bool(begun or path), offers)


def function_at(source: str, caret: int) -> Function | None:
    """The function that is being written: its name under the caret, or the brackets around it."""
    word = re.search(r"\w*\Z", source[:caret])[0] + re.match(r"\w*", source[caret:])[0]  # type: ignore[index]
    if word.upper() in FUNCTIONS:
        return FUNCTIONS[word.upper()]
    return next((FUNCTIONS[name] for name, _start in _calls_around(source[:caret]) if name in FUNCTIONS), None)


def _options(written: Written, source: str, before: str) -> Completion:
    """The codes of the field that stands before the sign."""
    found = _TEXT.search(before) or _LISTED.search(before)
    nothing = Completion(len(before), len(before), typed=False, offers=())
    member = member_at(written.catalogue, written.owner, found[1].split("."), written.place.variables) if found else None
    if found is None or member is None:
        return nothing
    begun, known = found[2], options_of(written.catalogue, member[0], member[1].name)
    start = len(before) - len(begun)
    closing = source.find('"', len(before))
    end = closing + 1 if closing >= 0 and "\n" not in source[len(before):closing] and source[len(before):closing].isidentifier() | (closing == len(before)) else len(before)
    ranked = sorted(((at, one) for one in known if (at := rank(begun.casefold(), one.code, one.label) if begun else 1)), key=lambda pair: pair[0])
    offers = tuple(Offer(f'{one.code}"', pick(one.label) or one.code, one.code, "circle-dot") for _at, one in ranked[:MOST])
    return Completion(start, end, typed=True, offers=offers)


def _behind(written: Written, path: list[str]) -> Iterator[tuple[Named, Label | str]]:
    """The members behind a link, or behind a collection that is summed up."""
    known: Mapping[str, Type] = written.place.variables
    if len(path) == 1 and path[0] in known:
        entity = known[path[0]].entity
    else:
        found = member_at(written.catalogue, written.owner, path, known)
        entity = found[1].type.entity if found else ""
    if entity:
        yield from _members(written, entity)


def _first(written: Written, before: str) -> Iterator[tuple[Named, Label | str]]:
    if row := _row_entity(written, before):
        yield from _members(written, row)
    yield from _members(written, written.owner)
    for one in variables(written.place.variables):
        yield one, one.label
    for function in FUNCTIONS:
        yield Named(f"{function.name}()", function.name, pick(function.descriptions), "math-function"), {"name": function.name, **function.descriptions}


def _members(written: Written, owner: str) -> Iterator[tuple[Named, Label | str]]:
    labels = {one.name: one.label for one in scope(written.catalogue).members(owner)}
    for one in members(written.catalogue, owner):
        yield one, labels[one.text] or one.label


def _row_entity(written: Written, before: str) -> str:
    """Where the rows come from that the function around sums up."""
    for name, start in _calls_around(before):
        if name not in FUNCTIONS or not FUNCTIONS[name].aggregate:
            continue
        first = re.match(r"\s*([\w.]+)", before[start:])
        path = first[1].split(".") if first and "," in before[start:] else []
        for length in range(1, len(path) + 1):
            try:
                found = member_at(written.catalogue, written.owner, path[:length], written.place.variables)
            except UnknownName:
                return ""
            if found and found[1].many:
                return found[1].type.entity
    return ""


def _calls_around(before: str) -> Iterator[tuple[str, int]]:
    """The calls whose brackets are open at the end, the innermost first, each with where its arguments begin."""
    depth, in_text = 0, before.count('"') % 2 == 1
    for position in range(len(before) - 1, -1, -1):
        character = before[position]
        if character == '"':
            in_text = not in_text
        elif in_text:
            continue
        elif character == ")":
            depth += 1
        elif character == "(":
            if depth:
                depth -= 1
            elif name := _CALL.search(before[:position]):
                yield name[1].upper(), position + 1


def _best(begun: str, named: Iterator[tuple[Named, Label | str]]) -> tuple[Offer, ...]:
    """What fits best first; without a beginning in the order in which it is defined."""
    wanted = begun.casefold()
    found: list[tuple[int, Offer]] = []
    seen: set[str] = set()
    for one, label in named:
        at = 1 if not wanted else rank(wanted, one.text, label)
        if at and one.text not in seen:
            seen.add(one.text)
            is_function = one.icon == "math-function"
            found.append((at + is_function, Offer(one.text, one.label, one.about, one.icon, 1 if is_function else 0)))
    return tuple(offer for _at, offer in sorted(found, key=lambda pair: pair[0])[:MOST])
