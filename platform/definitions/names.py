"""Which names definitions may carry, and the physical names that are made from them."""

import re
from collections.abc import Collection

from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS as POSTGRESQL_WORDS
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

from shuke.definitions.model import SYSTEM_FIELDS

PATTERN = re.compile(r"[a-z][a-z0-9_]{0,39}")
FOREIGN_PREFIXES = ("ab_", "pg_", "sk_", "sqlite_")
LANGUAGE_WORDS = frozenset({"and", "or", "not", "in", "is", "true", "false", "blank", "null", "me", "my_unit", "my_unit_tree", "my_subordinates", "record"})
"""Words of the formula language; a field called so could not be written in a formula."""
RESERVED_MEMBERS = frozenset(SYSTEM_FIELDS) | {"revision", "deleted_at", "unit_id", "owner_id"} | LANGUAGE_WORDS
RESERVED_COLUMNS = frozenset({"id", "parent", "parent_id", "position"}) | LANGUAGE_WORDS
"""Names that the columns of a sub-table cannot have."""

SYSTEM_COLUMNS = ("id", "created_at", "created_by", "updated_at", "updated_by", "revision", "unit_id", "owner_id", "deleted_at")
COLUMN_OF_SYSTEM_FIELD = {"owner": "owner_id", "unit": "unit_id"}
_SQL_WORDS = frozenset(POSTGRESQL_WORDS) | frozenset(SQLiteIdentifierPreparer.reserved_words)
_LONGEST = 60  # PostgreSQL cuts names after 63 bytes without a word


def is_identifier(name: str) -> bool:
    return PATTERN.fullmatch(name) is not None and not name.startswith(FOREIGN_PREFIXES)


def column_name(field: str, taken: Collection[str] = ()) -> str:
    """The column of a new field; a name that a dropped column still holds is not used again."""
    return _free(field + "_" if field in _SQL_WORDS else field, taken)


def table_name(entity: str, taken: Collection[str] = ()) -> str:
    return _free(f"e_{entity}", taken)


def part_table_name(table: str, field: str, taken: Collection[str] = ()) -> str:
    """The table of a sub-table or of a link to many."""
    return _free(f"{table}__{field}", taken)


def _free(name: str, taken: Collection[str]) -> str:
    name = name if len(name) <= _LONGEST else f"{name[:28]}_{name[-(_LONGEST - 29):]}"
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
