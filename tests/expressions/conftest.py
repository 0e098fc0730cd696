"""Databases that hold the library."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from expressions.library import LOAN
from expressions.tables import fill

from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database
from shuke.core.i18n import use_locale


@pytest.fixture(autouse=True)
def _english_at_noon() -> Iterator[None]:
    with use_locale("en"), use_clock(Clock(fixed=datetime(2024, 3, 15, 4, 0, tzinfo=UTC))):
        yield


@pytest.fixture
def library(database: Database) -> Database:
    """A database with the one loan of the examples."""
    fill(database, [LOAN.values])
    return database
