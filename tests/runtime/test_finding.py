"""Finding: the start page, the search over everything, pickers, look-ups across branches, and files."""

import io
import re
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image
from reading_room import HTMX, Person, Room

from shuke.core import clock
from shuke.core.db import connection
from shuke.records.files import file_table
from shuke.transfer.worker import Worker


def test_the_start_page_shows_ones_apps_and_what_one_changed_last(nora: Person, room: Room) -> None:
    page = nora.get("/").text
    assert 'href="/r/loan"' in page and "Loans" in page
    assert f'href="/r/loan/{room.ids["child"]}"' in page
    assert "/r/fine_payment" not in page


def test_an_app_page_lists_its_entries(vera: Person) -> None:
    assert 'href="/r/reader"' in vera.get("/a/lending").text
    assert vera.get("/a/unicorn").status_code == 404


@pytest.mark.parametrize("text", ["李明", "lim", "0101"])
def test_the_search_finds_by_name_pinyin_and_last_digits(vera: Person, room: Room, text: str) -> None:
    assert f'href="/r/reader/{room.ids["li"]}"' in vera.get(f"/search?q={text}").text


def test_the_search_finds_nothing_of_another_branch(nora: Person, sam: Person) -> None:
    assert "王芳" in sam.get("/search?q=王芳").text
    found = nora.get("/search?q=王芳").text
    assert not re.search(r"/r/reader/\d", found) and "Nothing was found." in found


def test_a_picker_offers_what_the_searcher_may_see(nora: Person, room: Room) -> None:
    form = nora.form("/r/loan/new")
    found = nora.post("/r/loan/pick/reader", {**form, "text": "", "box": "f-reader"}, htmx=True).text
    assert f'data-picker-id="{room.ids["li"]}"' in found and str(room.ids["wang"]) not in found
    assert "/r/reader/new?view=quick&amp;dialog=1&amp;box=f-reader" in found
    narrowed = nora.post("/r/loan/pick/reader", {**form, "text": "Anna", "box": "d-reader"}, htmx=True).text
    assert narrowed.count("data-picker-id") == 1 and "box=d-reader" in narrowed


def test_finds_stand_in_the_order_of_the_menus(vera: Person) -> None:
    form = vera.form("/r/reader/new")
    form["name"] = "三体"
    assert vera.post("/r/reader/new", form).status_code == 303
    found = vera.get("/search?q=三体").text
    assert 0 < found.index('<h2><a href="/r/book?') < found.index('<h2><a href="/r/reader?')


@pytest.mark.parametrize("address", ["/r/loan/pick/remark", "/r/loan/pick/unicorn", "/r/book/pick/authors.name", "/r/fine_payment/pick/reader"])
def test_a_picker_for_what_is_no_link_of_ones_own_is_not_there(nora: Person, address: str) -> None:
    assert nora.post(address, {"text": ""}, htmx=True).status_code == 404


def test_filters_pick_among_the_records_that_one_sees(nora: Person, room: Room) -> None:
    found = nora.fragment("/r/reader/options?text=").text
    assert str(room.ids["li"]) in found and str(room.ids["wang"]) not in found


def test_a_full_number_finds_a_reader_of_another_branch_masked(nora: Person, room: Room) -> None:
    assert "138 0000" not in nora.post("/r/reader/lookup", {"text": "1380000"}).text
    found = nora.post("/r/reader/lookup", {"text": "13800000103"}).text
    assert "王芳" not in found and "another unit" in found
    assert f'/r/reader/{room.ids["wang"]}"' not in found
    assert room.scalar("SELECT count(*) FROM sk_lookup") == 1


def test_looking_up_is_not_there_for_whom_it_was_not_granted(vera: Person) -> None:
    assert vera.get("/r/book/lookup").status_code == 404


def test_signing_in_comes_before_everything(room: Room) -> None:
    client = room.app.test_client()
    for address in ("/", "/r/book", "/r/book/new", "/search?q=x", "/files/1", "/r/book/export.csv"):
        answer = client.get(address)
        assert answer.status_code == 303 and answer.location.startswith("/login")
    refused = client.get("/r/book", headers=HTMX)
    assert refused.status_code == 401 and "978-" not in refused.text


@pytest.mark.parametrize("address", ["/", "/r/book", "/r/reader", "/search?q=a", "/r/book/filter"])
def test_pages_carry_no_inline_script_or_style(vera: Person, address: str) -> None:
    page = vera.get(address).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|hx-[a-z]+=\"js:", page)


def test_a_picture_is_uploaded_for_a_field_and_read_by_those_who_may_read_it(vera: Person, nora: Person, room: Room) -> None:
    sent = vera.client.post("/files?entity=book&field=cover", data={"file": (_picture(), "cover.png"), "csrf_token": vera.token()}, headers=HTMX)
    assert sent.status_code == 200
    number = sent.get_json()["id"]
    assert vera.get(f"/files/{number}").status_code == 200
    assert nora.get(f"/files/{number}").status_code == 404  # no record names it yet
    form = vera.form("/r/book/new")
    form["title"], form["cover"] = "With a cover", number
    page = vera.post("/r/book/new", form)
    assert f"/files/{number}" in vera.get(page.location).text
    answer = nora.get(f"/files/{number}")
    assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_picture_that_no_record_came_to_name_is_forgotten_by_the_worker(vera: Person, room: Room) -> None:
    sent = [vera.client.post("/files?entity=book&field=cover", data={"file": (_picture(), name), "csrf_token": vera.token()}, headers=HTMX) for name in ("old.png", "new.png")]
    old, new = (one.get_json()["id"] for one in sent)
    with room.database.write():
        connection().execute(sa.update(file_table).where(file_table.c.id == int(old)).values(created_at=clock.now() - timedelta(days=2)))
    worker = Worker(room.database)
    worker.start()
    end = time.monotonic() + 30
    while vera.get(f"/files/{old}").status_code == 200 and time.monotonic() < end:
        time.sleep(0.05)
    worker.stop()
    assert [vera.get(f"/files/{one}").status_code for one in (old, new)] == [404, 200]


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(vera: Person) -> None:
    sent = vera.client.post("/files?entity=book&field=cover", data={"file": (io.BytesIO(b"<svg>"), "x.png"), "csrf_token": vera.token()}, headers=HTMX)
    assert sent.status_code == 422 and sent.get_json()["sentences"]


@pytest.mark.parametrize("target", ["entity=book&field=cover", "entity=book&field=unicorn", "entity=unicorn&field=cover"])
def test_who_may_not_write_a_field_may_not_upload_for_it(nora: Person, target: str) -> None:
    sent = nora.client.post(f"/files?{target}", data={"file": (_picture(), "cover.png"), "csrf_token": nora.token()}, headers=HTMX)
    assert sent.status_code == 404


def _picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    file.seek(0)
    return file
