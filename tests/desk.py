"""A person at a browser: signs in, fills forms and clicks as people do, and keeps what the browser complains about."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from chromium import WAIT_MS, complain, drag, middle
from playwright.sync_api import BrowserContext, Locator, Page, Response, expect
from wording import Thing, Wording

from shuke.core.i18n import gettext, use_locale

_LIVE_MS = 90
"""After this time a form has asked for what follows from a change."""
_PICKER_MS = 300
_REFUSALS = (409, 422)
_PHONE_PX = 600
_REFUSED = re.compile(r"status of (409|422) |Response Status Error Code (409|422) ")
"""Forms answer so when they refuse something; the browser and htmx write a line on the console for each."""
_AWAY = re.compile(r"ERR_INTERNET_DISCONNECTED|htmx:(afterRequest|sendError)")
_WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


class Desk:
    """One browser of one person."""

    def __init__(self, context: BrowserContext, password: str, wording: Wording, locale: str) -> None:
        self._context, self.password = context, password
        self.wording, self.locale = wording, locale
        self.complaints: list[str] = []
        context.add_init_script(_WATCH)
        context.set_default_timeout(WAIT_MS)
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._console(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._response)

    def close(self) -> None:
        self._context.close()

    def say(self, message: str, **values: object) -> str:
        """A sentence of the product in the language of this person."""
        with use_locale(self.locale):
            return gettext(message, **values)

    # Getting around

    def sign_in(self, username: str) -> None:
        """By the keyboard alone."""
        self.page.goto("/login")
        self.page.focus("[name=username]")
        self.page.keyboard.type(username)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(self.password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/")
        self.speak(self.locale)

    def speak(self, locale: str) -> None:
        """Read the product in this language from now on."""
        language = {"zh": "zh-CN", "en": "en"}[locale]
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.click(".bar-user")
            with self.turning():
                self.page.locator(f".bar .languages button[value={locale}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        self.locale = locale

    def sign_out(self) -> None:
        self.page.click(".bar-user")
        self.page.click(".bar form[action='/logout'] button")
        self.page.wait_for_url("**/login*")

    def go(self, path: str) -> None:
        self.page.goto(path)

    @property
    def on_phone(self) -> bool:
        return (self.page.viewport_size or {"width": 0})["width"] < _PHONE_PX

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def search(self, text: str) -> Locator:
        """What the search over everything finds; a start page has it in the middle, with the focus."""
        if not self.page.locator("#homesearch").count():
            self.press("/")
        expect(self.page.locator("input[role=combobox]:focus")).to_have_count(1)
        self.page.keyboard.type(text)
        self.press("Enter")
        self.page.wait_for_url("**/search?*")
        return self.page.locator("main [data-rows] a")

    @contextmanager
    def turning(self) -> Iterator[None]:
        """What is done inside leads to another page."""
        with self.page.expect_navigation():
            yield

    # Lists

    def rows(self) -> list[str]:
        """The first cells of a list, in their order."""
        return self.page.locator("#list tbody th[scope=row]").all_inner_texts()

    def open_first(self) -> None:
        """The record in the first row."""
        with self.turning():
            self.page.locator("#list tr[data-href] th a").first.click()

    def column(self, label: str) -> list[str]:
        return self.page.locator(f'#list tbody td[data-label="{label}"]').all_inner_texts()

    @contextmanager
    def listing(self) -> Iterator[None]:
        """What is done inside puts the list anew."""
        self.page.evaluate("document.getElementById('list').dataset.old = 'yes'")
        yield
        expect(self.page.locator("#list:not([data-old])")).to_be_visible()

    # Forms

    def control(self, name: str) -> Locator:
        """The input of a field on the form, or in the dialog when one is open."""
        return self.page.locator(_within(f'[name="{name}"]:not([type=hidden])'))

    def fill(self, name: str, text: str) -> None:
        control = self.control(name)
        control.fill(text)
        control.blur()
        self.settle()

    def choose(self, name: str, code: str) -> None:
        self.control(name).select_option(code)
        self.settle()

    def pick(self, name: str, text: str = "", place: int = 0) -> str:
        """Choose a record by typing and the arrow keys; its title."""
        picker = self.page.locator(_within(f'[data-picker]:has([name="{name}"])'))
        typed = picker.locator("[data-picker-text]")
        typed.click()
        if text:
            typed.fill("")
            typed.press_sequentially(text, delay=10)
            self.page.wait_for_timeout(_PICKER_MS)
        expect(picker.locator("[data-picker-id]")).not_to_have_count(0)
        expect(self.page.locator(".picker .htmx-request")).to_have_count(0)
        for _step in range(place + 1):
            typed.press("ArrowDown")
        typed.press("Enter")
        expect(picker.locator("[data-picker-value]")).not_to_have_value("")
        self.settle()
        return typed.input_value()

    def ready(self) -> None:
        """Wait until what came last into the page reacts, which takes it some milliseconds."""
        expect(self.page.locator(".htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)

    def settle(self) -> None:
        """Wait until the form has its answer to what was typed."""
        self.page.wait_for_timeout(_LIVE_MS)
        expect(self.page.locator("form.htmx-request, [data-live-trigger].htmx-request")).to_have_count(0)
        self.ready()

    def save(self) -> None:
        """By the keyboard; on a telephone by the button."""
        self.ready()
        if self.on_phone:
            self.page.locator("body:has(#dialog[open]) #dialog [data-save], body:not(:has(#dialog[open])) #form [data-save]").click()
        else:
            self.press("Control+Enter")

    @property
    def dialog(self) -> Locator:
        """The form or question over the page."""
        return self.page.locator("#dialog[open]")

    @contextmanager
    def saving(self) -> Iterator[None]:
        """What is done inside saves the form over the page, which then stands there again with what was saved."""
        with self.page.expect_response(lambda response: response.request.method == "POST" and response.ok and "/live" not in response.url):
            yield
        expect(self.dialog).to_have_count(0)
        self.ready()

    def errors(self, name: str) -> Locator:
        return self.page.locator(_within(f'[id$="-{name.replace(".", "-")}-error"] .form-error'))

    def output(self, name: str) -> Locator:
        return self.page.locator(f'output[id="f-{name.replace(".", "-")}"]')

    # Records

    def fact(self, thing: Thing, field: str) -> str:
        """What stands beside a label on a record's page."""
        label = thing.label(field, self.locale)
        found = self.page.locator("dl > div").filter(has=self.page.locator(f'dt:text-is("{label}")'))
        return found.first.locator("dd").inner_text()

    def expect_badge(self, text: str) -> None:
        """States stand as badges under the title."""
        expect(self.page.locator(".record-badges").get_by_text(text, exact=True).first).to_be_visible()

    def related(self, thing: Thing) -> Locator:
        """The list of records of this kind on another record's page; its tab is opened first."""
        tab = self.page.locator(f'[data-record-tabs] [data-part^="{thing.name}-"]').first
        if tab.count() and tab.get_attribute("aria-selected") != "true":
            tab.click()
        found = self.page.locator(".related").filter(has=self.page.locator(f'a[href*="/r/{thing.name}"]'))
        expect(found.first).to_be_visible()
        return found

    def do(self, thing: Thing, transition: str) -> None:
        """Press the button of a transition."""
        step = thing.transition(transition)
        button = self.page.locator(".page-actions").get_by_text(step.label[self.locale], exact=True)
        if not button.is_visible():
            self.more()
        if step.ask:
            button.click()
            expect(self.page.locator("#dialog[open] form")).to_be_visible()
            self.ready()
        else:
            with self.page.expect_navigation():
                button.click()

    def begin(self, thing: Thing, what: Thing) -> None:
        """Press the button on a record's page that opens a form for another record."""
        place = next(place for place, action in enumerate(thing.actions) if action.entity == what.name)
        button = self.page.locator(f'.page-actions a[href$="/start/{place}"]')
        if not button.is_visible():
            self.more()
        button.click()
        expect(self.dialog.locator("form")).to_be_visible()
        self.ready()

    def more(self) -> Locator:
        """Open the menu of a page's further ways."""
        self.page.locator(".page-actions > details.menu > summary").last.click()
        return self.page.locator(".page-actions > details.menu[open] .menu-panel")

    def part(self, name: str) -> Locator:
        """One part of a record's page, opened."""
        tab = self.page.locator(f'[data-record-tabs] [data-part="{name}"]')
        if tab.is_visible() and tab.get_attribute("aria-selected") != "true":
            tab.click()
        return self.page.locator(f"#part-{name}")

    # Looking

    @contextmanager
    def refused(self, *statuses: int) -> Iterator[None]:
        """Answers with these statuses are expected inside."""
        before = len(self.complaints)
        yield
        self.page.evaluate("0")  # what the browser still had to say has been said then
        expected = re.compile("|".join(rf"^{status} |status of {status} |Error Code {status} " for status in statuses))
        self.complaints[before:] = [complaint for complaint in self.complaints[before:] if not expected.search(complaint)]

    @contextmanager
    def signed_out(self) -> Iterator[None]:
        """The session has ended before what is done inside."""
        self._context.clear_cookies()
        with self.refused(400, 401):  # the token of the page is gone with the session
            yield

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """No server can be reached inside, until the network comes back."""
        before = len(self.complaints)
        self._context.set_offline(True)
        yield
        self.page.evaluate("0")
        self.complaints[before:] = [complaint for complaint in self.complaints[before:] if not _AWAY.search(complaint)]

    def come_back(self) -> None:
        """Into the network."""
        self._context.set_offline(False)

    def picture(self, folder: Path, name: str) -> None:
        self.page.wait_for_load_state()
        self.page.screenshot(path=folder / f"{name}.png", caret="initial")  # hiding the caret would leave style attributes behind

    def assert_fits(self) -> None:
        """Nothing sticks out sideways."""
        wide, inner = self.page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
        assert wide <= inner, f"{self.page.url}: {wide} > {inner}"

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and not _REFUSED.search(text):
            complain(self.complaints, f"{self.page.url}: {text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in _REFUSALS:
            self.complaints.append(f"{response.status} {response.url}")


def _within(selector: str) -> str:
    """The selector in the dialog while one is open, else in the page."""
    return f"body:has(#dialog[open]) #dialog {selector}, body:not(:has(#dialog[open])) main {selector}"


def amount(text: str) -> Decimal:
    """The number in a text for people."""
    return Decimal(re.sub(r"[^\d.-]", "", text))


def carry(page: Page, card: Locator, lane: Locator) -> None:
    """Drag a card of a board to another lane by the mouse, as soon as the board is ready."""
    expect(page.locator(".lanes[data-ready]")).to_be_visible()
    card.scroll_into_view_if_needed()
    box = lane.bounding_box()
    assert box
    held = lane.locator(f'[data-card="{card.get_attribute("data-card")}"]')
    drag(page, middle(card), (box["x"] + 90, box["y"] + 70), lambda: held.count() > 0)
