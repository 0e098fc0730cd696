"""One of some options, and what all types with options share."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Field, Option
from shuke.fields.base import masked, sentence
from shuke.fields.keywords import NAME, OPTIONS
from shuke.fields.operators import ONE_OF
from shuke.fields.reading import fold
from shuke.fields.text import TextType


@dataclass(frozen=True, slots=True)
class Badge:
    """A word in a colour, as the template shows it."""

    text: str
    color: str


class ChoiceType(TextType):
    name = "choice"
    words = "Choice"
    options_schema: ClassVar = {
        "properties": {"x-options": {**OPTIONS, "minItems": 1}, "x-depends": NAME, "x-control": {"enum": ["select", "radio"]}},
        "required": ["x-options"],
    }
    operators = ONE_OF

    def options(self, field: Field) -> tuple[Option, ...]:
        return field.options

    def choices(self, field: Field, chosen: Collection[str] = ()) -> list[tuple[str, str]]:
        """Code and label of what can be chosen; retired options only where they are chosen already."""
        return [(option.code, pick(option.label)) for option in self.options(field) if not option.retired or option.code in chosen]

    def option(self, code: str, field: Field) -> Option | None:
        return next((option for option in self.options(field) if option.code == code), None)

    def code(self, word: str, field: Field) -> str | None:
        """The code of an option that is named by its code or by its label in any language."""
        if self.option(word, field):
            return word
        wanted = fold(word).casefold()
        for option in self.options(field):
            if wanted == option.code.casefold() or any(wanted == fold(said).casefold() for said in option.label.values()):
                return option.code
        return None

    def parse_plain(self, text: str, field: Field) -> Any:
        word = text.strip()
        if not word:
            return None
        if (code := self.code(word, field)) is None:
            raise self._unknown(word)
        return code

    def _unknown(self, word: str) -> ValueError:
        return sentence("“%(text)s” is not one of the options.", text=word[:60])

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else option_label(self.option(value, field), value)

    def plain(self, value: Any, field: Field) -> str:
        return value or ""

    def shown(self, value: Any, field: Field) -> Any:
        if value is None:
            return None
        option = self.option(value, field)
        return Badge(option_label(option, value), colour(option))

    def faults(self, value: Any, field: Field) -> list[str]:
        return [] if self.option(value, field) else [str(self._unknown(value))]

    def check_with(self, value: Any, field: Field, values: Mapping[str, Any]) -> list[str]:
        """A dependent choice: its parent has to be what the other field says."""
        depends = field.option("depends")
        option = self.option(value, field) if depends and value is not None else None
        if option is None or not option.parent or option.parent == values.get(depends):
            return []
        return [_("“%(option)s” does not belong to the choice above it.", option=pick(option.label))]

    def mask(self, value: Any, field: Field) -> str:
        return masked(self.format(value, field))

    def search_words(self, value: Any, field: Field) -> list[str]:
        option = self.option(value, field) if value else None
        return list(dict.fromkeys(option.label.values())) if option else []

    def problems(self, field: Field) -> list[tuple[str, str]]:
        return option_problems(field)


def option_label(option: Option | None, code: str) -> str:
    return pick(option.label) if option else code


def colour(option: Option | None) -> str:
    return option.color if option and option.color else "secondary"


def option_problems(field: Field) -> list[tuple[str, str]]:
    """Codes given twice, and parents that are not there."""
    found: list[tuple[str, str]] = []
    codes = [option.code for option in field.options]
    for index, option in enumerate(field.options):
        if codes.index(option.code) != index:
            found.append((f"x-options/{index}/code", _("The code “%(code)s” is there twice.", code=option.code)))
    return found
