"""Free words; the options are suggestions with colours."""

from typing import Any, ClassVar

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.base import Form, is_control
from shuke.fields.codes import SEPARATORS, split
from shuke.fields.keywords import OPTIONS
from shuke.fields.multichoice import MultichoiceType

LONGEST = 60


class TagsType(MultichoiceType):
    name = "tags"
    words = "Tags"
    options_schema: ClassVar = {"properties": {"x-options": OPTIONS}}

    def _code(self, word: str, field: Field) -> str:
        return self.code(word, field) or word

    def parse_form(self, form: Form, name: str, field: Field) -> Any:
        return self._codes([word for text in form.getlist(name) for word in split(text)], field)

    def typed(self, value: Any, field: Field) -> Any:
        """Each word as it is called in the reader's language."""
        return [self.format((one,), field) for one in value or ()]

    def faults(self, value: Any, field: Field) -> list[str]:
        if any(len(word) > LONGEST for word in value):
            return [_("A tag has at most %(count)s characters.", count=LONGEST)]
        if any(not word or word != word.strip() or SEPARATORS.search(word) or any(map(is_control, word)) for word in value):
            return [_("A tag is a word without commas or semicolons.")]
        return []

    def search_words(self, value: Any, field: Field) -> list[str]:
        free = [word for word in value or () if not self.option(word, field)]
        return free + super().search_words(value, field)
