"""The checks that a definition states: what must not be saved so, evaluated after formulas for a whole batch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, EntityCheck
from shuke.expressions import BOOL, Expression
from shuke.fields.scope import expression, line_variables
from shuke.records.drafts import Draft
from shuke.records.evaluation import RowEnv, prefetch
from shuke.records.shapes import shape
from shuke.records.values import Doubt


@dataclass(frozen=True, slots=True)
class _Compiled:
    check: EntityCheck
    wrong: Expression


def check_stated(entity: Entity, drafts: Sequence[Draft], envs: Sequence[RowEnv], *, accept_warnings: bool) -> None:
    """Add the message of every check that is true: a mistake, or a doubt that the actor may accept."""
    for each, compiled in _checks(entity).items():
        wanted = [one for one in compiled if one.check.action == "block" or not accept_warnings]
        rows = list(_rows(entity, each, drafts, envs))
        if not wanted or not rows:
            continue
        prefetch(envs[0].space, [env for _draft, _index, env in rows], [one.wrong for one in wanted])
        for one in wanted:
            for draft, index, env in rows:
                if one.wrong.evaluate(env) is True:
                    _say(draft, one.check, _path(one.check, index))


def _checks(entity: Entity) -> Mapping[str, tuple[_Compiled, ...]]:
    """By the sub-table whose lines are looked at; `""` for the record itself."""
    return catalogue().derived(("stated checks", entity.name), lambda: _compile(entity))


def _compile(entity: Entity) -> Mapping[str, tuple[_Compiled, ...]]:
    by_table: dict[str, tuple[_Compiled, ...]] = {}
    for one in entity.checks:
        owner = f"{entity.name}.{one.each}" if one.each else entity.name
        wrong = expression(catalogue(), owner, one.when, BOOL, variables=line_variables(owner) if one.each else None)
        by_table[one.each] = (*by_table.get(one.each, ()), _Compiled(one, wrong))
    return by_table


def _rows(entity: Entity, each: str, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> Iterator[tuple[Draft, int, RowEnv]]:
    for draft, env in zip(drafts, envs, strict=True):
        if not each:
            yield draft, 0, env
            continue
        of = shape(f"{entity.name}.{each}")
        for index, line in enumerate(draft.after.get(each) or ()):
            yield draft, index, RowEnv(env.space, of, line, parent=env, extra={"record": RowEnv(env.space, of, line, parent=env)})


def _path(check: EntityCheck, index: int) -> str:
    """Where the message stands: `lines.0.quantity`, `lines.0`, a field, or the record."""
    name, _dot, column = check.field.partition(".")
    if not check.each or name not in ("", check.each):
        return check.field
    return f"{check.each}.{index}.{column}" if column else f"{check.each}.{index}"


def _say(draft: Draft, check: EntityCheck, path: str) -> None:
    sentence = pick(check.message)
    if check.action == "block":
        draft.errors[path].append(sentence)
    else:
        draft.doubts.append((path, Doubt(sentence)))
