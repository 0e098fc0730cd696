"""The same expression gives the same value in Python, on SQLite and on PostgreSQL."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from expressions.generate import Writer, loan
from expressions.shelves import Library, Values
from expressions.tables import Source, fill
from expressions.tables import loan as loans

from shuke.core.db import Database, connection
from shuke.expressions import STANDARD_VARIABLES, Expression, ExpressionError, Kind, Type, Value, check
from shuke.expressions.decimals import rounded
from shuke.expressions.limits import SQL_DECIMALS

VARIABLES: dict[str, Value] = {"me": 1, "my_unit": 20, "my_unit_tree": (20, 21), "my_subordinates": (2, 3), "me.unit": 20, "nobody": None, "nobodies": ()}
LISTED = {**STANDARD_VARIABLES, "nobody": Type(Kind.LINK, "user"), "nobodies": Type(Kind.LIST, "user")}
ROWS, BATCH = 60, 12
KINDS = [Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME]

FIXED = """
owner = me | owner <> me | unit IN my_unit_tree | owner IN my_subordinates | me = owner | unit = me.unit
NOT(owner = me) | owner = nobody | owner <> nobody | owner IN nobodies | NOT(owner IN nobodies)
unit = BLANK() | unit <> BLANK() | IF(owner = me, 1, 2) | lent_at >= TODAY() | lent_at < TODAY()
lent_at = "2024-01-31" | lent_at <> "2024-02-01" | lent_at <= "2024-02-29" | lent_at > "2024-12-31"
TODAY() <= lent_at | lent_at <= "9999-12-31" | lent_at > "0001-01-01" | lent_at > NOW() | NOW() > closed_at
lent_at = closed_at | lent_at < closed_at | lent_at = due | due = TODATE(lent_at)
lent_at IN ("2024-01-31", due) | due = TODAY() | due < TODAY() | due >= "2024-01-31" | due <> "2024-01-31"
due IN ("2024-01-31", "2024-02-29") | "2024-01-31" = due | due = returned | due <= returned | price > 1.005
price >= 12.345 | price < -0.001 | price <= -0.001 | price = 0.105 | price <> 0.105 | price = 0.01
price <> 0.01 | 1 < price | price > 1e17 | price < 1e17 | quantity > 2.5 | quantity <= 2.5 | quantity = 2.5
quantity <> 2.5 | quantity = 3 | quantity IN (1, 2.5, 3) | price IN (0.01, 0.015) | quantity = price
price = rate | price < score | price = nothing | price <> nothing | nothing = nothing | quantity = quantity
title = kind | title <> kind | title < kind | kind = "a" | kind <> "a" | kind > "a" | kind <= "a"
kind IN ("a", "") | NOT(kind IN ("a", "c")) | title = "" | title <> "" | ISBLANK(title) | ISBLANK(tags)
ISNOTBLANK(tags) | ISBLANK(active) | tags = BLANK() | title = "'; DROP TABLE x; --" | active | NOT(active)
active = TRUE | active = FALSE | active <> TRUE | active = (price > 1) | ISBLANK(lent_at)
COALESCE(active, TRUE) | IF(active, TRUE, FALSE) | IFERROR(active, TRUE)
AND(kind = "a", OR(price > 1, quantity = 2), NOT(active)) | kind IN tags | HAS(tags, "a", kind)
HASALL(tags, "a", "new") | CONTAINS(tags, "x y") | CONTAINS(title, "%") | LISTITEM(tags, 2)
HOUR(lent_at) * 10000 + MINUTE(lent_at) * 100 + SECOND(lent_at) | DATEADD(lent_at, quantity, "H")
DATEADD(lent_at, quantity, "MI") | DATEADD(lent_at, -quantity, "S") | DATEADD(lent_at, quantity, "M")
DATEADD(lent_at, quantity, "D") | DATEADD(lent_at, 1, "Y") | DATEADD(due, quantity, "M")
DATEADD(due, -quantity, "Y") | DATEADD(due, quantity, "Q") | DATEADD(due, 1e9, "D")
DATEADD(lent_at, 1e9, "H") | DATEDIF(lent_at, closed_at, "H") | DATEDIF(lent_at, closed_at, "S")
DATEDIF(closed_at, lent_at, "MI") | DATEDIF(lent_at, due, "D") | DATEDIF(due, returned, "M")
DATEDIF(due, lent_at, "YM") | closed_at - lent_at | ROUND((closed_at - lent_at) * 24, 2) | lent_at - due
DATETIME(due, quantity, 30) | DATETIME(due, 23, 59)
YEAR(lent_at) & "-" & MONTH(lent_at) & "-" & DAY(lent_at) | TEXT(lent_at, "yyyy-mm-dd hh:mm:ss")
TEXT(due, "yy/m/d") | TEXT(due, "yyyy年mm月dd日") | TEXT(lent_at, "d.m.yyyy h:mm") | TEXT(price, "¥#,##0.00;")
TEXT(price, "0.##") | TEXT(price, "#") | TEXT(price, "#,##0000") | TEXT(price, "#,##0.00元")
TEXT(score, ".00") | WEEKDAY(due) | WEEKDAY(due, 2) | WEEKDAY(due, 3) | WEEKNUM(due) | WEEKNUM(due, 2)
WEEKNUM(due, 21) | ISOWEEKNUM(lent_at) | QUARTER(due) | EOMONTH(due, quantity) | EDATE(due, -quantity)
NETWORKDAYS(due, returned) | NETWORKDAYS(returned, due) | WORKDAY(due, quantity) | WORKDAY(due, -quantity)
DATE(2024, quantity, quantity) | DATE(quantity, 1, 1) | due + quantity | due - price | due - returned
DATEVALUE(title) | DATEVALUE("2023-02-29") | VALUE(title)
title & "|" & price & "|" & active & "|" & due & "|" & lent_at & "|" & quantity & "|" & score
SUM(lines.price) | SUM(lines.quantity) | SUM(lines.price * lines.quantity, kind = "a")
SUM(lines.price * price) | AVERAGE(lines.price) | MAX(lines.price, done) | MIN(lines.day) | MAX(lines.kind)
COUNT(lines) | COUNT(lines, done) | COUNT(lines, quantity > quantity) | COUNT(lines.day)
COUNTUNIQUE(lines.kind) | COUNTUNIQUE(lines.price * 2) | ANY(lines, price > 1) | ALL(lines, price > 1)
ANY(lines, lines.kind = kind) | ALL(lines) | ANY(lines) | SUM(lines.price) > price
IF(ANY(lines, done), COUNT(lines), 0) * 2 | SUM(lines.quantity) = 4 | SUM(lines.price, day >= TODAY() - 365)
ROUND(price * rate, 2) | ROUND(score, 2) | ROUND(-score, 3) | ROUNDUP(score, 2) | ROUNDDOWN(score, 2)
ROUND(price, -1) | MOD(price, rate) | MOD(quantity, -3) | CEILING(price, 0.05) | FLOOR(-price, 0.05)
MROUND(price, 0.05) | price / quantity | price / rate / score | 1 / 3 * 3 = 1
price * rate * score * score * score * score | score ^ 2 | score ^ -2 | price ^ 0.5 | SQRT(price)
POWER(score, 0.333) | price * 1e17 | SUM(1e17 * 9, 1e17) | PRODUCT(price, rate, 1e10) | QUOTIENT(price, rate)
INT(price) | SIGN(price) | TRUNC(score, 4) | EVEN(price) | ABS(price) | -price | price% | REPT(title, 3000)
LEN(REPT(title, quantity)) | SUBSTITUTE(title, "a", "bb") | SUBSTITUTE(title, "", "x") | SUBSTITUTE(title, "", MAX(lines.kind, done))
REPLACE(title, quantity, 2, "_") | MID(title, 2, quantity) | FIND("o", title, quantity) | SEARCH("S", title)
UPPER(title) | LOWER(title) | PROPER(title) | TRIM(title) | CODE(title) | CHAR(quantity + 60) | REVERSE(title)
MASK(title, 1, 1) | PADLEFT(quantity, 5, "0") | TEXTAFTER(title, "-")
"""


def test_the_listed_expressions_agree(library: Database) -> None:
    random = Random(7)
    rows = [loan(random) for _each in range(120)]
    fill(library, rows)
    sources = [part.strip() for line in FIXED.strip().splitlines() for part in line.split(" | ")]
    wrong = differences(library, rows, [check(source, Library(), "loan", variables=LISTED) for source in sources])
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:25])


def differences(database: Database, rows: Sequence[Mapping[str, Any]], expressions: Sequence[Expression]) -> list[str]:
    """What the database computes otherwise than Python."""
    source = Source(database.dialect, variables=VARIABLES)
    found: dict[str, str] = {}
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
                    found[expression.source] = f"{expression.source}\n  {database.dialect}: {value!r} Python: {expected!r}\n  {row}"
    return list(found.values())


def _overflows(value: Decimal, expression: Expression) -> bool:
    """Whether SQLite's integers cannot hold the number at its scale."""
    scale = SQL_DECIMALS if expression.type.scale is None else min(expression.type.scale, SQL_DECIMALS)
    return abs(value.scaleb(scale)) >= 2**63


def expressions_of(random: Random, count: int, depth: int) -> list[Expression]:
    made: list[Expression] = []
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
