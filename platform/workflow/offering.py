"""What can be done with a record next: the transitions to show as buttons."""

from collections.abc import Iterable
from dataclasses import dataclass

from shuke.access import Actor, policy
from shuke.definitions.model import Transition
from shuke.records.evaluation import RowEnv, Space, prefetch
from shuke.records.shapes import is_column, shape
from shuke.records.values import Record
from shuke.workflow.steps import Step, steps


@dataclass(frozen=True, slots=True)
class Offer:
    """A transition that starts at the record's state; `objection` is the sentence why it cannot be done yet, or `""`."""

    transition: Transition
    objection: str
    leads_on: bool
    """Whether it goes to a later state of its workflow."""


def available(actor: Actor, record: Record) -> list[Transition]:
    """The transitions that the actor can fire now."""
    return [offer.transition for offer in offers(actor, record) if not offer.objection]


def offers(actor: Actor, record: Record) -> list[Offer]:
    """The transitions that the actor may fire from the record's states, also those whose guard objects. Takes a record from `get`."""
    if record.deleted or "transition" not in record.operations:
        return []
    rights = policy(actor, record.entity)
    allowed = [step for step in steps(record.entity) if rights.may_fire(step.transition.name)]
    if not allowed:
        return []
    env = _environment(actor, record, allowed)
    standing = ((step, env.get((step.field.name,))) for step in allowed)
    return [Offer(step.transition, step.objection(env), step.leads_on(state)) for step, state in standing if step.starts_at(state)]


def _environment(actor: Actor, record: Record, allowed: Iterable[Step]) -> RowEnv:
    """The record as it is stored, not as the actor may read it: a guard judges the truth. Read in one statement for its own fields."""
    of = shape(record.entity.name)
    guards = [guard for step in allowed if (guard := step.guard) is not None]
    read = {path[0] for guard in guards for path in guard.paths} | {step.field.name for step in allowed}
    space = Space(actor)
    space.load(of, [record.id], sorted(name for name in read if name in of.members and is_column(of.members[name])))
    env = RowEnv(space, of, {"id": record.id})
    prefetch(space, [env], guards)
    return env
