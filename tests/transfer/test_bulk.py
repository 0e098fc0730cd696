"""Very many records at once: part after part, each committed with how far it is, whatever happens to the worker."""

import pytest
from transfer.conftest import Working

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import NotFound
from shuke.definitions.current import catalogue
from shuke.records import Input, Query
from shuke.transfer import bulk, bulk_running, jobs
from shuke.transfer.worker import Worker


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, librarian: Actor) -> None:
    """Parts of two, done by the librarian."""
    monkeypatch.setattr(bulk, "PART", 2)
    monkeypatch.setattr(records, "load_actor", lambda _id: librarian)


@pytest.fixture
def begun(working: Working, librarian: Actor) -> int:
    """Five books that are to be priced anew; one of them is gone meanwhile."""
    with working():
        book = catalogue().entity("book")
        made = records.save_many(librarian, book, [Input({"title": f"Volume {number}", "price": "1"}) for number in range(5)])
        ids = [one.id for one in made if isinstance(one, records.Saved)]
        records.delete(librarian, book, ids[3])
        return bulk.begin(librarian, book, bulk.CHANGE, {"values": {"price": "7"}}, ids)


def prices(working: Working, librarian: Actor) -> list[int]:
    with working():
        page = records.query(librarian, catalogue().entity("book"), Query(fields=("price",), sort=("title",), limit=200))
        return [int(record.values["price"]) for record in page.records if record.title.startswith("Volume")]


def state(working: Working, id_: int) -> bulk.Bulk:
    with working():
        return bulk.for_worker(id_)


def test_all_of_them_are_done_and_refusals_counted_and_all_of_it_is_taken_back(library: Database, working: Working, librarian: Actor, begun: int) -> None:
    assert Worker(library).run_once()
    ended = state(working, begun)
    assert (ended.state, ended.total, ended.done, ended.changed, ended.refused, list(ended.reasons.values())) == (bulk.DONE, 5, 5, 4, 1, [1])
    assert prices(working, librarian) == [7, 7, 7, 7]
    with working():
        back = bulk.undo(librarian, bulk.get(librarian, begun))
    assert Worker(library).run_once()
    assert (state(working, back).changed, prices(working, librarian)) == (4, [1, 1, 1, 1])


def test_a_worker_that_dies_leaves_whole_parts_and_the_next_one_goes_on(
    library: Database, working: Working, librarian: Actor, begun: int, monkeypatch: pytest.MonkeyPatch,
) -> None:
    noted = bulk.note

    def dying(*given: object, **named: object) -> None:
        noted(*given, **named)  # type: ignore[arg-type]
        if bulk.for_worker(begun).done == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(bulk, "note", dying)
    with working():
        job = jobs.claim((bulk.JOB,))
    assert job is not None
    with pytest.raises(KeyboardInterrupt):
        bulk_running.run(library, job)
    assert (state(working, begun).done, prices(working, librarian)) == (2, [7, 7, 1, 1])
    monkeypatch.setattr(bulk, "note", noted)
    with working():
        jobs.release(job)
    assert Worker(library).run_once()
    assert (state(working, begun).state, prices(working, librarian)) == (bulk.DONE, [7, 7, 7, 7])


def test_only_who_wanted_it_sees_it(working: Working, begun: int) -> None:
    with working(), pytest.raises(NotFound):
        bulk.get(Actor(99, "user", "Somebody else"), begun)
