"""Readers and writers go on while definitions are published, and none of their statements fails."""

import threading
import time
from decimal import Decimal

import pytest
import sqlalchemy as sa
from publishing_shop import SYSTEM, money, text

from shuke import records
from shuke.core import clock
from shuke.core.i18n import use_locale
from shuke.core.ids import new_id
from shuke.definitions import store
from shuke.definitions.current import catalogue, use_catalogue
from shuke.publishing.publish import rollback
from shuke.records import Query
from shuke.records.tables import tables

ROWS = 100_000


class Crowd:
    """Threads that read and write one entity until they are told to stop, and what went wrong for them."""

    def __init__(self, shop, ids):
        self.shop, self.ids, self.failures, self.stalls, self.stopped = shop, ids, [], [], threading.Event()
        self.written = {}
        self.threads = [threading.Thread(target=self.repeat, args=(work,)) for work in (self.read, self.write)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def repeat(self, work):
        number = 0
        with use_locale("en"):
            while not self.stopped.is_set():
                began = time.monotonic()
                try:
                    work(number)
                except Exception as error:  # noqa: BLE001 - whatever failed is the finding
                    self.failures.append(error)
                    return
                self.stalls.append(time.monotonic() - began)
                time.sleep(0.02)  # a person thinks
                number += 1

    def read(self, number):
        database = self.shop.database
        with database.read(), use_catalogue(store.current(database)):
            records.query(SYSTEM, catalogue().entity("book"), Query(limit=20, count=False))

    def write(self, number):
        database, id_ = self.shop.database, self.ids[number % len(self.ids)]
        with database.write(), use_catalogue(store.current(database)):
            records.save(SYSTEM, catalogue().entity("book"), {"price": f"{number}.25"}, id=id_)
        self.written[id_] = Decimal(f"{number}.25")


def fill(shop, count):
    """Insert books without ceremony."""
    table, ids = tables(shop.catalogue).of("book"), [new_id() for _number in range(count)]
    now = clock.now()
    for start in range(0, count, 10_000):
        with shop.database.write() as connection:
            connection.execute(sa.insert(table), [
                {"id": id_, "created_at": now, "updated_at": now, "revision": 1, "title": f"Book {number}", "price": f"{number % 977}.5" if number % 5000 else "unknown"}
                for number, id_ in enumerate(ids[start:start + 10_000], start)
            ])
    return ids


def check_prices(shop, crowd, ids):
    """Everybody's last word is there, and every other price as it was."""
    table = tables(shop.catalogue).of("book")
    with shop.database.read() as connection:
        rows = connection.execute(sa.select(table.c.id, table.c[shop.catalogue.entity("book").field("price").column]))
        stored = {row[0]: row[1] for row in rows}
    for number, id_ in enumerate(ids):
        expected = crowd.written.get(id_, Decimal(f"{number % 977}.5") if number % 5000 else None)
        assert stored[id_] == expected


def test_a_hundred_thousand_rows_are_retyped_while_people_work(shop):
    ids = fill(shop, ROWS)
    with Crowd(shop, [*ids[:50], *ids[-50:]]) as crowd:
        shop.set_field("price", money()).publish()
        time.sleep(0.2)
    assert not crowd.failures
    assert len(crowd.stalls) > 20
    check_prices(shop, crowd, ids)


def test_twenty_publications_fail_nobody(shop):
    ids = fill(shop, 2_000)
    with Crowd(shop, ids[:20]) as crowd:
        for number in range(10):
            shop.set_field(f"extra_{number}", text(**{"x-index": number % 2 == 0})).publish()
        for number in range(5):
            shop.drop_field(f"extra_{number}").publish()
        shop.set_field("price", money()).publish()
        rollback(shop.database, SYSTEM, 3)
        shop.publish()
    assert not crowd.failures
    check_prices(shop, crowd, ids)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_long_reader_is_waited_for_without_a_queue(shop):
    """Who waits for a table's lock stops everybody behind: the publisher asks again instead."""
    shop.save(title="Dune")
    reader = shop.database.engine.connect()
    reader.execute(sa.text("SELECT count(*) FROM e_book"))
    threading.Timer(4, reader.close).start()
    stalls, done = [], threading.Event()

    def read():
        while not done.is_set():
            began = time.monotonic()
            with shop.database.engine.connect() as connection:
                connection.execute(sa.text("SELECT count(*) FROM e_book"))
            stalls.append(time.monotonic() - began)

    other = threading.Thread(target=read)
    other.start()
    shop.set_field("isbn", text()).publish()
    done.set()
    other.join()
    assert shop.catalogue.version == 2
    assert max(stalls) < 2  # half of what the long reader took: nobody waited for it
