"""Instants, shown and typed on the company's wall clock and kept in UTC."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.i18n import format_instant
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import UtcDateTime
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import FieldType, sentence
from shuke.fields.operators import TIME, Span
from shuke.fields.reading import is_day_in_range, read_instant


class DatetimeType(FieldType):
    name = "datetime"
    words = "Date and time"
    json_type: ClassVar = {"type": "string", "format": "date-time"}
    operators = TIME

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return UtcDateTime()

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.DATETIME)

    def load(self, value: Any, field: Field) -> Any:
        return datetime.fromisoformat(value).astimezone(UTC) if value else None

    def dump(self, value: Any, field: Field) -> Any:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def parse_plain(self, text: str, field: Field) -> Any:
        read = read_instant(text)
        return self.dump(read[0], field) if read else None

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else format_instant(value)

    def plain(self, value: Any, field: Field) -> str:
        return self.dump(value, field) or ""

    def typed(self, value: Any, field: Field) -> Any:
        return "" if value is None else clock.local(value).strftime("%Y-%m-%dT%H:%M")

    def meant(self, value: Any, before: Any, field: Field) -> Any:
        """Seconds are not shown in inputs; they last until somebody types another minute."""
        if value is None or before is None or self.check(before, field):
            return value
        return before if value == self.dump(self.load(before, field).replace(second=0, microsecond=0), field) else value

    def cell_out(self, value: Any, field: Field) -> Any:
        return None if value is None else clock.local(value).replace(tzinfo=None)

    def faults(self, value: Any, field: Field) -> list[str]:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return [_("“%(text)s” is not a date. Write it like 2026-01-31.", text=value[:60])]
        if at.tzinfo is None:
            return [_("The time needs its time zone: write it like 2026-01-31T14:30:00+08:00.")]
        return [] if is_day_in_range(at.date()) else [_("The date has to lie between the years 1000 and 9000.")]

    def search_words(self, value: Any, field: Field) -> list[str]:
        return []

    def span(self, text: str, field: Field) -> Span:
        """The day, minute or second that a filter's text names."""
        read = read_instant(text)
        if read is None:
            raise sentence("A value is missing.")
        return Span(read[0], read[0] + read[1])
