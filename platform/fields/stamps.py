"""The base of fields that show who wrote a record and when: the system's own columns under a name of choice."""

from typing import Any, ClassVar

import sqlalchemy as sa

from shuke.definitions.model import Field
from shuke.fields.datetime import DatetimeType
from shuke.fields.user import UserType


class InstantStamp(DatetimeType):
    stored = False
    computed = True
    in_table = False

    def column(self, field: Field, table: sa.FromClause) -> sa.ColumnElement[Any]:
        return table.c[self.name]


    def typed(self, value: Any, field: Field) -> Any:
        return self.format(value, field)


class UserStamp(UserType):
    options_schema: ClassVar = {"properties": {}}
    stored = False
    computed = True
    in_table = False

    def column(self, field: Field, table: sa.FromClause) -> sa.ColumnElement[Any]:
        return table.c[self.name]

    def typed(self, value: Any, field: Field) -> Any:
        return self.format(value, field)
