"""The SQL back end: a typed tree becomes a SQLAlchemy expression for PostgreSQL or SQLite."""

from typing import Any

import sqlalchemy as sa

from shuke.expressions.nodes import Node
from shuke.expressions.on_postgresql import Postgresql
from shuke.expressions.on_sqlite import Sqlite
from shuke.expressions.types import Kind, SqlSource


def compile_sql(node: Node, source: SqlSource) -> sa.ColumnElement[Any]:
    """A condition is never NULL; a number has at most `limits.SQL_DECIMALS` decimals unless its scale is known."""
    compiler = Sqlite(source) if source.dialect == "sqlite" else Postgresql(source)
    return compiler.condition(node) if node.type.kind is Kind.BOOL else compiler.result(node)
