"""Runs the rules that a batch of changes sets off, inside the transaction of the save, and keeps them from running in circles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from shuke.access import Actor
from shuke.automation.actions import ACTIONS
from shuke.automation.occasions import Step, holds
from shuke.automation.runlog import DONE, STOPPED, log
from shuke.automation.triggers import TRIGGERS
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Rule
from shuke.records.drafts import stored_values
from shuke.records.events import on_change
from shuke.records.values import Change

DEEPEST = 5
"""How many rules may set each other off in a row."""
MOST_ACTIONS = 100
"""How many actions one change may set off, directly and through other rules."""


@dataclass(slots=True)
class _Budget:
    actions: int


@dataclass(frozen=True, slots=True)
class _Cause:
    """What is going on around a change: who began it, how deep it is, what is still allowed."""

    actor: Actor
    depth: int
    budget: _Budget


_cause: ContextVar[_Cause | None] = ContextVar("cause", default=None)


@on_change
def react(changes: Sequence[Change]) -> None:
    """Run every published rule that these changes set off, in the order of the catalogue."""
    by_entity: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if catalogue().rules_of(change.entity.name):
            by_entity[change.entity.name].append(change)
    if by_entity:
        with _caused(changes) as cause:
            for name, some in by_entity.items():
                _run_rules(cause, catalogue().entity(name), some)


@contextmanager
def _caused(changes: Sequence[Change]) -> Iterator[_Cause]:
    outer = _cause.get()
    if outer is None:
        cause = _Cause(changes[0].actor, 1, _Budget(MOST_ACTIONS * len(changes)))
    else:
        cause = replace(outer, depth=outer.depth + 1)
    token = _cause.set(cause)
    try:
        yield cause
    finally:
        _cause.reset(token)


def _run_rules(cause: _Cause, entity: Entity, changes: Sequence[Change]) -> None:
    # Which rules are set off is decided before the first of them runs: what they change is another change.
    set_off = [(rule, [change for change in changes if TRIGGERS[rule.trigger.type].fires(rule.trigger, change)])
               for rule in catalogue().rules_of(entity.name)]
    written = False
    for rule, some in set_off:
        going = holds(rule, cause.actor, _read_again(entity, some) if written else some) if some else []
        if going:
            written |= _run(cause, rule, going)


def _run(cause: _Cause, rule: Rule, changes: Sequence[Change]) -> bool:
    """Run one rule for the records it is set off by; says whether it may have written records."""
    if said := _limit(cause, len(changes) * len(rule.actions)):
        _log(cause, rule, STOPPED, ((change.id, said) for change in changes))
        return False
    told: dict[int, list[str]] = {change.id: [] for change in changes}
    written = False
    for number, action in enumerate(rule.actions):
        kind = ACTIONS[action.type]
        some = _read_again(catalogue().entity(rule.entity), changes) if written else changes
        for id_, detail in kind.perform(Step(rule, number, action.body, cause.actor, some, cause.depth)).items():
            told[id_].append(detail)
        written |= kind.writes_records
    _log(cause, rule, DONE, ((id_, "; ".join(details)) for id_, details in told.items()))
    return written


def _limit(cause: _Cause, actions: int) -> str:
    """Why a rule may not run now, or `""`; what it needs is taken from what is left."""
    if cause.depth > DEEPEST:
        return _("Stopped: more than %(number)d rules have set each other off.", number=DEEPEST)
    if actions > cause.budget.actions:
        return _("Stopped: one change has set off more than %(number)d actions.", number=MOST_ACTIONS)
    cause.budget.actions -= actions
    return ""


def _read_again(entity: Entity, changes: Sequence[Change]) -> list[Change]:
    """The same changes with the values that are stored now, after actions that have written records."""
    now: Mapping[int, Mapping[str, object]] = stored_values(entity, [change.id for change in changes])
    return [replace(change, after=now.get(change.id, change.after)) for change in changes]


def _log(cause: _Cause, rule: Rule, outcome: str, details: Iterable[tuple[int, str]]) -> None:
    log(rule.name, rule.entity, cause.actor.id, cause.depth, outcome, details)
