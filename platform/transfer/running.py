"""Carrying out an import: batch after batch, each committed together with how far the import is."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from shuke import records
from shuke.access import Actor
from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database
from shuke.core.errors import PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.i18n import use_locale
from shuke.core.settings import load_settings, use_settings
from shuke.definitions.current import use_catalogue
from shuke.definitions.store import catalogue_of, state
from shuke.transfer import imports, jobs, sheet_steps
from shuke.transfer.batch import Outcome, Seen, import_batch
from shuke.transfer.imports import Import
from shuke.transfer.jobs import Job, LeaseLostError
from shuke.transfer.plan import Plan, prepare
from shuke.transfer.tables import Row

Progress = Callable[[Import], None]

_log = logging.getLogger(__name__)
_SMALLEST, _FIRST, _LARGEST = 50, 500, 1000
_SECONDS = 1.5
"""How long one batch may hold the database; on SQLite nobody else can write meanwhile."""
_PAUSE = 0.02
"""Lets waiting writers of SQLite in between two batches."""
_TRIES = 5


class _DryRunError(Exception):
    """Leaves the unit of work of a dry run so that it rolls back."""


@contextmanager
def surroundings(database: Database, locale: str = "", *, write: bool = False) -> Iterator[None]:
    """A unit of work with the published definitions, the company's settings, clock and language in use."""
    with database.write() if write else database.read():
        settings = load_settings()
        zone = Clock(ZoneInfo(settings.time_zone), timedelta(seconds=settings.clock_offset))
        with (
            use_catalogue(catalogue_of(database, state())), use_settings(settings), use_clock(zone),
            use_locale(locale or settings.locale),
        ):
            yield


def run(database: Database, job: Job, *, stop: threading.Event | None = None, progress: Progress | None = None) -> None:
    """Carry out the import of a claimed job from where it stands to its end."""
    try:
        _Run(database, job, stop or threading.Event(), progress or _nothing).run()
    except LeaseLostError:
        return  # another worker goes on with it, or somebody cancelled it
    except PlatformError as refused:
        _log.info("Import %s was refused.", job.subject, exc_info=refused)
        _fail(database, job, str(refused))
    except Exception:
        _fail(database, job, _("The import stopped because of an error in the program."))
        raise


class _Run:
    def __init__(self, database: Database, job: Job, stop: threading.Event, progress: Progress) -> None:
        self._database = database
        self._job = job
        self._stop = stop
        self._progress = progress
        self._size = _FIRST
        self._seen: Seen = {}

    def run(self) -> None:
        with surroundings(self._database):
            import_ = imports.for_worker(self._job.subject)
            if not import_.is_busy:
                raise LeaseLostError
            kept = imports.content(import_.id)
        if import_.state == imports.CHECKING and import_.done:
            import_ = self._begin_again(import_)
        with imports.temporary(kept) as file, imports.table_of(file, import_) as table:
            rows = islice(table.rows, import_.done, None)
            while batch := list(islice(rows, self._size)):
                if self._stop.is_set():
                    self._give_back()
                    return
                import_ = self._batch(import_, batch)
                self._progress(import_)
                time.sleep(_PAUSE)
        self._finish(import_)

    def _begin_again(self, import_: Import) -> Import:
        """A dry run keeps what it has seen in memory, so an interrupted one starts at the first row."""
        with surroundings(self._database, write=True):
            jobs.renew(self._job)
            return imports.restart(import_)

    def _batch(self, import_: Import, rows: Sequence[Row]) -> Import:
        began = time.monotonic()
        for attempt in range(1, _TRIES + 1):
            try:
                import_ = self._check(import_, rows) if import_.state == imports.CHECKING else self._take(import_, rows)
                break
            except DBAPIError:  # a race with other writers: nothing of the batch remains, so it can be tried again
                if attempt == _TRIES:
                    raise
                time.sleep(0.1 * attempt)
        seconds = max(0.01, time.monotonic() - began)
        self._size = max(_SMALLEST, min(_LARGEST, int(len(rows) * _SECONDS / seconds)))
        return import_

    def _take(self, import_: Import, rows: Sequence[Row]) -> Import:
        with surroundings(self._database, import_.locale, write=True):
            outcome = import_batch(self._actor(import_), self._plan(import_), rows)
            return self._note(import_, rows, outcome)

    def _check(self, import_: Import, rows: Sequence[Row]) -> Import:
        outcome = Outcome()
        seen = dict(self._seen)
        try:
            with surroundings(self._database, import_.locale, write=True):
                outcome = import_batch(self._actor(import_), self._plan(import_), rows, seen)
                raise _DryRunError
        except _DryRunError:
            self._seen = seen
        with surroundings(self._database, import_.locale, write=True):
            return self._note(import_, rows, outcome)

    def _note(self, import_: Import, rows: Sequence[Row], outcome: Outcome) -> Import:
        jobs.renew(self._job)
        return imports.record_batch(import_, len(rows), outcome.counts, outcome.refused)

    def _actor(self, import_: Import) -> Actor:
        if import_.actor == "system":
            return Actor.system("import")
        return records.load_actor(import_.created_by, import_.actor)

    def _plan(self, import_: Import) -> Plan:
        return prepare(self._actor(import_), import_.plan_mapping(), import_.columns)

    def _finish(self, import_: Import) -> None:
        with surroundings(self._database, write=True):
            jobs.finish(self._job)
            imports.finish(import_)
            if import_.state == imports.RUNNING:
                sheet_steps.follow(import_.id)

    def _give_back(self) -> None:
        with surroundings(self._database, write=True):
            jobs.release(self._job)


def _fail(database: Database, job: Job, problem: str) -> None:
    with surroundings(database, write=True):
        jobs.fail(job, problem)
        imports.fail(imports.for_worker(job.subject), problem)


def _nothing(import_: Import) -> None:
    """Nobody watches."""
