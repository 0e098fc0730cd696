"""The walls around the application: headers, forged requests, hosts, redirects, sizes, and what strangers may open."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from shuke.core.db import metadata
from shuke.screens.permissions import Permission
from shuke.screens.screen import ROUTES, SAFE_METHODS
from shuke.web import routes
from shuke.web.app import create_app
from shuke.web.configuration import StartRefused

PASSWORD = "correct horse battery"
REQUIRED = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NASTY = (
    "//evil.example", "///evil.example", "////evil.example/%2f..", "/\\evil.example", "\\\\evil.example", "https://evil.example", "http:evil.example",
    "https:/evil.example", "javascript:alert(1)", "data:text/html,x", "/\tevil.example", "/\nevil.example", "\x01//evil.example", "/%09/evil.example",
    "/%5cevil.example", "//evil.example@localhost", "http://localhost@evil.example", "/login/..//evil.example", "//google.com/%2e%2e", "/.evil.example",
    "〱evil.example", "/〵evil.example", "//[::1]", "http://[::1", "x" * 3000, "", "evil.example", "?next=//evil.example", "/static/../..//evil.example",
    "/logout", "/nowhere", "//localhost/me", "/me\r\nSet-Cookie: a=b", "/me\x00",
)


def concrete(rule: str) -> str:
    """An address of the rule: the first of the words that it counts up, 1 for anything else."""
    return re.sub(r"<[^>]*>", "1", re.sub(r"<any\((\w+)[^>]*>", r"\1", rule))


def unsafe_rules(app: Flask) -> list[tuple[str, str]]:
    return sorted(
        (method, concrete(rule.rule))
        for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - SAFE_METHODS
        if ROUTES[rule.endpoint].authentication == "session"
    )


@pytest.mark.parametrize("address", ["/", "/login", "/nowhere", "/livez", "/static/x/screens/app.css", "/static/x/none", "/admin/users", "/me"])
def test_every_answer_carries_the_security_headers(site: Any, address: str) -> None:
    for person in (site.browser(), site.signed_in("ada")):
        answer = person.get(address)
        assert {name: answer.headers.get(name) for name in REQUIRED} == REQUIRED
        assert "Strict-Transport-Security" not in answer.headers
        assert "Server" not in answer.headers


def test_pages_of_people_are_kept_by_no_cache(site: Any) -> None:
    assert site.signed_in("ada").get("/me").headers["Cache-Control"] == "private, no-store"


def test_no_page_holds_inline_script_or_style(site: Any) -> None:
    person = site.signed_in("ada")
    for address in ("/login", "/me", "/me/password", "/admin", "/admin/users", "/admin/users/new", "/admin/units", "/admin/roles", "/admin/settings", "/admin/tokens", "/admin/system"):
        page = person.get(address, follow_redirects=True).text
        assert " style=" not in page, address
        assert "<script>" not in page, address
        assert not any(f" {handler}=" in page for handler in ("onclick", "onchange", "onsubmit", "onload")), address


def test_the_anonymous_addresses_are_the_frozen_ones(site: Any) -> None:
    assert routes.anonymous(site.app) == routes.frozen_anonymous()
    assert len(routes.frozen_anonymous()) == 16


def test_the_start_is_refused_when_an_address_has_no_declared_permission(site: Any) -> None:
    site.app.view_functions.clear()
    site.app._got_first_request = False
    site.app.add_url_rule("/secret-door", "secret_door", lambda: "open")
    with pytest.raises(StartRefused, match="/secret-door"):
        routes.check_routes(site.app)


def test_the_start_is_refused_when_the_anonymous_list_differs(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "frozen_anonymous", lambda: ["GET /login"])
    with pytest.raises(StartRefused, match="anonymous_routes.txt"):
        routes.check_routes(site.app)


def test_strangers_are_led_to_the_door_from_everywhere_else(site: Any) -> None:
    stranger = site.browser()
    open_to_all = {endpoint for endpoint, route in ROUTES.items() if route.permission is Permission.ANYONE}
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint in ROUTES and rule.endpoint not in open_to_all and "GET" in (rule.methods or ()):
            answer = stranger.get(concrete(rule.rule))
            assert answer.status_code in (303, 401), rule.rule
            assert answer.status_code == 401 or answer.location.startswith("/login"), rule.rule


@pytest.mark.parametrize("address", ["/admin%2fusers", "/admin;/users", "/ADMIN/users", "/admin/users/.", "/admin//users", "//admin/users", "/admin/users%00", "/./admin/users", "/admin/users?x=/login", "/login/../admin/users", "/admin/users/?a=1", "/%61dmin/users"])
def test_variants_of_an_address_open_nothing(site: Any, address: str) -> None:
    answer = site.browser().get(address)
    assert answer.status_code in (303, 308, 400, 404)
    assert "Ada" not in answer.text


def test_only_administrators_open_the_administration(site: Any) -> None:
    helper = site.signed_in("ben")
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.rule.startswith("/admin")]
    assert len(rules) > 10
    for rule in rules:
        address = concrete(rule.rule)
        if "GET" in (rule.methods or ()):
            assert helper.get(address).status_code == 403, address
        else:
            assert helper.post(address, page="/me").status_code == 403, address


@pytest.mark.parametrize("address", ["/back", "/lang/en", "/lang/zh", "/static/appbuilder/js/jquery-latest.js", "/api/v1/security/login", "/users/list/", "/swagger/v1", "/login/x"])
def test_nothing_of_the_security_library_is_served(site: Any, address: str) -> None:
    assert site.signed_in("ada").get(address).status_code == 404


def test_no_unsafe_request_passes_without_a_token(site: Any) -> None:
    person = site.signed_in("ada")
    rules = unsafe_rules(site.app)
    assert len(rules) > 8
    for method, address in rules:
        assert person.client.open(address, method=method, data={"a": "b"}).status_code == 400, address
        assert person.client.open(address, method=method, data={"csrf_token": "wrong"}).status_code == 400, address


def test_the_token_of_another_browser_is_refused(site: Any) -> None:
    other = site.signed_in("ben").token("/me")
    assert site.signed_in("ada").client.post("/language", data={"locale": "zh", "csrf_token": other}).status_code == 400


def test_htmx_sends_the_token_in_a_header(site: Any) -> None:
    person = site.signed_in("ada")
    headers = {"X-CSRFToken": person.token("/me"), "HX-Request": "true"}
    answer = person.client.post("/language", data={"locale": "zh", "next": "/me"}, headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/me")


@pytest.mark.parametrize("origin", ["cross-site", "same-site"])
def test_a_request_that_another_site_made_is_refused_even_with_a_token(site: Any, origin: str) -> None:
    person = site.signed_in("ada")
    assert person.post("/language", {"locale": "zh"}, page="/me", headers={"Sec-Fetch-Site": origin}).status_code == 400
    assert person.post("/language", {"locale": "zh"}, page="/me", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_reading_changes_nothing(site: Any) -> None:
    person = site.signed_in("ada")
    before = _rows(site)
    for address in ("/me", "/admin/users", "/admin/units", "/admin/roles", "/admin/settings", "/admin/tokens", "/admin/system", "/login", "/logout", "/language"):
        person.get(address)
    assert _rows(site) == before


@pytest.mark.parametrize("wanted", NASTY)
def test_nobody_is_led_out_of_the_house(site: Any, wanted: str) -> None:
    person = site.browser()
    answer = person.client.post("/login", query_string={"next": wanted}, data={"username": "ada", "password": PASSWORD, "csrf_token": person.token("/login")})
    assert answer.status_code == 303
    assert answer.location in ("/", "/me")
    assert "evil" not in str(answer.headers)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", "localhost:80@evil.example", "127.0.0.1.evil.example", "xn--evil", "localhost, evil.example", "[::1", ""])
def test_a_request_for_another_host_is_refused(site: Any, host: str) -> None:
    answer = site.browser().get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_forwarded_headers_are_not_believed_without_a_proxy(site: Any) -> None:
    answer = site.browser().get("/me", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"})
    assert answer.location == "/login?next=/me"


def test_a_request_that_is_too_large_is_refused(site: Any) -> None:
    person = site.browser()
    answer = person.client.post("/login", data={"csrf_token": person.token("/login"), "username": "x" * (1 << 20)})
    assert answer.status_code == 413


def test_a_form_with_too_many_parts_is_refused(site: Any) -> None:
    person = site.browser()
    parts = {f"part{number}": "x" for number in range(600)}
    answer = person.client.post("/login", data={**parts, "csrf_token": person.token("/login")}, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_fault_shows_a_reference_and_nothing_else(site: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    person = site.signed_in("ada")

    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError("the password is hunter2")

    monkeypatch.setattr("shuke.web.account.user", fail)
    answer = person.get("/me")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    reference = answer.text.split("Reference: ")[1].split("<")[0]
    assert reference in caplog.text


def test_unknown_addresses_answer_in_the_reader_s_language(site: Any) -> None:
    assert "does not exist" in site.browser().get("/nowhere", headers={"Accept-Language": "en"}).text
    assert 'lang="zh-CN"' in site.browser().get("/nowhere", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text


def test_static_files_are_kept_for_good_under_their_version_only(site: Any) -> None:
    version = site.app.extensions["shuke_assets"].version
    person = site.browser()
    current = person.get(f"/static/{version}/screens/app.css", headers={"Accept-Encoding": "gzip"})
    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert current.headers["Content-Encoding"] == "gzip"
    assert person.get("/static/other/screens/app.css").headers["Cache-Control"] == "no-cache"
    for path in ("../app.py", "..%2f..%2fapp.py", "screens/../../../web/app.py", "%2e%2e/app.py"):
        assert person.get(f"/static/{version}/{path}").status_code == 404


def test_over_https_the_cookie_belongs_to_this_host_alone(site: Any) -> None:
    app = create_app(replace(site.configuration, external_url="https://crm.example.com"), site.database)
    answer = app.test_client().get("/login", base_url="https://crm.example.com")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-shuke_form=")
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def _rows(site: Any) -> list[tuple[str, int]]:
    with site.database.engine.connect() as connection:
        return [(name, hash(tuple(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()))) for name in sorted(metadata.tables)]
