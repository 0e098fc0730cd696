"""Links between sheets: the values of a column are contained in a column of another sheet whose values are all different."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from shuke.transfer.guessing.columns import Column, Sheet
from shuke.transfer.guessing.numbers import number_in
from shuke.transfer.guessing.words import plain

_POSSIBLE = 0.5
_LIKELY = 0.95
_ALIKE = 0.55
_MOST_ABSENT = 5
_TELLING = 4
"""Different words from which on a coincidence is not to be feared."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A column whose values stand, to this share of its cells, in a column of the target."""

    sheet: int
    column: int
    target: int
    target_column: int
    share: float
    likeness: float
    is_likely: bool
    absent: tuple[str, ...] = ()


def relations(sheets: Sequence[Sheet], unique: Sequence[Sequence[int]]) -> list[Relation]:
    """All that are possible; `unique` are the places of the columns of each sheet that can be led to."""
    return [
        found for number, sheet in enumerate(sheets) for column in sheet.columns for target, places in enumerate(unique) for place in places
        if (target, place) != (number, column.place) and (found := _relation(number, column, target, sheets[target], place))
    ]


def _relation(number: int, column: Column, target: int, sheet: Sheet, place: int) -> Relation | None:
    there = sheet.columns[place]
    if not column.filled or next(iter(column.values)) not in there.values and _sample_share(column, there) < _POSSIBLE:
        return None
    share = sum(count for text, count in column.values.items() if text in there.values) / column.filled
    if share < _POSSIBLE:
        return None
    likeness = max(_alike(column.heading, there.heading), _alike(column.heading, sheet.name), _alike(column.heading, f"{sheet.name} {there.heading}"))
    absent = tuple(text[:80] for text in _absent(column, there))
    return Relation(number, column.place, target, place, share, likeness, _is_likely(column, there, share, likeness, is_own=number == target), absent)


def _is_likely(column: Column, there: Column, share: float, likeness: float, *, is_own: bool) -> bool:
    """Numbers and few words coincide easily, so their headings have to speak of the same; a sheet that repeats itself is no link."""
    if share < _LIKELY or is_own and (column.is_unique or column.values.keys() == there.values.keys()):
        return False
    if likeness >= _ALIKE:
        return True
    few = len(column.values) < _TELLING
    return not few and not is_own and not all(number_in(text) is not None and not text.startswith("0") for text in column.values)


def _sample_share(column: Column, there: Column) -> float:
    first = list(column.values)[:200]
    return sum(text in there.values for text in first) / len(first)


def _absent(column: Column, there: Column) -> Iterator[str]:
    found = 0
    for text in column.values:
        if text not in there.values:
            yield text
            found += 1
            if found == _MOST_ABSENT:
                return


def _alike(one: str, other: str) -> float:
    first, second = plain(one), plain(other)
    if not first or not second:
        return 0.0
    if first in second or second in first:
        return 0.9
    return SequenceMatcher(None, first.removesuffix("s"), second.removesuffix("s")).ratio()
