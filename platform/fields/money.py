"""Amounts of one currency."""

import re
from typing import Any, ClassVar

from babel.numbers import get_currency_precision

from shuke.core import settings
from shuke.core.i18n import currency_symbol, format_money, format_number
from shuke.definitions.model import Field
from shuke.fields.base import sentence
from shuke.fields.decimal import DecimalType
from shuke.fields.keywords import DECIMALS
from shuke.fields.reading import decimal_text, fold, read_number

_MARKS = {
    "¥": ("CNY", "JPY"), "元": ("CNY",), "块": ("CNY",), "圆": ("CNY",), "RMB": ("CNY",), "人民币": ("CNY",), "CN¥": ("CNY",),
    "$": ("USD", "HKD", "TWD", "SGD", "AUD", "CAD"), "US$": ("USD",), "HK$": ("HKD",), "NT$": ("TWD",), "€": ("EUR",), "£": ("GBP",), "美元": ("USD",),
}
_MARKED = re.compile(r"([-+(]?)\s*([^\d\s.,+()-]*)\s*([-+]?[\d.,'\s]+[千万萬亿億]?)\s*([^\d\s.,+()-]*?)(\)?)")


class MoneyType(DecimalType):
    name = "money"
    words = "Money"
    options_schema: ClassVar = {"properties": {"x-scale": DECIMALS, "x-currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}}

    def currency(self, field: Field) -> str:
        return str(field.option("currency") or settings.current().currency)

    def parse_plain(self, text: str, field: Field) -> Any:
        folded = fold(text)
        match = _MARKED.fullmatch(folded.upper())
        if match and (match[2] or match[4]):
            for mark in (match[2], match[4]):
                self._require_currency(mark, field)
            folded = f"{match[1]}{match[3]}{match[5]}"
        number = read_number(folded)
        return None if number is None else decimal_text(number)

    def _require_currency(self, mark: str, field: Field) -> None:
        currency = self.currency(field)
        if mark and mark != currency and currency not in _MARKS.get(mark, ()):
            raise sentence("The amount has to be in %(currency)s.", currency=currency)

    def format(self, value: Any, field: Field) -> str:
        if value is None:
            return ""
        currency, scale = self.currency(field), self.scale(field)
        if scale <= get_currency_precision(currency):
            return format_money(value, currency)
        return f"{'-' if value < 0 else ''}{currency_symbol(currency)}{format_number(abs(value), scale)}"
