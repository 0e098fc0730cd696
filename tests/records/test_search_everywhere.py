"""The search over everything: what is found, in which order, for whom, and with how many statements."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from shuke import records
from shuke.records import Input
from shuke.records.marking import marked


def found(library, who, text, **options):
    """The titles by entity, in the order of the finds."""
    with library.database.read():
        return {one.entity.name: [hit.record.title for hit in one.hits] for one in records.search_everywhere(library[who], text, **options)}


def add(library, who, entity, *rows):
    with library.database.write():
        return [one.id for one in records.save_many(library[who], library.entity(entity), [Input(row) for row in rows])]


@contextmanager
def counted(database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "ROLLBACK")):
            seen.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(database.engine, "before_cursor_execute", note)


def test_an_answer_marks_what_was_searched_for():
    assert marked("王小明", "xiaom") == [("王", False), ("小明", True)]
    assert marked("王小明", "wxm") == [("王小明", True)]
    assert marked("138 1234 5678", "3456") == [("138 12", False), ("34 56", True), ("78", False)]
    assert marked("Songs of Gaia", "SONGS gaia") == [("Songs", True), (" of ", False), ("Gaia", True)]
    assert marked("单晓", "shan") == [("单", True), ("晓", False)]
    assert marked("Nothing", "zz") == [("Nothing", False)]


@pytest.mark.parametrize("text", ["王", "小明", "王小明", "wang", "WANG", "wxm", "wangx", "5678", "138 1234", "13812345678", "+86 138 1234 5678", "王 5678", "xm 1381"])
def test_a_reader_is_found_by_name_pinyin_initials_and_any_part_of_the_phone(library, text):
    add(library, "ben", "reader", {"name": "王小明", "mobile": "+8613812345678"}, {"name": "Zoe", "mobile": "+8613900009999"})
    assert found(library, "boss", text)["reader"] == ["王小明"]


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "--", "zzzz", "王五", "5679", "\ue000", "\x00"])
def test_what_stands_nowhere_finds_nothing(library, text):
    add(library, "ben", "reader", {"name": "王小明", "mobile": "+8613812345678"})
    assert found(library, "boss", text) == {}


def test_every_word_has_to_be_there_in_whichever_field(library):
    add(library, "ben", "reader", {"name": "王小明", "mobile": "+8613812345678"}, {"name": "王芳", "mobile": "+8613900009999"})
    assert found(library, "boss", "王 9999")["reader"] == ["王芳"]
    assert found(library, "boss", "小明 9999") == {}


def test_a_whole_number_comes_first_then_titles_then_other_fields(library):
    add(library, "boss", "book", {"title": "1984"}, {"title": "Songs of 1984"}, {"title": "Other", "isbn": "30-1984-7"})
    assert found(library, "boss", "1984")["book"] == ["1984", "Songs of 1984", "Other"]


def test_a_number_with_letters_is_whole_without_them_too(library):
    first, _second = add(library, "ben", "reader", {"name": "First"}, {"name": "Second"})
    with library.database.read():
        card = records.get(library["boss"], library.entity("reader"), first).values["card"]
        for text in (card, card.lower(), card[1:]):
            (group,) = records.search_everywhere(library["boss"], text)
            assert [(hit.record.id, hit.whole, hit.field.name) for hit in group.hits] == [(first, True, "card")]


def test_among_equals_what_was_touched_last_comes_first(library):
    first, *_rest = add(library, "boss", "book", {"title": "Dune one"}, {"title": "Dune two"}, {"title": "Dune three"})
    assert found(library, "boss", "dune")["book"][0] != "Dune one"
    with library.database.write():
        records.save(library["boss"], library.entity("book"), {"price": "3.50"}, id=first)
    assert found(library, "boss", "dune")["book"][0] == "Dune one"


def test_a_find_says_where_it_was_made_and_shows_the_columns_that_were_asked_for(library):
    add(library, "ben", "reader", {"name": "王小明", "mobile": "+8613812345678"})
    with library.database.read():
        (group,) = records.search_everywhere(library["ben"], "5678", columns=lambda _entity: ("unit",))
        (named,) = records.search_everywhere(library["ben"], "xiaoming")
    hit = group.hits[0]
    assert hit.field is not None and hit.field.name == "mobile" and "5678" in hit.text and not hit.whole
    assert hit.record.values["unit"].title == "north"
    assert named.hits[0].field is None


@pytest.mark.parametrize(("text", "whole"), [("13812345678", True), ("+86 138-1234-5678", True), ("王小明", True), ("3812345678", False), ("小明", False)])
def test_a_whole_value_is_told_from_a_part(library, text, whole):
    add(library, "ben", "reader", {"name": "王小明", "mobile": "+8613812345678"})
    with library.database.read():
        (group,) = records.search_everywhere(library["ben"], text)
    assert group.hits[0].whole is whole


def test_people_find_what_they_may_see_in_fields_that_they_read(library):
    add(library, "sue", "reader", {"name": "南方人", "mobile": "+8613812345678"})
    assert found(library, "ben", "南方人") == {} == found(library, "ben", "13812345678")
    assert found(library, "sue", "南方人")["reader"] == ["南方人"]


def test_who_sees_little_finds_it_among_much_that_others_own(library):
    add(library, "ben", "reader", {"name": "Quinn of the north"})
    add(library, "sue", "reader", *({"name": f"Quinn {number}"} for number in range(700)))
    assert found(library, "ben", "quinn")["reader"] == ["Quinn of the north"]


def test_the_number_of_all_is_told_until_it_is_large(library):
    add(library, "sue", "reader", *({"name": f"Quinn {number}"} for number in range(30)))
    with library.database.read():
        (group,) = records.search_everywhere(library["sue"], "quinn", limit=5)
    assert len(group.hits) == 5 and group.total == 30 and not group.capped


def test_an_exact_title_is_found_among_very_many_newer_parts(library):
    add(library, "boss", "book", {"title": "Rare"})
    add(library, "boss", "book", *({"title": f"Rare {number}"} for number in range(900)))
    with library.database.read():
        group = next(one for one in records.search_everywhere(library["boss"], "rare") if one.entity.name == "book")
    assert group.hits[0].record.title == "Rare" and group.capped


def test_changed_and_deleted_records_are_found_as_they_are_now(library):
    id_, = add(library, "boss", "book", {"title": "红楼梦"})
    with library.database.write():
        records.save(library["boss"], library.entity("book"), {"title": "西游记"}, id=id_)
    assert found(library, "boss", "红楼梦") == {} and found(library, "boss", "xyj")["book"] == ["西游记"]
    with library.database.write():
        records.delete(library["boss"], library.entity("book"), id_)
    assert found(library, "boss", "西游记") == {}


def test_the_number_of_statements_depends_on_the_kinds_that_are_found(library):
    add(library, "ben", "reader", {"name": "Quinn"}, {"name": "Quinn the second"})
    add(library, "boss", "book", {"title": "Quinn"})
    found(library, "boss", "quinn")
    for text, most in (("nothing", 1), ("quinn", 4), ("quinn second", 3)):
        with counted(library.database) as statements:
            found(library, "boss", text)
        assert len(statements) <= most, "\n".join(statements)
