"""Importing in the browser: choose a file, say what its columns mean, try it, take it, look at what was refused."""

import io
import json
from typing import Any

from reading_room import HTMX, Person, Room
from werkzeug.test import TestResponse

from shuke.transfer.worker import Worker

BOOKS = "书名,ISBN,定价\n红楼梦,978-1,59.8\n西游记,978-2,不详\n"


def upload(person: Person, content: str, entity: str = "book", mapping: Any = None) -> TestResponse:
    data: dict[str, Any] = {"csrf_token": person.token(), "file": (io.BytesIO(content.encode()), "books.csv")}
    if mapping is not None:
        data["mapping"] = (io.BytesIO(json.dumps(mapping).encode()), "mapping.json")
    return person.client.post(f"/r/{entity}/import?lang=en", data=data, content_type="multipart/form-data")


def work(room: Room) -> None:
    while Worker(room.database).run_once():
        pass


def test_a_file_is_mapped_tried_and_taken_and_the_refused_row_can_be_mended(room: Room, vera: Person) -> None:
    assert "import-drop" in vera.get("/r/book/import").text
    address = upload(vera, BOOKS).headers["Location"]
    page = vera.get(f"{address}?lang=en").text
    assert "红楼梦" in page and "“不详” is not a number." in page
    form = vera.form(address, "import-mapping")
    assert (form["book:title:from"], form["book:price:from"], form.getlist("book:key")) == ("column:书名", "column:定价", ["isbn"])
    assert vera.post(f"{address}/mapping", form).headers["Location"] == address
    waiting = vera.get(f"{address}/progress?lang=en", **HTMX).text
    assert 'hx-trigger="load delay:1s"' in waiting and "<html" not in waiting
    work(room)
    checked = vera.get(f"{address}?lang=en").text
    assert "Dry run done" in checked and "1 row was refused." in checked and "Import now" in checked
    before = room.scalar("SELECT count(*) FROM e_book")
    assert vera.post(f"{address}/start", {}).status_code == 303
    work(room)
    assert "Imported" in vera.get(f"{address}?lang=en").text
    assert room.scalar("SELECT count(*) FROM e_book") == before + 1
    refused = vera.get(f"{address}/refused.csv?lang=en")
    assert refused.headers["Content-Disposition"].startswith("attachment")
    mapping = json.loads(vera.get(f"{address}/mapping.json").data)
    again = upload(vera, refused.text.lstrip("\ufeff").replace("不详", "30"), mapping=mapping).headers["Location"]
    vera.post(f"{again}/mapping", vera.form(again, "import-mapping"))
    vera.post(f"{again}/start", {})
    assert "This import is running." in vera.post(f"{again}/start?lang=en", {}).text
    work(room)
    vera.post(f"{again}/start", {})
    work(room)
    assert room.scalar("SELECT count(*) FROM e_book") == before + 2
    assert "books.csv" in vera.get("/imports").text


def test_the_form_comes_back_with_what_the_first_rows_would_give(vera: Person) -> None:
    address = upload(vera, "who,when\nAnn,2\nBob,3\n", "loan").headers["Location"]
    form = vera.form(address, "import-mapping")
    form["loan:reader:from"] = "target"
    form["loan:since:from"], form["loan:since:text"] = "expression", "DATE(2026, 1, when)"
    looked = vera.post(f"{address}/look?lang=en", form, htmx=True).text
    assert "Jan 2, 2026" in looked and 'name="reader:name:from"' in looked and "<html" not in looked
    form["loan:since:text"] = "DATE(2026, 1, whn)"
    assert "whn" in vera.post(f"{address}/look?lang=en", form, htmx=True).text


def test_one_file_makes_readers_and_their_loans_by_hand(room: Room, vera: Person) -> None:
    address = upload(vera, "who,when\nAnn,2\nBob,3\nAnn,4\n", "loan").headers["Location"]
    form = vera.form(address, "import-mapping")
    form["loan:reader:from"] = "target"
    form["loan:since:from"], form["loan:since:text"] = "expression", "DATE(2026, 1, when)"
    form.setlist("loan:steps", ["give_back"])
    form["reader:name:from"] = "column:who"
    form.setlist("reader:key", ["name"])
    assert vera.post(f"{address}/mapping", form).status_code == 303
    work(room)
    vera.post(f"{address}/start", {})
    work(room)
    assert "No row was refused." in vera.get(f"{address}?lang=en").text
    assert room.scalar("SELECT count(*) FROM e_loan JOIN e_reader ON e_reader.id = e_loan.reader WHERE e_reader.name = 'Ann' AND e_loan.state = 'returned'") == 2


def test_a_mapping_that_the_form_cannot_show_is_shown_as_a_document(room: Room, vera: Person) -> None:
    mapping = {"targets": [
        {"entity": "book", "key": ["title"], "columns": {"title": {"column": "title"}, "authors": [{"name": {"value": "A"}}, {"name": {"value": "B"}}]}},
    ]}
    address = upload(vera, "title\nEmma\n", mapping=mapping).headers["Location"]
    form = vera.form(address, "import-mapping")
    assert json.loads(form["document"])["targets"][0]["columns"]["authors"][1] == {"name": {"value": "B"}}
    assert vera.post(f"{address}/mapping", form).status_code == 303
    work(room)
    assert "No row was refused." in vera.get(f"{address}?lang=en").text


def test_a_file_that_cannot_be_read_is_explained(vera: Person) -> None:
    refused = upload(vera, "a,b\n1,\0\n")
    assert refused.status_code == 422
    assert "The file is neither text nor an XLSX workbook." in refused.text


def test_a_file_is_read_again_in_another_way(vera: Person) -> None:
    address = upload(vera, "a;b,c;d\n1;2,3;4\n").headers["Location"]
    vera.post(f"{address}/reading", {"delimiter": ",", "header": "no", "encoding": ""})
    assert "a;b" in vera.get(address).text and "Column 1" in vera.get(address).text


def test_imports_are_for_those_who_may_and_their_own(room: Room, vera: Person, nora: Person) -> None:
    address = upload(vera, BOOKS).headers["Location"]
    for path in (address, f"{address}/mapping", f"{address}/progress", f"{address}/refused.csv", f"{address}/mapping.json"):
        assert nora.get(path).status_code == 404
    assert nora.get("/r/book/import").status_code == 403
    assert upload(nora, BOOKS).status_code == 403
    assert nora.post(f"{address}/start", {}).status_code == 404


def test_a_running_import_can_be_stopped(room: Room, vera: Person) -> None:
    address = upload(vera, BOOKS).headers["Location"]
    vera.post(f"{address}/mapping", vera.form(address, "import-mapping"))
    assert vera.post(f"{address}/cancel", {}).status_code == 303
    work(room)
    assert "Stopped" in vera.get(f"{address}?lang=en").text
    assert vera.post(f"{address}/delete", {}).status_code == 303
    assert vera.get(address).status_code == 404
