"""The types of values, and what an expression asks of the world around it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa

from shuke.core.i18n import Label

Value = Decimal | str | bool | date | datetime | int | tuple[Any, ...] | None
"""What an expression yields. `int` is the id of a linked record, a tuple holds codes or ids, None is blank."""

Path = tuple[str, ...]


class Kind(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"
    LINK = "link"
    LIST = "list"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Type:
    """`entity`: what a link, or a list of ids, points to; `scale`: the most decimals a number has, None if unknown."""

    kind: Kind
    entity: str = ""
    scale: int | None = None


NUMBER = Type(Kind.NUMBER)
INTEGER = Type(Kind.NUMBER, scale=0)
TEXT = Type(Kind.TEXT)
BOOL = Type(Kind.BOOL)
DATE = Type(Kind.DATE)
DATETIME = Type(Kind.DATETIME)
LIST = Type(Kind.LIST)
BLANK = Type(Kind.BLANK)

STANDARD_VARIABLES: Mapping[str, Type] = {
    "me": Type(Kind.LINK, "user"),
    "my_unit": Type(Kind.LINK, "unit"),
    "my_unit_tree": Type(Kind.LIST, "unit"),
    "my_subordinates": Type(Kind.LIST, "user"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """What can follow a record's dot. `many`: a collection of records whose `type` is a link to their entity."""

    name: str
    type: Type
    many: bool = False
    label: Label = field(default_factory=dict)


class Scope(Protocol):
    """The names that an expression can use."""

    def member(self, entity: str, name: str) -> Member | None: ...

    def members(self, entity: str) -> Iterable[Member]: ...

    def label(self, entity: str) -> str:
        """What people call an entity."""
        ...


class Env(Protocol):
    """The values of one record. A member of a linked variable is asked for as `variable("record.book")`."""

    def get(self, path: Path) -> Value: ...

    def rows(self, path: Path) -> Sequence["Env"]: ...

    def variable(self, name: str) -> Value: ...


class SqlSource(Protocol):
    """The columns of one record in a statement."""

    @property
    def dialect(self) -> str: ...

    def column(self, path: Path) -> sa.ColumnElement[Any]: ...

    def collection(self, path: Path) -> tuple[sa.FromClause, sa.ColumnElement[bool], "SqlSource"]:
        """The rows, the condition that ties them to the record, and the source of the paths inside a row."""
        ...

    def variable(self, name: str) -> Any:
        """The Python value, or a tuple of them."""
        ...
