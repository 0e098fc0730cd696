"""The operators, each a function under its sign, and the conversions that the checker puts in."""

import operator
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.expressions import limits, postgresql
from shuke.expressions.days import bounded_day, whole
from shuke.expressions.decimals import BOUNDED, EXACT, FAILURES, divide, multiply, plain, power, rounded
from shuke.expressions.functions.base import Closure, Function, Sql
from shuke.expressions.nodes import Call, Constant, Node, Variable
from shuke.expressions.types import BOOL, DATE, INTEGER, NUMBER, TEXT, Kind, Type, Value

HUNDREDTH = Decimal("0.01")


def scale_of(nodes: Sequence[Node]) -> int | None:
    """The most decimals of the numbers, None if one is unknown."""
    scales = [node.type.scale for node in nodes if node.type.kind is Kind.NUMBER]
    return None if None in scales else max((scale for scale in scales if scale is not None), default=0)


def of_largest_scale(nodes: Sequence[Node]) -> Type:
    return Type(Kind.NUMBER, scale=scale_of(nodes))


def _of_summed_scales(nodes: Sequence[Node]) -> Type:
    total = 0
    for node in nodes:
        if node.type.scale is None:
            return NUMBER
        total += node.type.scale
    return Type(Kind.NUMBER, scale=total) if total <= limits.DECIMALS else NUMBER


def _arithmetic(call: Call, parts: Sequence[Closure], compute: Callable[[Any, Any], Value]) -> Closure:
    left, right = parts

    def run(env: Any) -> Value:
        first = left(env)
        if first is None:
            return None
        second = right(env)
        if second is None:
            return None
        try:
            return compute(first, second)
        except FAILURES:
            return None

    return run


def _make_multiplication(call: Call, parts: Sequence[Closure]) -> Closure:
    return _arithmetic(call, parts, multiply if call.type.scale is None else BOUNDED.multiply)


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Call, Sequence[Closure]], Closure]:
    """Two blanks are equal; a blank is neither smaller nor larger; with a variable that is blank nothing is true."""
    equality = compare in (operator.eq, operator.ne)

    def make(call: Call, parts: Sequence[Closure]) -> Closure:
        left, right = parts
        variables = [part for part, node in zip(parts, call.arguments, strict=True) if isinstance(node, Variable)]

        def run(env: Any) -> Value:
            first, second = left(env), right(env)
            if first is None or second is None:
                return False
            return compare(first, second)

        def run_equality(env: Any) -> Value:
            first, second = left(env), right(env)
            return compare(first, second)

        def run_with_variable(env: Any) -> Value:
            return all(part(env) is not None for part in variables) and compare(left(env), right(env))

        if variables and equality:
            return run_with_variable
        return run_equality if equality else run

    return make


def _make_membership(call: Call, parts: Sequence[Closure]) -> Closure:
    subject, *items = parts
    if len(items) == 1 and call.arguments[1].type.kind is Kind.LIST:
        return lambda env: subject(env) in (items[0](env) or ())  # type: ignore[operator]
    if all(isinstance(node, Constant) for node in call.arguments[1:]):
        known = frozenset(item(None) for item in items)
        return lambda env: subject(env) in known

    def run(env: Any) -> Value:
        value = subject(env)
        return value is not None and any(item(env) == value for item in items)

    return run


def text_of(value: Any) -> str:
    """How a value is written in a text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M").rjust(16, "0")
    return str(value)


def _text_sql(call: Call, value: Sql) -> Sql:
    return postgresql.text_of(value, call.arguments[0].type.kind)


def day_of(value: datetime) -> date:
    return clock.local(value).date()


def add_days(day: date, days: Decimal) -> date | None:
    return bounded_day(day + timedelta(days=whole(days, limits.DAYS)))


def _join(*values: str) -> str:
    return "".join(values)


def _operator(
    name: str, takes: str, gives: Any, evaluate: Callable[..., Value], sql: Callable[..., Sql] | None = None, *,
    make: Callable[[Call, Sequence[Closure]], Closure] | None = None, strict: bool = True,
) -> Function:
    return Function(name, "operators", takes, gives, {}, (), evaluate, sql, strict=strict, make=make)


def _rounded_sql(call: Call, value: Sql, places: Sql) -> Sql:
    return sa.func.round(value, postgresql.integer_literal(call.arguments[1]), type_=sa.Numeric())


OPERATORS: dict[str, Function] = {function.name: function for function in [
    _operator("+", "left:number right:number", of_largest_scale, EXACT.add, lambda call, a, b: a + b,
              make=lambda call, parts: _arithmetic(call, parts, EXACT.add)),
    _operator("-", "left:number right:number", of_largest_scale, EXACT.subtract, lambda call, a, b: a - b,
              make=lambda call, parts: _arithmetic(call, parts, EXACT.subtract)),
    _operator("*", "left:number right:number", _of_summed_scales, multiply, postgresql.multiply, make=_make_multiplication),
    _operator("/", "left:number right:number", NUMBER, divide, postgresql.divide,
              make=lambda call, parts: _arithmetic(call, parts, divide)),
    _operator("^", "left:number right:number", NUMBER, power, postgresql.power,
              make=lambda call, parts: _arithmetic(call, parts, power)),
    _operator("NEGATE", "value:number", of_largest_scale, EXACT.minus, lambda call, value: -value),
    _operator("%", "value:number", NUMBER, lambda value: multiply(value, HUNDREDTH), postgresql.percent),
    _operator("&", "left:text right:text", TEXT, _join, lambda call, a, b: a.concat(b)),
    _operator("=", "left:any right:any", BOOL, operator.eq, make=_comparison(operator.eq), strict=False),
    _operator("<>", "left:any right:any", BOOL, operator.ne, make=_comparison(operator.ne), strict=False),
    _operator("<", "left:any right:any", BOOL, operator.lt, make=_comparison(operator.lt), strict=False),
    _operator("<=", "left:any right:any", BOOL, operator.le, make=_comparison(operator.le), strict=False),
    _operator(">", "left:any right:any", BOOL, operator.gt, make=_comparison(operator.gt), strict=False),
    _operator(">=", "left:any right:any", BOOL, operator.ge, make=_comparison(operator.ge), strict=False),
    _operator("IN", "value:any (items:any)+", BOOL, lambda *values: values[0] in values[1:], make=_make_membership, strict=False),
    _operator("TO_TEXT", "value:any", TEXT, text_of, _text_sql),
    _operator("FIELD_TO_TEXT", "value:any", TEXT, lambda value: "" if value is None else text_of(value),
              lambda call, value: sa.func.coalesce(_text_sql(call, value), postgresql.text("")), strict=False),
    _operator("TO_DAY", "value:any", DATE, day_of, postgresql.to_day),
    _operator("TO_SCALE", "value:number places:=integer", NUMBER, lambda value, places: rounded(value, int(places)), _rounded_sql),
    _operator("DAYS_AFTER", "day:date days:number", DATE, add_days, postgresql.days_after),
    _operator("DAYS_BEFORE", "day:date days:number", DATE, lambda day, days: add_days(day, days.copy_negate()), postgresql.days_before),
    _operator("DAYS_BETWEEN", "end:date start:date", INTEGER, lambda end, start: Decimal((end - start).days), postgresql.days_between),
    _operator("ELAPSED", "end:moment start:moment", NUMBER,
              lambda end, start: divide(Decimal((end - start) // timedelta(microseconds=1)), Decimal(86_400_000_000)),
              postgresql.elapsed),
]}
