"""A link to one record of another entity, and the base of users, units and files."""

from dataclasses import dataclass
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import Id
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import FieldType, sentence
from shuke.fields.keywords import EXPRESSION, LABEL, NAME, ON_DELETE, PATHS
from shuke.fields.operators import ONE_OF

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Reference:
    """A record as a cell shows it."""

    text: str
    url: str


class LinkType(FieldType):
    name = "link"
    words = "Link"
    options_schema: ClassVar = {
        "properties": {
            "x-entity": NAME, "x-inverse": NAME, "x-inverse-label": LABEL, "x-on-delete": ON_DELETE,
            "x-filter": EXPRESSION, "x-create": {"type": "boolean"}, "x-columns": PATHS,
        },
        "required": ["x-entity"],
    }
    operators = ONE_OF
    target: ClassVar[str] = ""

    def entity(self, field: Field) -> str:
        return self.target or field.entity

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return Id()

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.LINK, self.entity(field))

    def load(self, value: Any, field: Field) -> Any:
        return None if value is None else int(value)

    def dump(self, value: Any, field: Field) -> Any:
        return None if value is None else str(identity(value))

    def parse_plain(self, text: str, field: Field) -> Any:
        """The id; finding a record by its title is the work of who may look for it."""
        word = text.strip()
        if not word:
            return None
        if not is_id(word):
            raise sentence("“%(text)s” is not the number of a record.", text=word[:60])
        return str(int(word))

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else title(value)

    def plain(self, value: Any, field: Field) -> str:
        return "" if value is None else str(identity(value))

    def shown(self, value: Any, field: Field) -> Any:
        if value is None:
            return None
        text = title(value)
        seen = getattr(value, "visible", True)
        return Reference(text, f"/r/{self.entity(field)}/{identity(value)}" if seen else "")

    def faults(self, value: Any, field: Field) -> list[str]:
        return [] if is_id(value) else [_("“%(text)s” is not the number of a record.", text=value[:60])]

    def search_words(self, value: Any, field: Field) -> list[str]:
        return []


def identity(value: Any) -> int:
    """The id of a stored link or of one that a reader sees."""
    return int(getattr(value, "id", value))


def title(value: Any) -> str:
    """The words for a linked record; its number when no reader's title came with it."""
    return str(getattr(value, "title", value) or f"#{identity(value)}")


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:20]) <= LARGEST
