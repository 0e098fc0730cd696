"""Each function does what its examples say, in Python and on both databases, and is described in both languages."""

from decimal import Decimal
from typing import Any

import pytest
from expressions.shelves import LOAN, Library
from expressions.tables import select

from shuke.core.db import Database
from shuke.expressions import FUNCTIONS, Kind, check

EXAMPLES = [(source, result) for function in FUNCTIONS for source, result in function.examples]


def _same(found: Any, expected: Any) -> bool:
    if isinstance(found, Decimal) and isinstance(expected, str):
        return found == Decimal(expected)
    return bool(found == expected)


@pytest.mark.parametrize(("source", "result"), EXAMPLES)
def test_an_example_gives_what_it_says(source: str, result: Any) -> None:
    found = check(source, Library(), "loan").evaluate(LOAN)
    assert _same(found, result), found


def test_the_examples_give_the_same_in_the_database(library: Database) -> None:
    wrong = {}
    for source, result in EXAMPLES:
        (found,) = select(library, check(source, Library(), "loan"), LOAN.variables)
        if isinstance(found, Decimal) and isinstance(result, str):
            result = Decimal(result)
        if found != result:
            wrong[source] = (found, result)
    assert not wrong


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_function_is_described_in_both_languages_with_examples(function: Any) -> None:
    assert function.descriptions["zh"].endswith("。") or ":" in function.descriptions["zh"] or "：" in function.descriptions["zh"]
    assert function.descriptions["en"]
    assert function.examples
    assert function.signature.startswith(function.name + "(")


def test_there_are_at_least_sixty_functions() -> None:
    assert len(FUNCTIONS) >= 60
    assert set(Kind) >= {function.gives.kind for function in FUNCTIONS if hasattr(function.gives, "kind")}
