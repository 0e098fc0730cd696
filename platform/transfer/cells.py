"""Cells: `cell_in` is the one way from a file's text to a value, `cell_out` the one way from a value to CSV text.

A spreadsheet program runs CSV text that looks like a formula; an apostrophe before it keeps it text, and reading CSV
takes it off again (`unguard`). XLSX needs none: its cells say that they are text.
"""

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shuke.core import clock
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.base import FieldType

_STARTERS = frozenset("=+-@＝＋－＠\t\r\n")
_INVISIBLE = frozenset("\ufeff\u200b\u200c\u200d\u2060\u00ad\u180e")


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula; `unguard` gives the original back."""
    return f"'{text}" if _is_dangerous(text.lstrip("'")) else text


def unguard(text: str) -> str:
    return text[1:] if text.startswith("'") and _is_dangerous(text.lstrip("'")) else text


def _is_dangerous(text: str) -> bool:
    """Whether the first character that is seen, or a tab or line break before it, starts a formula."""
    for character in text:
        if character in _STARTERS:
            return True
        if character not in _INVISIBLE and not character.isspace() and unicodedata.category(character) != "Cc":
            return False
    return False


def cell_in(text: str, type_: FieldType, field: Field) -> Any:
    """The JSON value of a cell; neutral text first, as exports write it, else what a person may type. `ValueError` with a sentence."""
    if not text.strip():
        return None
    try:
        return type_.parse_plain(text, field)
    except ValueError as first:
        try:
            return type_.parse(text, field)
        except ValueError:
            raise first from None


def cell_out(value: Any) -> str:
    """The CSV text of a spreadsheet value (see `FieldType.cell_out`): numbers stay numbers, text is guarded."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return clock.local(value).strftime("%Y-%m-%d %H:%M:%S") if value.tzinfo else value.strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case _:
            return guard(str(value))
