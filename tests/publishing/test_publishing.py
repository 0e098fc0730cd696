"""Publishing changes tables under living records and loses nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from publishing_shop import SYSTEM, label, money, text

from shuke.core import clock
from shuke.core.clock import Clock
from shuke.core.errors import Conflict
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Document
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.job import Crash
from shuke.publishing.publish import resume, rollback
from shuke.records import history
from shuke.records.tables import tables


def test_a_new_field_can_be_used_at_once(shop):
    book = shop.save(title="Dune")
    assert shop.set_field("isbn", text()).publish() == 2
    shop.save(id=book, isbn="978")
    assert shop.read(book)["isbn"] == "978"


def test_publishing_the_same_again_changes_no_table_and_keeps_identities(shop):
    before, columns, indexes = shop.catalogue, shop.columns(), shop.indexes()
    shop.publish()
    after = shop.catalogue
    assert after.version == 2
    assert [field.id for field in after.entity("book").fields] == [field.id for field in before.entity("book").fields]
    assert (shop.columns(), shop.indexes()) == (columns, indexes)


def test_a_rename_keeps_the_values_and_the_column(shop):
    book = shop.save(title="Dune", price="20")
    shop.edit("book", lambda body: body.update(properties={
        ("cost" if name == "price" else name): ({**schema, "x-was": "price"} if name == "price" else schema) for name, schema in body["properties"].items()
    }))
    shop.publish()
    assert shop.read(book)["cost"] == "20"
    assert shop.catalogue.entity("book").field("cost").column == "price"
    assert "cost" not in shop.columns()


def test_an_entity_that_is_renamed_keeps_its_records(shop):
    writer = shop.save("author", name="Herbert")
    shop.documents = [
        Document("entity", "writer", "shop", {**one.body, "$id": "writer", "x-was": "author"}) if one.name == "author" else one for one in shop.documents
    ]
    shop.edit("book", lambda body: body["properties"]["author"].update({"x-entity": "writer"}))
    shop.publish()
    assert shop.read(writer, "writer")["name"] == "Herbert"
    assert shop.catalogue.entity("writer").table == "e_author"


def test_a_retyped_field_has_its_values_converted_and_the_old_ones_kept(shop):
    ids = {typed: shop.save(title=typed, price=typed) for typed in ("20", "1,000.50", "about 20")}
    shop.set_field("price", money()).publish()
    assert [shop.read(id_)["price"] for id_ in ids.values()] == [Decimal("20.00"), Decimal("1000.50"), None]
    rollback(shop.database, SYSTEM, 1)
    assert [shop.read(id_)["price"] for id_ in ids.values()] == ["20", "1,000.50", "about 20"]


def test_what_was_written_since_is_converted_back(shop):
    kept, changed = shop.save(title="a", price="about 20"), shop.save(title="b", price="7.0")
    shop.set_field("price", money()).publish()
    shop.save(id=changed, price="8.50")
    fresh = shop.save(title="c", price="9.00")
    rollback(shop.database, SYSTEM, 1)
    assert [shop.read(id_)["price"] for id_ in (kept, changed, fresh)] == ["about 20", "8.5", "9"]


def test_values_that_no_later_type_could_hold_come_back_over_several_versions(shop):
    kept, changed, blanked = (shop.save(title=typed, price=typed) for typed in ("about 20", "0.5", "cheap"))
    shop.set_field("price", {"type": "integer", "x-type": "integer"}).publish()
    assert [shop.read(id_)["price"] for id_ in (kept, changed)] == [None, None]
    shop.set_field("price", money()).publish()
    shop.save(id=changed, price="7.25")
    shop.save(id=blanked, title="another title")
    shop.set_field("price", text()).publish()
    rollback(shop.database, SYSTEM, 1)
    assert [shop.read(id_)["price"] for id_ in (kept, changed, blanked)] == ["about 20", "7.25", "cheap"]


def test_what_cannot_be_converted_takes_nothing_away_that_a_later_version_knew(shop):
    book = shop.save(title="Dune", price="about 20")
    shop.set_field("price", money()).publish()
    shop.save(id=book, price="12.50")
    rollback(shop.database, SYSTEM, 1)
    assert shop.read(book)["price"] == "12.5"
    shop.save(id=book, price="about 30")
    rollback(shop.database, SYSTEM, 2)
    assert shop.read(book)["price"] == Decimal("12.50")
    rollback(shop.database, SYSTEM, 1)
    assert shop.read(book)["price"] == "about 30"
    rollback(shop.database, SYSTEM, 2)
    shop.save(id=book, price="7")
    rollback(shop.database, SYSTEM, 1)
    assert shop.read(book)["price"] == "7"
    shop.save(id=book, price=None)
    rollback(shop.database, SYSTEM, 2)
    assert shop.read(book)["price"] is None


def test_a_field_that_was_gone_brings_the_values_of_its_last_type_along(shop):
    kept, given = shop.save(title="Dune", price="about 20"), shop.save(title="Emma", copies=[{"shelf": "A1", "worth": "5.5"}])
    shop.set_field("price", money()).publish()
    shop.save(id=given, price="0.25")
    shop.edit("book", lambda body: body["properties"]["copies"]["items"]["properties"].update(worth=money())).publish()
    fresh = shop.save(title="Ulysses", copies=[{"shelf": "A2", "worth": "7.50"}])
    shop.edit("book", lambda body: body["properties"]["copies"]["items"]["properties"].pop("worth"))
    shop.drop_field("price").publish()
    rollback(shop.database, SYSTEM, 1)
    assert [shop.read(id_)["price"] for id_ in (kept, given)] == ["about 20", "0.25"]
    assert [row.values["worth"] for id_ in (given, fresh) for row in shop.read(id_)["copies"]] == ["5.5", "7.5"]
    rollback(shop.database, SYSTEM, 3)
    assert [shop.read(id_)["price"] for id_ in (kept, given)] == [None, Decimal("0.25")]
    assert [row.values["worth"] for id_ in (given, fresh) for row in shop.read(id_)["copies"]] == [Decimal("5.50"), Decimal("7.50")]


def test_a_save_beside_a_retyped_field_keeps_what_could_not_be_converted(shop, monkeypatch):
    book = shop.save(title="Dune", price="about 20")
    shop.set_field("price", money()).publish()
    monkeypatch.setenv("SHUKE_FAIL_AT", "before switch")
    with pytest.raises(Crash):
        rollback(shop.database, SYSTEM, 1)
    monkeypatch.delenv("SHUKE_FAIL_AT")
    shop.save(id=book, title="Dune Messiah")
    with clock.use_clock(Clock(fixed=clock.now() + timedelta(minutes=5))):
        resume(shop.database)
    assert (shop.read(book)["title"], shop.read(book)["price"]) == ("Dune Messiah", "about 20")


def test_a_column_of_a_sub_table_can_be_retyped(shop):
    book = shop.save(title="Dune", copies=[{"shelf": "A1", "worth": "5.5"}, {"shelf": "A2", "worth": "much"}])
    shop.edit("book", lambda body: body["properties"]["copies"]["items"]["properties"].update(worth=money())).publish()
    assert [row.values.get("worth") for row in shop.read(book)["copies"]] == [Decimal("5.50"), None]
    rollback(shop.database, SYSTEM, 1)
    assert [row.values.get("worth") for row in shop.read(book)["copies"]] == ["5.5", "much"]


def test_a_wider_type_needs_no_conversion(shop):
    book = shop.save(title="Dune", price="20")
    shop.set_field("price", {"type": "string", "x-type": "longtext"}).publish()
    assert shop.catalogue.entity("book").field("price").column == "price"
    assert shop.read(book)["price"] == "20"


def test_a_dropped_field_comes_back_with_its_values(shop):
    book = shop.save(title="Dune", pages=412)
    shop.drop_field("pages").publish()
    assert "pages" not in shop.read(book)
    rollback(shop.database, SYSTEM, 1)
    assert shop.read(book)["pages"] == 412


def test_a_dropped_entity_comes_back_with_its_records(shop):
    writer = shop.save("author", name="Herbert")
    book = shop.save(title="Dune", author=str(writer))
    shop.drop_field("author")
    shop.documents = [one for one in shop.documents if one.name != "author"]
    shop.publish()
    assert "author" not in shop.catalogue.entities
    rollback(shop.database, SYSTEM, 1)
    assert shop.read(writer, "author")["name"] == "Herbert"
    assert shop.read(book)["author"].id == writer


def test_an_entity_comes_back_though_another_one_has_its_name_by_now(shop):
    first = shop.save("author", name="Herbert")
    book = shop.save(title="Dune", author=str(first))
    whole = shop.documents
    shop.drop_field("author")
    shop.documents = [one for one in shop.documents if one.name != "author"]
    shop.publish()
    shop.documents = whole
    shop.drop_field("name", of="author").set_field("called", text(), of="author").edit("author", lambda body: body.update(required=["called"])).publish()
    second = shop.save("author", called="Atreides")
    latest = shop.catalogue.version
    rollback(shop.database, SYSTEM, 1)
    assert shop.read(first, "author")["name"] == "Herbert" and shop.read(book)["author"].id == first
    assert [record.id for record in shop.all("author")] == [first]
    rollback(shop.database, SYSTEM, latest)
    assert [(record.id, record.values["called"]) for record in shop.all("author")] == [(second, "Atreides")]


def test_a_dropped_sub_table_comes_back_with_its_rows(shop):
    book = shop.save(title="Dune", copies=[{"shelf": "A1"}])
    shop.drop_field("copies").publish()
    rollback(shop.database, SYSTEM, 1)
    assert [row.values["shelf"] for row in shop.read(book)["copies"]] == ["A1"]


def test_a_field_made_again_under_an_old_name_is_another_field(shop):
    book = shop.save(title="Dune", pages=412)
    old = shop.catalogue.entity("book").field("pages")
    schema = next(one for one in shop.documents if one.name == "book").body["properties"]["pages"]
    shop.drop_field("pages").publish()
    shop.set_field("pages", dict(schema)).publish()
    new = shop.catalogue.entity("book").field("pages")
    assert new.id != old.id
    assert new.column != old.column
    assert shop.read(book)["pages"] is None


def test_a_property_without_identity_in_an_edited_document_is_a_new_field(shop):
    shop.save(title="Dune", pages=412)
    old = shop.catalogue.entity("book").field("pages")
    shop.continue_from_published().set_field("pages", {"type": "integer", "x-type": "integer"}).publish()
    assert shop.catalogue.entity("book").field("pages").id != old.id


def test_two_fields_can_change_their_names_with_each_other(shop):
    book = shop.save(title="Dune", price="20")
    shop.continue_from_published()

    def swap(body):
        properties = body["properties"]
        properties["title"], properties["price"] = properties["price"], properties["title"]

    shop.edit("book", swap).publish()
    values = shop.read(book)
    assert (values["title"], values["price"]) == ("20", "Dune")


def test_an_identity_that_this_database_never_gave_is_not_believed(shop):
    shop.edit("author", lambda body: body["properties"]["name"].update({"x-id": "f0000000000", "x-column": "deleted_at"})).publish()
    name = shop.catalogue.entity("author").field("name")
    assert (name.column, name.id == "f0000000000") == ("name", False)


def test_a_new_formula_is_filled_in_for_the_records_that_are_there(shop):
    book = shop.save(title="Dune", pages=412)
    shop.set_field("sheets", {"type": "integer", "x-type": "integer", "x-formula": "ROUND(pages / 2, 0)", "readOnly": True}).publish()
    assert shop.read(book)["sheets"] == 206


def test_a_formula_that_reads_a_retyped_field_is_computed_again(shop):
    book = shop.save(title="Dune", price="20")
    shop.set_field("price", money()).set_field("double", money(**{"x-formula": "price * 2", "readOnly": True})).publish()
    assert shop.read(book)["double"] == Decimal(40)


def test_repeated_values_stand_against_a_unique_field(shop):
    shop.save(title="Dune", price="20")
    shop.save(title="Emma", price="20")
    with pytest.raises(DefinitionErrors, match="2 records have a value that another one has"):
        shop.set_field("price", text(**{"x-unique": True})).publish()
    assert shop.catalogue.version == 1
    assert shop.catalogue.entity("book").field("price").option("unique") is None


def test_a_unique_field_is_unique_among_the_living(shop):
    shop.set_field("price", text(**{"x-unique": True})).publish()
    book, table = shop.save(title="Dune", price="20"), sa.table("e_book", sa.column("id"), sa.column("deleted_at"))
    copy = sa.text("INSERT INTO e_book (id, title, price) VALUES (:id, 'x', '20')")
    with shop.database.write() as connection, pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
        connection.execute(copy, {"id": 1})
    with shop.database.write() as connection:
        connection.execute(sa.update(table).where(table.c.id == book).values(deleted_at="2026-01-01 00:00:00"))
        connection.execute(copy, {"id": 1})


def test_indexes_that_no_version_needs_are_gone(shop):
    shop.set_field("pages", {"type": "integer", "x-type": "integer", "x-index": True}).publish()
    name = f"ix_{shop.catalogue.entity('book').field('pages').id}_pages"
    assert name in shop.indexes()
    shop.drop_field("pages").publish()
    assert name not in shop.indexes()


def test_the_first_sort_of_a_list_has_an_index_in_its_direction(shop):
    shop.documents.append(Document("view", "book.list", "shop", {"kind": "list", "entity": "book", "columns": ["title"], "sort": ["-pages"]}))
    shop.publish()
    assert f"dx_{shop.catalogue.entity('book').field('pages').id}_pages" in shop.indexes()
    statement = "SELECT id FROM e_book WHERE deleted_at IS NULL ORDER BY pages DESC NULLS LAST, id DESC LIMIT 50"
    with shop.database.engine.connect() as connection:
        if shop.database.dialect == "postgresql":
            connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
            connection.execute(sa.text("SET LOCAL enable_sort = off"))
        explain = "EXPLAIN " if shop.database.dialect == "postgresql" else "EXPLAIN QUERY PLAN "
        plan = " ".join(str(row) for row in connection.execute(sa.text(explain + statement)))
    assert "dx_f" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_stale_draft_is_refused(shop):
    shop.publish(base=1)
    with pytest.raises(Conflict, match="Version 2"):
        shop.publish(base=1)


def test_every_version_is_kept_with_who_and_why(shop):
    shop.publish(comment="again")
    with shop.database.read():
        assert [(one.number, one.comment) for one in store.versions()] == [(2, "again"), (1, "")]
    assert store.load_catalogue(shop.database, 1).version == 1


def test_links_are_foreign_keys(shop):
    keys = sa.inspect(shop.database.ddl_engine).get_foreign_keys("e_book")
    assert [(key["constrained_columns"], key["referred_table"]) for key in keys] == [(["author"], "e_author")]


def test_a_table_object_is_the_same_while_its_table_is_the_same(shop):
    before = tables(shop.catalogue)
    shop.set_field("isbn", text()).publish()
    after = tables(shop.catalogue)
    assert after.of("author") is before.of("author")
    assert after.of("book") is not before.of("book")


def test_names_that_databases_reserve_can_be_used(shop):
    shop.documents.append(Document("entity", "order", "shop", {
        "$id": "order", "type": "object", "x-label": label("Order"), "properties": {"group": text(), "select": text(), "user": text(), "table": text()},
    }))
    shop.publish()
    order = shop.save("order", group="a", select="b", user="c", table="d")
    assert [shop.read(order, "order")[name] for name in ("group", "select", "user", "table")] == ["a", "b", "c", "d"]


def test_the_longest_names_fit_both_databases(shop):
    name, other = "a" * 40, "a" * 39 + "b"
    shop.documents.append(Document("entity", name, "shop", {
        "$id": name, "type": "object", "x-label": label("Long"), "x-unique": [[name, other]],
        "properties": {
            name: text(), other: text(**{"x-unique": True}),
            "l" * 40: {"type": "array", "x-type": "table", "items": {"type": "object", "properties": {name: text()}}},
        },
    }))
    shop.publish()
    assert shop.publish() == 3


def test_what_was_entered_comes_back_after_a_formula_stood_in_its_place(shop):
    book = shop.save(title="Dune", price="20")
    shop.continue_from_published().edit("book", lambda body: body["properties"]["price"].update({"x-formula": '"made"', "readOnly": True})).publish()
    assert shop.read(book)["price"] == "made"
    fresh = shop.save(title="Emma")
    rollback(shop.database, SYSTEM, 1)
    assert [shop.read(id_)["price"] for id_ in (book, fresh)] == ["20", None]


def test_links_to_many_come_back_though_the_other_entity_was_renamed_meanwhile(shop):
    writer = shop.save("author", name="Herbert")
    shop.set_field("authors", {"type": "array", "items": {"type": "string"}, "x-type": "links", "x-entity": "author"}).publish()
    book = shop.save(title="Dune", authors=[str(writer)])
    version = shop.catalogue.version
    shop.continue_from_published()
    for link in ("author", "authors"):
        shop.edit("book", lambda body, link=link: body["properties"][link].update({"x-entity": "writer"}))
    shop.documents = [Document("entity", "writer", "shop", {**one.body, "$id": "writer"}) if one.name == "author" else one for one in shop.documents]
    shop.publish()
    shop.continue_from_published().drop_field("authors").set_field("authors", text(**{"x-id": shop.catalogue.entity("book").field("authors").id})).publish()
    rollback(shop.database, SYSTEM, version)
    assert [one.id for one in shop.read(book)["authors"]] == [writer]


def test_links_to_many_may_lead_to_another_entity_and_lead_back(shop):
    writer = shop.save("author", name="Herbert")
    shop.set_field("others", {"type": "array", "items": {"type": "string"}, "x-type": "links", "x-entity": "author"}).publish()
    book = shop.save(title="Dune", others=[str(writer)])
    version = shop.catalogue.version
    shop.continue_from_published().edit("book", lambda body: body["properties"]["others"].update({"x-entity": "book"})).publish()
    assert shop.read(book)["others"] == ()
    shop.save(id=book, others=[str(book)])
    assert [one.id for one in shop.read(book)["others"]] == [book]
    rollback(shop.database, SYSTEM, version)
    assert [one.id for one in shop.read(book)["others"]] == [writer]
    assert {"unique": True, "column_names": ["source_id", "target_id"]} in [
        {"unique": bool(one["unique"]), "column_names": one["column_names"]}
        for one in sa.inspect(shop.database.ddl_engine).get_indexes(shop.catalogue.entity("book").field("others").column)
    ]


def test_a_number_does_not_become_a_link(shop):
    book = shop.save(title="Dune", pages=412)
    shop.continue_from_published()
    shop.set_field("pages", {"type": "string", "x-type": "link", "x-entity": "author", "x-id": shop.catalogue.entity("book").field("pages").id}).publish()
    assert shop.read(book)["pages"] is None
    rollback(shop.database, SYSTEM, 1)
    assert shop.read(book)["pages"] == 412


def test_a_formula_that_makes_a_unique_field_alike_is_refused_with_a_sentence(shop):
    shop.set_field("price", text(**{"x-unique": True})).publish()
    for title in ("Dune", "Emma"):
        shop.save(title=title)
    with pytest.raises(Conflict, match="the same value in a field that is to be unique"):
        shop.edit("book", lambda body: body["properties"]["price"].update({"x-formula": '"made"', "readOnly": True})).publish()
    assert shop.catalogue.version == 2


def test_a_new_field_may_have_the_name_of_a_column_of_another(shop):
    shop.save(title="Dune", price="20")
    shop.set_field("price", money()).publish()
    assert shop.catalogue.entity("book").field("price").column == "price_2"
    shop.set_field("price_2", text()).publish()
    assert len({field.column for field in shop.catalogue.entity("book").fields}) == len(shop.catalogue.entity("book").fields)


def test_records_are_not_called_by_what_holds_several_values(shop):
    with pytest.raises(DefinitionErrors, match="which holds several values"):
        shop.edit("book", lambda body: body.update({"x-display": "copies"})).publish()


def test_the_history_tells_values_of_an_earlier_type_as_they_were(shop):
    book = shop.save(title="Dune", price="about 20")
    shop.save(id=book, price="about 30")
    shop.set_field("price", {"type": "integer", "x-type": "integer"}).publish()
    with shop.database.read(), use_catalogue(shop.catalogue):
        told = [change.new for entry in history(SYSTEM, shop.catalogue.entity("book"), book) for change in entry.fields if change.field == "price"]
    assert "about 30" in told
