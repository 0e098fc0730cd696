"""A plan says what would change, how many rows it touches, and which values stand against it."""

from publishing_shop import label, money, text

from shuke.definitions.model import Document
from shuke.publishing.plan import plan


def planned(shop):
    return {(one.difference.action, one.difference.name, one.difference.field): one for one in plan(shop.database, shop.documents).changes}


def test_nothing_to_do_is_an_empty_plan(shop):
    assert plan(shop.database, shop.documents).changes == ()


def test_what_is_added_renamed_and_relabelled_is_safe(shop):
    shop.save(title="Dune", price="20")
    shop.set_field("isbn", text()).edit("book", lambda body: body["properties"]["title"].update({"x-label": label("Name")}))
    shop.edit("book", lambda body: body["properties"].update(cost={**body["properties"].pop("price"), "x-was": "price"}))
    shop.documents.append(Document("entity", "shelf", "shop", {"$id": "shelf", "type": "object", "x-label": label("Shelf"), "properties": {"code": text()}}))
    found = planned(shop)
    assert set(found) == {("added", "book", "isbn"), ("changed", "book", "title"), ("renamed", "book", "cost"), ("added", "shelf", "")}
    assert {one.kind for one in found.values()} == {"safe"}
    assert found["renamed", "book", "cost"].difference.was == "price"


def test_values_that_cannot_be_converted_are_counted_and_shown(shop):
    for price in ("20", "1,000.50", "about 20", "cheap", "cheap", "cheap", "a", "b", "c", "d"):
        shop.save(title="x", price=price)
    shop.save(title="blank")
    change = planned(shop.set_field("price", money()))["changed", "book", "price"]
    assert (change.kind, change.rows, change.failing) == ("converting", 10, 8)
    assert len(change.samples) == 5
    assert all(sample.id and sample.value and sample.problem for sample in change.samples)


def test_a_column_of_a_sub_table_is_planned_too(shop):
    shop.save(title="Dune", copies=[{"worth": "5"}, {"worth": "much"}, {}])
    change = planned(shop.edit("book", lambda body: body["properties"]["copies"]["items"]["properties"].update(worth=money())))["changed", "book", "copies.worth"]
    assert (change.kind, change.rows, change.failing) == ("converting", 2, 1)
    assert change.samples[0].value == "much"


def test_what_is_dropped_is_lossy_where_there_are_values(shop):
    shop.save(title="Dune", pages=412)
    shop.save("author", name="Herbert")
    shop.drop_field("pages").drop_field("author")
    shop.documents = [one for one in shop.documents if one.name != "author"]
    found = planned(shop)
    assert (found["removed", "book", "pages"].kind, found["removed", "book", "pages"].rows) == ("lossy", 1)
    assert found["removed", "book", "author"].kind == "safe"
    assert (found["removed", "author", ""].kind, found["removed", "author", ""].rows) == ("lossy", 1)


def test_widening_is_proven_safe_and_narrowing_is_checked_on_the_rows(shop):
    shop.set_field("title", text(maxLength=10)).publish()
    shop.save(title="Dune")
    shop.save(title="Emma 2 & 3")
    assert planned(shop.set_field("title", text(maxLength=20)))["changed", "book", "title"].kind == "safe"
    change = planned(shop.set_field("title", text(maxLength=5)))["changed", "book", "title"]
    assert (change.kind, change.failing, change.samples[0].value) == ("checked", 1, "Emma 2 & 3")
    assert planned(shop.set_field("title", text(maxLength=5, pattern="^D")))["changed", "book", "title"].failing == 1


def test_an_option_that_is_taken_out_is_checked_on_the_rows(shop):
    kinds = [{"code": code, "label": label(code)} for code in ("paper", "audio")]
    choice = {"type": "string", "x-type": "choice", "x-options": kinds}
    shop.set_field("kind", choice).publish()
    shop.save(title="Dune", kind="audio")
    change = planned(shop.set_field("kind", {**choice, "x-options": kinds[:1]}))["changed", "book", "kind"]
    assert (change.kind, change.failing) == ("checked", 1)


def test_a_newly_required_field_shows_the_records_without_it(shop):
    shop.save(title="Dune")
    shop.save(title="Emma", pages=300)
    change = planned(shop.edit("book", lambda body: body.update(required=["title", "pages"])))["changed", "book", "pages"]
    assert (change.kind, change.rows, change.failing, change.blocks) == ("checked", 2, 1, False)


def test_repeated_values_block_a_unique_field(shop):
    for price in ("20", "20", "30"):
        shop.save(title="x", price=price)
    shop.set_field("price", text(**{"x-unique": True}))
    drawn = plan(shop.database, shop.documents)
    change = next(one for one in drawn.changes if one.blocks)
    assert drawn.is_blocked
    assert (change.failing, change.samples[0].value) == (2, "20")
    assert len(drawn.of("changed")) == 2
