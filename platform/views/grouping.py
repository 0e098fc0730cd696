"""What the rows of a list can be grouped by, and which figures a column has."""

from dataclasses import dataclass

from shuke.definitions.model import Field
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES

FUNCTIONS = ("sum", "avg", "min", "max", "count")
PARTS = ("day", "week", "month", "year")
DATES = frozenset({Kind.DATE, Kind.DATETIME})
_GROUPED = frozenset({Kind.TEXT, Kind.BOOL, Kind.LINK, *DATES})
_ORDERED = frozenset({Kind.NUMBER, *DATES})
_LONG = frozenset({"longtext", "file", "image", "address"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over rows: a function of the field at a path."""

    path: str
    function: str


def split(group: str) -> tuple[str, str]:
    """The path of a group, and the part of the date by which it groups, or `""`."""
    path, _colon, part = group.partition(":")
    return path, part


def can_group(field: Field) -> bool:
    """Whether rows that share a value of this field make a sensible group."""
    type_ = FIELD_TYPES[field.type]
    kind = type_.expression_type(field).kind
    return type_.stored and field.name != "id" and field.type not in _LONG and (kind in _GROUPED or field.type == "integer")


def can_summarise(field: Field, function: str) -> bool:
    type_ = FIELD_TYPES[field.type]
    kind = type_.expression_type(field).kind
    if not type_.stored or kind in (Kind.LIST, Kind.BLANK) or field.name == "id":
        return False
    return function == "count" or kind is Kind.NUMBER or function in ("min", "max") and kind in _ORDERED
