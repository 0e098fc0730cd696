"""Links to many records, kept in an association table."""

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.base import Form, sentence
from shuke.fields.codes import split
from shuke.fields.link import LinkType, identity, is_id, title
from shuke.fields.operators import LINKS


class LinksType(LinkType):
    name = "links"
    words = "Links to many"
    json_type: ClassVar = {"type": "array", "items": {"type": "string"}}
    operators = LINKS
    stored = False
    in_table = False

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return None

    def column(self, field: Field, table: sa.FromClause) -> sa.ColumnElement[Any]:
        return table.c.id

    def rows(self, entity: str, field: Field) -> str:
        return field.entity

    def load(self, value: Any, field: Field) -> Any:
        return tuple(dict.fromkeys(int(one) for one in value)) if value else None

    def dump(self, value: Any, field: Field) -> Any:
        return [str(identity(one)) for one in value] if value else None

    def parse_plain(self, text: str, field: Field) -> Any:
        return self._ids(split(text))

    def parse_form(self, form: Form, name: str, field: Field) -> Any:
        return self._ids([text.strip() for text in form.getlist(name) if text.strip()])

    def _ids(self, words: Sequence[str]) -> list[str] | None:
        for word in words:
            if not is_id(word):
                raise sentence("“%(text)s” is not the number of a record.", text=word[:60])
        return list(dict.fromkeys(str(int(word)) for word in words)) or None

    def format(self, value: Any, field: Field) -> str:
        return _(", ").join(title(one) for one in value or ())

    def plain(self, value: Any, field: Field) -> str:
        return ";".join(str(identity(one)) for one in value or ())

    def typed(self, value: Any, field: Field) -> Any:
        return [str(identity(one)) for one in value or ()]

    def shown(self, value: Any, field: Field) -> Any:
        return [super(LinksType, self).shown(one, field) for one in value or ()]

    def faults(self, value: Any, field: Field) -> list[str]:
        return [said for one in value for said in super(LinksType, self).faults(one, field)]
