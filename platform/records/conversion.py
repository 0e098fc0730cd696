"""Carries a stored value over to a field of another type."""

from typing import Any

from shuke.definitions.model import Field
from shuke.fields import FIELD_TYPES


def plain(field: Field, value: Any) -> str:
    """A stored value as neutral text."""
    return "" if value is None else FIELD_TYPES[field.type].plain(value, field)


def from_plain(field: Field, text: str) -> Any:
    """The stored value that gave this text; None if the field reads no such text by now."""
    type_ = FIELD_TYPES[field.type]
    try:
        read = type_.parse_plain(text, field) if text else None
    except ValueError:
        return None
    return None if read is None else type_.load(read, field)


def convert(source: Field, target: Field, value: Any) -> Any:
    """The value that `target` stores for what `source` stored; `ValueError` with a sentence when there is none."""
    text = plain(source, value)
    if not text:
        return None
    type_ = FIELD_TYPES[target.type]
    read = type_.parse_plain(text, target)
    if read is None:
        return None
    if problems := type_.check(read, target):
        raise ValueError(problems[0])
    return type_.load(read, target)


def convert_or_blank(source: Field, target: Field, value: Any) -> Any:
    """As `convert`; what cannot be carried over becomes blank (it stays in the column of `source`)."""
    try:
        return convert(source, target, value)
    except ValueError:
        return None
