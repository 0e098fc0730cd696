"""Other records entered inside a form, cells pasted from a spreadsheet, forms sent twice, quick forms, and what is said while one types."""

import json
import re

import pytest
from reading_room import Person, Room
from werkzeug.datastructures import MultiDict

WHOLE = "/r/book/new?view=whole"


def line_key(form: MultiDict[str, str], name: str = "copy-book") -> str:
    return form.getlist(name)[-1]


def book_with_copies(vera: Person, *conditions: str) -> str:
    """The address of a new book with copies in these conditions."""
    form = vera.form(WHOLE)
    form["title"] = "Two hands"
    form.poplist("copy-book")
    for number, condition in enumerate(conditions):
        form.add("copy-book", f"k{number}")
        form.add("_field", f"copy-book.k{number}.condition")
        form[f"copy-book.k{number}.condition"] = condition
    answer = vera.post("/r/book/new", form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_new_form_has_a_blank_line_for_each_that_is_needed(vera: Person) -> None:
    form = vera.form(WHOLE)
    assert len(form.getlist("copy-book")) == 1
    assert f"copy-book.{line_key(form)}.condition" in form


def test_other_records_are_saved_with_the_record_that_they_link_to(vera: Person, room: Room) -> None:
    form = vera.form(WHOLE)
    key = line_key(form)
    form["title"], form[f"copy-book.{key}.condition"] = "Two hands", "worn"
    form.add(f"copy-book.{key}.marks", "m1")
    form[f"copy-book.{key}.marks.m1.page"], form[f"copy-book.{key}.marks.m1.note"] = "12", "torn"
    answer = vera.post("/r/book/new", form)
    assert answer.status_code == 303
    id_ = int(answer.location.rsplit("/", 1)[1])
    assert room.scalar("SELECT condition FROM e_copy WHERE book = :book", book=id_) == "worn"
    assert room.scalar("SELECT m.note FROM e_copy__marks m JOIN e_copy c ON c.id = m.parent_id WHERE c.book = :book", book=id_) == "torn"


def test_nothing_is_saved_when_one_of_the_others_is_refused(vera: Person, room: Room) -> None:
    form = vera.form(WHOLE)
    key = line_key(form)
    form["title"], form[f"copy-book.{key}.condition"] = "Two hands", "good"
    form.add(f"copy-book.{key}.marks", "m1")
    form[f"copy-book.{key}.marks.m1.page"] = "twelve"
    answer = vera.post("/r/book/new?lang=en", form)
    assert answer.status_code == 422
    assert re.search(rf'id="f-copy-book-{key}-marks-m1-page-error"><div class="form-error">', answer.text)
    assert room.scalar("SELECT count(*) FROM e_book WHERE title = 'Two hands'") == 0


def test_too_few_of_the_others_are_asked_for(vera: Person, room: Room) -> None:
    form = vera.form(WHOLE)
    form["title"] = "Two hands"
    answer = vera.post("/r/book/new?lang=en", form)
    assert answer.status_code == 422 and "Give at least 1." in answer.text
    assert room.scalar("SELECT count(*) FROM e_book WHERE title = 'Two hands'") == 0


def test_others_are_changed_added_and_taken_out_in_one_save(vera: Person, room: Room) -> None:
    address = book_with_copies(vera, "good", "worn")
    book = int(address.rsplit("/", 1)[1])
    form = vera.form(f"{address}/edit?view=whole")
    first, second = form.getlist("copy-book")
    form[f"copy-book.{first}.condition"] = "worn"
    form.setlist("copy-book", [first, "n9"])
    form.add("_field", "copy-book.n9.condition")
    form["copy-book.n9.condition"] = "good"
    assert vera.post(f"{address}/edit", form).status_code == 303
    assert room.scalar("SELECT condition FROM e_copy WHERE id = :id", id=int(first)) == "worn"
    assert room.scalar("SELECT deleted_at FROM e_copy WHERE id = :id", id=int(second)) is not None
    assert room.scalar("SELECT count(*) FROM e_copy WHERE book = :book AND deleted_at IS NULL", book=book) == 2


def test_a_record_of_another_owner_cannot_be_slipped_in(vera: Person, room: Room) -> None:
    address = book_with_copies(vera, "good")
    foreign = room.scalar("SELECT id FROM e_copy WHERE book <> :book", book=int(address.rsplit("/", 1)[1]))
    form = vera.form(f"{address}/edit?view=whole")
    form.add("copy-book", str(foreign))
    form.add("_field", f"copy-book.{foreign}.condition")
    form[f"copy-book.{foreign}.condition"] = "worn"
    assert vera.post(f"{address}/edit", form).status_code == 422
    assert room.scalar("SELECT book FROM e_copy WHERE id = :id", id=foreign) != int(address.rsplit("/", 1)[1])


def test_who_may_not_add_the_others_sees_them_without_inputs(nora: Person, vera: Person, room: Room) -> None:
    form = vera.form(WHOLE)
    line = vera.post("/r/book/line/copy-book", form, htmx=True).text
    assert line.count("<fieldset") == 1 and "copy-book." in line
    assert nora.post("/r/book/line/copy-book", form, htmx=True).status_code == 404


def test_a_further_line_of_the_others_sub_table_is_drawn_under_its_own_name(vera: Person) -> None:
    form = vera.form(WHOLE)
    key = line_key(form)
    line = vera.post(f"/r/book/line/copy-book.{key}.marks", form, htmx=True).text
    assert re.search(rf'name="copy-book\.{key}\.marks" value="n[0-9a-f]+"', line)


# Pasting


def paste(person: Person, form: MultiDict[str, str], text: str, at: str, field: str = "authors") -> str:
    return person.post(f"/r/book/paste/{field}?lang=en", [*form.items(multi=True), ("_pasted", text), ("_at", at)], htmx=True).text


def test_cells_from_a_spreadsheet_fill_lines_and_add_what_is_missing(vera: Person) -> None:
    form = vera.form("/r/book/new")
    form.add("authors", "k1")
    text = paste(vera, form, "Zoe\tTranslator\r\nAbe\t作者\r\n", "k1.name")
    names = re.findall(r'name="authors\.(\w+)\.name"[^>]* value="([^"]*)"', text)
    assert [name for _key, name in names] == ["Zoe", "Abe"] and names[0][0] == "k1"
    assert re.findall(r'value="(\w+)" selected', text) == ["translator", "author"]


def test_what_cannot_be_read_stays_and_is_marked(vera: Person) -> None:
    form = vera.form("/r/book/new")
    form.add("authors", "k1")
    text = paste(vera, form, "Zoe\tcook", "k1.name")
    assert re.search(r'id="f-authors-k1-role-error"><div class="form-error">', text)


def test_too_many_lines_are_not_pasted(vera: Person) -> None:
    form = vera.form("/r/book/new")
    form.add("authors", "k1")
    answer = vera.post("/r/book/paste/authors?lang=en", [*form.items(multi=True), ("_pasted", "x\n" * 301), ("_at", "k1.name")], htmx=True)
    assert answer.status_code == 422 and "Paste at most 300 lines at once." in answer.headers["HX-Trigger"]


# Sent twice


def test_a_form_that_is_sent_twice_is_saved_once(vera: Person, room: Room) -> None:
    form = vera.form("/r/reader/new")
    form["name"] = "两次"
    first, second = vera.post("/r/reader/new", form), vera.post("/r/reader/new", form)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert room.scalar("SELECT count(*) FROM e_reader WHERE name = '两次'") == 1


def test_a_form_that_was_refused_can_be_sent_again(vera: Person, room: Room) -> None:
    form = vera.form("/r/reader/new")
    assert vera.post("/r/reader/new", form).status_code == 422
    form["name"] = "再来"
    assert vera.post("/r/reader/new", form).status_code == 303
    assert room.scalar("SELECT count(*) FROM e_reader WHERE name = '再来'") == 1


def test_a_key_means_nothing_to_somebody_else(vera: Person, nora: Person, room: Room) -> None:
    form = vera.form("/r/reader/new")
    form["name"] = "一"
    assert vera.post("/r/reader/new", form).status_code == 303
    other = nora.form("/r/reader/new")
    other["_key"], other["name"] = form["_key"], "二"
    assert nora.post("/r/reader/new", other).status_code == 303
    assert room.scalar("SELECT count(*) FROM e_reader WHERE name IN ('一', '二')") == 2


# Quick forms


def test_a_quick_form_saves_and_leaves_the_page_where_it_is(vera: Person, room: Room) -> None:
    form = vera.form("/r/book/new?view=quick&dialog=1&price=3.50", "dialog-form", htmx=True)
    assert form["price"] == "3.5" and "isbn" not in form
    form["title"] = "Small"
    answer = vera.post("/r/book/new", form, htmx=True)
    told = json.loads(answer.headers["HX-Trigger"])
    id_ = str(room.scalar("SELECT id FROM e_book WHERE title = 'Small'"))
    assert told["shuke:saved"]["id"] == id_ and "shuke:close-dialog" in told
    assert told["shuke:toast"][0]["link"] == f"/r/book/{id_}"
    assert "HX-Redirect" not in answer.headers


def test_saving_and_adding_another_in_the_dialog_gives_a_fresh_form_with_the_same_start(vera: Person) -> None:
    form = vera.form("/r/book/new?view=quick&dialog=1&price=3.50", "dialog-form", htmx=True)
    form["title"], form["price"], form["_again"] = "Small", "9", "1"
    answer = vera.post("/r/book/new", form, htmx=True)
    told = json.loads(answer.headers["HX-Trigger"])
    assert "shuke:saved" in told and "shuke:close-dialog" not in told
    assert re.search(r'name="price"[^>]*value="3.5"', answer.text) and re.search(r'name="title"[^>]*value=""', answer.text)
    assert form["_key"] not in answer.text


def test_the_full_form_takes_over_what_the_quick_one_has(vera: Person, room: Room) -> None:
    form = vera.form("/r/book/new?view=quick&dialog=1", "dialog-form", htmx=True)
    form["title"], form["_do"] = "Half typed", "show"
    for name in ("_dialog", "_form", "_box"):
        form.poplist(name)
    answer = vera.post("/r/book/new", form)
    assert answer.status_code == 200
    assert 'value="Half typed"' in answer.text and 'name="isbn"' in answer.text
    assert room.scalar("SELECT count(*) FROM e_book WHERE title = 'Half typed'") == 0


# While one types


@pytest.mark.parametrize("writing", ["13800000101", "138-0000 0101", "+86 138 0000 0101", "１３８０００００１０１"])
def test_a_duplicate_is_told_while_typing_in_any_writing(vera: Person, room: Room, writing: str) -> None:
    form = vera.form("/r/reader/new")
    form["mobile"], form["_touched"] = writing, "mobile"
    answer = vera.post("/r/reader/live?lang=en", form, htmx=True).text
    said = answer[answer.index('id="f-mobile-error"'):].split("</div>")[0]
    assert "Another reader has this mobile number." in said
    assert f'href="/r/reader/{room.ids["li"]}"' in said and "data-panel" in said


def test_who_may_not_see_the_other_record_is_told_without_details(sam: Person, room: Room) -> None:
    form = sam.form("/r/reader/new")
    form["mobile"], form["_touched"] = "13800000101", "mobile"
    answer = sam.post("/r/reader/live?lang=en", form, htmx=True).text
    assert "Another reader has this mobile number." in answer
    assert str(room.ids["li"]) not in answer


def test_checks_speak_while_typing(vera: Person) -> None:
    form = vera.form("/r/loan/new")
    form["since"], form["due"], form["_touched"] = "2026-02-01", "2026-01-01", "due"
    assert "Due before it was lent." in vera.post("/r/loan/live?lang=en", form, htmx=True).text


def test_everything_wrong_is_listed_above_the_form_with_links_to_the_fields(vera: Person) -> None:
    form = vera.form("/r/reader/new")
    form["daily_fine"] = "much"
    text = vera.post("/r/reader/new?lang=en", form).text
    said = text[text.index('class="said-box"'):text.index("</ul>")]
    assert '<a href="#f-name" data-mistake>Name</a> Fill this in.' in said and 'href="#f-daily_fine"' in said


# Pickers


def test_options_and_the_chosen_record_show_further_columns(vera: Person, room: Room) -> None:
    text = vera.post("/r/copy/pick/book?lang=en", {"text": "三体", "box": "f-book"}, htmx=True).text
    assert "Price" in text and "picker-cell number" in text
    form = vera.form("/r/copy/new")
    form["book"], form["_touched"] = str(room.ids["three_body"]), "book"
    live = vera.post("/r/copy/live?lang=en", form, htmx=True).text
    facts = live[live.index('id="f-book-facts"'):].split("</div>")[0]
    assert "Price" in facts and "Copies" in facts


def test_a_scanned_code_is_the_exact_match(vera: Person, room: Room) -> None:
    card = room.scalar("SELECT card FROM e_reader WHERE id = :id", id=room.ids["li"])
    text = vera.post("/r/loan/pick/reader", {"text": card, "box": "f-reader"}, htmx=True).text
    first = re.search(r'data-picker-id="(\d+)"[^>]*data-exact', text)
    assert first and first[1] == str(room.ids["li"])


def test_what_one_chose_lately_comes_first(vera: Person, room: Room) -> None:
    form = vera.form("/r/copy/new")
    form["book"] = str(room.ids["three_body"])
    assert vera.post("/r/copy/new", form).status_code == 303
    text = vera.post("/r/copy/pick/book?lang=en", {"text": "", "box": "f-book"}, htmx=True).text
    assert "Chosen lately" in text
    assert re.search(r'data-picker-id="(\d+)"', text)[1] == str(room.ids["three_body"])  # type: ignore[index]


# Steps


def test_a_step_that_is_sent_twice_is_taken_once_and_both_answers_lead_on(vera: Person, room: Room) -> None:
    address = f"/r/loan/{room.ids['running']}"
    form = vera.form(f"{address}/do/lose?dialog=1", "transition", htmx=True)
    form["remark"] = "Left in a train."
    first, second = vera.post(f"{address}/do/lose", form), vera.post(f"{address}/do/lose", form)
    assert first.status_code == second.status_code == 303 and first.location == second.location
    assert room.scalar("SELECT state FROM e_loan WHERE id = :id", id=room.ids["running"]) == "lost"


def test_a_step_says_what_it_needs_beside_the_field(vera: Person, room: Room) -> None:
    address = f"/r/loan/{room.ids['running']}/do/lose?lang=en"
    form = vera.form(address, "transition", htmx=True)
    form["remark"] = "x" * 300
    answer = vera.post(address, form, htmx=True)
    assert answer.status_code == 422
    assert re.search(r'id="t-remark-error"><div class="form-error">', answer.text) and 'href="#t-remark"' in answer.text


def test_a_cell_without_end_is_not_pasted(vera: Person) -> None:
    form = vera.form("/r/book/new")
    answer = vera.post("/r/book/paste/authors?lang=en", [*form.items(multi=True), ("_pasted", "x" * 150_000), ("_at", "k1.name")], htmx=True)
    assert answer.status_code == 422


def test_a_form_that_is_sent_again_with_something_else_in_it_is_not_passed_over(vera: Person, nora: Person, room: Room) -> None:
    """Two clicks save once; what was typed since is saved too, and nobody gets the answer to somebody else's form."""
    form = vera.form("/r/book/new")
    form["title"] = "Sent once"
    first, again = (vera.post("/r/book/new", form).location.partition("?")[0] for _turn in range(2))
    assert first == again
    form["title"] = "Sent otherwise"
    assert vera.post("/r/book/new", form).location.partition("?")[0] != first
    assert room.scalar("SELECT count(*) FROM e_book WHERE title LIKE 'Sent %'") == 2
    theirs = nora.post("/r/book/new", form)
    assert theirs.status_code != 303 or first not in theirs.location
