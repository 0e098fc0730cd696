"""Columns that hold a list of codes, and reading such lists."""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

SEPARATORS = re.compile(r"[,，、;；|\n]")


class CodeList(sa.types.TypeDecorator[tuple[str, ...]]):
    """A JSON list on both databases, a tuple in Python; an empty list is NULL."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        kind = JSONB if dialect.name == "postgresql" else sa.JSON
        return dialect.type_descriptor(kind(none_as_null=True))

    def process_bind_param(self, value: Sequence[str] | None, dialect: sa.Dialect) -> Any:
        return list(value) if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> tuple[str, ...] | None:
        return tuple(value) if value else None


def split(text: str) -> list[str]:
    """The words between commas and the like, each once, in order."""
    words = (word.strip() for word in SEPARATORS.split(text))
    return list(dict.fromkeys(word for word in words if word))
