"""Doing something to very many records: part after part through the one door, each committed together with how far it is."""

import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from shuke import records, workflow
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import InvalidInput, NotFound, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records.batches import (
    Results,
    Worked,
    change_and_remember,
    delete_and_remember,
    undo,
)
from shuke.records.values import Saved
from shuke.transfer import bulk, jobs
from shuke.transfer.bulk import CHANGE, DELETE, STEP, Bulk, Part
from shuke.transfer.jobs import Job, LeaseLostError
from shuke.transfer.running import surroundings

_log = logging.getLogger(__name__)
_PAUSE = 0.02
"""Lets waiting writers of SQLite in between two parts."""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a part; `batch` is the number under which it can be taken back."""

    done: int
    changed: int
    refusals: Counter[str]
    batch: int = 0


def run(database: Database, job: Job, *, stop: threading.Event | None = None) -> None:
    """Carry out a claimed job from where it stands to its end."""
    stop = stop or threading.Event()
    try:
        while _step(database, job, stop):
            time.sleep(_PAUSE)
    except LeaseLostError:
        return  # another worker goes on with it, or somebody cancelled it
    except PlatformError as refused:
        _log.info("Bulk work %s was refused.", job.subject, exc_info=refused)
        _fail(database, job, said(refused))
    except Exception:
        _fail(database, job, _("It stopped because of an error in the program."))
        raise


def _step(database: Database, job: Job, stop: threading.Event) -> bool:
    """One part, or the end; whether there is more to do."""
    for attempt in range(1, _TRIES + 1):
        try:
            return _part(database, job, stop)
        except DBAPIError:  # a race with other writers: nothing of the part remains, so it can be tried again
            if attempt == _TRIES:
                raise
            time.sleep(0.1 * attempt)
    return False


def _part(database: Database, job: Job, stop: threading.Event) -> bool:
    with surroundings(database):
        wanted = bulk.for_worker(job.subject)
    with surroundings(database, wanted.locale, write=True):
        if stop.is_set():
            jobs.release(job)
            return False
        jobs.renew(job)
        part = bulk.next_part(wanted)
        if not wanted.is_busy:
            raise LeaseLostError
        if part is None:
            jobs.finish(job)
            bulk.finish(wanted)
            return False
        outcome = _done(records.load_actor(wanted.created_by), wanted, part)
        bulk.note(wanted, part, done=outcome.done, changed=outcome.changed, refusals=outcome.refusals, batch=outcome.batch)
        return True


def _done(actor: Actor, wanted: Bulk, part: Part) -> _Outcome:
    entity = catalogue().entity(wanted.entity)
    if wanted.kind == CHANGE:
        return _worked(entity, change_and_remember(actor, entity, part.ids, wanted.given["values"]))
    if wanted.kind == DELETE:
        return _worked(entity, delete_and_remember(actor, entity, part.ids))
    if wanted.kind == STEP:
        results = dict(zip(part.ids, workflow.fire_many(actor, entity, part.ids, str(wanted.given["step"])), strict=True))
        return _outcome(entity, results, sum(isinstance(result, Saved) for result in results.values()))
    return _undo(actor, part)


def _worked(entity: Entity, worked: Worked) -> _Outcome:
    return _outcome(entity, worked.results, len(worked.changed), worked.batch)


def _undo(actor: Actor, part: Part) -> _Outcome:
    back = left = 0
    for batch in part.ids:
        undone = undo(actor, batch)
        back, left = back + undone.back, left + undone.left
    changed_since = _("Somebody has changed it since.")
    return _Outcome(back + left, back, Counter({changed_since: left} if left else {}))


def _outcome(entity: Entity, results: Results, changed: int, batch: int = 0) -> _Outcome:
    refusals = Counter(said(result, entity) for result in results.values() if isinstance(result, PlatformError))
    return _Outcome(len(results), changed, refusals, batch)


def said(refused: PlatformError, entity: Entity | None = None) -> str:
    """The sentences of a refusal, each behind the label of the field that it is about."""
    if isinstance(refused, NotFound):
        return str(refused) or _("It does not exist any more, or you may not see it.")
    if not isinstance(refused, InvalidInput):
        return str(refused)
    parts: list[str] = []
    for name, sentences in refused.by_field.items():
        first = name.partition(".")[0]
        label = pick(entity.field(first).label) if entity and entity.has(first) else ""
        parts.extend(f"{label}: {sentence}" if label else sentence for sentence in sentences)
    return " ".join(parts)


def _fail(database: Database, job: Job, problem: str) -> None:
    with surroundings(database, write=True):
        jobs.fail(job, problem)
        bulk.fail(job.subject, problem)
