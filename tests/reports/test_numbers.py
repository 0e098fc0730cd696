"""Numbers of dashboards on both databases: groups, series, days without anything, comparisons, and who sees what."""

from decimal import Decimal
from typing import Any

import pytest
from reports.conftest import BEN, BOSS, SYSTEM, TODAY, Library

from shuke import ledgers, records
from shuke.access import Actor
from shuke.core.errors import InvalidInput
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Dashboard, Measure, Part
from shuke.records import Query
from shuke.reports.asking import Scope
from shuke.reports.figures import figure
from shuke.reports.numbers import Numbers, numbers
from shuke.reports.periods import Days, days_of
from shuke.reports.reach import dashboards_of, parts_of

LOANS = Part("chart", {"en": "Loans"}, entity="loan", chart="bar", date="since", period="page")


def part(**changes: Any) -> Part:
    fields = {name: getattr(LOANS, name) for name in Part.__slots__}
    return Part(**{**fields, **changes})


def table(made: Numbers) -> dict[str, list[Any]]:
    return {key.label: [one.values[row] for one in made.series] for row, key in enumerate(made.keys)}


def test_days_without_anything_are_zero(library: Library) -> None:
    with library.at_work():
        made = numbers(BOSS, part(group="since:day"), Scope(days_of("last_30_days")))
    assert len(made.keys) == 30
    assert [(key.label, value) for key, value in zip(made.keys, made.series[0].values, strict=True) if value] == [("Mar 8", 1), ("Mar 9", 1), ("Mar 17", 1), ("Mar 18", 2)]


def test_long_stretches_are_grouped_by_week_or_month(library: Library) -> None:
    with library.at_work():
        weeks = numbers(BOSS, part(group="since:day"), Scope(Days("custom", TODAY.replace(month=1, day=1), TODAY)))
        months = numbers(BOSS, part(group="since:day"), Scope(Days("custom", TODAY.replace(year=2024), TODAY)))
        found = records.aggregate(BOSS, catalogue().entity("loan"), ["since:week"], [("count", "")], by_key=True)
    assert (weeks.cut, len(weeks.keys), weeks.series[0].total) == ("week", 12, 5)
    assert (months.cut, months.series[0].total) == ("month", 5)
    assert [(row.key[0], row.measures[0]) for row in found] == [("2026-03-02", 1), ("2026-03-09", 1), ("2026-03-16", 3)]


def test_a_series_gives_one_column_for_each_of_its_values(library: Library) -> None:
    with library.at_work():
        made = numbers(BOSS, part(group="since:week", series="unit"), Scope(Days("all")))
    assert [one.key.label for one in made.series] == ["North", "South"]
    assert [one.values for one in made.series] == [(0, 1, 2), (1, 0, 1)]


def test_what_is_beyond_the_limit_is_summed_up_in_pies_and_tables_only(library: Library) -> None:
    books = Part("chart", {"en": "Books"}, entity="book", chart="pie", group="genre", limit=1)
    with library.at_work():
        pie = numbers(BOSS, books, Scope())
        bars = numbers(BOSS, Part("chart", {"en": "Books"}, entity="book", chart="bar", group="genre", limit=1), Scope())
    assert table(pie) == {"Crime": [2], "Others": [2]}
    assert table(bars) == {"Crime": [2]}
    assert bars.is_cut


def test_rows_of_a_sub_table_are_counted_by_their_own_fields(library: Library) -> None:
    with library.at_work():
        made = numbers(BOSS, Part("table", {"en": "Authors"}, entity="book", group="authors.name"), Scope())
        found = records.aggregate(BOSS, catalogue().entity("book"), ["authors.role"], [("count", "")], Query(where="price > 5"))
        with pytest.raises(InvalidInput):
            records.aggregate(BOSS, catalogue().entity("book"), ["authors.role"], [("sum", "price")])
    assert table(made) == {"Doyle": [2], "Chen": [1], "Wu": [1]}
    assert [(row.key[0], row.measures[0]) for row in found] == [("author", 2), ("translator", 1)]


def test_each_measure_may_have_a_condition_of_its_own(library: Library) -> None:
    stages = (Measure("count", label={"en": "All"}), Measure("count", label={"en": "Dear"}, where="price >= 10"), Measure("sum", "price", where="genre = \"crime\""))
    with library.at_work():
        made = numbers(BOSS, Part("chart", {"en": "Books"}, entity="book", chart="funnel", measures=stages), Scope())
    assert made.series[0].values == (4, 2, Decimal("30.50"))
    assert [key.label for key in made.keys] == ["All", "Dear", "Price"]


def test_a_mean_is_no_sum(library: Library) -> None:
    with library.at_work():
        made = numbers(BOSS, Part("table", {"en": "Books"}, entity="book", group="genre", measures=(Measure("avg", "price"),)), Scope())
    assert not made.adds_up
    assert made.series[0].write(made.series[0].values[0]) == "¥15.25"


def test_a_number_is_compared_with_the_period_before_in_one_statement(library: Library) -> None:
    with library.at_work(), library.statements() as statements:
        made = figure(BOSS, part(type="number", chart="", compares=True), Scope(days_of("this_week")))
    assert len(statements) == 1
    assert (made.main.value, made.change.text if made.change else "", made.change.before if made.change else "") == (3, "+200%", "1")
    assert len(made.points) == 14
    assert sum(int(point or 0) for point in made.points) == 5


def test_a_mean_is_compared_too(library: Library) -> None:
    mean = Part("number", {"en": "Price"}, entity="book", measures=(Measure("avg", "price"),), date="created_at", period="today", compares=True)
    with library.at_work():
        made = figure(BOSS, mean, Scope())
    assert made.change is not None and made.change.before == "–"


def test_everybody_counts_only_what_they_see(library: Library) -> None:
    with library.at_work():
        everything = numbers(BOSS, part(group="unit"), Scope(Days("all")))
        own = numbers(BEN, part(group="unit"), Scope(Days("all")))
        counted = [figure(actor, part(type="number"), Scope(Days("all"))).main.value for actor in (BOSS, BEN, Actor(9, "user", "Eve", frozenset({"volunteer"})))]
    assert table(everything) == {"North": [3], "South": [2]}
    assert table(own) == {"South": [2]}
    assert counted == [5, 2, 0]


def test_a_part_that_needs_a_hidden_field_is_left_out(library: Library) -> None:
    hidden = (
        Part("table", {"en": "x"}, entity="book", group="genre", measures=(Measure("sum", "price"),)), Part("number", {"en": "x"}, entity="book", where="price > 1"),
        Part("chart", {"en": "x"}, entity="book", chart="bar", group="price"), Part("number", {"en": "x"}, entity="book", measures=(Measure("count", where="price > 1"),)),
        Part("list", {"en": "x"}, entity="book", columns=("price",)), Part("list", {"en": "x"}, entity="book", columns=("title",), sort=("-price",)),
        Part("number", {"en": "x"}, entity="user", where="ISBLANK(email)"), Part("number", {"en": "x"}, entity="reader", where="email = \"a\""),
    )
    with library.at_work():
        assert [place for place, _part in parts_of(BEN, Dashboard("one", {}, "", False, (), 1, "", hidden))] == []
        assert len(parts_of(BOSS, Dashboard("two", {}, "", False, (), 1, "", hidden))) == len(hidden)
        with pytest.raises(InvalidInput):
            numbers(BEN, hidden[0], Scope())


def test_a_dashboard_is_for_its_roles(library: Library) -> None:
    with library.at_work():
        assert [one.name for one in dashboards_of(BOSS)] == ["circulation", "desk"]
        assert [one.name for one in dashboards_of(BEN)] == ["circulation"]


def test_movements_are_summed_up_for_readers_that_the_actor_sees(library: Library) -> None:
    part_of_ledger = Part("chart", {"en": "Fines"}, ledger="fines", chart="bar", group="at:day", series="direction", measures=(Measure("sum", "amount"),), period="page")
    with library.at_work():
        fines = catalogue().ledgers["fines"]
        other = library.save(SYSTEM, "reader", name="Xu", kind="adult", unit=str(library.ids["south"]))
        for number, (account, kind, amount) in enumerate(((library.ids["li"], "charge", "3.00"), (other, "charge", "7.50"), (other, "payment", "2.50"))):
            ledgers.post(fines, kind, account, Decimal(amount), key=f"k{number}", source=("reader", account), actor=SYSTEM)
        everything = numbers(BOSS, part_of_ledger, Scope(days_of("today")))
        south = Actor(7, "user", "Ben", frozenset({"volunteer"}), unit=library.ids["south"], units=(library.ids["south"],), kin={"branch": (library.ids["south"],)})
        own = numbers(south, part_of_ledger, Scope(days_of("today")))
        with pytest.raises(InvalidInput):
            numbers(Actor(9, "user", "Eve", frozenset()), part_of_ledger, Scope(days_of("today")))
        kinds = numbers(BOSS, Part("table", {"en": "Fines"}, ledger="fines", group="kind", measures=(Measure("sum", "amount"), Measure("count"))), Scope())
    assert [(one.key.label, one.values) for one in everything.series] == [("Added", (Decimal("10.50"),)), ("Taken", (Decimal("2.50"),))]
    assert [(one.key.label, one.values) for one in own.series] == [("Added", (Decimal("7.50"),)), ("Taken", (Decimal("2.50"),))]
    assert table(kinds) == {"Charge": [Decimal("10.50"), 2], "Payment": [Decimal("2.50"), 1]}


def test_groups_of_links_cost_one_statement_more_for_their_titles(library: Library) -> None:
    with library.at_work(), library.statements() as statements:
        numbers(BOSS, part(group="state"), Scope(Days("all")))
        assert len(statements) == 1
        numbers(BOSS, part(group="unit"), Scope(Days("all")))
        assert len(statements) == 3
