"""Firing transitions: the one way in which a state changes. What is fired is saved like any other change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.errors import InvalidInput, NotAllowed, NotFound, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.expressions import Expression
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import expression
from shuke.records.drafts import reachable
from shuke.records.evaluation import RowEnv, Space, prefetch
from shuke.records.fitting import as_json
from shuke.records.saving import save_many
from shuke.records.shapes import Shape, is_column, link_target, shape
from shuke.records.values import Input, Saved
from shuke.workflow.steps import Step, step_from, steps_named

Json = Any


def fire(
    actor: Actor, entity: Entity, id_: int, transition: str, values: Mapping[str, Json] | None = None, revision: int | None = None, *,
    accept_warnings: bool = False,
) -> Saved:
    """Take a record through a transition, with the values that it asks for; raises what stands against it."""
    asked = [Input(values or {}, id_, revision)]
    (result,) = _fire(actor, entity, asked, transition, accept_warnings=accept_warnings)
    if isinstance(result, PlatformError):
        raise result
    return result


def fire_many(actor: Actor, entity: Entity, ids: Sequence[int], transition: str) -> list[Saved | PlatformError]:
    """Take many records through a transition in few statements; a refused one is answered with its error."""
    return _fire(actor, entity, [Input({}, id_) for id_ in ids], transition, accept_warnings=False)


@dataclass(slots=True)
class _Move:
    """One record on its way: with `step` once it is known where it stands, and `failure` when it cannot go."""

    asked: Input
    env: RowEnv
    step: Step | None = None
    given: Mapping[str, Json] = made(default_factory=dict)
    """What the transition itself sets, the new state included."""
    failure: PlatformError | None = None


def _fire(actor: Actor, entity: Entity, asked: Sequence[Input], transition: str, *, accept_warnings: bool) -> list[Saved | PlatformError]:
    possible = steps_named(entity, transition)
    if not policy(actor, entity).may_fire(transition):
        raise NotAllowed(_("You may not do “%(step)s”.", step=pick(possible[0].transition.label)))
    moves = _moves(actor, entity, asked, possible)
    going = [move for move in moves if move.failure is None]
    if going:
        _hold(shape(entity.name), going, _read_by(possible))
        prefetch(going[0].env.space, [move.env for move in going], _read_by(possible))
        for move in going:
            _judge(move)
    inputs = [_input(move, transition) for move in moves if move.failure is None]
    saved: Iterator[Saved | PlatformError] = iter(save_many(actor, entity, inputs, accept_warnings=accept_warnings))
    return [move.failure if move.failure is not None else next(saved) for move in moves]


def _moves(actor: Actor, entity: Entity, asked: Sequence[Input], possible: Sequence[Step]) -> list[_Move]:
    """The records as they stand in the database, locked, under the values that came with the request."""
    of, space = shape(entity.name), Space(actor)
    found = reachable(actor, entity, [one.id for one in asked if one.id is not None], "transition")
    moves = []
    for one in asked:
        stored, _revision, allowed = found.get(one.id or 0, (None, 0, False))
        if stored is None:
            moves.append(_Move(one, RowEnv(space, of, {}), failure=NotFound(_("This record does not exist."))))
            continue
        move = _Move(one, RowEnv(space, of, {**stored, **_readable(entity, one.values)}), step_from(possible, stored))
        if not allowed:
            move.failure = NotAllowed(_("You may see this record but not do this with it."))
        elif move.step is None:
            move.failure = InvalidInput({"": [_elsewhere(possible[0], stored)]})
        moves.append(move)
    return moves


def _judge(move: _Move) -> None:
    """Let the record go with the values that the transition sets, or say what stands against it."""
    assert move.step is not None
    try:
        _check(move.step, move)
        move.given = _given(move.step, move.env)
    except InvalidInput as refused:
        move.failure = refused


def _check(step: Step, move: _Move) -> None:
    """What the transition itself demands: no other fields than it asks for, its guard, its required fields."""
    if unasked := [name for name in move.asked.values if name not in step.asked]:
        raise InvalidInput({name: [_("This step does not ask for this field.")] for name in unasked})
    if objection := step.objection(move.env):
        raise InvalidInput({"": [objection]})
    if missing := [name for name in step.transition.require if move.env.values.get(name) in (None, "", ())]:
        raise InvalidInput({name: [_("Fill this in.")] for name in missing})


def _input(move: _Move, transition: str) -> Input:
    return Input({**move.asked.values, **move.given}, move.asked.id, move.asked.revision, transition, frozenset(move.given))


def _given(step: Step, env: RowEnv) -> dict[str, Json]:
    """The values that the transition sets, and the new state."""
    given: dict[str, Json] = {}
    for name, compiled in _set_by(step):
        try:
            given[name] = as_json(step.entity.field(name), compiled.evaluate(env))
        except ValueError as wrong:
            raise InvalidInput({name: [str(wrong)]}) from None
    return given | {step.field.name: step.transition.target}


def _hold(of: Shape, going: Sequence[_Move], read: Sequence[Expression]) -> None:
    """Lock the records that a step judges by: two steps at once must not both go by what neither has done yet."""
    if connection().dialect.name == "sqlite":  # whoever writes is alone anyway
        return
    names = {path[0] for one in read for path in one.paths if len(path) > 1 and path[0] in of.members}
    for name in sorted(names):
        target = link_target(of.members[name]) if is_column(of.members[name]) else ""
        if target and not catalogue().entity(target).system:
            table = shape(target).table
            ids = {id_ for move in going if (id_ := move.env.get((name,))) is not None}
            connection().execute(sa.select(table.c.id).where(table.c.id.in_(sorted(ids))).order_by(table.c.id).with_for_update())


def _set_by(step: Step) -> Iterator[tuple[str, Expression]]:
    for name, source in step.transition.values.items():
        one = step.entity.field(name)
        yield name, expression(catalogue(), step.entity.name, source, expect=FIELD_TYPES[one.type].expression_type(one))


def _read_by(possible: Sequence[Step]) -> list[Expression]:
    guards = [guard for step in possible if (guard := step.guard) is not None]
    return [*guards, *(compiled for step in possible for _name, compiled in _set_by(step))]


def _readable(entity: Entity, values: Mapping[str, Json]) -> dict[str, Any]:
    """The given values as the record will hold them; those that cannot be read are refused when it is saved."""
    loaded = {}
    for name, value in values.items():
        if not entity.has(name) or entity.field(name).fields:
            continue
        one = entity.field(name)
        try:
            loaded[name] = None if value in (None, "", []) else FIELD_TYPES[one.type].load(value, one)
        except (ValueError, ArithmeticError, TypeError):
            continue
    return loaded


def _elsewhere(step: Step, values: Mapping[str, Any]) -> str:
    state = values.get(step.field.name)
    label = next((pick(one.label) for one in step.workflow.states if one.name == state), _("(blank)"))
    return _("“%(step)s” is not possible from “%(state)s”.", step=pick(step.transition.label), state=label)
