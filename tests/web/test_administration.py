"""Users, units, roles, the company's settings and API tokens, as administrators look after them."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shuke.core.real_time import real_now
from shuke.web.security import role_table
from shuke.web.sessions import key_hash
from shuke.web.tokens import token_table

PASSWORD = "correct horse battery"


def test_a_new_user_signs_in_with_the_password_that_is_shown_once(any_site: Any) -> None:
    admin = any_site.signed_in("ada")
    form = {"name": "Dora", "username": "dora", "email": "dora@example.com", "unit": str(any_site.ids["shop"]), "superior": str(any_site.ids["ben"]), "roles": ["helper"]}
    shown = admin.post("/admin/users/new", form, page="/me")
    assert shown.status_code == 200, shown.text
    password = shown.text.split('<div class="secret"><span>')[1].split("</span>")[0]
    assert any_site.browser().sign_in("dora", password).status_code == 303
    listed = admin.get("/admin/users").text
    assert "Dora" in listed
    assert "North shop" in listed
    assert "Helper" in listed


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "ada"}, "Somebody has this user name already."),
        ({"username": "a b"}, "A user name has 2 to 60 letters"),
        ({"email": "ben@example.com"}, "Somebody has this e-mail address already."),
        ({"name": ""}, "Please enter a name."),
        ({"password": "short"}, "The password needs at least 8 characters."),
        ({"password": "Kestrel-41x", "roles": ["administrator"]}, "The password needs at least 12 characters."),
        ({"roles": ["emperor"]}, "There is no role emperor."),
    ],
)
def test_a_user_that_cannot_be_is_explained(site: Any, changes: dict[str, object], sentence: str) -> None:
    admin = site.signed_in("ada")
    form: dict[str, object] = {"name": "Dora", "username": "dora", "email": "", "roles": ["helper"], **changes}
    answer = admin.post("/admin/users/new", form, page="/me")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert site.browser().sign_in("dora", "anything at all").status_code == 422


def test_an_account_whose_record_is_refused_is_taken_back(site: Any) -> None:
    admin = site.signed_in("ada")
    form = {"name": "Dora", "username": "dora", "email": "", "unit": "999"}
    assert admin.post("/admin/users/new", form, page="/me").status_code == 422
    assert admin.post("/admin/users/new", {**form, "unit": ""}, page="/me").status_code == 200


def test_editing_a_user_changes_the_record_and_the_account(site: Any) -> None:
    admin = site.signed_in("ada")
    form = {"name": "Benjamin", "username": "benjamin", "email": "b@example.com", "roles": ["helper"], "active": "1"}
    assert admin.post(f"/admin/users/{site.ids['ben']}", form, page="/me").status_code == 303
    assert "Benjamin" in admin.get("/admin/users").text
    assert site.browser().sign_in("ben").status_code == 422
    assert site.browser().sign_in("b@example.com").status_code == 303


def test_a_stale_edit_of_a_user_is_refused(site: Any) -> None:
    admin = site.signed_in("ada")
    form = {"name": "Ben", "username": "ben", "roles": ["helper"], "active": "1", "revision": "1"}
    assert admin.post(f"/admin/users/{site.ids['ben']}", form, page="/me").status_code == 303
    assert admin.post(f"/admin/users/{site.ids['ben']}", {**form, "name": "Benno"}, page="/me").status_code == 409


def test_administrators_cannot_lock_themselves_out(site: Any) -> None:
    admin = site.signed_in("ada")
    form = {"name": "Ada", "username": "ada", "roles": ["administrator"], "active": ""}
    assert admin.post(f"/admin/users/{site.ids['ada']}", form, page="/me").status_code == 422
    assert admin.post(f"/admin/users/{site.ids['ada']}", {**form, "roles": ["helper"], "active": "1"}, page="/me").status_code == 422
    assert admin.get("/admin").status_code == 200


def test_a_role_takes_effect_with_the_next_request(site: Any) -> None:
    admin = site.signed_in("ada")
    assert site.signed_in("cai").get("/admin").status_code == 403
    form = {"name": "蔡", "username": "cai", "roles": ["administrator"], "active": "1"}
    assert admin.post(f"/admin/users/{site.ids['cai']}", form, page="/me").status_code == 303
    assert site.signed_in("cai").get("/admin").status_code == 200


def test_a_unit_is_added_moved_and_never_put_below_itself(any_site: Any) -> None:
    admin = any_site.signed_in("ada")
    head, shop = any_site.ids["head"], any_site.ids["shop"]
    assert admin.post("/admin/units/new", {"name": "South", "kind": "store", "code": "S", "parent": str(shop), "active": "1"}, page="/me").status_code == 303
    assert "South" in admin.get("/admin/units").text
    circle = admin.post(f"/admin/units/{head}", {"name": "Head office", "kind": "company", "code": "HO", "parent": str(shop), "active": "1"}, page="/me")
    assert circle.status_code == 422
    assert "A unit cannot lie below itself." in circle.text
    assert admin.post(f"/admin/units/{shop}", {"name": "North", "kind": "store", "code": "N", "parent": "", "active": "1"}, page="/me").status_code == 303


def test_a_unit_needs_a_name_and_a_kind(site: Any) -> None:
    answer = site.signed_in("ada").post("/admin/units/new", {"name": "", "kind": ""}, page="/me")
    assert answer.status_code == 422


def test_a_role_tells_whom_it_grants_what(site: Any) -> None:
    admin = site.signed_in("ada")
    assert "Helper" in admin.get("/admin/roles").text
    page = admin.get("/admin/roles/helper").text
    assert "Ben" in page
    assert "read, create" in page
    assert admin.get("/admin/roles/emperor").status_code == 404


def test_the_library_s_role_exists_once_it_is_given(site: Any) -> None:
    with site.database.engine.connect() as connection:
        assert {"administrator", "helper"} <= set(connection.scalars(sa.select(role_table.c.name)))


def test_the_company_s_settings_hold_for_everybody_at_once(site: Any) -> None:
    admin, other = site.signed_in("ada"), site.signed_in("ben")
    form = {"company": "Lakeside Books", "locale": "en", "time_zone": "Europe/Berlin", "currency": "EUR", "country": "DE"}
    assert admin.post("/admin/settings", form, page="/me").status_code == 303
    assert "Lakeside Books" in other.get("/me").text


@pytest.mark.parametrize(("name", "value"), [("company", ""), ("time_zone", "Mars/Base"), ("currency", "GOLD"), ("country", "ZZ9"), ("locale", "fr")])
def test_a_setting_that_does_not_exist_is_refused(site: Any, name: str, value: str) -> None:
    form = {"company": "Lakeside", "locale": "en", "time_zone": "Europe/Berlin", "currency": "EUR", "country": "DE", name: value}
    assert site.signed_in("ada").post("/admin/settings", form, page="/me").status_code == 422


def test_a_token_is_shown_once_and_stored_as_a_hash(site: Any) -> None:
    admin = site.signed_in("ada")
    page = admin.post("/admin/tokens", {"name": "till", "user": str(site.ids["ben"]), "days": "30"}, page="/me").text
    key = page.split('id="new-token">')[1].split("<")[0]
    assert key.startswith("shuke_")
    assert key not in admin.get("/admin/tokens").text
    with site.database.engine.connect() as connection:
        assert connection.scalar(sa.select(token_table.c.hash)) == key_hash(key)


@pytest.mark.parametrize("changes", [{"name": ""}, {"days": "0"}, {"days": "4000"}, {"user": "77"}, {"user": ""}])
def test_a_token_that_cannot_be_is_explained(site: Any, changes: dict[str, str]) -> None:
    form = {"name": "till", "user": str(site.ids["ben"]), "days": "30", **changes}
    assert site.signed_in("ada").post("/admin/tokens", form, page="/me").status_code == 422


def test_a_token_can_be_revoked(site: Any) -> None:
    admin = site.signed_in("ada")
    admin.post("/admin/tokens", {"name": "till", "user": str(site.ids["ben"]), "days": "30"}, page="/me")
    with site.database.engine.connect() as connection:
        token = connection.scalar(sa.select(token_table.c.id))
    assert admin.post(f"/admin/tokens/{token}/revoke", page="/me").status_code == 303
    assert "There are no tokens yet." in admin.get("/admin/tokens").text


def test_choosing_a_language_lasts(site: Any) -> None:
    person = site.signed_in("ben")
    assert 'lang="en"' in person.get("/me").text
    assert person.post("/language", {"locale": "zh", "next": "/me?lang=en"}, page="/me").location == "/me"
    assert 'lang="zh-CN"' in person.get("/me").text
    assert 'lang="en"' in person.get("/me?lang=en").text
    assert 'lang="zh-CN"' in site.signed_in("ben").get("/me").text


def test_a_part_of_a_page_comes_in_the_language_of_the_page(site: Any) -> None:
    part = {"HX-Request": "true", "X-Language": "zh"}
    assert "用户名或邮箱" in site.browser().get("/login?dialog=1", headers=part).text
    person = site.signed_in("ben")
    assert "<dt>名称</dt>" in person.get("/me", headers=part).text
    assert 'lang="en"' in person.get("/me", headers={"X-Language": "zh"}).text, "a whole page is in the reader's own language"


def test_the_password_is_changed_only_by_who_knows_the_old_one(site: Any) -> None:
    person = site.signed_in("ben")
    new = "a quite different sentence"
    wrong = person.post("/me/password", {"current": "guess", "password": new, "repeated": new}, page="/me")
    assert (wrong.status_code, "This is not your password." in wrong.text) == (422, True)
    differing = person.post("/me/password", {"current": PASSWORD, "password": new, "repeated": new + "x"}, page="/me")
    assert (differing.status_code, "The two passwords differ." in differing.text) == (422, True)
    assert person.post("/me/password", {"current": PASSWORD, "password": new, "repeated": new}, page="/me").status_code == 303
    assert site.browser().sign_in("ben").status_code == 422
    assert site.browser().sign_in("ben", new).status_code == 303


def test_the_system_page_never_shows_the_address_of_the_database(site: Any) -> None:
    page = site.signed_in("ada").get("/admin/system").text
    assert "SQLite 3" in page
    assert "company.sqlite" not in page


def test_a_watcher_learns_whether_the_product_lives_and_can_serve(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = site.browser()
    assert person.get("/livez").text == "ok\n"
    assert person.get("/readyz").text == "ok\n"
    monkeypatch.setattr("shuke.web.health.shutil.disk_usage", lambda _folder: type("Usage", (), {"free": 1, "total": 1000})())
    assert person.get("/readyz").status_code == 503


def test_the_menu_shows_what_the_visitor_may_read(site: Any) -> None:
    assert '/r/book"' in site.signed_in("ben").get("/me").text
    assert '/r/book"' not in site.signed_in("cai").get("/me").text
    assert '/admin"' not in site.signed_in("ben").get("/me").text


@pytest.fixture
def program(site: Any) -> Any:
    """A program that acts as Ben."""
    page = site.signed_in("ada").post("/admin/tokens", {"name": "till", "user": str(site.ids["ben"]), "days": "30"}, page="/me").text
    key = page.split('id="new-token">')[1].split("<")[0]
    return lambda token=key: site.app.test_client().get("/api/v1/records/book", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_program_acts_with_the_rights_of_its_user(site: Any, program: Any) -> None:
    assert program() == 200
    assert program("shuke_wrong") == 401
    assert program("") == 401
    assert site.signed_in("ben").get("/api/v1/records/book").status_code == 401


@pytest.mark.parametrize("event", ["deactivation", "reset", "revocation", "expiry"])
def test_a_program_is_locked_out_at_once(site: Any, program: Any, event: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert program() == 200
    admin = site.signed_in("ada")
    match event:
        case "deactivation":
            admin.post(f"/admin/users/{site.ids['ben']}", {"name": "Ben", "username": "ben", "roles": ["helper"], "active": ""}, page="/me")
        case "reset":
            admin.post(f"/admin/users/{site.ids['ben']}/password", page="/me")
        case "revocation":
            with site.database.engine.connect() as connection:
                token = connection.scalar(sa.select(token_table.c.id))
            admin.post(f"/admin/tokens/{token}/revoke", page="/me")
        case "expiry":
            later = real_now() + timedelta(days=31)
            monkeypatch.setattr("shuke.web.host.real_now", lambda: later)
    assert program() == 401


def test_a_program_loses_what_its_user_s_role_gave(site: Any, program: Any) -> None:
    site.signed_in("ada").post(f"/admin/users/{site.ids['ben']}", {"name": "Ben", "username": "ben", "active": "1"}, page="/me")
    assert program() in (403, 404)


def test_moving_a_unit_has_every_worker_forget_what_it_knew_of_rights(site: Any) -> None:
    with site.database.engine.connect() as connection:
        before = connection.scalar(sa.text("SELECT security_epoch FROM sk_state"))
    admin = site.signed_in("ada")
    admin.post(f"/admin/units/{site.ids['shop']}", {"name": "North", "kind": "store", "code": "N", "parent": "", "active": "1"}, page="/me")
    with site.database.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT security_epoch FROM sk_state")) > before


def test_who_has_no_record_any_more_is_a_stranger(site: Any, program: Any) -> None:
    person = site.signed_in("ben")
    with site.database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE e_user SET deleted_at = '2026-01-01 00:00:00.000000' WHERE username = 'ben'"))
        connection.execute(sa.text("UPDATE sk_state SET security_epoch = security_epoch + 1"))
    assert person.get("/me").status_code == 303
    assert person.get("/login").status_code == 200
    assert program() == 401
    assert site.signed_in("ada").get("/admin/users/999").status_code == 404
