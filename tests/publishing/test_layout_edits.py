"""Gestures of the form designer leave forms that can be published, show every field once, and touch no more than they must."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published import CRM, LIBRARY

from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import patched, touched
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.checks import check
from shuke.publishing.edits import layouts
from shuke.publishing.edits.layouts import Spot
from shuke.views import form_plan

LABEL = {"zh": "页数", "en": "Pages"}


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture(scope="module")
def library():
    return [*system_documents(), *load_template(LIBRARY)]


@pytest.fixture(scope="module")
def unwritten(library):
    """Nobody has written a form of books."""
    assert not any(one.kind == "view" and one.body["kind"] == "form" and one.body["entity"] == "book" for one in library)
    return library


@pytest.fixture(scope="module")
def shop():
    return [*system_documents(), *load_template(CRM)]


def done(documents, edit, *arguments, **options):
    return patched(documents, edit(documents, "book.form", *arguments, **options))


def shown(documents, entity="book", form=""):
    return [field.name for field in form_plan(parse_documents(documents, 1), entity, form).fields]


def test_a_form_that_nobody_wrote_is_written_as_it_was_drawn(unwritten):
    before = shown(unwritten)
    after = done(unwritten, layouts.settle)
    check(after, 1)
    assert shown(after) == before
    assert next(one for one in after if one.key == ("view", "book.form")).app == "lending"


def test_the_first_gesture_writes_the_form_in_the_same_steps(unwritten):
    after = done(unwritten, layouts.put_new_field, "integer", LABEL, Spot((0,), (0, 0)))
    check(after, 1)
    assert shown(after)[0] == "pages"
    assert set(shown(after)) == {*shown(unwritten), "pages"}


def test_a_new_field_stands_where_it_was_put_and_nowhere_else(shop):
    for form in ("customer.form", "order.form", "contact.form.quick"):
        place = next(place for place, part in _places(layouts.layout_of(shop, form)) if part["type"] == "section")
        after = patched(shop, layouts.put_new_field(shop, form, "text", LABEL, Spot(place)))
        check(after, 1)
        assert shown(after, form.split(".")[0], form).count("pages") == 1


def test_parts_are_moved_together_and_keep_their_order(unwritten):
    names = shown(unwritten)
    layout = layouts.layout_of(unwritten, "book.form")
    inner = [part.get("field") for part in layout[0]["nodes"]]
    after = done(unwritten, layouts.move_parts, [(0, 2), (0, 0)], Spot((0,)))
    moved = [part["field"] for part in layouts.layout_of(after, "book.form")[0]["nodes"]]
    assert moved == [inner[1], *inner[3:], inner[0], inner[2]]
    assert set(shown(after)) == set(names)


def test_a_part_that_is_put_before_one_that_moves_too_stands_before_the_next(unwritten):
    after = done(unwritten, layouts.move_parts, [(0, 1), (0, 2)], Spot((0,), (0, 1)))
    assert layouts.layout_of(after, "book.form") == layouts.layout_of(unwritten, "book.form")


def test_a_section_cannot_be_moved_into_itself(unwritten):
    with pytest.raises(InvalidInput):
        layouts.move_parts(unwritten, "book.form", [(0,)], Spot((0,)))


def test_a_field_that_is_put_outside_gets_a_section_around_it(unwritten):
    after = done(unwritten, layouts.move_parts, [(0, 0)], Spot((), (0,)))
    check(after, 1)
    first = layouts.layout_of(after, "book.form")[0]
    assert (first["type"], len(first["nodes"])) == ("section", 1)


def test_a_field_that_is_taken_off_the_main_form_does_not_come_back_by_itself(unwritten):
    layout = layouts.layout_of(unwritten, "book.form")
    name = layout[0]["nodes"][0]["field"]
    after = done(unwritten, layouts.take_off, [(0, 0)])
    check(after, 1)
    assert name not in shown(after)
    again = done(after, layouts.put_fields, [name], Spot((0,)))
    assert shown(again).count(name) == 1
    assert "without" not in next(one.body for one in again if one.key == ("view", "book.form"))
    with pytest.raises(InvalidInput):
        layouts.put_fields(again, "book.form", [name], Spot((0,)))


def test_a_field_that_is_removed_goes_from_all_forms_and_out_of_the_entity(unwritten):
    layout = layouts.layout_of(unwritten, "book.form")
    name = layout[0]["nodes"][1]["field"]
    after = done(unwritten, layouts.remove_fields, [(0, 1)])
    assert name not in next(one.body for one in after if one.key == ("entity", "book"))["properties"]
    assert name not in shown(after)


def test_the_first_tab_takes_what_was_there_and_a_dissolved_one_gives_it_back(unwritten):
    names = shown(unwritten)
    after = done(unwritten, layouts.put_tab, {"zh": "更多", "en": "More"}, {"zh": "基本", "en": "Basics"})
    check(after, 1)
    layout = layouts.layout_of(after, "book.form")
    assert [part["type"] for part in layout] == ["tab", "tab"]
    assert shown(after) == names
    once = done(after, layouts.dissolve_part, (1,))
    twice = done(once, layouts.dissolve_part, (0,))
    check(twice, 1)
    assert all(part["type"] != "tab" for part in layouts.layout_of(twice, "book.form"))
    assert shown(twice) == names


def test_a_section_is_dissolved_into_its_neighbour_but_not_into_nothing(unwritten):
    after = done(unwritten, layouts.put_section, LABEL, Spot())
    layout = layouts.layout_of(after, "book.form")
    merged = done(after, layouts.dissolve_part, (0,))
    assert set(shown(merged)) == set(shown(unwritten))
    assert len(layouts.layout_of(merged, "book.form")) == len(layout) - 1
    alone = done(unwritten, layouts.move_parts, [(0, 0)], Spot((), (0,)))
    for _number in range(len(layouts.layout_of(alone, "book.form")) - 1):
        alone = done(alone, layouts.dissolve_part, (1,))
    with pytest.raises(InvalidInput):
        layouts.dissolve_part(alone, "book.form", (0,))


def test_copies_of_fields_are_fields_of_their_own(unwritten):
    after = done(unwritten, layouts.duplicate_parts, [(0, 0), (0, 1)])
    check(after, 1)
    assert len(shown(after)) == len(shown(unwritten)) + 2
    section = done(unwritten, layouts.duplicate_parts, [(0,)])
    check(section, 1)
    assert len(layouts.layout_of(section, "book.form")) == len(layouts.layout_of(unwritten, "book.form")) + 1


def test_widths_columns_and_what_phones_show_are_written_and_taken_back(unwritten):
    start = done(unwritten, layouts.settle)
    after = done(start, layouts.resize_part, (0, 0), 2)
    after = done(after, layouts.set_columns, (0,), 3)
    after = done(after, layouts.hide_on_phones, (0, 1), hidden=True)
    nodes = layouts.layout_of(after, "book.form")[0]
    assert (nodes["columns"], nodes["nodes"][0]["width"], nodes["nodes"][1]["on_phones"]) == (3, 2, {"hidden": True})
    back = done(after, layouts.resize_part, (0, 0), None)
    back = done(back, layouts.set_columns, (0,), 2)
    back = done(back, layouts.hide_on_phones, (0, 1), hidden=False)
    assert [one.body for one in back] == [one.body for one in start]


def test_a_required_field_cannot_be_left_out_on_phones(library):
    layout = layouts.layout_of(library, "book.form")
    required = next(one.body for one in library if one.key == ("entity", "book"))["required"]
    place = next(place for place, part in _places(layout) if part.get("field") in required)
    with pytest.raises(DefinitionErrors, match="left out on phones"):
        check(patched(library, layouts.hide_on_phones(library, "book.form", place, hidden=True)), 1)


def test_the_order_on_phones_is_of_its_own_until_it_is_the_same_again(unwritten):
    start = done(unwritten, layouts.settle)
    after = done(start, layouts.move_on_phones, (0, 1), -1)
    nodes = layouts.layout_of(after, "book.form")[0]["nodes"]
    assert [part["on_phones"]["order"] for part in nodes[:3]] == [2, 1, 3]
    back = done(after, layouts.move_on_phones, (0, 1), 1)
    assert [one.body for one in back] == [one.body for one in start]


def test_lines_of_other_records_bring_the_fields_that_they_need(shop):
    view = next(one for one in shop if one.kind == "view" and one.body["kind"] == "form" and any(part["type"] == "related" for _place, part in _places(layouts.layout_of(shop, one.name))))
    layout = layouts.layout_of(shop, view.name)
    place, part = next((place, part) for place, part in _places(layout) if part["type"] == "related")
    without = patched(shop, layouts.take_off(shop, view.name, [place]))
    after = patched(without, layouts.put_related(without, view.name, part["entity"], part["via"], Spot()))
    check(after, 1)
    with pytest.raises(InvalidInput):
        layouts.put_related(after, view.name, part["entity"], part["via"], Spot())


def test_a_change_inside_one_section_touches_only_that_section(shop):
    steps = layouts.move_parts(shop, "customer.form", [(0, 0, 0)], Spot((0, 0)))
    assert touched(steps) == ["/view/customer.form/body/layout/0/nodes/0/nodes"]


def test_what_is_not_there_is_not_found(library):
    for place in ((9,), (0, 99), (0, 0, 0, 0)):
        with pytest.raises(NotFound):
            layouts.resize_part(library, "book.form", place, 1)
    with pytest.raises(NotFound):
        layouts.layout_of(library, "book.form.ghost")
    with pytest.raises(NotFound):
        layouts.layout_of(library, "ghost.form")


def test_all_forms_of_the_templates_can_be_designed(shop, library):
    for documents in (shop, library):
        for one in documents:
            if one.kind == "view" and one.body["kind"] == "form":
                after = patched(documents, layouts.settle(documents, one.name))
                assert shown(after, one.body["entity"], one.name) == shown(documents, one.body["entity"], one.name)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_any_gestures_leave_a_form_that_can_be_published(unwritten, seed):
    chance, documents = random.Random(seed), unwritten
    for number in range(8):
        try:
            steps = _gesture(chance, documents, number)
        except InvalidInput:
            continue
        documents = patched(documents, steps)
        layout = layouts.layout_of(documents, "book.form")
        names = list(layouts.fields_in(layout))
        assert len(names) == len(set(names))
        body = next(one.body for one in documents if one.key == ("view", "book.form"))
        assert not set(body.get("without", ())) & set(names)
    check(documents, 1)


def _gesture(chance, documents, number):
    places = [place for place, _part in _places(layouts.layout_of(documents, "book.form"))]
    holding = [place for place, part in _places(layouts.layout_of(documents, "book.form")) if part["type"] in {"tab", "section"}]
    some = chance.sample(places, min(len(places), chance.randint(1, 3)))
    into = chance.choice([(), *holding])
    inside = [place for place in places if place[:-1] == into]
    spot = Spot(into, chance.choice([None, *inside]))
    entity = next(one.body for one in documents if one.key == ("entity", "book"))
    free = [name for name in entity["properties"] if name not in set(layouts.fields_in(layouts.layout_of(documents, "book.form")))]
    match chance.randint(0, 9):
        case 0:
            return layouts.put_new_field(documents, "book.form", chance.choice(["text", "date", "choice", "table"]), {"en": f"Field {number}", "zh": ""}, spot)
        case 1:
            return layouts.put_section(documents, "book.form", LABEL, spot, columns=chance.randint(1, 4))
        case 2:
            return layouts.put_tab(documents, "book.form", LABEL, LABEL)
        case 3:
            return layouts.put_text(documents, "book.form", LABEL, spot)
        case 4:
            return layouts.resize_part(documents, "book.form", some[0], chance.choice([None, 1, 2, 4]))
        case 5:
            return layouts.duplicate_parts(documents, "book.form", some[:1])
        case 6:
            return layouts.take_off(documents, "book.form", some[:1]) if chance.random() < 0.5 else layouts.dissolve_part(documents, "book.form", chance.choice(holding))
        case 7 if free:
            return layouts.put_fields(documents, "book.form", chance.sample(free, 1), spot)
        case 8:
            return layouts.move_on_phones(documents, "book.form", some[0], chance.choice([-1, 1]))
        case _:
            return layouts.move_parts(documents, "book.form", some, spot)


def _places(layout, above=()):
    for number, part in enumerate(layout):
        yield (*above, number), part
        yield from _places(part.get("nodes", ()), (*above, number))
