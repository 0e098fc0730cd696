"""Reading foreign files: what they are is found out, what is broken or hostile is refused, and the next file still works."""

import io
import resource
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import date, datetime

import pytest
import xlsxwriter

from shuke.core.errors import InvalidInput
from shuke.core.i18n import use_locale
from shuke.core.sandbox import ChildFailed, Limits, child
from shuke.transfer.reading import Head, Reading
from shuke.transfer.tables import Row, open_table

_HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"
_FAR = b'<row r="1"><c r="A1"><v>1</v></c></row>'
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def read(content: bytes, reading: Reading | None = None) -> tuple[Head, list[Row]]:
    with tempfile.TemporaryFile() as file, use_locale("en"):
        file.write(content)
        with open_table(file, reading or Reading()) as table:
            return table.head, list(table.rows)


def book(sheet: Iterable[bytes], **more: bytes) -> bytes:
    """A workbook whose only sheet is this XML."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, f'<?xml version="1.0"?>{text}')
        for name, body in more.items():
            archive.writestr(name, body)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as writing:
            for part in (_HEAD, *sheet, _TAIL):
                writing.write(part)
    return content.getvalue()


@pytest.mark.parametrize(("content", "delimiter", "encoding"), [
    (b"name,phone\nAnn,1\n", ",", "utf-8-sig"),
    ("姓名;手机\n张三;1\n".encode("utf-8-sig"), ";", "utf-8-sig"),
    ("姓名\t手机\n张三\t1\n".encode("gb18030"), "\t", "gb18030"),
    ("姓名|手机\n张三|1\n".encode("utf-16"), "|", "utf-16"),
    (b" name  phone\r\n Ann  1\r\n", "whitespace", "utf-8-sig"),
])
def test_encoding_delimiter_and_headings_are_found_out(content: bytes, delimiter: str, encoding: str) -> None:
    head, rows = read(content)
    assert (head.reading.delimiter, head.reading.encoding, head.reading.header) == (delimiter, encoding, True)
    assert len(head.columns) == 2
    assert (len(rows), rows[0].cells[1], rows[0].number) == (1, "1", 2)
    assert read(content, head.reading) == (head, rows)


def test_a_file_without_headings_gets_names_and_loses_no_row() -> None:
    head, rows = read(b"00004 0001 19970101  2   29.33\n00004 0001 19970118  2   29.73\n")
    assert (head.columns[0], head.reading.header, len(rows), rows[0].number) == ("Column 1", False, 2, 1)


def test_headings_may_stand_twice_or_be_missing() -> None:
    head, rows = read("姓名,电话,电话,,备注\n张三,13912340001,13912340002,x,好\n李四,13912340003,,y,坏\n".encode())
    assert (head.columns, head.reading.header, len(rows)) == (("姓名", "电话", "电话 (2)", "Column 4", "备注"), True, 2)
    assert not read(b"red,red\nblue,green\n")[0].reading.header


def test_quotes_line_breaks_and_blank_lines_keep_the_numbers_of_lines() -> None:
    _head, rows = read(b'name,note\n\n"Ann","one\ntwo"\nBob,"say ""hi"""\n')
    assert [(row.number, row.cells) for row in rows] == [(3, ("Ann", "one\ntwo")), (5, ("Bob", 'say "hi"'))]


def test_headings_are_made_different() -> None:
    assert read(b"name,name,\nAnn,Bob,1\n", Reading(header=True))[0].columns == ("name", "name (2)", "Column 3")


def test_a_workbook_gives_values_as_neutral_text() -> None:
    content = io.BytesIO()
    writing = xlsxwriter.Workbook(content)
    sheet = writing.add_worksheet("表")
    for place, name in enumerate(("text", "number", "sum", "day", "instant", "truth")):
        sheet.write_string(2, place + 1, name)
    sheet.write_string(4, 1, "=1+1")
    sheet.write_number(4, 2, 13800138000)
    sheet.write_number(4, 3, 0.1 + 0.2)
    sheet.write_datetime(4, 4, date(2026, 1, 31), writing.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_datetime(4, 5, datetime(2026, 1, 31, 8, 30), writing.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    sheet.write_boolean(4, 6, True)
    writing.close()
    head, rows = read(content.getvalue())
    assert (head.kind, head.sheets, rows[0].number) == ("xlsx", ("表",), 5)
    assert rows[0].cells == ("=1+1", "13800138000", "0.3", "2026-01-31", "2026-01-31 08:30:00", "true")


_BROKEN = {
    "empty": b"", "blank": b" \n\n", "nul": b"a,b\n1,\0\n", "png": b"\x89PNG\r\n\x1a\n" + bytes(500), "random": bytes(range(256)) * 50,
    "zip head only": b"PK\x03\x04" + b"x" * 500, "old or encrypted": b"\xd0\xcf\x11\xe0" + bytes(600), "endless cell": b'a,b\n"' + b"x" * 300_000,
    "wide": b",".join(b"c%d" % number for number in range(300)) + b"\n1\n", "unfinished": book([_FAR])[:400],
    "no workbook": (lambda content: (zipfile.ZipFile(content, "w").writestr("a.txt", "x"), content.getvalue())[1])(io.BytesIO()),
    "far column": book([_FAR, b'<row r="2"><c r="XFD2"><v>1</v></c></row>']), "far row": book([b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>']),
    "sparse": book([_FAR, b'<row r="100001"><c r="GR100001"><v>1</v></c></row>']),
    "lying dimension": book([b"</sheetData><dimension ref='A1:XFD1048576'/><sheetData>", _FAR]), "no sheet data": book([b"</sheetData>"]),
    "spaces": book([b" " * (1 << 20)] * 80), "cells without places": book([b"<row>" + b"<c><v>1</v></c>" * 500 + b"</row>"] * 4000),
    "broken xml": book([b"<row><c"]), "inner zip": book([_FAR], **{"xl/media/a.zip": b"PK"}),
    "many parts": book([_FAR], **{f"xl/part{number}.xml": b"<a/>" for number in range(250)}), "deep": book([b"<a>" * 200_000]),
}


@pytest.mark.parametrize("name", sorted(_BROKEN))
def test_a_broken_or_hostile_file_is_refused_in_words_and_the_next_one_works(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InvalidInput) as refused:
        read(_BROKEN[name])
    assert refused.value.by_field["file"][0].endswith((".", "?"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024
    assert read(b"name,phone\nAnn,1\n")[1][0].cells == ("Ann", "1")


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(InvalidInput, match="too many rows"):
        read(b"a,b\n" + b"1,2\n" * 1_000_001)


def test_a_slow_child_is_killed() -> None:
    with tempfile.TemporaryFile() as source:
        source.write(b"a,b\n" + b"1,2\n" * 500_000)
        with child("shuke.transfer.parser", {"reading": {}}, source, Limits(wall=0.01)) as running, pytest.raises(ChildFailed) as failed:
            running.read()
    assert failed.value.late
