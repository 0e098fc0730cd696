"""A value of the record that a link leads to."""

from typing import ClassVar

from shuke.fields.computed import RESULT_KEYWORDS, ComputedType
from shuke.fields.keywords import NAME


class LookupType(ComputedType):
    name = "lookup"
    words = "Look-up"
    options_schema: ClassVar = {"properties": {**RESULT_KEYWORDS, "x-via": NAME, "x-field": NAME}, "required": ["type", "x-via", "x-field"]}
    stored = False
