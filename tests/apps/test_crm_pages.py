"""What the chain's people have on one page: stock beside the customer, complaints beside the order, badges in the timeline."""

from datetime import UTC, datetime

import pytest
from installed import Id, Shop
from programs import Programs


@pytest.fixture
def buyer(shop: Shop) -> int:
    return shop.save("clerk1", "customer", name="页面客人", channel="store", mobile="+8613822220009", website="https://tea.example.com")


def test_the_customers_page_finds_products_with_their_stock(programs: Programs, shop: Shop, buyer: int) -> None:
    product = shop.save("manager", "product", code="P-1", name="查得到的茶", category="tea", price="88")
    receipt = shop.save("manager", "stock_receipt", lines=[{"product": str(product), "quantity": 37}])
    shop.fire("manager", "stock_receipt", receipt, "receive")
    clerk = programs.browser("clerk1")
    assert "查库存" in clerk.page(f"/r/customer/{buyer}")
    found = clerk.page(f"/r/customer/{buyer}/find/0?q=查得到")
    assert "查得到的茶" in found and "37" in found and "88" in found


def test_the_customers_page_shows_completeness_and_a_website_to_click(programs: Programs, buyer: int) -> None:
    page = programs.browser("clerk1").page(f"/r/customer/{buyer}")
    assert 'href="https://tea.example.com' in page and "资料完整度" in page and "13%" in page


def test_a_customer_added_beside_another_one_is_linked_to_it_though_the_quick_form_has_no_such_field(programs: Programs, shop: Shop, buyer: int) -> None:
    clerk = programs.browser("clerk1")
    assert 'name="referred_by"' not in clerk.page("/r/customer/new?view=quick")
    assert f'value="{buyer}"' in clerk.page(f"/r/customer/new?view=quick&referred_by={buyer}").split('name="referred_by"')[1][:200]
    clerk.send("/r/customer/new", {
        "_form": "customer.form.quick", "_start": f"referred_by={buyer}", "_field": ["name", "channel", "referred_by"],
        "name": "被介绍的人", "channel": "store", "referred_by": str(buyer),
    })
    assert [record.title for record in shop.find("clerk1", "customer", f"referred_by.id = {buyer}")] == ["被介绍的人"]


def test_the_timeline_mixes_departments_with_their_badges(programs: Programs, shop: Shop, buyer: int) -> None:
    shop.save("clerk1", "contact_record", customer=Id(buyer), channel="store", content="到店试了龙井，很喜欢。", response="keen")
    shop.save("manager", "contact_record", customer=Id(buyer), channel="none", kind="research", content="查了公开资料。", department="marketing")
    page = programs.browser("manager").page(f"/r/customer/{buyer}/timeline")
    assert all(words in page for words in ("到店试了龙井", "门店", "很感兴趣", "查了公开资料", "市场"))


def test_the_orders_page_shows_three_statuses_and_its_complaints(programs: Programs, shop: Shop, buyer: int) -> None:
    order = shop.save("clerk1", "order", customer=Id(buyer), lines=[{"item": "散茶", "quantity": 1, "price": "30"}])
    shop.fire("clerk1", "order", order, "confirm")
    complaint = shop.save("clerk1", "complaint", order=Id(order), source="store", content="茶叶受潮了。")
    assert shop.get("", "complaint", complaint).values["customer"].title == "页面客人"
    clerk = programs.browser("clerk1")
    page = clerk.page(f"/r/order/{order}")
    assert all(state in page for state in ("已确认", "未发货", "未付款"))
    assert shop.value("complaint", complaint, "number") in page + clerk.page(f"/r/order/{order}/related/complaint-order")


def test_a_new_contact_record_stands_first_in_the_timeline_and_on_the_list_of_its_next_day(programs: Programs, shop: Shop, buyer: int) -> None:
    shop.save("clerk1", "order", customer=Id(buyer), lines=[{"item": "散茶", "quantity": 1, "price": "30"}])
    body = {"customer": str(buyer), "channel": "phone", "content": "想看新茶样品。", "next_step": "寄样品", "next_date": datetime.now(UTC).date().isoformat()}
    made = programs.ask("clerk1", "POST", "/records/contact_record", body).json
    clerk = programs.browser("clerk1")
    first = clerk.page(f"/r/customer/{buyer}/timeline").split("timeline-item ")[1]
    assert "想看新茶样品" in first and "寄样品" in first
    due = clerk.page("/r/contact_record?view=contact_record.list.due")
    assert f"/r/contact_record/{made['id']}" in due


def test_a_step_says_what_it_will_set_off_before_it_is_taken(programs: Programs, shop: Shop, buyer: int) -> None:
    order = shop.save("clerk1", "order", customer=Id(buyer), lines=[{"item": "散茶", "quantity": 1, "price": "30"}])
    shop.fire("clerk1", "order", order, "confirm")
    page = programs.browser("clerk1").page(f"/r/order/{order}/do/cancel")
    assert "取消订单退回库存" in page and "扣回积分" not in page, "only what applies to an order that nobody has paid"
    assert "已确认" in page and "已取消" in page


def test_a_cards_number_leads_to_its_member_and_that_of_a_card_not_in_use_to_the_card(programs: Programs, shop: Shop, buyer: int) -> None:
    card = shop.save("clerk1", "card", customer=Id(buyer), level=Id(shop.id_of("level", 'code = "normal"')), barcode="8800666666")
    blank = shop.save("clerk1", "card", barcode="8800555555")
    clerk = programs.browser("clerk1")

    def arrived(text: str) -> str:
        return str(clerk.client.get("/search", query_string={"q": text, "go": "1"}).headers["Location"])

    assert {arrived("8800666666"), arrived(shop.value("card", card, "number"))} == {f"/r/customer/{buyer}"}
    assert arrived("8800555555") == f"/r/card/{blank}"
    shop.fire("clerk1", "card", card, "report_lost")
    assert arrived("8800666666") == f"/r/card/{card}"


def test_an_old_card_says_that_it_is_refused_in_every_shop(programs: Programs, shop: Shop, buyer: int) -> None:
    level = Id(shop.id_of("level", 'code = "normal"'))
    old = shop.save("clerk1", "card", customer=Id(buyer), level=level)
    new = shop.save("clerk1", "card", customer=Id(buyer), level=level, replaces=Id(old))
    clerk = programs.browser("clerk1")
    assert "旧卡已停用，请用新卡" in clerk.page(f"/r/card/{old}") and "可以使用" in clerk.page(f"/r/card/{new}")
    assert "旧卡已停用，请用新卡" in clerk.send("/r/card/lookup", {"text": shop.value("card", old, "number")})
    elsewhere = {"card": str(old), "lines": [{"item": "散茶", "quantity": 1, "price": "5"}]}
    unknown = programs.ask("clerk2", "POST", "/records/order", elsewhere).json["errors"]["card"]
    assert "does not exist" in " ".join(unknown), "an id that was not looked up stays unknown"
    programs.browser("clerk2").send("/r/card/lookup", {"text": shop.value("card", old, "number")})
    refused = programs.ask("clerk2", "POST", "/records/order", elsewhere).json["errors"]["card"]
    assert "replaced and is refused; use the new card" in " ".join(refused)


def test_a_card_offers_only_what_can_still_be_done_with_it(programs: Programs, shop: Shop, buyer: int) -> None:
    level = Id(shop.id_of("level", 'code = "normal"'))
    card = shop.save("clerk1", "card", customer=Id(buyer), level=level)
    clerk = programs.browser("clerk1")

    def offered() -> list[str]:
        page = clerk.page(f"/r/card/{card}")
        return [words for number, words in enumerate(("充值", "补换新卡", "用卡开单")) if f"/r/card/{card}/start/{number}" in page and words in page]

    assert offered() == ["充值", "补换新卡", "用卡开单"]
    shop.fire("clerk1", "card", card, "report_lost")
    assert offered() == ["补换新卡"]
    shop.save("clerk1", "card", customer=Id(buyer), level=level, replaces=Id(card))
    assert offered() == []
