"""What a table file is said to be: how to read it, and what was found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

WHITESPACE = "whitespace"
DELIMITERS = (",", ";", "\t", "|", WHITESPACE)
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")

ORIGIN, REASONS = "row.number", "row.reasons"
"""The first and the last column of a file of refused rows: where each row stood before, and why it was refused."""

MOST_COLUMNS = 200
MOST_LINES = 1_000_000
MOST_SHEET_ROWS = 100_001
"""A header and 100,000 rows."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file; what is left empty is found out."""

    encoding: str = ""
    delimiter: str = ""
    header: bool | None = None
    columns: tuple[str, ...] = ()
    """Names of the columns, instead of those in the file."""
    sheet: str = ""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Reading":
        known = {name: body[name] for name in cls.__dataclass_fields__ if name in body}
        return cls(**{**known, "columns": tuple(known.get("columns", ()))})

    def body(self) -> dict[str, Any]:
        return {**asdict(self), "columns": list(self.columns)}


@dataclass(frozen=True, slots=True)
class Head:
    """What was found before the first row."""

    kind: str
    """`csv` or `xlsx`."""
    reading: Reading
    """Complete: reading the file again with it gives the same rows."""
    columns: tuple[str, ...]
    sheets: tuple[str, ...] = ()


class Unreadable(Exception):
    """The file is refused; `code` and `values` make a sentence in the reader's language."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
