"""The library with its demo rows, installed once for a test process; every test has an application on a copy of its own."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from reading_room import PASSWORD, Person, Room, configuration, furnish
from serving import served

from shuke.core.db import Database
from shuke.web.app import create_app

_WAIT_MS = 30_000
expect.set_options(timeout=_WAIT_MS)


@pytest.fixture(scope="session")
def _furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("library")
    return folder / "company.sqlite", furnish(folder)


@pytest.fixture
def room(_furnished: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Room]:
    """The library, open."""
    source, ids = _furnished
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(tmp_path / "company.sqlite")) as writing:
        reading.backup(writing)
    database = Database(f"sqlite:///{tmp_path / 'company.sqlite'}")
    yield Room(create_app(configuration(tmp_path), database), database, ids)
    database.dispose()


@pytest.fixture
def vera(room: Room) -> Person:
    """The librarian, who may do everything; she reads Chinese unless the address says English."""
    return room.person("vera")


@pytest.fixture
def nora(room: Room) -> Person:
    """A volunteer of the northern branch; she reads English."""
    return room.person("nora")


@pytest.fixture
def sam(room: Room) -> Person:
    """A volunteer of the southern branch."""
    return room.person("sam")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, room: Room) -> Iterator[Page]:
    """A page of Vera, in English; what the browser's content policy blocks is kept in `page.blocked`."""
    with served(room.app) as address:
        yield from _page_of_vera(browser, address)


def _page_of_vera(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address, locale="en-US")
    opened = context.new_page()
    opened.set_default_timeout(_WAIT_MS)
    blocked: list[str] = []
    opened.blocked = blocked  # type: ignore[attr-defined]
    opened.on("console", lambda message: blocked.append(message.text) if "Content Security Policy" in message.text else None)
    opened.on("pageerror", lambda error: blocked.append(str(error)))
    opened.goto("/login")
    opened.fill("[name=username]", "vera")
    opened.fill("[name=password]", PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/")
    yield opened
    context.close()
