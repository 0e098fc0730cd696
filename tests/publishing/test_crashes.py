"""A publisher that dies anywhere leaves the version before in force, and the next one finishes its work."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from publishing_shop import money, text

from shuke.core import clock
from shuke.core.clock import Clock
from shuke.core.errors import Conflict
from shuke.definitions import store
from shuke.publishing import ddl
from shuke.publishing.job import Crash, publication_table
from shuke.publishing.publish import STEPS, resume

POINTS = [f"{moment} {step}" for step in STEPS for moment in ("before", "after")] + ["convert", "fill"]
AFTERWARDS = ("after switch", "before catch up", "after catch up")


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_any_step_is_finished_by_the_next_publisher(shop, monkeypatch, point):
    book = shop.save(title="Dune", price="20")
    shop.set_field("price", money()).set_field("double", money(**{"x-formula": "price * 2", "readOnly": True})).set_field("isbn", text(**{"x-index": True}))
    monkeypatch.setenv("SHUKE_FAIL_AT", point)
    with pytest.raises(Crash):
        shop.publish()
    monkeypatch.delenv("SHUKE_FAIL_AT")
    assert shop.catalogue.version == (2 if point in AFTERWARDS else 1)
    assert shop.read(book)["price"] == (Decimal(20) if point in AFTERWARDS else "20")
    other = shop.save(title="Emma", price="30")
    with pytest.raises(Conflict, match="under way"):
        shop.publish()
    with clock.use_clock(Clock(fixed=clock.now() + timedelta(minutes=5))):
        assert resume(shop.database) == 2
    assert (shop.read(other)["price"], shop.read(other)["double"]) == (Decimal(30), Decimal(60))
    assert shop.catalogue.version == 2
    assert (shop.read(book)["price"], shop.read(book)["double"]) == (Decimal(20), Decimal(40))
    assert resume(shop.database) is None


def test_a_publisher_that_was_thought_dead_stops_when_it_comes_back(shop, monkeypatch):
    monkeypatch.setenv("SHUKE_FAIL_AT", "after expand")
    with pytest.raises(Crash):
        shop.set_field("isbn", text()).publish()
    monkeypatch.delenv("SHUKE_FAIL_AT")
    with shop.database.write() as connection:
        connection.execute(sa.update(publication_table).values(holder="another"))
    with pytest.raises(Conflict, match="under way"):
        resume(shop.database)
    assert shop.catalogue.version == 1


def test_a_publication_that_cannot_go_on_leaves_everything_as_it_was(shop, monkeypatch):
    book = shop.save(title="Dune", price="20")

    def refuse(*_arguments):
        raise Conflict("An older transaction does not end.")

    monkeypatch.setattr(ddl, "wait_for_older_transactions", refuse)
    with pytest.raises(Conflict):
        shop.set_field("price", money()).publish()
    monkeypatch.undo()
    assert shop.catalogue.version == 1
    assert shop.read(book)["price"] == "20"
    with shop.database.read() as connection:
        assert connection.scalar(sa.select(publication_table.c.state).order_by(publication_table.c.id.desc()).limit(1)) == "failed"
        assert connection.scalar(sa.select(store.state_table.c.conversions)) is None
    assert shop.publish() == 2
    assert shop.read(book)["price"] == Decimal(20)
