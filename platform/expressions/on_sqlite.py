"""Expressions on SQLite, which knows neither exact decimals nor most of the functions.

What has no exact plain form is one call of our own evaluator, with the columns as arguments.
"""

from typing import Any

import sqlalchemy as sa

from shuke.core.sqltypes import ScaledDecimal
from shuke.expressions import limits, native, program
from shuke.expressions.conditions import Compiler
from shuke.expressions.nodes import Aggregate, Call, Field, Node, Variable
from shuke.expressions.types import Kind

Sql = sa.ColumnElement[Any]


class Sqlite(Compiler):
    """Plain SQL where that is exact, else a call of the evaluator."""

    dialect = "sqlite"

    def result(self, node: Node) -> Sql:
        if isinstance(node, Field) and not node.fill:
            return self.column(node)
        if isinstance(node, Aggregate) and not isinstance((computed := self.aggregate(node)).type, program.DecimalText):
            return computed
        scale = limits.SQL_DECIMALS if node.type.scale is None else min(node.type.scale, limits.SQL_DECIMALS)
        return self._program(node, scale)

    def value(self, node: Node) -> Sql:
        return self._program(node, None)

    def rest(self, node: Node) -> Sql:
        return sa.func.coalesce(self._program(node, None), sa.false(), type_=sa.Boolean())

    def row_aggregate(self, node: Aggregate) -> Sql:
        name, value = node.function.aggregate, node.value
        if value is None:
            return sa.type_coerce(sa.func.count(), ScaledDecimal(0))
        plain = isinstance(value, Field) and (value.type.kind is not Kind.NUMBER or native.unit_scale(self.column(value), "sqlite") is not None)
        column = self.column(value) if plain and isinstance(value, Field) else self.value(value)
        if name in ("count", "unique"):
            return sa.func.count(sa.distinct(column) if name == "unique" else column, type_=ScaledDecimal(0))
        if value.type.kind is not Kind.NUMBER:
            return getattr(sa.func, name)(column, type_=column.type)  # type: ignore[no-any-return]
        if plain:
            scaled = ScaledDecimal(native.unit_scale(column, "sqlite") or 0)
            least = getattr(sa.func, name)(sa.type_coerce(column, sa.BigInteger()))
            return sa.type_coerce(sa.func.coalesce(least, 0) if name == "sum" else least, scaled)
        computed = getattr(sa.func, f"sk_{name}")(column, type_=program.DecimalText())
        return sa.func.coalesce(computed, sa.literal("0", sa.Text()), type_=program.DecimalText()) if name == "sum" else computed

    def _program(self, node: Node, scale: int | None) -> Sql:
        writer = program.Writer(self._argument)
        return writer.call(node, scale)

    def _argument(self, node: Node) -> tuple[Sql, str]:
        """An argument of the evaluator and how it is encoded."""
        if isinstance(node, Field):
            column = self.column(node)
        elif isinstance(node, Aggregate):
            column = self.exists(node) if node.type.kind is Kind.BOOL else self.aggregate(node)
        elif isinstance(node, Variable):
            return program.encoded(self.record.variable(node.name), node.type.kind)
        else:
            assert isinstance(node, Call)
            column = self.clock(node)
        return column, program.encoding(column, node.type.kind)
