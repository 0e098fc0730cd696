"""Background jobs, what rules did, and the clock, for administrators."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request

from shuke.automation.runlog import STOPPED, RuleRun, runs
from shuke.core import clock
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.core.settings import save_settings
from shuke.definitions.current import catalogue
from shuke.definitions.store import bump_security_epoch
from shuke.records.titles import titles
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, visitor
from shuke.transfer import jobs
from shuke.transfer.kinds import JOB_KINDS
from shuke.web.blueprint import blueprint, configuration
from shuke.web.directory import names_of
from shuke.web.rule_words import detail_words

_PAGE = 50
_MOVE = re.compile(r"(-?\d{1,4})")


@screen(blueprint, "/admin/jobs", permission="administer")
def job_list() -> Response:
    """The background work: what waits, runs, is done or has failed."""
    state, before = request.args.get("state", ""), request.args.get("before", type=whole)
    found = jobs.listed(state=state, limit=_PAGE, before=before)
    return render(
        "web/jobs.html", fragment="web/_jobs.html", jobs=found, named=_named(found), states=_job_states(),
        counts=jobs.state_counts(), state=state, older=found[-1].id if len(found) == _PAGE else None,
    )


@screen(blueprint, "/admin/jobs/<int(max=9223372036854775807):job_id>/retry", permission="administer", methods=("POST",), transaction="write")
def retry_job(job_id: int) -> Response:
    """Do a failed job once more, from where it stopped."""
    kind, subject = _subject(job_id, "failed")
    JOB_KINDS[kind].go_on(subject)
    jobs.wait_again(job_id)
    toast(_("The job waits for the worker again."))
    return go_to("web.job_list")


@screen(blueprint, "/admin/jobs/<int(max=9223372036854775807):job_id>/cancel", permission="administer", methods=("POST",), transaction="write")
def cancel_job(job_id: int) -> Response:
    """Stop a job; what it did already stays."""
    found = jobs.subject_of(job_id, "waiting") or jobs.subject_of(job_id, "running")
    if found is None:
        raise NotAllowed(_("This job has ended already."))
    kind, subject = found
    JOB_KINDS[kind].cancel(subject)
    toast(_("The job is cancelled."))
    return go_to("web.job_list")


def _named(found: Sequence[jobs.Listed]) -> dict[int, str]:
    """What each job does."""
    named: dict[int, str] = {}
    for kind in JOB_KINDS:
        if subjects := [job.subject for job in found if job.kind == kind.name]:
            named |= kind.words(subjects)
    return named


def _subject(job_id: int, state: str) -> tuple[str, int]:
    found = jobs.subject_of(job_id, state)
    if found is None:
        raise NotFound
    return found


def _job_states() -> dict[str, tuple[str, str]]:
    return {
        "waiting": (_("waiting"), ""), "running": (_("running"), "accent"), "done": (_("done"), "good"), "failed": (_("failed"), "bad"),
        "cancelled": (_("cancelled"), "warn"),
    }


@dataclass(frozen=True, slots=True)
class RunShown:
    """What one rule did to one record, in words."""

    run: RuleRun
    rule: str
    entity: str
    title: str
    who: str
    is_stopped: bool
    detail: str


@screen(blueprint, "/admin/automation", permission="administer")
def rule_run_list() -> Response:
    """What rules did, the newest first."""
    rule, before = request.args.get("rule", ""), request.args.get("before", type=whole)
    found = runs(rule=rule, limit=_PAGE, before=before)
    rules = sorted(((one.name, pick(one.label)) for one in catalogue().rules.values()), key=lambda choice: choice[1])
    return render(
        "web/rule_runs.html", fragment="web/_rule_runs.html", runs=_runs(found), rules=rules, rule=rule, older=found[-1].id if len(found) == _PAGE else None,
    )


def _runs(found: Sequence[RuleRun]) -> list[RunShown]:
    people = names_of(actor(), (one.actor_id for one in found))
    published = catalogue()
    named = {
        (name, id_): title for name in {one.entity for one in found if one.entity in published.entities}
        for id_, title in titles(actor(), name, {one.record_id for one in found if one.entity == name}).items()
    }
    return [
        RunShown(
            one, pick(published.rules[one.rule].label) if one.rule in published.rules else one.rule,
            pick(published.entities[one.entity].label) if one.entity in published.entities else one.entity,
            named.get((one.entity, one.record_id), ""), people.get(one.actor_id, _("System")), one.outcome == STOPPED, detail_words(one.detail),
        )
        for one in found
    ]


@screen(blueprint, "/admin/clock", permission="administer", methods=("GET", "POST"), transaction="write")
def clock_page() -> Response:
    """What time it is here; in a sandbox it can be moved."""
    if request.method == "GET":
        return _clock_page({})
    if not configuration().sandbox:
        raise NotAllowed(_("The clock can be moved in a sandbox only."))
    try:
        offset = _offset()
    except InvalidInput as error:
        return _clock_page(error.by_field, 422)
    save_settings({"clock_offset": offset})
    bump_security_epoch()
    toast(_("The clock was moved.") if offset else _("The clock shows the real time again."))
    return go_to("web.clock_page")


def _offset() -> float:
    if request.form.get("reset"):
        return 0.0
    parts = {}
    for name in ("days", "hours"):
        found = _MOVE.fullmatch(request.form.get(name, "").strip() or "0")
        if found is None:
            raise InvalidInput({name: [_("Enter a whole number of at most four digits.")]})
        parts[name] = int(found[1])
    return visitor().settings.clock_offset + timedelta(**parts).total_seconds()


def _clock_page(errors: dict[str, tuple[str, ...]], status: int = 200) -> Response:
    return render(
        "web/clock.html", status=status, errors=errors, now=clock.now(), zone=visitor().settings.time_zone, offset=timedelta(seconds=visitor().settings.clock_offset),
        is_sandbox=configuration().sandbox,
    )
