"""Comparisons of a column with a value known outside of the row, written so that an index on the column can serve them."""

import operator
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.sqltypes import Json, ScaledDecimal, UtcDateTime
from shuke.expressions.days import FIRST_INSTANT, LAST_INSTANT
from shuke.expressions.decimals import EXACT
from shuke.expressions.types import Kind, Value

Sql = sa.ColumnElement[Any]

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}
FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
SQL_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.NUMBER: sa.Numeric(), Kind.TEXT: sa.Text(), Kind.BOOL: sa.Boolean(), Kind.DATE: sa.Date(), Kind.DATETIME: UtcDateTime(),
    Kind.LINK: sa.BigInteger(), Kind.LIST: Json, Kind.BLANK: sa.Text(),
}
_LARGEST = 2**63 - 1


def compare(sign: str, column: Sql, value: Sql) -> Sql:
    """Never NULL: a blank differs from every value and is neither smaller nor larger."""
    if sign == "<>":
        return sa.or_(COMPARE[sign](column, value), column.is_(None))
    return sa.and_(COMPARE[sign](column, value), column.is_not(None))


def compare_number(sign: str, column: Sql, value: Decimal, dialect: str) -> Sql | None:
    """The same for a number, with the value brought to the unit in which the column counts."""
    scale = unit_scale(column, dialect)
    if scale is None:
        return None if dialect == "sqlite" else compare(sign, sa.type_coerce(column, sa.Numeric()), sa.literal(value, sa.Numeric()))
    units = value.scaleb(scale, EXACT)
    whole = units.to_integral_value(ROUND_FLOOR if sign in ("<=", ">") else ROUND_CEILING)
    if whole != units and sign in ("=", "<>") or whole.copy_abs() > _LARGEST and sign in ("=", "<>"):
        return sa.false() if sign == "=" else sa.true()
    if whole.copy_abs() > _LARGEST:
        return column.is_not(None) if (whole > 0) == (sign in ("<", "<=")) else sa.false()
    return compare(sign, sa.type_coerce(column, sa.BigInteger()), sa.literal(int(whole), sa.BigInteger()))


def unit_scale(column: Sql, dialect: str) -> int | None:
    """The decimals of a column that is stored as an integer; None if it is not."""
    if isinstance(column.type, ScaledDecimal):
        return column.type.scale if dialect == "sqlite" else None
    return 0 if isinstance(column.type, sa.Integer) else None


def member_of(column: Sql, values: Sequence[Value], kind: Kind, dialect: str) -> Sql | None:
    """`column IN (…)`; blanks among the values are never met."""
    known = [value for value in values if value is not None]
    if not known:
        return sa.false()
    if kind is Kind.NUMBER:
        parts = [compare_number("=", column, Decimal(value), dialect) for value in known]  # type: ignore[arg-type]
        possible = [part for part in parts if part is not None]
        return sa.or_(*possible) if len(possible) == len(parts) else None
    return sa.and_(column.in_([sa.literal(value, SQL_TYPES[kind]) for value in known]), column.is_not(None))


def compare_day(sign: str, instant: Sql, day: Callable[[], date]) -> Sql:
    """Compares the local day of an instant, as a comparison of the instant with midnights."""
    start, after = _midnight(day, 0), _midnight(day, 1)
    match sign:
        case "=":
            return sa.and_(instant >= start, instant < after, instant.is_not(None))
        case "<>":
            return sa.or_(instant < start, instant >= after, instant.is_(None))
        case "<" | ">=":
            return compare(sign, instant, start)
    return compare("<" if sign == "<=" else ">=", instant, after)


def _midnight(day: Callable[[], date], later: int) -> Sql:
    def instant() -> datetime:
        near = min(max(day(), FIRST_INSTANT.date()), LAST_INSTANT.date())
        return datetime.combine(near + timedelta(days=later), time(), clock.zone()).astimezone(UTC)

    return sa.bindparam("midnight", callable_=instant, type_=UtcDateTime(), unique=True)


def today() -> Sql:
    """The business date when the statement runs."""
    return sa.bindparam("today", callable_=clock.today, type_=sa.Date(), unique=True)


def now() -> Sql:
    return sa.bindparam("now", callable_=clock.now, type_=UtcDateTime(), unique=True)
