"""The library, in which two people build: Vera reads Chinese, Nora reads English."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from reading_room import PASSWORD, Person, Room, configuration, furnish
from waitress.server import create_server

from shuke.access import Actor
from shuke.core.db import Database
from shuke.definitions import store
from shuke.definitions.patches import patched
from shuke.publishing import edits
from shuke.publishing.publish import publish
from shuke.web.app import create_app


@pytest.fixture(scope="session")
def _furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("builders")
    ids = furnish(folder)
    database = Database(f"sqlite:///{folder / 'company.sqlite'}")
    with database.read():
        documents = store.documents_of(store.published_version())
    allowed = edits.set_value(documents, ("role", "volunteer"), ("abilities",), ["build"])
    publish(database, Actor.system("test"), patched(documents, allowed), "two builders")
    database.dispose()
    return folder / "company.sqlite", ids


@pytest.fixture
def room(_furnished: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Room]:
    source, ids = _furnished
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(tmp_path / "company.sqlite")) as writing:
        reading.backup(writing)
    database = Database(f"sqlite:///{tmp_path / 'company.sqlite'}")
    yield Room(create_app(configuration(tmp_path), database), database, ids)
    database.dispose()


@pytest.fixture
def vera(room: Room) -> Person:
    """The librarian."""
    return room.person("vera")


@pytest.fixture
def nora(room: Room) -> Person:
    """A volunteer who may build as well."""
    return room.person("nora")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, room: Room) -> Iterator[Page]:
    """A page of Nora; what goes wrong in the browser is kept in `page.complaints`."""
    server = create_server(room.app, host="127.0.0.1", port=0, threads=4, ident=None)
    threading.Thread(target=server.run, daemon=True).start()
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=f"http://localhost:{server.effective_port}", locale="en-US")
    opened = context.new_page()
    complaints: list[str] = []
    opened.complaints = complaints  # type: ignore[attr-defined]
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto("/login")
    opened.fill("[name=username]", "nora")
    opened.fill("[name=password]", PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/")
    yield opened
    context.close()
    server.close()
