"""What a step will do, said before it is done: the state it leads to, and the rules that this sets off."""

from dataclasses import dataclass

from markupsafe import Markup

from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Rule, Transition
from shuke.records import Record
from shuke.records.figures import computed_for
from shuke.runtime.cells import cell_writer
from shuke.runtime.reach import readable
from shuke.screens.visitor import actor
from shuke.views.columns import column
from shuke.workflow.steps import steps


@dataclass(frozen=True, slots=True)
class Course:
    label: str
    now: str | Markup
    then: str | Markup
    follows: tuple[str, ...]
    """What the rules of the new state do."""


def course_of(record: Record, transition: Transition) -> Course | None:
    """The change of state; nothing where the visitor does not see it."""
    entity = record.entity
    step = next((one for one in steps(entity) if one.transition is transition), None)
    shown = readable(actor(), (column(catalogue(), entity, step.field.name),)) if step else ()
    if not shown or step is None:
        return None
    write = cell_writer(shown[0].type, shown[0].field)
    rules = [rule for rule in catalogue().rules_of(entity.name) if _starts(rule, step.field.name, transition.target)]
    holds = computed_for(actor(), entity, record.id, [rule.condition for rule in rules if rule.condition])
    return Course(
        pick(shown[0].label), write(record.values.get(step.field.name)), write(transition.target),
        tuple(pick(rule.label) for rule in rules if not rule.condition or holds.get(rule.condition)),
    )


def _starts(rule: Rule, field: str, state: str) -> bool:
    return (rule.trigger.type, rule.trigger.field, rule.trigger.state) == ("entered", field, state)
