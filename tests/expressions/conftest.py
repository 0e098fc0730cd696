"""Databases that hold the library; they need none of the platform's tables."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from expressions.shelves import LOAN
from expressions.tables import fill
from postgres import Cluster

from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database
from shuke.core.i18n import use_locale


@pytest.fixture(autouse=True)
def _english_at_noon() -> Iterator[None]:
    with use_locale("en"), use_clock(Clock(fixed=datetime(2024, 3, 15, 4, 0, tzinfo=UTC))):
        yield


@pytest.fixture
def sqlite_shelf(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    database = Database(f"sqlite:///{tmp_path / 'shelf.sqlite'}")
    yield database
    database.dispose()


@pytest.fixture
def postgresql_shelf(cluster: Cluster) -> Iterator[Database]:
    """An empty PostgreSQL database."""
    name = cluster.create()
    database = Database(cluster.url(name))
    yield database
    database.dispose()
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def library(request: pytest.FixtureRequest) -> Database:
    """A database with the one loan of the examples; the test runs once on each kind."""
    database: Database = request.getfixturevalue(f"{request.param}_shelf")
    fill(database, [LOAN.values])
    return database
