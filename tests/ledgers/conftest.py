"""Books on each kind of database."""

import pytest
from ledgers.books import Books, make_ledger

from shuke.core.db import Database


@pytest.fixture
def books(database: Database) -> Books:
    return Books(database, make_ledger())
