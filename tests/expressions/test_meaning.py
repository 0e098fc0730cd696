"""What expressions mean: operators, blanks, errors, names, and what they depend on."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from expressions.shelves import LOAN, Library, Values

from shuke.core.clock import Clock, use_clock
from shuke.expressions import BOOL, DATE, TEXT, Kind, Type, check, rename

LINK_TO_LOAN = Type(Kind.LINK, "loan")


def value(source: str, **options: Any) -> Any:
    return check(source, Library(), "loan", **options).evaluate(LOAN)


@pytest.mark.parametrize(("source", "result"), [
    ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-2 ^ 2", 4), ("2 ^ 3 ^ 2", 64), ("50%", Decimal("0.5")), ("10 - 4 - 3", 3), ("2 * 3 & \"x\"", "6x"),
    ("1 + 1 = 2", True), ("=1 + 1", 2), ("1e3", 1000), (".5 * 2", 1), ("1 < 2", True), ("2 <> 2", False), ("3 ≥ 3", True), ("3 ≠ 3", False),
    ("6 ÷ 2 × 3", 9), ("TRUE", True), ("true()", True), ("if(1 < 2, \"y\", \"n\")", "y"), ("\"say \"\"hi\"\"\"", 'say "hi"'),
    ("kind IN (\"a\", \"b\")", True), ("kind in (\"x\")", False), ("NOT(kind IN (\"x\"))", True), ("quantity IN (1, 3)", True),
    ("kind NOT IN (\"x\")", True), ("unit not in my_unit_tree", False), ("kind == \"a\"", True), ("kind != \"a\"", False), ("NOT(active)", False),
    ("1 / 3", Decimal("0.33333333333333333333")), ("0.1 + 0.2 = 0.3", True), ("2 / 3 * 3", Decimal("2.00000000000000000001")),
])
def test_operators_are_those_of_excel(source: str, result: Any) -> None:
    assert value(source) == result


@pytest.mark.parametrize(("source", "result"), [
    ("ＲＯＵＮＤ（单价＊数量，1）", Decimal("37.5")), ("{单价} × {数量}", Decimal("37.50")), ("IF（数量＞＝3，“多”，“少”）", "多"),
    ("“全角，（不变）” & \"！\"", "全角，（不变）！"), ("数量 ＝ ３", True), ("{Kind of loan} = \"a\"", True),
])
def test_full_width_signs_and_chinese_labels_are_understood(source: str, result: Any) -> None:
    assert value(source) == result


@pytest.mark.parametrize(("source", "result"), [
    ("nothing + 1", 1), ("nothing * 5", 0), ("\"x\" & nothing", "x"), ("nothing = 0", False), ("nothing < 1", False), ("nothing > 1", False),
    ("nothing <> 1", True), ("nothing = BLANK()", True), ("1 / 0", None), ("ROUND(1 / 0, 2)", None), ("1 / 0 + 1", None), ("IFERROR(1 / 0, 7)", 7),
    ("IF(TRUE, nothing, 1) + 1", 1), ("COALESCE(nothing, 5) + 1", 6), ("SUM(1, nothing)", 1), ("AVERAGE(2, nothing)", 2), ("MIN(nothing, 4)", 4),
    ("returned > due", False), ("YEAR(returned)", None), ("returned = \"\"", True), ("title <> \"\"", True), ("9 ^ 9 ^ 9", None), ("SQRT(-1)", None),
    ("999999999999999999 * 10", None), ("AND(1 / 0 > 1, TRUE)", False), ("NOT(1 / 0 > 1)", True),
])
def test_a_blank_counts_as_zero_only_where_a_field_is_read_and_errors_are_blank(source: str, result: Any) -> None:
    assert value(source) == result


@pytest.mark.parametrize(("source", "result"), [
    ("due + 1", date(2024, 2, 1)), ("due - 31", date(2023, 12, 31)), ("due - DATE(2024, 1, 1)", 30), ("due > \"2024-01-30\"", True),
    ("lent_at < \"2024-01-17\"", True), ("TODATE(lent_at) = \"2024-01-16\"", True), ("lent_at = \"2024-01-16\"", True),
    ("lent_at - lent_at", 0), ("due = TODAY()", False), ("DAYS(TODAY(), due)", 44),
])
def test_days_can_be_counted_and_compared_with_instants(source: str, result: Any) -> None:
    assert value(source) == result


def test_the_parts_of_an_instant_are_those_of_the_companys_wall_clock() -> None:
    late = Values({"lent_at": datetime(2023, 12, 31, 16, 0, tzinfo=UTC)})
    assert check("YEAR(lent_at) * 100 + HOUR(lent_at)", Library(), "loan").evaluate(late) == 202400
    with use_clock(Clock(fixed=datetime(2024, 3, 15, 16, 0, tzinfo=UTC))):
        assert check("TODAY()", Library(), "loan").evaluate(late) == date(2024, 3, 16)


@pytest.mark.parametrize(("source", "result"), [
    ("SUM(lines.quantity)", 6), ("SUM(lines.quantity, kind = \"a\")", 5), ("SUM(lines.quantity, lines.kind = kind)", 6),
    ("SUM(lines.quantity * rate)", Decimal("0.51")), ("COUNT(lines)", 3), ("COUNT(lines, done)", 1), ("COUNT(lines.day)", 2),
    ("AVERAGE(lines.price, quantity > 1)", Decimal("3.915")), ("MAX(lines.day)", date(2024, 2, 29)), ("MIN(lines.kind)", "a"),
    ("ANY(lines, quantity > 2)", True), ("ALL(lines, quantity > 2)", False), ("SUM(lines.price, quantity > 99)", 0),
    ("AVERAGE(lines.price, quantity > 99)", None), ("SUM(COUNT(lines), 1)", 4), ("IF(COUNT(lines) > 2, SUM(lines.price) * 2, 0)", Decimal("18.66")),
])
def test_collections_are_summed_up_with_a_condition_on_their_rows(source: str, result: Any) -> None:
    assert value(source) == result


def test_variables_stand_for_the_reader() -> None:
    assert value("owner = me") is True
    assert value("unit IN my_unit_tree") is True
    assert value("owner IN my_subordinates") is False
    assert value("unit = me.unit") is True
    nobody = Values({"owner": None, "unit": 5}, {})
    for source in ("owner = me", "owner <> me", "unit IN my_unit_tree"):
        assert check(source, Library(), "loan").evaluate(nobody) is False


def test_a_linked_variable_can_be_followed() -> None:
    expression = check("book = record.book", Library(), "loan", variables={"record": LINK_TO_LOAN})
    assert expression.variables == {"record.book"}
    assert expression.evaluate(Values({"book": 7}, {"record.book": 7})) is True


def test_an_expression_tells_what_it_depends_on() -> None:
    expression = check("IF(owner = me, book.author.name, SUM(lines.price, done) & TODAY())", Library(), "loan")
    assert expression.paths == {("owner",), ("book", "author", "name"), ("lines", "price"), ("lines", "done")}
    assert expression.collections == {("lines",)}
    assert expression.variables == {"me"}
    assert expression.volatile
    assert not check("price * 2", Library(), "loan").volatile


def test_a_collection_can_lie_behind_a_link_whose_rows_link_back() -> None:
    expression = check("MAX(book.loans.price, book.loans.kind = \"a\")", Library(), "loan")
    assert expression.paths == {("book", "loans", "price"), ("book", "loans", "kind")}
    assert expression.collections == {("book", "loans")}
    rows = Values({"book.loans": [{"price": Decimal(2), "kind": "a"}, {"price": Decimal(9), "kind": "b"}]})
    assert expression.evaluate(rows) == 2


def test_the_place_decides_the_type() -> None:
    assert value("price / 3", expect=Type(Kind.NUMBER, scale=2)) == Decimal("4.17")
    assert value("quantity", expect=TEXT) == "3"
    assert value("lent_at", expect=DATE) == date(2024, 1, 16)
    assert value("active", expect=BOOL) is True
    assert value("BLANK()", expect=DATE) is None
    assert check("price * quantity", Library(), "loan").type == Type(Kind.NUMBER, scale=2)
    assert check("book", Library(), "loan").type == Type(Kind.LINK, "book")


def test_a_condition_is_never_blank() -> None:
    assert check("active", Library(), "loan").evaluate(Values({})) is False
    assert check("COALESCE(active, TRUE)", Library(), "loan").evaluate(Values({})) is True


@pytest.mark.parametrize(("source", "renamed"), [
    ("price*quantity", "amount*quantity"), ("SUM( lines.price , lines.kind=\"price\" ) + {price}", "SUM( parts.cost , parts.kind=\"price\" ) + {amount}"),
    ("SUM(lines.quantity * price)", "SUM(parts.quantity * cost)"), ("book.title & title", "book.name & title"), ("me.unit = unit", "me.home = unit"),
    ("单价 * 2", "单价 * 2"), ("COUNT(lines, price > 2)", "COUNT(parts, cost > 2)"),
])
def test_a_renamed_member_is_renamed_in_formulas(source: str, renamed: str) -> None:
    renames = {("loan", "price"): "amount", ("loan", "lines"): "parts", ("loan.lines", "price"): "cost", ("book", "title"): "name", ("user", "unit"): "home"}
    assert rename(source, Library(), "loan", renames) == renamed
