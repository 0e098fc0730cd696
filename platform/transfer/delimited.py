"""Reading delimited text: which encoding, which delimiter, is there a header, and its rows with their line numbers."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from shuke.transfer.reading import DELIMITERS, MOST_COLUMNS, MOST_LINES, WHITESPACE, Head, Reading, Unreadable

Row = tuple[int, list[str]]
_SAMPLE_LINES = 50
_CANDIDATES = tuple(delimiter for delimiter in DELIMITERS if delimiter != WHITESPACE)
_VALUE = re.compile(r"[\s¥$€£(]*[-+]?\d[\d,.:/年月日T %)-]*\s*")
"""Looks like a number, an amount, a date or a time, so it is no heading."""


def read_delimited(content: bytes, reading: Reading) -> tuple[Head, Iterator[Row]]:
    """The head at once, the rows as they are asked for."""
    encoding = reading.encoding or _encoding(content)
    text = _decode(content, encoding)
    sample = [line for line in text[: 1 << 18].splitlines() if line.strip()][:_SAMPLE_LINES]
    if not sample:
        raise Unreadable("empty")
    delimiter = reading.delimiter or _delimiter(sample)
    first = [cells for _number, cells in _rows("\n".join(sample), delimiter)]
    has_header = _has_header(first) if reading.header is None else reading.header
    columns = reading.columns or named(first[0] if has_header else [""] * max(len(cells) for cells in first))
    if len(columns) > MOST_COLUMNS:
        raise Unreadable("columns", most=MOST_COLUMNS)
    found = Reading(encoding, delimiter, has_header, tuple(columns))
    return Head("csv", found, tuple(columns)), _counted(_rows(text, delimiter), has_header)


def named(headings: Sequence[str]) -> list[str]:
    """Headings without blanks or doubles: `Column 3`, `Name (2)`."""
    names: list[str] = []
    for place, heading in enumerate(headings, 1):
        name = " ".join(heading.split()) or f"Column {place}"
        unique, number = name, 2
        while unique in names:
            unique, number = f"{name} ({number})", number + 1
        names.append(unique)
    return names


def looks_like_header(first: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """All words, and none of them below; one that stands there twice is a heading where something below is a value."""
    filled = [word for cell in first if (word := cell.strip())]
    below = {cell.strip() for cells in following for cell in cells}
    if not filled or any(_VALUE.fullmatch(word) for word in filled) or below & set(filled):
        return False
    return len(set(filled)) == len(filled) or any(_VALUE.fullmatch(cell) for cell in below)


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable("encoding")


def _decode(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable("encoding") from None
    if "\0" in text:
        raise Unreadable("binary")
    return text


def _delimiter(sample: Sequence[str]) -> str:
    """The delimiter that cuts most lines into the same number of columns, the more the better."""
    text = "\n".join(sample)
    best, best_score = ",", 1.0
    for delimiter in _CANDIDATES:
        widths = [len(cells) for _number, cells in _rows(text, delimiter)]
        if (score := _score(widths)) > best_score:
            best, best_score = delimiter, score
    spaced = [len(line.split()) for line in sample]
    if best_score == 1.0 and len(set(spaced)) == 1 and spaced[0] > 1 and len(sample) > 1:
        return WHITESPACE
    return best


def _score(widths: Sequence[int]) -> float:
    usual = max(set(widths), key=widths.count)
    return usual * widths.count(usual) / len(widths) if usual > 1 else 0.0


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    return looks_like_header(rows[0], rows[1:])


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Rows that are not blank, with the number of the line on which each begins."""
    if delimiter == WHITESPACE:
        for number, line in enumerate(io.StringIO(text, newline=None), 1):
            if cells := line.split():
                yield number, cells
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield number, cells
            number = reader.line_num + 1
    except csv.Error:
        raise Unreadable("csv", line=number) from None


def _counted(rows: Iterator[Row], has_header: bool) -> Iterator[Row]:
    if has_header:
        next(rows, None)
    for count, row in enumerate(rows):
        if count >= MOST_LINES:
            raise Unreadable("rows", most=MOST_LINES)
        yield row
