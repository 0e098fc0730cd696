"""The administration in one place: what is found there, what it tells, and what it changes for everybody."""

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from shuke.access import Actor
from shuke.core import marks
from shuke.core.colors import READABLE, contrast
from shuke.core.real_time import real_now
from shuke.definitions.current import catalogue
from shuke.transfer import bulk, imports, jobs
from shuke.transfer.running import surroundings
from shuke.web.brand import style_of

PLACES = (
    "/admin", "/admin/users", "/admin/units", "/admin/roles", "/admin/sessions", "/admin/sign-ins", "/admin/tokens", "/admin/settings", "/admin/look",
    "/admin/numbers", "/admin/changes", "/admin/bin", "/admin/lookups", "/admin/imports", "/admin/system", "/admin/jobs", "/admin/automation", "/admin/clock",
)


def picture(color: tuple[int, int, int] = (20, 110, 70)) -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (80, 30), color).save(made, "PNG")
    made.seek(0)
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_place_answers_in_both_languages_and_leads_to_all_others(any_site: Any, language: str) -> None:
    admin, helper = any_site.signed_in("ada"), any_site.signed_in("ben")
    for place in PLACES:
        shown = admin.get(f"{place}?lang={language}")
        assert shown.status_code == 200, place
        assert all(f'href="{other}"' in shown.text for other in PLACES), place
        assert helper.get(place).status_code == 403


def test_a_place_is_found_by_what_people_call_it(site: Any) -> None:
    admin = site.signed_in("ada")
    found = admin.get("/admin?q=password", headers={"HX-Request": "true"}).text
    assert "/admin/users" in found and "/admin/numbers" not in found
    assert "/admin/roles" in admin.get("/admin?q=权限组&lang=zh", headers={"HX-Request": "true"}).text
    assert "Nothing in the administration is about “zebra”." in admin.get("/admin?q=zebra").text


def test_places_cost_few_statements(site: Any) -> None:
    admin = site.signed_in("ada")
    statements: list[str] = []
    sa.event.listen(site.database.engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_rest: statements.append(statement))
    for place in PLACES:
        admin.get(place)
        statements.clear()
        admin.get(place)
        assert len([one for one in statements if not one.startswith("BEGIN")]) <= 9, (place, statements)


def test_the_logo_is_redrawn_and_open_to_everybody_and_nothing_else_is(site: Any) -> None:
    admin, stranger = site.signed_in("ada"), site.browser()
    token = admin.token("/me")
    for name, content in (("logo.svg", io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>")), ("logo.png", io.BytesIO(b"no picture"))):
        sent = admin.client.post("/admin/look", data={"color": "#147a4a", "logo": (content, name), "csrf_token": token})
        assert sent.status_code == 422, name
    sent = admin.client.post("/admin/look", data={"color": "#147a4a", "logo": (picture(), "logo.png"), "csrf_token": token})
    assert sent.status_code == 303
    page = stranger.get("/login").text
    address = page.split('src="/brand/logo/')[1].split('"')[0]
    answer = stranger.get(f"/brand/logo/{address}")
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert stranger.get(f"/brand/logo/{int(address) + 1}").status_code == 404
    admin.post("/admin/look", {"color": "#147a4a", "remove_logo": "1"}, page="/me")
    assert stranger.get(f"/brand/logo/{address}").status_code == 404


def test_the_colour_is_the_accent_of_all_screens(site: Any) -> None:
    admin, stranger = site.signed_in("ada"), site.browser()
    assert "/brand/" not in stranger.get("/login").text
    assert admin.post("/admin/look", {"color": "red; } body {"}, page="/me").status_code == 422
    assert admin.post("/admin/look", {"color": "#FFD000"}, page="/me").status_code == 303
    address = stranger.get("/login").text.split('href="/brand/')[1].split('"')[0]
    style = stranger.get(f"/brand/{address}")
    assert style.content_type.startswith("text/css")
    assert "--accent:" in style.text and "immutable" in style.headers["Cache-Control"]
    assert admin.post("/admin/look", {"color": "#FFD000", "own_color": "1"}, page="/me").status_code == 303
    assert "/brand/" not in stranger.get("/login").text


@pytest.mark.parametrize("color", ["#ffd000", "#147a4a", "#000000", "#ffffff", "#3f4fd0", "#ff0000", "#88ccee"])
def test_every_colour_can_be_read_on_both_grounds(color: str) -> None:
    light, dark = (dict(part.split(": ") for part in line[line.index("{") + 1:].rstrip("} \n").strip().rstrip(";").split("; ")) for line in style_of(color).splitlines())
    assert contrast(light["--accent"], "#f6f7f9") >= READABLE
    assert contrast(light["--tblr-primary-fg"], light["--accent"]) >= READABLE
    assert contrast(light["--accent-strong"], light["--accent-soft"]) >= READABLE
    assert contrast(dark["--accent"], "#191d26") >= READABLE
    assert contrast(dark["--tblr-primary-fg"], dark["--accent"]) >= READABLE
    assert contrast(dark["--accent-strong"], dark["--accent-soft"]) >= READABLE


def test_dates_and_numbers_follow_the_company(site: Any) -> None:
    admin = site.signed_in("ada")
    form = {
        "company": "Lakeside", "phone": "1234", "address_zh": "湖滨路", "address_en": "Lake Road", "footer_zh": "谢谢", "footer_en": "Thanks",
        "date_style": "iso", "number_style": "plain", "week_start": "sunday",
    }
    assert admin.post("/admin/settings", form, page="/me").status_code == 303
    page = admin.get("/admin/settings?lang=en").text
    assert "Lake Road" in page and 'value="plain" selected' in page
    today = real_now().strftime("%Y-")
    assert today in admin.get("/admin/clock?lang=en").text
    assert admin.post("/admin/settings", {**form, "date_style": "roman"}, page="/me").status_code == 422
    assert admin.post("/admin/settings", {**form, "footer_en": "x" * 301}, page="/me").status_code == 422


def test_sign_ins_and_refusals_are_written_down(site: Any) -> None:
    site.browser().sign_in("ben", "wrong password")
    site.browser().sign_in("correct horse battery", "")
    admin = site.signed_in("ada")
    assert "correct horse" not in admin.get("/admin/sign-ins?lang=en").text
    assert "refused" in admin.get("/admin/sign-ins?lang=en").text
    only = admin.get("/admin/sign-ins?refused=1&lang=en").text
    rows = only.split("<tbody>")[1]
    assert ">ben<" in rows and ">Ada<" not in rows


def test_an_administrator_ends_the_session_of_somebody_else(site: Any) -> None:
    other, admin = site.signed_in("ben"), site.signed_in("ada")
    page = admin.get("/admin/sessions").text
    row = page.split(f'name="user" value="{site.ids["ben"]}"')[1]
    session = row.split('name="session" value="')[1].split('"')[0]
    assert other.get("/me").status_code == 200
    assert admin.post("/admin/sessions/end", {"user": str(site.ids["ben"]), "session": session}, page="/me").status_code == 303
    assert other.get("/me").status_code == 303


def test_a_failed_job_is_repeated_from_where_it_stopped(site: Any) -> None:
    job = _failed_import(site)
    admin = site.signed_in("ada")
    assert "The disk was full." in admin.get("/admin/jobs?state=failed").text
    assert admin.post(f"/admin/jobs/{job}/retry", page="/me").status_code == 303
    with site.database.read():
        (found,) = jobs.listed()
        assert (found.state, found.attempts) == ("waiting", 0)
        assert imports.for_worker(found.subject).state == imports.RUNNING
    assert admin.post(f"/admin/jobs/{job}/retry", page="/me").status_code == 404
    assert admin.post(f"/admin/jobs/{job}/cancel", page="/me").status_code == 303
    with site.database.read():
        assert jobs.state_counts() == {"cancelled": 1}


def test_what_is_done_to_many_records_is_among_the_jobs_and_can_be_cancelled(site: Any) -> None:
    with surroundings(site.database, "en", write=True):
        work = bulk.begin(Actor(site.ids["ben"], "user", "Ben"), catalogue().entity("book"), bulk.DELETE, {}, [1, 2, 3])
    admin = site.signed_in("ada")
    assert "Many records at once: Book" in admin.get("/admin/jobs?lang=en").text
    with site.database.read():
        (job,) = jobs.listed()
    assert admin.post(f"/admin/jobs/{job.id}/cancel", page="/me").status_code == 303
    with site.database.read():
        assert (bulk.for_worker(work).state, jobs.state_counts()) == (bulk.CANCELLED, {"cancelled": 1})


def _failed_import(site: Any) -> int:
    with site.database.write() as connection:
        connection.execute(sa.insert(imports.import_table).values(
            id=7, created_at=real_now(), created_by=site.ids["ben"], actor="user", locale="en", entity="book", name="books.csv", size=1, head={
                "reading": {"kind": "csv"}, "columns": [], "sheets": [], "sample": [],
            }, mapping=None, total=9, state=imports.RUNNING, done=4, counts={}, refused=0,
        ))
        made = jobs.enqueue(imports.JOB, 7)
        claimed = jobs.claim_one(imports.JOB, 7)
        assert claimed is not None
        jobs.fail(claimed, "The disk was full.")
        imports.fail(imports.for_worker(7), "The disk was full.")
        return made


def test_the_health_page_says_what_to_do(any_site: Any) -> None:
    admin = any_site.signed_in("ada")
    page = admin.get("/admin/system?check=1&lang=en").text
    assert "It has not been seen yet." in page and "shuke backup" in page
    with any_site.database.write() as connection:
        marks.note(marks.COPY)
        connection.execute(sa.insert(marks.mark_table).values(name=marks.WORKER, at=real_now() - timedelta(hours=1)))
    page = admin.get("/admin/system?lang=en").text
    assert "None was made with this installation." not in page
    assert "Start the server again, or run: shuke work" in page


def test_changes_and_deletions_of_all_records_are_seen(any_site: Any) -> None:
    admin = any_site.signed_in("ada")
    changes = admin.get("/admin/changes?entity=unit&lang=en").text
    assert "North shop" in changes and ">Ben<" not in changes.split('id="changes"')[1]
    shop = any_site.ids["shop"]
    assert admin.post(f"/r/unit/{shop}/delete", {}, page="/me").status_code in (303, 422)
    assert admin.get("/admin/bin?lang=en").status_code == 200


def test_the_clock_moves_in_a_sandbox_only(site: Any) -> None:
    admin = site.signed_in("ada")
    assert admin.post("/admin/clock", {"days": "3"}, page="/me").status_code == 403
