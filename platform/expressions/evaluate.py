"""The Python back end: a typed tree becomes closures that compute it from an environment."""

from collections.abc import Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from shuke.core.i18n import gettext as _
from shuke.expressions import limits
from shuke.expressions.decimals import FAILURES, ZERO
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions.aggregates import AGGREGATIONS
from shuke.expressions.functions.base import Closure
from shuke.expressions.nodes import Aggregate, Call, Constant, Field, Node, Variable
from shuke.expressions.types import BOOL, Env, Kind, Value

_FILLS: dict[Kind, Value] = {Kind.NUMBER: ZERO, Kind.TEXT: "", Kind.BOOL: False}


def compiled(node: Node) -> Closure:
    """The closure that computes the node for an `Env`."""
    return _closure(node, in_row=False)


def _closure(node: Node, *, in_row: bool) -> Closure:
    match node:
        case Constant():
            value = Decimal(node.value) if node.type.kind is Kind.NUMBER and isinstance(node.value, int) else node.value
            return lambda env: value
        case Field():
            return _row_field(node) if in_row else _field(node)
        case Variable():
            return _variable(node.name, in_row=in_row)
        case Call():
            return call_closure(node, [_closure(argument, in_row=in_row) for argument in node.arguments])
        case Aggregate():
            return _aggregate(node)
    raise TypeError(node)


def _field(node: Field) -> Closure:
    path, fill = node.path, _FILLS[node.type.kind] if node.fill else None
    if node.type.kind is Kind.NUMBER:
        def number(env: Env) -> Value:
            value = env.get(path)
            if value is None:
                return fill
            return value if type(value) is Decimal else Decimal(value)  # type: ignore[arg-type]

        return number

    def field(env: Env) -> Value:
        value = env.get(path)
        return fill if value is None else value

    return field


def _row_field(node: Field) -> Closure:
    """Inside an aggregate the environment is a pair: the row, and the record around it."""
    read, which = _field(node), itemgetter(0 if node.row else 1)
    return lambda pair: read(which(pair))


def _variable(name: str, *, in_row: bool) -> Closure:
    if in_row:
        return lambda pair: pair[1].variable(name)
    return lambda env: env.variable(name)


def _aggregate(node: Aggregate) -> Closure:
    collection = node.collection
    condition = None if node.condition is None else _closure(node.condition, in_row=True)
    value = None if node.value is None else _closure(node.value, in_row=True)
    combine = AGGREGATIONS[node.function.aggregate].evaluate

    def aggregate(env: Env) -> Value:
        rows: Sequence[Env] = env.rows(collection)
        if len(rows) > limits.ROWS:
            raise ExpressionError("too_many_rows", node.start, node.end, _(
                "More than %(limit)s records cannot be summed up at once.", limit=limits.ROWS))
        pairs = ((row, env) for row in rows)
        return combine(pairs, value, condition)

    return aggregate


def call_closure(call: Call, parts: Sequence[Closure]) -> Closure:
    """The closure of a call whose arguments are compiled."""
    function = call.function
    closure = function.make(call, parts) if function.make else _strict(call, parts) if function.strict else _all_values(call, parts)
    if function.strict and function.gives == BOOL:
        return lambda env: closure(env) is True
    return closure


def _strict(call: Call, parts: Sequence[Closure]) -> Closure:
    evaluate = call.function.evaluate
    if len(parts) == 1:
        (only,) = parts

        def run_one(env: Any) -> Value:
            value = only(env)
            if value is None:
                return None
            try:
                return evaluate(value)
            except FAILURES:
                return None

        return run_one

    def run(env: Any) -> Value:
        values = []
        for part in parts:
            value = part(env)
            if value is None:
                return None
            values.append(value)
        try:
            return evaluate(*values)
        except FAILURES:
            return None

    return run


def _all_values(call: Call, parts: Sequence[Closure]) -> Closure:
    evaluate = call.function.evaluate

    def run(env: Any) -> Value:
        try:
            return evaluate(*[part(env) for part in parts])
        except FAILURES:
            return None

    return run
