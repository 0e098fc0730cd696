"""Conditions in SQL: the part of the SQL back end that both databases share.

What an index can serve, comparisons with AND, OR, NOT and IN around them, is plain SQL on both.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.sqltypes import ScaledDecimal
from shuke.expressions import native
from shuke.expressions.nodes import Aggregate, Call, Constant, Field, Node, Variable
from shuke.expressions.types import Kind, SqlSource

Sql = sa.ColumnElement[Any]


class Compiler(ABC):
    """What both databases share: the structure of conditions, and aggregates as subqueries."""

    dialect: str

    def __init__(self, record: SqlSource, row: SqlSource | None = None) -> None:
        self.record, self.row = record, row

    @abstractmethod
    def result(self, node: Node) -> Sql:
        """The value as it leaves the statement."""

    @abstractmethod
    def value(self, node: Node) -> Sql:
        """The value inside of the statement."""

    @abstractmethod
    def rest(self, node: Node) -> Sql:
        """A condition that has no plain form."""

    @abstractmethod
    def row_aggregate(self, node: Aggregate) -> Sql:
        """What is selected from the rows; `self` is already inside of them."""

    def source(self, node: Field) -> SqlSource:
        return self.row if node.row and self.row is not None else self.record

    def column(self, node: Field) -> Sql:
        return self.source(node).column(node.path)

    def condition(self, node: Node) -> Sql:
        """The truth of the node, never NULL."""
        match node:
            case Constant():
                return sa.true() if node.value else sa.false()
            case Field():
                return sa.func.coalesce(self.column(node), sa.false(), type_=sa.Boolean())
            case Aggregate():
                return self.exists(node)
            case Call():
                return self._call_condition(node)
        return self.rest(node)

    def _call_condition(self, node: Call) -> Sql:
        arguments = node.arguments
        match node.function.name:
            case "AND":
                return sa.and_(*(self.condition(argument) for argument in arguments))
            case "OR":
                return sa.or_(*(self.condition(argument) for argument in arguments))
            case "NOT":
                return sa.not_(self.condition(arguments[0]))
            case "ISBLANK" | "ISNOTBLANK" if isinstance(arguments[0], Field) and arguments[0].type.kind is not Kind.LIST:
                blank = _is_blank(self.column(arguments[0]), arguments[0].type.kind)
                return blank if node.function.name == "ISBLANK" else sa.not_(blank)
            case "IN":
                found = self._membership(arguments)
            case sign if sign in native.COMPARE:
                found = self._comparison(sign, *arguments)
            case _:
                found = None
        return self.rest(node) if found is None else found

    def _comparison(self, sign: str, left: Node, right: Node) -> Sql | None:
        if isinstance(left, (Constant, Variable)) or _is_clock(left):
            left, right, sign = right, left, native.FLIPPED[sign]
        if any(isinstance(node, Variable) and self.record.variable(node.name) is None for node in (left, right)):
            return sa.false()
        if left.type.kind is Kind.BOOL and isinstance(right, Constant):
            truth = self.condition(left)
            return truth if (sign == "=") == bool(right.value) else sa.not_(truth)
        if _is_day_of_field(left):
            assert isinstance(left, Call) and isinstance(left.arguments[0], Field)
            day = self._day(right)
            return native.compare_day(sign, self.column(left.arguments[0]), day) if day else None
        if not isinstance(left, Field) or left.type.kind in (Kind.BOOL, Kind.LIST):
            return None
        if isinstance(right, Field):
            return self._two_columns(sign, left, right)
        return self._with_value(sign, self.column(left), left.type.kind, right)

    def _with_value(self, sign: str, column: Sql, kind: Kind, node: Node) -> Sql | None:
        if _is_clock(node):
            assert isinstance(node, Call)
            return native.compare(sign, column, self.clock(node))
        if not isinstance(node, (Constant, Variable)):
            return None
        value = node.value if isinstance(node, Constant) else self.record.variable(node.name)
        if value is None:
            return None
        if kind is Kind.NUMBER:
            return native.compare_number(sign, column, Decimal(value), self.dialect)  # type: ignore[arg-type]
        return native.compare(sign, column, sa.literal(value, native.SQL_TYPES[kind]))

    def _two_columns(self, sign: str, left: Field, right: Field) -> Sql | None:
        one, other = self.column(left), self.column(right)
        if left.type.kind is Kind.NUMBER and _storage(one) != _storage(other):
            return None
        if sign in ("=", "<>"):
            return one.is_not_distinct_from(other) if sign == "=" else one.is_distinct_from(other)
        return sa.func.coalesce(native.COMPARE[sign](one, other), sa.false(), type_=sa.Boolean())

    def _membership(self, arguments: tuple[Node, ...]) -> Sql | None:
        subject, *items = arguments
        if not isinstance(subject, Field) or not all(isinstance(item, (Constant, Variable)) for item in items):
            return None
        if isinstance(items[0], Variable) and items[0].type.kind is Kind.LIST:
            values = list(self.record.variable(items[0].name) or ())
        else:
            values = [item.value if isinstance(item, Constant) else self.record.variable(item.name)  # type: ignore[attr-defined]
                      for item in items]
        return native.member_of(self.column(subject), values, subject.type.kind, self.dialect)

    def _day(self, node: Node) -> Callable[[], date] | None:
        """A day that is known outside of the row."""
        if _is_clock(node):
            return clock.today
        value = node.value if isinstance(node, Constant) else self.record.variable(node.name) if isinstance(node, Variable) else None
        return (lambda: value) if isinstance(value, date) else None

    def clock(self, node: Call) -> Sql:
        return native.today() if node.function.name == "TODAY" else native.now()

    def _rows(self, node: Aggregate) -> tuple["Compiler", sa.FromClause, Sql]:
        rows, correlation, inside = self.record.collection(node.collection)
        return type(self)(self.record, inside), rows, correlation

    def exists(self, node: Aggregate) -> Sql:
        inside, rows, correlation = self._rows(node)
        wanted = sa.true() if node.condition is None else inside.condition(node.condition)
        if node.function.aggregate == "all":
            wanted = sa.not_(wanted)
        found = sa.exists(sa.select(sa.literal(1, sa.Integer())).select_from(rows).where(correlation, wanted).correlate_except(rows))
        return sa.not_(found) if node.function.aggregate == "all" else found

    def aggregate(self, node: Aggregate) -> Sql:
        inside, rows, correlation = self._rows(node)
        selected = sa.select(inside.row_aggregate(node)).select_from(rows).where(correlation)
        if node.condition is not None:
            selected = selected.where(inside.condition(node.condition))
        return selected.correlate_except(rows).scalar_subquery()


def _is_blank(column: Sql, kind: Kind) -> Sql:
    return sa.or_(column.is_(None), column == sa.literal("", sa.Text())) if kind is Kind.TEXT else column.is_(None)


def _is_clock(node: Node) -> bool:
    return isinstance(node, Call) and node.function.name in ("TODAY", "NOW")


def _is_day_of_field(node: Node) -> bool:
    return isinstance(node, Call) and node.function.name == "TO_DAY" and isinstance(node.arguments[0], Field)


def _storage(column: Sql) -> tuple[type[Any], int | None]:
    return (ScaledDecimal, column.type.scale) if isinstance(column.type, ScaledDecimal) else (sa.Integer, 0)
