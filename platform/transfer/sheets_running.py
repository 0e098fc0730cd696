"""Beginning the imports of files from which an app was made; each further one follows when the one before it is done."""

import threading

from shuke.core.db import Database
from shuke.core.errors import PlatformError
from shuke.core.i18n import gettext as _
from shuke.transfer import jobs, sheets
from shuke.transfer.jobs import Job, LeaseLostError
from shuke.transfer.running import surroundings
from shuke.transfer.sheet_steps import go_on


def run(database: Database, job: Job, *, stop: threading.Event | None = None) -> None:
    """Begin the first import."""
    try:
        with surroundings(database, write=True):
            jobs.renew(job)
            found = sheets.for_worker(job.subject)
            if found.state == sheets.IMPORTING and not found.current:
                go_on(found)
            jobs.finish(job)
    except LeaseLostError:
        return
    except PlatformError as refused:
        with surroundings(database, write=True):
            jobs.fail(job, str(refused))
            sheets.fail(job.subject, str(refused))


def give_up(id_: int) -> None:
    """The work has brought down its worker again and again."""
    sheets.fail(id_, _("The import stopped several times without getting any further."))


def cancel(id_: int) -> None:
    """Leave the rows out for now: the files go back to waiting."""
    sheets.stop(id_)
    jobs.cancel_waiting(sheets.JOB, id_)
