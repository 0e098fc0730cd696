"""The library with its demo rows, installed once for a test process; every test has an application on a copy of its own."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from chromium import blocked_on, opened, sign_in
from playwright.sync_api import Browser, Page
from reading_room import PASSWORD, Person, Room, configuration, furnish
from serving import served

from shuke.core.db import Database
from shuke.web.app import create_app


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


@pytest.fixture
def page(browser: Browser, room: Room) -> Iterator[Page]:
    """A page of Vera, in English; what the browser's content policy blocks is kept in `page.blocked`."""
    with served(room.app) as address, opened(browser, address) as page:
        page.blocked = blocked_on(page)  # type: ignore[attr-defined]
        sign_in(page, "vera", PASSWORD)
        yield page
