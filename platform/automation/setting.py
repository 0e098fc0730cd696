"""Rules that set fields, of the record itself or of one that it links to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from shuke.access import Actor
from shuke.automation.occasions import Occasion, Step
from shuke.core.errors import InvalidInput, NotFound, PlatformError
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.expressions import Expression, Kind
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import expression, rule_variables
from shuke.records.fitting import as_json
from shuke.records.history import rule_reason, said_of
from shuke.records.saving import save_many
from shuke.records.shapes import link_target, shape
from shuke.records.values import Change, Input


class Set:
    """Save values through the one door as the system, with the rule as the reason; blank links are left alone."""

    name = "set"
    writes_records = True

    def perform(self, step: Step) -> dict[int, str]:
        target = _target(step)
        done: dict[int, str] = {}
        waiting: Sequence[Change] = step.changes
        while waiting:
            waiting, told = self._round(replace(step, changes=waiting), target)
            done |= told
        return done

    def _round(self, step: Step, target: Entity) -> tuple[Sequence[Change], dict[int, str]]:
        """Save each target once; a further change for the same target waits, so that it reads what this one has saved."""
        compiled = _compiled(step, target)
        inputs: dict[int, Input] = {}
        told: dict[int, str] = {}
        waiting = []
        for one in step.occasions(*compiled.values()):
            id_ = _target_id(step, one)
            if id_ in inputs:
                waiting.append(one.change)
            elif id_:
                values = dict(_values(target, compiled, one))
                inputs[id_] = Input(values, id_, forced=frozenset(values))
                told[one.change.id] = f"set {target.name}/{id_} {', '.join(values)}"
        reason = rule_reason(step.rule.name)
        results = save_many(Actor.system(reason), target, list(inputs.values()), accept_warnings=True, depth=step.depth)
        for result in results:
            if isinstance(result, PlatformError) and not isinstance(result, NotFound):  # a record in the recycle bin is left alone
                raise InvalidInput({"": [f"{said_of(reason)}: {said}" for said in _sentences(target, result)]})
        return waiting, told


def _target(step: Step) -> Entity:
    """The entity that is written: at the end of the path of links."""
    of = shape(step.rule.entity)
    for name in _path(step):
        of = shape(link_target(of.field(name)))
    return of.entity


def _path(step: Step) -> tuple[str, ...]:
    on = str(step.body.get("on", ""))
    return tuple(on.split(".")) if on else ()


def _target_id(step: Step, one: Occasion) -> int | None:
    path = _path(step)
    if not path:
        return one.change.id
    id_ = one.env.get(path)
    return id_ if isinstance(id_, int) else None


def _compiled(step: Step, target: Entity) -> dict[str, Expression]:
    found = {}
    for name, source in step.body["values"].items():
        one = target.field(name)
        wanted = FIELD_TYPES[one.type].expression_type(one)
        expect = None if wanted.kind is Kind.BLANK else wanted
        found[name] = expression(catalogue(), step.rule.entity, source, expect=expect, variables=rule_variables(step.rule.entity))
    return found


def _values(target: Entity, compiled: Mapping[str, Expression], one: Occasion) -> Iterator[tuple[str, Any]]:
    for name, source in compiled.items():
        try:
            yield name, as_json(target.field(name), source.evaluate(one.env))
        except ValueError as wrong:
            raise InvalidInput({"": [f"{pick(target.field(name).label)}: {wrong}"]}) from None


def _sentences(target: Entity, refused: PlatformError) -> Iterator[str]:
    """What stands against the target, for somebody who looks at the record that set the rule off."""
    if not isinstance(refused, InvalidInput):
        yield str(refused)
        return
    for path, said in refused.by_field.items():
        name = path.split(".")[0]
        label = f"{pick(target.field(name).label)}: " if name and target.has(name) else ""
        yield from (f"{label}{sentence}" for sentence in said)
