"""One action of a rule about to be done for a batch of changes, and the values that its expressions read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shuke.access import Actor
from shuke.definitions.current import catalogue
from shuke.definitions.model import Rule
from shuke.expressions import BOOL, Expression, Type
from shuke.fields.scope import expression, rule_variables
from shuke.records.evaluation import RowEnv, Space, prefetch
from shuke.records.shapes import shape
from shuke.records.values import Change


@dataclass(frozen=True, slots=True)
class Step:
    """Action number `number` of a rule, for the records it was set off by. `actor` is whoever began it all."""

    rule: Rule
    number: int
    body: Mapping[str, Any]
    actor: Actor
    changes: Sequence[Change]
    depth: int

    @property
    def each(self) -> str:
        """The sub-table for whose lines the action is done, or `""`."""
        return str(self.body.get("each", ""))

    def expression(self, name: str, expect: Type) -> Expression | None:
        """The action's expression called so, over the record or over a line of its sub-table."""
        source = self.body.get(name)
        owner = f"{self.rule.entity}.{self.each}" if self.each else self.rule.entity
        return expression(catalogue(), owner, str(source), expect=expect, variables=rule_variables(self.rule.entity)) if source else None

    def occasions(self, *read: Expression | None) -> Iterator["Occasion"]:
        """The records, or their lines, for which the action's own condition holds; all that is read is loaded together."""
        condition = self.expression("condition", BOOL)
        found = list(self._all())
        prefetched = [one for one in (condition, *read) if one is not None]
        if found:
            prefetch(found[0].env.space, [one.env for one in found], prefetched)
        return (one for one in found if condition is None or condition.evaluate(one.env) is True)

    def _all(self) -> Iterator["Occasion"]:
        space, of = Space(self.actor), shape(self.rule.entity)
        for change in self.changes:
            env = RowEnv(space, of, change.after)
            if self.each:
                for line in env.rows((self.each,)):
                    yield Occasion(change, RowEnv(space, line.of, line.values, parent=env, extra={"record": env}), line.values["id"])
            else:
                yield Occasion(change, RowEnv(space, of, change.after, extra={"record": env}))


@dataclass(frozen=True, slots=True)
class Occasion:
    """One record, or one line of it, for which an action is done."""

    change: Change
    env: RowEnv
    line: int | None = None

    def key(self, base: object) -> str:
        """An idempotency key that also tells the lines of one record apart."""
        return f"{base}:{self.line}" if self.line is not None else str(base)


def holds(rule: Rule, actor: Actor, changes: Sequence[Change]) -> list[Change]:
    """The changes for which the rule's condition is true."""
    if not rule.condition:
        return list(changes)
    condition = expression(catalogue(), rule.entity, rule.condition, expect=BOOL)
    space, of = Space(actor), shape(rule.entity)
    envs = [RowEnv(space, of, change.after) for change in changes]
    prefetch(space, envs, [condition])
    return [change for change, env in zip(changes, envs, strict=True) if condition.evaluate(env) is True]
