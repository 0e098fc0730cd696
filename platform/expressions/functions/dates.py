"""Functions on days and instants; the parts of an instant are those of the company's wall clock."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.expressions import limits, native, postgresql
from shuke.expressions.days import bounded_day, bounded_instant, move_months, whole
from shuke.expressions.functions.base import Function, Sql, words
from shuke.expressions.nodes import Call
from shuke.expressions.postgresql import number, once, part
from shuke.expressions.types import DATE, DATETIME, INTEGER, Kind, Value

_DATE = re.compile(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*", re.ASCII)


def _local(value: date) -> date:
    return clock.local(value) if isinstance(value, datetime) else value


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
]
