"""The columns of a file as expressions see them: their names, what they hold, and the values of one row."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from shuke.core.i18n import gettext as _
from shuke.expressions import BOOL, DATE, DATETIME, NUMBER, TEXT, Env, Kind, Member, Type, Value
from shuke.fields.reading import read_day, read_instant, read_number
from shuke.transfer.tables import Row

ROW = "file row"
"""The name under which the expression checker knows the rows of a file."""
_PLACE = "file place"
VARIABLES: Mapping[str, Type] = {"row": Type(Kind.LINK, _PLACE)}
_TYPES = {"text": TEXT, "number": NUMBER, "date": DATE, "datetime": DATETIME, "boolean": BOOL}
_TRUE, _FALSE = frozenset({"true", "yes", "y", "1", "是", "真", "对"}), frozenset({"false", "no", "n", "0", "否", "假", "不"})
_NUMBER_TEXT = re.compile(r"\s*[-+(]?[¥$€£]?(0|[1-9][\d,]*|\d{1,3}(,\d{3})+)?(\.\d+)?\)?\s*")
_EIGHT_DIGITS = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_DAY_TEXT = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(.*)")


class RowScope:
    """The members that a file's expressions may name: its columns, and `row.number`."""

    def __init__(self, columns: Sequence[str], kinds: Mapping[str, str]) -> None:
        self.places = {name: place for place, name in enumerate(identifiers(columns))}
        self.kinds = {name: kinds.get(columns[place], "text") for name, place in self.places.items()}

    def member(self, entity: str, name: str) -> Member | None:
        if entity == _PLACE:
            return Member("number", NUMBER) if name == "number" else None
        return Member(name, _TYPES[self.kinds[name]]) if entity == ROW and name in self.places else None

    def members(self, entity: str) -> Iterable[Member]:
        names = ("number",) if entity == _PLACE else tuple(self.places)
        return (member for name in names if (member := self.member(entity, name)))

    def label(self, entity: str) -> str:
        return entity


class RowEnv:
    """The values of one row; a cell that does not hold what its column should is an error of the row."""

    def __init__(self, scope: RowScope, row: Row) -> None:
        self._scope = scope
        self._row = row

    def get(self, path: tuple[str, ...]) -> Value:
        place = self._scope.places[path[0]]
        text = self._row.cells[place] if place < len(self._row.cells) else ""
        return read_as(self._scope.kinds[path[0]], text)

    def rows(self, path: tuple[str, ...]) -> Sequence[Env]:
        return ()

    def variable(self, name: str) -> Value:
        return Decimal(self._row.number) if name == "row.number" else None


def identifiers(columns: Sequence[str]) -> tuple[str, ...]:
    """How expressions name the columns: letters, digits and underscores, none twice."""
    names: list[str] = []
    for place, column in enumerate(columns, 1):
        word = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", column).casefold()).strip("_")
        name = word if word and not word[0].isdigit() else f"column_{place}" if not word else f"_{word}"
        unique, number = name, 2
        while unique in names:
            unique, number = f"{name}_{number}", number + 1
        names.append(unique)
    return tuple(names)


def read_as(kind: str, text: str) -> Value:
    """The value of a cell in a column of this kind; blank is None; `ValueError` with a sentence."""
    if not text.strip():
        return None
    match kind:
        case "number":
            return read_number(text.strip().lstrip("¥$€£"))
        case "date":
            return read_day(text.strip().split("T")[0].split(" ")[0] if _DAY_TEXT.fullmatch(text.strip()) else text)
        case "datetime":
            found = read_instant(text)
            return found[0] if found else None
        case "boolean":
            return _truth(text)
        case _:
            return text


def kinds_of(columns: Sequence[str], sample: Sequence[Row]) -> dict[str, str]:
    """What each column holds, judged by these rows."""
    return {name: _kind([row.cells[place] for row in sample if place < len(row.cells)]) for place, name in enumerate(columns)}


def _kind(texts: Iterable[str]) -> str:
    filled = [text.strip() for text in texts if text.strip()]
    if not filled:
        return "text"
    if all(_EIGHT_DIGITS.fullmatch(text) for text in filled):
        return "date"
    days = [_DAY_TEXT.fullmatch(text) for text in filled]
    if all(days):
        return "datetime" if any(day and day[1].strip(" T0:") for day in days) else "date"
    if all(_NUMBER_TEXT.fullmatch(text) and any(letter.isdigit() for letter in text) for text in filled):
        return "number"
    if all(text in ("true", "false") for text in filled):
        return "boolean"
    return "text"


def _truth(text: str) -> bool:
    word = text.strip().casefold()
    if word not in _TRUE | _FALSE:
        raise ValueError(_("“%(text)s” is neither yes nor no.", text=text.strip()[:60]))
    return word in _TRUE


def as_text(value: Value) -> str:
    """An expression's result as neutral text, which the field reads like a cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
