"""Every kind of document is closed: what its schema does not know is refused with a place and a sentence."""

from copy import deepcopy

import pytest

from shuke.core.i18n import compile_catalogues, use_locale
from shuke.definitions.load import RowsFile
from shuke.definitions.model import Document
from shuke.definitions.problems import KINDS
from shuke.definitions.schemas import Schemas
from shuke.fields import FIELD_TYPES

SCHEMAS = Schemas(FIELD_TYPES)
LABEL = {"zh": "书", "en": "Book"}
SOUND = {
    "template": ("library", {"name": "library", "label": LABEL, "unit_kinds": [{"code": "branch", "label": LABEL}], "settings": {"currency": "CNY"}}),
    "app": ("shop", {"name": "shop", "label": LABEL, "icon": "book", "color": "blue", "order": 1, "menu": [{"entity": "book"}]}),
    "entity": ("book", {"$id": "book", "type": "object", "x-label": LABEL, "properties": {"title": {"type": "string", "x-type": "text"}}, "required": ["title"]}),
    "view": ("book.list", {"kind": "list", "entity": "book", "columns": ["title", "author.name"], "sort": ["-title"], "colors": [{"when": "TRUE", "color": "red"}]}),
    "workflow": ("lending", {
        "name": "lending", "entity": "book", "label": LABEL, "initial": "in", "states": [{"name": "in", "label": LABEL}],
        "transitions": [{"name": "lend", "label": LABEL, "from": ["in"], "to": "in", "set": {"title": "title"}}],
    }),
    "rule": ("charge", {
        "name": "charge", "entity": "book", "label": LABEL, "trigger": {"type": "entered", "field": "state", "state": "in"},
        "actions": [{"type": "post", "ledger": "fines", "kind": "charge", "account": "reader", "amount": "1"}, {"type": "set", "values": {"title": "title"}}],
    }),
    "ledger": ("fines", {"name": "fines", "label": LABEL, "account": {"entity": "reader"}, "floor": None, "kinds": {"charge": {"label": LABEL, "from": "house", "to": "holder"}}}),
    "document": ("slip", {"name": "slip", "entity": "book", "label": LABEL, "paper": "A4", "blocks": [{"type": "heading", "text": LABEL}, {"type": "pagebreak"}]}),
    "message": ("due", {"name": "due", "entity": "book", "label": LABEL, "channel": "mail", "body": LABEL}),
    "dashboard": ("home", {"name": "home", "label": LABEL, "parts": [{"type": "number", "label": LABEL, "entity": "book", "measures": [{"function": "count"}]}]}),
    "role": ("clerk", {"name": "clerk", "label": LABEL, "abilities": ["build"], "grants": [{"entity": "*", "operations": ["read"], "fields": {"*": "read", "lines.cost": "hidden"}}]}),
}


def problems(kind, change=None, name=None):
    sound_name, body = SOUND[kind]
    body = deepcopy(body)
    if change:
        change(body)
    with use_locale("en"):
        return SCHEMAS.problems(Document(kind, name or sound_name, "shop", body))


def test_there_is_an_example_of_every_kind():
    assert set(SOUND) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_document_has_no_problems(kind):
    assert problems(kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_key_is_refused(kind):
    found = problems(kind, lambda body: body.update(labell=LABEL))
    assert any("“labell”" in problem.message for problem in found)
    assert all(problem.file.endswith(".json") for problem in found)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_key_deep_inside_is_refused(kind):
    """Each object in the example, in turn, gets a key that nobody knows."""
    _name, body = SOUND[kind]
    for path in objects(body):
        if path and path[-1] in ("properties", "kinds", "fields", "set", "values"):
            continue  # names are free there

        def spoil(body, path=path):
            for step in path:
                body = body[step]
            body["zzz"] = 1

        found = problems(kind, spoil)
        place = "/".join(str(step) for step in path)
        assert any(problem.path == place and "zzz" in problem.message for problem in found), (path, found)


def objects(body, path=()):
    if isinstance(body, dict):
        yield path
        for key, value in body.items():
            yield from objects(value, (*path, key))
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from objects(value, (*path, number))


@pytest.mark.parametrize("type_", [type_.name for type_ in FIELD_TYPES])
def test_the_property_of_every_field_type_is_closed(type_):
    found = problems("entity", lambda body: body["properties"].update(x={"x-type": type_, "x-nonsense": 1}))
    assert any(problem.path == "properties/x" and "“x-nonsense”" in problem.message for problem in found)


@pytest.mark.parametrize(("change", "path", "sentence"), [
    (lambda body: body["properties"]["title"].update({"x-lable": LABEL}), "properties/title", "Unknown here: “x-lable”. Did you mean “x-label”?"),
    (lambda body: body["properties"]["title"].update({"x-type": "txt"}), "properties/title/x-type", "Did you mean “text”?"),
    (lambda body: body["properties"]["title"].pop("x-type"), "properties/title", "“x-type” is missing; add it."),
    (lambda body: body["properties"]["title"].update({"type": "integer"}), "properties/title/type", 'This has to be "string".'),
    (lambda body: body["properties"]["title"].update({"maxLength": "ten"}), "properties/title/maxLength", 'This has to be a whole number, not "ten".'),
    (lambda body: body["properties"]["title"].update({"maxLength": -1}), "properties/title/maxLength", "-1 is too small; at least 0."),
    (lambda body: body["properties"]["title"].update({"pattern": "a" * 201}), "properties/title/pattern", "This is too long; at most 200."),
    (lambda body: body["properties"]["title"].update({"$ref": "https://example.org/schema"}), "properties/title", "Unknown here: “$ref”"),
    (lambda body: body.update({"$defs": {}}), "", "Unknown here: “$defs”"),
    (lambda body: body.update({"$schema": "https://example.org/schema"}), "$schema", "This has to be"),
    (lambda body: body.update({"x-label": {"zh": "书"}}), "x-label", "“en” is missing; add it."),
    (lambda body: body.update(required=["titel"]), "required", "“titel” is required but is no field here; add the field or take the name out. Did you mean “title”?"),
    (lambda body: body.update(properties={}), "properties", "This must not be empty."),
    (lambda body: body.update({"$id": "Book"}), "$id", "is not a name that can be used here"),
])
def test_the_sentence_says_what_to_do(change, path, sentence):
    assert any(problem.path == path and sentence in problem.message for problem in problems("entity", change)), problems("entity", change)


def test_a_sub_table_is_closed_as_well():
    table = {"type": "array", "x-type": "table", "items": {"type": "object", "properties": {"x": {"type": "string", "x-type": "text", "maxLenght": 3}}}}
    found = problems("entity", lambda body: body["properties"].update(lines=table))
    assert [(problem.path, problem.message) for problem in found] == [
        ("properties/lines/items/properties/x", "Unknown here: “maxLenght”. Did you mean “maxLength”?"),
    ]


def test_a_sub_table_holds_no_sub_table():
    inner = {"type": "array", "x-type": "table", "items": {"type": "object", "properties": {"x": {"type": "string", "x-type": "text"}}}}
    outer = {"type": "array", "x-type": "table", "items": {"type": "object", "properties": {"inner": inner}}}
    found = problems("entity", lambda body: body["properties"].update(outer=outer))
    assert found[0].path == "properties/outer/items/properties/inner/x-type"


def test_the_name_of_the_file_is_the_name_inside():
    assert "make them equal" in problems("workflow", name="other")[0].message
    assert "book.list.json" in problems("view", name="books.list")[0].message
    assert problems("view", name="book.list.small") == []


def test_sentences_are_in_the_readers_language():
    compile_catalogues()
    with use_locale("zh"):
        found = SCHEMAS.problems(Document("entity", "book", "shop", {**SOUND["entity"][1], "labell": 1}))
    assert found[0].message == "此处无法识别：“labell”。 是不是“x-label”？"


def test_rows_are_closed_too():
    with use_locale("en"):
        assert SCHEMAS.row_problems(RowsFile("shop/data/01-book.json", "book", "", ({"@": "dune", "@at": "=NOW()", "title": "Dune"},))) == []
        assert SCHEMAS.row_problems(RowsFile("shop/data/01-book.json", "book", "", ({"@key": "dune"},)))


def test_a_schema_of_a_property_is_whole():
    schema = SCHEMAS.property("money")
    assert schema["additionalProperties"] is False
    assert {"x-scale", "x-label", "type"} <= set(schema["properties"])
