"""Whole expressions in PostgreSQL's SQL."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.expressions import limits, native, postgresql
from shuke.expressions.conditions import Compiler
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions.aggregates import AGGREGATIONS
from shuke.expressions.nodes import Aggregate, Call, Constant, Field, Node, Variable
from shuke.expressions.types import BOOL, Kind

Sql = sa.ColumnElement[Any]


class Postgresql(Compiler):
    """Everything in SQL."""

    dialect = "postgresql"

    def result(self, node: Node) -> Sql:
        value = self.value(node)
        if node.type.kind is Kind.NUMBER and (node.type.scale is None or node.type.scale > limits.SQL_DECIMALS):
            value = sa.func.round(value, sa.literal(limits.SQL_DECIMALS, sa.Integer()), type_=sa.Numeric())
        return value if node.type.kind in (Kind.LIST, Kind.BLANK) else sa.type_coerce(value, native.SQL_TYPES[node.type.kind])

    def value(self, node: Node) -> Sql:
        match node:
            case Constant():
                return _typed(node.value, node.type.kind)
            case Variable():
                return _typed(self.record.variable(node.name), node.type.kind)
            case Field():
                return self._field(node)
            case Aggregate():
                return self.exists(node) if node.type.kind is Kind.BOOL else self.aggregate(node)
            case Call():
                return self.condition(node) if node.function.gives == BOOL else self._call(node)
        raise TypeError(node)

    def rest(self, node: Node) -> Sql:
        if isinstance(node, Call) and node.function.name in native.COMPARE:
            return self._general_comparison(node.function.name, node.arguments)
        if isinstance(node, Call) and node.function.name == "IN":
            return self._general_membership(node.arguments)
        return sa.func.coalesce(self._call(node) if isinstance(node, Call) else self.value(node), sa.false(), type_=sa.Boolean())

    def row_aggregate(self, node: Aggregate) -> Sql:
        value = None if node.value is None else self.value(node.value)
        return AGGREGATIONS[node.function.aggregate].sql(None if value is None else postgresql.comparable(value, node.value.type.kind))  # type: ignore[union-attr]

    def _field(self, node: Field) -> Sql:
        column = self.column(node)
        if node.type.kind is Kind.NUMBER:
            integer = isinstance(column.type, sa.Integer)
            column = sa.cast(column, sa.Numeric()) if integer else sa.type_coerce(column, sa.Numeric())
        elif node.type.kind is not Kind.LIST:
            column = sa.type_coerce(column, native.SQL_TYPES[node.type.kind])
        if not node.fill:
            return column
        return sa.func.coalesce(column, _FILLS[node.type.kind], type_=column.type)

    def _call(self, node: Call) -> Sql:
        if node.function.sql is None:
            raise ExpressionError("not_in_sql", node.start, node.end, _(
                "“%(function)s” cannot be used where the database computes, such as in filters.", function=node.function.name))
        parameters = node.function.parameters.given(len(node.arguments)) or ()
        values = [self.condition(argument) if parameter.kind == "bool" else self.value(argument)
                  for argument, parameter in zip(node.arguments, parameters, strict=True)]
        return node.function.sql(node, *values)

    def _general_comparison(self, sign: str, arguments: tuple[Node, ...]) -> Sql:
        left, right = (postgresql.comparable(self.value(argument), argument.type.kind) for argument in arguments)
        if sign in ("=", "<>"):
            return left.is_not_distinct_from(right) if sign == "=" else left.is_distinct_from(right)
        return sa.func.coalesce(native.COMPARE[sign](left, right), sa.false(), type_=sa.Boolean())

    def _general_membership(self, arguments: tuple[Node, ...]) -> Sql:
        subject, items = self.value(arguments[0]), arguments[1:]
        found: Sql
        if items[0].type.kind is Kind.LIST:
            if isinstance(items[0], Variable):
                known = self.record.variable(items[0].name) or ()
                found = subject.in_([_typed(value, arguments[0].type.kind) for value in known]) if known else sa.false()
            else:
                found = sa.func.jsonb_exists(self.value(items[0]), subject)
        else:
            found = subject.in_([self.value(item) for item in items])
        return sa.func.coalesce(found, sa.false(), type_=sa.Boolean())


_FILLS: dict[Kind, Sql] = {Kind.NUMBER: postgresql.number(0), Kind.TEXT: postgresql.text(""), Kind.BOOL: sa.false()}


def _typed(value: Any, kind: Kind) -> Sql:
    if value is None:
        return sa.cast(sa.null(), native.SQL_TYPES[kind])
    return sa.literal(Decimal(value) if kind is Kind.NUMBER else value, native.SQL_TYPES[kind])
