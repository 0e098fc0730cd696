"""Stored formulas and roll-ups follow their sources in the same transaction; deleting takes part out of sums."""

from decimal import Decimal

import pytest

from shuke import records
from shuke.core.errors import InvalidInput, NotFound
from shuke.records import Input, Query


def value_of(library, entity, id_, name):
    return records.get(library["boss"], library.entity(entity), id_, fields=(name,)).values[name]


@pytest.fixture
def shelf(library):
    with library.database.write():
        one = records.save(library["boss"], library.entity("book"), {"title": "one", "price": "10.00"}).id
        two = records.save(library["boss"], library.entity("book"), {"title": "two", "price": "3.00"}).id
        copies = records.save_many(library["boss"], library.entity("copy"), [Input({"book": str(one)}) for _number in range(3)])
    return one, two, [copy.id for copy in copies]


def test_a_roll_up_and_the_formula_over_it_count_new_records(library, shelf):
    one, two, _copies = shelf
    with library.database.read():
        assert value_of(library, "book", one, "copy_count") == 3
        assert value_of(library, "book", one, "value") == Decimal("30.00")
        assert value_of(library, "book", two, "value") == Decimal("0.00")


def test_a_record_that_moves_is_counted_at_its_new_place_and_no_more_at_the_old_one(library, shelf):
    one, two, copies = shelf
    with library.database.write():
        records.save(library["boss"], library.entity("copy"), {"book": str(two)}, id=copies[0])
        assert (value_of(library, "book", one, "copy_count"), value_of(library, "book", two, "copy_count")) == (2, 1)
        assert value_of(library, "book", two, "value") == Decimal("3.00")


def test_deleting_leaves_sums_lists_and_search_and_restoring_comes_back(library, shelf):
    one, _two, copies = shelf
    copy = library.entity("copy")
    with library.database.write():
        records.delete(library["boss"], copy, copies[0])
        assert value_of(library, "book", one, "copy_count") == 2
        assert records.query(library["boss"], copy, Query()).count == 2
        with pytest.raises(NotFound):
            records.get(library["boss"], copy, copies[0])
        assert [r.id for r in records.query(library["boss"], copy, Query(deleted=True)).records] == [copies[0]]
        records.restore(library["boss"], copy, copies[0])
        assert value_of(library, "book", one, "copy_count") == 3
        assert records.query(library["boss"], copy, Query(search="B00001")).count == 1


def test_deleting_follows_refuses_or_clears_links_as_their_fields_say(library, shelf):
    one, _two, _copies = shelf
    with library.database.write():
        reader = records.save(library["boss"], library.entity("reader"), {"name": "Li"})
        records.save(library["boss"], library.entity("loan"), {"reader": str(reader.id)})
        with pytest.raises(InvalidInput) as refused:
            records.delete(library["boss"], library.entity("reader"), reader.id)
        assert "1 records" in refused.value.by_field[""][0]
        records.delete(library["boss"], library.entity("book"), one)
        assert records.query(library["boss"], library.entity("copy"), Query()).count == 0


def test_a_form_shows_the_values_that_saving_would_store(library, shelf):
    one, _two, _copies = shelf
    with library.database.write():
        shown = records.preview(library["boss"], library.entity("book"), {"price": "5.00"}, one)
        assert shown.values["value"] == Decimal("15.00")
        records.save(library["boss"], library.entity("book"), {"price": "5.00"}, id=one)
        assert value_of(library, "book", one, "value") == shown.values["value"]


def test_a_form_says_what_is_missing_and_what_is_shown(library):
    with library.database.read():
        shown = records.preview(library["boss"], library.entity("loan"), {})
    assert "reader" in shown.errors
    assert "returned" not in shown.visible
    assert "reader" in shown.required
    assert "fine" in shown.read_only
    assert shown.values["due"] is not None


def test_a_changed_link_target_reaches_the_formulas_that_read_it(library):
    with library.database.write():
        reader = records.save(library["boss"], library.entity("reader"), {"name": "Li", "daily_fine": "0.50"})
        loan = records.save(library["boss"], library.entity("loan"), {"reader": str(reader.id), "since": "2026-01-01", "due": "2026-01-10"})
        records.save(library["boss"], library.entity("loan"), {"returned": "2026-01-20"}, id=loan.id)
        assert value_of(library, "loan", loan.id, "fine") == Decimal("5.00")
        records.save(library["boss"], library.entity("reader"), {"daily_fine": "1.00"}, id=reader.id)
        assert value_of(library, "loan", loan.id, "fine") == Decimal("10.00")
        assert value_of(library, "reader", reader.id, "loan_count") == 1
