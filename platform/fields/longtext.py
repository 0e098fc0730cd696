"""Text of many lines."""

from typing import ClassVar

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.keywords import DECIMALS
from shuke.fields.text import TextType


class LongTextType(TextType):
    name = "longtext"
    words = "Long text"
    one_line = False
    options_schema: ClassVar = {"properties": {"x-rows": {**DECIMALS, "minimum": 2, "maximum": 40}}}

    def shown(self, value: object, field: Field) -> str:
        text = self.format(value, field)
        return text if len(text) <= 300 else _("%(start)s…", start=text[:300])
