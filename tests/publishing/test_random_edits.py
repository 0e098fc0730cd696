"""Any sequence of edits and roll-backs keeps what records said: a field that is back has its values back."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publishing_shop import SYSTEM, Shop, money, text

from shuke.definitions import store
from shuke.publishing.publish import rollback

NAMES = ("title", "price", "pages", "extra", "other")
TYPES = {"text": text(), "money": money(), "integer": {"type": "integer", "x-type": "integer"}, "longtext": {"type": "string", "x-type": "longtext"}}
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.sampled_from(NAMES[1:]), st.sampled_from(sorted(TYPES))),
        st.tuples(st.just("drop"), st.sampled_from(NAMES[1:]), st.just("")),
        st.tuples(st.just("rename"), st.sampled_from(NAMES[1:]), st.sampled_from(NAMES[1:])),
        st.tuples(st.just("back"), st.just(""), st.integers(1, 6)),
    ),
    min_size=1, max_size=6,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_random_edits_and_roll_backs_lose_nothing(database, edits):
    """Runs on one database: each example goes on from where the last one ended."""
    shop = Shop(database)
    shop.publish()
    first = shop.catalogue.version
    numbers = [shop.save(title=f"book {number}", price=f"{number}.5", pages=number) for number in range(3)]
    for edit, name, value in edits:
        apply(shop, first, edit, name, value)
        check_tables(shop)
        for number, id_ in enumerate(numbers):
            values = shop.read(id_)
            assert values["title"] == f"book {number}"
    rollback(database, SYSTEM, first)
    for number, id_ in enumerate(numbers):
        values = shop.read(id_)
        assert (values["price"], values["pages"]) == (f"{number}.5", number)


def apply(shop, first, edit, name, value):
    if edit == "back":
        rollback(shop.database, SYSTEM, min(first + value, shop.catalogue.version))
        return
    shop.continue_from_published()
    properties = {one.name: one for one in shop.catalogue.entity("book").fields}
    if edit == "set":
        known = properties[name].schema if name in properties else {}
        shop.set_field(name, {**TYPES[value], **{key: known[key] for key in ("x-id", "x-column") if key in known}})
    elif edit == "drop" and name in properties:
        shop.drop_field(name)
    elif edit == "rename" and name in properties and value not in properties:
        shop.edit("book", lambda body: body["properties"].__setitem__(value, body["properties"].pop(name)))
    shop.publish()


def check_tables(shop):
    """The table has every column that the version needs, and no two fields share one."""
    fields = shop.catalogue.entity("book").fields
    columns = [field.column for field in fields]
    assert len(set(columns)) == len(columns)
    assert {field.column for field in fields if field.type != "table"} <= shop.columns()
    assert len({field.id for field in fields}) == len(fields)
    with shop.database.read():
        assert store.state().version == shop.catalogue.version
