"""What holds for every expression, tried on random ones."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from expressions.generate import Writer
from expressions.generate import loan as random_loan
from expressions.shelves import Library, Values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shuke.core.clock import Clock, use_clock
from shuke.expressions import ExpressionError, Kind, check, rename

KINDS = st.sampled_from([Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME])
PYTHON_TYPES = {Kind.NUMBER: "Decimal", Kind.TEXT: "str", Kind.BOOL: "bool", Kind.DATE: "date", Kind.DATETIME: "datetime"}
DECIMALS = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), KINDS, st.integers(0, 4))
@example(28988060, Kind.NUMBER, 1)
def test_a_value_has_the_type_that_was_promised(seed: int, kind: Kind, depth: int) -> None:
    random = Random(seed)
    source = Writer(random).write(kind, depth)
    with use_clock(Clock(fixed=datetime(2024, 3, 15, 4, 0, tzinfo=UTC))):
        try:
            expression = check(source, Library(), "loan")
        except ExpressionError as error:
            assert 0 <= error.start <= error.end <= len(source)
            return
        value = expression.evaluate(Values(random_loan(random), {}))
    assert expression.type.kind is kind
    assert value is None or type(value).__name__ == PYTHON_TYPES[kind]
    if isinstance(value, Decimal):
        assert value.is_finite()
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int) and (expression.type.scale is None or -exponent <= max(expression.type.scale, 0) or not value)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_error_with_a_place(source: str) -> None:
    try:
        check(source, Library(), "loan")
    except ExpressionError as error:
        assert 0 <= error.start <= error.end <= len(source)
        assert error.message.endswith((".", "。", "?"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["price", "(", ")", "+", "\"", "SUM", ",", "lines", ".", "1", "IN", "{", "}", "%", "“", "，", " "]), max_size=25))
def test_any_mix_of_signs_is_an_expression_or_an_error_with_a_place(parts: list[str]) -> None:
    source = "".join(parts)
    try:
        check(source, Library(), "loan")
    except ExpressionError as error:
        assert 0 <= error.start <= error.end <= len(source)


@settings(max_examples=100, deadline=None)
@given(DECIMALS, DECIMALS)
def test_sums_and_products_are_exact(left: Decimal, right: Decimal) -> None:
    values = Values({"rate": left, "price": right})
    assert check("rate + price - price = rate", Library(), "loan").evaluate(values) is True
    product = check("rate * price", Library(), "loan").evaluate(values)
    assert product is None or product == Decimal(int(left.scaleb(4)) * int(right.scaleb(4))).scaleb(-8)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_renaming_to_the_same_name_changes_nothing(seed: int) -> None:
    source = Writer(Random(seed)).write(Kind.NUMBER, 3)
    try:
        check(source, Library(), "loan")
    except ExpressionError:
        return
    assert rename(source, Library(), "loan", {("loan", "price"): "price", ("loan.lines", "price"): "price"}) == source
