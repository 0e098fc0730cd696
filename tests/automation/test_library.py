"""The library's own rules, with nothing of them in the platform: a late return is charged, a payment settles it."""

from decimal import Decimal
from pathlib import Path

import pytest
from office import SYSTEM, Office

from shuke import ledgers, workflow
from shuke.core.db import Database
from shuke.core.errors import InvalidInput
from shuke.definitions.current import catalogue
from shuke.definitions.load import load_template
from shuke.publishing.publish import publish

LIBRARY = Path(__file__).parents[1] / "templates" / "library"


@pytest.fixture
def library(database: Database) -> Office:
    publish(database, SYSTEM, load_template(LIBRARY))
    return Office(database)


def _lend_and_take_back(library: Office, reader: int, due: str) -> None:
    loan = library.save("loan", actor=SYSTEM, reader=str(reader), since="2024-01-01", due=due)
    with library.at_work():
        workflow.fire(SYSTEM, catalogue().entity("loan"), loan, "give_back")


def _fines(library: Office, reader: int) -> Decimal:
    with library.at_work():
        return ledgers.balance(catalogue().ledgers["fines"], reader)


def test_a_late_return_is_charged_to_the_reader_and_a_payment_settles_it(library: Office) -> None:
    reader = library.save("reader", actor=SYSTEM, name="Lin", daily_fine="0.01")
    _lend_and_take_back(library, reader, due="2024-01-31")
    charged = _fines(library, reader)
    assert charged > 0 and library.read("reader", reader)["fines"] == charged
    library.save("fine_payment", actor=SYSTEM, reader=str(reader), amount=str(charged))
    assert _fines(library, reader) == 0
    with library.at_work():
        assert [one.change for one in ledgers.entries(catalogue().ledgers["fines"], reader)] == [-charged, charged]


def test_a_return_in_time_costs_nothing(library: Office) -> None:
    reader = library.save("reader", actor=SYSTEM, name="Lin")
    _lend_and_take_back(library, reader, due="2999-01-31")
    assert _fines(library, reader) == 0


def test_nobody_pays_more_than_is_owed(library: Office) -> None:
    reader = library.save("reader", actor=SYSTEM, name="Lin")
    with pytest.raises(InvalidInput, match="nothing is left"):
        library.save("fine_payment", actor=SYSTEM, reader=str(reader), amount="0.01")
