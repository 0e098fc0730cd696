"""Templates are folders of JSON: read with errors that name the file, and written back byte for byte."""

import json

import pytest

from shuke.core.i18n import use_locale
from shuke.definitions.diff import Difference, diff
from shuke.definitions.load import export, load_rows, load_template, system_documents, without_physical
from shuke.definitions.model import Document
from shuke.definitions.parse import parse_documents
from shuke.definitions.problems import DefinitionErrors

LABEL = {"zh": "书", "en": "Book"}
TITLE = {"type": "string", "x-type": "text"}


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, "template.json", {"name": "library", "label": LABEL})
    write(tmp_path, "shop/app.json", {"name": "shop", "label": LABEL})
    write(tmp_path, "shop/entities/book.json", {"$id": "book", "type": "object", "x-label": LABEL, "properties": {"title": TITLE}})
    write(tmp_path, "shop/views/book.list.json", {"kind": "list", "entity": "book", "columns": ["title"]})
    write(tmp_path, "shop/data/02-book.json", {"entity": "book", "rows": [{"title": "Emma"}]})
    write(tmp_path, "shop/data/01-book.json", {"entity": "book", "as": "ann", "rows": [{"@": "dune", "title": "Dune"}]})
    return tmp_path


def write(folder, place, body):
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2) + "\n", "utf-8")


def refused(folder):
    with use_locale("en"), pytest.raises(DefinitionErrors) as errors:
        load_template(folder)
    return [(problem.file, problem.message) for problem in errors.value.problems]


def test_a_template_is_read_with_its_kinds_and_names(folder):
    assert [(one.kind, one.name, one.app) for one in load_template(folder)] == [
        ("app", "shop", "shop"), ("entity", "book", "shop"), ("view", "book.list", "shop"), ("template", "library", ""),
    ]


def test_rows_come_in_the_order_of_the_file_names(folder):
    assert [(rows.file, rows.username, len(rows.rows)) for rows in load_rows(folder, "data")] == [
        ("shop/data/01-book.json", "ann", 1), ("shop/data/02-book.json", "", 1),
    ]


def test_what_is_no_json_is_named(folder):
    write(folder, "shop/entities/book.json", "{")
    write(folder, "shop/views/book.list.json", "[]")
    assert [(file, message.split(":")[0]) for file, message in refused(folder)] == [
        ("shop/entities/book.json", "The file is not JSON"), ("shop/views/book.list.json", "The file has to hold one JSON object."),
    ]


def test_a_key_that_stands_there_twice_is_refused(folder):
    write(folder, "shop/entities/book.json", '{"$id": "book", "$id": "loan"}')
    assert refused(folder) == [("shop/entities/book.json", "The file is not JSON: “$id” stands there twice.")]


def test_a_file_in_an_unknown_place_is_refused(folder):
    write(folder, "shop/entitys/book.json", {})
    assert refused(folder)[0][0] == "shop/entitys/book.json"


def test_a_folder_without_template_json_is_no_template(tmp_path):
    assert "needs a template.json" in refused(tmp_path)[0][1]


def test_an_export_gives_the_same_bytes_and_no_trace_of_a_database(folder):
    written = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.json") if path.parent.name != "data"}
    documents = load_template(folder)
    assert export(documents) == written
    body = {**documents[1].body, "x-id": "f1", "x-table": "e_book", "properties": {"title": {**TITLE, "x-id": "f2", "x-column": "title"}}}
    published = [Document(one.kind, one.name, one.app, body if one.kind == "entity" else one.body) for one in (*system_documents(), *documents)]
    assert export(published) == written
    assert without_physical(body) == documents[1].body


def test_unit_kinds_of_the_template_are_the_options_of_units():
    template = Document("template", "library", "", {"name": "library", "label": LABEL, "unit_kinds": [{"code": "branch", "label": LABEL}]})
    catalogue = parse_documents([*system_documents(), template], 1)
    assert [option.code for option in catalogue.entity("unit").field("kind").options] == ["branch"]


def test_every_entity_has_the_members_of_the_system():
    user = parse_documents(system_documents(), 1).entity("user")
    assert [user.field(name).column for name in ("id", "created_at", "created_by", "owner", "unit")] == ["id", "created_at", "created_by", "owner_id", "unit_id"]
    assert user.field("owner").entity == "user"


# Differences


def book(properties, **keys):
    return Document("entity", "book", "shop", {"$id": "book", "type": "object", "properties": properties, **keys})


def test_fields_are_followed_by_identity_through_a_rename():
    before = book({"title": {**TITLE, "x-id": "f1"}, "pages": {"type": "integer", "x-id": "f2"}})
    after = book({"name": {**TITLE, "x-id": "f1"}, "pages": {"type": "integer", "maximum": 9, "x-id": "f2"}, "isbn": TITLE})
    assert diff([before], [after]) == [
        Difference("renamed", "entity", "book", "name", was="title"), Difference("changed", "entity", "book", "pages", keys=("maximum",)),
        Difference("added", "entity", "book", "isbn"),
    ]


def test_fields_are_followed_by_a_declared_rename():
    assert diff([book({"title": TITLE})], [book({"name": {**TITLE, "x-was": "title"}})]) == [Difference("renamed", "entity", "book", "name", was="title")]


def test_columns_of_sub_tables_are_followed_too():
    table = {"type": "array", "x-type": "table"}
    before = book({"lines": {**table, "items": {"properties": {"a": TITLE, "b": TITLE}}}})
    after = book({"lines": {**table, "items": {"properties": {"a": {**TITLE, "maxLength": 3}, "c": TITLE}}}})
    assert [(one.action, one.field) for one in diff([before], [after])] == [("changed", "lines.a"), ("added", "lines.c"), ("removed", "lines.b")]


def test_documents_come_change_and_go():
    one, other = Document("role", "clerk", "shop", {"name": "clerk"}), Document("role", "boss", "shop", {"name": "boss"})
    changed = Document("role", "clerk", "shop", {"name": "clerk", "grants": []})
    assert diff([one], [changed, other]) == [Difference("changed", "role", "clerk", keys=("grants",)), Difference("added", "role", "boss")]
    assert diff([one], []) == [Difference("removed", "role", "clerk")]
    assert diff([one], [one]) == []


def test_the_order_of_fields_is_a_difference():
    before = book({"a": TITLE, "b": TITLE})
    assert diff([before], [book({"b": TITLE, "a": TITLE})]) == [Difference("changed", "entity", "book", keys=("properties",))]
