"""What one look through a sheet tells of its columns: how many cells are filled, and with which values how often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MOST_CELLS = 1_000_000
"""Of how many cells of a sheet the values are kept; rows after that are only counted."""


@dataclass(slots=True)
class Column:
    """The cells of one column below its heading."""

    heading: str
    place: int
    filled: int = 0
    blank: int = 0
    values: dict[str, int] = field(default_factory=dict)
    """How often each value occurs, in the order of the file."""

    def add(self, text: str) -> None:
        text = text.strip()
        if not text:
            self.blank += 1
            return
        self.filled += 1
        self.values[text] = self.values.get(text, 0) + 1

    @property
    def is_unique(self) -> bool:
        return self.filled > 0 and len(self.values) == self.filled

    @property
    def is_full(self) -> bool:
        return self.filled > 0 and not self.blank


@dataclass(slots=True)
class Sheet:
    """A table with the columns that were looked at; `looked_at` rows of `total`."""

    name: str
    columns: tuple[Column, ...]
    total: int = 0
    looked_at: int = 0


def gather(name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Sheet:
    """Run through the rows once."""
    sheet = Sheet(name, tuple(Column(heading, place) for place, heading in enumerate(headings)))
    most = max(1, MOST_CELLS // max(1, len(headings)))
    for cells in rows:
        sheet.total += 1
        if sheet.looked_at < most:
            sheet.looked_at += 1
            width = len(cells)
            for column in sheet.columns:
                column.add(cells[column.place] if column.place < width else "")
    return sheet
