"""Signing in and out, the limits of tries, and what ends a session."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shuke.core import limits
from shuke.web import security, sessions
from shuke.web.security import user_table

PASSWORD = "correct horse battery"
NEW_PASSWORD = "a quite different sentence"


def test_the_right_password_opens_the_door_and_a_wrong_one_does_not(any_site: Any) -> None:
    person = any_site.browser()
    refused = person.sign_in("ada", "wrong password")
    assert refused.status_code == 422
    assert "The user name or the password is wrong." in refused.text
    assert person.get("/me").location == "/login?next=/me"

    assert person.sign_in("ada").location == "/"
    assert "Ada" in person.get("/me").text


def test_people_can_sign_in_with_their_mail_address(site: Any) -> None:
    assert site.browser().sign_in("ben@example.com").status_code == 303


def test_an_unknown_and_an_inactive_user_are_refused_with_the_same_words(site: Any) -> None:
    with site.database.engine.begin() as connection:
        connection.execute(sa.update(user_table).where(user_table.c.username == "cai").values(active=False))
    answers = [site.browser().sign_in(name) for name in ("cai", "nobody")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("The user name or the password is wrong." in answer.text for answer in answers)


def test_the_cookie_cannot_be_read_by_scripts_and_tells_nothing(site: Any) -> None:
    person = site.browser()
    cookies = [line for line in person.sign_in("ada").headers.getlist("Set-Cookie") if line.startswith("shuke=")]
    (cookie,) = cookies
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    key = cookie.split(";")[0].removeprefix("shuke=")
    with site.database.engine.connect() as connection:
        stored = connection.scalar(sa.select(sessions.session_table.c.id))
    assert len(key) >= 43
    assert stored == sessions.key_hash(key)


def test_a_session_key_from_before_signing_in_is_not_kept(site: Any) -> None:
    person = site.browser()
    person.client.set_cookie("shuke", "planted")
    person.sign_in("ada")
    assert person.client.get_cookie("shuke").value != "planted"


def _logout(site: Any, person: Any) -> None:
    person.post("/logout", page="/me")


def _password_change(site: Any, person: Any) -> None:
    other = site.signed_in("ben")
    form = {"current": PASSWORD, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert other.post("/me/password", form, page="/me").status_code == 303
    assert other.get("/me").status_code == 200


def _role_change(site: Any, person: Any) -> None:
    _edit_ben(site, roles=[])


def _deactivation(site: Any, person: Any) -> None:
    _edit_ben(site, active="")


def _reset(site: Any, person: Any) -> None:
    answer = site.signed_in("ada").post(f"/admin/users/{site.ids['ben']}/password", page="/me")
    assert answer.status_code == 200


def _edit_ben(site: Any, **changes: object) -> None:
    admin = site.signed_in("ada")
    form: dict[str, object] = {"name": "Ben", "username": "ben", "email": "ben@example.com", "roles": ["helper"], "active": "1", **changes}
    answer = admin.post(f"/admin/users/{site.ids['ben']}", form, page="/me")
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("event", [_logout, _password_change, _role_change, _deactivation, _reset])
def test_a_session_ends_at_once(any_site: Any, event: Callable[[Any, Any], None]) -> None:
    person = any_site.signed_in("ben")
    stolen = person.client.get_cookie("shuke").value
    assert person.get("/me").status_code == 200
    event(any_site, person)
    thief = any_site.browser()
    thief.client.set_cookie("shuke", stolen)
    assert thief.get("/me").status_code == 303


@pytest.mark.parametrize(("passed", "alive"), [(timedelta(hours=7), True), (timedelta(hours=9), False)])
def test_a_session_ends_when_it_is_not_used(site: Any, monkeypatch: pytest.MonkeyPatch, passed: timedelta, alive: bool) -> None:
    person = site.signed_in("ada")
    later = datetime.now(UTC) + passed
    monkeypatch.setattr(sessions, "real_now", lambda: later)
    monkeypatch.setattr("shuke.web.host.real_now", lambda: later)
    assert (person.get("/me").status_code == 200) is alive


def test_a_session_ends_after_a_week_however_busy(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = site.signed_in("ada")
    start = datetime.now(UTC)
    answers = []
    for hours in range(6, 24 * 8, 6):
        now = start + timedelta(hours=hours)
        monkeypatch.setattr(sessions, "real_now", lambda now=now: now)
        monkeypatch.setattr("shuke.web.host.real_now", lambda now=now: now)
        answers.append(person.get("/me").status_code)
    assert answers == [200] * 27 + [303] * 4


def test_moving_the_sandbox_clock_signs_nobody_out(site: Any) -> None:
    person = site.signed_in("ada")
    with site.database.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO sk_setting (name, value) VALUES ('clock_offset', '5000000.0')"))
        connection.execute(sa.text("UPDATE sk_state SET security_epoch = security_epoch + 1"))
    assert person.get("/me").status_code == 200


def test_ones_own_sessions_can_be_seen_and_ended(site: Any) -> None:
    here, there = site.signed_in("ben"), site.signed_in("ben")
    assert here.get("/me").text.count("Sign out there") == 1
    here.post("/me/sessions/end", page="/me")
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 303


def test_nobody_ends_the_session_of_somebody_else(site: Any) -> None:
    victim, other = site.signed_in("ben"), site.signed_in("cai")
    other.post("/me/sessions/end", {"session": sessions.key_hash(victim.client.get_cookie("shuke").value)}, page="/me")
    assert victim.get("/me").status_code == 200


def test_an_account_can_be_tried_five_times_a_minute(any_site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "real_now", lambda: datetime(2026, 5, 4, 12, 0, 30, tzinfo=UTC))
    person = any_site.browser()
    spellings = ["ada", "Ada", "ADA", " ada ", "ａｄａ", "ada", "aDa"]
    assert [person.sign_in(name, "wrong password").status_code for name in spellings] == [422] * 5 + [429] * 2
    assert person.sign_in("ada").status_code == 429
    monkeypatch.setattr(limits, "real_now", lambda: datetime(2026, 5, 4, 12, 1, 30, tzinfo=UTC))
    assert person.sign_in("ada").status_code == 303


def test_an_address_can_try_thirty_times_a_minute_whatever_it_claims_to_be(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "real_now", lambda: datetime(2026, 5, 4, 12, 0, 30, tzinfo=UTC))
    person = site.browser()
    token = person.token("/login")
    answers = [
        person.client.post("/login", data={"username": f"guess{number}", "password": "x", "csrf_token": token}, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(34)
    ]
    assert answers == [422] * 30 + [429] * 4


def test_a_page_that_was_asked_for_is_shown_after_signing_in(site: Any) -> None:
    person = site.browser()
    assert person.post("/login?next=/admin/users%3Fq%3Dben", {"username": "ada", "password": PASSWORD}).location == "/admin/users?q=ben"


def test_a_given_password_has_to_be_replaced_first(site: Any) -> None:
    admin = site.signed_in("ada")
    shown = admin.post(f"/admin/users/{site.ids['ben']}/password", page="/me").text
    password = shown.split('<div class="secret"><span>')[1].split("</span>")[0]
    person = site.browser()
    person.sign_in("ben", password)
    assert person.get("/me").location == "/me/password"
    person.post("/me/password", {"current": password, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}, page="/me/password")
    assert person.get("/me").status_code == 200


@pytest.mark.parametrize("name", ["ada", "nobody", "cai"])
def test_every_try_costs_one_check_of_a_hash(site: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with site.database.engine.begin() as connection:
        connection.execute(sa.update(user_table).where(user_table.c.username == "cai").values(active=False))
    site.browser().sign_in("nobody", "first")
    checked: list[str] = []
    monkeypatch.setattr(security, "check_password_hash", lambda hashed, _password: bool(checked.append(hashed)))
    site.browser().sign_in(name, "wrong password")
    assert len(checked) == 1
    assert checked[0].startswith("pbkdf2:sha256:1000$")


def test_no_account_is_touched_inside_a_unit_of_work(site: Any) -> None:
    with site.app.app_context(), site.database.read(), pytest.raises(RuntimeError, match="outside a unit of work"):
        site.app.extensions["shuke_accounts"].authenticate("ada", PASSWORD)
