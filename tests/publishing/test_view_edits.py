"""Edits of views: what comes of them can be published, and what cannot be done is refused."""

import pytest
from published import LIBRARY

from shuke.core.errors import InvalidInput
from shuke.definitions.load import load_template
from shuke.definitions.patches import patched
from shuke.publishing import edits
from shuke.publishing.checks import check, complete
from shuke.publishing.edits import views

LABEL = {"zh": "新的", "en": "New one"}


@pytest.fixture(scope="module")
def library():
    return list(complete(load_template(LIBRARY)))


def done(documents, edit, *arguments, **options):
    return patched(documents, edit(documents, *arguments, **options))


def body(documents, name):
    return next(one.body for one in documents if one.key == ("view", name))


def test_columns_are_added_moved_and_taken_out_with_their_widths_and_colours(library):
    after = done(library, views.add_column, "loan.list", "reader.born")
    assert body(after, "loan.list")["columns"][-1] == "reader.born"
    after = done(after, views.move_column, "loan.list", "reader.born", 0)
    after = done(after, views.set_width, "loan.list", "reader.born", 220)
    after = done(after, edits.set_value, ("view", "loan.list"), ("colors",), [{"when": "fine > 0", "color": "red", "field": "reader.born"}, {"when": "fine > 0", "color": "red"}])
    check(after, 1)
    gone = done(after, views.remove_column, "loan.list", "reader.born")
    assert body(gone, "loan.list") == {**body(library, "loan.list"), "colors": [{"when": "fine > 0", "color": "red"}]}
    with pytest.raises(InvalidInput, match="there already"):
        views.add_column(library, "loan.list", "number")


def test_a_list_keeps_a_column_and_cards_need_none(library):
    after = library
    for path in body(library, "loan.list")["columns"][1:]:
        after = done(after, views.remove_column, "loan.list", path)
    with pytest.raises(InvalidInput, match="at least one"):
        views.remove_column(after, "loan.list", "number")
    alone = done(library, views.remove_column, "copy.board", "book")
    assert "columns" not in body(alone, "copy.board")
    check(alone, 1)


def test_widths_have_limits_and_go_with_nothing(library):
    after = done(library, views.set_width, "loan.list", "number", 9999)
    assert body(after, "loan.list")["widths"] == [{"field": "number", "width": 1200}]
    again = done(after, views.set_width, "loan.list", "number", 80)
    assert body(again, "loan.list")["widths"][0]["width"] == 80
    assert "widths" not in body(done(again, views.set_width, "loan.list", "number", 0), "loan.list")


def test_a_view_is_sorted_by_one_column_before_the_others(library):
    after = done(library, views.sort_by, "loan.list", "due", "down")
    assert body(after, "loan.list")["sort"] == ["-due", "-since"]
    assert body(done(after, views.sort_by, "loan.list", "due", ""), "loan.list")["sort"] == ["-since"]


def test_one_view_opens_first_for_a_role(library):
    after = done(library, views.open_first, "loan.board", {"volunteer", "nobody"})
    assert body(after, "loan.board")["roles"] == ["volunteer"]
    after = done(after, views.open_first, "loan.calendar", {"volunteer"})
    assert "roles" not in body(after, "loan.board") and body(after, "loan.calendar")["roles"] == ["volunteer"]
    check(after, 1)
    assert "roles" not in body(done(after, views.open_first, "loan.list", {"volunteer"}), "loan.calendar")


@pytest.mark.parametrize("kind", ["board", "calendar", "gallery"])
def test_a_new_view_of_each_kind_can_be_published(library, kind):
    name = edits.view_variant(library, "loan", kind, LABEL)
    after = done(library, edits.add_view, "lending", "loan", kind, LABEL, name=name)
    check(after, 1)


def test_a_board_needs_something_to_have_its_columns_by(library):
    with pytest.raises(InvalidInput, match="options"):
        edits.add_view(library, "lending", "fine_payment", "board", LABEL, name="fine_payment.board")


def test_renaming_a_field_follows_into_boards_calendars_and_widths(library):
    after = done(library, views.set_width, "loan.list", "since", 120)
    after = done(after, edits.rename_field, "loan", "since", "begun")
    after = done(after, edits.rename_field, "loan", "state", "stage")
    assert body(after, "loan.calendar")["start"] == "begun" and body(after, "loan.board")["by"] == "stage"
    assert body(after, "loan.list")["widths"] == [{"field": "begun", "width": 120}]
    check(after, 1)


@pytest.mark.parametrize(("view", "change", "said"), [
    ("loan.board", {"by": "number"}, "choose a choice or a state"), ("loan.calendar", {"start": "number"}, "choose a date"),
    ("loan.calendar", {"end": "created_at"}, "of the same type"), ("book.gallery", {"image": "title"}, "is no picture"),
    ("loan.list", {"widths": [{"field": "fine_paid", "width": 90}]}, "fine_paid"), ("loan.list", {"widths": [{"field": "returned", "width": 90}]}, "has no width"),
])
def test_what_does_not_fit_is_said_at_publishing(library, view, change, said):
    broken = library
    for key, value in change.items():
        broken = patched(broken, edits.set_value(broken, ("view", view), (key,), value))
    with pytest.raises(Exception, match=said):
        check(broken, 1)
