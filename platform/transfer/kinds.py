"""The kinds of background work: one entry each for whoever carries it out, gives it up, repeats, cancels or names it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.core.registry import Registry
from shuke.definitions.current import catalogue
from shuke.transfer import bulk, bulk_running, imports, running, sheets, sheets_running


@dataclass(frozen=True, slots=True)
class JobKind:
    """What can be done with jobs of a kind; `subject` is the number of what a job is about."""

    name: str
    run: Callable[..., None]
    """Carries out a claimed job: `run(database, job, stop=…)`."""
    give_up: Callable[[int], None]
    go_on: Callable[[int], None]
    cancel: Callable[[int], None]
    words: Callable[[Sequence[int]], Mapping[int, str]]
    """What jobs about these do, in words for people."""


def _import_words(subjects: Sequence[int]) -> Mapping[int, str]:
    return {id_: _("Import of %(file)s", file=name) for id_, name in imports.names_of(subjects).items()}


def _bulk_words(subjects: Sequence[int]) -> Mapping[int, str]:
    known = catalogue().entities
    return {
        id_: _("Many records at once: %(entity)s", entity=pick(known[name].label) if name in known else name)
        for id_, name in bulk.entities_of(subjects).items()
    }


def _sheets_words(subjects: Sequence[int]) -> Mapping[int, str]:
    return {id_: _("Rows of the sheets of %(name)s", name=label) for id_, label in sheets.labels_of(subjects).items()}


JOB_KINDS: Registry[JobKind] = Registry("kind of job", [
    JobKind(imports.JOB, running.run, imports.give_up, imports.go_on, lambda subject: imports.cancel(imports.for_worker(subject)), _import_words),
    JobKind(bulk.JOB, bulk_running.run, bulk.give_up, bulk.go_on, lambda subject: bulk.cancel(bulk.for_worker(subject)), _bulk_words),
    JobKind(sheets.JOB, sheets_running.run, sheets_running.give_up, sheets.wait_again, sheets_running.cancel, _sheets_words),
])
