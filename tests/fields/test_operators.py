"""Filters find the same records on both databases as plain Python does."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from fields.specimens import SPECIMENS

from shuke import ledgers
from shuke.access.actor import Actor
from shuke.core import clock
from shuke.core.db import Database
from shuke.core.sqltypes import Text
from shuke.definitions import current
from shuke.fields import FIELD_TYPES, FieldType, Operator
from shuke.fields.operators import Span, below, day_span, midnight, period

Oracle = Callable[[Any, Sequence[Any], FieldType, Any], bool]
PARENTS = {1: None, 2: 1, 3: 2, 4: None}
"""The units of the tests: 1 above 2 above 3, and 4 apart."""


def _small(text: str) -> str:
    return "".join(character.lower() if character.isascii() else character for character in text)


def _span(value: Any) -> Span:
    return value if isinstance(value, Span) else day_span(value)


def _local(value: Any) -> date:
    return value if type(value) is date else clock.local(value).date()


def _above(unit: int) -> set[int]:
    parent = PARENTS[unit]
    return {unit} | (_above(parent) if parent else set())


def _compare(take: Callable[[Any, Any], bool]) -> Oracle:
    return lambda value, given, type_, one: take(value, given[0])


ORACLE: dict[str, Oracle] = {
    "contains": lambda value, given, type_, one: _small(given[0]) in _small(value["street"] if isinstance(value, dict) else value),
    "contains_not": lambda value, given, type_, one: _small(given[0]) not in _small(value),
    "starts": lambda value, given, type_, one: _small(value).startswith(_small(given[0])),
    "ends": lambda value, given, type_, one: _small(value).endswith(_small(given[0])),
    "in": lambda value, given, type_, one: value in given,
    "not_in": lambda value, given, type_, one: value not in given,
    "has": lambda value, given, type_, one: bool(set(value) & {code for codes in given for code in codes}),
    "has_all": lambda value, given, type_, one: {code for codes in given for code in codes} <= set(value),
    "has_not": lambda value, given, type_, one: not set(value) & {code for codes in given for code in codes},
    "anniversary": lambda value, given, type_, one: (value.month, value.day) == (11, 21),
}
SPANS: dict[str, Callable[[Any, Sequence[Span]], bool]] = {
    "is": lambda value, given: given[0].start <= value < given[0].end, "is_not": lambda value, given: not given[0].start <= value < given[0].end,
    "gt": lambda value, given: value >= given[0].end, "ge": lambda value, given: value >= given[0].start,
    "lt": lambda value, given: value < given[0].start, "le": lambda value, given: value < given[0].end,
    "between": lambda value, given: given[0].start <= value < given[1].end,
}
PLAIN: dict[str, Callable[[Any, Sequence[Any]], bool]] = {
    "is": lambda value, given: value == given[0], "is_not": lambda value, given: value != given[0],
    "gt": lambda value, given: value > given[0], "ge": lambda value, given: value >= given[0], "lt": lambda value, given: value < given[0],
    "le": lambda value, given: value <= given[0], "between": lambda value, given: given[0] <= value <= given[1],
}


def expected(operator: Operator, value: Any, given: Sequence[Any], type_: FieldType, one: Any) -> bool:
    """What a person would say."""
    if operator.name in ("blank", "not_blank"):
        return (value is None) == (operator.name == "blank")
    if value is None:
        return operator.name in ("is_not", "not_in", "contains_not", "has_not")
    if operator.name == "under":
        if isinstance(value, dict):
            return any(code in value.values() for code in given)
        return bool(_above(value) & set(given)) if type_.name == "unit" else any(value in below(one, code) for code in given)
    if operator.name in ORACLE:
        return "street" in value and ORACLE[operator.name](value, given, type_, one) if isinstance(value, dict) else ORACLE[operator.name](value, given, type_, one)
    if given and isinstance(given[0], Span):
        return SPANS[operator.name](value, given)
    if operator.name in PLAIN:
        return PLAIN[operator.name](value, given)
    first, after = period(operator.name, clock.today(), *given)
    return first <= _local(value) < after


def operands(operator: Operator, type_: FieldType, one: Any, texts: list[str]) -> list[list[str]]:
    """Some of what may stand behind an operator."""
    if operator.arity == 0:
        return [[]]
    if operator.name in ("last_n_days", "next_n_days"):
        return [["1"], ["30"], ["400"]]
    if type_.name == "address":
        return [["440000"], ["440305", "110000"], ["北京市"]] if operator.name == "under" else [["科技"], ["MAIN"], ["_"]]
    if operator.arity == 2:
        return [[low, high] for low in texts for high in texts]
    if operator.arity is None:
        return [[text] for text in texts] + [texts[:2], texts]
    extra = {"integer": ["99999999999999999999"], "decimal": ["1.005", "-2.495", "99999999999999999999999"], "text": ["A", "B", "%", "_", "á"]}
    return [[text] for text in texts + extra.get(type_.name, [])]


filterable = [type_ for type_ in FIELD_TYPES if type_.stored and (type_.operators or type_.computed)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_filters_find_what_a_person_expects(kind: str, request: pytest.FixtureRequest) -> None:
    database: Database = request.getfixturevalue(f"{kind}_database")
    wrong = [said for type_ in filterable for said in _disagreements(database, type_)]
    assert wrong == []


def _disagreements(database: Database, type_: FieldType) -> list[str]:
    one, known = SPECIMENS[type_.name].made, [*SPECIMENS[type_.name].fixed, None]
    values = [type_.load(value, one) for value in known]
    made = sa.Table(f"try_{type_.name}", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column(one.column, type_.column_type(one)))
    texts = [type_.plain(value, one) for value in values if value is not None]
    wrong = []
    with database.ddl_engine.begin() as connection:
        made.create(connection)
        if type_.name == "unit":
            _create_units(connection)
        connection.execute(sa.insert(made), [{"id": index, one.column: value} for index, value in enumerate(values)])
        for operator in type_.operators_of(one):
            for given in operands(operator, type_, one, texts):
                condition = operator.condition(type_, type_.column(one, made), given, one, database.dialect)
                found = set(connection.scalars(sa.select(made.c.id).where(condition)))
                parsed = operator.parse(type_, given, one)
                wanted = {index for index, value in enumerate(values) if expected(operator, value, parsed, type_, one)}
                if found != wanted:
                    wrong.append(f"{database.dialect} {type_.name} {operator.name} {given}: {[values[i] for i in found ^ wanted]}")
    return wrong


def _create_units(connection: sa.Connection) -> None:
    connection.exec_driver_sql("DROP TABLE IF EXISTS e_unit")
    unit = sa.Table("e_unit", sa.MetaData(), sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("parent", sa.BigInteger), sa.Column("name", Text()))
    unit.create(connection)
    connection.execute(sa.insert(unit), [{"id": id_, "parent": parent, "name": str(id_)} for id_, parent in PARENTS.items()])


def test_links_to_many_and_lines_are_found_in_their_own_tables(database: Database) -> None:
    links, lines = SPECIMENS["links"].made, SPECIMENS["table"].made
    book = sa.Table("e_book", sa.MetaData(), sa.Column("id", sa.BigInteger, primary_key=True))
    pairs = sa.Table(links.column, sa.MetaData(), sa.Column("source_id", sa.BigInteger), sa.Column("target_id", sa.BigInteger))
    rows = sa.Table(lines.column, sa.MetaData(), sa.Column("id", sa.BigInteger), sa.Column("parent_id", sa.BigInteger))
    with database.ddl_engine.begin() as connection:
        book.create(connection)
        if pairs.name != rows.name:
            rows.create(connection)
        else:
            rows = sa.Table(f"{lines.column}_lines", sa.MetaData(), sa.Column("id", sa.BigInteger), sa.Column("parent_id", sa.BigInteger))
            rows.create(connection)
        pairs.create(connection)
        connection.execute(sa.insert(book), [{"id": 1}, {"id": 2}, {"id": 3}])
        connection.execute(sa.insert(pairs), [{"source_id": 1, "target_id": 7}, {"source_id": 1, "target_id": 8}, {"source_id": 2, "target_id": 8}])

        def found(name: str, *texts: str) -> list[int]:
            type_ = FIELD_TYPES["links"]
            condition = type_.operator(name, links).condition(type_, type_.column(links, book), texts, links, database.dialect)
            return list(connection.scalars(sa.select(book.c.id).where(condition).order_by(book.c.id)))

        assert found("has", "7") == [1]
        assert found("has", "7", "8") == [1, 2]
        assert found("has_not", "7") == [2, 3]
        assert found("blank") == [3]
        assert found("not_blank") == [1, 2]


def test_a_balance_is_what_the_ledger_says(database: Database) -> None:
    one, type_ = SPECIMENS["balance"].made, FIELD_TYPES["balance"]
    loan = sa.Table("e_loan", sa.MetaData(), sa.Column("id", sa.BigInteger, primary_key=True))
    with database.ddl_engine.begin() as connection:
        loan.create(connection)
        connection.execute(sa.insert(loan), [{"id": 1}, {"id": 2}])
    with database.write() as connection:
        ledger, actor = current.catalogue().ledgers["credit"], Actor(7, "user", "Wang")
        ledgers.post(ledger, "give", 1, Decimal("2.5"), key="first", source=("loan", 1), actor=actor)
        column = type_.column(one, loan)
        assert [row[1] for row in connection.execute(sa.select(loan.c.id, column).order_by(loan.c.id))] == [Decimal("2.5"), Decimal(0)]
        for name, text, found in (("ge", "2.5", [1]), ("gt", "2.5", []), ("is", "2.50", [1]), ("lt", "2.45", [2])):
            condition = type_.operator(name, one).condition(type_, column, [text], one, database.dialect)
            assert list(connection.scalars(sa.select(loan.c.id).where(condition))) == found


@pytest.mark.parametrize(("name", "texts"), [("between", ["1"]), ("is", []), ("is", ["1", "2"]), ("last_n_days", ["0"]), ("last_n_days", ["x"]), ("is", ["a\x00"])])
def test_a_condition_with_the_wrong_values_is_explained(name: str, texts: list[str]) -> None:
    type_, one = FIELD_TYPES["date"], SPECIMENS["date"].made
    with pytest.raises(ValueError, match=".+"):
        type_.operator(name, one).parse(type_, texts, one)


def test_an_unknown_operator_is_explained() -> None:
    with pytest.raises(ValueError, match="resembles"):
        FIELD_TYPES["text"].operator("resembles", SPECIMENS["text"].made)


@pytest.mark.parametrize(
    ("name", "first", "after"),
    [
        ("this_week", "2026-11-16", "2026-11-23"), ("last_week", "2026-11-09", "2026-11-16"), ("this_month", "2026-11-01", "2026-12-01"),
        ("next_month", "2026-12-01", "2027-01-01"), ("this_quarter", "2026-10-01", "2027-01-01"), ("last_quarter", "2026-07-01", "2026-10-01"),
        ("last_year", "2025-01-01", "2026-01-01"), ("today", "2026-11-21", "2026-11-22"),
    ],
)
def test_named_stretches_of_time_follow_the_calendar(name: str, first: str, after: str) -> None:
    assert period(name, date(2026, 11, 21)) == (date.fromisoformat(first), date.fromisoformat(after))


def test_the_last_days_include_today() -> None:
    assert period("last_n_days", date(2026, 11, 21), 7) == (date(2026, 11, 15), date(2026, 11, 22))
    assert midnight(date(2026, 11, 21)) == clock.now() - timedelta(hours=12)
