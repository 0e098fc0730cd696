"""The parent's side of reading a table file: a limited child parses it, rows come as they are wanted."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any

from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.sandbox import Child, ChildFailed, Limits, child
from shuke.transfer.cells import unguard
from shuke.transfer.reading import ORIGIN, Head, Reading, Unreadable

_LONGEST_NUMBER = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: the line (or sheet row) on which it begins, and its cells as text.

    `number` is what expressions see: the same line, or in a file of refused rows the line in the file they came from.
    """

    line: int
    cells: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Table:
    """An open file; `rows` can be run through once."""

    head: Head
    rows: Iterator[Row]


@contextmanager
def open_table(source: IO[bytes], reading: Reading, *, rows: int = 0) -> Iterator[Table]:
    """Parse `source` in a child process (only its first `rows`, if given); `InvalidInput` tells why it cannot be read."""
    arguments = {"reading": reading.body(), "rows": rows}
    with child("shuke.transfer.parser", arguments, source, Limits()) as parser:
        answers = _answers(parser)
        first = next(answers, None)
        if first is None:
            raise _refused(Unreadable("corrupt"))
        head = Head(first["kind"], Reading.of(first["reading"]), tuple(first["columns"]), tuple(first["sheets"]))
        if head.kind == "csv":
            columns = tuple(unguard(name) for name in head.columns)
            head = replace(head, columns=columns, reading=replace(head.reading, columns=columns))
            answers = ((line, [unguard(cell) for cell in cells]) for line, cells in answers)
        origin = head.columns.index(ORIGIN) if ORIGIN in head.columns else None
        yield Table(head, (make_row(line, cells, origin) for line, cells in answers))


def make_row(line: int, cells: Sequence[str], origin: int | None) -> Row:
    given = cells[origin] if origin is not None and origin < len(cells) else ""
    return Row(line, tuple(cells), int(given) if given.isascii() and given.isdigit() and len(given) < _LONGEST_NUMBER else line)


def _answers(parser: Child) -> Iterator[Any]:
    try:
        for line in parser.lines():
            answer = json.loads(line)
            if isinstance(answer, dict) and "problem" in answer:
                raise _refused(Unreadable(answer["problem"], **answer["values"]))
            yield answer
    except ChildFailed as failed:
        raise _refused(Unreadable("slow" if failed.late else "bomb")) from failed


def _refused(problem: Unreadable) -> InvalidInput:
    return InvalidInput({"file": [_sentence(problem)]})


def _sentence(problem: Unreadable) -> str:
    values = {"line": "", "most": "", "sheet": "", **problem.values}
    said = {
        "empty": _("The file is empty."),
        "encoding": _("The text of the file is neither UTF-8 nor GB18030. Save it as UTF-8."),
        "binary": _("The file is neither text nor an XLSX workbook."),
        "csv": _("Line %(line)s cannot be read. Is a quotation mark missing before it?", **values),
        "rows": _("The file has too many rows; at most %(most)s can be read. Divide it.", **values),
        "columns": _("The file has too many columns; at most %(most)s can be read.", **values),
        "sheet": _("The workbook has no sheet %(sheet)s.", **values),
        "password": _("The workbook is protected by a password. Save it without one."),
        "old": _("The workbook is encrypted or of the old .xls kind. Save it as .xlsx without a password."),
        "kind": _("The archive is no XLSX workbook."),
        "slow": _("Reading the file took too long. Divide it."),
        "bomb": _("The file unpacks to too much. Save only the table that is needed."),
    }
    return said.get(problem.code) or _("The file is damaged. Save it again as CSV or XLSX.")
