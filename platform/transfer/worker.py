"""The worker: a loop that claims jobs and carries them out, in a thread of the server or as a process of its own."""

import logging
import threading
import time

from sqlalchemy.exc import DBAPIError

from shuke.core import marks
from shuke.core.db import Database
from shuke.records.files import remove_unattached
from shuke.transfer import jobs, running
from shuke.transfer.jobs import Job
from shuke.transfer.kinds import JOB_KINDS

_log = logging.getLogger(__name__)
_IDLE = 1.0
_TROUBLED = 10.0
SEEN_EVERY = 60.0
"""Seconds after which the worker says again that it lives."""
TIDIED_EVERY = 3600.0
"""Seconds after which uploads are looked for again that no record came to name."""
KINDS = tuple(kind.name for kind in JOB_KINDS)


class Worker:
    """Does the background work of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen = -SEEN_EVERY
        self._tidied = -TIDIED_EVERY

    def start(self) -> None:
        """Work in a thread of this process."""
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the batch at hand and give back the rest."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stop.is_set():
            pause = 0.0
            try:
                self._show()
                self._tidy()
                if not self.run_once():
                    pause = _IDLE
            except DBAPIError:  # the database is away for a while
                _log.exception("The worker could not reach the database.")
                pause = _TROUBLED
            except Exception:  # noqa: BLE001 - one broken job must not stop the others
                _log.exception("A job failed.")
            self._stop.wait(pause)

    def run_once(self) -> bool:
        """Do one job, if there is any."""
        with running.surroundings(self._database):
            if not jobs.is_any_free(KINDS):
                return False
        with running.surroundings(self._database, write=True):
            job = jobs.claim(KINDS)
        if job is None:
            return False
        if jobs.is_worn_out(job):
            self._give_up(job)
        else:
            JOB_KINDS[job.kind].run(self._database, job, stop=self._stop)
        return True

    def _show(self) -> None:
        """Tell those who look after the installation that the worker lives."""
        if time.monotonic() - self._seen >= SEEN_EVERY:
            self._seen = time.monotonic()
            with self._database.write():
                marks.note(marks.WORKER)

    def _tidy(self) -> None:
        """Forget files that were uploaded for a form that nobody saved."""
        if time.monotonic() - self._tidied >= TIDIED_EVERY:
            self._tidied = time.monotonic()
            with running.surroundings(self._database, write=True):
                remove_unattached()

    def _give_up(self, job: Job) -> None:
        with running.surroundings(self._database, write=True):
            jobs.fail(job, "The worker died several times.")
            JOB_KINDS[job.kind].give_up(job.subject)
