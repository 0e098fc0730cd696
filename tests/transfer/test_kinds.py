"""Whatever kind of work waits: it has words in both languages, can be given up, repeated and cancelled, each only when it makes sense."""

from collections.abc import Callable, Mapping

import pytest
from transfer.conftest import Working

from shuke import records
from shuke.access import Actor
from shuke.core.errors import NotAllowed
from shuke.core.i18n import use_locale
from shuke.definitions.current import catalogue
from shuke.transfer import bulk, imports, jobs, sheets
from shuke.transfer.kinds import JOB_KINDS, JobKind
from shuke.transfer.reading import Reading
from shuke.transfer.suggesting import suggest


def _begin_bulk(librarian: Actor) -> int:
    book = catalogue().entity("book")
    made = records.save(librarian, book, {"title": "Volume 1"})
    return bulk.begin(librarian, book, bulk.CHANGE, {"values": {"price": "7"}}, [made.id])


def _begin_import(librarian: Actor) -> int:
    with imports.temporary(b"title\nVolume 1\n") as file:
        id_ = imports.create(librarian, "book", "books.csv", file, imports.analyse(file, Reading.of({})))
    found = imports.get(librarian, id_)
    imports.set_mapping(found, suggest(librarian, catalogue().entity("book"), found.columns, found.sample, found.reading))
    imports.start(imports.get(librarian, id_), dry_run=True)
    return id_


def _begin_sheets(librarian: Actor) -> int:
    with imports.temporary(b"title,isbn\nVolume 1,978\nVolume 2,979\n") as file:
        files = [sheets.Given("books.csv", file)]
        id_ = sheets.keep(librarian, files, sheets.read_files(files))
    found = sheets.get(librarian, id_)
    sheets.start(sheets.drafted(found, "lending", [sheets.Made("book", {0: "title", 1: "isbn"})], [sheets.Step(0)]))
    return id_


BEGIN: Mapping[str, Callable[[Actor], int]] = {bulk.JOB: _begin_bulk, imports.JOB: _begin_import, sheets.JOB: _begin_sheets}


@pytest.mark.parametrize("kind", JOB_KINDS, ids=lambda kind: kind.name)
def test_work_is_named_given_up_repeated_and_cancelled(kind: JobKind, working: Working, librarian: Actor) -> None:
    with working():
        subject = BEGIN[kind.name](librarian)
        said = set()
        for locale in ("en", "zh"):
            with use_locale(locale):
                said.add(kind.words([subject])[subject])
        assert len(said) == 2
        assert kind.words([subject + 1]) == {}
        kind.give_up(subject)
        with pytest.raises(NotAllowed):
            kind.cancel(subject)
        kind.go_on(subject)
        kind.cancel(subject)
        assert jobs.claim((kind.name,)) is None
