"""Heads, receipts, labels and collections of documents: what stands on the paper, and how large the paper is."""

import io
import re
import subprocess
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from shuke import ledgers, records
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import NotAllowed
from shuke.core.settings import current, use_settings
from shuke.definitions.current import catalogue
from shuke.definitions.load import load_template
from shuke.definitions.model import Document, Field
from shuke.documents import markup
from shuke.documents import pdf as drawing
from shuke.documents.blocks import Block, Sheet
from shuke.documents.layout import documents_of, sheet
from shuke.documents.markup import html
from shuke.documents.paper import DOT, module_size
from shuke.documents.pdf import look, pdf
from shuke.publishing.publish import publish
from shuke.records import files

LIBRARY = Path(__file__).parent.parent / "templates" / "library"
Working = Callable[..., AbstractContextManager[None]]
VERA = Actor.system("test")


def _document(name: str, entity: str, paper: str, blocks: list[dict[str, Any]], **more: Any) -> Document:
    return Document("document", name, "lending", {"name": name, "entity": entity, "label": {"zh": "单据", "en": "Paper"}, "paper": paper, "blocks": blocks, **more})


BOOK = _document("book_page", "book", "A4", [
    {"type": "related", "entity": "copy", "via": "book", "columns": ["number", "condition"], "sort": ["-number"], "limit": 2, "label": {"zh": "馆藏", "en": "Copies"}},
    {"type": "related", "entity": "copy", "via": "book", "columns": ["number"], "where": "condition = \"good\"", "label": {"zh": "新书", "en": "New ones"}},
    {"type": "columns", "columns": [
        {"width": 8, "blocks": [{"type": "text", "text": {"zh": "左 {{ title }}", "en": "Left {{ title }}"}}]},
        {"blocks": [{"type": "barcode", "field": "isbn", "symbology": "qr", "size": 20, "text": False}]},
    ]},
    {"type": "total", "fields": ["price", "copy_count"], "strong": "price"},
    {"type": "figures", "fields": ["price", "summary", "copy_count"]},
    {"type": "chart", "chart": "pie", "entity": "copy", "via": "book", "group": ["condition"], "label": {"zh": "品相", "en": "Conditions"}},
    {"type": "chart", "chart": "bar", "entity": "copy", "via": "book", "where": "condition = \"lost\"", "group": ["created_at:month"], "label": {"zh": "无", "en": "Lost"}},
], number="isbn", date="created_at", order=2)
SLIP = _document("slip", "book", "80mm", [
    {"type": "table", "field": "authors", "columns": ["name", "role"]},
    {"type": "table", "field": "copies", "columns": ["number", "condition", "book.price"]},
    {"type": "fields", "fields": ["title"]},
])
LABEL = _document("spine", "book", "label_50x30", [
    {"type": "barcode", "field": "isbn", "symbology": "qr", "size": 18}, {"type": "heading", "text": {"zh": "{{ title }}", "en": "{{ title }}"}},
], order=1)
ACCOUNT = _document("account", "reader", "A5", [
    {"type": "movements", "ledger": "fines", "limit": 5},
    {"type": "chart", "chart": "bar", "ledger": "fines", "group": ["kind"], "label": {"zh": "罚金", "en": "Fines"}},
], head=False)


@pytest.fixture
def library(database: Database, tmp_path: Path) -> Iterator[Database]:
    publish(database, VERA, [*load_template(LIBRARY), BOOK, SLIP, LABEL, ACCOUNT])
    with files.use_folder(tmp_path):
        yield database


@pytest.fixture
def book(working: Working) -> int:
    with working():
        made = records.save(VERA, catalogue().entity("book"), {
            "title": "红楼梦", "isbn": "978-7-02-000220-7", "price": "59.80", "authors": [{"name": "曹雪芹"}],
        }).id
        for condition in ("good", "worn", "good"):
            records.save(VERA, catalogue().entity("copy"), {"book": str(made), "condition": condition})
        return made


def laid_out(working: Working, id_: int, name: str, locale: str = "en", actor: Actor = VERA, entity: str = "book") -> Sheet:
    with working(locale):
        return sheet(actor, catalogue().entity(entity), id_, name)


def cells(block: Block) -> list[list[str]]:
    return [[cell.text for cell in row] for row in block.rows]


def sizes(content: bytes, folder: Path) -> list[tuple[float, float]]:
    """The width and height of each page in millimetres."""
    (folder / "a.pdf").write_bytes(content)
    said = subprocess.run(["pdfinfo", "-l", "-1", folder / "a.pdf"], check=True, capture_output=True, text=True).stdout
    return [(float(width) / 72 * 25.4, float(height) / 72 * 25.4) for width, height in re.findall(r"size:\s+([\d.]+) x ([\d.]+) pts", said)]


def words_of(content: bytes, folder: Path) -> list[str]:
    """The text of each page."""
    (folder / "a.pdf").write_bytes(content)
    said = subprocess.run(["pdftotext", "-layout", folder / "a.pdf", "-"], check=True, capture_output=True, text=True).stdout
    return said.split("\f")[:-1]


def test_records_that_link_here_stand_in_the_document(working: Working, book: int) -> None:
    made = laid_out(working, book, "book_page")
    copies, new = (block for block in made.blocks if block.type == "table" and block.rows)
    assert (copies.label, len(copies.rows)) == ("Copies", 2)
    assert cells(copies)[0][0] > cells(copies)[1][0]
    assert len(new.rows) == 2


def test_figures_and_charts_of_the_records_that_link_here_are_drawn(working: Working, book: int) -> None:
    with working():
        elsewhere = records.save(VERA, catalogue().entity("book"), {"title": "Other", "isbn": "1"}).id
        records.save(VERA, catalogue().entity("copy"), {"book": str(elsewhere), "condition": "good"})
    figures, pie, empty = laid_out(working, book, "book_page").blocks[-3:]
    assert [(item.label, item.text) for item in figures.items] == [("Price", "¥59.80"), ("Copies", "3")]
    assert figures.columns == 2
    assert "Good: 2 (66.7%)" in pie.code and "Worn: 1 (33.3%)" in pie.code
    assert 'font-family="Shuke Sans' in pie.code
    assert (empty.type, empty.label, empty.blank) == ("table", "Lost", "None.")


def test_who_may_not_read_the_other_records_gets_no_table_of_them(working: Working, book: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuke.documents.layout._may_print", lambda _actor, _record: True)
    stranger = replace(VERA, kind="user", id=7, roles=frozenset({"volunteer"}))
    made = laid_out(working, book, "book_page", actor=stranger)
    assert [item.label for block in made.blocks if block.type == "total" for item in block.items] == ["Copies"]
    assert "59.8" not in html(made)


def test_the_movements_of_an_account_are_for_who_may_read_its_balance(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    with working():
        reader = records.save(VERA, catalogue().entity("reader"), {"name": "李雷", "kind": "adult"}).id
        ledger = catalogue().ledgers["fines"]
        for number in range(7):
            ledgers.post(ledger, "charge", reader, Decimal(number + 1), key=f"k{number}", source=("reader", reader), actor=VERA, memo=f"Late {number}")
        other = records.save(VERA, catalogue().entity("reader"), {"name": "韩梅", "kind": "adult"}).id
        ledgers.post(ledger, "charge", other, Decimal(900), key="other", source=("reader", other), actor=VERA)
    table, chart = laid_out(working, reader, "account", entity="reader").blocks
    assert "Charge: 28.00" in chart.code, "the movements of this account alone"
    assert len(table.rows) == 5
    assert [cell.text for cell in table.heads] == ["Date", "Kind", "Reason", "Change", "Balance"]
    assert cells(table)[0][2:] == ["Late 6", "+7.00", "28.00"]
    monkeypatch.setattr("shuke.documents.movements._SEEN", frozenset())
    assert laid_out(working, reader, "account", entity="reader").blocks == ()


def test_the_head_says_who_sends_it_and_what_it_is(working: Working, book: int) -> None:
    with working("zh"):
        picture = io.BytesIO()
        Image.new("RGB", (60, 30), (200, 30, 30)).save(picture, "PNG")
        logo = files.store(VERA, "logo.png", picture.getvalue(), Field("logo", "image", {}, {}))
        company = replace(
            current(), company="湖畔书店", logo=logo.id, address={"zh": "湖滨路一号", "en": "1 Lake Road"}, phone="0571-8888", footer={"zh": "谢谢光临", "en": "Thank you"}, color="#ffe100",
        )
        with use_settings(company):
            made = sheet(VERA, catalogue().entity("book"), book, "book_page")
    assert made.head is not None and made.head.logo is not None
    assert made.head.logo.source.startswith("data:image/png;base64,")
    assert (made.head.company, made.head.contact, made.head.title) == ("湖畔书店", ("湖滨路一号", "0571-8888"), "单据")
    assert [item.text for item in made.head.items][:1] == ["978-7-02-000220-7"]
    assert made.footer == "谢谢光临"
    assert made.color != "#ffe100"  # too light to be read on white


def test_words_of_the_company_cannot_leave_the_style_sheet(working: Working, book: int) -> None:
    with working(), use_settings(replace(current(), footer={"zh": "", "en": "\"; } </style><b>x</b> body { display: none"})):
        drawn = html(sheet(VERA, catalogue().entity("book"), book, "book_page"))
    assert "</style><b>" not in drawn and "display: none" not in drawn


def test_a_receipt_is_as_long_as_what_it_says(working: Working, book: int, tmp_path: Path) -> None:
    short = sizes(pdf(html(laid_out(working, book, "slip"))), tmp_path)
    with working():
        values: dict[str, Any] = {"authors": [{"name": f"Author {number}"} for number in range(40)]}
        records.save(VERA, catalogue().entity("book"), values, id=book)
    long = sizes(pdf(html(laid_out(working, book, "slip"))), tmp_path)
    assert len(short) == len(long) == 1
    assert short[0][0] == pytest.approx(80, abs=0.2) and long[0][0] == pytest.approx(80, abs=0.2)
    assert short[0][1] < 110 < long[0][1]


def test_the_first_page_is_drawn_as_a_picture(working: Working, book: int) -> None:
    for name, paper, most in (("book_page", (210, 297), 960), ("slip", (80, 160), 560), ("spine", (50, 30), 560)):
        look_at = look(html(laid_out(working, book, name)))
        (shown,) = look_at.pictures
        drawn = Image.open(io.BytesIO(b64decode(shown.source.removeprefix("data:image/png;base64,"))))
        assert (drawn.format, drawn.size) == ("PNG", (shown.width, shown.height))
        assert (shown.width, look_at.pages) == (most, 1)
        assert shown.height <= round(most * paper[1] / paper[0]) + 1
        assert len(drawn.getcolors(1 << 20) or ()) > 8, "something is drawn"


def test_a_label_is_one_page_of_its_size_whatever_it_holds(working: Working, book: int, tmp_path: Path) -> None:
    with working():
        records.save(VERA, catalogue().entity("book"), {"title": "很长的书名" * 20}, id=book)
    assert sizes(pdf(html(laid_out(working, book, "spine"))), tmp_path) == [(pytest.approx(50, abs=0.1), pytest.approx(30, abs=0.1))]


def test_the_modules_of_a_code_are_whole_dots_of_the_printer() -> None:
    for modules in (29, 33, 41, 112):
        size = module_size(modules, 22.0)
        assert (size / DOT) == pytest.approx(round(size / DOT))
        assert size >= DOT
        assert size * modules <= 22.0 or round(size / DOT) == 1


def test_a_code_has_the_size_of_its_dots(working: Working, book: int) -> None:
    (block,) = (one for one in laid_out(working, book, "spine").blocks if one.type == "barcode")
    width = float(re.findall(r'width="([\d.]+)mm"', str(block.code))[0])
    modules = int(re.findall(r'viewBox="0 0 (\d+)', str(block.code))[0])
    assert width <= 18
    assert width / modules / DOT == pytest.approx(round(width / modules / DOT), abs=0.01)


def test_several_documents_in_one_file_have_pages_of_their_own(working: Working, book: int, tmp_path: Path) -> None:
    drawn = pdf([html(laid_out(working, book, name, "zh")) for name in ("book_page", "spine", "book_page")])
    pages = words_of(drawn, tmp_path)
    assert len(pages) == 3
    assert ["第 1 页，共 1 页" in page for page in pages] == [True, False, True]
    assert len({round(width) for width, _height in sizes(drawn, tmp_path)}) == 2


def test_documents_stand_in_their_order(working: Working) -> None:
    with working():
        assert [one.name for one in documents_of(catalogue().entity("book"))] == ["slip", "spine", "book_page", "default"]


def test_a_wide_table_is_stacked_on_narrow_paper(working: Working, book: int) -> None:
    def stacked(name: str) -> list[bool]:
        return [block.is_stacked for block in laid_out(working, book, name).blocks if block.type == "table"]

    assert stacked("slip") == [False, True]
    assert not any(stacked("book_page"))
    text = html(laid_out(working, book, "slip"))
    assert text.index("Number / Condition") < text.index("Price")


def test_who_comes_when_the_queue_is_full_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_queue", threading.BoundedSemaphore(1))
    with drawing._place(1), pytest.raises(NotAllowed, match="Too many|过多"):
        pdf("<p>x</p>")


SHELF = {"name": "shelf", "entity": "book", "label": {"zh": "架标", "en": "Shelf labels"}, "paper": "label_60x40", "sheet": {"rows": 6, "gap_down": 2},
         "blocks": [{"type": "heading", "text": {"zh": "{{ title }}", "en": "{{ title }}"}}, {"type": "divider"}]}
ACTA = {"name": "acta", "entity": "book", "label": {"zh": "书面", "en": "Paper"}, "paper": "A5", "orientation": "landscape", "blocks": [
    {"type": "space", "height": 30}, {"type": "divider", "style": "dashed"}, {"type": "pagenumber", "align": "end"}, {"type": "pagebreak"},
    {"type": "signature", "label": {"zh": "收书人", "en": "Received by"}, "date": True}, {"type": "pagenumber"},
]}


@pytest.fixture
def more(working: Working, library: Database) -> Working:
    publish(library, VERA, [*load_template(LIBRARY), *(Document("document", body["name"], "lending", body) for body in (SHELF, ACTA))])
    return working


def test_labels_stand_on_sheets_beside_each_other_from_a_chosen_place(more: Working, book: int, tmp_path: Path) -> None:
    one = laid_out(more, book, "shelf")
    (page,) = markup.laid_out([one] * 3, 17)
    assert [place for place in range(1, 19) if f"label-place place-{place} " in page] == [1, 17, 18]
    assert page.count('<section class="label-sheet">') == 2
    assert sizes(pdf(page), tmp_path) == [(pytest.approx(210, abs=0.2), pytest.approx(297, abs=0.2))] * 2
    assert one.grid and one.grid.places[0] == (15, (297 - 6 * 40 - 5 * 2) / 2), "what is not said is shared out evenly"


def test_pages_are_numbered_and_signed_on_a_sheet_that_is_turned(more: Working, book: int, tmp_path: Path) -> None:
    made = pdf(html(laid_out(more, book, "acta")))
    assert sizes(made, tmp_path) == [(pytest.approx(210, abs=0.2), pytest.approx(148, abs=0.2))] * 2
    said = words_of(made, tmp_path)
    assert said[0].count("1/2") == 2 and said[1].count("2/2") == 2, "in the margin and in the block"
    assert "Received by" in said[1] and "Date" in said[1]


def test_several_pages_are_shown_as_pictures(more: Working, book: int) -> None:
    shown = look(html(laid_out(more, book, "acta")), 4)
    assert shown.pages == len(shown.pictures) == 2
    assert all(one.width > one.height for one in shown.pictures)
