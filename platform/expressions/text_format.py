"""The formats of TEXT: numbers such as `#,##0.00` and dates such as `yyyy-mm-dd`."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.i18n import gettext as _
from shuke.expressions import postgresql
from shuke.expressions.decimals import BOUNDED, rounded
from shuke.expressions.errors import ExpressionError
from shuke.expressions.nodes import Call, Constant, Node
from shuke.expressions.postgresql import text
from shuke.expressions.types import Kind, Value

Sql = sa.ColumnElement[Any]

_NUMBER = re.compile(r"""(?P<before>[^#0,.%]*)(?P<whole>[#,]*0*)(?:\.(?P<decimals>0*)(?P<optional>\#*))?(?P<percent>%?)(?P<after>[^#0,.%]*)""")
_DATE = re.compile(r'yyyy|yy|mm?|dd?|hh?|ss?|"[^"]*"|[^a-z"]', re.IGNORECASE)
_PARTS = {"yyyy": "YYYY", "yy": "YY", "mm": "MM", "m": "FMMM", "dd": "DD", "d": "FMDD", "hh": "HH24", "h": "FMHH24",
          "ss": "SS", "s": "FMSS", "nn": "MI", "n": "FMMI"}
_LARGEST_PLACES = 15


def check(value: Node, format: Node) -> None:
    """Refuse a format that does not suit the value."""
    assert isinstance(format, Constant) and isinstance(format.value, str)
    known = {Kind.NUMBER: number_format, Kind.DATE: date_format, Kind.DATETIME: date_format}.get(value.type.kind)
    if known is None:
        raise ExpressionError("type", value.start, value.end, _("TEXT writes a number or a date in a format."))
    if known(format.value) is None:
        raise ExpressionError("format", format.start, format.end, _(
            "“%(format)s” is not a format. Examples: \"0.00\", \"#,##0\", \"0%%\", \"yyyy-mm-dd hh:mm\".", format=format.value))


@lru_cache(maxsize=512)
def number_format(format: str) -> re.Match[str] | None:
    found = _NUMBER.fullmatch(format)
    if found is None or not (found["whole"] or found["decimals"]):
        return None
    digits, places = found["whole"].count("0"), len(found["decimals"] or "") + len(found["optional"] or "")
    return found if digits <= _LARGEST_PLACES and places <= _LARGEST_PLACES else None


@lru_cache(maxsize=512)
def date_format(format: str) -> tuple[str, ...] | None:
    """The parts, minutes as `n`: mm after hours means minutes."""
    parts = _DATE.findall(format)
    if "".join(parts).casefold() != format.casefold() or not any(part.lower() in _PARTS for part in parts):
        return None
    result, after_hours = [], False
    for part in parts:
        lower = part.lower()
        if lower in ("h", "hh"):
            after_hours = True
        elif lower in ("m", "mm") and after_hours:
            lower, after_hours = "n" * len(part), False
        result.append(lower if lower in _PARTS else part.strip('"'))
    return tuple(result)


def written(value: Any, format: str) -> Value:
    if isinstance(value, Decimal):
        return _number(value, format)
    parts = date_format(format)
    return "".join(_date_part(clock.local(value) if isinstance(value, datetime) else value, part) for part in parts or ())


def _number(value: Decimal, format: str) -> Value:
    found = number_format(format)
    assert found is not None
    fixed, optional = len(found["decimals"] or ""), len(found["optional"] or "")
    shown = rounded(BOUNDED.multiply(value, Decimal(100)) if found["percent"] else BOUNDED.plus(value), fixed + optional)
    digits = f"{shown.copy_abs():.{fixed + optional}f}"
    whole, _point, decimals = digits.partition(".")
    whole = whole.lstrip("0").rjust(_zeros(found), "0")
    if "," in found["whole"]:
        whole = f"{int(whole):0{len(whole) + (len(whole) - 1) // 3},}"
    decimals = decimals[:fixed] + decimals[fixed:].rstrip("0")
    sign = "-" if shown < 0 else ""
    return f"{sign}{found['before']}{whole}{'.' if decimals else ''}{decimals}{found['percent']}{found['after']}"


def _zeros(found: re.Match[str]) -> int:
    """How many digits stand before the point at least: zero is written even where the format has only `#`."""
    return max(1, found["whole"].count("0"))


def _date_part(value: date, part: str) -> str:
    time = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=clock.zone())
    number = {"y": time.year, "m": time.month, "d": time.day, "h": time.hour, "n": time.minute, "s": time.second}
    if part not in _PARTS:
        return part
    if part == "yy":
        return f"{time.year % 100:02}"
    return f"{number[part[0]]:0{len(part)}}" if len(part) > 1 else str(number[part])


def sql(call: Call, value: Sql, _format: Sql) -> Sql:
    node = call.arguments[1]
    assert isinstance(node, Constant) and isinstance(node.value, str)
    if call.arguments[0].type.kind is Kind.NUMBER:
        return _number_sql(value, node.value)
    parts = date_format(node.value) or ()
    pattern = "".join(_PARTS.get(part) or '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
    local = postgresql.local(value) if call.arguments[0].type.kind is Kind.DATETIME else value
    return sa.func.to_char(local, text(pattern), type_=sa.Text())


def _number_sql(value: Sql, format: str) -> Sql:
    found = number_format(format)
    assert found is not None
    fixed, optional = len(found["decimals"] or ""), len(found["optional"] or "")
    zeros = _zeros(found)
    pattern = "9" * (21 - zeros) + "0" * zeros
    if "," in found["whole"]:
        pattern = _grouped(pattern)
    if fixed + optional:
        pattern += "." + "0" * fixed + "9" * optional
    scaled = postgresql.bounded(value * postgresql.number(100) if found["percent"] else value)

    def build(shown: Sql) -> Sql:
        digits = sa.func.to_char(sa.func.abs(shown), text("FM" + pattern), type_=sa.Text())
        if fixed == 0 and optional:
            digits = sa.func.rtrim(digits, text("."), type_=sa.Text())
        sign = sa.case((shown < postgresql.number(0), text("-")), else_=text(""))
        return sign.concat(text(found["before"])).concat(digits).concat(text(found["percent"] + found["after"]))

    return postgresql.once(build, sa.func.round(scaled, sa.literal(fixed + optional, sa.Integer()), type_=sa.Numeric()))


def _grouped(digits: str) -> str:
    """`9999990` as `9,999,990`."""
    first = len(digits) % 3
    groups = [digits[:first]] if first else []
    return ",".join([*groups, *(digits[start : start + 3] for start in range(first, len(digits), 3))])
