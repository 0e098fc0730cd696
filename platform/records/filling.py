"""What the platform fills in itself: defaults, first states, numbers, formulas."""

from collections.abc import Sequence
from typing import Any

from shuke.access import Actor
from shuke.core import clock
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.expressions import Expression
from shuke.fields.autonumber import next_numbers
from shuke.fields.scope import expression
from shuke.records.computed import Computed, plan
from shuke.records.drafts import Draft
from shuke.records.evaluation import RowEnv, Space, prefetch
from shuke.records.fitting import fit
from shuke.records.line_filling import fill_lines
from shuke.records.shapes import shape


def fill(actor: Actor, entity: Entity, drafts: Sequence[Draft]) -> list[RowEnv]:
    """Defaults, first states, lines of other records and formulas; gives an environment for each draft, for the conditions that follow."""
    space = Space(actor, (draft.id for draft in drafts if draft.created))
    of = shape(entity.name)
    envs = [RowEnv(space, of, draft.after) for draft in drafts]
    _set_first_states(entity, drafts)
    _fill_defaults(entity, drafts, envs)
    fill_lines(actor, entity, drafts)
    for table in entity.fields:
        if any(column.default for column in table.fields):
            _fill_line_defaults(entity, table, drafts, envs)
    _compute(entity, drafts, envs)
    return envs


def number(entity: Entity, drafts: Sequence[Draft]) -> None:
    """Take automatic numbers for new records; last, so that refused records take none."""
    for one in entity.fields:
        if one.option("pattern") is None or one.type not in _NUMBERED:
            continue
        waiting = [draft for draft in drafts if draft.created and draft.after.get(one.name) is None]
        if waiting:
            for draft, text in zip(waiting, next_numbers(one, entity.name, len(waiting), clock.today()), strict=True):
                draft.after[one.name] = text


_NUMBERED = ("autonumber",)


def _set_first_states(entity: Entity, drafts: Sequence[Draft]) -> None:
    for one in entity.fields:
        if workflow := one.option("workflow"):
            for draft in drafts:
                if draft.created and draft.after.get(one.name) is None:
                    draft.after[one.name] = catalogue().workflows[workflow].initial


def _fill_defaults(entity: Entity, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> None:
    created = [(draft, env) for draft, env in zip(drafts, envs, strict=True) if draft.created]
    chosen = [(one, expression(catalogue(), entity.name, one.default)) for one in entity.fields if one.default]
    if created and chosen:
        prefetch(created[0][1].space, [env for _draft, env in created], [compiled for _one, compiled in chosen])
    for one, compiled in chosen:
        for draft, env in created:
            if draft.after.get(one.name) is None:
                _put(draft, one, one.name, draft.after, compiled, env)


def _fill_line_defaults(entity: Entity, table: Field, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> None:
    of = shape(f"{entity.name}.{table.name}")
    chosen = [(column, expression(catalogue(), of.name, column.default)) for column in table.fields if column.default]
    new = [
        (draft, index, line, RowEnv(env.space, of, line, parent=env))
        for draft, env in zip(drafts, envs, strict=True) for index, line in enumerate(draft.after.get(table.name) or ()) if line["id"] is None
    ]
    if not new:
        return
    prefetch(new[0][3].space, [env for *_rest, env in new], [compiled for _column, compiled in chosen])
    for column, compiled in chosen:
        for draft, index, line, env in new:
            if line.get(column.name) is None:
                _put(draft, column, f"{table.name}.{index}.{column.name}", line, compiled, env)


def _compute(entity: Entity, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> None:
    for one in plan(catalogue()):
        if one.shape == entity.name:
            _compute_own(one, drafts, envs)
        elif one.shape.split(".")[0] == entity.name:
            _compute_lines(one, drafts, envs)


def _compute_own(one: Computed, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> None:
    rolled_up = bool(one.field.option("function"))
    # A roll-up looks at other records, which this save does not change: only a new record starts at nothing.
    chosen = [(draft, env) for draft, env in zip(drafts, envs, strict=True) if draft.created or not rolled_up]
    if not chosen:
        return
    prefetch(chosen[0][1].space, [env for _draft, env in chosen], [one.expression])
    for draft, env in chosen:
        _put(draft, one.field, one.field.name, draft.after, one.expression, env)


def _compute_lines(one: Computed, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> None:
    of = shape(one.shape)
    assert of.part is not None
    rows = [
        (draft, index, line, RowEnv(env.space, of, line, parent=env))
        for draft, env in zip(drafts, envs, strict=True) for index, line in enumerate(draft.after.get(of.part.name) or ())
    ]
    if rows:
        prefetch(rows[0][3].space, [env for *_rest, env in rows], [one.expression])
    for draft, index, line, env in rows:
        _put(draft, one.field, f"{of.part.name}.{index}.{one.field.name}", line, one.expression, env)


def _put(draft: Draft, one: Field, path: str, values: dict[str, Any], compiled: Expression, env: RowEnv) -> None:
    try:
        values[one.name] = fit(one, compiled.evaluate(env))
    except ValueError as wrong:
        draft.errors[path].append(str(wrong))
