"""Export of records as CSV and XLSX: the columns, filter, order and search that a list shows, for the same eyes."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from shuke import records
from shuke.access import Actor, policy
from shuke.core import clock
from shuke.core.errors import NotAllowed
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Masked, Query, Record
from shuke.transfer.cells import cell_out, guard
from shuke.transfer.reading import ORIGIN, REASONS
from shuke.views.columns import Column, column

CSV, XLSX = "csv", "xlsx"
MIME = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_MOST_SHEET_ROWS = 1_048_575
_LONGEST_CELL = 32_767
_EXACT_DIGITS = 15
_FIRST_SHEET_DAY = date(1900, 3, 1)
"""Spreadsheets take 1900 for a leap year, so that earlier days are off by one."""


@dataclass(frozen=True, slots=True)
class Export:
    """A finished file; whoever sends it closes it."""

    name: str
    mime: str
    file: IO[bytes]
    rows: int


def export(actor: Actor, entity: Entity, query: Query, columns: Sequence[str], kind: str) -> Export:
    """All records of the query, with these columns (names or dotted paths), as a file of this kind."""
    if not policy(actor, entity).may("export"):
        raise NotAllowed(_("You may not export “%(entity)s”.", entity=pick(entity.label)))
    shown = _columns(actor, entity, columns)
    found = records.every(actor, entity, _with_fields(query, shown), operation="export")
    rows = ([_value(record, one) for one in shown] for record in found)
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    headings = [pick(one.label) or one.path for one in shown]
    count = _write_xlsx(file, pick(entity.label), headings, rows) if kind == XLSX else _write_csv(file, headings, rows)
    file.seek(0)
    plural = pick(entity.schema.get("x-plural") or entity.label)
    return Export(f"{plural}-{clock.today():%Y%m%d}.{kind}", MIME[kind], file, count)


def error_file(columns: Sequence[str], refused: Iterable[Any]) -> bytes:
    """Refused rows as CSV: where each was, its cells as they were, and why; it can be mended and imported again."""
    text = io.StringIO()
    writer = csv.writer(text)
    kept = [place for place, name in enumerate(columns) if name not in (ORIGIN, REASONS)]
    writer.writerow([ORIGIN, *(columns[place] for place in kept), REASONS])
    for row in refused:
        cells = [row.cells[place] if place < len(row.cells) else "" for place in kept]
        writer.writerow([row.number, *(guard(cell) for cell in cells), guard(row.words)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _columns(actor: Actor, entity: Entity, paths: Sequence[str]) -> tuple[Column, ...]:
    """The columns that the actor may see at all."""
    found = (column(catalogue(), entity, path) for path in dict.fromkeys(paths))
    return tuple(one for one in found if all(_readable(actor, *step) for step in one.steps))


def _readable(actor: Actor, entity: str, field: str) -> bool:
    return policy(actor, catalogue().entity(entity)).right(field) != "hidden"


def _with_fields(query: Query, shown: Sequence[Column]) -> Query:
    return Query(
        fields=tuple(one.path for one in shown), where=query.where, conditions=query.conditions, search=query.search, sort=query.sort,
        ids=query.ids, deleted=query.deleted, count=False,
    )


def _value(record: Record, shown: Column) -> Any:
    value = record.values.get(shown.path)
    return value.text if isinstance(value, Masked) else shown.type.cell_out(value, shown.field)


def _write_csv(file: IO[bytes], headings: Sequence[str], rows: Iterator[Sequence[Any]]) -> int:
    """With a byte order mark, or spreadsheet programs take UTF-8 for something else."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([guard(heading) for heading in headings])
    count = 0
    for row in rows:
        writer.writerow([cell_out(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _write_xlsx(file: IO[bytes], title: str, headings: Sequence[str], rows: Iterator[Sequence[Any]]) -> int:
    """Row by row, so that memory does not grow; text is always written as text."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False})
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "bottom": 1})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, min(60, max(10, 2 * len(heading))))
        sheet.write_string(0, place, heading[:_LONGEST_CELL], bold)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(rows, 1):
        if count > _MOST_SHEET_ROWS:
            raise NotAllowed(_("A sheet holds at most %(most)s rows. Filter the list, or export as CSV.", most=_MOST_SHEET_ROWS))
        for place, value in enumerate(row):
            _write_cell(sheet, count, place, value, instant)
    book.close()
    return count


def _write_cell(sheet: Any, row: int, place: int, value: Any, instant: Any) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case int() | Decimal() if len(Decimal(value).normalize().as_tuple().digits) <= _EXACT_DIGITS:
            sheet.write_number(row, place, value)
        case datetime():
            wall = clock.local(value).replace(tzinfo=None) if value.tzinfo else value
            sheet.write_datetime(row, place, wall, instant)
        case date() if value >= _FIRST_SHEET_DAY:
            sheet.write_datetime(row, place, value)
        case date():
            sheet.write_string(row, place, value.isoformat())
        case Decimal():
            sheet.write_string(row, place, f"{value:f}")
        case _:
            sheet.write_string(row, place, str(value)[:_LONGEST_CELL])


def _sheet_name(title: str) -> str:
    """A name that spreadsheet programs accept."""
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31].strip() or "Sheet1"
