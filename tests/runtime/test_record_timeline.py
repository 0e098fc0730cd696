"""The timeline of a record: one stream of all that happened, comments, and adding to it in a few fields."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import reading_room
from reading_room import Person, Room, configuration, furnish

from shuke.core.db import Database
from shuke.web.app import create_app

VIEW = {
    "kind": "record", "entity": "reader", "header": ["name", "kind"],
    "figures": [{"field": "fines"}, {"field": "loan_count"}, {"label": {"zh": "平均", "en": "Average"}, "value": "fines * 2 + loan_count", "format": "money"}],
    "related": [
        {"entity": "loan", "via": "reader", "columns": ["number", "since", "due", "remark"], "edit": ["remark"], "sort": ["-since"]},
        {"entity": "fine_payment", "via": "reader", "group": {"zh": "钱", "en": "Money"}},
    ],
    "timeline": {
        "entries": [
            {"entity": "loan", "via": "reader", "at": "since", "title": "number", "badge": "state", "text": "remark"},
            {"entity": "fine_payment", "via": "reader", "at": "created_at"},
        ],
        "add": {"entity": "loan", "view": "short", "values": {"since": "DATE(2026, 1, 2)"}},
    },
    "panels": [{"type": "search", "entity": "book", "label": {"zh": "找书", "en": "Find a book"}, "columns": ["title", "isbn"]}],
    "actions": [
        {"entity": "loan", "values": {"remark": "name"}},
        {"entity": "loan", "label": {"zh": "老读者借书", "en": "Loan of a known reader"}, "visible": "NOT(ISBLANK(name))"},
        {"entity": "loan", "label": {"zh": "无名借书", "en": "Loan of nobody"}, "visible": "ISBLANK(name)"},
    ],
}
SHORT = {"kind": "form", "entity": "loan", "layout": [{"type": "field", "field": "reader"}, {"type": "field", "field": "remark"}]}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The library with a record page that has everything."""
    folder = tmp_path_factory.mktemp("timeline")
    plain = reading_room._enlarged

    def enlarged(target: Path) -> Path:
        copied = plain(target)
        (copied / "lending/views/reader.record.json").write_text(json.dumps(VIEW, ensure_ascii=False), "utf-8")
        (copied / "lending/views/loan.form.short.json").write_text(json.dumps(SHORT, ensure_ascii=False), "utf-8")
        return copied

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading_room, "_enlarged", enlarged)
        ids = furnish(folder)
    database = Database(f"sqlite:///{folder / 'company.sqlite'}")
    yield Room(create_app(configuration(folder), database), database, ids)
    database.dispose()


@pytest.fixture(scope="module")
def vera(furnished: Room) -> Person:
    return furnished.person("vera")


@pytest.fixture(scope="module")
def nora(furnished: Room) -> Person:
    return furnished.person("nora")


@pytest.fixture
def li(furnished: Room) -> str:
    return f"/r/reader/{furnished.ids['li']}"


def test_the_page_shows_figures_tabs_with_counts_and_what_can_be_started(vera: Person, li: str) -> None:
    page = vera.get(f"{li}?lang=en").text
    figures = re.findall(r'<div class="figure"><dt>(.*?)</dt><dd>(.*?)</dd>', page)
    assert [label for label, _value in figures] == ["Fines", "Loans", "Average"]
    assert 'data-open-part="loan-reader"' in figures[1][1] and 'data-open-part="fines"' in figures[0][1]
    assert re.search(r'id="tab-loan-reader"[^>]*>Loans? <span class="tab-count">\d', page)
    assert "Money" in page and 'id="tab-movements-fines"' in page and "Find a book" in page
    assert f'href="{li}/start/0"' in page
    assert f'data-load="{li}/related/fine_payment-reader"' in page  # drawn when it is opened


def test_a_quick_action_leads_to_a_form_with_the_values_of_this_record(vera: Person, furnished: Room, li: str) -> None:
    answer = vera.get(f"{li}/start/0")
    assert answer.status_code == 303
    assert f"reader={furnished.ids['li']}" in answer.headers["Location"] and "remark=%E6%9D%8E%E6%98%8E" in answer.headers["Location"]
    assert vera.get(f"{li}/start/3").status_code == 404


def test_a_quick_action_is_offered_while_its_condition_holds(vera: Person, li: str) -> None:
    page = vera.get(f"{li}?lang=en").text
    assert "Loan of a known reader" in page and f'href="{li}/start/1"' in page
    assert "Loan of nobody" not in page and f'href="{li}/start/2"' not in page


def test_the_timeline_is_one_stream_of_all_kinds_newest_first(vera: Person, li: str) -> None:
    page = vera.get(f"{li}/timeline?lang=en").text
    days = [re.sub(r"<.*?>", "", day) for day in re.findall(r'<h3 class="timeline-day">.*?</h3>', page)]
    assert len(days) == len(set(days))
    assert "timeline-movements" in page and "timeline-changes" in page and "timeline-record" in page
    assert page.count('name="kind"') == 1
    only = vera.get(f"{li}/timeline?kind=loan").text
    assert "timeline-record" in only and "timeline-changes" not in only


def test_every_entry_comes_once_however_the_pages_fall(vera: Person, furnished: Room, li: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _entries(vera.fragment(f"{li}/timeline").text)
    monkeypatch.setattr("shuke.runtime.timeline._PAGE", 2)
    found, address = [], f"{li}/timeline"
    while address:
        page = vera.fragment(address).text
        found += _entries(page)
        older = re.search(r'class="timeline-older[^"]*" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert found == whole and len(whole) > 3
    assert vera.get(f"{li}/timeline?after=nonsense").status_code == 422


def _entries(page: str) -> list[str]:
    return [re.sub(r"\s+", " ", re.sub(r"<.*?>", "", line)).strip() for line in re.findall(r'<p class="timeline-line">(.*?)</p>', page, re.DOTALL)]


def test_a_comment_appears_on_top_and_its_author_can_change_and_take_it_back(vera: Person, nora: Person, furnished: Room, li: str) -> None:
    answer = vera.post(f"{li}/comments", {"text": "Likes physics."}, htmx=True)
    assert answer.status_code == 200 and answer.headers["HX-Retarget"] == "#timeline"
    assert "Likes physics." in answer.text
    number = re.search(r'id="comment-(\d+)"', answer.text)
    assert number
    assert "Likes physics." in nora.get(f"{li}/timeline").text
    assert nora.get(f"{li}/comments/{number[1]}").status_code == 404
    assert nora.post(f"{li}/comments/{number[1]}/delete", {}).status_code == 403
    assert "Likes chemistry." in vera.post(f"{li}/comments/{number[1]}", {"text": "Likes chemistry."}, htmx=True).text
    assert "Likes chemistry." not in vera.post(f"{li}/comments/{number[1]}/delete", {}, htmx=True).text
    history = vera.get(f"{li}/history?kind=comment&lang=en").text
    assert history.count("Likes physics.") == 1 and history.count("Likes chemistry.") == 2
    refused = vera.post(f"{li}/comments?lang=en", {"text": " "}, htmx=True)
    assert refused.status_code == 422 and "Write something first." in refused.text


def test_a_file_comes_with_a_comment_and_who_sees_the_record_may_have_it(vera: Person, nora: Person, furnished: Room, li: str) -> None:
    form = {"text": "", "csrf_token": vera.token(), "file": (BytesIO(b"plain words"), "notes.txt")}
    answer = vera.client.post(f"{li}/comments", data=form, headers={"HX-Request": "true"}, content_type="multipart/form-data")
    assert answer.status_code == 200 and "notes.txt" in answer.text
    address = re.search(r'href="(/files/\d+)"', answer.text)
    assert address
    assert nora.get(address[1]).data == b"plain words"
    assert furnished.person("sam").get(address[1]).status_code == 404


def test_what_is_added_in_the_box_is_saved_with_the_link_and_the_declared_values(vera: Person, furnished: Room, li: str) -> None:
    page = vera.get(f"{li}/timeline").text
    box = page[page.index('id="quick-add"'):]
    assert 'name="remark"' in box and 'name="reader"' not in box
    answer = vera.post(f"{li}/timeline/add", {"_field": "remark", "remark": "At the desk"}, htmx=True)
    assert answer.status_code == 200 and "shuke:saved" in answer.headers["HX-Trigger"]
    assert furnished.scalar("SELECT since FROM e_loan WHERE remark = 'At the desk' AND reader = :id", id=furnished.ids["li"]) == "2026-01-02"
    alone = vera.post(f"{li}/timeline/add", {"_field": "remark", "remark": "By the browser itself"})
    assert (alone.status_code, alone.location) == (303, li)
    long = vera.post(f"{li}/timeline/add", {"_field": "remark", "remark": "x" * 300}, htmx=True)
    assert long.status_code == 422 and "x" * 300 in long.text


def test_a_value_in_a_related_list_is_written_where_it_stands(vera: Person, furnished: Room, li: str) -> None:
    assert "data-cell-open" in vera.get(f"{li}/related/loan-reader").text
    cell, place = f"/r/loan/{furnished.ids['running']}/cell/remark", f"related=reader%2F{furnished.ids['li']}%2Floan-reader"
    form = vera.client.get(f"{cell}?{place}", headers={"HX-Request": "true"}).text
    revision = re.search(r'name="_revision" value="(\d+)"', form)
    assert revision
    answer = vera.post(f"{cell}?{place}", {"_field": "remark", "remark": "By hand", "_revision": revision[1], "_was": "null"}, htmx=True)
    assert answer.status_code == 200 and "By hand" in answer.text and answer.text.count("<tr") == 1
    assert answer.headers["HX-Retarget"].startswith(".related tr")


def test_a_panel_finds_other_records_without_leaving_the_page(vera: Person, li: str) -> None:
    box = vera.fragment(f"{li}/find/0").text
    assert 'type="search"' in box
    found = vera.fragment(f"{li}/find/0?q=费恩曼").text
    assert "费恩曼物理学讲义" in found and "<form" not in found
    assert vera.get(f"{li}/find/1").status_code == 404


def test_the_side_panel_gets_a_short_form(vera: Person, li: str) -> None:
    answer = vera.get(f"{li}?lang=en", **{"X-Panel": "1", "HX-Request": "true"})
    assert 'id="panel-title"' in answer.text and "Open fully" in answer.text and "role=\"tab\"" not in answer.text
    assert "X-Panel" in answer.headers["Vary"]


def test_the_page_and_its_timeline_take_a_known_number_of_statements(vera: Person, furnished: Room, li: str) -> None:
    vera.get(li)
    vera.fragment(f"{li}/timeline")
    with furnished.statements() as page:
        vera.get(li)
    with furnished.statements() as timeline:
        vera.fragment(f"{li}/timeline")
    assert len(page) <= 7, page  # who asks, the record, formulas, counts, the open list, conditions of quick actions
    assert len(timeline) <= 16, timeline  # one for each source, titles of links, files, the account, and the five of the form in the box
