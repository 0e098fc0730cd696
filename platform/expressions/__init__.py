"""The formula language: grammar, type check, values in Python, and SQL."""

from shuke.expressions.errors import ExpressionError
from shuke.expressions.expression import Expression, check
from shuke.expressions.functions import FUNCTIONS
from shuke.expressions.renaming import Mention, mentions, rename
from shuke.expressions.types import (
    BLANK,
    BOOL,
    DATE,
    DATETIME,
    INTEGER,
    LIST,
    NUMBER,
    STANDARD_VARIABLES,
    TEXT,
    Env,
    Kind,
    Member,
    Path,
    Scope,
    SqlSource,
    Type,
    Value,
)

__all__ = [
    "BLANK", "BOOL", "DATE", "DATETIME", "FUNCTIONS", "INTEGER", "LIST", "NUMBER", "STANDARD_VARIABLES", "TEXT",
    "Env", "Expression", "ExpressionError", "Kind", "Member", "Mention", "Path", "Scope", "SqlSource", "Type", "Value", "check", "mentions", "rename",
]
