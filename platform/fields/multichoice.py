"""Some of several options."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import Form
from shuke.fields.choice import Badge, ChoiceType, colour, option_label
from shuke.fields.codes import CodeList, split
from shuke.fields.operators import LIST


class MultichoiceType(ChoiceType):
    name = "multichoice"
    words = "Multiple choice"
    json_type: ClassVar = {"type": "array", "items": {"type": "string"}}
    operators = LIST

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return CodeList()

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.LIST)

    def load(self, value: Any, field: Field) -> Any:
        return tuple(dict.fromkeys(value)) if value else None

    def dump(self, value: Any, field: Field) -> Any:
        return list(value) if value else None

    def parse_plain(self, text: str, field: Field) -> Any:
        return self._codes([text] if self.code(text, field) else split(text), field)

    def parse_form(self, form: Form, name: str, field: Field) -> Any:
        return self._codes([text.strip() for text in form.getlist(name) if text.strip()], field)

    def _codes(self, words: Sequence[str], field: Field) -> list[str] | None:
        return list(dict.fromkeys(self._code(word, field) for word in words)) or None

    def _code(self, word: str, field: Field) -> str:
        if (code := self.code(word, field)) is None:
            raise self._unknown(word)
        return code

    def format(self, value: Any, field: Field) -> str:
        return _(", ").join(option_label(self.option(code, field), code) for code in value or ())

    def plain(self, value: Any, field: Field) -> str:
        return ";".join(value or ())

    def typed(self, value: Any, field: Field) -> Any:
        return list(value or ())

    def shown(self, value: Any, field: Field) -> Any:
        options = {code: self.option(code, field) for code in value or ()}
        return [Badge(option_label(option, code), colour(option)) for code, option in options.items()]

    def faults(self, value: Any, field: Field) -> list[str]:
        return [str(self._unknown(code)) for code in value if not self.option(code, field)]

    def check_with(self, value: Any, field: Field, values: Mapping[str, Any]) -> list[str]:
        return [said for code in value or () for said in super(MultichoiceType, self).check_with(code, field, values)]

    def search_words(self, value: Any, field: Field) -> list[str]:
        options = [self.option(code, field) for code in value or ()]
        return list(dict.fromkeys(said for option in options if option for said in option.label.values()))
