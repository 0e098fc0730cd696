"""A library that lends books, published in a fresh database, and the people who import its lists."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from shuke.access import Actor
from shuke.core.db import Database
from shuke.definitions.load import load_template
from shuke.publishing.publish import publish
from shuke.transfer.running import surroundings

LIBRARY = Path(__file__).parent.parent / "templates" / "library"
Working = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def library(database: Database) -> Database:
    publish(database, Actor.system("test"), load_template(LIBRARY))
    return database


@pytest.fixture
def librarian() -> Actor:
    return Actor.system("test")


@pytest.fixture
def working(library: Database) -> Working:
    """A unit of work in the library."""

    @contextmanager
    def work() -> Iterator[None]:
        with surroundings(library, "en", write=True):
            yield

    return work
