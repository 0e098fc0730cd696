"""Chromium, and pages of an application that runs in this process."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update", "--disable-sync", "--disable-quic",
)
WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)


def launch(playwright: Playwright, *arguments: str) -> Browser:
    program = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    return playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS, *arguments])


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """A page in a window of its own, whose reader prefers English."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address, locale="en-US", reduced_motion="reduce")
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def middle(element: Locator, right: float = 0, down: float = 0) -> tuple[float, float]:
    """A place on the screen, so far from the middle of an element."""
    box = element.bounding_box()
    assert box, element
    return box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], lies: Callable[[], bool]) -> None:
    """As a hand does it: to the place, where it is held until what is held lies as it should. A list looks for the mouse some times a second only."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 6, start[1] + 6, steps=3)
    page.mouse.move(*end, steps=12)
    for nudge in range(80):
        if lies():
            break
        page.wait_for_timeout(25)
        page.mouse.move(end[0], end[1] + nudge % 2)
    page.mouse.up()


def complaints_of(page: Page) -> list[str]:
    """What goes wrong in the browser from now on."""
    complaints: list[str] = []
    page.on("console", lambda message: complain(complaints, message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def complain(complaints: list[str], said: str) -> None:
    """Keep an error of the console. A request whose place a newer one took, as `hx-sync` asks for, is none: htmx tells it in two lines."""
    if "htmx:sendAbort" not in said:
        complaints.append(said)
    elif complaints and "htmx:afterRequest" in complaints[-1]:
        complaints.pop()


def blocked_on(page: Page) -> list[str]:
    """What the content policy blocks from now on, and errors of scripts."""
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: blocked.append(str(error)))
    return blocked
