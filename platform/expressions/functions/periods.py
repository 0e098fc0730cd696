"""Functions on the time between days or instants: later, earlier, how long."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.i18n import gettext as _
from shuke.expressions import limits, postgresql
from shuke.expressions.days import bounded_day, bounded_instant, move_months, whole
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions.base import Function, Sql, words
from shuke.expressions.nodes import Call, Constant, Node
from shuke.expressions.postgresql import number, once, part
from shuke.expressions.types import DATE, INTEGER, Kind, Type, Value

_MONTHS = {"Y": 12, "Q": 3, "M": 1}
_DAYS = {"W": 7, "D": 1}
_SECONDS = {"H": 3600, "MI": 60, "S": 1}


def _unit(call: Call, index: int) -> str:
    node = call.arguments[index]
    assert isinstance(node, Constant) and isinstance(node.value, str)
    return node.value.upper()


def _day(value: date) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def _day_sql(value: Sql, node: Node) -> Sql:
    return sa.cast(postgresql.local(value), sa.Date()) if node.type.kind is Kind.DATETIME else value


def _check_units(known: str) -> Callable[..., None]:
    def check(*nodes: Node) -> None:
        node = next(node for node in nodes if isinstance(node, Constant) and node.type.kind is Kind.TEXT)
        unit = str(node.value).upper()
        timed = all(other.type.kind is Kind.DATETIME for other in nodes if other.type.kind in (Kind.DATE, Kind.DATETIME))
        if unit not in known.split() or (unit in _SECONDS and not timed):
            raise ExpressionError("unit", node.start, node.end, _(
                "“%(unit)s” is not a unit here. Units are Y, Q, M, W and D, and H, MI and S for dates with a time.", unit=node.value))

    return check


def _add(value: date, amount: Decimal, unit: str) -> Value:
    unit = unit.upper()
    if isinstance(value, datetime):
        return _add_to_instant(value, amount, unit)
    if unit in _MONTHS:
        return move_months(value, whole(whole(amount, limits.MONTHS) * _MONTHS[unit], limits.MONTHS))
    return bounded_day(value + timedelta(days=whole(whole(amount, limits.DAYS) * _DAYS[unit], limits.DAYS)))


def _add_to_instant(value: datetime, amount: Decimal, unit: str) -> Value:
    if unit in _SECONDS:
        return bounded_instant(value + timedelta(seconds=whole(amount, limits.STEPS) * _SECONDS[unit]))
    local = clock.local(value)
    day = _add(local.date(), amount, unit)
    if not isinstance(day, date):
        return None
    return bounded_instant(datetime.combine(day, local.time(), clock.zone()).astimezone(UTC))


def _add_sql(call: Call, value: Sql, amount: Sql, _unit_sql: Sql) -> Sql:
    unit = _unit(call, 2)
    if call.arguments[0].type.kind is not Kind.DATETIME:
        return _moved_sql(value, amount, unit)
    if unit in _SECONDS:
        count = postgresql.whole(amount, limits.STEPS)
        places = {"H": (count, 0, 0), "MI": (0, count, 0), "S": (0, 0, count)}[unit]
        return postgresql.bounded_instant(value.op("+")(sa.func.make_interval(0, 0, 0, 0, *places)))

    def build(local: Sql) -> Sql:
        day = _moved_sql(sa.cast(local, sa.Date()), amount, unit)
        return postgresql.bounded_instant(postgresql.instant(day.op("+")(sa.cast(local, sa.Time()))))

    return once(build, postgresql.local(value))


def _moved_sql(day: Sql, amount: Sql, unit: str) -> Sql:
    if unit in _MONTHS:
        months = postgresql.whole(postgresql.to_number(postgresql.whole(amount, limits.MONTHS)) * number(_MONTHS[unit]), limits.MONTHS)
        return postgresql.move_months(day, months)
    days = postgresql.whole(postgresql.to_number(postgresql.whole(amount, limits.DAYS)) * number(_DAYS[unit]), limits.DAYS)
    return postgresql.bounded_day(day.op("+")(days))


def _months_between(start: date, end: date) -> int:
    """Whole months, counted back if the end lies before."""
    if end < start:
        return -_months_between(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _divided(value: int, divisor: int) -> int:
    return abs(value) // divisor * (1 if value >= 0 else -1)


def _difference(start: date, end: date, unit: str) -> Value:
    unit = unit.upper()
    if unit in _SECONDS and isinstance(start, datetime) and isinstance(end, datetime):
        return Decimal(_divided((end - start) // timedelta(microseconds=1), _SECONDS[unit] * 1_000_000))
    first, last = _day(start), _day(end)
    if unit in _DAYS:
        return Decimal(_divided((last - first).days, _DAYS[unit]))
    months = _months_between(first, last)
    return Decimal(months - _divided(months, 12) * 12 if unit == "YM" else _divided(months, _MONTHS[unit]))


def _difference_sql(call: Call, start: Sql, end: Sql, _unit_sql: Sql) -> Sql:
    unit = _unit(call, 2)
    if unit in _SECONDS:
        micros = postgresql.microseconds(end, start)
        return sa.func.trunc(sa.func.div(micros, number(_SECONDS[unit] * 1_000_000)), type_=sa.Numeric())
    first, last = _day_sql(start, call.arguments[0]), _day_sql(end, call.arguments[1])
    if unit in _DAYS:
        return sa.func.div(sa.cast(last.op("-")(first), sa.Numeric()), number(_DAYS[unit]), type_=sa.Numeric())

    def months(first: Sql, last: Sql) -> Sql:
        def forward(first: Sql, last: Sql) -> Sql:
            return ((part("year", last) - part("year", first)) * 12 + part("month", last) - part("month", first)
                    - sa.case((part("day", last) < part("day", first), 1), else_=0))

        count = sa.cast(sa.case((last >= first, forward(first, last)), else_=-forward(last, first)), sa.Numeric())
        if unit == "YM":
            return sa.func.mod(count, number(12), type_=sa.Numeric())
        return sa.func.div(count, number(_MONTHS[unit]), type_=sa.Numeric())

    return once(months, first, last)


def _month_end(value: date, months: Decimal) -> Value:
    moved = move_months(value.replace(day=1), whole(months, limits.MONTHS))
    return bounded_day(moved.replace(day=monthrange(moved.year, moved.month)[1])) if moved else None


def _month_end_sql(call: Call, value: Sql, months: Sql) -> Sql:
    first = sa.cast(sa.func.date_trunc("month", sa.cast(value, sa.DateTime())), sa.Date())
    moved = postgresql.move_months(first, postgresql.whole(months, limits.MONTHS))
    after = sa.cast(moved.op("+")(sa.func.make_interval(0, 1)), sa.Date())
    return postgresql.bounded_day(after.op("-")(1))


def _of_first(nodes: Any) -> Type:
    return Type(nodes[0].type.kind)


def _date(name: str, takes: str, gives: Any, zh: str, en: str, examples: tuple[tuple[str, Any], ...],
          evaluate: Callable[..., Value], sql: Callable[..., Sql], **options: Any) -> Function:
    return Function(name, "dates", takes, gives, words(zh, en), examples, evaluate, sql, **options)


FUNCTIONS = [
    _date("DATEADD", "moment:moment amount:number unit:=text", _of_first, "加上若干年 Y、季 Q、月 M、周 W、日 D；带时间的还可以用时 H、分 MI、秒 S。",
          "Later by so many years Y, quarters Q, months M, weeks W, days D, or hours H, minutes MI, seconds S.",
          (("DATEADD(due, 1, \"M\")", date(2024, 2, 29)), ("DATEADD(due, -2, \"W\")", date(2024, 1, 17)), ("DATEADD(due, 99999999999, \"Y\")", None)),
          _add, _add_sql, check=_check_units("Y Q M W D H MI S")),
    _date("DATEDIF", "start:moment end:moment unit:=text", INTEGER, "两个日期之间满多少年 Y、季 Q、月 M、周 W、日 D（YM 为不计年的月数）；带时间的还可以用时 H、分 MI、秒 S。",
          "Whole years Y, quarters Q, months M, weeks W or days D between two dates (YM: months beyond the years), or hours H, minutes MI, seconds S.",
          (("DATEDIF(DATE(2024,1,31), DATE(2024,2,29), \"M\")", 0), ("DATEDIF(DATE(1990,5,20), due, \"Y\")", 33), ("DATEDIF(due, DATE(2024,1,1), \"D\")", -30)),
          _difference, _difference_sql, check=_check_units("Y Q M W D YM H MI S")),
    _date("DAYS", "end:date start:date", INTEGER, "两个日期相差的天数。", "How many days lie between two dates.", (("DAYS(due, DATE(2024,1,1))", 30),),
          lambda end, start: Decimal((end - start).days), postgresql.days_between),
    _date("EDATE", "day:date months:number", DATE, "若干个月之后的同一天，超出月末则取月末。", "The same day so many months later, or the end of that month.",
          (("EDATE(due, 1)", date(2024, 2, 29)),), lambda day, months: move_months(day, whole(months, limits.MONTHS)),
          lambda call, day, months: postgresql.move_months(day, postgresql.whole(months, limits.MONTHS))),
    _date("EOMONTH", "day:date months:number", DATE, "若干个月之后那个月的最后一天。", "The last day of the month so many months later.",
          (("EOMONTH(due, 1)", date(2024, 2, 29)), ("EOMONTH(due, 0)", date(2024, 1, 31))), _month_end, _month_end_sql),
]
