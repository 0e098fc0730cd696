"""Checks that definitions state refuse or ask at every save, whoever saves, and in batches."""

import pytest
import sqlalchemy as sa

from shuke import records
from shuke.core.db import connection
from shuke.core.errors import InvalidInput
from shuke.records import Input, NeedsConfirmation, Saved


def refusal(library, entity, values, **keys):
    with library.database.write(), pytest.raises(InvalidInput) as refused:
        records.save(library["boss"], library.entity(entity), values, **keys)
    return refused.value


@pytest.fixture
def reader(library):
    with library.database.write():
        return str(records.save(library["boss"], library.entity("reader"), {"name": "Li"}).id)


def test_a_check_that_is_true_refuses_the_save_beside_its_field(library, reader):
    refused = refusal(library, "loan", {"reader": reader, "since": "2026-02-01", "due": "2026-01-01"})
    assert refused.by_field == {"due": ("Due before it was lent.",)}


def test_a_check_sees_what_formulas_and_defaults_made(library, reader):
    with library.database.write():
        saved = records.save(library["boss"], library.entity("loan"), {"reader": reader, "since": "2026-02-01"})
    refused = refusal(library, "loan", {"since": "2027-02-01"}, id=saved.id)
    assert "due" in refused.by_field


def test_a_check_over_links_belongs_to_the_record(library):
    with library.database.write():
        boss = library["boss"]
        child = str(records.save(boss, library.entity("reader"), {"name": "Xiao Li", "kind": "child"}).id)
        book = str(records.save(boss, library.entity("book"), {"title": "Small World"}).id)
        copies = [str(records.save(boss, library.entity("copy"), {"book": book}).id) for _number in range(4)]
    refused = refusal(library, "loan", {"reader": child, "since": "2026-02-01", "copies": copies})
    assert refused.by_field == {"": ("A child borrows three at most.",)}


def test_a_check_of_each_line_names_the_line(library):
    lines = [{"name": "Ann", "role": "author"}, {"name": "Emma", "role": "author"}]
    refused = refusal(library, "book", {"title": "Emma", "authors": lines})
    assert refused.by_field == {"authors.1.name": ("This is the title, not a person's name.",)}


def test_a_warning_waits_for_a_yes(library):
    values = {"title": "Emma", "authors": [{"name": "Ann", "role": "translator"}]}
    refused = refusal(library, "book", values)
    assert isinstance(refused, NeedsConfirmation)
    assert [doubt.sentence for doubt in refused.warnings] == ["There is a translator but no author."]
    with library.database.write():
        assert records.save(library["boss"], library.entity("book"), values, accept_warnings=True).created


def test_a_form_says_before_saving_what_the_checks_would_say(library):
    values = {"title": "Emma", "authors": [{"name": "Emma", "role": "translator"}]}
    with library.database.read():
        shown = records.preview(library["boss"], library.entity("book"), values)
    assert shown.errors["authors.0.name"] == ("This is the title, not a person's name.",)
    assert [(field, doubt.sentence) for field, doubt in shown.doubts] == [("authors", "There is a translator but no author.")]


def test_a_likely_duplicate_is_told_with_its_record_only_to_who_may_see_it(library):
    with library.database.write():
        first = records.save(library["boss"], library.entity("reader"), {"name": "Li", "mobile": "13800000101"}).id
    with library.database.read():
        seen = records.preview(library["boss"], library.entity("reader"), {"name": "Li", "mobile": "+86 138-0000-0101"})
        unseen = records.preview(library["sue"], library.entity("reader"), {"name": "Li", "mobile": "138 0000 0101"})
    ((field, doubt),) = seen.alike
    assert (field, doubt.sentence, doubt.id, doubt.title) == ("mobile", "Another reader has this mobile number.", first, "Li")
    assert [(one.sentence, one.id, one.title) for _field, one in unseen.alike] == [("Another reader has this mobile number.", None, "")]


def test_a_batch_is_checked_with_the_same_number_of_statements(library):
    def statements(count):
        lines = [{"name": "Ann", "role": "author"}, {"name": "T", "role": "author"}]
        inputs = [Input({"title": f"T{number}" if number else "T", "authors": lines}) for number in range(count)]
        seen = []
        with library.database.write():
            sa.event.listen(connection().engine, "before_cursor_execute", lambda *said: seen.append(said[2]), named=False)
            answers = records.save_many(library["boss"], library.entity("book"), inputs)
            connection().rollback()
        assert [isinstance(answer, Saved) for answer in answers] == [number > 0 for number in range(count)]
        return len(seen)

    assert statements(2) == statements(12)
