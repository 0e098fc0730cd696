"""A complaint is recorded word for word, worked on by those responsible, and cannot be lost."""

from datetime import UTC, datetime, timedelta

import pytest
from installed import Id, Shop
from programs import Programs

from shuke import records, workflow
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.definitions.current import catalogue
from shuke.documents.layout import sheet
from shuke.documents.markup import html

WORDS = "茶叶有异味，和上次买的完全不一样！"


@pytest.fixture
def order(shop: Shop) -> int:
    buyer = shop.save("sales1", "customer", name="爱茶客", channel="phone")
    return shop.save("sales1", "order", customer=Id(buyer), lines=[{"item": "散茶", "quantity": 1, "price": "30"}])


@pytest.fixture
def complaint(shop: Shop, order: int) -> int:
    return shop.save("sales1", "complaint", order=Id(order), source="phone", content=WORDS)


def assigned(shop: Shop, complaint: int) -> None:
    department, owner = shop.id_of("unit", 'code = "SERVICE"'), shop.id_of("user", 'username = "service1"')
    shop.fire("manager", "complaint", complaint, "assign", department=str(department), owner=str(owner), next_action="联系客户。")


def test_it_gets_a_number_its_customer_and_a_due_time(shop: Shop, complaint: int) -> None:
    values = shop.get("sales1", "complaint", complaint).values
    assert (values["customer"].title, values["state"], values["content"], values["priority"]) == ("爱茶客", "recorded", WORDS, "normal")
    assert values["due_at"] - values["received_at"] == timedelta(hours=72)
    assert values["number"].startswith("CP")


def test_it_lists_the_products_of_its_order_until_somebody_names_those_concerned(shop: Shop) -> None:
    buyer = shop.save("sales1", "customer", name="爱茶客", channel="phone")
    product = shop.find("", "product", "on_sale")[0].id
    order = shop.save("sales1", "order", accept=True, customer=Id(buyer), lines=[{"product": Id(product), "quantity": 2}, {"item": "散茶", "quantity": 1, "price": "30"}])
    known = {"order": Id(order), "source": "phone", "content": WORDS}
    lines = [line.values for line in shop.get("sales1", "complaint", shop.save("sales1", "complaint", **known)).values["lines"]]
    assert [(line["product"] and line["product"].id, line["item"], line["quantity"], line["fault"]) for line in lines] == [(product, None, 2, None), (None, "散茶", 1, None)]
    (line,) = shop.get("sales1", "complaint", shop.save("sales1", "complaint", **known, lines=[{"item": "散茶", "quantity": 1, "fault": "受潮"}])).values["lines"]
    assert (line.values["item"], line.values["fault"]) == ("散茶", "受潮")


def test_the_products_of_the_order_stand_in_the_form_on_the_page_and_on_paper(shop: Shop, programs: Programs, order: int, complaint: int) -> None:
    sales = programs.browser("sales1")
    for form in ("complaint.form", "complaint.form.quick"):
        page = sales.page(f"/r/complaint/new?form={form}&order={order}")
        assert 'name="lines._filled"' in page and 'value="散茶"' in page
    assert "散茶" in sales.page(f"/r/complaint/{complaint}")
    with shop.at_work():
        assert "散茶" in html(sheet(shop.actor("manager"), catalogue().entity("complaint"), complaint, "complaint_sheet"))


def test_an_urgent_one_is_due_within_hours(shop: Shop, order: int) -> None:
    values = shop.get("sales1", "complaint", shop.save("sales1", "complaint", order=Id(order), source="phone", content=WORDS, priority="urgent")).values
    assert values["due_at"] - values["received_at"] == timedelta(hours=4)


def test_numbers_have_no_gaps_even_when_one_is_refused(shop: Shop, order: int) -> None:
    numbers = []
    for attempt in range(4):
        if attempt == 1:
            with pytest.raises(InvalidInput):
                shop.save("sales1", "complaint", order=Id(order), source="nowhere", content=WORDS)
            continue
        made = shop.save("sales1", "complaint", order=Id(order), source="phone", content=WORDS)
        numbers.append(int(shop.value("complaint", made, "number")[-5:]))
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_the_customers_words_stay_as_they_were_said(shop: Shop, complaint: int) -> None:
    for who in ("sales1", "manager"):
        with pytest.raises(InvalidInput) as refused:
            shop.save(who, "complaint", id=complaint, content="没什么")
        assert "content" in refused.value.by_field
    shop.save("sales1", "complaint", id=complaint, remarks=[{"text": "客户补充：是上周五买的。"}])
    (remark,) = shop.get("sales1", "complaint", complaint).values["remarks"]
    assert (remark.values["text"], remark.values["by"].title) == ("客户补充：是上周五买的。", "王磊")


def test_it_goes_from_recorded_to_closed_and_keeps_who_and_when(shop: Shop, complaint: int) -> None:
    assigned(shop, complaint)
    shop.fire("service1", "complaint", complaint, "start")
    with pytest.raises(InvalidInput) as unresolved:
        shop.fire("service1", "complaint", complaint, "resolve")
    assert {"result", "cause"} == set(unresolved.value.by_field)
    shop.fire("service1", "complaint", complaint, "resolve", result="已退货退款。", cause="storage")
    with pytest.raises(InvalidInput) as unclassified:
        shop.fire("service1", "complaint", complaint, "close")
    assert "category" in unclassified.value.by_field
    shop.fire("service1", "complaint", complaint, "close", category="quality")
    values = shop.get("sales1", "complaint", complaint).values
    assert (values["state"], values["on_time"], values["owner"].title) == ("closed", True, "刘佳")
    assert values["assigned_at"] <= values["resolved_at"] <= values["closed_at"]


def test_one_that_nobody_has_assigned_for_an_hour_is_listed(shop: Shop, order: int, complaint: int) -> None:
    with shop.at_work():
        where = catalogue().views["complaint.list.unassigned"].where
    earlier = (datetime.now(UTC) - timedelta(hours=1, minutes=1)).isoformat()
    forgotten = shop.save("sales1", "complaint", order=Id(order), source="phone", content=WORDS, received_at=earlier)
    listed = {record.id for record in shop.find("manager", "complaint", where)}
    assert (forgotten in listed, complaint in listed) == (True, False)
    assigned(shop, forgotten)
    assert forgotten not in {record.id for record in shop.find("manager", "complaint", where)}
    with pytest.raises(InvalidInput) as ownerless:
        shop.save("manager", "complaint", id=complaint, owner=None)
    assert "owner" in ownerless.value.by_field


def test_a_reopened_one_is_counted(shop: Shop, complaint: int) -> None:
    assigned(shop, complaint)
    shop.fire("service1", "complaint", complaint, "start")
    shop.fire("service1", "complaint", complaint, "resolve", result="已道歉。", cause="staff")
    shop.fire("service1", "complaint", complaint, "reopen", next_action="客户不接受，再联系。")
    values = shop.get("service1", "complaint", complaint).values
    assert (values["state"], values["reopened"]) == ("in_work", 1)


def test_what_the_steps_note_cannot_be_typed(shop: Shop, complaint: int) -> None:
    for name, value in (("resolved_at", "2026-01-01T00:00:00Z"), ("on_time", True), ("reopened", 9), ("state", "closed")):
        with pytest.raises(InvalidInput) as refused:
            shop.save("manager", "complaint", id=complaint, **{name: value})
        assert name in refused.value.by_field


def test_whoever_recorded_it_edits_it_until_it_is_assigned_and_then_follows(shop: Shop, complaint: int) -> None:
    shop.save("sales1", "complaint", id=complaint, priority="high")
    assigned(shop, complaint)
    with pytest.raises(NotAllowed):
        shop.save("sales1", "complaint", id=complaint, priority="low")
    assert shop.get("sales1", "complaint", complaint).values["state"] == "assigned"
    with shop.at_work():
        record = records.get(shop.actor("sales1"), catalogue().entity("complaint"), complaint)
        assert workflow.offers(shop.actor("sales1"), record) == []


def test_others_do_not_see_it_before_it_is_theirs(shop: Shop, complaint: int) -> None:
    for who in ("sales2", "clerk1", "clerk2", "service1"):
        with pytest.raises(NotFound):
            shop.get(who, "complaint", complaint)
    assigned(shop, complaint)
    assert shop.get("service1", "complaint", complaint).id == complaint
    with pytest.raises(NotFound):
        shop.get("sales2", "complaint", complaint)


def test_a_step_out_of_turn_is_refused(shop: Shop, complaint: int) -> None:
    for step in ("start", "resolve", "close", "reopen"):
        with pytest.raises(InvalidInput):
            shop.fire("manager", "complaint", complaint, step, result="x", category="quality", next_action="x")
    assert shop.value("complaint", complaint, "state") == "recorded"


def test_the_order_leads_to_its_complaints(shop: Shop, order: int, complaint: int) -> None:
    assert [record.id for record in shop.find("sales1", "complaint", f"order.id = {order}")] == [complaint]
