"""Formulas and conditions while they are written: what is asked of each place, what can be named, what is wrong, what comes out."""

from typing import Any

import pytest
from builder.test_panels import body_of, places
from hypothesis import given, settings
from hypothesis import strategies as st
from published import CRM

from shuke.builder.editing import path_in
from shuke.builder.formulas import rows as form
from shuke.builder.formulas.completion import completion, function_at
from shuke.builder.formulas.conditions import in_words, read
from shuke.builder.formulas.looks import look
from shuke.builder.formulas.places import Written, places_of, written_at
from shuke.builder.formulas.subjects import subject
from shuke.builder.panels.model import walk
from shuke.builder.panels.panel import panel
from shuke.builder.workshop import Workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template
from shuke.definitions.parse import parse_documents
from shuke.expressions.stated import Operand, Row, Rows, stated, written
from shuke.publishing.checks import complete
from shuke.publishing.formula_places import formula_place

LIBRARY = CRM.parent.parent / "tests" / "templates" / "library"


@pytest.fixture(scope="module")
def crm() -> Workshop:
    documents = tuple(complete(load_template(CRM)))
    return Workshop(parse_documents(documents, 1), documents)


def _library() -> Workshop:
    documents = tuple(complete(load_template(LIBRARY)))
    return Workshop(parse_documents(documents, 1), documents)


SHOP = _library()


def at(shop: Workshop, kind: str, name: str, pointer: str) -> Written:
    return written_at(shop, kind, name, pointer)


BOOK = at(SHOP, "entity", "book", "/properties/price/x-visible-if")


def formulas(shop: Workshop) -> list[tuple[Any, str, str]]:
    """Every formula of the template: its document, where it stands and what it says."""
    found = []
    for kind, name, field in places(shop):
        for group in panel(shop, kind, name, field).groups:
            found += [(shop.document(kind, name), one.pointer, one.value) for one in walk(group.inputs) if one.widget in {"formula", "condition", "default"} and one.value]
    return found


def test_every_formula_of_the_template_has_a_place_and_no_mistake_in_it(crm: Workshop) -> None:
    with use_locale("en"):
        found = formulas(crm)
        assert len(found) > 300
        for document, pointer, source in found:
            if pointer.endswith("/x-where"):
                place = at(crm, document.kind, document.name, pointer)
            else:
                known = places_of(crm, document)
                assert path_in(document, pointer) in known, (document.key, pointer)
                place = Written(crm.catalogue, known[path_in(document, pointer)])
            assert look(place, source).mistake is None, (document.key, pointer, source)


def test_a_condition_is_shown_as_rows_only_where_the_rows_say_the_same(crm: Workshop) -> None:
    with use_locale("en"):
        conditions = [(document, pointer, source) for document, pointer, source in formulas(crm) if (found := places_of(crm, document).get(path_in(document, pointer))) and found.expect and found.expect.kind == "bool"]
        shown = [source for document, pointer, source in conditions if in_words(crm, document, pointer, source)]
        for document, pointer, source in conditions:
            place = Written(crm.catalogue, places_of(crm, document)[path_in(document, pointer)])
            if box := read(place, source):
                assert written(form.rows_of(box)) == source or source in {"TRUE", "FALSE"}
        assert len(shown) > len(conditions) * 0.9


def test_a_place_that_is_still_empty_says_what_it_wants() -> None:
    found = formula_place(SHOP.documents, ("entity", "book"), ("properties", "price", "x-default"))
    assert found is not None and found.owner == "book" and found.expect is not None and found.expect.kind == "number"
    line = formula_place(SHOP.documents, ("entity", "book"), ("properties", "authors", "items", "properties", "name", "x-required-if"))
    assert line is not None and line.owner == "book.authors"
    with pytest.raises(NotFound):
        at(SHOP, "entity", "book", "/properties/price/x-label")


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "text": TEXTS.filter(lambda text: text == text.strip() and text), "number": st.decimals(-10**9, 10**9, places=2, allow_nan=False).map(lambda number: f"{number:f}"),
    "options": st.sampled_from(["fiction", "crime", "classic"]), "day": st.dates().map(str), "boolean": st.sampled_from(["true", "false"]),
}
SUBJECTS = ("title", "price", "genre", "topics", "created_at", "owner", "copies#", "copy_count", "owner.unit", "updated_at", "authors#")


@st.composite
def lines(draw: st.DrawFn) -> Row | None:
    found = subject(BOOK, draw(st.sampled_from(SUBJECTS)))
    assert found is not None
    line = form.Line("1", found, draw(st.sampled_from([one.name for one in found.operators()])))
    line.what = draw(st.sampled_from([name for name, _label in line.whats] or ["path" if found.is_link else "value"]))
    line.step, line.unit, line.direction = str(draw(st.integers(0, 400))), draw(st.sampled_from([name for name, _words in line.units])), draw(st.sampled_from(["before", "after"]))
    if line.control == "path":
        box = form.Box("0", 1, parts=[line])
        form.dress(BOOK, box)
        line.values = (draw(st.sampled_from([path for path, _label in line.paths])),) if line.paths else ()
    elif line.control in VALUES:
        line.values = tuple(draw(st.lists(VALUES[line.control], min_size=1, max_size=3 if line.takes_many else 1)))
    return next(iter(form.rows_of(form.Box("0", 1, parts=[line])).parts), None)  # type: ignore[return-value]


def groups(depth: int) -> st.SearchStrategy[Rows]:
    part: st.SearchStrategy[Any] = lines() if depth == 3 else st.one_of(lines(), groups(depth + 1))
    parts = st.lists(part, min_size=2, max_size=4).map(lambda found: tuple(one for one in found if one is not None)).filter(lambda found: len(found) > 1)
    return st.builds(Rows, parts, st.booleans())


@settings(max_examples=200, deadline=None)
@given(st.one_of(groups(1), lines().filter(bool).map(lambda one: Rows((one,)))))
def test_rows_are_written_as_a_formula_that_is_read_as_the_same_rows(rows: Rows) -> None:
    with use_locale("en"):
        source = written(rows)
        assert stated(source, BOOK.scope, BOOK.owner, BOOK.place.variables) == rows
        assert look(BOOK, source).mistake is None, source
        box = read(BOOK, source)
        assert box is not None and form.rows_of(box) == rows


@pytest.mark.parametrize("source", [
    "price + 1 > 2", "NOT(AND(price > 1, price < 3))", "AND(price > 1)", "1 < price", "COUNT(copies, TRUE) > 0", 'UPPER(title) = "A"', "price >", "ghost = 1",
])
def test_other_formulas_are_no_rows(source: str) -> None:
    assert stated(source, BOOK.scope, BOOK.owner) is None


def test_a_label_is_read_as_the_member_that_it_names() -> None:
    assert stated("{定价} > 3", BOOK.scope, BOOK.owner) == Rows((Row(("price",), "gt", (Operand("number", "3"),)),))


# Writing


def offers(source: str, place: Written = BOOK) -> list[str]:
    return [one.text for one in completion(place, source, len(source)).offers]


def test_members_are_offered_by_label_in_both_languages_and_by_pinyin() -> None:
    for begun in ("pric", "定", "dingj", "dj"):
        assert offers(f"1 + {begun}")[0] == "price", begun
    assert "unit" in offers("owner.un")
    assert "role" in offers("SUM(authors.")
    assert offers("COUNT(authors, rol")[0] == "role"
    assert "SUM()" in offers("su") and "COUNTUNIQUE()" in offers("不同值")


def test_the_options_of_a_field_are_offered_inside_of_its_text() -> None:
    assert offers('genre = "') == ['fiction"', 'crime"', 'science"', 'physics"']
    assert offers('genre = "zhen') == ['crime"']
    assert offers('HAS(topics, "classic", "n') == ['new"']
    assert offers('title = "Sea') == []


def test_the_function_around_the_caret_is_explained() -> None:
    found = function_at("IF(price > 1, ROUND(price, ", 27)
    assert found is not None and found.name == "ROUND"
    assert function_at('LEFT("a(", ', 11) is not None and function_at("price", 5) is None


def test_a_mistake_is_marked_where_it_stands() -> None:
    with use_locale("en"):
        found = look(BOOK, "price + tittle").mistake
        assert found is not None and (found.start, found.end) == (8, 14) and "did you mean" in found.sentence
        assert look(BOOK, 'genre = "crime"').spoken == '分类 = "侦探"' or look(BOOK, 'genre = "crime"').spoken == 'Genre = "Crime"'


# Screens


def ask(person: Any, pointer: str, source: str, **more: Any) -> str:
    answer = person.post("/build/formula?lang=en", {"kind": "entity", "name": "book", "pointer": pointer, "source": source, "caret": len(source), "id": "f", **more}, htmx=True)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_the_editor_says_the_mistake_or_the_result_on_a_record(room: Any, vera: Any) -> None:
    said = ask(vera, "/properties/value/x-formula", "price * ghost")
    assert 'data-start="8"' in said and 'data-end="13"' in said and "There is no field called" in said
    said = ask(vera, "/properties/value/x-formula", "price * 2")
    assert "Gives a number." in said and "<output>" in said and 'name="record"' in said
    said = ask(vera, "/properties/value/x-formula", 'IF(price > 1, "a", "b")')
    assert "has to give a number" in said
    assert "ROUND(" in ask(vera, "/properties/value/x-formula", "ROUND(price, ")


def test_a_field_of_the_draft_is_known_but_has_no_result_yet(room: Any, vera: Any) -> None:
    schema = '{"type": "integer", "x-type": "integer", "x-label": {"zh": "页数", "en": "Pages"}}'
    assert vera.post("/build/edit", {"kind": "entity", "name": "book", "pointer": "/properties/pages", "value": schema, "json": "1"}, htmx=True).status_code == 200
    said = ask(vera, "/properties/value/x-formula", "price * pages")
    assert "Gives a number." in said and "not published yet" in said and "<output>" not in said


def test_a_condition_is_chosen_counted_and_written(room: Any, vera: Any) -> None:
    place = {"kind": "entity", "name": "book", "field": "price", "pointer": "/properties/price/x-visible-if"}
    opened = vera.get("/build/condition?lang=en&kind=entity&name=book&field=price&pointer=/properties/price/x-visible-if", htmx=True)
    assert "Choose a field" in opened.text
    sent = {**place, "node": "line:1:0", "join.0": "all", "field.1": "genre", "was.1": "genre", "operator.1": "is", "what.1": "value", "value.1": "crime"}
    assert "record" in vera.post("/build/condition?lang=en", {**sent, "do": "count"}, htmx=True).text
    written_ = vera.post("/build/panel/condition?lang=en", sent, htmx=True)
    assert written_.status_code == 200 and "shuke:close-dialog" in written_.headers["HX-Trigger"], written_.text
    assert "Genre is Crime" in written_.text
    assert body_of(room, "entity", "book")["properties"]["price"]["x-visible-if"] == 'genre = "crime"'
    missing = vera.post("/build/panel/condition?lang=en", {**sent, "value.1": ""}, htmx=True)
    assert missing.status_code == 422 and "A value is missing." in missing.text
    formula = vera.post("/build/panel/condition?lang=en", {**place, "mode": "formula", "source": "price * 2 > 3"}, htmx=True)
    assert "formula-source" in formula.text and body_of(room, "entity", "book")["properties"]["price"]["x-visible-if"] == "price * 2 > 3"
    vera.post("/build/panel/condition?lang=en", {**place, "join.0": "all"}, htmx=True)
    assert "x-visible-if" not in body_of(room, "entity", "book")["properties"]["price"]

