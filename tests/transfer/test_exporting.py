"""Exports: the columns and rows that a list shows, which come back unchanged when they are imported again."""

import io
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import NotAllowed
from shuke.definitions.current import catalogue
from shuke.records import Query
from shuke.transfer import imports
from shuke.transfer.cli import export_file, import_file
from shuke.transfer.exporting import export
from shuke.transfer.reading import Reading
from shuke.transfer.starting import complete
from shuke.transfer.suggesting import suggest
from shuke.transfer.worker import Worker

Working = Callable[[], AbstractContextManager[None]]
_COLUMNS = ("title", "isbn", "genre", "topics", "price", "copy_count", "summary", "created_at")


@pytest.fixture
def shelf(working: Working, librarian: Actor) -> None:
    """Books with values that are easily damaged on the way."""
    with working():
        of = catalogue().entity("book")
        for number, (title, price) in enumerate((("=1+1", "59.80"), ("'quoted", "0"), (" 红楼梦 ", "12345678901.25"), ("-minus", None), ("+8613", "1"))):
            records.save(librarian, of, {
                "title": title.strip(), "isbn": f"00{number}", "price": price, "genre": "crime", "topics": ["classic", "new"], "summary": "one\ntwo, \"three\"",
            })


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.usefixtures("shelf")
def test_an_export_comes_back_unchanged(library: Database, working: Working, librarian: Actor, kind: str) -> None:
    with working():
        finished = export(librarian, catalogue().entity("book"), Query(sort=("isbn",)), _COLUMNS, kind)
    with finished.file:
        content = finished.file.read()
    with imports.temporary(content) as file:
        analysis = imports.analyse(file, Reading())
        with working():
            import_ = imports.get(librarian, imports.create(librarian, "book", finished.name, file, analysis))
            mapping = suggest(librarian, catalogue().entity("book"), import_.columns, import_.sample, import_.reading)
            imports.set_mapping(import_, complete(librarian, import_, mapping))
            imports.start(imports.get(librarian, import_.id), dry_run=False)
    Worker(library).run_once()
    with working():
        done = imports.get(librarian, import_.id)
        assert (done.counts, done.refused) == ({"book": {"unchanged": 5}}, 0), [row.words for row in imports.refused_rows(done)]
    assert set(mapping.targets[0].columns) == {"title", "isbn", "genre", "topics", "price", "summary"}


@pytest.mark.usefixtures("shelf")
def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(working: Working, librarian: Actor) -> None:
    with working():
        finished = export(librarian, catalogue().entity("book"), Query(sort=("isbn",), where='title <> "x"'), ("title", "price", "copy_count"), "xlsx")
    with finished.file:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(finished.file.read())).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Title", "Price", "Copies"]
    assert rows[1] == ["=1+1", 59.8, 0.0]
    assert finished.rows == 5


@pytest.mark.usefixtures("shelf")
def test_filter_order_and_search_are_those_of_the_list(working: Working, librarian: Actor) -> None:
    with working():
        finished = export(librarian, catalogue().entity("book"), Query(sort=("-price",), where="price > 0"), ("isbn",), "csv")
    with finished.file:
        assert finished.file.read().decode("utf-8-sig").split() == ["ISBN", "002", "000", "004"]


def test_who_may_not_export_gets_no_file(working: Working) -> None:
    stranger = Actor(7, "user", "stranger", frozenset({"volunteer"}))
    with working(), pytest.raises(NotAllowed):
        export(stranger, catalogue().entity("book"), Query(), ("title",), "csv")


def test_the_terminal_imports_and_exports(library: Database, librarian: Actor, tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text("title,isbn,price\nEmma,1,3.50\nUlysses,2,many\n", "utf-8")
    out = io.StringIO()
    assert import_file(library, librarian, "book", tmp_path / "books.csv", match=["isbn"], dry_run=True, out=out) == 1
    assert "0" not in export_titles(library, librarian, tmp_path)
    assert import_file(library, librarian, "book", tmp_path / "books.csv", match=["isbn"], out=out) == 1
    refused = tmp_path / "books.refused.csv"
    assert str(refused) in out.getvalue()
    refused.write_text(refused.read_text("utf-8").replace("many", "9"), "utf-8")
    assert import_file(library, librarian, "book", refused, match=["isbn"], out=out) == 0
    assert export_titles(library, librarian, tmp_path) == ["Emma", "Ulysses"]
    for path, words in ((tmp_path / "none.csv", "none.csv"), (Path(__file__), "")):
        said = io.StringIO()
        assert import_file(library, librarian, "book", path, out=said) == 1
        assert words in said.getvalue() and said.getvalue().strip()


def export_titles(library: Database, actor: Actor, folder: Path) -> list[str]:
    target = Path(tempfile.mkdtemp(dir=folder)) / "out.csv"
    export_file(library, actor, "book", target, columns=["title"])
    return target.read_text("utf-8-sig").splitlines()[1:]
