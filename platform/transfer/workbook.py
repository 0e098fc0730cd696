"""Reading XLSX workbooks: the zip's directory and the sheet's true extent are checked before anything is parsed."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from shuke.transfer.delimited import looks_like_header, named
from shuke.transfer.reading import MOST_COLUMNS, MOST_SHEET_ROWS, Head, Reading, Unreadable

Row = tuple[int, list[str]]
_MOST_ENTRIES = 200
_MOST_BYTES = 200 << 20
_MOST_RATIO = 100
_SMALL = 1 << 20
"""Entries below this size may be packed as tightly as they like."""
_BLOCK = 1 << 20
_REFERENCE = re.compile(rb"""<(?:row|c|dimension)\s[^>]*?\br(?:ef)?=["'](?:[A-Z]+\d+:)?([A-Z]*)(\d+)["']""")
_LONGEST_TAG = 400


def read_workbook(content: bytes, reading: Reading) -> tuple[Head, Iterator[Row]]:
    """The head at once, the rows as they are asked for."""
    _check_archive(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        if not sheets:
            raise Unreadable("empty")
        name = reading.sheet or sheets[0]
        if name not in sheets:
            raise Unreadable("sheet", sheet=name)
        sheet = book.get_sheet_by_name(name)
        filled = [(number, cells) for number, row in enumerate(sheet.iter_rows(), 1) if any(cells := [_cell(value) for value in row])]
    except PasswordError:
        raise Unreadable("password") from None
    except (CalamineError, ValueError, OSError):
        raise Unreadable("corrupt") from None
    if not filled:
        raise Unreadable("empty")
    has_header = looks_like_header(filled[0][1], [cells for _number, cells in filled[1:50]]) if reading.header is None else reading.header
    columns = reading.columns or tuple(named(filled[0][1] if has_header else [""] * len(filled[0][1])))
    if len(columns) > MOST_COLUMNS:
        raise Unreadable("columns", most=MOST_COLUMNS)
    found = Reading(header=has_header, columns=tuple(columns), sheet=name)
    return Head("xlsx", found, tuple(columns), tuple(sheets)), iter(filled[1:] if has_header else filled)


def _check_archive(content: bytes) -> None:
    """Refuse archives that would unpack to too much, and sheets that claim or hold cells far out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_directory(entries)
            for entry in entries:
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    _check_extent(archive, entry)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Unreadable("corrupt") from None


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise Unreadable("kind")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("password")
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise Unreadable("bomb")
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * max(1, entry.compress_size):
            raise Unreadable("bomb")
        if entry.filename.lower().endswith((".zip", ".gz", ".7z", ".rar", ".xz")):
            raise Unreadable("bomb")


def _check_extent(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with archive.open(entry) as reading:
        rest, unpacked = b"", 0
        while block := reading.read(_BLOCK):
            unpacked += len(block)
            if unpacked > entry.file_size:
                raise Unreadable("bomb")
            text = rest + block
            for column, row in _REFERENCE.findall(text):
                if int(row) > MOST_SHEET_ROWS:
                    raise Unreadable("rows", most=MOST_SHEET_ROWS - 1)
                if len(column) > 3 or _column_number(column) > MOST_COLUMNS:
                    raise Unreadable("columns", most=MOST_COLUMNS)
            rest = text[-_LONGEST_TAG:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cell(value: Any) -> str:
    """Any cell as neutral text: what CSV would have held."""
    match value:
        case None | "":
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() | int():
            return _number(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)


def _number(value: float) -> str:
    """Fifteen digits, which is what a spreadsheet keeps."""
    exact = Decimal(f"{value:.15g}")
    return f"{exact:f}" if exact == exact.to_integral_value() else f"{exact.normalize():f}"
