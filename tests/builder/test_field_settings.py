"""Settings of fields for people: options, defaults, names, patterns, words in both languages, and removing with its uses."""

import re

from builder.test_panels import at, body_of, draft, send

from shuke.builder.panels.defaults import default, source_of
from shuke.core.i18n import use_locale
from shuke.definitions import store
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import patched
from shuke.publishing.checks import complete
from shuke.publishing.edits import add_options, rename_option, rename_state, rename_transition
from shuke.publishing.wording import worded

BOOK = ("entity", "book")
TOPICS = ("properties", "topics", "x-options")


def documents_of(room):
    with room.database.read():
        return complete(store.documents_of(store.published_version()))


# Options


def test_lines_of_text_become_options_with_codes_and_the_colours_of_their_neighbours(room):
    documents = documents_of(room)
    later = patched(documents, add_options(documents, BOOK, TOPICS, "旅行 | Travel\nCooking\n\n园艺\tGardening\n旅行 | Travel"))
    options = at(next(one.body for one in later if one.key == BOOK), "/properties/topics/x-options")
    assert [one["code"] for one in options[2:]] == ["travel", "cooking", "gardening", "travel_2"]
    assert options[3]["label"] == {"zh": "", "en": "Cooking"} and options[4]["label"] == {"zh": "园艺", "en": "Gardening"}
    assert all(one["color"] for one in options)
    assert patched(later, []) == later


def test_a_code_is_renamed_wherever_it_is_named(room):
    documents = documents_of(room)
    later = patched(documents, rename_option(documents, "book.authors.role", "author", "writer"))
    body = next(one.body for one in later if one.key == BOOK)
    column = body["properties"]["authors"]["items"]["properties"]["role"]
    assert column["x-options"][0]["code"] == "writer" and column["x-default"] == '"writer"'
    assert 'role = "writer"' in body["x-checks"][0]["when"]
    parse_documents(later, 1)


def test_a_state_and_a_transition_are_renamed_wherever_they_are_named(room):
    documents = documents_of(room)
    flow = next(one for one in documents if one.kind == "workflow")
    state, way = flow.body["states"][0]["name"], flow.body["transitions"][0]["name"]
    later = patched(documents, rename_state(documents, flow.name, state, "begun"))
    later = patched(later, rename_transition(later, flow.name, way, "go_on"))
    body = next(one.body for one in later if one.key == flow.key)
    assert body["states"][0]["name"] == "begun" and body["transitions"][0]["name"] == "go_on"
    assert not any(re.search(rf'"{state}"', str(one.body.get("initial", ""))) for one in later)
    assert body["initial"] == "begun" or flow.body["initial"] != state


def test_options_are_added_moved_and_keep_the_codes_that_records_hold(room, vera):
    pointer = "/properties/topics/x-options"
    assert send(vera, "/build/panel/entries", "entity", "book", pointer, "topics", action="lines", lines="旅行 | Travel").status_code == 200
    assert send(vera, "/build/panel/entries", "entity", "book", pointer, "topics", action="move", number="2", to="0").status_code == 200
    assert [one["code"] for one in at(body_of(room, "entity", "book"), pointer)] == ["travel", "classic", "new"]
    held = send(vera, "/build/panel", "entity", "book", f"{pointer}/1/code", "topics", value="old")
    assert held.status_code == 422 and "Records may hold “classic”" in held.text
    assert send(vera, "/build/panel", "entity", "book", f"{pointer}/0/code", "topics", value="trips").status_code == 200
    assert at(body_of(room, "entity", "book"), pointer)[0]["code"] == "trips"
    assert send(vera, "/build/panel/entries", "entity", "book", pointer, "topics", action="move", number="9", to="0").status_code == 404


# Roll-ups


def test_a_roll_up_is_chosen_by_a_link_that_leads_here_and_the_other_end_gets_a_name(room, vera):
    vera.post("/build/forms/copy.form/add?lang=en", {"kind": "type", "value": "link"}, htmx=True)
    assert send(vera, "/build/panel", "entity", "copy", "/properties/link/x-entity", "link", value="reader").status_code == 200
    vera.post("/build/forms/reader.form/add?lang=en", {"kind": "type", "value": "rollup"}, htmx=True)
    via = "/properties/roll_up/x-via"
    chosen = send(vera, "/build/panel", "entity", "reader", via, "roll_up", value="copy.link")
    assert chosen.status_code == 200 and re.search(r'<option value="copies" selected>Copy · Link', chosen.text)
    assert body_of(room, "entity", "copy")["properties"]["link"]["x-inverse"] == "copies"
    assert at(body_of(room, "entity", "reader"), via) == "copies"
    send(vera, "/build/undo", "", "", "")
    assert "x-inverse" not in body_of(room, "entity", "copy")["properties"]["link"]


def test_a_sum_is_of_the_type_of_what_is_summed_up(room, vera):
    def says():
        schema = at(body_of(room, "entity", "book"), "/properties/copy_count")
        return schema["type"], schema.get("format"), schema["x-result"]

    for keyword, value, said in (
        ("x-function", "max", None), ("x-field", "created_at", ("string", "date-time", "datetime")), ("x-field", "id", ("integer", None, "integer")),
        ("x-function", "avg", ("string", "decimal", "decimal")), ("x-result", "percent", ("string", "decimal", "percent")), ("x-function", "count", ("integer", None, "integer")),
    ):
        answer = send(vera, "/build/panel", "entity", "book", f"/properties/copy_count/{keyword}", "copy_count", value=value)
        assert answer.status_code == 200, (keyword, answer.text)
        if said:
            assert says() == said, (keyword, value)


def test_a_formula_gives_what_follows_from_it_until_somebody_chooses(room, vera):
    vera.post("/build/forms/book.form/add?lang=en", {"kind": "type", "value": "formula"}, htmx=True)
    for keyword, value, result in (
        ("x-formula", "prize * 2", None), ("x-formula", "price * 2", "money"), ("x-formula", "LEN(title)", "integer"), ("x-formula", "LEN(title) / 2", "decimal"), ("x-formula", "TODAY()", "date"),
        ("x-formula", "price > 5", "boolean"), ("x-result", "text", "text"), ("x-formula", "price", "text"),
    ):
        answer = send(vera, "/build/panel", "entity", "book", f"/properties/formula/{keyword}", "formula", value=value)
        assert answer.status_code == 200, (value, answer.text)
        assert body_of(room, "entity", "book")["properties"]["formula"].get("x-result") == result, value


def test_what_fills_a_sub_table_is_chosen_and_begins_as_a_whole(room, vera):
    vera.post("/build/forms/copy.form/add?lang=en", {"kind": "type", "value": "table"}, htmx=True)
    at_ = "/properties/sub_table/x-fill"
    shown = vera.get("/build/entity/copy?field=sub_table&lang=en").text
    assert 'value="book.authors">' in shown
    chosen = send(vera, "/build/panel", "entity", "copy", f"{at_}/from", "sub_table", value="book.authors")
    assert chosen.status_code == 200, chosen.text
    assert at(body_of(room, "entity", "copy"), at_) == {"from": "book.authors", "columns": {"name": "name"}}
    send(vera, "/build/undo", "", "", "")
    added = send(vera, "/build/panel/entries", "entity", "copy", f"{at_}/columns", "sub_table", action="add", key="name")
    assert added.status_code == 200, added.text
    assert at(body_of(room, "entity", "copy"), f"{at_}/from") == "book.authors"


# Names


def test_a_field_and_an_entity_get_other_technical_names(room, vera):
    done = send(vera, "/build/panel", "entity", "book", "#name", "isbn", value="book_number")
    assert done.headers["HX-Redirect"].endswith("/build/entity/book?field=book_number")
    assert "book_number" in body_of(room, "entity", "book")["properties"]
    wrong = send(vera, "/build/panel", "entity", "book", "#name", "title", value="Not A Name")
    assert wrong.status_code == 422 and 'value="Not A Name"' in wrong.text
    done = send(vera, "/build/panel", "entity", "book", "#name", value="volume")
    assert "/build/entity/volume" in done.headers["HX-Redirect"] and body_of(room, "entity", "volume")
    assert any(one.body.get("x-entity") == "volume" or "volume" in str(one.body) for one in draft(room).documents if one.key == ("entity", "copy"))


# Defaults


def test_a_default_is_chosen_by_what_it_says(room):
    with use_locale("en"):
        catalogue = parse_documents(tuple(documents_of(room)), 1)
        shown = {
            ("book.authors", "role", '"author"'): ("value", "author", "choice"), ("book", "price", "12.50"): ("value", "12.50", "number"),
            ("book", "price", "price * 2"): ("formula", "", "number"), ("book", "owner", "me"): ("me", "", "text"), ("book", "title", ""): ("none", "", "text"),
            ("book", "created_at", "NOW()"): ("now", "", "text"), ("book", "title", '"say ""x"""'): ("value", 'say "x"', "text"),
        }
        for (owner, name, source), (mode, value, control) in shown.items():
            found = default(catalogue, owner, name, source)
            assert (found.mode, found.constant, found.control) == (mode, value, control), source
            if mode not in {"formula", "none"}:
                assert source_of(found, mode, value) == source


def test_a_default_is_written_when_its_value_is_there(room, vera):
    pointer = "/properties/price/x-default"
    waiting = send(vera, "/build/panel", "entity", "book", pointer, "price", mode="value")
    assert waiting.status_code == 200 and 'name="constant"' in waiting.text and draft(room) is None
    wrong = send(vera, "/build/panel", "entity", "book", pointer, "price", mode="value", constant="much")
    assert wrong.status_code == 422 and "Enter a number." in wrong.text
    send(vera, "/build/panel", "entity", "book", pointer, "price", mode="value", constant="9.90")
    assert at(body_of(room, "entity", "book"), pointer) == "9.90"
    send(vera, "/build/panel", "entity", "book", pointer, "price", mode="none")
    assert at(body_of(room, "entity", "book"), pointer) is None


# Patterns


def test_patterns_are_tried_before_they_are_saved(room, vera):
    place = {"kind": "entity", "name": "book", "field": "isbn", "value": "^[0-9X-]+$"}
    assert vera.post("/build/try/pattern?lang=en", {**place, "sample": "978-7"}, htmx=True).text == "It fits."
    assert vera.post("/build/try/pattern?lang=en", {**place, "sample": "abc"}, htmx=True).text == "It does not fit."
    numbers = vera.post("/build/try/number?lang=en", {**place, "value": "B-{000}"}, htmx=True).text
    assert numbers == "Next: B-001, B-002, B-003"
    assert "counter" in vera.post("/build/try/number?lang=en", {**place, "value": "B-"}, htmx=True).text


# Words


def test_missing_words_are_listed_and_filled_in(room, vera):
    assert not [one for one in worded(documents_of(room)) if one.lacks and one.document.app != "system"]
    send(vera, "/build/panel", "entity", "book", "/properties/isbn/x-label", "isbn", zh="书号", en="")
    page = vera.get("/build/words?lang=en").text
    assert "1 place lacks a language" in page and 'value="书号"' in page
    assert "English is missing" in vera.get("/build/entity/book?field=isbn&lang=en").text
    done = vera.post("/build/words?lang=en", {"kind": "entity", "name": "book", "pointer": "/properties/isbn/x-label", "zh": "书号", "en": "Number"}, htmx=True)
    assert done.status_code == 200 and body_of(room, "entity", "book")["properties"]["isbn"]["x-label"]["en"] == "Number"
    assert vera.post("/build/words", {"kind": "entity", "name": "book", "pointer": "/x-display", "zh": "a", "en": "b"}, htmx=True).status_code == 404


# Places


def test_a_problem_opens_the_input_that_it_is_about(room, vera):
    page = vera.get("/build/entity/book?lang=en&at=x-checks/1/when").text
    sought = re.search(r'data-at="([^"]+)"', page)
    assert sought and f'id="{sought[1]}"' in page
    assert re.search(r'<details id="[^"]*-1-open" open', page)
    assert 'data-at="at-properties-price-x_2d_label"' in vera.get("/build/entity/book?at=properties/price/x-label/zh").text


def test_what_a_removal_means_is_said_before(room, vera):
    said = vera.get("/build/removal?lang=en&kind=entity&name=book&field=price", htmx=True).text
    assert "Remove “Price”?" in said and "has to be solved" in said and "at=properties" in said
    assert vera.post("/build/removal", {"kind": "entity", "name": "book", "field": "price"}, htmx=True).headers["HX-Redirect"].endswith("/build/entity/book")
    assert "price" not in body_of(room, "entity", "book")["properties"]
    whole = vera.get("/build/removal?lang=en&kind=entity&name=reader", htmx=True).text
    assert "Goes as well" in whole
    assert vera.get("/build/removal?kind=entity&name=user").status_code == 404


def test_the_rules_of_an_entity_are_told_in_words(room, vera):
    page = vera.get("/build/entity/loan?tab=rules&lang=en").text
    assert "Workflows" in page and "flow-way" in page
    checks = vera.get("/build/entity/book?tab=rules&lang=en").text
    assert "There is a translator but no author." in checks and "Same Title" in checks and "Is refused" in checks
