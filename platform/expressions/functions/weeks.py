"""Functions on weeks and weekdays."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.expressions import limits, postgresql
from shuke.expressions.days import bounded_day, whole
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions.base import Function, Sql, words
from shuke.expressions.nodes import Call, Constant, Node
from shuke.expressions.postgresql import once, part
from shuke.expressions.types import DATE, INTEGER, Value

_MONDAY = date(1, 1, 1)
"""The first day there is happens to be a Monday, so weeks are counted from it."""


def _kind(call: Call, index: int, default: int = 1) -> int:
    if len(call.arguments) <= index:
        return default
    node = call.arguments[index]
    assert isinstance(node, Constant) and isinstance(node.value, int)
    return node.value


def _check_kind(*allowed: int) -> Callable[..., None]:
    def check(*nodes: Node) -> None:
        if len(nodes) > 1 and isinstance(nodes[1], Constant) and nodes[1].value not in allowed:
            raise ExpressionError("option", nodes[1].start, nodes[1].end, _(
                "The second value can be %(allowed)s.", allowed=", ".join(map(str, allowed))))

    return check


def _week(value: date, kind: int) -> int:
    if kind == 21:
        return value.isocalendar().week
    since = value.isoweekday() % 7 if kind == 1 else value.weekday()
    year_day = value.timetuple().tm_yday - 1
    return (year_day + (since - year_day) % 7) // 7 + 1


def _week_sql(call: Call, value: Sql, *_kind_sql: Sql) -> Sql:
    kind = _kind(call, 1)
    if kind == 21:
        return postgresql.to_number(sa.extract("week", value))

    def build(value: Sql) -> Sql:
        since = part("isodow", value) % 7 if kind == 1 else part("isodow", value) - 1
        year_day = part("doy", value) - 1
        return postgresql.to_number((year_day + ((since - year_day) % 7 + 7) % 7) // 7 + 1)

    return once(build, value)


def _weekday(value: date, kind: Decimal = Decimal(1)) -> Value:
    return Decimal({1: value.isoweekday() % 7 + 1, 2: value.isoweekday(), 3: value.weekday()}[int(kind)])


def _weekday_sql(call: Call, value: Sql, *_kind_sql: Sql) -> Sql:
    day, kind = part("isodow", value), _kind(call, 1)
    return postgresql.to_number(day % 7 + 1 if kind == 1 else day if kind == 2 else day - 1)


def _work_days_before(day: date) -> int:
    weeks, rest = divmod((day - _MONDAY).days, 7)
    return weeks * 5 + min(rest, 5)


def _work_days(start: date, end: date) -> Value:
    if end < start:
        return -_work_days(end, start)  # type: ignore[operator]
    return Decimal(_work_days_before(end) - _work_days_before(start) + (end.weekday() < 5))


def _before_sql(day: Sql) -> Sql:
    since = sa.type_coerce(day.op("-")(sa.literal(_MONDAY, sa.Date())), sa.Integer())
    return since // 7 * 5 + sa.func.least(since % 7, 5, type_=sa.Integer())


def _work_days_sql(call: Call, start: Sql, end: Sql) -> Sql:
    def build(start: Sql, end: Sql) -> Sql:
        def forward(start: Sql, end: Sql) -> Sql:
            return _before_sql(end) - _before_sql(start) + sa.case((part("isodow", end) < 6, 1), else_=0)

        return postgresql.to_number(sa.case((end >= start, forward(start, end)), else_=-forward(end, start)))

    return once(build, start, end)


def _work_day(start: date, days: Decimal) -> Value:
    count = whole(days, limits.DAYS)
    if not count:
        return start
    index = _work_days_before(start) + count + ((start.weekday() < 5) - 1 if count > 0 else 0)
    return bounded_day(_MONDAY + timedelta(days=index // 5 * 7 + index % 5)) if index >= 0 else None


def _work_day_sql(call: Call, start: Sql, days: Sql) -> Sql:
    def build(start: Sql, count: Sql) -> Sql:
        forward = sa.case((part("isodow", start) < 6, 0), else_=-1)
        index = _before_sql(start) + count + sa.case((count > 0, forward), else_=0)
        return once(found, index, start, count)

    def found(index: Sql, start: Sql, count: Sql) -> Sql:
        day = postgresql.bounded_day(sa.literal(_MONDAY, sa.Date()).op("+")(index // 5 * 7 + index % 5))
        return sa.case((count == 0, start), (index >= 0, day))

    return once(build, start, postgresql.whole(days, limits.DAYS))


def _date(name: str, takes: str, gives: Any, zh: str, en: str, examples: tuple[tuple[str, Any], ...],
          evaluate: Callable[..., Value], sql: Callable[..., Sql], **options: Any) -> Function:
    return Function(name, "dates", takes, gives, words(zh, en), examples, evaluate, sql, **options)


FUNCTIONS = [
    _date("WEEKDAY", "day:date type:=integer?", INTEGER, "星期几：类型 1 星期日为 1（默认），2 星期一为 1，3 星期一为 0。",
          "The day of the week: type 1 (Sunday is 1), 2 (Monday is 1) or 3 (Monday is 0).", (("WEEKDAY(due)", 4), ("WEEKDAY(due, 2)", 3)),
          _weekday, _weekday_sql, check=_check_kind(1, 2, 3)),
    _date("WEEKNUM", "day:date type:=integer?", INTEGER, "一年中的第几周：类型 1 周日起（默认），2 周一起，21 按 ISO。",
          "The week of the year: type 1 (weeks begin on Sunday), 2 (on Monday) or 21 (ISO).", (("WEEKNUM(due)", 5), ("WEEKNUM(due, 21)", 5)),
          lambda value, kind=Decimal(1): Decimal(_week(value, int(kind))), _week_sql, check=_check_kind(1, 2, 21)),
    _date("ISOWEEKNUM", "day:date", INTEGER, "按 ISO 标准一年中的第几周。", "The ISO week of the year.", (("ISOWEEKNUM(due)", 5),),
          lambda value: Decimal(_week(value, 21)), lambda call, value: postgresql.to_number(sa.extract("week", value))),
    _date("NETWORKDAYS", "start:date end:date", INTEGER, "两个日期之间（含首尾）的工作日数，周一至周五。", "Weekdays, Monday to Friday, from one date to another, both included.",
          (("NETWORKDAYS(DATE(2024,1,1), due)", 23),), _work_days, _work_days_sql),
    _date("WORKDAY", "start:date days:number", DATE, "若干个工作日之后的日期，周一至周五。", "The date so many weekdays later, Monday to Friday.",
          (("WORKDAY(DATE(2024,1,5), 1)", date(2024, 1, 8)), ("WORKDAY(DATE(2024,1,8), -1)", date(2024, 1, 5))), _work_day, _work_day_sql),
]
