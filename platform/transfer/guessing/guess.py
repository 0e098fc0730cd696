"""Sheets with what was guessed of them; plain values that can be kept as JSON and corrected by people."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shuke.core.i18n import label_of
from shuke.transfer.guessing import words
from shuke.transfer.guessing.columns import Column, Sheet
from shuke.transfer.guessing.guessers import Guess, guess_type
from shuke.transfer.guessing.reasons import Reason
from shuke.transfer.guessing.relations import Relation, relations

_NUMBERED = re.compile(r"Column (\d+)")
_KEPT = 40
"""How many different values of a column are kept to look at, and to try other types with."""
_CUT = 200
_TITLES = ("text", "phone", "email", "integer", "choice")
_KEYS = ("text", "integer", "phone", "email")


@dataclass(frozen=True, slots=True)
class Link:
    """The sheet that a column leads to, the column of it whose values it holds, and which share of them is there."""

    sheet: int
    column: int
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column as it is to become a field."""

    heading: str
    place: int
    type: str
    more: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    """The technical name, where somebody has chosen one."""
    skip: bool = False
    required: bool = False
    link: Link | None = None
    links: tuple[Link, ...] = ()
    """All that it could lead to."""
    filled: int = 0
    blank: int = 0
    failing: int = 0
    """How many of the cells that were looked at do not fit the type."""
    misfits: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    """All values, if there are few enough for a choice."""
    is_unique: bool = False

    @property
    def may_be_key(self) -> bool:
        return self.is_unique and not self.blank and self.type in _KEYS and not self.failing

    def body(self) -> dict[str, Any]:
        return {
            "heading": self.heading, "place": self.place, "type": self.type, "more": dict(self.more), "reasons": [one.body() for one in self.reasons],
            "label": dict(self.label), "name": self.name, "skip": self.skip, "required": self.required, "link": _link_body(self.link),
            "links": [_link_body(one) for one in self.links], "filled": self.filled, "blank": self.blank, "failing": self.failing,
            "misfits": list(self.misfits), "samples": list(self.samples), "options": list(self.options), "is_unique": self.is_unique,
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "ColumnGuess":
        given = {
            **body, "reasons": tuple(Reason(code, values) for code, values in body["reasons"]), "link": _link(body["link"]),
            "links": tuple(Link(*one) for one in body["links"]), **{name: tuple(body[name]) for name in ("misfits", "samples", "options")},
        }
        return cls(**given)


@dataclass(frozen=True, slots=True)
class SheetGuess:
    """A sheet as it is to become an entity; `title` and `key` are places of columns."""

    name: str
    columns: tuple[ColumnGuess, ...]
    total: int
    looked_at: int
    title: int
    key: int | None
    title_reason: Reason
    label: Mapping[str, str] = field(default_factory=dict)
    skip: bool = False
    file: int = 0
    sheet: str = ""
    reading: Mapping[str, Any] = field(default_factory=dict)
    """How the file is read again."""
    rows: tuple[tuple[int, tuple[str, ...], int], ...] = ()
    """The first rows: line, cells, number."""

    def column(self, place: int) -> ColumnGuess:
        return self.columns[place]

    @property
    def kept(self) -> tuple[ColumnGuess, ...]:
        return tuple(one for one in self.columns if not one.skip)

    def with_column(self, column: ColumnGuess) -> "SheetGuess":
        return replace(self, columns=tuple(column if one.place == column.place else one for one in self.columns))

    def body(self) -> dict[str, Any]:
        return {
            "name": self.name, "columns": [one.body() for one in self.columns], "total": self.total, "looked_at": self.looked_at, "title": self.title,
            "key": self.key, "title_reason": self.title_reason.body(), "label": dict(self.label), "skip": self.skip, "file": self.file, "sheet": self.sheet,
            "reading": dict(self.reading), "rows": [[line, list(cells), number] for line, cells, number in self.rows],
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "SheetGuess":
        return cls(**{
            **body, "columns": tuple(ColumnGuess.of(one) for one in body["columns"]), "title_reason": Reason(*body["title_reason"]), "rows": tuple((line, tuple(cells), number) for line, cells, number in body["rows"]),
        })


def guess_sheets(sheets: Sequence[Sheet]) -> tuple[SheetGuess, ...]:
    """Everything that can be told of these sheets, which lie beside each other."""
    alone = [_alone(sheet) for sheet in sheets]
    found = relations(sheets, [[one.place for one in sheet.columns if one.may_be_key or one.place == sheet.title and one.is_unique] for sheet in alone])
    return tuple(_linked(number, sheet, found, alone) for number, sheet in enumerate(alone))


def _alone(sheet: Sheet) -> SheetGuess:
    columns = [_column(column, guess_type(column)) for column in sheet.columns]
    title, reason = _title(columns)
    key = _key(columns, title)
    wanted: set[int | None] = {title, key} if sheet.total else set()
    columns = [_with_place(one, title, key, wanted) for one in columns]
    return SheetGuess(sheet.name, tuple(columns), sheet.total, sheet.looked_at, title, key, reason, label_of(sheet.name))


def _with_place(column: ColumnGuess, title: int, key: int | None, wanted: set[int | None]) -> ColumnGuess:
    """The column with what follows from being the title or the key."""
    starred = words.STARRED.search(column.heading) is not None
    column = replace(column, required=bool(column.filled) and not column.blank and (column.place in wanted or starred))
    if column.place == key:
        column = replace(column, reasons=(*column.reasons, Reason("unique", {"filled": column.filled})))
    if column.place == title and column.type == "choice":  # what people call a record by is never one of a few options
        return replace(column, type="text", more={}, reasons=(Reason("text"),))
    return column


def _column(column: Column, guess: Guess) -> ColumnGuess:
    more = {name: value for name, value in guess.more.items() if name != "options"}
    few = list(column.values)[:_KEPT]
    heading = words.STARRED.sub("", column.heading).strip(" :：") or column.heading
    return ColumnGuess(
        column.heading, column.place, guess.type, more, (guess.reason,), _called(heading[:80]), filled=column.filled, blank=column.blank,
        failing=guess.trial.failing, misfits=guess.trial.misfits, samples=tuple(text[:_CUT] for text in few), skip=not column.filled,
        options=tuple(few) if len(column.values) <= _KEPT and all(len(text) <= _CUT for text in few) else (), is_unique=column.is_unique,
    )


def _called(heading: str) -> dict[str, str]:
    """A column without a heading is called by its number."""
    number = _NUMBERED.fullmatch(heading)
    return {"zh": f"第 {number[1]} 列", "en": heading} if number else label_of(heading)


def _title(columns: Sequence[ColumnGuess]) -> tuple[int, Reason]:
    """By its heading; else the first column of words; else the first that can be one."""
    usable = [one for one in columns if one.type in _TITLES and one.filled]
    named = next((one for one in usable if words.says(one.heading, words.TITLE)), None) or next(
        (one for one in usable if words.says(one.heading, words.TITLE_PART) and one.type == "text" and not one.blank), None)
    if named is not None:
        return named.place, Reason("title")
    full = [one for one in usable if one.type == "text" and not one.blank]
    first = next((one for one in full if one.reasons[0].code == "text"), None) or next(iter(full or usable), None)
    return (first.place if first else 0), Reason("first_words")


def _key(columns: Sequence[ColumnGuess], title: int) -> int | None:
    """The column by which rows are told apart: a code before others, the title last."""
    able = [one for one in columns if one.may_be_key and one.filled > 1]
    coded = [one for one in able if words.says(one.heading, words.CODE)]
    for one in (*coded, *(one for one in able if one.place != title and (one.type != "integer" or one.place == 0)), *able):
        if one.type != "integer" or words.says(one.heading, words.CODE) or one.place == 0:
            return one.place
    return None


def _linked(number: int, sheet: SheetGuess, found: Sequence[Relation], sheets: Sequence[SheetGuess]) -> SheetGuess:
    """The sheet with its links: the best of those that are likely."""
    columns = []
    for column in sheet.columns:
        mine = sorted((one for one in found if (one.sheet, one.column) == (number, column.place)), key=lambda one: (-one.likeness, -one.share))
        links = tuple(Link(one.target, one.target_column, round(one.share, 4)) for one in mine)
        likely = next((one for one in mine if one.is_likely and column.place not in (sheet.key, sheet.title)), None)
        if likely is None or likely.target == number and sheet.key is None:
            columns.append(replace(column, links=links))
            continue
        target = sheets[likely.target]
        reason = Reason("link", {"share": int(100 * likely.share), "sheet": target.name, "column": target.column(likely.target_column).heading})
        link = next(one for one in links if (one.sheet, one.column) == (likely.target, likely.target_column))
        columns.append(replace(
            column, type="link", more={}, link=link, links=links, reasons=(reason,), failing=round((1 - likely.share) * column.filled), misfits=likely.absent,
        ))
    return replace(sheet, columns=tuple(columns))


def _link_body(link: Link | None) -> list[Any] | None:
    return None if link is None else [link.sheet, link.column, link.share]


def _link(body: Sequence[Any] | None) -> Link | None:
    return None if body is None else Link(*body)
