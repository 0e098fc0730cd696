"""The words of a document: text with `{{ expression }}` in it, written for people in their language."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shuke.core.errors import UnknownName
from shuke.core.i18n import format_day, format_instant, format_number
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.expressions import Expression, ExpressionError, Value
from shuke.fields.scope import expression
from shuke.records import Masked, Record
from shuke.views.columns import Column, column

_PLACEHOLDER = re.compile(r"\{\{\s*(.+?)\s*\}\}", re.DOTALL)
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}")


def placeholders(text: str) -> Iterator[str]:
    """The expressions between double braces."""
    return (match[1] for match in _PLACEHOLDER.finditer(text))


def placed_placeholders(text: str) -> Iterator[tuple[str, int]]:
    """The same, each with the place in the text where it begins."""
    return ((match[1], match.start(1)) for match in _PLACEHOLDER.finditer(text))


def compiled(entity: Entity, source: str) -> Expression | None:
    """The expression of a placeholder; None when the definitions have changed under it."""
    try:
        return expression(catalogue(), entity.name, source)
    except ExpressionError:
        return None


def path_of(entity: Entity, source: str) -> Column | None:
    """The field that a placeholder names, if that is all it does; it is then written like the field itself."""
    if not _PATH.fullmatch(source):
        return None
    try:
        return column(catalogue(), entity, source)
    except UnknownName:
        return None


def fill(text: str, entity: Entity, record: Record, env: Any) -> str:
    """The text with each placeholder replaced by its value."""
    return _PLACEHOLDER.sub(lambda match: _said(match[1], entity, record, env), text)


def _said(source: str, entity: Entity, record: Record, env: Any) -> str:
    if field := path_of(entity, source):
        return cell(field, record.values.get(source))
    found = compiled(entity, source)
    if found is None or not _is_readable(found, record):
        return ""
    try:
        return value_text(found.evaluate(env))
    except (ExpressionError, ArithmeticError, ValueError, TypeError):
        return ""


def _is_readable(found: Expression, record: Record) -> bool:
    """Whether the reader sees all that is calculated with: a sum without its hidden parts would say something wrong."""
    heads = {collected[0] for collected in found.collections}
    return all(".".join(path) in record.values or path == ("id",) for path in found.paths if path[0] not in heads)


def cell(shown: Column, value: Any) -> str:
    """The value of a field as people read it."""
    if value is None:
        return ""
    return value.text if isinstance(value, Masked) else shown.type.format(value, shown.field)


def value_text(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case Decimal() | int():
            return format_number(value)
        case datetime():
            return format_instant(value)
        case date():
            return format_day(value)
        case tuple():
            return _(", ").join(value_text(one) for one in value)
        case _:
            return value
