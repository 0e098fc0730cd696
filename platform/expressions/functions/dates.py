"""Functions on days and instants; the parts of an instant are those of the company's wall clock."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.i18n import gettext as _
from shuke.expressions import limits, native, postgresql
from shuke.expressions.days import bounded_day, bounded_instant, move_months, whole
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions.base import Function, Sql, words
from shuke.expressions.nodes import Call, Constant, Node
from shuke.expressions.postgresql import number, once, part
from shuke.expressions.types import DATE, DATETIME, INTEGER, Kind, Type, Value

_MONTHS = {"Y": 12, "Q": 3, "M": 1}
_DAYS = {"W": 7, "D": 1}
_SECONDS = {"H": 3600, "MI": 60, "S": 1}
_DATE = re.compile(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*", re.ASCII)
_MONDAY = date(1, 1, 1)
"""The first day there is happens to be a Monday, so weeks are counted from it."""


def _unit(call: Call, index: int) -> str:
    node = call.arguments[index]
    assert isinstance(node, Constant) and isinstance(node.value, str)
    return node.value.upper()


def _kind(call: Call, index: int, default: int = 1) -> int:
    if len(call.arguments) <= index:
        return default
    node = call.arguments[index]
    assert isinstance(node, Constant) and isinstance(node.value, int)
    return node.value


def _local(value: date) -> date:
    return clock.local(value) if isinstance(value, datetime) else value


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


def _check_kind(*allowed: int) -> Callable[..., None]:
    def check(*nodes: Node) -> None:
        if len(nodes) > 1 and isinstance(nodes[1], Constant) and nodes[1].value not in allowed:
            raise ExpressionError("option", nodes[1].start, nodes[1].end, _(
                "The second value can be %(allowed)s.", allowed=", ".join(map(str, allowed))))

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


def _make_day(year: Decimal, month: Decimal, day: Decimal) -> Value:
    years, months, days = whole(year, 10_000), whole(month, limits.MONTHS), whole(day, limits.DAYS)
    if years < 1:
        return None
    first = move_months(date(years, 1, 1), months - 1)
    return bounded_day(first + timedelta(days=days - 1)) if first else None


def _make_day_sql(call: Call, year: Sql, month: Sql, day: Sql) -> Sql:
    def build(year: Sql) -> Sql:
        first = postgresql.move_months(sa.func.make_date(year, 1, 1, type_=sa.Date()), postgresql.whole(month, limits.MONTHS) - 1)
        return sa.case((year >= 1, postgresql.bounded_day(first.op("+")(postgresql.whole(day, limits.DAYS) - 1))))

    return once(build, postgresql.whole(year, 10_000))


def _read_day(value: str) -> Value:
    found = _DATE.fullmatch(value)
    if not found:
        return None
    return bounded_day(date(*map(int, found.groups())))


def _read_day_sql(call: Call, value: Sql) -> Sql:
    def named(value: Sql) -> Sql:
        pattern = r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*$"
        found = sa.func.regexp_match(value, postgresql.text(pattern), type_=sa.ARRAY(sa.Text()))
        return once(checked, *(sa.cast(sa.type_coerce(found, sa.ARRAY(sa.Text()))[index], sa.Integer()) for index in (1, 2, 3)))

    def checked(year: Sql, month: Sql, day: Sql) -> Sql:
        start = sa.func.make_date(year, month, 1, type_=sa.Date()).op("+")(day - 1)
        valid = sa.and_(year >= 1, month.between(1, 12), day.between(1, 31))
        result = sa.case((valid, start))
        return once(lambda result, month: sa.case((part("month", result) == month, postgresql.bounded_day(result))),
                    sa.type_coerce(result, sa.Date()), month)

    return named(value)


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


def _month_end(value: date, months: Decimal) -> Value:
    moved = move_months(value.replace(day=1), whole(months, limits.MONTHS))
    return bounded_day(moved.replace(day=monthrange(moved.year, moved.month)[1])) if moved else None


def _month_end_sql(call: Call, value: Sql, months: Sql) -> Sql:
    first = sa.cast(sa.func.date_trunc("month", sa.cast(value, sa.DateTime())), sa.Date())
    moved = postgresql.move_months(first, postgresql.whole(months, limits.MONTHS))
    after = sa.cast(moved.op("+")(sa.func.make_interval(0, 1)), sa.Date())
    return postgresql.bounded_day(after.op("-")(1))


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


def _instant(day: date, hour: Decimal, minute: Decimal = Decimal(0)) -> Value:
    hours, minutes = whole(hour, 24), whole(minute, 60)
    if hours < 0 or minutes < 0:
        return None
    return bounded_instant(datetime.combine(day, time(hours, minutes), clock.zone()).astimezone(UTC))


def _instant_sql(call: Call, day: Sql, hour: Sql, *minute: Sql) -> Sql:
    def build(hours: Sql, minutes: Sql) -> Sql:
        wall = day.op("+")(sa.func.make_interval(0, 0, 0, 0, hours, minutes))
        return sa.case((sa.and_(hours >= 0, minutes >= 0), postgresql.bounded_instant(postgresql.instant(wall))))

    return once(build, postgresql.whole(hour, 24), postgresql.whole(minute[0] if minute else number(0), 60))


def _of_first(nodes: Any) -> Type:
    return Type(nodes[0].type.kind)


def _part(name: str, takes: str, zh: str, en: str, example: tuple[str, Any], evaluate: Callable[[Any], int], field: str) -> Function:
    def sql(call: Call, value: Sql) -> Sql:
        local = postgresql.local(value) if call.arguments[0].type.kind is Kind.DATETIME else value
        return sa.func.floor(postgresql.to_number(sa.extract(field, local)), type_=sa.Numeric())

    return Function(name, "dates", takes, INTEGER, words(zh, en), (example,), lambda value: Decimal(evaluate(_local(value))), sql)


def _date(name: str, takes: str, gives: Any, zh: str, en: str, examples: tuple[tuple[str, Any], ...],
          evaluate: Callable[..., Value], sql: Callable[..., Sql], **options: Any) -> Function:
    return Function(name, "dates", takes, gives, words(zh, en), examples, evaluate, sql, **options)


FUNCTIONS = [
    _date("TODAY", "", DATE, "今天的日期。", "The date of today.", (("TODAY() = TODAY()", True),), clock.today, lambda call: native.today(), volatile=True),
    _date("NOW", "", DATETIME, "现在的日期和时间。", "This moment.", (("NOW() >= TODAY()", True),), clock.now, lambda call: native.now(), volatile=True),
    _date("DATE", "year:number month:number day:number", DATE, "由年、月、日组成日期；月和日可以超出，会自动进位。",
          "The date of a year, month and day; what is too much runs over into the next month or year.",
          (("DATE(2024, 2, 29)", date(2024, 2, 29)), ("DATE(2024, 14, 1)", date(2025, 2, 1))), _make_day, _make_day_sql),
    _date("DATEVALUE", "text:text", DATE, "把形如 2024-01-31 的文字读成日期，读不出则为空。", "Reads a date from a text like 2024-01-31, blank if it is none.",
          (("DATEVALUE(\"2024-01-31\")", date(2024, 1, 31)), ("DATEVALUE(\"2024-02-31\")", None)), _read_day, _read_day_sql),
    _date("TODATE", "moment:date", DATE, "时间所在的日期。", "The day of an instant.", (("TODATE(lent_at)", date(2024, 1, 16)),), lambda value: value,
          lambda call, value: value),
    _date("DATETIME", "day:date hour:number minute:number?", DATETIME, "日期加上钟点。", "A day at a time of day.",
          (("DATETIME(due, 8, 30)", datetime(2024, 1, 31, 0, 30, tzinfo=UTC)),), _instant, _instant_sql),
    _part("YEAR", "day:date", "年份。", "The year.", ("YEAR(due)", 2024), lambda value: value.year, "year"),
    _part("QUARTER", "day:date", "季度，1 到 4。", "The quarter, 1 to 4.", ("QUARTER(due)", 1), lambda value: (value.month + 2) // 3, "quarter"),
    _part("MONTH", "day:date", "月份。", "The month.", ("MONTH(due)", 1), lambda value: value.month, "month"),
    _part("DAY", "day:date", "几号。", "The day of the month.", ("DAY(due)", 31), lambda value: value.day, "day"),
    _part("DAYOFYEAR", "day:date", "一年中的第几天。", "The day of the year.", ("DAYOFYEAR(due)", 31), lambda value: value.timetuple().tm_yday, "doy"),
    _part("HOUR", "moment:instant", "几点。", "The hour.", ("HOUR(lent_at)", 6), lambda value: value.hour, "hour"),
    _part("MINUTE", "moment:instant", "几分。", "The minute.", ("MINUTE(lent_at)", 30), lambda value: value.minute, "minute"),
    _part("SECOND", "moment:instant", "几秒。", "The second.", ("SECOND(lent_at)", 0), lambda value: value.second, "second"),
    _date("WEEKDAY", "day:date type:=integer?", INTEGER, "星期几：类型 1 星期日为 1（默认），2 星期一为 1，3 星期一为 0。",
          "The day of the week: type 1 (Sunday is 1), 2 (Monday is 1) or 3 (Monday is 0).", (("WEEKDAY(due)", 4), ("WEEKDAY(due, 2)", 3)),
          _weekday, _weekday_sql, check=_check_kind(1, 2, 3)),
    _date("WEEKNUM", "day:date type:=integer?", INTEGER, "一年中的第几周：类型 1 周日起（默认），2 周一起，21 按 ISO。",
          "The week of the year: type 1 (weeks begin on Sunday), 2 (on Monday) or 21 (ISO).", (("WEEKNUM(due)", 5), ("WEEKNUM(due, 21)", 5)),
          lambda value, kind=Decimal(1): Decimal(_week(value, int(kind))), _week_sql, check=_check_kind(1, 2, 21)),
    _date("ISOWEEKNUM", "day:date", INTEGER, "按 ISO 标准一年中的第几周。", "The ISO week of the year.", (("ISOWEEKNUM(due)", 5),),
          lambda value: Decimal(_week(value, 21)), lambda call, value: postgresql.to_number(sa.extract("week", value))),
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
    _date("NETWORKDAYS", "start:date end:date", INTEGER, "两个日期之间（含首尾）的工作日数，周一至周五。", "Weekdays, Monday to Friday, from one date to another, both included.",
          (("NETWORKDAYS(DATE(2024,1,1), due)", 23),), _work_days, _work_days_sql),
    _date("WORKDAY", "start:date days:number", DATE, "若干个工作日之后的日期，周一至周五。", "The date so many weekdays later, Monday to Friday.",
          (("WORKDAY(DATE(2024,1,5), 1)", date(2024, 1, 8)), ("WORKDAY(DATE(2024,1,8), -1)", date(2024, 1, 5))), _work_day, _work_day_sql),
]
