"""The shell in a real browser: nothing is blocked by the content policy, and the keyboard, dialogs and forms behave."""

from collections.abc import Iterator
from typing import Any

import pytest
from chromium import complaints_of, opened, sign_in
from playwright.sync_api import Browser, Page
from serving import served

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
PAGES = ("/", "/me", "/me/password", "/admin", "/admin/users", "/admin/users/new", "/admin/units", "/admin/roles", "/admin/roles/helper", "/admin/settings", "/admin/tokens", "/admin/sessions", "/admin/system")


@pytest.fixture
def address(site: Any) -> Iterator[str]:
    """The application behind a real server."""
    with served(site.app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of Ada, who has signed in; what the browser complains about is kept in `page.complaints`."""
    with opened(browser, address) as page:
        page.complaints = complaints_of(page)  # type: ignore[attr-defined]
        sign_in(page, "ada", PASSWORD)
        yield page


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_nothing_is_blocked(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.complaints == []


def test_the_menu_slides_in_on_a_telephone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/me")
    assert not page.is_visible("#side")
    page.click(".side-open")
    assert page.is_visible("#side")
    page.keyboard.press("Escape")
    page.wait_for_selector("#side", state="hidden")


def test_the_keyboard_opens_the_list_of_keys_and_presses_buttons(page: Any) -> None:
    page.goto("/admin/users")
    page.keyboard.press("?")
    page.wait_for_selector("#shortcuts[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#shortcuts", state="hidden")
    page.keyboard.press("n")
    page.wait_for_url("**/admin/users/new")


def test_keys_typed_into_a_field_are_text(page: Any) -> None:
    page.goto("/admin/users")
    page.click("main [name=q]")
    page.keyboard.type("n?/")
    assert page.input_value("main [name=q]") == "n?/"
    assert not page.is_visible("#shortcuts")


def test_something_grave_is_asked_first(page: Any) -> None:
    page.goto("/admin/users")
    page.click("text=Ben")
    page.click("text=Reset the password")
    page.click("#confirm button[value=no]")
    assert page.is_hidden("#confirm")
    page.click("text=Reset the password")
    page.click("#confirm button[value=yes]")
    page.wait_for_selector(".secret")


def test_searching_changes_the_list_and_the_address(page: Any) -> None:
    page.goto("/admin/users")
    page.fill("main [name=q]", "Ben")
    page.wait_for_url("**/admin/users?q=Ben")
    assert page.locator("#users tbody tr").count() == 1


def test_unsaved_changes_are_not_lost_by_accident(page: Any) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/admin/settings")
    page.fill("[name=company]", "Lakeside")
    page.goto("/me")
    assert asked == ["beforeunload"]
    page.goto("/admin/settings")
    page.fill("[name=company]", "Lakeside")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".toast-line")
    assert asked == ["beforeunload"]
    assert page.text_content(".side-mark span") == "Lakeside"


def test_a_form_is_sent_once_however_often_it_is_pressed(page: Any) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/admin/tokens")
    page.fill("[name=name]", "till")
    page.select_option("[name=user]", index=0)
    page.evaluate("const form = document.querySelector('main form'); form.requestSubmit(); form.requestSubmit(); form.requestSubmit();")
    page.wait_for_selector("#new-token")
    assert len(sent) == 1


def test_dark_stays_dark(page: Any) -> None:
    page.goto("/me")
    page.click(".bar-user")
    page.click("[data-look=theme][value=dark]")
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    page.goto("/admin")
    assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_the_language_is_switched_in_place(page: Any) -> None:
    page.goto("/admin/units")
    page.click(".bar-user")
    page.click(".bar .languages button[value=zh]")
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/admin/units")
    assert page.text_content("h1") == "组织架构"


def test_a_session_that_ends_loses_nothing_that_was_typed(page: Any) -> None:
    page.goto("/admin/tokens")
    page.fill("main [name=name]", "till")
    page.select_option("main [name=user]", index=0)
    page.context.clear_cookies(name="shuke")
    page.click("main form [type=submit]")
    page.fill("#sign-in [name=username]", "ada")
    page.fill("#sign-in [name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#new-token")


def test_somebody_else_who_signs_in_sees_nothing_of_the_page(page: Any) -> None:
    page.goto("/admin/tokens")
    page.fill("main [name=name]", "till")
    page.context.clear_cookies(name="shuke")
    page.click("main form [type=submit]")
    page.fill("#sign-in [name=username]", "ben")
    page.fill("#sign-in [name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert page.locator(".bar-user-name").text_content() == "Ben"


def test_a_server_that_is_away_is_waited_for_and_what_was_sent_meanwhile_arrives(page: Any) -> None:
    page.goto("/admin/tokens")
    page.fill("main [name=name]", "till")
    page.select_option("main [name=user]", index=0)
    page.context.set_offline(True)
    page.wait_for_selector("#away:not([hidden])")
    assert page.is_hidden("[data-away-waiting]")
    page.click("main form [type=submit]")
    page.wait_for_selector("[data-away-waiting]:not([hidden])")
    assert page.input_value("main [name=name]") == "till"
    page.context.set_offline(False)
    page.wait_for_selector("#new-token")
    assert page.is_hidden("#away")


def test_one_worker_says_in_every_language_that_nobody_answers(page: Any) -> None:
    page.goto("/me")
    page.evaluate("navigator.serviceWorker.ready")
    worker = page.get_attribute("body", "data-worker")
    page.click(".bar-user")
    with page.expect_navigation():
        page.click(".bar .languages button[value=zh]")
    assert page.get_attribute("body", "data-worker") == worker
    page.wait_for_function("caches.match('/language').then((kept) => kept?.text()).then((language) => language === 'zh')")
    page.context.set_offline(True)
    page.goto("/me")
    assert "连不上服务器" in page.text_content("main")


def test_a_message_offers_to_take_back_what_was_done(page: Any) -> None:
    page.goto("/me")
    page.evaluate("""document.dispatchEvent(new CustomEvent("shuke:toast", {detail: [{level: "success", text: "Deleted.", undo: "/me/sessions/end"}]}))""")
    page.hover(".toast-line")
    with page.expect_response("**/me/sessions/end") as answered:
        page.click(".toast-way")
    assert answered.value.ok
    page.wait_for_selector("text=Deleted.", state="detached")


def test_a_linked_record_opens_beside_the_page_and_the_way_back_closes_it(page: Any) -> None:
    page.goto("/me")
    page.evaluate("""document.querySelector("main").insertAdjacentHTML("beforeend", '<a id="way" data-panel href="/admin/users">Users</a>')""")
    page.click("#way")
    page.wait_for_selector("#panel[open] table")
    assert page.url.endswith("/me")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")
    assert page.evaluate("document.activeElement.id") == "way"
    page.click("#way")
    page.wait_for_selector("#panel[open] table")
    page.go_back()
    page.wait_for_selector("#panel", state="hidden")
    assert page.url.endswith("/me")


def test_menus_are_walked_through_by_the_arrow_keys(page: Any) -> None:
    page.goto("/me")
    page.focus(".bar-user")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent").strip() == "Sign out"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "bar-user"
    assert page.locator("details.menu[open]").count() == 0


def test_the_sidebar_is_as_it_was_left(page: Any) -> None:
    page.goto("/me")
    page.click("[data-fold]")
    page.goto("/admin")
    assert page.locator("html.is-rail").count() == 1
    page.hover("#side")
    page.click("[data-fold]")
    assert page.locator("html.is-rail").count() == 0


def test_the_device_keeps_files_of_the_product_and_no_page_of_anybody(page: Any) -> None:
    page.goto("/me")
    kept = page.evaluate("""async () => {
      await navigator.serviceWorker.ready;
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map((request) => new URL(request.url).pathname);
    }""")
    assert "/offline" in kept
    assert {path.split("/")[1] for path in kept} <= {"static", "offline", "language"}
    page.click(".bar-user")
    page.click(".bar form[action='/logout'] button")
    page.wait_for_url("**/login*")
    page.goto("/me")
    assert "/login" in page.url
