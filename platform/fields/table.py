"""A sub-table: rows of their own columns, kept in a child table."""

from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.core.i18n import ngettext
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.base import FieldType, sentence
from shuke.fields.keywords import FILL
from shuke.fields.operators import ROWS


class TableType(FieldType):
    name = "table"
    words = "Sub-table"
    json_type: ClassVar = {"type": "array"}
    options_schema: ClassVar = {"properties": {"x-fill": FILL}}
    operators = ROWS
    stored = False
    in_table = False

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return None

    def column(self, field: Field, table: sa.FromClause) -> sa.ColumnElement[Any]:
        return table.c.id

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.BLANK)

    def rows(self, entity: str, field: Field) -> str:
        return f"{entity}.{field.name}"

    def load(self, value: Any, field: Field) -> Any:
        """The rows as they are: `records` loads each of their values by the type of its column."""
        return tuple(value) if value else None

    def dump(self, value: Any, field: Field) -> Any:
        return list(value) if value else None

    def parse_plain(self, text: str, field: Field) -> Any:
        if text.strip():
            raise sentence("A sub-table cannot be typed as text.")
        return None

    def format(self, value: Any, field: Field) -> str:
        return ngettext("%(number)s line", "%(number)s lines", len(value)) if value else ""

    def plain(self, value: Any, field: Field) -> str:
        return ""

    def typed(self, value: Any, field: Field) -> Any:
        return list(value or ())

    def cell_out(self, value: Any, field: Field) -> Any:
        return len(value) if value else None

    def search_words(self, value: Any, field: Field) -> list[str]:
        return []

    def mask(self, value: Any, field: Field) -> str:
        return "****" if value else ""

    def problems(self, field: Field) -> list[tuple[str, str]]:
        missing = set(field.schema.get("items", {}).get("required", ())) - {column.name for column in field.fields}
        return [("items/required", _("There is no field “%(name)s” in the sub-table.", name=name)) for name in sorted(missing)]
