"""Panels: every keyword has words and an input, and what an input shows is what it writes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import render_template
from published import CRM
from werkzeug.datastructures import MultiDict

from shuke.builder.panels import typed, words
from shuke.builder.panels.editors import datalists
from shuke.builder.panels.model import walk
from shuke.builder.panels.naming import NAME
from shuke.builder.panels.panel import REQUIRED, base_of, panel
from shuke.builder.words import is_own
from shuke.builder.workshop import Workshop
from shuke.core.i18n import use_locale
from shuke.definitions import shared_drafts, store
from shuke.definitions.load import load_template
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import parts_of
from shuke.definitions.problems import KINDS
from shuke.fields import FIELD_TYPES
from shuke.publishing.checks import complete, schemas
from shuke.publishing.edits.prints import starting_block


@pytest.fixture(scope="module")
def crm():
    """The template as a workshop shows it."""
    documents = tuple(complete(load_template(CRM)))
    return Workshop(parse_documents(documents, 1), documents)


def keywords(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every keyword that a schema knows, at any depth."""
    if isinstance(schema, Mapping):
        members = schema.get("properties", {})
        yield from members.items()
        for inner in (*members.values(), *(value for key, value in schema.items() if key != "properties")):
            yield from keywords(inner)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from keywords(inner)


def everything() -> Iterator[tuple[str, Any]]:
    for kind in KINDS:
        yield from keywords(schemas().document(kind))
    for type_ in FIELD_TYPES:
        yield from keywords(schemas().property(type_.name))
    yield from keywords(schemas().shared())


def places(shop: Workshop) -> Iterator[tuple[str, str, str]]:
    """All documents, and all fields of entities with the columns of their sub-tables."""
    for one in shop.documents:
        if is_own(one):
            yield one.kind, one.name, ""
            for name, schema in one.body.get("properties", {}).items() if one.kind == "entity" else ():
                yield one.kind, one.name, name
                yield from ((one.kind, one.name, f"{name}.{column}") for column in schema.get("items", {}).get("properties", {}))


def test_every_keyword_and_every_value_of_the_schemas_has_words():
    missing = {key for key, _schema in everything() if not words.has_words(key)}
    assert not missing
    values = {str(value) for _key, schema in everything() if isinstance(schema, Mapping) for value in schema.get("enum", ())}
    assert not {value for value in values if not words.has_value_words(value)} - {type_.name for type_ in FIELD_TYPES}


class _Controls(HTMLParser):
    """What a browser would send for each unit of a page, by the place that it writes."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, MultiDict[str, str]] = {}
        self._depth, self._form, self._select, self._text = 0, MultiDict[str, str](), "", ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "div":
            if "data-pointer" in given:
                self._depth, self._form = 1, MultiDict[str, str]()
                self.forms[given["data-pointer"]] = self._form
            elif self._depth:
                self._depth += 1
        if not self._depth:
            return
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self._form.add(name, given.get("value", ""))
        elif tag == "select" and name:
            self._select = name
            self._form.setdefault(f"?{name}", "")
        elif tag == "option" and self._select and "selected" in given:
            self._form.add(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._text = name
            self._form[name] = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self._form[self._text] += data if self._form[self._text] else data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""


def at(body: Any, pointer: str) -> Any:
    for part in parts_of(pointer):
        body = body[int(part)] if isinstance(body, list | tuple) else (body or {}).get(part)
    return body


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_document_of_the_template_is_drawn_and_what_is_shown_is_what_is_written(room, crm, language):
    with room.app.test_request_context("/build"), use_locale(language):
        types: set[str] = set()
        for kind, name, field in places(crm):
            type_ = f"{kind} {at(crm.body(kind, name), _base(field))['x-type']}" if field else ""
            if language == "en" and type_ in types:
                continue  # fields of one type differ in nothing that depends on the language
            types |= {type_} - {""}
            made = panel(crm, kind, name, field)
            inputs = [one for group in made.groups for one in group.inputs]
            reader = _Controls()
            reader.feed(render_template("builder/_panel.html", panel=made, lists=datalists(inputs)))
            leaves = [one for one in walk(inputs) if one.widget not in {"object", "list", "map", "options"}]
            assert set(reader.forms) == {one.pointer for one in leaves}, (kind, name, field)
            body = crm.body(kind, name)
            for one in leaves:
                assert one.label, one.pointer
                written = typed.typed(one, reader.forms[one.pointer])
                if one.pointer in (REQUIRED, NAME) or one.widget == "boolean":
                    assert written == one.value, (kind, name, one.pointer)
                else:
                    assert written == at(body, one.pointer), (kind, name, one.pointer)


def test_names_are_chosen_by_their_words_also_where_they_are_typed(crm):
    with use_locale("en"):
        made = panel(crm, "document", "delivery_note")
        (columns,) = [one for group in made.groups for one in walk(group.inputs) if one.key == "columns" and one.value == ["product", "item", "quantity"]]
        assert columns.words_for("quantity") == "Quantity" and columns.words_for("product.name") == "Product · Name", "the columns of the block's sub-table"
        assert starting_block(crm.documents, "order", "table")["columns"][-1] == "amount"
        number = next(one for group in made.groups for one in walk(group.inputs) if one.list_id and one.key == "fields")
        assert number.list_id and number.typed_for("customer.name") == "Customer · Name" and number.meant("customer · name") == "customer.name" and number.meant("ghost") == "ghost"
        two = replace(number, choices=(*number.choices, ("other", "Customer · Name")))
        assert two.typed_for("other") == "Customer · Name (other)" and two.meant(two.typed_for("other")) == "other"
        assert typed.typed(replace(columns, choices=number.choices), MultiDict([("value", "number"), ("value", "Customer · Name")])) == ["number", "customer.name"]


def test_everything_that_stands_in_the_template_has_an_input(crm):
    """Nothing is written in a file that people cannot see."""
    outside = {"$schema", "$id", "kind", "x-type", "properties", "required", "items", "additionalProperties", "x-id", "x-table", "x-column"}
    for kind, name, field in places(crm):
        made = panel(crm, kind, name, field)
        found = {one.pointer for group in made.groups for one in walk(group.inputs)}
        body, base = crm.body(kind, name), _base(field)
        for pointer in _written(at(body, base), base):
            if kind == "entity" and (pointer.split("/")[-1] in outside or (not field and pointer.startswith(("/properties", "/required", "/type")))):
                continue
            key = pointer.split("/")[-1]
            if key == "kind" and kind == "view" or field and key in {"type", "format"}:
                continue
            assert pointer in found, (kind, name, pointer)


def _base(field: str) -> str:
    return "".join(f"/{part}" for part in base_of(field))


def _written(value: Any, pointer: str) -> Iterator[str]:
    """The places of objects and values; labels and lists of words are one place each."""
    if isinstance(value, Mapping) and not set(value) <= {"zh", "en"}:
        for key, inner in value.items():
            if key in {"properties", "items"} or key == "x-mask":
                continue
            yield f"{pointer}/{key}"
            yield from _written(inner, f"{pointer}/{key}")
    elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        for number, inner in enumerate(value):
            yield from _written(inner, f"{pointer}/{number}")


# Gestures


def draft(room):
    with room.database.read():
        found = shared_drafts.standing()
        return shared_drafts.drafts.get(found.id) if found else None


def body_of(room, kind, name):
    with room.database.read():
        documents = draft(room).documents if draft(room) else store.documents_of(store.published_version())
    return next(one.body for one in documents if one.key == (kind, name))


def send(person, address, kind, name, pointer, field="", **form):
    return person.post(f"{address}?lang=en", {"kind": kind, "name": name, "field": field, "pointer": pointer, **form}, htmx=True)


def test_every_page_of_the_library_shows_its_panel(room, vera):
    with room.database.read():
        documents = store.documents_of(store.published_version())
    for one in documents:
        if is_own(one):
            assert 'id="keywords"' in vera.get(f"/build/{one.kind}/{one.name}?tab=settings").text, one.key
    page = vera.get("/build/entity/book?field=isbn&lang=en").text
    assert 'data-pointer="/properties/isbn/maxLength"' in page
    assert vera.get("/build/entity/book?field=ghost").status_code == 404


def test_an_input_writes_its_keyword_and_answers_with_itself_and_the_bar(room, vera):
    answer = send(vera, "/build/panel", "entity", "book", "/properties/isbn/maxLength", "isbn", value="40")
    assert answer.status_code == 200, answer.text
    assert body_of(room, "entity", "book")["properties"]["isbn"]["maxLength"] == 40
    assert 'value="40"' in answer.text and 'id="draft-bar"' in answer.text and 'hx-swap-oob="true"' in answer.text
    send(vera, "/build/panel", "entity", "book", "/x-label", zh="图书", en="Volume")
    assert body_of(room, "entity", "book")["x-label"] == {"zh": "图书", "en": "Volume"}
    send(vera, "/build/panel", "entity", "book", "#required", "isbn", value="1")
    assert "isbn" in body_of(room, "entity", "book")["required"]


def test_a_wrong_input_keeps_what_was_typed_with_a_sentence_beside_it(room, vera):
    for value, sentence in (("many", "Enter a whole number."), ("-3", "too small")):
        answer = send(vera, "/build/panel", "entity", "book", "/properties/isbn/maxLength", "isbn", value=value)
        assert answer.status_code == 422
        assert f'value="{value}"' in answer.text and sentence in answer.text and 'aria-invalid="true"' in answer.text
    assert draft(room) is None


def test_writing_what_is_shown_makes_no_change(room, vera):
    send(vera, "/build/panel", "entity", "book", "/properties/isbn/x-search", "isbn", value="1")
    send(vera, "/build/panel", "entity", "book", "/x-icon", value=body_of(room, "entity", "book").get("x-icon", ""))
    assert draft(room) is None


def test_the_kind_of_an_entry_brings_what_that_kind_needs(room, vera):
    name = next(one.name for one in _documents(room) if one.kind == "rule")
    answer = send(vera, "/build/panel", "rule", name, "/trigger/type", value="created")
    assert answer.status_code == 200
    assert body_of(room, "rule", name)["trigger"] == {"type": "created"}
    assert send(vera, "/build/panel", "rule", name, "/trigger/type", value="changed").status_code == 200
    answer = send(vera, "/build/panel", "rule", name, "/actions/0/type", value="set")
    assert answer.status_code == 200, answer.text
    assert body_of(room, "rule", name)["actions"][0]["type"] == "set"


def test_entries_are_added_copied_moved_and_taken_out(room, vera):
    lists = [
        (one.kind, one.name, field, found.pointer)
        for one in _documents(room) if is_own(one)
        for field in (["", *one.body["properties"]] if one.kind == "entity" else [""])
        for group in panel(_shop(room), one.kind, one.name, field).groups
        for found in walk(group.inputs) if found.widget == "list"
    ]
    seen = set()
    for kind, name, field, pointer in lists:
        key = (kind, "".join(part for part in pointer.split("/")[-1:]))
        if key in seen:
            continue
        seen.add(key)
        before = at(body_of(room, kind, name), pointer) or []
        add = send(vera, "/build/panel/entries", kind, name, pointer, field, action="add")
        assert add.status_code == 200, (kind, name, pointer, add.headers.get("HX-Trigger"))
        number = len(before)
        assert len(at(body_of(room, kind, name), pointer)) == number + 1
        for action, count in (("duplicate", number + 2), ("move", number + 2), ("up", number + 2), ("remove", number + 1)):
            where = pointer if action == "move" else f"{pointer}/{number + (action == 'up')}"
            answer = send(vera, "/build/panel/entries", kind, name, where, field, action=action, number=number, to=number + 1)
            assert answer.status_code == 200, (kind, name, pointer, action, answer.headers.get("HX-Trigger"))
            assert len(at(body_of(room, kind, name), pointer)) == count
        assert send(vera, "/build/panel/entries", kind, name, f"{pointer}/{number}", field, action="remove").status_code == 200
        assert list(at(body_of(room, kind, name), pointer) or []) == list(before)
    assert len(seen) > 8


def test_a_field_is_copied_retyped_and_taken_out(room, vera):
    assert send(vera, "/build/panel/field", "entity", "book", "", "isbn", action="retype", value="date").headers["HX-Redirect"].endswith("field=isbn")
    assert body_of(room, "entity", "book")["properties"]["isbn"]["x-type"] == "date"
    send(vera, "/build/panel/field", "entity", "book", "", "isbn", action="duplicate")
    assert sum(name.startswith("isbn") for name in body_of(room, "entity", "book")["properties"]) == 2
    send(vera, "/build/panel/field", "entity", "book", "", "isbn", action="remove")
    assert "isbn" not in body_of(room, "entity", "book")["properties"]


def _documents(room):
    with room.database.read():
        return store.documents_of(store.published_version())


def _shop(room):
    documents = tuple(_documents(room))
    return Workshop(parse_documents(documents, 1), documents)
