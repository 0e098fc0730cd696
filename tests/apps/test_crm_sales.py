"""Orders, money, stock and points: each booked once, and taken back when the reason for it goes away."""

from decimal import Decimal
from typing import Any

import pytest
from installed import Id, Shop

from shuke import ledgers, records
from shuke.core.errors import InvalidInput, NotAllowed, NotFound, PlatformError
from shuke.definitions.current import catalogue
from shuke.records import Query
from shuke.records.values import NeedsConfirmation


@pytest.fixture
def buyer(shop: Shop) -> int:
    return shop.save("clerk1", "customer", name="买茶人", channel="store", mobile="+8613822220001")


@pytest.fixture
def tea(shop: Shop) -> int:
    return shop.save("manager", "product", code="T-1", name="试验茶", category="tea", price="50", cost="20")


def stocked(shop: Shop, product: int, quantity: int) -> None:
    receipt = shop.save("manager", "stock_receipt", lines=[{"product": str(product), "quantity": quantity}])
    shop.fire("manager", "stock_receipt", receipt, "receive")


def ordered(shop: Shop, buyer: int, *lines: dict[str, Any], who: str = "clerk1", **values: Any) -> int:
    return shop.save(who, "order", customer=Id(buyer), lines=list(lines), **values)


def paid(shop: Shop, order: int, who: str = "clerk1", **values: Any) -> int:
    return shop.save(who, "order_payment", order=Id(order), method="cash", **values)


def points(shop: Shop, customer: int) -> int:
    return int(shop.value("customer", customer, "points_balance"))


def bought(shop: Shop, buyer: int, amount: str, who: str = "clerk1") -> int:
    order = ordered(shop, buyer, {"item": "散茶", "quantity": 1, "price": amount}, who=who)
    shop.fire(who, "order", order, "confirm")
    paid(shop, order, who)
    return order


def test_totals_are_computed_and_nobody_can_type_them(shop: Shop, buyer: int, tea: int) -> None:
    stocked(shop, tea, 3)
    order = ordered(shop, buyer, {"product": str(tea), "quantity": 3, "discount": "5"}, {"item": "礼袋", "quantity": 2, "price": "1.25"}, discount="7.5")
    values = shop.get("clerk1", "order", order).values
    assert [line.values["amount"] for line in values["lines"]] == [Decimal("145.00"), Decimal("2.50")]
    assert (values["subtotal"], values["total"], values["balance_due"], values["item_count"]) == (Decimal("147.50"), Decimal("140.00"), Decimal("140.00"), 5)
    with pytest.raises(InvalidInput):
        ordered(shop, buyer, {"product": str(tea), "quantity": 1}, total="1")


@pytest.mark.parametrize("line", [{"product": "1", "quantity": 1}, {"item": "散茶", "quantity": -1, "price": "3"}, {"item": "散茶", "quantity": 1, "price": "-3"}, {"quantity": 1, "price": "3"}])
def test_a_line_with_nonsense_is_refused(shop: Shop, buyer: int, line: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        ordered(shop, buyer, line)


def test_what_was_received_less_what_was_sold_is_in_stock(shop: Shop, buyer: int, tea: int) -> None:
    stocked(shop, tea, 10)
    order = ordered(shop, buyer, {"product": str(tea), "quantity": 3})
    shop.fire("clerk1", "order", order, "confirm")
    assert shop.value("product", tea, "stock") == 7
    shop.fire("clerk1", "order", order, "cancel", cancel_reason="changed_mind")
    assert shop.value("product", tea, "stock") == 10


def test_more_than_there_is_is_refused_warned_of_or_taken_as_the_product_says(shop: Shop, buyer: int, tea: int) -> None:
    stocked(shop, tea, 2)
    with pytest.raises(InvalidInput) as refused:
        ordered(shop, buyer, {"product": str(tea), "quantity": 3}, accept=True)
    assert set(refused.value.by_field) == {"lines.0.quantity"}
    shop.save("manager", "product", id=tea, oversell="warn")
    with pytest.raises(NeedsConfirmation):
        ordered(shop, buyer, {"product": str(tea), "quantity": 3})
    order = ordered(shop, buyer, {"product": str(tea), "quantity": 3}, accept=True)
    shop.fire("clerk1", "order", order, "confirm")
    assert shop.value("product", tea, "stock") == -1
    shop.save("manager", "product", id=tea, oversell="allow")
    assert ordered(shop, buyer, {"product": str(tea), "quantity": 3})


def test_two_orders_for_the_last_pieces_are_not_both_confirmed(shop: Shop, buyer: int, tea: int) -> None:
    stocked(shop, tea, 2)
    first, second = (ordered(shop, buyer, {"product": str(tea), "quantity": 2}) for _time in range(2))
    shop.fire("clerk1", "order", first, "confirm")
    with pytest.raises(PlatformError):
        shop.fire("clerk1", "order", second, "confirm")
    assert (shop.value("order", second, "state"), shop.value("product", tea, "stock")) == ("draft", 0)


def test_an_order_has_three_states_and_each_can_be_filtered(shop: Shop, buyer: int) -> None:
    order = bought(shop, buyer, "80")
    shop.fire("clerk1", "order", order, "ship", tracking="SF1")
    values = shop.get("clerk1", "order", order).values
    assert (values["state"], values["fulfilment"], values["payment"]) == ("confirmed", "shipped", "paid")
    for field, state in (("state", "confirmed"), ("fulfilment", "shipped"), ("payment", "paid")):
        with shop.at_work():
            asked = Query(conditions=(records.Condition(field, "is", (state,)),), limit=200)
            assert order in {record.id for record in records.query(shop.actor("clerk1"), catalogue().entity("order"), asked).records}


def test_a_part_payment_leaves_the_rest_due(shop: Shop, buyer: int) -> None:
    order = ordered(shop, buyer, {"item": "散茶", "quantity": 1, "price": "100"})
    shop.fire("clerk1", "order", order, "confirm")
    paid(shop, order, amount="30")
    values = shop.get("clerk1", "order", order).values
    assert (values["payment"], values["balance_due"], points(shop, buyer)) == ("partly", Decimal("70.00"), 0)
    paid(shop, order)
    assert (shop.value("order", order, "payment"), points(shop, buyer)) == ("paid", 100)


def test_a_confirmed_order_does_not_change_any_more(shop: Shop, buyer: int) -> None:
    order = bought(shop, buyer, "80")
    with pytest.raises(InvalidInput):
        shop.save("clerk1", "order", id=order, discount="10")


def test_a_paid_order_earns_points_and_a_cancelled_one_gives_them_back(shop: Shop, buyer: int) -> None:
    order = bought(shop, buyer, "100.90")
    assert points(shop, buyer) == 100
    shop.fire("clerk1", "order", order, "cancel", cancel_reason="mistake")
    assert points(shop, buyer) == 0


def test_the_level_of_the_card_decides_how_many_points_an_order_earns(shop: Shop, buyer: int) -> None:
    gold = shop.id_of("level", 'code = "gold"')
    shop.save("clerk1", "card", customer=Id(buyer), level=Id(gold))
    bought(shop, buyer, "100")
    assert points(shop, buyer) == 150


def test_refunds_take_the_points_back_to_the_last_one(shop: Shop, buyer: int) -> None:
    order = bought(shop, buyer, "99.99")
    left = []
    for amount in ("33.33", "33.33", "33.33"):
        refund = shop.save("manager", "refund", order=Id(order), flat_amount=amount, reason="quality")
        shop.fire("manager", "refund", refund, "complete")
        left.append(points(shop, buyer))
    assert (left, shop.value("order", order, "payment")) == ([66, 33, 0], "refunded")


def test_no_more_than_was_paid_can_be_refunded(shop: Shop, buyer: int) -> None:
    order = bought(shop, buyer, "50")
    with pytest.raises(InvalidInput):
        shop.save("manager", "refund", order=Id(order), flat_amount="60", reason="quality")
    first, second = (shop.save("manager", "refund", order=Id(order), flat_amount="30", reason="quality") for _time in range(2))
    shop.fire("manager", "refund", first, "complete")
    with pytest.raises(PlatformError):
        shop.fire("manager", "refund", second, "complete")
    assert (points(shop, buyer), shop.value("refund", second, "state")) == (20, "requested")


def test_points_earned_in_one_shop_are_spent_in_another(shop: Shop, buyer: int) -> None:
    bought(shop, buyer, "300")
    with shop.at_work():
        records.lookup(shop.actor("clerk2"), catalogue().entity("customer"), "13822220001")
    redemption = shop.save("clerk2", "redemption", customer=Id(buyer), points=200, gift="品茗杯")
    assert points(shop, buyer) == 100
    assert shop.get("clerk2", "redemption", redemption).values["unit"].title == "天河店"
    with pytest.raises(NotFound):
        shop.get("clerk1", "redemption", redemption)


def test_more_points_than_there_are_cannot_be_spent(shop: Shop, buyer: int) -> None:
    bought(shop, buyer, "100")
    with pytest.raises(PlatformError):
        shop.save("clerk1", "redemption", customer=Id(buyer), points=101, gift="品茗杯")
    assert (points(shop, buyer), shop.find("", "redemption", f"customer.id = {buyer}")) == (100, [])


def test_a_cancelled_redemption_gives_the_points_back_once(shop: Shop, buyer: int) -> None:
    bought(shop, buyer, "100")
    redemption = shop.save("clerk1", "redemption", customer=Id(buyer), points=60, gift="品茗杯")
    shop.fire("manager", "redemption", redemption, "cancel_redemption", cancel_reason="换礼品")
    assert points(shop, buyer) == 100
    with pytest.raises(PlatformError):
        shop.fire("manager", "redemption", redemption, "cancel_redemption", cancel_reason="再来一次")


def test_the_points_of_a_customer_are_listed_with_their_reasons(shop: Shop, buyer: int) -> None:
    order = bought(shop, buyer, "100")
    shop.save("manager", "points_movement", customer=Id(buyer), kind="bonus", amount=20, reason="生日赠送")
    with shop.at_work():
        entries = ledgers.entries(catalogue().ledgers["points"], buyer, limit=10)
    assert [(moved.entry.kind, int(moved.change), moved.entry.memo) for moved in entries] == [("bonus", 20, "生日赠送"), ("earn", 100, shop.value("order", order, "number"))]


def test_a_clerk_neither_gives_points_nor_pays_refunds_out(shop: Shop, buyer: int) -> None:
    order = bought(shop, buyer, "100")
    refund = shop.save("clerk1", "refund", order=Id(order), flat_amount="10", reason="goodwill")
    with pytest.raises(NotAllowed):
        shop.fire("clerk1", "refund", refund, "complete")
    with pytest.raises(NotAllowed):
        shop.save("clerk1", "points_movement", customer=Id(buyer), kind="bonus", amount=20, reason="朋友")


def test_two_shops_do_not_see_each_others_orders(shop: Shop, buyer: int) -> None:
    order = bought(shop, buyer, "20")
    with pytest.raises(NotFound):
        shop.get("clerk2", "order", order)
    assert order in {record.id for record in shop.find("manager", "order", f"id = {order}")}
