"""The sums below a sub-table's columns of numbers."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shuke.views import FormField

_NEVER = frozenset({"percent", "lookup"})


def sums(columns: Sequence[FormField], lines: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """A text for each column, blank where adding up says nothing; nothing at all when no column has a sum."""
    rows = list(lines)
    texts = [_sum(column, rows) if _adds_up(column, columns) else "" for column in columns]
    return tuple(texts) if any(texts) else ()


def _adds_up(column: FormField, columns: Iterable[FormField]) -> bool:
    """Numbers do; what a price for one is beside the amount of the line does not."""
    if not column.is_numeric or column.field.type in _NEVER:
        return False
    return column.computed or column.field.type != "money" or not any(other.computed and other.field.type == "money" for other in columns)


def _sum(column: FormField, rows: Iterable[Mapping[str, Any]]) -> str:
    values = [value for row in rows if isinstance(value := row.get(column.name), int | Decimal)]
    return column.type.format(sum(values[1:], values[0]), column.field) if values else ""
