"""The operators of filters, in the groups that field types offer."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from shuke.core import clock
from shuke.core.settings import current as settings
from shuke.core.sqltypes import ScaledDecimal
from shuke.definitions.model import Field
from shuke.fields import regions
from shuke.fields.base import FieldType, Operator, sentence
from shuke.fields.reading import read_number

Column = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]
Operators = tuple[Operator, ...]
LARGEST = 9_100_000_000_000_000_000
"""Beyond every number that a column of 64 bits may hold here; comparisons are cut to it."""


def _blank(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.is_(None)


def _not_blank(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.is_not(None)


def _is(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column == values[0]
    return found


def _is_not(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.or_(column != values[0], column.is_(None))


def _in(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.in_(values)


def _not_in(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.or_(column.not_in(values), column.is_(None))


BLANK = Operator("blank", "is blank", 0, _blank)
NOT_BLANK = Operator("not_blank", "is not blank", 0, _not_blank)
IS = Operator("is", "is", 1, _is)
IS_NOT = Operator("is_not", "is not", 1, _is_not)
IN = Operator("in", "is one of", None, _in)
NOT_IN = Operator("not_in", "is none of", None, _not_in)

ONE_OF: Operators = (IS, IS_NOT, IN, NOT_IN, BLANK, NOT_BLANK)


# Text: the letters A-Z are alike in both cases, as both databases fold just those.

def _raw(type_: FieldType, text: str, field: Field) -> str:
    return text.strip()


_SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def _small(text: str) -> str:
    return text.translate(_SMALL)


def _contains(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.func.lower(column).contains(_small(values[0]), autoescape=True)


def _contains_not(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.or_(sa.not_(_contains(column, values, field, dialect)), column.is_(None))


def _starts(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.func.lower(column).startswith(_small(values[0]), autoescape=True)


def _ends(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.func.lower(column).endswith(_small(values[0]), autoescape=True)


CONTAINS = Operator("contains", "contains", 1, _contains, _raw)
CONTAINS_NOT = Operator("contains_not", "does not contain", 1, _contains_not, _raw)
STARTS = Operator("starts", "starts with", 1, _starts, _raw)
ENDS = Operator("ends", "ends with", 1, _ends, _raw)
TEXT: Operators = (CONTAINS, CONTAINS_NOT, *ONE_OF[:4], STARTS, ENDS, BLANK, NOT_BLANK)


# Numbers: a bound with more decimals than the column must not be rounded into it.

def _scale(column: Column) -> int:
    return column.type.scale if isinstance(column.type, ScaledDecimal) else 0


def _bound(column: Column, value: Decimal | int, rounding: str) -> Decimal:
    scale = _scale(column)
    with localcontext() as context:
        context.prec = 60
        limit = Decimal(LARGEST).scaleb(-scale)
        cut = max(-limit, min(limit, Decimal(value)))
        return cut.quantize(Decimal(1).scaleb(-scale), rounding=rounding)


def _floor(column: Column, value: Decimal | int) -> Decimal | int:
    return _native(column, _bound(column, value, ROUND_FLOOR))


def _ceiling(column: Column, value: Decimal | int) -> Decimal | int:
    return _native(column, _bound(column, value, ROUND_CEILING))


def _native(column: Column, value: Decimal) -> Decimal | int:
    return int(value) if isinstance(column.type, sa.Integer) else value


def _held(column: Column, value: Decimal | int) -> bool:
    """A column of this scale can hold the value."""
    return _bound(column, value, ROUND_FLOOR) == value


def _number(type_: FieldType, text: str, field: Field) -> Decimal:
    from_people = type_.parse_plain(text, field) if text.strip() else None
    if from_people is None:
        raise sentence("A value is missing.")
    return Decimal(str(from_people))


def _number_is(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column == _floor(column, values[0]) if _held(column, values[0]) else sa.false()


def _number_is_not(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return _is_not(column, [_floor(column, values[0])], field, dialect) if _held(column, values[0]) else sa.true()


def _number_in(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.in_([_floor(column, value) for value in values if _held(column, value)])


def _gt(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column > _floor(column, values[0])
    return found


def _ge(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column >= _ceiling(column, values[0])
    return found


def _lt(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column < _ceiling(column, values[0])
    return found


def _le(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column <= _floor(column, values[0])
    return found


def _number_between(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.and_(column >= _ceiling(column, values[0]), column <= _floor(column, values[1]))


NUMBER: Operators = (
    Operator("is", "is", 1, _number_is, _number), Operator("is_not", "is not", 1, _number_is_not, _number),
    Operator("in", "is one of", None, _number_in, _number),
    Operator("gt", "is more than", 1, _gt, _number), Operator("ge", "is at least", 1, _ge, _number),
    Operator("lt", "is less than", 1, _lt, _number), Operator("le", "is at most", 1, _le, _number),
    Operator("between", "is between", 2, _number_between, _number), BLANK, NOT_BLANK,
)


# Days and instants: both compare a half-open span of time.

@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`."""

    start: Any
    end: Any


def day_span(day: date) -> Span:
    return Span(day, day + timedelta(days=1))


def midnight(day: date) -> datetime:
    """The instant at which the day begins in the company's time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.zone()).astimezone(UTC)


def _span(type_: FieldType, text: str, field: Field) -> Span:
    read = getattr(type_, "span", None)
    if read is None:
        raise sentence("A day is expected.")
    span: Span = read(text, field)
    return span


def _span_is(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.and_(column >= values[0].start, column < values[0].end)


def _span_is_not(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.or_(column < values[0].start, column >= values[0].end, column.is_(None))


def _after(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column >= values[0].end
    return found


def _from(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column >= values[0].start
    return found


def _before(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column < values[0].start
    return found


def _until(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    found: Condition = column < values[0].end
    return found


def _span_between(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.and_(column >= values[0].start, column < values[1].end)


def _add_months(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _week(today: date, weeks: int) -> tuple[date, date]:
    since = today.isoweekday() % 7 if settings().week_start == "sunday" else today.weekday()
    first = today - timedelta(days=since) + timedelta(weeks=weeks)
    return first, first + timedelta(days=7)


def _months(today: date, months: int, length: int) -> tuple[date, date]:
    first = today.replace(day=1)
    first = _add_months(first, -((first.month - 1) % length) + months * length)
    return first, _add_months(first, length)


def period(name: str, today: date, days: int = 0) -> tuple[date, date]:
    """First day and the day after the last of a named stretch of time; today belongs to the last and next days."""
    tomorrow = today + timedelta(days=1)
    match name:
        case "today":
            return today, tomorrow
        case "yesterday":
            return today - timedelta(days=1), today
        case "tomorrow":
            return tomorrow, tomorrow + timedelta(days=1)
        case "this_week" | "last_week" | "next_week":
            return _week(today, _SHIFT[name[:4]])
        case "this_month" | "last_month" | "next_month":
            return _months(today, _SHIFT[name[:4]], 1)
        case "this_quarter" | "last_quarter":
            return _months(today, _SHIFT[name[:4]], 3)
        case "this_year" | "last_year":
            return _months(today, _SHIFT[name[:4]], 12)
        case "last_n_days":
            return tomorrow - timedelta(days=days), tomorrow
        case "next_n_days":
            return today, today + timedelta(days=days)
    raise ValueError(name)


_SHIFT = {"this": 0, "last": -1, "next": 1}


def _count(type_: FieldType, text: str, field: Field) -> int:
    number = read_number(text)
    if number is None or number != int(number) or not 1 <= number <= 36500:
        raise sentence("A number of days from 1 to 36500 is expected.")
    return int(number)


def _period(name: str, words: str, arity: int = 0) -> Operator:
    def build(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
        first, after = period(name, clock.today(), *values)
        if isinstance(column.type, sa.Date):
            return sa.and_(column >= first, column < after)
        return sa.and_(column >= midnight(first), column < midnight(after))
    return Operator(name, words, arity, build, _count)


def _birthday(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    """The same month and day as today; on 28 February of a common year, also who was born on the 29th."""
    today = clock.today()
    days = [(today.month, today.day)]
    if (today.month, today.day) == (2, 28) and monthrange(today.year, 2)[1] == 28:
        days.append((2, 29))
    month, day = sa.extract("month", column), sa.extract("day", column)
    return sa.or_(*(sa.and_(month == m, day == d) for m, d in days))


PERIODS: Operators = (
    _period("today", "is today"), _period("yesterday", "was yesterday"), _period("tomorrow", "is tomorrow"),
    _period("this_week", "is in this week"), _period("last_week", "was in the last week"), _period("next_week", "is in the next week"),
    _period("this_month", "is in this month"), _period("last_month", "was in the last month"), _period("next_month", "is in the next month"),
    _period("this_quarter", "is in this quarter"), _period("last_quarter", "was in the last quarter"),
    _period("this_year", "is in this year"), _period("last_year", "was in the last year"),
    _period("last_n_days", "is in the last … days", 1), _period("next_n_days", "is in the next … days", 1),
)
ANNIVERSARY = Operator("anniversary", "has its anniversary today", 0, _birthday)
TIME: Operators = (
    Operator("is", "is", 1, _span_is, _span), Operator("is_not", "is not", 1, _span_is_not, _span),
    Operator("gt", "is after", 1, _after, _span), Operator("ge", "is on or after", 1, _from, _span),
    Operator("lt", "is before", 1, _before, _span), Operator("le", "is on or before", 1, _until, _span),
    Operator("between", "is between", 2, _span_between, _span), *PERIODS, BLANK, NOT_BLANK,
)


# Lists of codes in a JSON column.

def _has(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    """Any of the codes is in the list; never NULL."""
    codes = [code for value in values for code in value]
    if dialect == "postgresql":
        wanted = sa.cast(sa.literal(codes, ARRAY(sa.Text)), ARRAY(sa.Text))
        return sa.and_(column.is_not(None), column.op("?|", is_comparison=True)(wanted))
    element = sa.func.json_each(column).table_valued("value", joins_implicitly=True)
    return sa.exists(sa.select(sa.literal(1)).select_from(element).where(element.c.value.in_(codes)))


def _has_not(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.not_(_has(column, values, field, dialect))


def _has_all(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.and_(*(_has(column, [(code,)], field, dialect) for value in values for code in value))


HAS = Operator("has", "has any of", None, _has)
LIST: Operators = (HAS, Operator("has_all", "has all of", None, _has_all), Operator("has_not", "has none of", None, _has_not), BLANK, NOT_BLANK)


# An address: a JSON object of region codes and words.

def _part(column: Column, part: str, dialect: str) -> Column:
    if dialect == "postgresql":
        return sa.collate(sa.func.jsonb_extract_path_text(column, part, type_=sa.Text), "C")
    return sa.func.json_extract(column, f"$.{part}", type_=sa.Text)


def _region(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    """In any of the regions, whichever level they are."""
    levels = [_part(column, level, dialect) for level in ("province", "city", "district")]
    return sa.or_(*(level.in_(values) for level in levels))


def _street(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return _contains(_part(column, "street", dialect), values, field, dialect)


def _region_code(type_: FieldType, text: str, field: Field) -> str:
    """The code of a region given by code or by name, from the province on."""
    if regions.exists(text.strip()):
        return text.strip()
    codes, rest = regions.recognise(text)
    if rest.strip() or not any(codes):
        raise sentence("“%(text)s” is not a region.", text=text.strip()[:60])
    return next(code for code in reversed(codes) if code)


ADDRESS: Operators = (
    Operator("under", "is at or under", None, _region, _region_code), Operator("contains", "contains", 1, _street, _raw), BLANK, NOT_BLANK,
)


# A tree of options.

def below(field: Field, code: str) -> list[str]:
    """The code and every code under it."""
    found, queue = [code], [code]
    while queue:
        parent = queue.pop()
        children = [option.code for option in field.options if option.parent == parent and option.code not in found]
        found += children
        queue += children
    return found


def _under(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.in_([code for value in values for code in below(field, value)])


UNDER = Operator("under", "is at or under", None, _under)


# Collections of records: the column is the record's own id.

def _linked(field: Field) -> sa.TableClause:
    return sa.table(field.column, sa.column("source_id"), sa.column("target_id"))


def _links_has(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    linked = _linked(field)
    targets = [target for value in values for target in value]
    return column.in_(sa.select(linked.c.source_id).where(linked.c.target_id.in_(targets)))


def _links_has_not(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return sa.not_(_links_has(column, values, field, dialect))


def _links_blank(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.not_in(sa.select(_linked(field).c.source_id))


def _links_not_blank(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.in_(sa.select(_linked(field).c.source_id))


LINKS: Operators = (
    Operator("has", "has any of", None, _links_has), Operator("has_not", "has none of", None, _links_has_not),
    Operator("blank", "is blank", 0, _links_blank), Operator("not_blank", "is not blank", 0, _links_not_blank),
)


def _rows(field: Field) -> sa.Select[Any]:
    return sa.select(sa.table(field.column, sa.column("parent_id")).c.parent_id)


def _rows_blank(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.not_in(_rows(field))


def _rows_not_blank(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    return column.in_(_rows(field))


ROWS: Operators = (Operator("blank", "is blank", 0, _rows_blank), Operator("not_blank", "is not blank", 0, _rows_not_blank))


# Units: the tree is in the table of the system entity.

def _unit_under(column: Column, values: Sequence[Any], field: Field, dialect: str) -> Condition:
    unit = sa.table("e_unit", sa.column("id"), sa.column("parent"))
    tree = sa.select(unit.c.id).where(unit.c.id.in_(values)).cte("units_under", recursive=True)
    tree = tree.union(sa.select(unit.c.id).where(unit.c.parent == tree.c.id))
    return column.in_(sa.select(tree.c.id))


UNIT_UNDER = Operator("under", "is at or under", None, _unit_under)
