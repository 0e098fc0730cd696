"""Yes or no."""

from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import FieldType, Form, sentence
from shuke.fields.operators import BLANK, IS, NOT_BLANK
from shuke.fields.reading import fold

_YES = frozenset({"是", "对", "有", "真", "yes", "y", "true", "t", "1", "on", "√", "✓", "✔"})
_NO = frozenset({"否", "不", "错", "无", "没有", "假", "不是", "no", "n", "false", "f", "0", "off", "×", "✗", "✘", "x"})


class BooleanType(FieldType):
    name = "boolean"
    words = "Yes or no"
    json_type: ClassVar = {"type": "boolean"}
    operators = (IS, BLANK, NOT_BLANK)

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return sa.Boolean()

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.BOOL)

    def parse_plain(self, text: str, field: Field) -> Any:
        word = fold(text).lower()
        if not word:
            return None
        if word in _YES or word in _NO:
            return word in _YES
        raise sentence("“%(text)s” is neither yes nor no.", text=text.strip()[:60])

    def parse_form(self, form: Form, name: str, field: Field) -> Any:
        """The last of the two inputs wins: a hidden `no` goes before the tick box."""
        given = form.getlist(name)
        return self.parse(given[-1], field) if given else None

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else _("Yes") if value else _("No")

    def plain(self, value: Any, field: Field) -> str:
        return "" if value is None else "true" if value else "false"

    def shown(self, value: Any, field: Field) -> Any:
        return value

    def cell_out(self, value: Any, field: Field) -> Any:
        return value

    def search_words(self, value: Any, field: Field) -> list[str]:
        return []
