"""A value computed from others by a formula."""

from typing import ClassVar

from shuke.fields.computed import RESULT_KEYWORDS, ComputedType


class FormulaType(ComputedType):
    name = "formula"
    words = "Formula"
    options_schema: ClassVar = {"properties": RESULT_KEYWORDS, "required": ["type", "x-formula"]}
