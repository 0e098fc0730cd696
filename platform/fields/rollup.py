"""A value summed up from many records."""

from typing import ClassVar

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.computed import RESULT_KEYWORDS, ComputedType
from shuke.fields.keywords import EXPRESSION, NAME

FUNCTIONS = ("sum", "count", "min", "max", "avg")


class RollupType(ComputedType):
    name = "rollup"
    words = "Roll-up"
    options_schema: ClassVar = {
        "properties": {**RESULT_KEYWORDS, "x-via": NAME, "x-function": {"enum": list(FUNCTIONS)}, "x-field": NAME, "x-where": EXPRESSION},
        "required": ["type", "x-via", "x-function"],
    }
    in_table = False

    def problems(self, field: Field) -> list[tuple[str, str]]:
        if field.option("function") != "count" and not field.option("field"):
            return [("x-field", _("Name the field that is summed up.")), *super().problems(field)]
        return super().problems(field)
