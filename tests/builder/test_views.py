"""The views of an entity, and their designer: the view drawn as the draft has it, and each gesture one edit."""

import re

import pytest
from flask import g

from shuke.access import Actor
from shuke.builder import workshop
from shuke.builder.titles import both
from shuke.core.settings import Settings
from shuke.definitions import drafts, shared_drafts, store
from shuke.definitions.current import use_catalogue
from shuke.publishing import edits
from shuke.publishing.edits import views
from shuke.publishing.publish import publish
from shuke.screens.visitor import Visitor


@pytest.fixture
def change(room, vera):
    """Edits the draft by functions of `publishing.edits`, as the editors of the builder do."""

    def change_(edit, *arguments, **options):
        with room.app.test_request_context("/build", method="POST"), room.database.write():
            g.visitor = Visitor(Actor(room.ids["vera"], "user", "韦拉"), Settings(), 0, 0, "en")
            with use_catalogue(store.current(room.database)):
                workshop.edit(lambda documents: edit(documents, *arguments, **options), both("Last change"))

    return change_


def send(person, address, **form):
    return person.post(address, form, htmx=True)


def test_the_tab_shows_the_views_by_their_kind_and_for_whom_they_open_first(vera):
    page = vera.get("/build/entity/loan?tab=views&lang=en").text
    for kind in ("List", "Board", "Calendar", "Gallery", "Record page", "Form"):
        assert f">{kind}</h2>" in page
    assert "Loans at a glance" in page and "Opens first for everybody else" in page
    answer = send(vera, "/build/views/of/loan?lang=en", action="first", view="loan.board", role="volunteer")
    assert answer.status_code == 200 and "Opens first for: Volunteer" in answer.text and "shuke:draft" in answer.headers["HX-Trigger"]
    assert 'id="draft-bar"' in answer.text


def test_a_view_is_added_duplicated_and_removed(vera):
    made = send(vera, "/build/views/of/loan?lang=en", action="add", kind="board", zh="", en="Second board")
    assert made.status_code == 200 and "Second board" in made.text and "/build/view/loan.board.second_board" in made.text
    assert vera.get("/build/view/loan.board.second_board?lang=en").status_code == 200
    copied = send(vera, "/build/views/of/loan?lang=en", action="duplicate", view="loan.calendar").text
    assert "Loans by day (copy)" in copied
    gone = send(vera, "/build/views/of/loan?lang=en", action="remove", view="loan.board.second_board").text
    assert "loan.board.second_board" not in gone
    assert "/r/loan" in vera.get("/r/loan?view=loan.board").text  # nothing is published yet


def test_what_cannot_be_added_is_refused_with_a_sentence(vera):
    answer = send(vera, "/build/views/of/fine_payment?lang=en", action="add", kind="board", en="Board")
    assert answer.status_code == 422 and "A board needs a field with options" in answer.headers["HX-Trigger"] and 'id="views-tab"' in answer.text
    assert send(vera, "/build/views/of/reader", action="add", kind="record").status_code == 422
    assert send(vera, "/build/views/of/reader", action="add", kind="unicorn").status_code == 404
    assert send(vera, "/build/views/of/reader", action="remove", view="loan.board").status_code == 404


@pytest.mark.parametrize("view", ["loan.list", "loan.board", "loan.calendar", "book.gallery", "reader.record", "copy.board"])
def test_every_kind_is_drawn_with_real_records_in_few_statements(vera, room, view):
    vera.get(f"/build/view/{view}?lang=en")
    with room.statements() as seen:
        page = vera.get(f"/build/view/{view}?lang=en")
    assert page.status_code == 200 and 'id="view-drawn"' in page.text and 'id="view-columns"' in page.text and 'id="keywords"' in page.text
    assert len(seen) <= 12
    words = {"loan.list": "inert", "loan.board": "lane-title", "loan.calendar": "calendar-month", "book.gallery": "三体", "reader.record": "Key figures", "copy.board": "B0000"}
    assert words[view] in page.text


def test_columns_are_added_sorted_sized_moved_and_removed(vera):
    address = "/build/views/loan.list/columns?lang=en"
    added = send(vera, address, action="add", path="reader.born")
    assert added.status_code == 200 and re.search(r'data-name="Reader › [^"]+"', added.text)
    number = len(re.findall(r'<li class="view-column', added.text)) - 1
    moved = send(vera, address, action="move", number=str(number), to="0")
    assert re.search(r'data-number="0" data-name="Reader › ', moved.text)
    assert 'value="180"' in send(vera, address, action="width", path="reader.born", width="180").text
    assert "Do not sort by" in send(vera, address, action="sort", path="due", way="down").text
    drawn = vera.get("/build/views/loan.list/preview?lang=en").text
    assert 'data-width="180"' in drawn and drawn.index('data-path="reader.born"') < drawn.index('data-path="number"')
    assert "reader.born" not in send(vera, address, action="remove", path="reader.born").text.split('class="view-add"')[0]
    assert send(vera, address, action="move", number="99", to="0").status_code == 404
    assert send(vera, address, action="remove", path="nothing").status_code == 422


def test_what_is_not_published_yet_is_drawn_without_records_and_never_fails(vera, change):
    change(edits.add_field, "loan", "choice", {"zh": "等级", "en": "Grade"}, name="grade")
    change(edits.rename_field, "loan", "due", "back_by")
    change(views.add_column, "loan.list", "grade")
    change(edits.set_value, ("view", "loan.list"), ("where",), "grade = \"x\"")
    page = vera.get("/build/views/loan.list/preview?lang=en").text
    assert 'data-path="grade"' in page and 'data-path="back_by"' in page
    assert "takes effect when this is published" in page and page.count("<tr data-href") == 3
    change(edits.add_view, "lending", "loan", "board", {"zh": "等级", "en": "Grades"}, name="loan.board.grades")
    change(edits.set_value, ("view", "loan.board.grades"), ("by",), "grade")
    assert "lane-title" in vera.get("/build/views/loan.board.grades/preview?lang=en").text
    change(edits.add_entity, "lending", {"zh": "书架", "en": "Shelf"}, name="shelf")
    assert "it has no records before it is published" in vera.get("/build/view/shelf.list?lang=en").text
    change(edits.remove_field, "loan", "grade")
    for view in ("loan.list", "loan.board.grades"):
        assert vera.get(f"/build/view/{view}?lang=en").status_code == 200


def test_parts_of_a_record_page_are_moved_and_taken_out(vera):
    page = vera.get("/build/view/reader.record?lang=en").text
    parts = re.findall(r'id="view-items-(\w+)"', page)
    assert "related" in parts
    items = re.findall(r'id="view-header-(\d)"', page)
    if len(items) > 1:
        first = re.search(r'id="view-items-header".*?data-name="([^"]+)"', page, re.DOTALL)[1]
        moved = send(vera, "/build/views/reader.record/parts?lang=en", action="move", part="header", number="0", to="1").text
        assert re.search(r'id="view-items-header".*?data-name="([^"]+)"', moved, re.DOTALL)[1] != first
    assert send(vera, "/build/views/reader.record/parts", action="remove", part="layout", number="0").status_code == 404


def test_a_board_that_was_made_here_is_used_once_it_is_published(vera, room):
    send(vera, "/build/views/of/reader?lang=en", action="add", kind="board", zh="读者看板", en="Readers by kind")
    with room.database.read():
        documents = drafts.get(shared_drafts.standing().id).documents
    assert publish(room.database, Actor.system("test"), documents, "a board") > 1
    page = vera.get("/r/reader?view=reader.board&lang=en").text
    assert 'class="lanes"' in page and "Readers by kind" in page


def test_a_form_has_a_designer_of_its_own(vera):
    assert vera.get("/build/views/loan.form/preview").status_code == 404
    page = vera.get("/build/view/loan.form?lang=en").text
    assert 'id="view-drawn"' not in page and "<title>Loan · Form" in page
