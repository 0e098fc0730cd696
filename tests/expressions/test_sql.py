"""The SQL that expressions become: served by indexes, never NULL where it is a condition, never made of text."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from expressions.generate import loan as random_loan
from expressions.shelves import LOAN, Library, Values
from expressions.tables import Source, fill, loan, select

from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database, connection
from shuke.expressions import Expression, Kind, Type, check

HOSTILE = "x'); DROP TABLE t_loan; --"


def expression(source: str, **options: Any) -> Expression:
    return check(source, Library(), "loan", **options)


def condition(source: str, dialect: str = "sqlite") -> sa.ColumnElement[bool]:
    return expression(source).sql(Source(dialect, variables=LOAN.variables))


@pytest.mark.parametrize(("source", "index"), [
    ("kind = \"a\"", "i_kind"), ("kind IN (\"a\", \"b\")", "i_kind"), ("AND(kind = \"a\", price * 2 > 3)", "i_kind"), ("price > 1.005", "i_price"),
    ("1.5 <= price", "i_price"), ("price = 12.5", "i_price"), ("lent_at >= TODAY()", "i_lent"), ("lent_at = \"2024-01-16\"", "i_lent"), ("lent_at < NOW()", "i_lent"),
    ("AND(NOT(active), OR(kind = \"a\", kind = \"b\"))", "i_kind"),
])
def test_a_simple_comparison_is_served_by_the_index(source: str, index: str, library: Database) -> None:
    steps = plan(library, sa.select(loan.c.id).where(condition(source, library.dialect)))
    assert index in steps, steps


def plan(database: Database, statement: sa.Select[Any]) -> str:
    """How the database would run the statement, if it were large."""
    compiled = statement.compile(database.engine, compile_kwargs={"render_postcompile": True})
    with database.read():
        if database.dialect == "sqlite":
            rows = connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", (None,) * str(compiled).count("?"))
            return "\n".join(str(row[-1]) for row in rows if "USING" in row[-1])
        connection().execute(sa.text("SET enable_seqscan = off"))
        rows = connection().exec_driver_sql(f"EXPLAIN {compiled}", compiled.construct_params())
        return "\n".join(row[0] for row in rows if "Index" in row[0])


@pytest.mark.parametrize("source", ["price > 1.005", "kind = \"a\"", "AND(NOT(active), kind IN (\"a\", \"b\"))", "owner = me", "unit IN my_unit_tree", "due < TODAY()"])
def test_a_simple_condition_needs_no_evaluator_on_sqlite(source: str) -> None:
    assert "sk_eval" not in str(condition(source))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("source", [
    "title = \"{}\"", "title & \"{}\"", "CONTAINS(title, \"{}\")", "SUBSTITUTE(title, \"{}\", \"{}\")", "kind IN (\"{}\", title)", "REPT(\"{}\", 2)",
    "TEXT(due, \"yyyy\") & \"{}\"", "HAS(tags, \"{}\")", "SUM(lines.price, kind = \"{}\")",
])
def test_texts_reach_the_database_only_as_parameters(dialect: str, source: str) -> None:
    written = source.replace("{}", HOSTILE)
    statement = sa.select(expression(written).sql(Source(dialect)))
    dialects = {"sqlite": sa.create_engine("sqlite://").dialect, "postgresql": sa.create_engine("postgresql+psycopg://").dialect}
    assert "DROP" not in str(statement.compile(dialect=dialects[dialect]))


def test_the_clock_is_read_when_the_statement_runs(library: Database) -> None:
    tomorrow = expression("TODAY() + 1").sql(Source(library.dialect))
    filtered = sa.select(sa.func.count()).select_from(loan).where(expression("lent_at >= TODAY()").sql(Source(library.dialect)))
    statement = sa.select(tomorrow)
    seen = []
    for day in (14, 20):
        with use_clock(Clock(fixed=datetime(2024, 1, day, 12, tzinfo=UTC))), library.read():
            seen.append((connection().scalar(statement).day, connection().scalar(filtered)))  # type: ignore[union-attr]
    assert seen == [(15, 1), (21, 0)]


def test_a_formula_can_be_recomputed_in_the_database(library: Database) -> None:
    total = expression("price * quantity / 7 + SUM(lines.price)", expect=Type(Kind.NUMBER, scale=2))
    with library.write():
        connection().execute(sa.update(loan).values(nothing=total.sql(Source(library.dialect))))
    with library.read():
        stored = connection().scalar(sa.select(loan.c.nothing))
    assert stored == total.evaluate(LOAN) == Decimal("14.69")


def test_computed_numbers_are_sorted_as_numbers(library: Database) -> None:
    rows = [{"price": Decimal(price)} for price in ("9.00", "100.00", "-3.00", "20.00")]
    fill(library, rows)
    computed = expression("price / 3").sql(Source(library.dialect))
    with library.read():
        found = connection().scalars(sa.select(loan.c.price).order_by(computed)).all()
    assert found == [Decimal("-3.00"), Decimal("9.00"), Decimal("20.00"), Decimal("100.00")]


def test_a_condition_filters_like_its_python_twin(library: Database) -> None:
    random = Random(3)
    rows = [random_loan(random) for _each in range(80)]
    fill(library, rows)
    for source in ("NOT(price > 1)", "OR(kind = \"a\", ANY(lines, price > parent_limit))", "NOT(ANY(lines, done))", "XOR(active, price > quantity)"):
        source = source.replace("parent_limit", "score")
        filtered = sa.select(loan.c.id).where(condition(source, library.dialect)).order_by(loan.c.id)
        with library.read():
            found = list(connection().scalars(filtered))
        assert found == [index for index, row in enumerate(rows) if expression(source).evaluate(Values(row, LOAN.variables))]


def test_a_blank_variable_matches_nobody(library: Database) -> None:
    fill(library, [{"owner": None}, {"owner": 1}])
    for source in ("owner = me", "owner <> me", "me = owner", "unit IN my_unit_tree"):
        assert select(library, expression(source), {}) == [False, False]


def test_rows_of_other_records_are_not_counted(library: Database) -> None:
    fill(library, [{"rate": Decimal(1), "lines": [{"quantity": 2}]}, {"rate": Decimal(5), "lines": [{"quantity": 3}, {"quantity": 4}]}, {}])
    assert select(library, expression("SUM(lines.quantity)"), {}) == [2, 7, 0]
    assert select(library, expression("SUM(lines.quantity * rate)"), {}) == [2, 35, 0]
