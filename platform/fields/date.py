"""Days."""

from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.i18n import format_day
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import FieldType, sentence
from shuke.fields.operators import ANNIVERSARY, TIME, Span, day_span
from shuke.fields.reading import is_day_in_range, read_day


class DateType(FieldType):
    name = "date"
    words = "Date"
    json_type: ClassVar = {"type": "string", "format": "date"}
    options_schema: ClassVar = {"properties": {"x-past": {"type": "boolean"}, "x-future": {"type": "boolean"}}}
    operators = (*TIME, ANNIVERSARY)

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return sa.Date()

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.DATE)

    def load(self, value: Any, field: Field) -> Any:
        return date.fromisoformat(value) if value else None

    def dump(self, value: Any, field: Field) -> Any:
        return None if value is None else value.isoformat()

    def parse_plain(self, text: str, field: Field) -> Any:
        day = read_day(text)
        return day.isoformat() if day else None

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else format_day(value)

    def plain(self, value: Any, field: Field) -> str:
        return "" if value is None else value.isoformat()

    def cell_out(self, value: Any, field: Field) -> Any:
        return value

    def faults(self, value: Any, field: Field) -> list[str]:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return [_("“%(text)s” is not a date. Write it like 2026-01-31.", text=value[:60])]
        if len(value) != 10 or not is_day_in_range(day):
            return [_("The date has to lie between the years 1000 and 9000.")]
        if field.option("past") and day > clock.today():
            return [_("The date must not lie in the future.")]
        return [_("The date must not lie in the past.")] if field.option("future") and day < clock.today() else []

    def search_words(self, value: Any, field: Field) -> list[str]:
        return []

    def span(self, text: str, field: Field) -> Span:
        """The day that a filter's text names."""
        day = read_day(text)
        if day is None:
            raise sentence("A value is missing.")
        return day_span(day)
