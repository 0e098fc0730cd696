"""Functions that compute numbers: rounding, remainders, powers, and sums of a few values."""

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

import sqlalchemy as sa

from shuke.expressions import postgresql
from shuke.expressions.decimals import BOUNDED, EXACT, ONE, ZERO, divide, multiply, power, settled
from shuke.expressions.functions.base import Function, Sql, words
from shuke.expressions.functions.operators import of_largest_scale
from shuke.expressions.nodes import Call, Constant, Node
from shuke.expressions.postgresql import number, once
from shuke.expressions.types import INTEGER, NUMBER, Kind, Type, Value

TWO = Decimal(2)


def _to_places(nodes: Sequence[Node]) -> Type:
    places = nodes[1].value if len(nodes) > 1 and isinstance(nodes[1], Constant) else 0
    assert isinstance(places, int)
    scale = nodes[0].type.scale
    return Type(Kind.NUMBER, scale=max(0, places) if scale is None else min(scale, max(0, places)))


def _rounding(mode: str) -> Callable[..., Value]:
    def compute(value: Decimal, places: Decimal = ZERO) -> Value:
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        # No zeros are added behind: the type promises no more decimals than the value has.
        result = value if -exponent <= places else value.quantize(ONE.scaleb(-int(places)), mode, EXACT)
        return result or result.copy_abs()

    return compute


def _places(call: Call) -> int:
    if len(call.arguments) < 2:
        return 0
    node = call.arguments[1]
    assert isinstance(node, Constant) and isinstance(node.value, int)
    return node.value


def _round_sql(call: Call, value: Sql, *_places_sql: Sql) -> Sql:
    return sa.func.round(value, sa.literal(_places(call), sa.Integer()), type_=sa.Numeric())


def _trunc_sql(call: Call, value: Sql, *_places_sql: Sql) -> Sql:
    return sa.func.trunc(value, sa.literal(_places(call), sa.Integer()), type_=sa.Numeric())


def _roundup_sql(call: Call, value: Sql, *_places_sql: Sql) -> Sql:
    unit = number(ONE.scaleb(-_places(call)))

    def build(value: Sql) -> Sql:
        cut = _trunc_sql(call, value)
        return cut + sa.func.sign(value - cut, type_=sa.Numeric()) * unit

    return once(build, value)


def _mod(value: Decimal, divisor: Decimal) -> Decimal:
    remainder = EXACT.remainder(value, divisor)
    return EXACT.add(remainder, divisor) if remainder and (remainder < 0) != (divisor < 0) else remainder


def _floor(value: Decimal, step: Decimal = ONE) -> Value:
    return EXACT.subtract(value, _mod(value, step.copy_abs())) if step else None


def _ceiling(value: Decimal, step: Decimal = ONE) -> Value:
    return EXACT.add(value, _mod(value.copy_negate(), step.copy_abs())) if step else None


def _mround(value: Decimal, step: Decimal) -> Value:
    half = EXACT.add(value.copy_abs(), EXACT.divide(step.copy_abs(), TWO))
    return EXACT.plus(EXACT.subtract(half, EXACT.remainder(half, step)).copy_sign(value))


def _floor_sql(call: Call, value: Sql, *step: Sql) -> Sql:
    size = sa.func.abs(step[0], type_=sa.Numeric()) if step else number(1)
    return once(lambda value, size: value - postgresql.remainder(value, size), value, size)


def _ceiling_sql(call: Call, value: Sql, *step: Sql) -> Sql:
    size = sa.func.abs(step[0], type_=sa.Numeric()) if step else number(1)
    return once(lambda value, size: value + postgresql.remainder(-value, size), value, size)


def _mround_sql(call: Call, value: Sql, step: Sql) -> Sql:
    def build(value: Sql, step: Sql) -> Sql:
        half = sa.func.abs(value, type_=sa.Numeric()) + sa.func.abs(step, type_=sa.Numeric()) * number(Decimal("0.5"))
        size = sa.func.nullif(sa.func.abs(step), number(0), type_=sa.Numeric())
        return sa.func.sign(value, type_=sa.Numeric()) * (half - sa.func.mod(half, size, type_=sa.Numeric()))

    return once(build, value, step)


def _even(value: Decimal) -> Value:
    pairs = EXACT.divide(value.copy_abs(), TWO).to_integral_value(ROUND_CEILING)
    return EXACT.plus(EXACT.multiply(pairs, TWO).copy_sign(value))


def _quotient(value: Decimal, divisor: Decimal) -> Value:
    return BOUNDED.plus(EXACT.divide_int(value, divisor))


def _sqrt(value: Decimal) -> Value:
    return settled(EXACT.sqrt(value)) if value >= 0 else None


def _sqrt_sql(call: Call, value: Sql) -> Sql:
    def build(value: Sql) -> Sql:
        return postgresql.settled(sa.func.sqrt(sa.case((value >= number(0), value)) * number(postgresql.LONG_SCALE), type_=sa.Numeric()))

    return once(build, value)


def _sum(*values: Decimal) -> Value:
    total = ZERO
    for value in values:
        total = EXACT.add(total, value)
    return BOUNDED.plus(total)


def _product(*values: Decimal) -> Value:
    total = ONE
    for value in values:
        total = multiply(total, value)
    return total


def _product_sql(call: Call, *values: Sql) -> Sql:
    total = values[0]
    for value in values[1:]:
        total = postgresql.settled(postgresql.bounded(total * value))
    return postgresql.bounded(total)


def _given(values: tuple[Any, ...]) -> list[Any]:
    return [value for value in values if value is not None]


def _average(*values: Value) -> Value:
    given = _given(values)
    total = ZERO
    for value in given:
        total = EXACT.add(total, value)
    return divide(total, Decimal(len(given))) if given else None


def _count_sql(values: Sequence[Sql]) -> Sql:
    return sa.cast(sa.func.num_nonnulls(*values), sa.Numeric())


def _average_sql(call: Call, *values: Sql) -> Sql:
    total = sum((sa.func.coalesce(value, number(0), type_=sa.Numeric()) for value in values[1:]),
                start=sa.func.coalesce(values[0], number(0), type_=sa.Numeric()))
    return postgresql.divided(total, _count_sql(values))


def _counta_sql(call: Call, *values: Sql) -> Sql:
    from_texts = [
        sa.func.nullif(value, postgresql.text(""), type_=sa.Text()) if node.type.kind is Kind.TEXT else value
        for value, node in zip(values, call.arguments, strict=True)]
    return _count_sql(from_texts)


def _extreme_sql(name: str) -> Callable[..., Sql]:
    def build(call: Call, *values: Sql) -> Sql:
        comparable = [postgresql.comparable(value, call.type.kind) for value in values]
        return getattr(sa.func, name)(*comparable, type_=values[0].type)  # type: ignore[no-any-return]

    return build


def _sum_sql(call: Call, *values: Sql) -> Sql:
    return postgresql.bounded(sum(values[1:], start=values[0]))


def _simple(name: str, takes: str, gives: Any, zh: str, en: str, examples: tuple[tuple[str, Any], ...],
            evaluate: Callable[..., Value], sql: Callable[..., Sql], **options: Any) -> Function:
    return Function(name, "numbers", takes, gives, words(zh, en), examples, evaluate, sql, **options)


FUNCTIONS = [
    _simple("ROUND", "number:number digits:=integer?", _to_places, "四舍五入到指定的小数位数（省略为 0）。",
            "Rounds to so many decimals, or to a whole number; a half away from zero.",
            (("ROUND(2.345, 2)", "2.35"), ("ROUND(-2.5)", -3), ("ROUND(1250, -2)", 1300)), _rounding(ROUND_HALF_UP), _round_sql),
    _simple("ROUNDUP", "number:number digits:=integer?", _to_places, "向远离零的方向进位。", "Rounds away from zero.",
            (("ROUNDUP(2.341, 2)", "2.35"), ("ROUNDUP(-2.1)", -3)), _rounding(ROUND_UP), _roundup_sql),
    _simple("ROUNDDOWN", "number:number digits:=integer?", _to_places, "向零的方向舍去。", "Rounds towards zero.",
            (("ROUNDDOWN(2.349, 2)", "2.34"), ("ROUNDDOWN(-2.9)", -2)), _rounding(ROUND_DOWN), _trunc_sql),
    _simple("TRUNC", "number:number digits:=integer?", _to_places, "截去小数部分。", "Cuts off the decimals.",
            (("TRUNC(-2.9)", -2), ("TRUNC(2.349, 1)", "2.3")), _rounding(ROUND_DOWN), _trunc_sql),
    _simple("INT", "number:number", INTEGER, "不大于该数的最大整数。", "The largest whole number that is not larger.",
            (("INT(2.9)", 2), ("INT(-2.1)", -3)), lambda value: EXACT.plus(value.to_integral_value(ROUND_FLOOR)),
            lambda call, value: sa.func.floor(value, type_=sa.Numeric())),
    _simple("MOD", "number:number divisor:number", of_largest_scale, "余数，符号与除数相同。", "The remainder, with the sign of the divisor.",
            (("MOD(7, 3)", 1), ("MOD(-7, 3)", 2), ("MOD(1, 0)", None)), _mod,
            lambda call, value, divisor: postgresql.remainder(value, divisor)),
    _simple("QUOTIENT", "number:number divisor:number", INTEGER, "商的整数部分。", "The whole part of a quotient.",
            (("QUOTIENT(7, 3)", 2), ("QUOTIENT(-7, 3)", -2)), _quotient,
            lambda call, value, divisor: postgresql.bounded(
                sa.func.div(value, sa.func.nullif(divisor, number(0), type_=sa.Numeric()), type_=sa.Numeric()))),
    _simple("ABS", "number:number", of_largest_scale, "绝对值。", "The number without its sign.", (("ABS(-3.5)", "3.5"),),
            Decimal.copy_abs, lambda call, value: sa.func.abs(value, type_=sa.Numeric())),
    _simple("SIGN", "number:number", INTEGER, "正数为 1，负数为 -1，零为 0。", "1, 0 or -1: the sign of the number.",
            (("SIGN(-3)", -1), ("SIGN(0)", 0)), lambda value: Decimal((value > 0) - (value < 0)),
            lambda call, value: sa.func.sign(value, type_=sa.Numeric())),
    _simple("CEILING", "number:number step:number?", of_largest_scale, "向上取到步长的倍数。", "Up to the next multiple of the step.",
            (("CEILING(7.1)", 8), ("CEILING(23, 5)", 25)), _ceiling, _ceiling_sql),
    _simple("FLOOR", "number:number step:number?", of_largest_scale, "向下取到步长的倍数。", "Down to the next multiple of the step.",
            (("FLOOR(7.9)", 7), ("FLOOR(23, 5)", 20)), _floor, _floor_sql),
    _simple("MROUND", "number:number step:number", of_largest_scale, "取到最近的步长倍数。", "To the nearest multiple of the step.",
            (("MROUND(23, 5)", 25), ("MROUND(22, 5)", 20)), _mround, _mround_sql),
    _simple("POWER", "base:number exponent:number", NUMBER, "乘方。", "The base raised to the exponent.",
            (("POWER(2, 10)", 1024), ("POWER(2, -1)", "0.5")), power, postgresql.power),
    _simple("SQRT", "number:number", NUMBER, "平方根。", "The square root.", (("SQRT(16)", 4), ("SQRT(-1)", None)), _sqrt, _sqrt_sql),
    _simple("SUM", "(number:number)+", of_largest_scale,
            "几个数之和；对集合：SUM(集合.字段, 条件)。", "The sum of the numbers; over a collection: SUM(collection.field, condition).",
            (("SUM(1, 2, 3)", 6), ("SUM(lines.quantity)", 6), ("SUM(lines.quantity * lines.price, kind = \"a\")", "18.49")),
            _sum, _sum_sql, aggregate="sum"),
    _simple("PRODUCT", "(number:number)+", NUMBER, "几个数之积。", "The product of the numbers.", (("PRODUCT(2, 3, 4)", 24),),
            _product, _product_sql),
    _simple("AVERAGE", "(number:any_number)+", NUMBER, "平均值，不计空值；对集合：AVERAGE(集合.字段, 条件)。",
            "The average, blanks left out; over a collection: AVERAGE(collection.field, condition).",
            (("AVERAGE(1, 2, nothing)", "1.5"), ("AVERAGE(lines.quantity)", 2)), _average, _average_sql, strict=False, aggregate="average"),
    _simple("AVG", "(number:any_number)+", NUMBER, "同 AVERAGE。", "The same as AVERAGE.",
            (("AVG(1, 2)", "1.5"),), _average, _average_sql, strict=False, aggregate="average"),
    _simple("MIN", "(value:same)+", "same", "最小值，不计空值；对集合：MIN(集合.字段, 条件)。",
            "The smallest value, blanks left out; over a collection: MIN(collection.field, condition).",
            (("MIN(3, 1, 2)", 1), ("MIN(lines.price)", "1.5")), lambda *values: min(_given(values), default=None), _extreme_sql("least"),
            strict=False, aggregate="min"),
    _simple("MAX", "(value:same)+", "same", "最大值，不计空值；对集合：MAX(集合.字段, 条件)。",
            "The largest value, blanks left out; over a collection: MAX(collection.field, condition).",
            (("MAX(3, 1, 2)", 3), ("MAX(lines.price)", 5)), lambda *values: max(_given(values), default=None), _extreme_sql("greatest"),
            strict=False, aggregate="max"),
    _simple("COUNT", "(value:any)+", INTEGER, "有值的个数；对集合：COUNT(集合, 条件)。",
            "How many values are given; over a collection: COUNT(collection, condition).",
            (("COUNT(1, nothing, 2)", 2), ("COUNT(lines)", 3), ("COUNT(lines, price > 2)", 2)),
            lambda *values: Decimal(len(_given(values))), lambda call, *values: _count_sql(values), strict=False, aggregate="count"),
    _simple("COUNTA", "(value:any)+", INTEGER, "不为空的值的个数。", "How many of the values are not blank.",
            (("COUNTA(title, nothing, \"\")", 1), ("COUNTA(lines.kind)", 3)),
            lambda *values: Decimal(sum(1 for value in values if value is not None and value != "" and value != ())), _counta_sql,
            strict=False, aggregate="count"),
    _simple("EVEN", "number:number", INTEGER, "远离零的下一个偶数。", "The next even number away from zero.",
            (("EVEN(3)", 4), ("EVEN(-1)", -2)),
            _even,
            lambda call, value: once(
                lambda value: sa.func.sign(value, type_=sa.Numeric())
                * sa.func.ceil(sa.func.abs(value, type_=sa.Numeric()) * number(Decimal("0.5")), type_=sa.Numeric()) * number(2), value)),
]
