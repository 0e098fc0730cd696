"""Trying whether values fit a type: by the very reading that an import does, so that a guess never promises what the import refuses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shuke.definitions.model import Field
from shuke.definitions.parse import parse_field
from shuke.fields import FIELD_TYPES
from shuke.transfer.cells import cell_in

MOST_TRIED = 20_000
"""Of how many different values a column is judged by."""
_MOST_MISFITS = 5
_SAMPLED = 300
_HOPELESS = 0.5


@dataclass(frozen=True, slots=True)
class Trial:
    """How many cells fit, of how many; and some that do not."""

    fitting: int
    filled: int
    misfits: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.fitting / self.filled if self.filled else 0.0

    @property
    def failing(self) -> int:
        return self.filled - self.fitting


def field_of(type_: str, more: Mapping[str, Any]) -> Field:
    """A field of this type to try values with."""
    return parse_field("tried", {**FIELD_TYPES[type_].json_type, "x-type": type_, **more}, frozenset(), "e_tried")


def trial(type_: str, more: Mapping[str, Any], values: Mapping[str, int]) -> Trial:
    """Try the values, each as often as it occurs; where the first ones do not fit, the rest is not looked at."""
    field, fitting, filled = field_of(type_, more), 0, 0
    misfits: list[str] = []
    for number, (text, count) in enumerate(values.items()):
        if number == MOST_TRIED or number == _SAMPLED and fitting < filled * _HOPELESS:
            break
        filled += count
        if fits(text, field):
            fitting += count
        elif len(misfits) < _MOST_MISFITS:
            misfits.append(text[:80])
    return Trial(fitting, filled, tuple(misfits))


def fits(text: str, field: Field) -> bool:
    type_ = FIELD_TYPES[field.type]
    try:
        value = cell_in(text, type_, field)
    except (ValueError, ArithmeticError):
        return False
    return value is not None and not type_.check(value, field)


def every(texts: Iterable[str], type_: str, more: Mapping[str, Any]) -> bool:
    field = field_of(type_, more)
    return all(fits(text, field) for text in texts)
