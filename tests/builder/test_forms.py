"""The form designer: the form as staff get it, gestures that answer with it, and what is said beside it."""

import re

import pytest
from builder.test_panels import body_of
from flask import g

from shuke.access import Actor
from shuke.builder import workshop
from shuke.builder.forms.asked import after
from shuke.builder.forms.palette import GROUPS
from shuke.builder.titles import both
from shuke.core.i18n import use_locale
from shuke.core.settings import Settings
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.patches import patched
from shuke.fields import FIELD_TYPES
from shuke.publishing import edits
from shuke.publishing.edits import layouts
from shuke.publishing.edits.layouts import Spot
from shuke.publishing.edits.views import remove_column
from shuke.screens.visitor import Visitor

FORM = "/build/forms/book.form"
STAMPS = {"created_at", "created_by", "updated_at", "updated_by"}


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture
def change(room, vera):
    """Edits the draft by functions of `publishing.edits`."""

    def change_(edit, *arguments, **options):
        with room.app.test_request_context("/build", method="POST"), room.database.write():
            g.visitor = Visitor(Actor(room.ids["vera"], "user", "韦拉"), Settings(), 0, 0, "en")
            with use_catalogue(store.current(room.database)):
                return workshop.edit(lambda documents: edit(documents, *arguments, **options), both("Last change"))

    return change_


def do(person, action, **values):
    return person.post(f"{FORM}/{action}?lang=en", values, htmx=True)


def keys(html):
    """The parts of the canvas in order."""
    return re.findall(r'class="node [^"]*" data-key="([^"]+)"', html)


def fields(html):
    return [key for key in keys(html) if not key[0].isdigit()]


def test_the_canvas_is_the_form_that_staff_get(vera):
    canvas, staff = vera.fragment(f"{FORM}?lang=en").text, vera.get("/r/book/new?lang=en").text
    controls = r'id="f-([a-z_]+)-control"'
    assert re.findall(controls, canvas) == re.findall(controls, staff)


def test_an_entity_opens_with_its_form_and_every_form_of_the_library_can_be_drawn(room, vera):
    with room.database.read():
        documents = store.documents_of(store.published_version())
    for one in documents:
        if one.kind == "entity" and one.app != "system" or one.kind == "view" and one.body["kind"] == "form":
            page = vera.get(f"/build/{one.kind}/{one.name}?lang=en").text
            assert 'id="form-canvas"' in page and "cannot be drawn" not in page, one.key


def test_the_page_reads_the_definitions_from_memory(room, vera):
    vera.get("/build/entity/book?lang=en")
    with room.statements() as seen:
        vera.get("/build/entity/book?lang=en")
    assert len(seen) <= 12, seen


def test_every_type_stands_in_the_palette_once_and_can_be_added_and_drawn(vera):
    offered = [type_ for _name, types in GROUPS for type_ in types]
    assert sorted(offered) == sorted({type_.name for type_ in FIELD_TYPES} - STAMPS)
    page = vera.get("/build/entity/book?lang=en").text
    for type_ in offered:
        assert f'data-kind="type" data-value="{type_}"' in page
        answer = do(vera, "add", kind="type", value=type_)
        assert answer.status_code == 200, (type_, answer.text)
        assert "cannot be drawn" not in answer.text, type_
    assert "cannot be drawn" not in vera.get("/build/entity/book?lang=en").text


def test_the_palette_is_found_in_both_languages_and_by_pinyin(vera):
    page = vera.get("/build/entity/book?lang=en").text
    sought = re.search(r'data-value="money" data-sought="([^"]+)"', page)[1]
    assert {"money", "金额", "jine", "je"} <= set(sought.split("|"))


def test_a_new_field_stands_where_it_was_dropped_is_chosen_and_is_one_change(vera):
    before = fields(vera.fragment(f"{FORM}?lang=en").text)
    answer = do(vera, "add", kind="type", value="date", into="0", before=before[1])
    assert fields(answer.text) == [before[0], "date", *before[1:]]
    assert 'data-chosen="date"' in answer.text
    assert "1 change not published" in answer.text
    undone = vera.post("/build/undo?lang=en", {}, htmx=True)
    assert undone.status_code == 200
    assert fields(vera.fragment(f"{FORM}?lang=en").text) == before


def test_a_field_without_place_comes_after_what_is_chosen(vera):
    before = fields(vera.fragment(f"{FORM}?lang=en").text)
    answer = do(vera, "add", kind="type", value="integer", chosen=before[0])
    assert fields(answer.text)[:2] == [before[0], "whole_number"]


def test_a_field_is_called_after_its_words_until_it_is_published(vera):
    do(vera, "add", kind="type", value="text")
    answer = vera.post("/build/panel?lang=en", {"kind": "entity", "name": "book", "field": "text", "pointer": "/properties/text/x-label", "zh": "副标题", "en": "Text"}, htmx=True)
    assert '"to": "fu_biao_ti"' in answer.headers["HX-Trigger"]
    assert "fu_biao_ti" in fields(vera.fragment(f"{FORM}?lang=en").text)
    answer = vera.post(
        "/build/panel?lang=en", {"kind": "entity", "name": "book", "field": "fu_biao_ti", "pointer": "/properties/fu_biao_ti/x-label", "zh": "副标题", "en": "Subtitle"}, htmx=True,
    )
    assert '"to": "subtitle"' in answer.headers["HX-Trigger"]
    answer = vera.post("/build/panel?lang=en", {"kind": "entity", "name": "book", "field": "isbn", "pointer": "/properties/isbn/x-label", "zh": "书号", "en": "Number"}, htmx=True)
    assert "builder:renamed" not in answer.headers["HX-Trigger"]


def test_a_list_goes_on_to_show_the_first_fields_until_somebody_arranges_it(vera, room, change):
    change(edits.add_entity, "lending", {"zh": "展览", "en": "Exhibition"})

    def add(type_):
        assert vera.post("/build/forms/exhibition.form/add?lang=en", {"kind": "type", "value": type_}, htmx=True).status_code == 200
        return body_of(room, "view", "exhibition.list")["columns"]

    assert add("date") == ["name", "date"]
    assert add("longtext") == ["name", "date"]
    assert add("money") == ["name", "date", "money"]
    change(remove_column, "exhibition.list", "date")
    assert add("integer") == ["name", "money"]


def test_words_of_the_type_are_missing_words_once_the_reader_calls_a_field_otherwise(vera, room):
    said = {"zh": "整数", "en": "Pages"}
    for language, left in (("zh", said), ("en", {"zh": "", "en": "Pages"})):
        do(vera, "add", kind="type", value="integer")
        vera.post(f"/build/panel?lang={language}", {"kind": "entity", "name": "book", "field": "whole_number", "pointer": "/properties/whole_number/x-label", **said}, htmx=True)
        properties = body_of(room, "entity", "book")["properties"]
        assert properties["pages" if language == "zh" else "pages_2"]["x-label"] == left


def test_several_parts_are_moved_copied_and_taken_off_together(vera):
    before = fields(vera.fragment(f"{FORM}?lang=en").text)
    moved = do(vera, "move", chosen=f"{before[0]},{before[1]}", into="0")
    assert fields(moved.text)[:1] == [before[2]]
    assert set(re.search(r'data-chosen="([^"]*)"', moved.text)[1].split(",")) == {before[0], before[1]}
    copied = do(vera, "duplicate", chosen=f"{before[0]},{before[1]}")
    assert len(fields(copied.text)) == len(before) + 2
    off = do(vera, "off", chosen=f"{before[0]},{before[1]}")
    assert not {before[0], before[1]} & set(fields(off.text))
    assert f'data-kind="field" data-value="{before[0]}"' in off.text


def test_a_field_that_was_taken_off_is_put_back(vera):
    before = fields(vera.fragment(f"{FORM}?lang=en").text)
    do(vera, "off", chosen=before[1])
    answer = do(vera, "add", kind="field", value=before[1], into="0", before=before[0])
    assert fields(answer.text)[0] == before[1]


def test_what_a_field_is_used_for_is_told_before_it_is_removed(vera):
    said = vera.fragment(f"{FORM}/uses?lang=en&chosen=isbn").text
    assert "Goes with it" in said
    assert "/build/view/book.list" in said
    answer = do(vera, "remove", chosen="isbn")
    assert "isbn" not in fields(answer.text)
    assert "isbn" not in vera.fragment("/build/search?lang=en&q=isbn").text.replace("q=isbn", "").replace("“isbn”", "")


def test_sections_tabs_and_notes_are_added_and_dissolved(vera):
    before = fields(vera.fragment(f"{FORM}?lang=en").text)
    assert "Section" in do(vera, "add", kind="part", value="section").text
    assert "Write here what people should know." in do(vera, "add", kind="part", value="text").text
    tabs = do(vera, "add", kind="part", value="tab").text
    assert tabs.count('role="tabpanel"') == 2
    gone = do(vera, "dissolve", chosen="1").text
    assert gone.count('class="tab-panel') == 1
    assert [name for name in fields(gone) if name in before] == before


def test_widths_and_columns_are_those_that_staff_see(room, vera):
    first = fields(vera.fragment(f"{FORM}?lang=en").text)[0]
    do(vera, "columns", chosen="0", value="3")
    wide = do(vera, "resize", chosen=first, value="2")
    assert re.search(rf'id="f-{first}-control" class="control control-span-2"', wide.text)
    hidden = do(vera, "hide", chosen="isbn", value="1")
    assert re.search(r'id="f-isbn-control" class="control phone-hidden"', hidden.text)
    assert "Left out on phones" in hidden.text
    earlier = do(vera, "phone", chosen="isbn", value="up")
    assert "phone-order-" in earlier.text
    assert do(vera, "resize", chosen=first, value="9").status_code == 422


def test_a_step_goes_from_one_section_into_the_next(vera):
    before = fields(vera.fragment(f"{FORM}?lang=en").text)
    do(vera, "add", kind="part", value="section")
    sections = [key for key in keys(vera.fragment(f"{FORM}?lang=en").text) if key.isdigit()]
    do(vera, "move", chosen=before[0], into=sections[-1])
    up = do(vera, "step", chosen=before[0], value="up")
    assert up.status_code == 200
    assert do(vera, "step", chosen=fields(up.text)[0], value="up").status_code == 422


def test_the_phone_shows_the_form_alone_and_may_stand_in_a_frame_of_ours_only(vera):
    page = vera.get(f"{FORM}/phone?lang=en")
    assert 'id="f-isbn-control"' in page.text
    assert "node-grip" not in page.text
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers


def test_the_settings_are_of_the_field_or_of_its_place(vera):
    field = vera.fragment(f"{FORM}/chosen?lang=en&chosen=isbn").text
    assert 'data-pointer="/properties/isbn/x-label"' in field
    assert "draws this by itself" in vera.fragment(f"{FORM}/chosen?lang=en&chosen=isbn&side=part").text
    do(vera, "settle", chosen="isbn")
    place = vera.fragment(f"{FORM}/chosen?lang=en&chosen=isbn&side=part").text
    assert re.search(r'data-pointer="/layout/0/nodes/\d+/width"', place)
    assert "/nodes/0/field" not in place
    assert "2 parts are chosen" in vera.fragment(f"{FORM}/chosen?lang=en&chosen=isbn,title").text
    assert "Nothing is chosen." in vera.fragment(f"{FORM}/chosen?lang=en&chosen=ghost").text


def test_another_form_is_added_and_switched_to(vera):
    answer = vera.post("/build/forms/book/new?lang=en", {"zh": "柜台登记", "en": "At the counter"}, htmx=True)
    assert answer.headers["HX-Redirect"] == "/build/entity/book?tab=form&form=book.form.at_the_counter"
    page = vera.get(answer.headers["HX-Redirect"] + "&lang=en").text
    assert 'data-form="book.form.at_the_counter"' in page
    assert "At the counter" in page
    assert vera.post("/build/forms/book/new?lang=en", {"zh": " ", "en": ""}, htmx=True).status_code == 422


def test_who_is_overtaken_in_the_same_section_sees_the_form_as_it_is(vera, nora):
    canvas = nora.fragment(f"{FORM}?lang=en").text
    before, seen = fields(canvas), re.search(r'data-revision="([^"]+)"', canvas)[1]
    do(vera, "settle")
    do(vera, "move", chosen=before[0], into="0")
    late = nora.post(f"{FORM}/move?lang=en", {"chosen": before[1], "into": "0", "_revision": seen}, htmx=True)
    assert late.status_code == 409
    assert fields(late.text)[-1] != before[1]


def test_a_form_that_names_what_is_gone_says_so(vera, change):
    change(layouts.settle, "book.form")
    change(edits.set_value, ("view", "book.form"), ("layout", 0, "nodes", 0, "field"), "ghost")
    assert "This form cannot be drawn." in vera.get("/build/entity/book?lang=en").text


def test_nothing_is_shown_of_forms_that_are_not_there(vera):
    for address in ("/build/forms/ghost.form", "/build/forms/book.form.ghost", "/build/forms/book.list", "/build/forms/ghost.form/phone"):
        assert vera.fragment(address).status_code == 404, address


def test_things_are_put_behind_what_is_chosen_else_into_the_last_section(room, vera):
    with room.database.read():
        documents = store.documents_of(store.published_version())
    layout = layouts.layout_of(documents, "book.form")
    assert after(layout, [(0,)]) == Spot((0,))
    assert after(layout, [(0, 0)]) == Spot((0,), (0, 1))
    tabbed = layouts.layout_of(patched(documents, layouts.put_tab(documents, "book.form", {"en": "A"}, {"en": "B"})), "book.form")
    assert after(tabbed, []).into[0] == 0
