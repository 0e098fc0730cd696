"""The books of `publishing_shop`, published."""

from collections.abc import Iterator

import pytest
from publishing_shop import Shop

from shuke.core.db import Database
from shuke.core.i18n import use_locale


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with use_locale("en"):
        yield


@pytest.fixture
def shop(database: Database) -> Shop:
    """The books, published once."""
    made = Shop(database)
    made.publish()
    return made
