"""Keyset pagination: where a page begins is told by the values of the row before it."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from shuke.core.errors import InvalidInput
from shuke.core.given import LARGEST, json_of
from shuke.core.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class SortKey:
    column: ColumnElement[Any]
    descending: bool
    nullable: bool = True

    def ordered(self, *, backwards: bool) -> ColumnElement[Any]:
        """Blank values come last, whatever the direction; read backwards they come first."""
        descending = self.descending != backwards
        column = self.column.desc() if descending else self.column.asc()
        if not self.nullable:
            return column
        return column.nulls_first() if backwards else column.nulls_last()


def beyond(keys: Sequence[SortKey], values: Sequence[Any], *, backwards: bool) -> ColumnElement[bool]:
    """The rows after the one with these values, or before it."""
    directions = {key.descending for key in keys}
    if len(directions) == 1 and not any(key.nullable for key in keys):
        row, given = sa.tuple_(*(key.column for key in keys)), sa.tuple_(*(sa.literal(value, key.column.type) for key, value in zip(keys, values, strict=True)))
        return row < given if directions.pop() != backwards else row > given
    ways = []
    for index, (key, value) in enumerate(zip(keys, values, strict=True)):
        further = _further(key, value, backwards=backwards)
        if further is not None:
            ways.append(sa.and_(*(_same(k, v) for k, v in zip(keys[:index], values[:index], strict=True)), further))
    return sa.or_(*ways) if ways else sa.false()


def _same(key: SortKey, value: Any) -> ColumnElement[bool]:
    return key.column.is_(None) if value is None else key.column == sa.literal(value, key.column.type)


def _further(key: SortKey, value: Any, *, backwards: bool) -> ColumnElement[bool] | None:
    if value is None:  # blanks are the end
        return key.column.is_not(None) if backwards else None
    given = sa.literal(value, key.column.type)
    beyond_value = key.column < given if key.descending != backwards else key.column > given
    return sa.or_(beyond_value, key.column.is_(None)) if key.nullable and not backwards else beyond_value


def encode(values: Sequence[Any]) -> str:
    """An opaque cursor for the row with these sort values."""
    text = json.dumps([_pack(value) for value in values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    try:
        packed = json_of(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_unpack(*one) for one in packed]
    except (ValueError, TypeError, KeyError, ArithmeticError, binascii.Error):
        values = []
    if len(values) != length or not values:
        raise InvalidInput({"after": [_("This page does not exist any more. Go back to the first one.")]})
    return values


def _pack(value: Any) -> tuple[str, Any]:
    if isinstance(value, datetime):
        return "t", value.isoformat()
    if isinstance(value, date):
        return "d", value.isoformat()
    if isinstance(value, Decimal):
        return "n", str(value)
    return "v", value


def _unpack(tag: str, value: Any) -> Any:
    if tag == "v":
        if not isinstance(value, str | int | bool | None) or isinstance(value, int) and abs(value) > LARGEST:
            raise ValueError(tag)
        return value
    return _READERS[tag](value)


_READERS: dict[str, Callable[[str], Any]] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}
