"""Expressions are cheap enough to run on every keystroke and every row: what they cost is counted in calls, never in seconds."""

import pytest
from expressions.shelves import LOAN, Library
from work import counted_calls

from shuke.expressions import check

FORMULAS = ["IF(quantity >= 3, ROUND(price * quantity, 1), 0)", "price * quantity", "IF(kind = \"a\", 1, IF(kind = \"b\", 2, 3))", "ROUND(price * rate, 2)",
            "title & \" \" & kind", "AND(active, price > 5)"]


@pytest.mark.parametrize("source", FORMULAS)
def test_a_simple_formula_is_evaluated_in_a_few_calls(source: str) -> None:
    formula = check(source, Library(), "loan")
    formula.evaluate(LOAN)
    with counted_calls() as calls:
        formula.evaluate(LOAN)
    assert calls.total() < 60


@pytest.mark.parametrize("source", FORMULAS)
def test_a_formula_is_checked_and_compiled_in_some_hundred_calls(source: str) -> None:
    check(source, Library(), "loan")  # builds the parser
    with counted_calls() as calls:
        check(source, Library(), "loan")
    assert calls.total() < 3_000
