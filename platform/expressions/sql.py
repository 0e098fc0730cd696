"""The SQL back end: a typed tree becomes a SQLAlchemy expression for PostgreSQL or SQLite.

What an index can serve, comparisons with AND, OR, NOT and IN around them, is plain SQL on both. What remains is SQL on
PostgreSQL too; on SQLite, which knows neither exact decimals nor most of the functions, it is one call of our own
evaluator, with the columns as arguments.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import ScaledDecimal
from shuke.expressions import limits, native, postgresql, program
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions.aggregates import AGGREGATIONS
from shuke.expressions.nodes import Aggregate, Call, Constant, Field, Node, Variable
from shuke.expressions.types import BOOL, Kind, SqlSource

Sql = sa.ColumnElement[Any]


def compile_sql(node: Node, source: SqlSource) -> Sql:
    """A condition is never NULL; a number has at most `limits.SQL_DECIMALS` decimals unless its scale is known."""
    compiler = _Sqlite(source) if source.dialect == "sqlite" else _Postgresql(source)
    return compiler.condition(node) if node.type.kind is Kind.BOOL else compiler.result(node)


class _Compiler:
    """What both databases share: the structure of conditions, and aggregates as subqueries."""

    dialect: str

    def __init__(self, record: SqlSource, row: SqlSource | None = None) -> None:
        self.record, self.row = record, row

    def result(self, node: Node) -> Sql:
        raise NotImplementedError

    def value(self, node: Node) -> Sql:
        raise NotImplementedError

    def rest(self, node: Node) -> Sql:
        """A condition that has no plain form."""
        raise NotImplementedError

    def row_aggregate(self, node: Aggregate) -> Sql:
        """What is selected from the rows; `self` is already inside of them."""
        raise NotImplementedError

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
                return self._exists(node)
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
            return native.compare(sign, column, self._clock(node))
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

    def _clock(self, node: Call) -> Sql:
        return native.today() if node.function.name == "TODAY" else native.now()

    def _rows(self, node: Aggregate) -> tuple["_Compiler", sa.FromClause, Sql]:
        rows, correlation, inside = self.record.collection(node.collection)
        return type(self)(self.record, inside), rows, correlation

    def _exists(self, node: Aggregate) -> Sql:
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


class _Postgresql(_Compiler):
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
                return self._exists(node) if node.type.kind is Kind.BOOL else self.aggregate(node)
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


class _Sqlite(_Compiler):
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
            column = self._exists(node) if node.type.kind is Kind.BOOL else self.aggregate(node)
        elif isinstance(node, Variable):
            return program.encoded(self.record.variable(node.name), node.type.kind)
        else:
            assert isinstance(node, Call)
            column = self._clock(node)
        return column, program.encoding(column, node.type.kind)


_FILLS: dict[Kind, Sql] = {Kind.NUMBER: postgresql.number(0), Kind.TEXT: postgresql.text(""), Kind.BOOL: sa.false()}


def _typed(value: Any, kind: Kind) -> Sql:
    if value is None:
        return sa.cast(sa.null(), native.SQL_TYPES[kind])
    return sa.literal(Decimal(value) if kind is Kind.NUMBER else value, native.SQL_TYPES[kind])


def _is_blank(column: Sql, kind: Kind) -> Sql:
    return sa.or_(column.is_(None), column == sa.literal("", sa.Text())) if kind is Kind.TEXT else column.is_(None)


def _is_clock(node: Node) -> bool:
    return isinstance(node, Call) and node.function.name in ("TODAY", "NOW")


def _is_day_of_field(node: Node) -> bool:
    return isinstance(node, Call) and node.function.name == "TO_DAY" and isinstance(node.arguments[0], Field)


def _storage(column: Sql) -> tuple[type[Any], int | None]:
    return (ScaledDecimal, column.type.scale) if isinstance(column.type, ScaledDecimal) else (sa.Integer, 0)
