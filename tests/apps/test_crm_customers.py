"""Customers and contacts, as the people of the chain see and keep them."""

import pytest
from installed import Id, Shop

from shuke import records
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.definitions.current import catalogue
from shuke.records import Query
from shuke.records.values import NeedsConfirmation


def customer(shop: Shop, who: str = "clerk1", **values: object) -> int:
    return shop.save(who, "customer", **{"name": "林一", "channel": "phone", **values})


def found(shop: Shop, who: str, text: str) -> set[tuple[str, str]]:
    with shop.at_work():
        return {(found.entity.name, hit.record.title) for found in records.search_everywhere(shop.actor(who), text, limit=20) for hit in found.hits}


def test_a_customer_without_a_channel_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidInput) as refused:
        shop.save("clerk1", "customer", name="林一")
    assert set(refused.value.by_field) == {"channel"}


def test_the_standard_attributes_are_kept(shop: Shop) -> None:
    address = {"province": "310000", "city": "310100", "district": "310104", "street": "漕溪北路 1 号", "postcode": "200030"}
    id_ = customer(shop, mobile="+8613811112222", phone="+862155550199", address=address)
    values = shop.get("clerk1", "customer", id_).values
    assert (values["mobile"], values["phone"], values["address"]) == ("+8613811112222", "+862155550199", address)


def test_a_city_has_to_lie_in_its_province(shop: Shop) -> None:
    with pytest.raises(InvalidInput) as refused:
        customer(shop, address={"province": "310000", "city": "440100"})
    assert "address" in refused.value.by_field


def test_the_same_mobile_is_refused_and_the_same_landline_only_warned_of(shop: Shop) -> None:
    customer(shop, mobile="+8613811113333", phone="+862155550188")
    with pytest.raises(InvalidInput) as blocked:
        customer(shop, name="林二", mobile="+8613811113333", accept=True)
    assert "mobile" in blocked.value.by_field
    with pytest.raises(NeedsConfirmation):
        customer(shop, name="林三", phone="+862155550188")
    assert customer(shop, name="林三", phone="+862155550188", accept=True)


def test_a_customer_is_found_by_each_number_of_each_contact(shop: Shop) -> None:
    id_ = customer(shop, name="远洋贸易公司", kind="company")
    numbers = []
    for person in range(3):
        phones = [{"number": f"+8613711{person}0000{line}", "kind": "mobile"} for line in range(2)]
        shop.save("clerk1", "contact", customer=Id(id_), name=f"联系人{person}", phones=phones)
        numbers += [phone["number"].removeprefix("+86") for phone in phones]
    for number in numbers:
        names = {title for entity, title in found(shop, "clerk1", number)}
        assert any("远洋贸易公司" in title for title in names), number


def test_a_customer_has_one_primary_contact(shop: Shop) -> None:
    id_ = customer(shop)
    first, second = (shop.save("clerk1", "contact", customer=Id(id_), name=name, is_primary=primary) for name, primary in (("吴敏", True), ("吴刚", False)))
    with pytest.raises(InvalidInput):
        shop.save("clerk1", "contact", id=second, is_primary=True)
    shop.save("clerk1", "contact", id=first, is_primary=False)
    shop.save("clerk1", "contact", id=second, is_primary=True)
    assert [record.title for record in shop.find("clerk1", "contact", f"AND(customer.id = {id_}, is_primary)")] == ["吴刚 · 林一"]


def test_the_last_four_digits_find_a_customer(shop: Shop) -> None:
    customer(shop, name="秦可", mobile="+8613811117391")
    assert ("customer", "秦可") in found(shop, "clerk1", "7391")


def test_completeness_rises_with_what_is_known_and_can_be_filtered(shop: Shop) -> None:
    id_ = customer(shop, name="苏苏")
    assert shop.value("customer", id_, "completeness") == 0
    assert id_ in {record.id for record in shop.find("clerk1", "customer", "completeness < 60%")}
    shop.save("clerk1", "customer", id=id_, mobile="+8613811114444", email="su@example.com", wechat="susu", gender="female", interests=["tea"])
    assert id_ not in {record.id for record in shop.find("clerk1", "customer", "completeness < 60%")}


def test_a_changed_mobile_stays_in_the_history_and_the_unreachable_can_be_left_out(shop: Shop) -> None:
    id_ = customer(shop, mobile="+8613811115555")
    shop.save("clerk1", "customer", id=id_, mobile="+8613811116666", unreachable=True, unreachable_reason="dead_number")
    with shop.at_work():
        entries = records.history(shop.actor("clerk1"), catalogue().entity("customer"), id_)
    changed = next(change for change in entries[0].fields if change.field == "mobile")
    assert ("5555" in changed.old, "6666" in changed.new, entries[0].actor) == (True, True, "李晓雯")
    assert id_ not in {record.id for record in shop.find("clerk1", "customer", "NOT(unreachable)")}


def test_why_somebody_is_unreachable_has_to_be_said(shop: Shop) -> None:
    with pytest.raises(InvalidInput) as refused:
        customer(shop, unreachable=True)
    assert "unreachable_reason" in refused.value.by_field


def test_interests_and_tags_can_be_filtered(shop: Shop) -> None:
    id_ = customer(shop, interests=["tea", "garden"], tags=["key"])
    with shop.at_work():
        asked = Query(conditions=(records.Condition("interests", "has", ("tea",)), records.Condition("tags", "has", ("key",))))
        page = records.query(shop.actor("clerk1"), catalogue().entity("customer"), asked)
    assert id_ in {record.id for record in page.records}


def test_referrals_are_counted_from_the_customer_who_recommended(shop: Shop) -> None:
    first = customer(shop, name="引荐人")
    second = customer(shop, name="新客", referred_by=Id(first))
    assert [record.id for record in shop.find("clerk1", "customer", f"referred_by.id = {first}")] == [second]


def test_research_can_be_recorded_before_the_first_talk(shop: Shop) -> None:
    id_ = customer(shop)
    talk = shop.save("clerk1", "contact_record", customer=Id(id_), subject="调研", channel="none", kind="research", content="公开资料。")
    assert shop.value("contact_record", talk, "kind") == "research"


def test_a_contact_of_another_customer_does_not_fit_a_contact_record(shop: Shop) -> None:
    one, other = customer(shop), customer(shop, name="林二")
    contact = shop.save("clerk1", "contact", customer=Id(other), name="吴敏")
    with pytest.raises(InvalidInput) as refused:
        shop.save("clerk1", "contact_record", customer=Id(one), contact=Id(contact), subject="问候", channel="phone", content="你好。")
    assert "contact" in refused.value.by_field


def test_superiors_see_contact_records_and_peers_do_not(shop: Shop) -> None:
    id_ = customer(shop, "sales1", name="销售一的客户")
    talk = shop.save("sales1", "contact_record", customer=Id(id_), subject="拜访", channel="visit", content="谈了礼盒。")
    assert shop.get("manager", "contact_record", talk).id == talk
    for peer in ("sales2", "clerk1"):
        with pytest.raises(NotFound):
            shop.get(peer, "contact_record", talk)


def test_only_a_superior_rates_a_contact_record(shop: Shop) -> None:
    id_ = customer(shop, "sales1", name="销售一的客户")
    talk = shop.save("sales1", "contact_record", customer=Id(id_), subject="拜访", channel="visit", content="谈了礼盒。")
    with pytest.raises(InvalidInput):
        shop.save("sales1", "contact_record", id=talk, rating=5)
    shop.save("manager", "contact_record", id=talk, rating=4)
    assert shop.get("sales1", "contact_record", talk).values["rating"] == 4


def test_who_does_not_follow_a_customer_cannot_reach_it_on_any_path(shop: Shop) -> None:
    id_ = customer(shop, "sales1", name="独一无二的客户", mobile="+8613811118888")
    with pytest.raises(NotFound):
        shop.get("sales2", "customer", id_)
    assert shop.find("sales2", "customer", 'name = "独一无二的客户"') == []
    assert found(shop, "sales2", "独一无二") == set()
    with shop.at_work():
        entity = catalogue().entity("customer")
        groups = records.aggregate(shop.actor("sales2"), entity, ["name"], [("count", "")])
        assert "独一无二的客户" not in {group.key[0] for group in groups}


def test_a_channel_has_its_own_customers(shop: Shop) -> None:
    """Two people of the online role would see web customers; those of the shop stay unknown to them."""
    web, shop_customer = customer(shop, channel="web", name="网上来客"), customer(shop, channel="store", name="到店来客")
    with shop.at_work():
        from_role = catalogue().roles["online_sales"].grants
        own = next(grant for grant in from_role if grant.entity == "customer")
        asked = Query(where=own.where, limit=200)
        seen = {record.id for record in records.query(shop.actor(""), catalogue().entity("customer"), asked).records}
    assert (web in seen, shop_customer in seen) == (True, False)


def test_another_shop_finds_a_customer_by_the_full_number_only_and_masked(shop: Shop) -> None:
    id_ = customer(shop, name="跨店客户", mobile="+8613811119999")
    assert id_ not in {record.id for record in shop.find("clerk2", "customer")}
    with shop.at_work():
        entity = catalogue().entity("customer")
        assert records.lookup(shop.actor("clerk2"), entity, "1381111999") == []
        (seen,) = records.lookup(shop.actor("clerk2"), entity, "13811119999")
    assert seen.id == id_
    assert "13811119999" not in str(seen.values)
    order = shop.save("clerk2", "order", customer=Id(id_), lines=[{"item": "散茶", "quantity": 1, "price": "10"}])
    assert shop.get("clerk2", "order", order).values["customer"].id == id_


def test_a_deleted_customer_is_gone_for_all_and_can_be_brought_back(shop: Shop) -> None:
    id_ = customer(shop, name="误删客户")
    with shop.at_work(), pytest.raises(NotAllowed):
        records.delete(shop.actor("clerk1"), catalogue().entity("customer"), id_)
    with shop.at_work():
        records.delete(shop.actor("manager"), catalogue().entity("customer"), id_)
    with pytest.raises(NotFound):
        shop.get("clerk1", "customer", id_)
    with shop.at_work():
        records.restore(shop.actor("manager"), catalogue().entity("customer"), id_)
    assert shop.get("clerk1", "customer", id_).title == "误删客户"


def test_a_new_customer_belongs_to_one_person_and_one_shop(shop: Shop) -> None:
    values = shop.get("clerk1", "customer", customer(shop)).values
    assert (values["owner"].title, values["unit"].title) == ("李晓雯", "徐汇店")
