"""Forms: adding and changing records, what follows while one types, and what stands against saving."""

import json
import re
from html import unescape

import pytest
from reading_room import HTMX, Person, Room


def test_a_form_for_a_new_record_begins_with_its_defaults(vera: Person) -> None:
    form = vera.form("/r/reader/new")
    assert form["kind"] == "adult"
    assert form["daily_fine"] == "0.5"
    assert form["name"] == ""


def test_a_new_record_is_saved_and_shown(vera: Person, room: Room) -> None:
    form = vera.form("/r/reader/new")
    form["name"], form["mobile"] = "赵敏", "138 0000 0199"
    answer = vera.post("/r/reader/new", form)
    assert answer.status_code == 303
    page = vera.get(answer.location).text
    assert "赵敏" in page and "138 0000 0199" in page
    assert room.scalar("SELECT mobile FROM e_reader WHERE name = '赵敏'") == "+8613800000199"


def test_saving_with_add_another_leads_to_a_new_form(vera: Person) -> None:
    form = vera.form("/r/reader/new")
    form["name"], form["_again"] = "钱", "1"
    assert vera.post("/r/reader/new", form).location == "/r/reader/new"


def test_a_value_that_does_not_fit_is_explained_and_what_was_typed_is_kept(vera: Person, room: Room) -> None:
    form = vera.form("/r/reader/new?lang=en")
    form["name"], form["daily_fine"], form["remarks"] = "孙", "much", "kept <as> typed"
    answer = vera.post("/r/reader/new?lang=en", form)
    assert answer.status_code == 422
    assert 'value="much"' in answer.text and "kept &lt;as&gt; typed" in answer.text
    assert "This cannot be saved yet." in answer.text and "form-error" in answer.text
    assert room.scalar("SELECT count(*) FROM e_reader WHERE name = '孙'") == 0


def test_a_missing_value_is_asked_for_at_its_field(vera: Person) -> None:
    answer = vera.post("/r/reader/new?lang=en", vera.form("/r/reader/new"), htmx=True)
    assert answer.status_code == 422
    assert "<html" not in answer.text and answer.text.lstrip().startswith('<form id="form"')
    assert re.search(r'id="f-name-error"><div class="form-error">', answer.text)


def test_a_duplicate_is_refused_with_a_sentence(vera: Person) -> None:
    form = vera.form("/r/reader/new")
    form["name"], form["mobile"] = "李明二", "13800000101"
    assert "Another reader has this mobile number." in vera.post("/r/reader/new?lang=en", form).text


def test_a_likely_duplicate_is_shown_with_its_link_and_can_be_saved_anyway(vera: Person, room: Room) -> None:
    form = vera.form("/r/book/new")
    form["title"] = "三体"
    answer = vera.post("/r/book/new?lang=en", form)
    assert answer.status_code == 422
    assert "There is a book with this title." in answer.text
    assert f'href="/r/book/{room.ids["three_body"]}"' in answer.text
    form["_accept"] = "1"
    assert vera.post("/r/book/new", form).status_code == 303


def test_who_may_not_create_finds_no_form(nora: Person) -> None:
    assert nora.get("/r/book/new").status_code == 404
    assert nora.post("/r/book/new", {"title": "Mine", "_field": "title"}).status_code == 404


def test_a_record_of_another_branch_has_no_form(nora: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['wang']}/edit"
    assert nora.get(address).status_code == 404
    assert nora.post(address, {"name": "Mine", "_field": "name"}).status_code == 404


def test_only_what_was_changed_is_saved(vera: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['li']}/edit"
    form = vera.form(address)
    form["remarks"] = "Reads at night."
    assert vera.post(address, form).status_code == 303
    history = vera.get(f"/r/reader/{room.ids['li']}/history?lang=en").text
    last = history[history.index('class="history-entry"'):].split("</li>")[0]
    assert "Remarks" in last and "Reads at night." in last
    assert "Mobile" not in last and "Name" not in last


def test_a_field_without_the_right_to_write_is_not_an_input_and_cannot_be_forged(nora: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['li']}/edit"
    form = nora.form(address)
    assert "email" not in form and "fines" not in form
    forged = nora.post(address, [*form.items(multi=True), ("_field", "email"), ("email", "me@example.com")])
    assert forged.status_code == 422
    assert room.scalar("SELECT email FROM e_reader WHERE name = '李明'") is None


def test_lines_are_added_removed_and_kept_in_their_order(vera: Person, room: Room) -> None:
    form = vera.form("/r/book/new")
    form["title"], form["_do"] = "Two hands", "add:authors"
    page = vera.post("/r/book/new", form).text
    key = re.search(r'name="authors" value="(n[0-9a-f]+)"', page)
    assert key and 'value="Two hands"' in page
    line = vera.post("/r/book/line/authors", form, htmx=True).text
    assert line.count("<tr data-line") == 1 and f'value="{key[1]}"' not in line
    for position, name in enumerate(("Zoe", "Abe")):
        form.add("authors", f"n{position}")
        form[f"authors.n{position}.name"] = name
        form[f"authors.n{position}.role"] = "author"
    form.poplist("_do")
    answer = vera.post("/r/book/new", form)
    assert answer.status_code == 303
    page = vera.get(answer.location).text
    assert page.index("Zoe") < page.index("Abe")
    edit = vera.form(f"{answer.location}/edit")
    first, second = edit.getlist("authors")
    edit.setlist("authors", [second, first])
    assert vera.post(f"{answer.location}/edit", edit).status_code == 303
    page = vera.get(answer.location).text
    assert page.index("Abe") < page.index("Zoe")
    edit = vera.form(f"{answer.location}/edit")
    edit.setlist("authors", [second])
    assert vera.post(f"{answer.location}/edit", edit).status_code == 303
    assert "Zoe" not in vera.get(answer.location).text


def test_without_a_script_a_button_takes_a_line_out(vera: Person) -> None:
    form = vera.form("/r/book/new")
    form["title"] = "Two hands"
    for position, name in enumerate(("Zoe", "Abe")):
        form.add("authors", f"n{position}")
        form[f"authors.n{position}.name"] = name
    form["_do"] = "remove:authors.n0"
    page = vera.post("/r/book/new", form)
    assert page.status_code == 200
    assert 'value="Abe"' in page.text and 'value="Zoe"' not in page.text and 'value="Two hands"' in page.text


def test_a_fault_in_a_line_is_told_at_its_cell(vera: Person) -> None:
    form = vera.form("/r/book/new")
    form["title"] = "Nobody's"
    form.add("authors", "n1")
    form["authors.n1.name"], form["authors.n1.role"] = "", "translator"
    answer = vera.post("/r/book/new", form)
    assert answer.status_code == 422
    assert re.search(r'id="f-authors-n1-name-error"><div class="form-error">', answer.text)


def test_the_live_answer_computes_without_touching_what_was_typed(vera: Person, room: Room) -> None:
    address = f"/r/loan/{room.ids['late']}/edit"
    form = vera.form(address)
    form["returned"] = "2030-01-01"
    answer = vera.post("/r/loan/live", form, htmx=True)
    assert answer.status_code == 200
    days = re.search(r'<output id="f-days_late" hx-swap-oob="innerHTML">([\d,]+)', answer.text)
    assert days and int(days[1].replace(",", "")) > 30
    assert 'name="returned"' not in answer.text and 'name="remark"' not in answer.text


def test_the_live_answer_complains_only_about_touched_fields(vera: Person) -> None:
    form = vera.form("/r/reader/new")
    form["daily_fine"] = "much"
    untouched = vera.post("/r/reader/live", form, htmx=True).text
    assert "form-error" not in untouched
    form["_touched"] = "daily_fine"
    touched = vera.post("/r/reader/live", form, htmx=True).text
    assert 'id="f-daily_fine-error"' in touched and touched.count('class="form-error"') == 1


def test_conditional_parts_come_with_their_condition(vera: Person, room: Room) -> None:
    running, back = vera.get(f"/r/loan/{room.ids['running']}/edit").text, vera.get(f"/r/loan/{room.ids['late']}/edit").text
    assert 'name="returned"' not in running and 'id="f-returned-control" hidden' in running
    assert 'name="returned"' in back


def test_a_dependent_choice_offers_what_belongs_to_the_one_above(vera: Person) -> None:
    form = vera.form("/r/reader/new")
    assert "Student" in vera.get("/r/reader/new?lang=en").text and "Pupil" not in vera.get("/r/reader/new?lang=en").text
    form["kind"], form["_changed"] = "child", "name kind"
    answer = vera.post("/r/reader/live?lang=en", form, htmx=True).text
    assert 'id="f-group-control"' in answer and "Pupil" in answer and "Student" not in answer
    form["_changed"] = "name"
    assert 'name="group"' not in vera.post("/r/reader/live", form, htmx=True).text


def test_a_blank_input_says_which_default_it_will_get(vera: Person) -> None:
    form = vera.form("/r/reader/new")
    form["daily_fine"], form["kind"] = "", "child"
    answer = vera.post("/r/reader/live", form, htmx=True)
    assert json.loads(answer.headers["HX-Trigger"])["shuke:suggest"]["daily_fine"].startswith("0")


def test_a_default_that_nobody_has_changed_follows_what_it_depends_on(vera: Person) -> None:
    assert "daily_fine" in str(re.search(r'data-defaults="([^"]*)"', vera.get("/r/reader/new").text))
    form = vera.form("/r/reader/new")
    form["daily_fine"], form["kind"], form["_default"] = "", "child", "daily_fine"
    triggers = json.loads(vera.post("/r/reader/live", form, htmx=True).headers["HX-Trigger"])
    assert triggers["shuke:follow"]["daily_fine"].startswith("0")
    assert "daily_fine" not in triggers["shuke:suggest"]


def test_a_stale_form_shows_both_versions_and_loses_neither(vera: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['li']}/edit"
    mine, theirs = vera.form(address), vera.form(address)
    theirs["name"], theirs["remarks"] = "李明甲", "From the other."
    assert vera.post(address, theirs).status_code == 303
    mine["name"], mine["born"] = "李明乙", "1991-01-01"
    answer = vera.post(f"{address}?lang=en", mine, htmx=True)
    assert answer.status_code == 409
    assert "李明甲" in answer.text and 'value="李明乙"' in answer.text and "From the other." in answer.text
    again = mine.copy()
    for name in ("_revision", "_initial", "remarks"):
        again[name] = _value_of(answer.text, name)
    assert again["remarks"] == "From the other."
    assert vera.post(address, again).status_code == 303
    page = vera.get(f"/r/reader/{room.ids['li']}").text
    assert "李明乙" in page and "From the other." in page and "1991-01-01" in page


def test_in_a_conflict_the_other_value_can_be_chosen(vera: Person, room: Room) -> None:
    address = f"/r/reader/{room.ids['li']}/edit"
    mine, theirs = vera.form(address), vera.form(address)
    theirs["name"] = "李明甲"
    vera.post(address, theirs)
    mine["name"] = "李明乙"
    page = vera.post(address, mine).text
    for name in ("_revision", "_initial"):
        mine[name] = _value_of(page, name)
    mine["_choice.name"] = "theirs"
    assert vera.post(address, mine).status_code == 303
    assert room.scalar("SELECT count(*) FROM e_reader WHERE name = '李明甲'") == 1


def test_adding_from_within_a_form_comes_back_with_the_record_chosen(vera: Person, room: Room) -> None:
    page = vera.fragment("/r/reader/new?dialog=1&box=f-reader&name=新人").text
    assert 'id="dialog-form"' in page and 'value="新人"' in page and "<html" not in page
    form = vera.form("/r/reader/new?dialog=1&box=f-reader&name=新人", "dialog-form", htmx=True)
    answer = vera.post("/r/reader/new", form, htmx=True)
    assert answer.status_code == 200
    told = json.loads(answer.headers["HX-Trigger"])
    assert told["shuke:saved"] == {"entity": "reader", "box": "f-reader", "id": str(room.scalar("SELECT id FROM e_reader WHERE name = '新人'")), "title": "新人"}
    assert list(told).index("shuke:saved") < list(told).index("shuke:close-dialog")


def test_a_form_of_a_dialog_that_is_sent_without_javascript_goes_on_as_a_page(vera: Person) -> None:
    form = vera.form("/r/reader/new?dialog=1&box=f-reader", "dialog-form", htmx=True)
    refused = vera.post("/r/reader/new", form)
    assert refused.status_code == 422 and 'name="_dialog"' not in refused.text and 'name="_again"' in refused.text
    form["name"] = "新人"
    assert vera.post("/r/reader/new", form).status_code == 303


def test_a_form_is_prefilled_from_its_address(vera: Person, room: Room) -> None:
    form = vera.form(f"/r/loan/new?reader={room.ids['anna']}")
    assert form["reader"] == str(room.ids["anna"])
    assert 'value="Anna"' in vera.get(f"/r/loan/new?reader={room.ids['anna']}").text


def test_saving_takes_the_same_statements_however_many_lines_there_are(vera: Person, room: Room) -> None:
    def save(title: str, lines: int) -> int:
        form = vera.form("/r/book/new")
        form["title"] = title
        for number in range(lines):
            form.add("authors", f"n{number}")
            form[f"authors.n{number}.name"] = f"Author {number}"
        form["csrf_token"] = vera.token()
        with room.statements() as seen:
            assert vera.client.post("/r/book/new", data=form, headers=HTMX).status_code == 200
        return len(seen)

    assert save("First", 1) == save("Second", 20)
    assert save("Third", 5) <= 20


@pytest.mark.parametrize("address", ["/r/reader/new", "/r/book/live", "/r/book/line/authors", "/r/book/line/title", "/r/unicorn/live"])
def test_a_form_that_is_not_ours_is_refused(nora: Person, address: str) -> None:
    answer = nora.client.post(address, data={"name": "x"})
    assert answer.status_code == 400  # without the token of a page


def _value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page) or re.search(rf'name="{name}"[^>]*>([^<]*)</textarea>', page)
    assert found, name
    return unescape(found[1])
