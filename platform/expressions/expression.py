"""A checked expression: what it reads, its value in Python, and its form in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from shuke.expressions.check import Checker
from shuke.expressions.evaluate import compiled
from shuke.expressions.functions.base import Closure
from shuke.expressions.nodes import Node
from shuke.expressions.parse import parse
from shuke.expressions.sql import compile_sql
from shuke.expressions.types import STANDARD_VARIABLES, Env, Kind, Path, Scope, SqlSource, Type, Value


@dataclass(frozen=True, slots=True)
class Expression:
    """`paths`: every member it reads; a path through a collection starts with the collection's own path."""

    source: str
    entity: str
    type: Type
    paths: frozenset[Path]
    collections: frozenset[Path]
    variables: frozenset[str]
    volatile: bool
    """It reads the clock, so its value can change while nothing is saved."""
    node: Node = field(repr=False)
    _closure: Closure = field(repr=False, compare=False)

    def evaluate(self, env: Env) -> Value:
        """The value; an error is None, and a condition is never None."""
        value = self._closure(env)
        return value is True if self.type.kind is Kind.BOOL else value

    def sql(self, source: SqlSource) -> sa.ColumnElement[Any]:
        """The same value in SQL; a condition is never NULL."""
        return compile_sql(self.node, source)


def check(
    source: str, scope: Scope, entity: str, *, expect: Type | None = None, variables: Mapping[str, Type] = STANDARD_VARIABLES,
) -> Expression:
    """The expression that the source writes; `ExpressionError` if it is wrong.

    A number is rounded to the scale of `expect`, a date and time becomes a date and a value a text where that is expected.
    """
    checker = Checker(scope, entity, variables)
    node = checker.node(parse(source))
    if expect is not None:
        node = checker.fit(node, expect)
    return Expression(
        source, entity, node.type, frozenset(checker.paths), frozenset(checker.collections), frozenset(checker.variables),
        checker.volatile, node, compiled(node))
