"""The first administrator: only with the token of the console, and only once."""

from typing import Any

from shuke.web.first_run import first_run_token

FORM = {
    "company": "Riverside Books", "name": "Ada", "username": "ada", "password": "tea with two sugars", "locale": "en",
    "time_zone": "Europe/Berlin", "currency": "EUR",
}


def test_everything_leads_to_the_first_run_page_until_somebody_has_an_account(empty_site: Any) -> None:
    person = empty_site.browser()
    assert person.get("/").location == "/first-run"
    assert person.get("/login").location == "/first-run"


def test_without_the_token_no_administrator_is_made(empty_site: Any) -> None:
    person = empty_site.browser()
    for token in ("", "guess", first_run_token(empty_site.configuration)[:-1]):
        assert person.post("/first-run", {**FORM, "token": token}, page="/first-run").status_code == 403
    assert person.get("/login").location == "/first-run"


def test_the_token_makes_the_administrator_and_sets_the_company_up(empty_site: Any) -> None:
    person = empty_site.browser()
    token = first_run_token(empty_site.configuration)
    assert person.post("/first-run", {**FORM, "token": token}, page="/first-run").location == "/"
    page = person.get("/admin/settings").text
    assert "Riverside Books" in page
    assert '<option value="Europe/Berlin" selected>' in page
    assert person.get("/first-run").status_code == 404
    assert empty_site.browser().post("/first-run", {**FORM, "username": "eve", "token": token}).status_code == 404


def test_a_weak_password_is_explained_and_nothing_is_made(empty_site: Any) -> None:
    person = empty_site.browser()
    token = first_run_token(empty_site.configuration)
    answer = person.post("/first-run", {**FORM, "password": "too short", "token": token}, page="/first-run")
    assert answer.status_code == 422
    assert "The password needs at least 12 characters." in answer.text
    assert person.get("/login").location == "/first-run"


def test_the_token_is_made_once_for_the_owner_alone(empty_site: Any) -> None:
    token = first_run_token(empty_site.configuration)
    assert first_run_token(empty_site.configuration) == token
    assert len(token) >= 24
    assert (empty_site.configuration.folder / "first-run").stat().st_mode & 0o077 == 0
