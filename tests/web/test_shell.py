"""What every page has around its content: what it weighs, how it fails, who signs in over it, and what a device may keep of it."""

import html
import json
import posixpath
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

HTMX = {"HX-Request": "true"}
PASSWORD = "correct horse battery"
MOST_BYTES = 300 * 1024
ENCODINGS = {"Accept-Encoding": "gzip, deflate, br"}
_LOADED = re.compile(r'<(?:link[^>]*rel="(?:stylesheet|manifest)"[^>]*href|script[^>]*src|use href)="([^"#]+)')
_IMPORTED = re.compile(r'^import (?:[^"]*from )?"([^"]+)"', re.MULTILINE)


def weight(person: Any, address: str) -> dict[str, int]:
    """The bytes on the wire of a page and of everything that it loads, without pictures of content."""
    page = person.get(address, headers=ENCODINGS)
    text = person.get(address).text
    weights = {address: len(page.data)}
    waiting = [html.unescape(found) for found in _LOADED.findall(text)]
    while waiting:
        part = waiting.pop()
        if part in weights:
            continue
        answer = person.get(part, headers=ENCODINGS)
        assert answer.status_code == 200, part
        weights[part] = len(answer.data)
        if part.endswith(".js"):
            waiting += [posixpath.normpath(urljoin(part, found)) for found in _IMPORTED.findall(person.get(part).text)]
    return weights


@pytest.mark.parametrize(("username", "address"), [("", "/login"), ("ada", "/r/book"), ("ada", "/r/book/new"), ("ada", "/admin")])
def test_the_first_load_is_light(site: Any, username: str, address: str) -> None:
    weights = weight(site.signed_in(username) if username else site.browser(), address)
    assert any(part.endswith("requests.js") for part in weights)
    assert sum(weights.values()) <= MOST_BYTES, sorted(weights.items(), key=lambda item: -item[1])[:8]


@pytest.mark.parametrize("address", ["/", "/r/book", "/r/book/new"])
def test_no_module_waits_for_another_one_to_be_found(site: Any, address: str) -> None:
    person = site.signed_in("ada")
    text = person.get(address).text
    named = set(re.findall(r'<script type="module" src="([^"]+)"', text)) | set(re.findall(r'<link rel="modulepreload" href="([^"]+)"', text))
    for part in named:
        for found in _IMPORTED.findall(person.get(part).text):
            assert posixpath.normpath(urljoin(part, found)) in named, (part, found)


@pytest.mark.parametrize(("accepted", "encoding"), [("br, gzip", "br"), ("gzip", "gzip"), ("identity", None), ("gzip;q=0, br;q=0", None)])
def test_static_files_are_compressed_as_the_browser_reads_them_and_kept_for_good(site: Any, accepted: str, encoding: str | None) -> None:
    person = site.browser()
    address = next(found for found in _LOADED.findall(person.get("/login").text) if found.endswith("app.css"))
    answer = person.get(address, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.vary
    assert "immutable" in answer.headers["Cache-Control"]


def test_pages_are_compressed_for_browsers_that_ask(site: Any) -> None:
    person = site.signed_in("ada")
    small, plain = person.get("/me", headers={"Accept-Encoding": "gzip"}), person.get("/me")
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(small.data) < len(plain.data) / 2


def test_what_is_unknown_and_what_is_forbidden_look_the_same_in_the_own_language(site: Any) -> None:
    person = site.signed_in("cai")
    answers = [person.get(address) for address in ("/nowhere", "/r/nothing", "/r/book/1")]
    assert {answer.status_code for answer in answers} == {404}
    for answer in answers:
        assert "您要找的内容不存在，或者您无权查看。" in answer.text
        assert "/search" in answer.text
        assert 'lang="zh-CN"' in answer.text
    shapes = {re.sub(r'"[^"]*"', "", answer.text.split("<main", 1)[1].split("</main>", 1)[0]) for answer in answers}
    assert len(shapes) == 1


def test_an_address_that_does_not_answer_to_a_method_says_so_in_words(site: Any) -> None:
    answer = site.signed_in("cai").post("/me/token", page="/me")
    assert (answer.status_code, "没有权限" in answer.text) == (405, True)


def test_a_page_whose_session_ended_is_told_so_and_stays(site: Any) -> None:
    answer = site.browser().get("/me", headers=HTMX)
    assert (answer.status_code, answer.text, answer.headers["HX-Reswap"]) == (401, "", "none")
    assert "HX-Redirect" not in answer.headers


def test_one_signs_in_over_the_page_and_gets_a_fresh_token(site: Any) -> None:
    person = site.browser()
    form = person.get("/login?dialog=1&lang=en", headers=HTMX).text
    assert "<html" not in form
    assert "Your session has ended." in form
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    wrong = person.client.post("/login?dialog=1", data={"username": "ada", "password": "no", "csrf_token": token[1]}, headers=HTMX)
    assert (wrong.status_code, "HX-Trigger" in wrong.headers) == (422, False)
    right = person.client.post("/login?dialog=1", data={"username": "ada", "password": PASSWORD, "csrf_token": token[1]}, headers=HTMX)
    assert (right.status_code, list(json.loads(right.headers["HX-Trigger"]))) == (204, ["shuke:signed-in"])
    fresh = person.get("/me/token").get_json()
    assert fresh["actor"] == str(site.ids["ada"])
    assert person.client.post("/me", data={"locale": "zh", "csrf_token": fresh["token"]}).status_code == 303


def test_a_page_with_an_old_token_asks_for_a_new_one(site: Any) -> None:
    answer = site.signed_in("ada").client.post("/me", data={"locale": "zh", "csrf_token": "old"}, headers=HTMX)
    assert (answer.status_code, list(json.loads(answer.headers["HX-Trigger"]))) == (400, ["shuke:stale"])


def test_strangers_get_no_token_of_anybody(site: Any) -> None:
    assert site.browser().get("/me/token", headers=HTMX).status_code == 401
    assert site.browser().get("/me/token").location.startswith("/login")


def test_the_app_of_the_device_carries_the_company_s_name(site: Any) -> None:
    ada = site.signed_in("ada")
    assert ada.post("/admin/settings", {"company": "Lakeside Books", "locale": "zh", "time_zone": "Asia/Shanghai", "currency": "CNY", "country": "CN"}, page="/admin/settings").status_code in (303, 422)
    answer = site.browser().get("/manifest.webmanifest?lang=en")
    manifest = answer.get_json(force=True)
    assert answer.content_type.startswith("application/manifest+json")
    assert (manifest["display"], manifest["lang"]) == ("standalone", "en")
    assert manifest["name"] in site.browser().get("/login").text
    for picture in manifest["icons"]:
        drawn = site.browser().get(picture["src"])
        assert (drawn.status_code, drawn.content_type.split(";")[0]) == (200, picture["type"])


def test_the_worker_and_its_page_hold_nothing_of_anybody(site: Any) -> None:
    person = site.signed_in("ada")
    worker, away = person.get("/sw.js"), person.get("/offline?lang=en")
    assert worker.content_type.startswith("text/javascript")
    assert "Ada" not in away.text
    assert "csrf" not in away.text
    assert "Set-Cookie" not in away.headers
    assert "The server cannot be reached" in away.text
    assert "连不上服务器" in site.browser().get("/offline?lang=zh").text
    assert {urlsplit(found).path.split("/")[1] for found in _LOADED.findall(away.text)} == {"static"}


def test_the_list_of_keys_is_what_the_browser_follows(site: Any) -> None:
    page = site.signed_in("ada").get("/me").text
    jumps = dict(re.findall(r'data-sequence="(\w+)" data-address="([^"]+)"', page))
    assert (jumps["gh"], jumps["ga"], jumps["gm"]) == ("/", "/admin", "/me")
    assert jumps["g1"].startswith("/a/")
    assert "ga" not in dict(re.findall(r'data-sequence="(\w+)" data-address="([^"]+)"', site.signed_in("ben").get("/me").text))


def test_only_what_one_may_add_is_offered_everywhere(site: Any) -> None:
    ada, cai = site.signed_in("ada").get("/me").text, site.signed_in("cai").get("/me").text
    assert 'href="/r/book/new"' in ada
    assert "phone-new" in ada
    assert "phone-new" not in cai


def test_the_app_of_the_page_stands_open(site: Any) -> None:
    side = site.signed_in("ada").get("/r/book").text.split('id="side"', 1)[1].split("</aside>", 1)[0]
    assert 'aria-current="page"' in side
    for section in re.findall(r'<details class="side-section"[^>]*>.*?</details>', side, re.DOTALL):
        assert ("data-here" in section) == ('aria-current="page"' in section)
