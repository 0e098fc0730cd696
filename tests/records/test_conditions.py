"""Conditions in groups: they filter alike on both databases, and tell nothing of what one may not read."""

import pytest

from shuke import records
from shuke.core.errors import InvalidInput
from shuke.records import Condition, Conditions, Input, Query

CRIME, FICTION = Condition("genre", "is", ("crime",)), Condition("genre", "is", ("fiction",))


def dear(price):
    return Condition("price", "ge", (str(price),))


@pytest.fixture
def shelf(library):
    """Twelve books of different genres and prices."""
    book = library.entity("book")
    genres = ("crime", "fiction", "science")
    with library.database.write():
        saved = records.save_many(library["boss"], book, [
            Input({"title": f"Volume {number:02}", "genre": genres[number % 3], "price": f"{number}.50"}) for number in range(12)
        ])
    return [one.id for one in saved]


def found(library, *conditions, who="boss"):
    with library.database.read():
        page = records.query(library[who], library.entity("book"), Query(fields=("title",), conditions=conditions, sort=("title",), limit=50))
    return [int(record.title[-2:]) for record in page.records if record.title.startswith("Volume")]


def test_either_of_two_conditions_is_enough_in_a_group(library, shelf):
    assert found(library, Conditions((CRIME, FICTION), either=True)) == [0, 1, 3, 4, 6, 7, 9, 10]


def test_groups_stand_in_groups_and_beside_conditions(library, shelf):
    dear_crime = Conditions((CRIME, dear(6)))
    assert found(library, Conditions((dear_crime, Conditions((FICTION, dear(10)))), either=True)) == [6, 9, 10]
    assert found(library, Conditions((dear_crime, FICTION), either=True), dear(7)) == [7, 9, 10]
    assert found(library, Conditions((dear(10), Conditions((CRIME, Conditions((FICTION, dear(4)))), either=True)))) == [10]


def test_an_empty_group_asks_for_nothing(library, shelf):
    assert found(library, Conditions(())) == list(range(12))


def test_a_fourth_level_is_refused_with_a_sentence(library):
    deep = Conditions((Conditions((Conditions((Conditions((CRIME,)),)),)),))
    with pytest.raises(InvalidInput, match="3 deep"):
        found(library, deep)


@pytest.mark.parametrize("path", ["price", "unicorn"])
def test_a_hidden_field_in_a_group_is_as_unknown_as_one_that_does_not_exist(library, shelf, path):
    for either in (False, True):
        with pytest.raises(InvalidInput) as refused:
            found(library, Conditions((CRIME, Conditions((Condition(path, "gt", ("1",)),), either)), either), who="ben")
        assert refused.value.by_field == {path: (f"There is no field “{path}” to filter by.",)}


def test_groups_do_not_open_the_wall_between_branches(library):
    reader = library.entity("reader")
    with library.database.write():
        records.save(library["ann"], reader, {"name": "Anna North", "kind": "adult", "mobile": "13800000001"})
        records.save(library["sue"], reader, {"name": "Sven South", "kind": "adult", "mobile": "13800000002"})
    everybody = Conditions((Condition("kind", "is", ("adult",)), Condition("kind", "blank"), Condition("created_at", "not_blank")), either=True)
    with library.database.read():
        page = records.query(library["sue"], reader, Query(fields=("name",), conditions=(everybody,)))
    assert [record.title for record in page.records] == ["Sven South"]


def test_me_and_my_unit_may_be_named_instead_of_records(library, shelf):
    book = library.entity("book")
    with library.database.read():
        mine = records.query(library["boss"], book, Query(conditions=(Condition("owner", "is", ("@me",)),), limit=50))
        others = records.query(library["ann"], book, Query(conditions=(Condition("owner", "is", ("@me",)),), limit=50))
        here = records.query(library["boss"], book, Query(conditions=(Condition("unit", "in", ("@my_unit",)),), limit=50))
    assert len(mine.records) == len(here.records) == 12
    assert others.records == ()


def test_words_for_me_mean_nothing_where_no_user_is_asked_for(library, shelf):
    assert found(library, Condition("title", "contains", ("@me",))) == []
    with pytest.raises(InvalidInput):
        found(library, Condition("unit", "is", ("@me",)))


@pytest.mark.parametrize(("part", "groups"), [("year", 1), ("month", 2), ("week", 3), ("day", 4)])
def test_dates_are_grouped_by_year_month_week_and_day(library, part, groups):
    reader, loan, boss = library.entity("reader"), library.entity("loan"), library["boss"]
    with library.database.write():
        who = records.save(boss, reader, {"name": "Anna", "kind": "adult", "mobile": "13800000003"}).id
        for day in ("2026-03-30", "2026-03-31", "2026-04-06", "2026-04-19"):
            records.save(boss, loan, {"reader": str(who), "since": "2026-03-01", "due": day})
    with library.database.read():
        counted = records.aggregate(boss, loan, (f"due:{part}",), [("count", "")])
    assert len(counted) == groups
    assert sum(group.measures[0] for group in counted) == 4
    if part == "week":
        assert sorted(group.key[0] for group in counted) == ["2026-03-30", "2026-04-06", "2026-04-13"]
