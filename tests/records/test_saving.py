"""Writing records through the one door."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from shuke import records
from shuke.core import db
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from shuke.records import Input, NeedsConfirmation, Query, events


def test_a_saved_record_reads_back_as_it_was_given(library):
    with library.database.write():
        saved = records.save(library["boss"], library.entity("book"), {
            "title": "红楼梦", "price": "59.90", "topics": ["classic"], "genre": "fiction", "authors": [{"name": "曹雪芹"}, {"name": "Hawkes", "role": "translator"}],
        })
    with library.database.read():
        record = records.get(library["boss"], library.entity("book"), saved.id)
    assert record.title == "红楼梦"
    assert record.values["price"] == Decimal("59.90")
    assert record.values["topics"] == ("classic",)
    assert [row.values for row in record.values["authors"]] == [{"name": "曹雪芹", "role": "author"}, {"name": "Hawkes", "role": "translator"}]
    assert record.values["owner"].title == "Boss"


def test_bad_input_gets_a_sentence_beside_each_field(library):
    with library.database.write(), pytest.raises(InvalidInput) as refused:
        records.save(library["boss"], library.entity("book"), {"price": "cheap", "isbn": "letters", "authors": [{"role": "author"}], "nonsense": 1})
    said = refused.value.by_field
    assert set(said) == {"price", "isbn", "nonsense"}
    with library.database.write(), pytest.raises(InvalidInput) as refused:
        records.save(library["boss"], library.entity("book"), {"authors": [{"role": "author"}]})
    assert refused.value.by_field == {"title": ("Fill this in.",), "authors.0.name": ("Fill this in.",)}


def test_computed_and_system_fields_cannot_be_written(library):
    for name, value in {"value": "1.00", "copy_count": 3, "id": "1", "created_by": "1", "revision": 2, "deleted_at": None}.items():
        with library.database.write(), pytest.raises(InvalidInput) as refused:
            records.save(library["boss"], library.entity("book"), {"title": "x", name: value})
        assert name in refused.value.by_field


def test_the_second_of_two_people_who_save_at_once_sees_a_conflict(library):
    book = library.entity("book")
    with library.database.write():
        saved = records.save(library["boss"], book, {"title": "one"})
    with library.database.write():
        records.save(library["boss"], book, {"title": "two"}, id=saved.id, revision=1)
    with library.database.write(), pytest.raises(Conflict) as stale:
        records.save(library["boss"], book, {"title": "three"}, id=saved.id, revision=1)
    assert stale.value.revision == 2
    assert stale.value.theirs["title"] == "two"


def test_a_save_that_changes_nothing_leaves_the_revision(library):
    book = library.entity("book")
    with library.database.write():
        saved = records.save(library["boss"], book, {"title": "one"})
        again = records.save(library["boss"], book, {"title": "one"}, id=saved.id, revision=1)
    assert again.changed == frozenset()
    assert again.revision == 1


def test_a_unique_value_is_refused_the_second_time_with_the_other_record_named(library):
    book = library.entity("book")
    with library.database.write():
        records.save(library["boss"], book, {"title": "one", "isbn": "123"})
        with pytest.raises(InvalidInput) as refused:
            records.save(library["boss"], book, {"title": "two", "isbn": "123"})
    assert refused.value.by_field["isbn"] == ("Another record has this already: one.",)


def test_a_likely_duplicate_waits_for_a_yes(library):
    book = library.entity("book")
    with library.database.write():
        first = records.save(library["boss"], book, {"title": "Emma"})
        with pytest.raises(NeedsConfirmation) as doubtful:
            records.save(library["boss"], book, {"title": "Emma"})
        assert doubtful.value.warnings[0].id == first.id
        assert records.save(library["boss"], book, {"title": "Emma"}, accept_warnings=True).created


def test_a_phone_in_another_writing_is_the_same_phone(library):
    reader = library.entity("reader")
    with library.database.write():
        records.save(library["boss"], reader, {"name": "Li", "mobile": "+8613812345678"})
        with pytest.raises(InvalidInput) as refused:
            records.save(library["boss"], reader, {"name": "Li again", "mobile": "+86 138 1234 5678"})
    assert refused.value.by_field == {"mobile": ("Another reader has this mobile number.",)}


def test_lines_are_kept_changed_added_and_removed_by_their_ids(library):
    book = library.entity("book")
    with library.database.write():
        saved = records.save(library["boss"], book, {"title": "x", "authors": [{"name": "a"}, {"name": "b"}, {"name": "c"}]})
        a, _b, c = records.get(library["boss"], book, saved.id).values["authors"]
        records.save(library["boss"], book, {"authors": [{"id": str(c.id), "name": "C"}, {"id": str(a.id)}, {"name": "new"}]}, id=saved.id)
        after = records.get(library["boss"], book, saved.id).values["authors"]
    assert [(row.id, row.values["name"]) for row in after][:2] == [(c.id, "C"), (a.id, "a")]
    assert after[2].values["name"] == "new"


def test_a_batch_saves_the_good_records_and_explains_the_bad_ones(library):
    with library.database.write():
        results = records.save_many(library["boss"], library.entity("book"), [Input({"title": "good"}), Input({"price": "x"}), Input({"title": "fine", "isbn": "1"})])
        found = records.query(library["boss"], library.entity("book"), Query(sort=("title",)))
    assert [record.title for record in found.records] == ["fine", "good"]
    assert isinstance(results[1], InvalidInput)


def test_two_records_of_one_batch_with_the_same_unique_value_are_told_apart(library):
    with library.database.write():
        first, second = records.save_many(library["boss"], library.entity("book"), [Input({"title": "a", "isbn": "9"}), Input({"title": "b", "isbn": "9"})])
    assert first.created
    assert isinstance(second, InvalidInput)


def test_numbers_are_taken_by_saved_records_only(library):
    copy = library.entity("copy")
    with library.database.write():
        book = records.save(library["boss"], library.entity("book"), {"title": "x"})
        with pytest.raises(InvalidInput):
            records.save(library["boss"], copy, {"book": "12345"})
        number = records.get(library["boss"], copy, records.save(library["boss"], copy, {"book": str(book.id)}).id).values["number"]
    assert number == "B00001"


def test_a_link_to_a_record_that_the_actor_does_not_see_is_a_link_to_nothing(library):
    with library.database.write():
        theirs = records.save(library["sue"], library.entity("reader"), {"name": "South"})
    for target in (theirs.id, 4711):
        with library.database.write(), pytest.raises(InvalidInput) as refused:
            records.save(library["ben"], library.entity("loan"), {"reader": str(target)})
        assert refused.value.by_field == {"reader": ("This record does not exist. Choose another one.",)}


def test_a_state_changes_by_its_transitions_only(library):
    with library.database.write():
        reader = records.save(library["ben"], library.entity("reader"), {"name": "North"})
        loan = records.save(library["ben"], library.entity("loan"), {"reader": str(reader.id)})
        with pytest.raises(InvalidInput) as refused:
            records.save(library["ben"], library.entity("loan"), {"state": "returned"}, id=loan.id)
    assert refused.value.by_field == {"state": ("This state changes by its own buttons only.",)}


def test_a_record_cannot_be_moved_out_of_ones_own_reach(library):
    reader = library.entity("reader")
    with library.database.write():
        own = records.save(library["ben"], reader, {"name": "North"})
    with library.database.write(), pytest.raises(NotAllowed):
        records.save(library["ben"], reader, {"unit": str(library.units["south"])}, id=own.id)
    with library.database.write(), pytest.raises(NotAllowed):
        records.save(library["ben"], reader, {"name": "x", "unit": str(library.units["south"])})


def test_a_stranger_cannot_change_or_delete_what_is_not_there_for_it(library):
    reader = library.entity("reader")
    with library.database.write():
        own = records.save(library["ben"], reader, {"name": "North"})
        for forbidden in (own.id, 4711):
            with pytest.raises(NotFound):
                records.save(library["sue"], reader, {"name": "mine"}, id=forbidden)
            with pytest.raises(NotFound):
                records.delete(library["sue"], reader, forbidden)


def test_saving_takes_the_same_number_of_statements_for_one_line_and_for_fifty(library):
    counts = []
    for lines in (1, 50):
        with library.database.write() as connection, counted(connection) as statements:
            records.save(library["boss"], library.entity("book"), {"title": f"{lines} lines", "authors": [{"name": f"n{index}"} for index in range(lines)]})
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12


class counted:  # noqa: N801 - reads as a word
    """The statements that a block executes."""

    def __init__(self, connection):
        self.connection = connection
        self.statements = []

    def __enter__(self):
        sa.event.listen(self.connection, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_error):
        sa.event.remove(self.connection, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_rest):
        self.statements.append(statement)


def test_nothing_is_written_when_a_listener_refuses(library):
    def refuse(_changes):
        raise InvalidInput({"": ["No."]})

    events._listeners.append(refuse)
    try:
        with library.database.write(), pytest.raises(InvalidInput):
            records.save(library["boss"], library.entity("book"), {"title": "x"})
    finally:
        events._listeners.remove(refuse)
    with library.database.read():
        assert records.query(library["boss"], library.entity("book"), Query()).count == 0
        assert db.connection().scalar(sa.text("SELECT count(*) FROM sk_history WHERE entity = 'book'")) == 0


def test_a_user_without_an_account_is_not_added(library):
    with library.database.write(), pytest.raises(NotAllowed):
        records.save(library["boss"], library.entity("user"), {"username": "ghost", "name": "Ghost"})
