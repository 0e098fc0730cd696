"""A wrong expression is refused with a place and a sentence in the reader's language; an abusive one quickly."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from expressions.shelves import LOAN, Library
from work import counted_calls

from shuke.expressions import BOOL, FUNCTIONS, ExpressionError, Type, check
from shuke.expressions.types import Kind

FRAGMENT = Path(__file__).parents[2] / "i18n" / "zh" / "parts" / "expressions.po"
SOURCES = Path(__file__).parents[2] / "platform" / "expressions"


def refused(source: str, **options: object) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        check(source, Library(), "loan", **options)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(("source", "code", "start", "end", "part"), [
    ("单介 * 2", "unknown_field", 0, 2, "did you mean “单价”"),
    ("prize * 2", "unknown_field", 0, 5, "did you mean “price”"),
    ("book.titel", "unknown_field", 5, 10, "did you mean “title”"),
    ("qqqqq", "unknown_field", 0, 5, "no field called “qqqqq”."),
    ("SUMM(1)", "unknown_function", 0, 4, "did you mean “SUM”"),
    ("price + \"a\"", "type", 8, 11, "“+” needs a number here, but this is text"),
    ("IF(1, 2, 3)", "type", 3, 4, "needs true or false"),
    ("IF(TRUE, 1, \"a\")", "type", 12, 15, "needs a number"),
    ("lines.price * 2", "collection", 0, 11, "several records"),
    ("lines", "collection", 0, 5, "several records"),
    ("SUM(lines)", "field_needed", 0, 10, "needs a field"),
    ("SUM(lines.kind)", "type", 4, 14, "needs a number"),
    ("SUM(lines.price, COUNT(lines) > 1)", "nested", 17, 29, "inside another"),
    ("price > 5 AND active", "infix", 10, 13, "AND(first, second)"),
    ("title = 'x'", "single_quote", 8, 9, "double quotation"),
    ("SUM(book.loans.lines.price)", "nested", 4, 26, "inside a collection"),
    ("ANY(price)", "needs_collection", 0, 10, "needs a collection"),
    ("ROUND(1", "missing_bracket", 7, 7, "closing bracket"),
    ("1 + ", "unfinished", 3, 3, "a value is missing"),
    ("1)", "extra_bracket", 1, 2, "no opening bracket"),
    ("\"a\0b\"", "unexpected", 2, 3, "cannot be used"),
    ("title & \"\ud800\"", "unexpected", 9, 10, "cannot be used"),
    ("1 $ 2", "unexpected", 2, 3, "“$” cannot stand here"),
    ("1 2", "unexpected", 2, 3, "cannot stand here"),
    ("\"abc", "unfinished_text", 0, 4, "no closing quotation mark"),
    ("{price", "unfinished_name", 0, 6, "no closing brace"),
    ("", "empty", 0, 0, "is empty"),
    ("ROUND(1, 2, 3)", "arguments", 0, 14, "ROUND(number, [digits]); 3 values"),
    ("ROUND(price, quantity)", "literal", 13, 21, "written out"),
    ("price = \"a\"", "incomparable", 0, 11, "cannot compare a number with text"),
    ("owner = book", "incomparable", 0, 12, "different kinds of records"),
    ("tags = \"a\"", "list_comparison", 0, 10, "HAS"),
    ("due > \"soon\"", "not_a_date", 6, 12, "2024-01-31"),
    ("title.length", "no_parts", 0, 12, "not a link"),
    ("TEXT(price, \"abc\")", "format", 12, 17, "not a format"),
    ("DATEADD(due, 1, \"X\")", "unit", 16, 19, "not a unit"),
    ("DATEADD(due, 1, \"H\")", "unit", 16, 19, "not a unit"),
    ("WEEKDAY(due, 9)", "option", 13, 14, "1, 2, 3"),
    ("book.author.country.code.x", "too_far", 0, 26, "at most 3 links"),
    ("1234567890123456789", "number_limit", 0, 19, "18 digits"),
    ("my_unit_tree.name", "no_parts", 0, 17, "not a link"),
])
def test_an_error_names_its_place_and_what_to_do(source: str, code: str, start: int, end: int, part: str) -> None:
    error = refused(source)
    assert (error.code, error.start, error.end) == (code, start, end), error
    assert part in str(error)


def test_a_result_of_the_wrong_type_is_refused() -> None:
    assert refused("price", expect=BOOL).code == "result"
    error = refused("owner", expect=Type(Kind.LINK, "book"))
    assert error.code == "result"
    assert "a record of “Book”, but it leads to one of “User”" in str(error)


@pytest.mark.parametrize("source", [
    'REPT("a", 999999999999)', 'REPT(REPT(REPT("a", 20000), 20000), 20000)', "9^9^9", "9^9^9^9^9^9", "(" * 5000, "(" * 1990 + ")" * 1990, "-" * 3000,
    "+" * 3000 + "1", "1" + "+1" * 1900, "1" + "%" * 3000, 'DATEADD(due, 99999999999, "Y")', 'DATEADD(lent_at, -99999999999, "H")', "ROUND(1, 1e10)", "1e999999999",
    "IF(" * 1000, "NOT(" * 900 + "TRUE" + ")" * 900, '"' * 3999, "a." * 1999 + "a", "SUM(" + "1," * 1990 + "1)", "__class__.__mro__", "().__class__", "price.__class__",
    "__import__('os')", "{{7*7}}", "${7*7}", "price; DROP TABLE t_loan", "lambda: 1", "[x for x in y]", 'SUBSTITUTE(REPT("a",20000), "a", REPT("b",20000))',
    "POWER(0.0000001, 100) / POWER(0.0000001, 100)", "x" * 1_000_000, "\x00", "😀", "1" * 3999, "0." + "1" * 3000, "POWER(10, 1e17)", "SQRT(1e17) ^ 100",
    'TEXTJOIN(REPT("a",20000), TRUE, ' + '"b",' * 200 + '"c")', 'PADLEFT("a", 1e15, "b")', "DATE(1e17, 1e17, 1e17)", "EDATE(due, -1e17)", 'SUBSTITUTE("a", "", "b")',
])
def test_an_abusive_expression_is_answered_at_once(source: str) -> None:
    check("1", Library(), "loan")  # builds the parser
    with counted_calls() as calls:
        try:
            result = check(source, Library(), "loan").evaluate(LOAN)
            assert result is None or len(str(result)) < 4_500_000
        except ExpressionError as error:
            assert error.message
    assert calls.total() < 400_000


def test_no_sentence_of_the_package_is_without_a_translation() -> None:
    messages = {
        str(call.args[0].value) for path in SOURCES.rglob("*.py") for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_" and isinstance(call.args[0], ast.Constant)}
    with FRAGMENT.open("rb") as reading:
        known = {str(message.id): str(message.string) for message in read_po(reading, locale="zh")}
    assert len(messages) > 40
    assert messages == set(known) - {""}
    for message in messages:
        assert set(re.findall(r"%\((\w+)\)s", message)) == set(re.findall(r"%\((\w+)\)s", known[message]))


def test_the_function_list_has_no_name_twice_in_another_case() -> None:
    assert all(function.name == function.name.upper() for function in FUNCTIONS)
