"""Who sees and rates whose work: peers, superiors, the director; every path to a record is the same wall."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from installed import Id, Shop
from programs import Programs

from shuke.access import Actor, policy
from shuke.core import clock
from shuke.core.errors import InvalidInput, NotFound
from shuke.definitions.current import catalogue
from shuke.records import Query, every, history, search_everywhere


def customer(shop: Shop, who: str, **values: Any) -> int:
    return shop.save(who, "customer", **{"name": f"{who}的客户", "channel": "phone", **values})


def talk(shop: Shop, who: str, customer: int, **values: Any) -> int:
    return shop.save(who, "contact_record", customer=Id(customer), **{"channel": "visit", "content": "谈了中秋礼盒，要先看样品。", **values})


@pytest.fixture
def theirs(shop: Shop) -> int:
    return customer(shop, "sales1", name="独一无二的客户", mobile="+8613811118880")


# Contact records follow the reporting line


def test_a_superior_sees_the_teams_records_a_peer_none_and_the_director_both(shop: Shop, theirs: int) -> None:
    one, other = talk(shop, "sales1", theirs), talk(shop, "sales2", customer(shop, "sales2"))
    assert shop.get("lead1", "contact_record", one).id == one
    for who in ("lead2", "sales2", "clerk1", "store1", "service1"):
        with pytest.raises(NotFound):
            shop.get(who, "contact_record", one)
    with pytest.raises(NotFound):
        shop.get("lead1", "contact_record", other)
    assert {shop.get("manager", "contact_record", id_).id for id_ in (one, other)} == {one, other}


def test_peers_get_404_from_programs_too(programs: Programs, shop: Shop, theirs: int) -> None:
    made = talk(shop, "sales1", theirs)
    answers = {who: programs.ask(who, "GET", f"/records/contact_record/{made}").status_code for who in ("sales1", "lead1", "manager", "sales2", "lead2")}
    assert answers == {"sales1": 200, "lead1": 200, "manager": 200, "sales2": 404, "lead2": 404}


def test_only_a_superior_rates_and_it_is_noted_who_did_and_when(shop: Shop, theirs: int) -> None:
    made = talk(shop, "sales1", theirs)
    with pytest.raises(InvalidInput):
        shop.save("sales1", "contact_record", id=made, rating=5)
    shop.save("lead1", "contact_record", id=made, rating=4, rating_comment="先问预算。")
    values = shop.get("sales1", "contact_record", made).values
    assert (values["rating"], values["rating_comment"], values["rated_by"].title, values["rated_at"] is not None) == (4, "先问预算。", "马晓东", True)


def test_nobody_rates_what_is_their_own(shop: Shop) -> None:
    made = talk(shop, "lead1", customer(shop, "lead1"))
    with pytest.raises(InvalidInput) as refused:
        shop.save("lead1", "contact_record", id=made, rating=5)
    assert "rating" in refused.value.by_field
    shop.save("manager", "contact_record", id=made, rating=3)
    shop.save("lead1", "contact_record", id=made, next_step="送样品", next_date="2030-01-02")


def test_the_scores_are_listed_by_person(shop: Shop, theirs: int) -> None:
    made = talk(shop, "sales1", theirs)
    shop.save("lead1", "contact_record", id=made, rating=2)
    view = catalogue_view(shop, "contact_record.list.quality")
    assert (view.body["group"], view.body["summary"][0]) == ("owner", {"field": "rating", "function": "avg"})
    assert made in {record.id for record in shop.find("lead1", "contact_record", view.where)}


def catalogue_view(shop: Shop, name: str) -> Any:
    with shop.at_work():
        return catalogue().views[name]


# Departments, depth, next steps


@pytest.mark.parametrize(("who", "department"), [("clerk1", "store"), ("sales1", "sales"), ("service1", "service"), ("online1", "online"), ("manager", "head_office")])
def test_a_contact_record_carries_the_badge_of_its_department(shop: Shop, who: str, department: str) -> None:
    about = customer(shop, who, channel="web")
    made = talk(shop, who, about, response="keen")
    values = shop.get(who, "contact_record", made).values
    assert (values["department"], values["response"], values["subject"]) == (department, "keen", "谈了中秋礼盒，要先看样品。")


def test_customers_without_an_in_depth_talk_for_90_days_are_listed(shop: Shop, theirs: int) -> None:
    where = catalogue_view(shop, "customer.list.no_deep").where
    seen = []
    for depth in (None, "talk", "deep"):
        if depth:
            talk(shop, "sales1", theirs, depth=depth)
        seen.append(theirs in {record.id for record in shop.find("sales1", "customer", where)})
    assert seen == [True, True, False]
    old = customer(shop, "sales1", mobile="+8613811118882")
    for days in (91, 89):
        at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        talk(shop, "sales1", old, depth="deep", at=at)
        assert (old in {record.id for record in shop.find("sales1", "customer", where)}) is (days > 90)


def test_a_next_step_is_due_on_its_day_until_it_is_done(shop: Shop, theirs: int) -> None:
    dated = talk(shop, "sales1", theirs, next_step="送样品")
    with shop.at_work():
        in_a_week = clock.today() + timedelta(days=7)
    assert shop.value("contact_record", dated, "next_date") == in_a_week, "unless a date is given"
    with pytest.raises(InvalidInput) as undated:
        shop.save("sales1", "contact_record", id=dated, next_date=None)
    assert "next_date" in undated.value.by_field
    assert shop.value("contact_record", talk(shop, "sales1", theirs), "next_date") is None
    made = talk(shop, "sales1", theirs, next_step="送样品", next_date="2020-01-02")
    where = catalogue_view(shop, "contact_record.list.due").where
    assert made in {record.id for record in shop.find("sales1", "contact_record", where)}
    shop.save("sales1", "contact_record", id=made, next_done=True)
    assert made not in {record.id for record in shop.find("sales1", "contact_record", where)}


# One owner each, and a pool for those without


def test_a_customer_has_one_owner_and_those_without_one_are_in_the_pool_only(shop: Shop) -> None:
    lost = shop.save("manager", "customer", name="无人跟进", channel="web", owner=None)
    pool = catalogue_view(shop, "customer.list.pool").where
    assert lost in {record.id for record in shop.find("sales1", "customer", pool)}
    for name in ("customer.list", "customer.list.mine", "customer.list.incomplete", "customer.list.no_deep"):
        assert lost not in {record.id for record in shop.find("sales1", "customer", catalogue_view(shop, name).where)}, name
    shop.save("sales1", "customer", id=lost, owner=Id(shop.id_of("user", 'username = "sales1"')))
    assert shop.get("sales1", "customer", lost).values["owner"].title == "王磊"
    assert lost not in {record.id for record in shop.find("", "customer", pool)}
    with pytest.raises(NotFound):
        shop.get("sales2", "customer", lost)


# Strict teams


def test_somebody_outside_the_team_cannot_list_open_search_export_or_report_it(shop: Shop, programs: Programs, theirs: int) -> None:
    for who in ("sales2", "lead2", "clerk2", "online1"):
        assert programs.ask(who, "GET", f"/records/customer/{theirs}").status_code == 404
        assert str(theirs) not in programs.found(who, "/records/customer?q=独一无二&limit=200")
        with shop.at_work():
            actor, entity = shop.actor(who), catalogue().entity("customer")
            assert search_everywhere(actor, "独一无二", limit=20) == []
            assert theirs not in {record.id for record in every(actor, entity, Query(), operation="read")}
        assert "独一无二" not in programs.ask(who, "GET", "/records/customer/aggregate?group=name&measure=count").text
        assert programs.ask(who, "PATCH", f"/records/customer/{theirs}", {"name": "抢来的"}).status_code == 404
    assert programs.ask("lead1", "GET", f"/records/customer/{theirs}").status_code == 200
    pages = ("", "/edit", "/timeline", "/history", "/related/order-customer", "/find/0?q=茶", "/movements/points_balance", "/print/customer_statement.pdf")
    for who in ("sales2", "clerk2"):
        outside = programs.browser(who)
        assert {path: outside.client.get(f"/r/customer/{theirs}{path}").status_code for path in pages} == dict.fromkeys(pages, 404)
        assert f"/r/customer/{theirs}" not in outside.page("/r/customer?q=独一无二")
    assert programs.ask("store1", "GET", "/records/customer/export.csv?q=独一无二").text.count("独一无二") == 0


# What the three templates of roles may do


@pytest.mark.parametrize(("role", "entity", "operations"), [
    ("administrator", "customer", {"read", "create", "update", "delete", "export", "import", "print", "transition"}),
    ("administrator", "level", {"read", "create", "update", "delete", "export", "import", "print", "transition"}),
    ("store_manager", "customer", {"read", "create", "update", "export", "import", "print"}), ("store_manager", "level", {"read"}),
    ("clerk", "customer", {"read", "create", "update", "print"}), ("clerk", "level", {"read"}), ("clerk", "product", {"read"}),
])
def test_a_role_may_do_this_and_nothing_else(shop: Shop, role: str, entity: str, operations: set[str]) -> None:
    known = {"read", "create", "update", "delete", "export", "import", "print", "transition"}
    with shop.at_work():
        rights = policy(Actor(1, "user", "Somebody", frozenset({role})), catalogue().entity(entity))
        assert {operation for operation in known if rights.may(operation)} == operations


def test_the_history_of_a_foreign_record_is_closed_too(programs: Programs, shop: Shop, theirs: int) -> None:
    shop.save("sales1", "customer", id=theirs, mobile="+8613811118881")
    assert programs.ask("sales2", "GET", f"/records/customer/{theirs}/history").status_code == 404
    with shop.at_work():
        assert history(shop.actor("sales1"), catalogue().entity("customer"), theirs)[0].fields[0].field == "mobile"


@pytest.mark.parametrize(("role", "may"), [("administrator", True), ("clerk", False), ("store_manager", False), ("head_office", False)])
def test_only_the_administrators_template_builds(shop: Shop, role: str, may: bool) -> None:
    with shop.at_work():
        assert ("build" in catalogue().roles[role].abilities) is may
