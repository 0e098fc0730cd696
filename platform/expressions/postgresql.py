"""Building blocks of PostgreSQL expressions that compute exactly what Python computes.

GREATEST and LEAST skip NULL; the clamps below rely on that to turn what is out of range into NULL while they name their
argument only once: a formula that repeated its parts would grow without bound where functions are nested.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import Grouping

from shuke.core import clock
from shuke.core.sqltypes import UtcDateTime
from shuke.expressions import days, limits
from shuke.expressions.nodes import Call, Constant, Node
from shuke.expressions.types import Kind

Sql = sa.ColumnElement[Any]

UNICODE = "und-x-icu"
LONG_SCALE = Decimal("1." + "0" * 60)
_SMALL = 14


def number(value: Decimal | int) -> Sql:
    return sa.literal(Decimal(value), sa.Numeric())


def text(value: str) -> Sql:
    return sa.literal(value, sa.Text())


def integer_literal(node: Node) -> Sql:
    """A whole number that is written out in the formula."""
    assert isinstance(node, Constant) and isinstance(node.value, int)
    return sa.literal(node.value, sa.Integer())


def bounded(value: Sql) -> Sql:
    """NULL where the number is too large."""
    limit = number(limits.TOO_LARGE)
    clamped = sa.func.least(sa.func.greatest(value, -limit), limit)
    return sa.func.nullif(sa.func.nullif(clamped, limit), -limit, type_=sa.Numeric())


def settled(value: Sql) -> Sql:
    return sa.func.round(value, limits.DECIMALS, type_=sa.Numeric())


def multiply(call: Call, left: Sql, right: Sql) -> Sql:
    product = bounded(left * right)
    return settled(product) if call.type.scale is None else product


def divide(call: Call, left: Sql, right: Sql) -> Sql:
    return divided(left, right)


def divided(left: Sql, right: Sql) -> Sql:
    """The quotient; the long numerator makes PostgreSQL compute far more decimals than are kept."""
    return settled(bounded((left * number(LONG_SCALE)) / sa.func.nullif(right, number(0), type_=sa.Numeric())))


def percent(call: Call, value: Sql) -> Sql:
    return settled(bounded(value * number(Decimal("0.01"))))


def power(call: Call, base: Sql, exponent: Sql) -> Sql:
    def build(base: Sql, exponent: Sql) -> Sql:
        whole = exponent == sa.func.trunc(exponent)
        allowed = sa.and_(
            sa.func.abs(exponent) <= number(limits.EXPONENT),
            sa.or_(base != number(0), exponent > number(0)), sa.or_(base >= number(0), whole))
        raised = sa.func.power(base * number(LONG_SCALE), exponent, type_=sa.Numeric())
        return settled(bounded(sa.case((allowed, raised))))

    return once(build, base, exponent)


def remainder(value: Sql, divisor: Sql) -> Sql:
    """MOD with the sign of the divisor."""
    return once(lambda a, b: sa.func.mod(sa.func.mod(a, b) + b, b, type_=sa.Numeric()), value, sa.func.nullif(divisor, number(0), type_=sa.Numeric()))


def count(value: Sql) -> Sql:
    """A number of characters or a position: whole, NULL where it is negative, no larger than any text."""
    whole = sa.func.least(sa.func.greatest(sa.func.trunc(value), number(-1)), number(limits.TEXT_LENGTH * 10))
    return sa.cast(sa.func.nullif(whole, number(-1)), sa.Integer())


def whole(value: Sql, limit: int) -> Sql:
    """A whole number of days or months, NULL where it is beyond the limit."""
    bound = number(limit)
    clamped = sa.func.least(sa.func.greatest(sa.func.trunc(value), -bound), bound)
    return sa.cast(sa.func.nullif(sa.func.nullif(clamped, bound), -bound), sa.Integer())


def to_number(value: Sql) -> Sql:
    return sa.cast(value, sa.Numeric())


def text_of(value: Sql, kind: Kind) -> Sql:
    match kind:
        case Kind.NUMBER:
            return sa.cast(sa.func.trim_scale(value), sa.Text())
        case Kind.BOOL:
            return sa.case((value, text("TRUE")), (sa.not_(value), text("FALSE")))
        case Kind.DATE:
            return sa.func.to_char(value, text("YYYY-MM-DD"), type_=sa.Text())
        case Kind.DATETIME:
            return sa.func.to_char(local(value), text("YYYY-MM-DD HH24:MI"), type_=sa.Text())
    return sa.cast(value, sa.Text())


def comparable(value: Sql, kind: Kind) -> Sql:
    """Text is ordered by code point, as Python does."""
    return by_code_point(value) if kind is Kind.TEXT else value


def by_code_point(value: Sql) -> Sql:
    """Every computed text says so: texts of different collations cannot be compared at all."""
    return sa.collate(Grouping(value), "C")


def unicode(value: Sql) -> Sql:
    """With the rules of Unicode, for upper and lower case."""
    return sa.collate(Grouping(value), UNICODE)


def _zone() -> str:
    return clock.zone().key


def zone() -> Sql:
    """The company's time zone when the statement runs."""
    return sa.bindparam("zone", callable_=_zone, type_=sa.Text(), unique=True)


def local(instant: Sql) -> Sql:
    """The instant on the company's wall clock, as a timestamp without a zone."""
    return sa.func.timezone(zone(), instant, type_=sa.DateTime())


def to_day(call: Call, instant: Sql) -> Sql:
    return sa.cast(local(instant), sa.Date())


def bounded_day(value: Sql) -> Sql:
    """NULL where the day is not between the first and the last that are known."""
    first, last = sa.literal(days.FIRST_DAY, sa.Date()), sa.literal(days.LAST_DAY, sa.Date())
    clamped = sa.func.least(sa.func.greatest(value, first), last)
    return sa.func.nullif(sa.func.nullif(clamped, last), first, type_=sa.Date())


def bounded_instant(value: Sql) -> Sql:
    first, last = sa.literal(days.FIRST_INSTANT, UtcDateTime()), sa.literal(days.LAST_INSTANT, UtcDateTime())
    clamped = sa.func.least(sa.func.greatest(value, first), last)
    return sa.func.nullif(sa.func.nullif(clamped, last), first, type_=UtcDateTime())


def move_months(day: Sql, months: Sql) -> Sql:
    return bounded_day(sa.cast(day.op("+")(sa.func.make_interval(0, months)), sa.Date()))


def instant(wall: Sql) -> Sql:
    """The instant of a time on the company's wall clock."""
    return sa.func.timezone(zone(), wall, type_=UtcDateTime())


def microseconds(end: Sql, start: Sql) -> Sql:
    seconds = sa.extract("epoch", end.op("-", return_type=sa.Interval())(start))
    return sa.cast(seconds, sa.Numeric()) * number(1_000_000)


def days_after(call: Call, day: Sql, count: Sql) -> Sql:
    return bounded_day(day.op("+")(whole(count, limits.DAYS)))


def days_before(call: Call, day: Sql, count: Sql) -> Sql:
    return days_after(call, day, -count)


def days_between(call: Call, end: Sql, start: Sql) -> Sql:
    return to_number(end.op("-")(start))


def elapsed(call: Call, end: Sql, start: Sql) -> Sql:
    return divided(microseconds(end, start), number(86_400_000_000))


def part(name: str, value: Sql) -> Sql:
    """A part of a day or of a local timestamp as an integer."""
    return sa.cast(sa.extract(name, value), sa.Integer())


def once(build: Callable[..., Sql], *values: Sql) -> Sql:
    """`build(*values)`, with large values computed once: a subquery that cannot be pulled up gives them names."""
    if all(_is_small(value) for value in values):
        return build(*values)
    named = [_of_one_collation(value).label(f"v{index}") for index, value in enumerate(values)]
    inner = sa.select(*named).correlate_except().offset(0).subquery()
    columns = [sa.type_coerce(inner.c[f"v{index}"], value.type) for index, value in enumerate(values)]
    return sa.select(_of_one_collation(build(*columns))).select_from(inner).correlate_except(inner).scalar_subquery()


def _of_one_collation(value: Sql) -> Sql:
    return by_code_point(value) if isinstance(value.type, sa.String) else value


def _is_small(value: Sql) -> bool:
    for size, _part in enumerate(visitors.iterate(value)):
        if size > _SMALL:
            return False
    return True
