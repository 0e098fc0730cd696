"""Lists, pages, filters, search, sums, and what each person sees of them."""

from decimal import Decimal

import pytest

from shuke import records
from shuke.core.errors import InvalidInput, NotFound
from shuke.records import Condition, Input, Masked, Query


@pytest.fixture
def books(library):
    with library.database.write():
        saved = records.save_many(library["boss"], library.entity("book"), [
            Input({"title": f"Book {number:03}", "price": f"{number % 7}.50" if number % 5 else None, "genre": ("crime", "physics", None)[number % 3]}) for number in range(60)
        ])
    return [one.id for one in saved]


@pytest.mark.parametrize("sort", [("-created_at",), ("title",), ("-price", "title"), ("price",), ("genre", "-title"), ("=price * 2",), ("-=LEN(genre)", "title")])
def test_pages_follow_each_other_without_gaps_forwards_and_backwards(library, books, sort):
    seen, cursor, pages = [], "", []
    with library.database.read():
        while True:
            page = records.query(library["boss"], library.entity("book"), Query(sort=sort, limit=13, after=cursor))
            pages.append([record.id for record in page.records])
            seen += pages[-1]
            if not page.next:
                break
            cursor = page.next
        back = records.query(library["boss"], library.entity("book"), Query(sort=sort, limit=13, before=page.previous))
    assert sorted(seen) == sorted(books)
    assert len(seen) == len(books)
    assert [record.id for record in back.records] == pages[-2]


def test_a_cursor_that_somebody_made_up_is_refused_with_a_sentence(library, books):
    with library.database.read(), pytest.raises(InvalidInput):
        records.query(library["boss"], library.entity("book"), Query(after="bm9uc2Vuc2U"))


def test_expressions_and_conditions_for_people_filter_alike(library, books):
    with library.database.read():
        by_formula = records.query(library["boss"], library.entity("book"), Query(where='AND(price >= 3, genre = "crime")', limit=200))
        by_condition = records.query(library["boss"], library.entity("book"), Query(conditions=(Condition("price", "ge", ("3",)), Condition("genre", "is", ("crime",))), limit=200))
    assert [r.id for r in by_formula.records] == [r.id for r in by_condition.records] != []


def test_the_count_stops_at_its_cap(library, books, monkeypatch):
    monkeypatch.setattr("shuke.records.reading.COUNT_CAP", 20)
    with library.database.read():
        page = records.query(library["boss"], library.entity("book"), Query(limit=10))
    assert (page.count, page.capped) == (20, True)


@pytest.mark.parametrize("text", ["红", "楼梦", "红楼梦", "hlm", "hong", "honglou", "HLM", "梦 红"])
def test_chinese_is_found_by_characters_pinyin_and_initials(library, text):
    with library.database.write():
        records.save_many(library["boss"], library.entity("book"), [Input({"title": "红楼梦"}), Input({"title": "西游记"})])
    with library.database.read():
        assert [r.title for r in records.query(library["boss"], library.entity("book"), Query(search=text)).records] == ["红楼梦"]
        assert [hit.record.title for found in records.search_everywhere(library["boss"], text) for hit in found.hits] == ["红楼梦"]


def test_a_phone_is_found_by_its_last_digits_until_it_changes(library):
    reader = library.entity("reader")
    with library.database.write():
        saved = records.save(library["boss"], reader, {"name": "Li", "mobile": "+8613812345678"})
    with library.database.write():
        assert records.query(library["boss"], reader, Query(search="5678")).records
        records.save(library["boss"], reader, {"mobile": "+8613812340000"}, id=saved.id)
        assert not records.query(library["boss"], reader, Query(search="5678")).records
        assert records.query(library["boss"], reader, Query(search="0000")).records


def test_hidden_fields_are_absent_and_as_unknown_as_fields_that_do_not_exist(library, books):
    book = library.entity("book")
    with library.database.read():
        record = records.get(library["ben"], book, books[1])
        assert "price" not in record.values
        assert "value" not in record.values
        for name in ("price", "nothing"):
            attempts = (
                lambda n=name: records.query(library["ben"], book, Query(where=f"{n} > 1")),
                lambda n=name: records.query(library["ben"], book, Query(sort=(n,))),
                lambda n=name: records.query(library["ben"], book, Query(conditions=(Condition(n, "gt", ("1",)),))),
                lambda n=name: records.aggregate(library["ben"], book, [n], []),
                lambda n=name: records.aggregate(library["ben"], book, [], [("sum", n)]),
            )
            for attempt in attempts:
                with pytest.raises(InvalidInput):
                    attempt()
        with pytest.raises(InvalidInput):
            records.query(library["ben"], library.entity("copy"), Query(where="book.price > 1"))


def test_people_see_the_records_of_their_own_branch_only(library):
    reader = library.entity("reader")
    with library.database.write():
        north = records.save(library["ben"], reader, {"name": "North"})
        south = records.save(library["sue"], reader, {"name": "Zhou"})
    with library.database.read():
        assert [r.id for r in records.query(library["ann"], reader, Query()).records] == [north.id]
        assert records.query(library["boss"], reader, Query()).count == 2
        for unknown in (south.id, 4711):
            with pytest.raises(NotFound):
                records.get(library["ben"], reader, unknown)
        assert records.search_everywhere(library["ben"], "Zhou") == []
        assert records.aggregate(library["ben"], reader, [], [("count", "")])[0].measures == (1,)


def test_a_superior_sees_what_the_team_wrote_and_a_peer_does_not(library):
    with library.database.write():
        reader = records.save(library["ben"], library.entity("reader"), {"name": "North"})
        loan = records.save(library["ben"], library.entity("loan"), {"reader": str(reader.id)})
    with library.database.read():
        assert records.get(library["ann"], library.entity("loan"), loan.id).id == loan.id
        with pytest.raises(NotFound):
            records.get(library["sue"], library.entity("loan"), loan.id)


def test_a_reader_of_another_branch_is_found_by_the_full_number_masked_and_can_be_linked(library):
    reader = library.entity("reader")
    with library.database.write():
        theirs = records.save(library["sue"], reader, {"name": "南方读者", "mobile": "+8613812345678"})
        assert records.lookup(library["ben"], reader, "1381234567") == []
        found = records.lookup(library["ben"], reader, "138 1234 5678")
        assert [record.id for record in found] == [theirs.id]
        assert "mobile" not in found[0].values
        assert isinstance(found[0].values["name"], Masked)
        assert "南方读者" not in found[0].title
        loan = records.save(library["ben"], library.entity("loan"), {"reader": str(theirs.id)})
        shown = records.get(library["ben"], library.entity("loan"), loan.id).values["reader"]
    assert not shown.visible
    assert "南方读者" not in shown.title
    with library.database.read(), pytest.raises(NotFound):
        records.get(library["ben"], reader, theirs.id)


def test_sums_are_exact_and_grouped_by_links_with_titles(library, books):
    with library.database.read():
        total = records.aggregate(library["boss"], library.entity("book"), [], [("sum", "price"), ("count", "price"), ("max", "price")])[0].measures
        by_genre = records.aggregate(library["boss"], library.entity("book"), ["genre"], [("count", "")])
        by_month = records.aggregate(library["boss"], library.entity("book"), ["created_at:month"], [("count", "")])
    prices = [Decimal(f"{number % 7}.50") for number in range(60) if number % 5]
    assert total == (sum(prices), len(prices), max(prices))
    assert {group.key[0]: group.measures[0] for group in by_genre} == {"crime": 20, "physics": 20, None: 20}
    assert sum(group.measures[0] for group in by_month) == 60


def test_the_history_tells_who_changed_what(library):
    book = library.entity("book")
    with library.database.write():
        saved = records.save(library["boss"], book, {"title": "old", "price": "1.00"})
        records.save(library["boss"], book, {"title": "new", "price": "2.00"}, id=saved.id)
        entries = records.history(library["boss"], book, saved.id)
        as_ben = records.history(library["ben"], book, saved.id)
    assert (entries[0].actor, entries[0].action) == ("Boss", "updated")
    assert [(change.field, change.old, change.new) for change in entries[0].fields if change.field == "title"] == [("title", "old", "new")]
    assert "price" not in {change.field for entry in as_ben for change in entry.fields}


def test_a_link_picker_searches_on_the_server_and_shows_what_the_actor_sees(library):
    with library.database.write():
        records.save(library["sue"], library.entity("reader"), {"name": "王南"})
        records.save(library["ben"], library.entity("reader"), {"name": "王北"})
        assert [link.title for link in records.pick(library["ben"], library.entity("loan"), "reader", "wang", {})] == ["王北"]
        assert len(records.pick(library["boss"], library.entity("loan"), "reader", "王", {})) == 2


def test_an_expression_may_follow_me_to_my_own_record(library):
    reader = library.entity("reader")
    with library.database.write():
        records.save(library["ben"], reader, {"name": "North"})
        assert records.query(library["ben"], reader, Query(where="unit = me.unit")).count == 1
        assert records.query(library["boss"], reader, Query(where='me.name = "Boss"')).count == 1
        assert records.query(library["boss"], reader, Query(where="owner.superior = me.superior")).count == 0
