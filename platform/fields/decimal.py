"""Exact decimals, and the base of money and percentages."""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import format_number
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import ScaledDecimal
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import FieldType
from shuke.fields.integer import LARGEST
from shuke.fields.keywords import DECIMALS
from shuke.fields.operators import NUMBER
from shuke.fields.reading import decimal_text, read_number

_JSON = re.compile(r"-?\d{1,40}(\.\d{1,40})?", re.ASCII)


class DecimalType(FieldType):
    name = "decimal"
    words = "Decimal number"
    json_type: ClassVar = {"type": "string", "format": "decimal"}
    options_schema: ClassVar = {"properties": {"x-scale": DECIMALS, "x-suffix": {"type": "string", "maxLength": 20}}}
    operators = NUMBER
    default_scale: ClassVar[int] = 2

    def scale(self, field: Field) -> int:
        return int(field.option("scale", self.default_scale))

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return ScaledDecimal(self.scale(field))

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.NUMBER, scale=self.scale(field))

    def load(self, value: Any, field: Field) -> Any:
        return None if value is None else self.rounded(Decimal(str(value)), field)

    def rounded(self, value: Decimal, field: Field) -> Decimal:
        with localcontext() as context:
            context.prec = 60
            exact = value.quantize(Decimal(1).scaleb(-self.scale(field)), rounding=ROUND_HALF_UP)
        return exact if exact else abs(exact)

    def dump(self, value: Any, field: Field) -> Any:
        return None if value is None else decimal_text(Decimal(value))

    def parse_plain(self, text: str, field: Field) -> Any:
        number = read_number(text)
        return None if number is None else decimal_text(number)

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else format_number(value, self.scale(field)) + str(field.option("suffix", ""))

    def plain(self, value: Any, field: Field) -> str:
        return "" if value is None else decimal_text(Decimal(value))

    def cell_out(self, value: Any, field: Field) -> Any:
        return value

    def faults(self, value: Any, field: Field) -> list[str]:
        if not _JSON.fullmatch(value):
            return [_("“%(text)s” is not a number.", text=value[:60])]
        exact, scale = Decimal(value), self.scale(field)
        if abs(exact).scaleb(scale) > LARGEST:
            return [_("The number is too large.")]
        if self.rounded(exact, field) != exact:
            return [_("At most %(places)s decimals fit here.", places=self.places(field))]
        return self._out_of_range(exact, field)

    def places(self, field: Field) -> int:
        """Decimals that a person may type."""
        return self.scale(field)

    def _out_of_range(self, exact: Decimal, field: Field) -> list[str]:
        """JSON Schema compares numbers only; the bounds of a decimal string are ours to keep."""
        bounds = {name: Decimal(str(limit)) for name, limit in field.schema.items() if name in _BOUNDS}
        said = {name: self.format(limit, field) for name, limit in bounds.items()}
        if "minimum" in bounds and exact < bounds["minimum"]:
            return [_("The value has to be at least %(limit)s.", limit=said["minimum"])]
        if "maximum" in bounds and exact > bounds["maximum"]:
            return [_("The value has to be at most %(limit)s.", limit=said["maximum"])]
        if "exclusiveMinimum" in bounds and exact <= bounds["exclusiveMinimum"]:
            return [_("The value has to be more than %(limit)s.", limit=said["exclusiveMinimum"])]
        if "exclusiveMaximum" in bounds and exact >= bounds["exclusiveMaximum"]:
            return [_("The value has to be less than %(limit)s.", limit=said["exclusiveMaximum"])]
        return []

    def search_words(self, value: Any, field: Field) -> list[str]:
        return []


_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
