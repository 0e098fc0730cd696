"""The SQL back end."""
from typing import Any

import sqlalchemy as sa

from shuke.expressions.nodes import Node
from shuke.expressions.types import SqlSource


def compile_sql(node: Node, source: SqlSource) -> sa.ColumnElement[Any]:
    raise NotImplementedError
