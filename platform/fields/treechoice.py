"""One node of a tree of options."""

from collections.abc import Collection
from typing import Any, ClassVar

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Field, Option
from shuke.fields.choice import Badge, ChoiceType, colour, option_problems
from shuke.fields.keywords import OPTIONS
from shuke.fields.operators import ONE_OF, UNDER


class TreeChoiceType(ChoiceType):
    name = "treechoice"
    words = "Choice from a tree"
    options_schema: ClassVar = {
        "properties": {"x-options": {**OPTIONS, "minItems": 1}, "x-leaves": {"type": "boolean"}}, "required": ["x-options"],
    }
    operators = (UNDER, *ONE_OF)

    def choices(self, field: Field, chosen: Collection[str] = ()) -> list[tuple[str, str]]:
        """The tree from the top, each level set in."""
        listed: list[tuple[str, str]] = []
        waiting = [(option, 0) for option in reversed(field.options) if not option.parent]
        while waiting:
            option, depth = waiting.pop()
            if not option.retired or option.code in chosen:
                listed.append((option.code, "\u2003" * depth + pick(option.label)))
            waiting += [(child, depth + 1) for child in reversed(field.options) if child.parent == option.code and depth < len(field.options)]
        return listed

    def path(self, code: str, field: Field) -> list[Option]:
        """From the root down to the node; stops where a circle would begin."""
        found: list[Option] = []
        option = self.option(code, field)
        while option is not None and option not in found:
            found.insert(0, option)
            option = self.option(option.parent, field) if option.parent else None
        return found

    def format(self, value: Any, field: Field) -> str:
        if value is None:
            return ""
        return " / ".join(pick(option.label) for option in self.path(value, field)) or str(value)

    def shown(self, value: Any, field: Field) -> Any:
        return Badge(self.format(value, field), colour(self.option(value, field))) if value is not None else None

    def code(self, word: str, field: Field) -> str | None:
        """A whole path is understood as well as a name of its own."""
        last = word.rpartition("/")[2].strip()
        for option in self.options(field):
            if "/" in word and self.format(option.code, field).replace(" ", "") == word.replace(" ", ""):
                return option.code
        return super().code(last, field)

    def faults(self, value: Any, field: Field) -> list[str]:
        if field.option("leaves") and any(option.parent == value for option in field.options):
            return [_("Choose one of the options under “%(option)s”.", option=self.format(value, field))]
        return super().faults(value, field)

    def search_words(self, value: Any, field: Field) -> list[str]:
        return [said for option in (self.path(value, field) if value else []) for said in option.label.values()]

    def problems(self, field: Field) -> list[tuple[str, str]]:
        found = option_problems(field)
        codes = {option.code: option.parent for option in field.options}
        for index, option in enumerate(field.options):
            if option.parent and option.parent not in codes:
                found.append((f"x-options/{index}/parent", _("There is no option “%(code)s”.", code=option.parent)))
            elif _circles(option.code, codes):
                found.append((f"x-options/{index}/parent", _("The option “%(code)s” would be under itself.", code=option.code)))
        return found


def _circles(code: str, parents: dict[str, str]) -> bool:
    seen: set[str] = set()
    while code:
        if code in seen:
            return True
        seen.add(code)
        code = parents.get(code, "")
    return False
