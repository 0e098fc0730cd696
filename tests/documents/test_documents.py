"""Printed documents: the words that their reader may see, in the reader's language, drawn without fetching anything."""

import re
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from shuke.access import Actor
from shuke.core.errors import NotAllowed, NotFound
from shuke.definitions.current import catalogue
from shuke.documents import pdf as drawing
from shuke.documents.layout import Block, Sheet, documents_of, sheet
from shuke.documents.markup import html
from shuke.documents.pdf import pdf

Working = Callable[..., AbstractContextManager[None]]
VERA = Actor.system("test")


def laid_out(working: Working, id_: int, name: str = "book_sheet", locale: str = "en", actor: Actor = VERA) -> Sheet:
    with working(locale):
        return sheet(actor, catalogue().entity("book"), id_, name)


def block(made: Sheet, type_: str) -> Block:
    return next(one for one in made.blocks if one.type == type_)


def words_of(content: bytes, folder: Path) -> str:
    """The text that a reader of the PDF sees."""
    (folder / "a.pdf").write_bytes(content)
    return subprocess.run(["pdftotext", "-layout", folder / "a.pdf", "-"], check=True, capture_output=True, text=True).stdout


def test_placeholders_fields_lines_and_sums_are_filled_in(working: Working, book: int) -> None:
    made = laid_out(working, book)
    assert block(made, "heading").text == "“红楼梦 <b>&”"
    assert block(made, "text").text == "Price ¥59.80, 2 author(s), 119.6"
    assert [(item.label, item.text) for item in block(made, "fields").items] == [
        ("Title", "红楼梦 <b>&"), ("ISBN", "978-0"), ("Genre", "Fiction / Crime"), ("Summary", "One\nTwo"),
    ]
    rows = block(made, "table")
    assert [head.text for head in rows.heads] == ["Name", "Role"]
    assert [[cell.text for cell in row] for row in rows.rows] == [["曹雪芹", "Author"], ["Hawkes", "Translator"]]
    assert [one.text for one in made.blocks if one.type == "text"] == ["Price ¥59.80, 2 author(s), 119.6"]
    assert block(made, "barcode").code.startswith("<svg")


def test_a_document_speaks_the_readers_language(working: Working, book: int) -> None:
    made = laid_out(working, book, locale="zh")
    assert (block(made, "heading").text, made.language) == ("《红楼梦 <b>&》", "zh-CN")
    assert block(made, "table").label == "作者"


def test_every_form_has_a_document(working: Working, book: int) -> None:
    with working():
        for entity in catalogue().entities.values():
            assert documents_of(entity)
    made = laid_out(working, book, "default")
    assert ("ISBN", "978-0") in [(item.label, item.text) for item in block(made, "fields").items]
    assert len(block(made, "table").rows) == 2


def test_who_may_not_print_or_see_gets_nothing(working: Working, book: int, volunteer: Actor) -> None:
    with pytest.raises(NotAllowed):
        laid_out(working, book, actor=volunteer)
    for id_, name in ((1, "book_sheet"), (book, "nothing")):
        with pytest.raises(NotFound):
            laid_out(working, id_, name)


def test_hidden_values_are_not_printed(working: Working, book: int, volunteer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuke.documents.layout._may_print", lambda _actor, _record: True)
    made = laid_out(working, book, actor=volunteer)
    assert "59.8" not in html(made) and "119.6" not in html(made)
    assert block(made, "text").text == "Price , 2 author(s), "


def test_everything_is_escaped(working: Working, book: int) -> None:
    assert "<b>&" not in html(laid_out(working, book))
    assert "&lt;b&gt;&amp;" in html(laid_out(working, book))


def test_a_pdf_has_our_font_page_numbers_and_all_words(working: Working, book: int, tmp_path: Path) -> None:
    text = words_of(pdf(html(laid_out(working, book, locale="zh"))), tmp_path)
    for words in ("《红楼梦 <b>&》", "曹雪芹", "¥59.80", "第 1 页，共 1 页", "打印时间"):
        assert words.replace(" ", "") in text.replace(" ", "")
    fonts = subprocess.run(["pdffonts", tmp_path / "a.pdf"], check=True, capture_output=True, text=True).stdout
    assert re.findall(r"^\w+\+(\S+)", fonts, re.MULTILINE) == ["Shuke-Sans-Bold", "Shuke-Sans"], "headings are bold, and no font of the machine is needed"


def test_nothing_is_fetched_while_drawing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("body::before { content: 'LEAK' }", "utf-8")
    source = (
        f"<link rel=stylesheet href='file://{secret}'><img src='http://127.0.0.1:9/x.png'><img src='file://{secret}'>"
        "<style>@import 'http://127.0.0.1:9/x.css'</style><object data='file:///etc/passwd'></object><p>fine</p>"
    )
    assert pdf(source).startswith(b"%PDF")
    assert words_of(pdf(source), tmp_path).split() in (["fine", "1/1"], ["fine", "1", "/", "1"])


def test_a_document_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_LIMITS", drawing.Limits(memory=1 << 30, cpu=2, wall=4, file_size=64 << 20, open_files=64))
    with pytest.raises(NotAllowed, match="too large|过大"):
        pdf("<table>" + "<tr><td>x</td></tr>" * 40_000 + "</table>")


def test_a_machine_without_pango_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "child", _without_pango)
    with pytest.raises(NotAllowed, match="libpango"):
        pdf("<p>x</p>")


class _without_pango:  # noqa: N801 - stands in for a function
    def __init__(self, *_arguments: object) -> None: ...

    def __enter__(self) -> "_without_pango":
        return self

    def __exit__(self, *_error: object) -> None: ...

    def read(self) -> bytes:
        return drawing.NO_PANGO.encode()
