"""Whole numbers."""

from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import format_number
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import FieldType, sentence
from shuke.fields.operators import NUMBER
from shuke.fields.reading import read_number

LARGEST = 9_000_000_000_000_000_000


class IntegerType(FieldType):
    name = "integer"
    words = "Whole number"
    json_type: ClassVar = {"type": "integer"}
    options_schema: ClassVar = {"properties": {"x-suffix": {"type": "string", "maxLength": 20}}}
    operators = NUMBER

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return sa.BigInteger()

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.NUMBER, scale=0)

    def load(self, value: Any, field: Field) -> Any:
        return None if value is None else int(value)

    def parse_plain(self, text: str, field: Field) -> Any:
        number = read_number(text)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise sentence("“%(text)s” is not a whole number.", text=text.strip()[:60])
        return int(number)

    def format(self, value: Any, field: Field) -> str:
        if value is None or field.system:
            return self.plain(value, field)
        return format_number(Decimal(value), 0) + str(field.option("suffix", ""))

    def cell_out(self, value: Any, field: Field) -> Any:
        return str(value) if value is not None and abs(value) >= 10**15 else value

    def faults(self, value: Any, field: Field) -> list[str]:
        return [_("The number is too large.")] if abs(value) > LARGEST else []

    def search_words(self, value: Any, field: Field) -> list[str]:
        return []
