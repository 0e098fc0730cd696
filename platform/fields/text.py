"""A line of text, and the base of every type that stores text."""

from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import Text
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import FieldType, is_control, masked
from shuke.fields.operators import TEXT


class TextType(FieldType):
    name = "text"
    words = "Text"
    operators = TEXT
    searchable = True
    one_line: ClassVar[bool] = True

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return Text()

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.TEXT)

    def load(self, value: Any, field: Field) -> Any:
        return value or None

    def parse_plain(self, text: str, field: Field) -> Any:
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        return (" ".join(text.split()) if self.one_line and "\n" in text else text) or None

    def faults(self, value: Any, field: Field) -> list[str]:
        if any(is_control(character) for character in value):
            return [_("The text holds characters that cannot be shown.")]
        if self.one_line and "\n" in value:
            return [_("The text has to be on one line.")]
        return []

    def mask(self, value: Any, field: Field) -> str:
        keep = field.option("mask")
        if isinstance(keep, dict):
            return masked(self.format(value, field), **keep)
        return masked(self.format(value, field), *self.kept(field))

    def kept(self, field: Field) -> tuple[int, int]:
        """Characters at both ends that a mask shows unless the field says otherwise."""
        return 1, 0
