"""The same expression gives the same value in Python, on SQLite and on PostgreSQL."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from expressions.generate import Writer, loan
from expressions.library import Library, Values
from expressions.tables import Source, fill
from expressions.tables import loan as loans

from shuke.core.db import Database, connection
from shuke.expressions import Expression, ExpressionError, Kind, check
from shuke.expressions.decimals import rounded
from shuke.expressions.limits import SQL_DECIMALS

VARIABLES = {"me": 1, "my_unit": 20, "my_unit_tree": (20, 21), "my_subordinates": (2, 3), "me.unit": 20}
ROWS, BATCH = 60, 12
KINDS = [Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME]


def differences(database: Database, rows: Sequence[Mapping[str, Any]], expressions: Sequence[Expression]) -> list[str]:
    """What the database computes otherwise than Python."""
    source = Source(database.dialect, variables=VARIABLES)
    found = []
    for start in range(0, len(expressions), BATCH):
        batch = expressions[start : start + BATCH]
        columns = [expression.sql(source).label(f"c{index}") for index, expression in enumerate(batch)]
        with database.read():
            computed = connection().execute(sa.select(*columns).select_from(loans).order_by(loans.c.id)).all()
        for row, values in zip(rows, computed, strict=True):
            for expression, value in zip(batch, values, strict=True):
                expected = expression.evaluate(Values(row, VARIABLES))
                if isinstance(expected, Decimal) and (expression.type.scale is None or expression.type.scale > SQL_DECIMALS):
                    expected = rounded(expected, SQL_DECIMALS)
                if isinstance(expected, Decimal) and database.dialect == "sqlite" and _overflows(expected, expression):
                    expected = None
                if isinstance(value, list):
                    value = tuple(value)
                if value != expected:
                    found.append(f"{expression.source}\n  {database.dialect}: {value!r} Python: {expected!r}\n  {row}")
                    break
    return found


def _overflows(value: Decimal, expression: Expression) -> bool:
    """Whether SQLite's integers cannot hold the number at its scale."""
    scale = SQL_DECIMALS if expression.type.scale is None else min(expression.type.scale, SQL_DECIMALS)
    return abs(value.scaleb(scale)) >= 2**63


def expressions_of(random: Random, count: int, depth: int) -> list[Expression]:
    made = []
    while len(made) < count:
        source = Writer(random).write(random.choice(KINDS), depth)
        try:
            made.append(check(source, Library(), "loan"))
        except ExpressionError as error:
            assert error.code in ("unit", "option", "too_complex", "too_long", "number_limit"), (source, error.code, str(error))
    return made


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_random_expressions_agree(kind: str, request: pytest.FixtureRequest) -> None:
    database: Database = request.getfixturevalue(f"{kind}_shelf")
    random = Random(20240229)
    rows = [loan(random) for _each in range(ROWS)]
    fill(database, rows)
    wrong = differences(database, rows, [*expressions_of(random, 400, 1), *expressions_of(random, 300, 2), *expressions_of(random, 100, 3)])
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:25])
