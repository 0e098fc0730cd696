"""The library as an application, and people at their browsers, who fill in the forms that they are given."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from shuke.core.db import Database
from shuke.definitions.load import load_rows
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration
from shuke.web.starting_rows import StartingRows

LIBRARY = Path(__file__).parent / "templates" / "library"
PASSWORD = "correct horse battery"
KEY = "f3b1c9d27a604e85b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6"
HTMX = {"HX-Request": "true"}


class _Form(HTMLParser):
    """What a browser would send for one form of a page."""

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.id, self.inside, self.fields, self.select, self.text = id_, False, MultiDict[str, str](), "", ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = given.get("id") == self.id
        if not self.inside or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in {"checkbox", "radio"} or "checked" in given):
            self.fields.add(name, given.get("value", ""))
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.fields.add(self.select, given.get("value", ""))
        elif tag == "textarea" and name:
            self.text = name
            self.fields.add(name, "")

    def handle_data(self, data: str) -> None:
        if self.text:
            self.fields[self.text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.text = ""


@dataclass
class Person:
    """Somebody at a browser."""

    client: FlaskClient
    username: str

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(address, headers=headers)

    def fragment(self, address: str) -> TestResponse:
        return self.client.get(address, headers=HTMX)

    def form(self, address: str, id_: str = "form", *, htmx: bool = False) -> MultiDict[str, str]:
        """The form of a page as it would be sent untouched."""
        page = self.client.get(address, headers=HTMX if htmx else {})
        assert page.status_code == 200, page.text
        reader = _Form(id_)
        reader.feed(page.text)
        assert reader.fields, f"{address} has no form {id_!r}."
        return reader.fields

    def post(self, address: str, form: Any, *, htmx: bool = False) -> TestResponse:
        sent = MultiDict(form)
        sent["csrf_token"] = self.token()
        return self.client.post(address, data=sent, headers=HTMX if htmx else {})

    def token(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get("/me").text)
        assert found
        return found[1]


@dataclass
class Room:
    """The library's application, and the ids of its rows by the names that the demo gives them."""

    app: Flask
    database: Database
    ids: dict[str, int]

    def person(self, username: str) -> Person:
        person = Person(self.app.test_client(), username)
        page = person.client.get("/login?lang=en").text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token
        answer = person.client.post("/login", data={"username": username, "password": PASSWORD, "csrf_token": token[1]})
        assert answer.status_code == 303, answer.text
        return person

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL statements that run meanwhile, without the brackets of transactions."""
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
                seen.append(statement)

        sa.event.listen(self.database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(self.database.engine, "before_cursor_execute", note)

    def scalar(self, statement: str, **values: object) -> Any:
        with self.database.engine.connect() as connection:
            return connection.execute(sa.text(statement), values).scalar()


def read_by_eye(page: str) -> str:
    """A page without the token of its second."""
    return re.sub(r'(name="csrf[-_]token" (?:content|value)=)"[^"]+"', r"\1", page)


def configuration(folder: Path) -> Configuration:
    return Configuration(instance=str(folder), secret_key=KEY, password_hash="pbkdf2:sha256:1000", external_url="http://localhost")


def furnish(folder: Path, database: Database | None = None) -> dict[str, int]:
    """Publish the library in a new database, enter its demo rows, and give their ids."""
    database = database or Database(f"sqlite:///{folder / 'company.sqlite'}")
    installation.prepare(database)
    app = create_app(configuration(folder), database)
    installation.install(app, database, _enlarged(folder), demo=False, tell=lambda _line: None)
    with app.app_context():
        loading = StartingRows(database, app.extensions["shuke_accounts"], PASSWORD)
        loading.keys.update(_units(database))
        loading.load(load_rows(LIBRARY, "demo"), lambda _line: None)
    database.dispose()
    return {name: id_ for name, (_entity, id_) in loading.keys.items()}


def _enlarged(folder: Path) -> Path:
    """The library with a picture on books, a choice on readers that depends on another, and a form of books with their copies."""
    copied = Path(shutil.copytree(LIBRARY, folder / "library"))
    _add(copied / "lending/entities/book.json", "cover", {"type": "string", "x-type": "image", "x-label": {"zh": "封面", "en": "Cover"}})
    shelf = copied / "lending/views/book.gallery.json"
    shelf.write_text(json.dumps({**json.loads(shelf.read_text("utf-8")), "image": "cover"}, ensure_ascii=False), "utf-8")
    options = [
        {"code": "student", "label": {"zh": "学生", "en": "Student"}, "parent": "adult"},
        {"code": "pupil", "label": {"zh": "小学生", "en": "Pupil"}, "parent": "child"},
    ]
    group = {"type": "string", "x-type": "choice", "x-label": {"zh": "群体", "en": "Group"}, "x-depends": "kind", "x-options": options}
    _add(copied / "lending/entities/reader.json", "group", group)
    marks = {"x-type": "table", "type": "array", "x-label": {"zh": "破损", "en": "Damage"}, "items": {"type": "object", "properties": {
        "page": {"type": "integer", "x-type": "integer", "x-label": {"zh": "页", "en": "Page"}},
        "note": {"type": "string", "x-type": "text", "x-label": {"zh": "说明", "en": "Note"}},
    }}}
    _add(copied / "lending/entities/copy.json", "marks", marks)
    copies = {"type": "related", "entity": "copy", "via": "book", "columns": ["condition", "marks"], "min": 1}
    whole = {"kind": "form", "entity": "book", "layout": [{"type": "field", "field": "title"}, copies]}
    quick = {"kind": "form", "entity": "book", "layout": [{"type": "field", "field": "title"}, {"type": "field", "field": "price"}]}
    for name, view in (("whole", whole), ("quick", quick)):
        (copied / f"lending/views/book.form.{name}.json").write_text(json.dumps(view), "utf-8")
    people = json.loads((copied / "lending/entities/book.json").read_text("utf-8"))["properties"]["authors"]
    fill = {"from": "book.authors", "columns": {"name": "name", "role": "role"}}
    _add(copied / "lending/entities/copy.json", "credits", {**people, "x-label": {"zh": "署名", "en": "Credits"}, "x-fill": fill})
    entity = json.loads((copied / "lending/entities/copy.json").read_text("utf-8"))
    entity["properties"]["book"]["x-columns"] = ["price", "copy_count"]
    (copied / "lending/entities/copy.json").write_text(json.dumps(entity, ensure_ascii=False), "utf-8")
    return copied


def _add(path: Path, name: str, field: dict[str, Any]) -> None:
    entity = json.loads(path.read_text("utf-8"))
    entity["properties"][name] = field
    path.write_text(json.dumps(entity, ensure_ascii=False), "utf-8")


def _units(database: Database) -> dict[str, tuple[str, int]]:
    """The units that the installation has entered already, under their names in the demo rows."""
    with database.engine.connect() as connection:
        return {code.lower(): ("unit", id_) for id_, code in connection.execute(sa.text("SELECT id, code FROM e_unit"))}
