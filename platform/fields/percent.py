"""Percentages, stored as fractions: 5% is 0.05."""

from decimal import Decimal
from typing import Any, ClassVar

from shuke.core.i18n import format_number
from shuke.definitions.model import Field
from shuke.fields.decimal import DecimalType
from shuke.fields.keywords import DECIMALS
from shuke.fields.reading import decimal_text, fold, read_number


class PercentType(DecimalType):
    name = "percent"
    words = "Percentage"
    options_schema: ClassVar = {"properties": {"x-scale": {**DECIMALS, "minimum": 2}}}
    default_scale = 4

    def parse(self, text: str, field: Field) -> Any:
        """A person's 5 means 5%."""
        folded = fold(text)
        return self.parse_plain(folded if not folded or folded[-1] in "%‰" else f"{folded}%", field)

    def parse_plain(self, text: str, field: Field) -> Any:
        folded = fold(text)
        power = {"%": 2, "‰": 3}.get(folded[-1:], 0)
        number = read_number(folded[:-1] if power else folded)
        return None if number is None else decimal_text(number.scaleb(-power))

    def places(self, field: Field) -> int:
        return self.scale(field) - 2

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else f"{format_number(Decimal(value).scaleb(2))}%"

    def typed(self, value: Any, field: Field) -> Any:
        return "" if value is None else decimal_text(Decimal(value).scaleb(2))
