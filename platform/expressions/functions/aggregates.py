"""Aggregations over collections, and the functions that exist only for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shuke.expressions import postgresql
from shuke.expressions.decimals import BOUNDED, EXACT, ZERO
from shuke.expressions.functions.base import Closure, Function, Sql, words
from shuke.expressions.types import BOOL, INTEGER, Value

Pairs = Iterator[tuple[Any, Any]]
"""Rows, each with the record around it."""


@dataclass(frozen=True, slots=True)
class Aggregation:
    """`evaluate(rows, value, condition)`; `sql(value)` makes the aggregate that is selected from the rows."""

    name: str
    evaluate: Callable[[Pairs, Closure | None, Closure | None], Value]
    sql: Callable[[Sql | None], Sql]


def _values(rows: Pairs, value: Closure, condition: Closure | None) -> Iterator[Any]:
    """The values in the rows for which the condition holds; blanks are left out."""
    for row in rows:
        if condition is None or condition(row):
            found = value(row)
            if found is not None:
                yield found


def _sum(rows: Pairs, value: Closure | None, condition: Closure | None) -> Value:
    assert value is not None
    total = ZERO
    for found in _values(rows, value, condition):
        total = EXACT.add(total, found)
    try:
        return BOUNDED.plus(total)
    except ArithmeticError:
        return None


def _count(rows: Pairs, value: Closure | None, condition: Closure | None) -> Value:
    if value is None:
        return EXACT.create_decimal(sum(1 for row in rows if condition is None or condition(row)))
    return EXACT.create_decimal(sum(1 for _found in _values(rows, value, condition)))


def _unique(rows: Pairs, value: Closure | None, condition: Closure | None) -> Value:
    assert value is not None
    return EXACT.create_decimal(len(set(_values(rows, value, condition))))


def _least(rows: Pairs, value: Closure | None, condition: Closure | None) -> Value:
    assert value is not None
    return min(_values(rows, value, condition), default=None)


def _greatest(rows: Pairs, value: Closure | None, condition: Closure | None) -> Value:
    assert value is not None
    return max(_values(rows, value, condition), default=None)


def _any(rows: Pairs, value: Closure | None, condition: Closure | None) -> Value:
    return any(condition is None or bool(condition(row)) for row in rows)


def _all(rows: Pairs, value: Closure | None, condition: Closure | None) -> Value:
    return all(condition is None or bool(condition(row)) for row in rows)


def _sql_count(value: Sql | None) -> Sql:
    return sa.func.count() if value is None else sa.func.count(value)


AGGREGATIONS: dict[str, Aggregation] = {aggregation.name: aggregation for aggregation in [
    Aggregation("sum", _sum, lambda value: postgresql.bounded(sa.func.coalesce(sa.func.sum(value), 0, type_=sa.Numeric()))),
    Aggregation("count", _count, lambda value: postgresql.to_number(_sql_count(value))),
    Aggregation("unique", _unique, lambda value: postgresql.to_number(sa.func.count(sa.distinct(value)))),  # type: ignore[arg-type]
    Aggregation("min", _least, sa.func.min),
    Aggregation("max", _greatest, sa.func.max),
    Aggregation("any", _any, _sql_count),
    Aggregation("all", _all, _sql_count),
]}


def _over_collection(*values: Value) -> Value:
    raise TypeError("This function is computed by its aggregation.")


FUNCTIONS = [
    Function(
        "ANY", "aggregates", "", BOOL,
        words("集合里是否有满足条件的记录：ANY(集合, 条件)", "Whether the collection has a record for which the condition holds: ANY(collection, condition)"),
        (("ANY(lines, quantity > 2)", True), ("ANY(lines, quantity > 99)", False)), _over_collection, aggregate="any"),
    Function(
        "ALL", "aggregates", "", BOOL,
        words("集合里的记录是否都满足条件：ALL(集合, 条件)", "Whether the condition holds for all records of the collection: ALL(collection, condition)"),
        (("ALL(lines, quantity > 0)", True), ("ALL(lines, quantity > 2)", False)), _over_collection, aggregate="all"),
    Function(
        "COUNTUNIQUE", "aggregates", "", INTEGER,
        words("集合里不同值的个数：COUNTUNIQUE(集合.字段, 条件)", "How many different values the collection has: COUNTUNIQUE(collection.field, condition)"),
        (("COUNTUNIQUE(lines.kind)", 2),), _over_collection, aggregate="unique"),
]
