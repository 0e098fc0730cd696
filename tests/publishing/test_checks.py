"""Whatever is wrong with a catalogue is said with its file, the place in it, and what to do."""

import pytest
from publishing_shop import books, entity, label, text

from shuke.core.i18n import compile_catalogues, use_locale
from shuke.definitions.model import Document
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.checks import check, complete

LINK = {"type": "string", "x-type": "link", "x-entity": "author"}
WORKFLOW = {
    "name": "lending", "entity": "book", "label": label("Lending"), "initial": "in", "states": [{"name": "in", "label": label("In")}, {"name": "out", "label": label("Out")}],
    "transitions": [{"name": "lend", "label": label("Lend"), "from": ["in"], "to": "out"}],
}
LEDGER = {"name": "fines", "label": label("Fines"), "account": {"entity": "author"}, "kinds": {"charge": {"label": label("Charge"), "from": "house", "to": "holder"}}}
STATE = {"type": "string", "x-type": "state", "x-workflow": "lending"}


def post(**keys):
    action = {"type": "post", "ledger": "fines", "kind": "charge", "account": "author", "amount": "pages", **keys}
    return Document("rule", "charge", "shop", {"name": "charge", "entity": "book", "label": label("Charge"), "trigger": {"type": "created"}, "actions": [action]})


def grant(**keys):
    return Document("role", "clerk", "shop", {"name": "clerk", "label": label("Clerk"), "grants": [{"entity": "book", "operations": ["read"], **keys}]})


def view(kind, **keys):
    return Document("view", f"book.{kind}", "shop", {"kind": kind, "entity": "book", **keys})


def workflow(**keys):
    return Document("workflow", "lending", "shop", {**WORKFLOW, **keys})


def printed(**block):
    return Document("document", "slip", "shop", {"name": "slip", "entity": "book", "label": label("Slip"), "blocks": [block]})


def dashboard(**part):
    return Document("dashboard", "home", "shop", {"name": "home", "label": label("Home"), "parts": [{"type": "number", "label": label("Books"), "entity": "book", **part}]})


LEDGER_DOCUMENT = Document("ledger", "fines", "shop", LEDGER)

SHELF = {
    "code": text(), "boards": {"type": "array", "x-type": "table", "x-label": label("Boards"), "items": {"properties": {"width": {"type": "integer", "x-type": "integer"}}}},
}

FILLED = {
    "source": {**LINK, "x-entity": "book"},
    "parts": {
        "type": "array", "x-type": "table", "x-label": label("Parts"), "x-fill": {"from": "source.parts", "columns": {"name": "name"}},
        "items": {"properties": {
            "name": text(), "twice": text(readOnly=True, **{"x-formula": "name & name"}), "pages": {"type": "integer", "x-type": "integer"}, "paper": {"type": "string", "x-type": "file"},
        }},
    },
}


def filled(from_="source.parts", **columns):
    return {**FILLED, "parts": {**FILLED["parts"], "x-fill": {"from": from_, "columns": columns or {"name": "name"}}}}


BROKEN_FIELDS = [
    ({"home": {"type": "object", "x-type": "address", "x-unique": True, "x-label": label("Home")}}, "home/x-unique", "have several parts and cannot be compared"),
    (filled("sorce.parts"), "parts/x-fill/from", "Did you mean “source”?"),
    (filled("title.parts"), "parts/x-fill/from", "“title” is no link to one record."),
    (filled("source.part"), "parts/x-fill/from", "Did you mean “parts”?"),
    (filled("source.title"), "parts/x-fill/from", "“title” is no sub-table."),
    (filled("source"), "parts/x-fill/from", "is not a name that can be used here"),
    (filled(nam="name"), "parts/x-fill/columns/nam", "Did you mean “name”?"),
    (filled(name="nam"), "parts/x-fill/columns/name", "nam"),
    (filled(pages="name"), "parts/x-fill/columns/pages", "has to give"),
    (filled(twice="name"), "parts/x-fill/columns/twice", "its value follows from others"),
    (filled(paper="name"), "parts/x-fill/columns/paper", "cannot be filled from the lines of another record"),
    ({"x": text(**{"x-fill": {"from": "source.parts", "columns": {"name": "name"}}})}, "x", "Unknown here: “x-fill”"),
    ({"x": {**LINK, "x-entity": "autor"}}, "x/x-entity", "There is no entity “autor”. Did you mean “author”?"),
    ({"x": {**LINK, "x-inverse": "name"}}, "x/x-inverse", "“author” has a member “name” already"),
    ({"x": {**LINK, "x-inverse": "works"}, "y": {**LINK, "x-inverse": "works"}}, "y/x-inverse", "“book.x” names its other end “works” too"),
    ({"x": {**LINK, "x-columns": ["nam"]}}, "x/x-columns/0", "Did you mean “name”?"),
    ({"id": text()}, "id", "A field cannot be called “id”"),
    ({"and": text()}, "and", "A field cannot be called “and”"),
    ({"pg_name": text()}, "pg_name", "A field cannot be called “pg_name”"),
    ({"Name": text()}, "Name", "A field cannot be called “Name”"),
    ({"x": text(pattern="^(a")}, "x/pattern", "The pattern cannot be used"),
    ({"x": text(pattern="(?=a)b")}, "x/pattern", "The pattern cannot be used"),
    ({"x": {"type": "string", "x-type": "lookup", "x-via": "authr", "x-field": "name"}}, "x/x-via", "has no field “authr”. Did you mean “author”?"),
    ({"x": {"type": "string", "x-type": "lookup", "x-via": "author", "x-field": "nam"}}, "x/x-field", "Did you mean “name”?"),
    ({"x": {"type": "integer", "x-type": "rollup", "x-via": "author", "x-function": "count"}}, "x/x-via", "“author” is no collection"),
    ({"x": {"type": "integer", "x-type": "integer", "x-formula": "pagez + 1"}}, "x/x-formula", "In the formula “pagez + 1”, at character 1"),
    ({"x": {"type": "integer", "x-type": "integer", "x-formula": "title"}}, "x/x-formula", "The formula has to give a number, but it gives"),
    ({"x": {"type": "integer", "x-type": "integer", "x-formula": "x + 1"}}, "x", "in a circle: book.x"),
    (
        {"x": {"type": "integer", "x-type": "integer", "x-formula": "y + 1"}, "y": {"type": "integer", "x-type": "integer", "x-formula": "x + 1"}},
        "x", "These formulas need each other in a circle",
    ),
    ({"x": text(**{"x-visible-if": "pages"})}, "x/x-visible-if", "has to give"),
    ({"x": text(**{"x-default": "1 +"})}, "x/x-default", "In the formula “1 +”"),
    ({"x": {**LINK, "x-filter": "name = record.titel"}}, "x/x-filter", "titel"),
    ({"x": {**STATE, "x-workflow": "lendin"}}, "x/x-workflow", "There is no workflow “lendin”"),
    ({"x": {"type": "string", "format": "decimal", "x-type": "balance", "x-ledger": "points"}}, "x/x-ledger", "There is no ledger “points”"),
]

BROKEN_DOCUMENTS = [
    (view("list", columns=["titel"]), "columns/0", "“book” has no field “titel”. Did you mean “title”?"),
    (view("list", columns=["title.name"]), "columns/0", "“title” is no link to one record"),
    (view("list", columns=["author.nam"]), "columns/0", "“author” has no field “nam”"),
    (view("list", columns=["title"], sort=["-pagez"]), "sort/0", "Did you mean “pages”?"),
    (view("list", columns=["title"], filters=["x"]), "filters/0", "has no field “x”"),
    (view("list", columns=["title"], where="pages"), "where", "has to give"),
    (view("list", columns=["title"], colors=[{"when": "nothing", "color": "red"}]), "colors/0/when", "nothing"),
    (view("form", layout=[{"type": "section", "nodes": [{"type": "field", "field": "titel"}]}]), "layout/0/nodes/0/field", "titel"),
    (view("form", layout=[{"type": "section", "visible": "pages +"}]), "layout/0/visible", "In the formula"),
    (view("form", layout=[{"type": "related", "entity": "book", "via": "author", "columns": ["pagez"]}]), "layout/0/columns/0", "Did you mean “pages”?"),
    (view("form", layout=[{"type": "related", "entity": "book", "via": "author", "columns": ["pages"]}]), "layout/0/via", "“author” does not lead to “book”"),
    (view("form", layout=[{"type": "related", "entity": "book", "via": "author", "columns": ["author"]}]), "layout/0/columns/0", "filled in by the form itself"),
    (view("form", layout=[{"type": "related", "entity": "book", "via": "author"}]), "layout/0", "“columns” is missing"),
    (view("form", layout=[{"type": "section", "columns": ["title"]}]), "layout/0/columns", "This has to be a whole number"),
    (view("record", header=["titel"]), "header/0", "titel"),
    (view("record", related=[{"entity": "author", "via": "name"}]), "related/0/via", "“name” does not lead to “book”"),
    (view("record", related=[{"entity": "autor", "via": "name"}]), "related/0/entity", "autor"),
    (view("record", related=[{"entity": "book", "via": "author", "where": "pages"}]), "related/0/where", "has to give"),
    (view("record", related=[{"entity": "book", "via": "author", "sort": ["-pagez"]}]), "related/0/sort/0", "Did you mean “pages”?"),
    (view("record", related=[{"entity": "book", "via": "author", "edit": ["titel"]}]), "related/0/edit/0", "Did you mean “title”?"),
    (view("record", related=[{"entity": "book", "via": "author", "edit": ["copies"]}]), "related/0/edit/0", "“copies” cannot be changed in a list"),
    (view("record", figures=[{"field": "pagez"}]), "figures/0/field", "Did you mean “pages”?"),
    (view("record", figures=[{"label": label("Double"), "value": "pages *"}]), "figures/0/value", "In the formula"),
    (view("record", figures=[{"value": "pages"}]), "figures/0", ""),
    (view("record", timeline={"entries": [{"entity": "book", "via": "author", "at": "created_at"}]}), "timeline/entries/0/via", "does not lead to “book”"),
    (view("record", timeline={"entries": [{"entity": "book", "via": "author", "at": "title"}]}), "timeline/entries/0/at", "neither a date nor a time"),
    (view("record", timeline={"add": {"entity": "author", "values": {"name": "titel"}}}), "timeline/add/values/name", "titel"),
    (view("record", timeline={"add": {"entity": "author", "view": "quick"}}), "timeline/add/view", "There is no view “quick”"),
    (view("record", actions=[{"entity": "author", "values": {"nam": "title"}}]), "actions/0/values/nam", "Did you mean “name”?"),
    (view("record", actions=[{"entity": "author", "visible": "pagez > 1"}]), "actions/0/visible", "did you mean “pages”?"),
    (view("record", actions=[{"entity": "author", "visible": "pages"}]), "actions/0/visible", "has to give"),
    (view("record", panels=[{"type": "search", "entity": "author", "columns": ["nam"]}]), "panels/0/columns/0", "Did you mean “name”?"),
    (view("record", panels=[{"type": "search", "entity": "author", "columns": ["name"], "where": "name"}]), "panels/0/where", "has to give"),
    (workflow(initial="inn"), "initial", "There is no state “inn”. Did you mean “in”?"),
    (workflow(entity="boook"), "entity", "There is no entity “boook”. Did you mean “book”?"),
    (workflow(transitions=[{**WORKFLOW["transitions"][0], "to": "lost"}]), "transitions/0/to", "There is no state “lost”"),
    (workflow(transitions=[{**WORKFLOW["transitions"][0], "guard": "titel = 1"}]), "transitions/0/guard", "titel"),
    (workflow(transitions=[{**WORKFLOW["transitions"][0], "ask": ["x"]}]), "transitions/0/ask/0", "has no field “x”"),
    (workflow(transitions=[{**WORKFLOW["transitions"][0], "set": {"pages": "title"}}]), "transitions/0/set/pages", "has to give a number"),
    (workflow(transitions=[{**WORKFLOW["transitions"][0], "set": {"id": "1"}}]), "transitions/0/set/id", "cannot be set"),
    (workflow(transitions=WORKFLOW["transitions"] * 2), "transitions", "“lend” stands there 2 times"),
    (post(ledger="fine"), "actions/0/ledger", "There is no ledger “fine”. Did you mean “fines”?"),
    (post(kind="charg"), "actions/0/kind", "There is no kind of entry “charg”"),
    (post(account="title"), "actions/0/account", "has to give"),
    (post(amount="title"), "actions/0/amount", "has to give a number"),
    (post(each="title"), "actions/0/each", "“title” is no sub-table"),
    (post(each="copies", amount="1", memo="titel", account="parent.author"), "actions/0/memo", "titel"),
    (grant(scope="region"), "grants/0/scope", "There is no scope “region”"),
    (grant(where="owner = mee"), "grants/0/where", "mee"),
    (grant(fields={"copies.x": "hidden"}), "grants/0/fields", "“book.copies” has no field “x”"),
    (grant(lookup=["x"]), "grants/0/lookup/0", "has no field “x”"),
    (grant(transitions=["sell"]), "grants/0/transitions/0", "There is no transition “sell”"),
    (grant(entity="*", where="TRUE"), "grants/0", "A grant on every entity cannot have"),
    (printed(type="fields", fields=["titel"]), "blocks/0/fields/0", "titel"),
    (printed(type="table", field="title", columns=[]), "blocks/0/field", "“title” is no sub-table"),
    (printed(type="table", field="copies", columns=["shelf", "x"]), "blocks/0/columns/1", "“book.copies” has no field “x”"),
    (dashboard(entity="boook"), "parts/0/entity", "Did you mean “book”?"),
    (dashboard(where="pages"), "parts/0/where", "has to give"),
    (dashboard(measures=[{"function": "sum", "field": "page"}]), "parts/0/measures/0/field", "Did you mean “pages”?"),
    (dashboard(measures=[{"function": "sum", "field": "title"}]), "parts/0/measures/0/field", "is no number"),
    (dashboard(measures=[{"function": "sum"}]), "parts/0/measures/0", "Name the “field”"),
    (dashboard(measures=[{"function": "count", "where": "pages"}]), "parts/0/measures/0/where", "has to give"),
    (dashboard(compare="previous"), "parts/0/compare", "can be compared"),
    (dashboard(period="today"), "parts/0/period", "Name the “date”"),
    (dashboard(date="title"), "parts/0/date", "is no date"),
    (dashboard(type="chart", chart="line"), "parts/0/group", "A line needs a group"),
    (dashboard(type="chart", chart="pie", group=["title"], series="pages"), "parts/0/series", "take the series out"),
    (dashboard(type="table", group=["created_at"]), "parts/0/group/0", "Say how a date is grouped"),
    (dashboard(type="table", group=["title:day"]), "parts/0/group/0", "is no date"),
    (dashboard(type="table", group=["titel"]), "parts/0/group/0", "Did you mean “title”?"),
    (dashboard(type="list", columns=["title"], due="title"), "parts/0/due", "is no date"),
    (dashboard(type="list", columns=["title"], sort=["-titel"]), "parts/0/sort/0", "Did you mean “title”?"),
    (dashboard(actions=[{"entity": "boook"}]), "parts/0/actions/0/entity", "Did you mean “book”?"),
    (dashboard(ledger="fines"), "parts/0", "either an “entity” or a “ledger”"),
    (Document("app", "other", "other", {"name": "other", "label": label("Other"), "menu": [{"entity": "boook"}]}), "menu/0/entity", "boook"),
    (Document("app", "other", "other", {"name": "other", "label": label("Other"), "menu": [{"view": "book.list"}]}), "menu/0/view", "There is no view “book.list”"),
    (Document("rule", "r", "nowhere", {**post().body, "name": "r"}), "", "The app “nowhere” has no app.json"),
    (entity("shelf", {"code": text()}, **{"x-display": "cod"}), "x-display", "Did you mean “code”?"),
    (entity("shelf", {"code": text()}, **{"x-leads-to": "cod"}), "x-leads-to", "cod"),
    (entity("shelf", {"code": text()}, **{"x-leads-to": "code & code"}), "x-leads-to", "gives no record"),
    (entity("shelf", {"code": text()}, **{"x-unique": [["x"]]}), "x-unique/0", "has no field “x”"),
    (entity("shelf", {"code": text()}, **{"x-dedupe": [{"fields": ["x"], "action": "warn"}]}), "x-dedupe/0/fields", "has no field “x”"),
    *(
        (entity("shelf", SHELF, **{"x-checks": [{"when": "code = BLANK", "message": label("No"), "action": "block", **keys}]}), f"x-checks/0/{place}", said)
        for keys, place, said in (
            ({"when": "cod = 1"}, "when", "cod"), ({"when": "code"}, "when", "has to give"), ({"when": "floor = 1", "each": "boards"}, "when", "floor"),
            ({"each": "code"}, "each", "“code” is no sub-table"), ({"each": "bords"}, "each", "Did you mean “boards”?"), ({"field": "cod"}, "field", "Did you mean “code”?"),
            ({"when": "width > 1", "each": "boards", "field": "boards.widht"}, "field", "Did you mean “width”?"), ({"field": "boards.width"}, "field", "stands in each line"),
            ({"action": "refuse"}, "action", "known are block, warn"),
        )
    ),
    (entity("shelf", {"code": text()}, **{"x-scope": "region"}), "x-scope", "There is no kind of unit “region”; the template names branch."),
    (entity("sk_shelf", {"code": text()}), "$id", "An entity cannot be called “sk_shelf”"),
]


def problems(documents):
    with use_locale("en"), pytest.raises(DefinitionErrors) as refused:
        check(complete(documents), 1)
    return refused.value.problems


@pytest.mark.parametrize(("fields", "path", "words"), BROKEN_FIELDS)
def test_a_broken_field_is_named(fields, path, words):
    documents = [
        Document(one.kind, one.name, one.app, {**one.body, "properties": {**one.body["properties"], **fields}}) if one.name == "book" else one for one in books()
    ]
    found = problems(documents)
    assert [problem.file for problem in found] == ["shop/entities/book.json"] * len(found)
    assert any(problem.path == f"properties/{path}" and words in problem.message for problem in found), found


@pytest.mark.parametrize(("document", "path", "words"), BROKEN_DOCUMENTS)
def test_a_broken_document_is_named(document, path, words):
    whole = [Document(one.kind, one.name, one.app, {**one.body, "properties": {**one.body["properties"], "state": STATE}}) if one.name == "book" else one for one in books()]
    documents = {one.key: one for one in [*whole, Document("workflow", "lending", "shop", WORKFLOW), LEDGER_DOCUMENT, document]}
    found = problems(documents.values())
    assert any(problem.path == path and words in problem.message for problem in found), found


def test_all_problems_are_said_at_once_and_in_the_readers_language():
    documents = [*books(), view("list", columns=["titel", "pagez"]), grant(scope="region")]
    assert len(problems(documents)) == 3
    compile_catalogues()
    with use_locale("zh"), pytest.raises(DefinitionErrors) as refused:
        check(complete(documents), 1)
    assert refused.value.problems[0].message.startswith("“book”没有字段“titel”。")


def test_two_documents_with_one_name_are_refused():
    assert "There is another entity with the name “book”" in problems([*books(), entity("book", {"x": text()})])[0].message


def test_system_entities_are_what_the_platform_makes_them():
    changed = Document("entity", "user", "system", {"$id": "user", "properties": {}})
    catalogue = check(complete([*books(), changed]), 1)
    assert catalogue.entity("user").has("username")
