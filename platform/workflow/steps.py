"""The transitions of an entity, each with the state field that it moves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shuke.core.errors import UnknownName
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field, Transition, Workflow
from shuke.expressions import BOOL, Env, Expression
from shuke.fields.scope import expression


@dataclass(frozen=True, slots=True)
class Step:
    """One transition of one state field. An entity can have several workflows, and names may repeat among them."""

    entity: Entity
    field: Field
    workflow: Workflow
    transition: Transition

    @property
    def guard(self) -> Expression | None:
        source = self.transition.guard
        return expression(catalogue(), self.entity.name, source, expect=BOOL) if source else None

    @property
    def asked(self) -> frozenset[str]:
        """The fields that may be given with it."""
        return frozenset((*self.transition.ask, *self.transition.require))

    def starts_at(self, state: object) -> bool:
        return state in self.transition.sources

    def leads_on(self, state: object) -> bool:
        """Whether it goes to a later state, in the order of the workflow, that is not one of giving up."""
        names = [state.name for state in self.workflow.states]
        target = names.index(self.transition.target)
        return state in names and target > names.index(str(state)) and self.workflow.states[target].category != "cancelled"

    def objection(self, env: Env) -> str:
        """Why the guard does not let this record pass, or `""`."""
        guard = self.guard
        if guard is None or guard.evaluate(env) is True:
            return ""
        return pick(self.transition.guard_message) or _("“%(step)s” is not possible with this record now.", step=pick(self.transition.label))


def steps(entity: Entity) -> tuple[Step, ...]:
    """All transitions of an entity, in the order of its fields and workflows."""
    return catalogue().derived(("steps", entity.name), lambda: tuple(_steps(entity)))


def steps_named(entity: Entity, name: str) -> tuple[Step, ...]:
    found = tuple(step for step in steps(entity) if step.transition.name == name)
    if not found:
        raise UnknownName("transition", name, sorted({step.transition.name for step in steps(entity)}))
    return found


def step_from(possible: Iterable[Step], values: Mapping[str, Any]) -> Step | None:
    """The step that starts where this record stands."""
    return next((step for step in possible if step.starts_at(values.get(step.field.name))), None)


def _steps(entity: Entity) -> Iterator[Step]:
    for field in entity.fields:
        if name := field.option("workflow"):
            workflow = catalogue().workflows[name]
            for transition in workflow.transitions:
                yield Step(entity, field, workflow, transition)
