"""The base of formulas, look-ups and roll-ups: they behave as the type that the property's JSON type names."""

from collections.abc import Mapping
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.expressions.types import Type
from shuke.fields.base import FieldType, Operator
from shuke.fields.boolean import BooleanType
from shuke.fields.date import DateType
from shuke.fields.datetime import DatetimeType
from shuke.fields.decimal import DecimalType
from shuke.fields.integer import IntegerType
from shuke.fields.keywords import DECIMALS
from shuke.fields.money import MoneyType
from shuke.fields.percent import PercentType
from shuke.fields.text import TextType

RESULTS: dict[str, FieldType] = {
    type_.name: type_ for type_ in (
        TextType(), IntegerType(), DecimalType(), MoneyType(), PercentType(), BooleanType(), DateType(), DatetimeType(),
    )
}
_BY_JSON = {(str(type_.json_type["type"]), str(type_.json_type.get("format", ""))): type_ for type_ in reversed(RESULTS.values())}
RESULT_KEYWORDS = {
    "type": {"enum": ["string", "integer", "boolean"]}, "format": {"enum": ["decimal", "date", "date-time"]},
    "x-result": {"enum": list(RESULTS)}, "x-scale": DECIMALS, "x-currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "x-suffix": {"type": "string", "maxLength": 20},
}


def result_of_json(schema: Mapping[str, Any]) -> FieldType:
    """The first type that has this JSON type."""
    return _BY_JSON.get((str(schema.get("type", "string")), str(schema.get("format", ""))), RESULTS["text"])


class ComputedType(FieldType):
    """Its value follows from others."""

    json_type: ClassVar = {}
    computed = True

    def result(self, field: Field) -> FieldType:
        """The type of the value: `x-result`, else the first that has the property's JSON type."""
        if named := field.option("result"):
            return RESULTS[named]
        return result_of_json(field.schema)

    def problems(self, field: Field) -> list[tuple[str, str]]:
        """A result that is named has to be of the JSON type that the property says, or records would not be valid under their schema."""
        wanted = dict(self.result(field).json_type)
        if not field.option("result") or wanted == {key: field.schema[key] for key in ("type", "format") if key in field.schema}:
            return []
        return [("x-result", _("A result of this type needs %(wanted)s in the property.", wanted=", ".join(f'"{key}": "{value}"' for key, value in wanted.items())))]

    def operators_of(self, field: Field) -> tuple[Operator, ...]:
        return self.result(field).operators

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return self.result(field).column_type(field)

    def expression_type(self, field: Field) -> Type:
        return self.result(field).expression_type(field)

    def load(self, value: Any, field: Field) -> Any:
        return self.result(field).load(value, field)

    def dump(self, value: Any, field: Field) -> Any:
        return self.result(field).dump(value, field)

    def parse(self, text: str, field: Field) -> Any:
        return self.result(field).parse(text, field)

    def parse_plain(self, text: str, field: Field) -> Any:
        return self.result(field).parse_plain(text, field)

    def format(self, value: Any, field: Field) -> str:
        return self.result(field).format(value, field)

    def plain(self, value: Any, field: Field) -> str:
        return self.result(field).plain(value, field)

    def typed(self, value: Any, field: Field) -> Any:
        """Nobody types it: the input shows it."""
        return self.format(value, field)

    def shown(self, value: Any, field: Field) -> Any:
        return self.format(value, field)

    def cell_out(self, value: Any, field: Field) -> Any:
        return self.result(field).cell_out(value, field)

    def json_type_of(self, field: Field) -> Mapping[str, Any]:
        return self.result(field).json_type

    def faults(self, value: Any, field: Field) -> list[str]:
        return self.result(field).faults(value, field)

    def mask(self, value: Any, field: Field) -> str:
        return self.result(field).mask(value, field)

    def search_words(self, value: Any, field: Field) -> list[str]:
        return self.result(field).search_words(value, field)
