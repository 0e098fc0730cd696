"""The library, in which two people build: Vera reads Chinese, Nora reads English."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from chromium import complaints_of, opened, sign_in
from playwright.sync_api import Browser, Page
from reading_room import PASSWORD, Person, Room, configuration, furnish
from serving import served

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


@pytest.fixture
def page(browser: Browser, room: Room) -> Iterator[Page]:
    """A page of Nora; what goes wrong in the browser is kept in `page.complaints`."""
    with served(room.app) as address, opened(browser, address) as page:
        page.complaints = complaints_of(page)  # type: ignore[attr-defined]
        sign_in(page, "nora", PASSWORD)
        yield page
