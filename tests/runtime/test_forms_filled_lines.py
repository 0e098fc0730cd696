"""Lines of a form that come from the chosen record, follow the choice, and stay as they are once somebody has typed into them."""

import re

import pytest
from reading_room import Person, Room
from werkzeug.datastructures import MultiDict

Form = MultiDict[str, str]


@pytest.fixture
def two(vera: Person) -> tuple[str, str]:
    """A book by two people, and one by another."""
    return _book(vera, "Together", "Zoe", "Abe"), _book(vera, "Alone", "Eve")


def _book(vera: Person, title: str, *names: str) -> str:
    form = vera.form("/r/book/new")
    form["title"] = title
    for name in names:
        form.add("authors", f"k{name}")
        form[f"authors.k{name}.name"] = name
    answer = vera.post("/r/book/new", form)
    assert answer.status_code == 303, answer.text
    return str(answer.location.rsplit("/", 1)[1])


def _live(vera: Person, form: Form) -> Form | None:
    """The form after the answer to a change: with the lines that it puts in place, or None when it leaves them alone."""
    text = vera.post("/r/copy/live?lang=en", form, htmx=True).text
    if 'id="f-credits-control"' not in text:
        return None
    now = MultiDict((name, value) for name, value in form.items(multi=True) if not name.startswith("credits"))
    for tag in re.findall(r'<input [^>]*name="credits[^>]*>', text):
        now.add(re.findall(r'name="([^"]+)"', tag)[0], (re.findall(r'value="([^"]*)"', tag) or [""])[0].replace("&#34;", '"'))
    for name, options in re.findall(r'<select [^>]*name="(credits[^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        now[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    return now


def _names(form: Form) -> list[str]:
    return [form[f"credits.{key}.name"] for key in form.getlist("credits")]


def _saved(room: Room, vera: Person, form: Form) -> list[str]:
    answer = vera.post("/r/copy/new", form)
    assert answer.status_code == 303, answer.text
    with room.database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM e_copy__credits WHERE parent_id = ? ORDER BY position", (int(answer.location.rsplit("/", 1)[1]),))
        return [name for (name,) in found]


def _chosen(vera: Person, book: str) -> Form:
    form = vera.form("/r/copy/new")
    assert form.getlist("credits") == []
    form["book"] = book
    filled = _live(vera, form)
    assert filled is not None
    return filled


def test_they_come_with_the_choice_follow_it_and_go_with_it(vera: Person, room: Room, two: tuple[str, str]) -> None:
    form = _chosen(vera, two[0])
    assert _names(form) == ["Zoe", "Abe"]
    assert _live(vera, form) is None
    form["book"] = two[1]
    other = _live(vera, form)
    assert other is not None and _names(other) == ["Eve"]
    assert _saved(room, vera, other) == ["Eve"]
    other["book"] = ""
    none = _live(vera, other)
    assert none is not None and none.getlist("credits") == []


def test_what_somebody_typed_stays_with_the_lines_around_it(vera: Person, room: Room, two: tuple[str, str]) -> None:
    form = _chosen(vera, two[0])
    form[f"credits.{form.getlist('credits')[1]}.name"] = "Abraham"
    form["book"] = two[1]
    assert _live(vera, form) is None
    assert _saved(room, vera, form) == ["Zoe", "Abraham"]


def test_lines_that_were_taken_out_do_not_come_back(vera: Person, room: Room, two: tuple[str, str]) -> None:
    form = _chosen(vera, two[0])
    form.poplist("credits")
    form["book"] = two[1]
    assert _live(vera, form) is None
    assert _saved(room, vera, form) == []


def test_a_further_blank_line_is_nothing_that_was_typed(vera: Person, two: tuple[str, str]) -> None:
    form = _chosen(vera, two[0])
    form.add("credits", "nblank")
    form["credits.nblank.name"], form["credits.nblank.role"], form["credits.nblank._initial"] = "", "author", '{"role": "author"}'
    assert _live(vera, form) is None
    form["book"] = two[1]
    other = _live(vera, form)
    assert other is not None and _names(other) == ["Eve"]


def test_without_a_script_they_are_filled_when_the_form_is_saved(vera: Person, room: Room, two: tuple[str, str]) -> None:
    form = vera.form("/r/copy/new")
    form["book"] = two[0]
    assert _saved(room, vera, form) == ["Zoe", "Abe"]


def test_a_form_that_begins_with_the_choice_begins_with_its_lines(vera: Person, room: Room, two: tuple[str, str]) -> None:
    form = vera.form(f"/r/copy/new?book={two[0]}")
    assert _names(form) == ["Zoe", "Abe"]
    form[f"credits.{form.getlist('credits')[0]}.name"] = ""
    refused = vera.post("/r/copy/new?lang=en", form)
    key = form.getlist("credits")[0]
    assert refused.status_code == 422 and re.search(rf'id="f-credits-{key}-name-error"><div class="form-error">', refused.text)
    assert 'name="credits._filled"' in refused.text


def test_another_record_in_a_form_is_saved_with_the_lines_of_the_one_that_it_links_to(vera: Person, room: Room, two: tuple[str, str]) -> None:
    form = vera.form(f"/r/book/{two[0]}/edit?view=whole")
    form.add("copy-book", "k1")
    form.add("_field", "copy-book.k1.condition")
    form["copy-book.k1.condition"] = "worn"
    assert vera.post(f"/r/book/{two[0]}/edit", form).status_code == 303
    copy = room.scalar("SELECT id FROM e_copy WHERE book = :book", book=int(two[0]))
    assert room.scalar("SELECT count(*) FROM e_copy__credits WHERE parent_id = :copy", copy=copy) == 2


def test_a_form_of_a_saved_record_leaves_its_lines_alone(vera: Person, room: Room, two: tuple[str, str]) -> None:
    answer = vera.post("/r/copy/new", _chosen(vera, two[0]))
    id_ = answer.location.rsplit("/", 1)[1]
    form = vera.form(f"/r/copy/{id_}/edit")
    form["book"], form["_id"] = two[1], id_
    assert _live(vera, form) is None
    assert vera.post(f"/r/copy/{id_}/edit", form).status_code == 303
    assert room.scalar("SELECT count(*) FROM e_copy__credits WHERE parent_id = :copy", copy=int(id_)) == 2
