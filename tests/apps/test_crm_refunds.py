"""Goods that come back: the money, the stock, the points and the payment status follow each line."""

from decimal import Decimal

import pytest
from installed import Id, Shop

from shuke import ledgers, records
from shuke.core.errors import InvalidInput, NotAllowed, PlatformError
from shuke.definitions.current import catalogue


@pytest.fixture
def buyer(shop: Shop) -> int:
    return shop.save("clerk1", "customer", name="退货人", channel="store", mobile="+8613822220003")


def product(shop: Shop, code: str, price: str, pieces: int) -> int:
    made = shop.save("manager", "product", code=code, name=f"试验{code}", category="tea", price=price, cost="1")
    receipt = shop.save("manager", "stock_receipt", lines=[{"product": str(made), "quantity": pieces}])
    shop.fire("manager", "stock_receipt", receipt, "receive")
    return made


@pytest.fixture
def goods(shop: Shop) -> list[int]:
    return [product(shop, f"R-{number}", price, 10) for number, price in enumerate(("100", "60", "40"))]


@pytest.fixture
def order(shop: Shop, buyer: int, goods: list[int]) -> int:
    """Three lines, 10% off the second, 20 off the whole: 260 - 12 - 20 = 228 with two pieces of the second."""
    lines = [{"product": str(goods[0]), "quantity": 1}, {"product": str(goods[1]), "quantity": 2, "discount": "12"}, {"product": str(goods[2]), "quantity": 1}]
    made = shop.save("clerk1", "order", customer=Id(buyer), lines=lines, discount="20")
    shop.fire("clerk1", "order", made, "confirm")
    shop.save("clerk1", "order_payment", order=Id(made), method="cash")
    return made


def returned(shop: Shop, order: int, *lines: dict[str, object], done: bool = True) -> int:
    refund = shop.save("clerk1", "refund", order=Id(order), lines=list(lines), reason="changed_mind")
    if done:
        shop.fire("store1", "refund", refund, "complete")
    return refund


def stock(shop: Shop, goods: list[int]) -> list[int]:
    return [int(shop.value("product", one, "stock")) for one in goods]


def test_one_of_three_lines_comes_back(shop: Shop, buyer: int, order: int, goods: list[int]) -> None:
    assert (shop.value("order", order, "total"), shop.value("customer", buyer, "points_balance"), stock(shop, goods)) == (Decimal("228.00"), 228, [9, 8, 9])
    refund = shop.get("clerk1", "refund", returned(shop, order, {"goods": str(goods[1]), "quantity": 1})).values
    paid_for_one = Decimal("49.64")
    assert refund["amount"] == paid_for_one, "what the customer paid for one: 54 less a share of the 20 off"
    assert stock(shop, goods) == [9, 9, 9]
    assert refund["points_back"] == 49 and shop.value("customer", buyer, "points_balance") == 179
    values = shop.get("clerk1", "order", order).values
    assert (values["payment"], values["refunded_total"], values["net_paid"], values["returned_pieces"]) == ("part_refunded", paid_for_one, Decimal("178.36"), 1)


def test_line_by_line_everything_comes_back(shop: Shop, buyer: int, order: int, goods: list[int]) -> None:
    for one, quantity in zip(goods, (1, 2, 1), strict=True):
        returned(shop, order, {"goods": str(one), "quantity": quantity})
    values = shop.get("clerk1", "order", order).values
    assert (stock(shop, goods), values["returned_pieces"]) == ([10, 10, 10], 4)
    assert (values["net_paid"], values["payment"], shop.value("customer", buyer, "points_balance")) == (0, "refunded", 0)
    amounts = [refund.values["flat_amount"] for refund in shop.find("", "refund", f"order.id = {order}", sort=("id",))]
    assert amounts == [0, 0, Decimal("0.02")], "the last one carries the cents that sharing the discount has left"


def test_damaged_goods_stay_out_of_the_stock(shop: Shop, order: int, goods: list[int]) -> None:
    returned(shop, order, {"goods": str(goods[0]), "quantity": 1, "restock": False})
    assert stock(shop, goods) == [9, 8, 9]


def test_no_more_comes_back_than_was_sold(shop: Shop, order: int, goods: list[int]) -> None:
    with pytest.raises(InvalidInput) as refused:
        returned(shop, order, {"goods": str(goods[1]), "quantity": 3})
    assert "lines.0.quantity" in refused.value.by_field
    foreign = product(shop, "R-9", "1", 5)
    with pytest.raises(InvalidInput) as unsold:
        returned(shop, order, {"goods": str(foreign), "quantity": 1})
    assert "lines.0.goods" in unsold.value.by_field


def test_each_product_is_counted_over_all_refunds_of_its_order(shop: Shop, order: int, goods: list[int]) -> None:
    twice = {"goods": str(goods[1]), "quantity": 1}
    with pytest.raises(InvalidInput) as split:
        returned(shop, order, twice, {"goods": str(goods[1]), "quantity": 2})
    assert {"lines.0.quantity", "lines.1.quantity"} <= split.value.by_field.keys()
    pending = returned(shop, order, {"goods": str(goods[0]), "quantity": 1}, done=False)
    done = returned(shop, order, {"goods": str(goods[0]), "quantity": 1})
    with pytest.raises(InvalidInput) as again:
        returned(shop, order, {"goods": str(goods[0]), "quantity": 1})
    assert again.value.by_field["lines.0.quantity"] == ("Together with other lines and earlier refunds, more of this product is returned than was sold.",)
    with pytest.raises(PlatformError):
        shop.fire("store1", "refund", pending, "complete")
    shop.save("store1", "refund", id=done, note="客户要求开红字发票")
    returned(shop, order, twice)
    returned(shop, order, twice)
    assert stock(shop, goods) == [10, 10, 9]


def test_a_clerk_asks_for_a_refund_and_the_manager_pays_it_out(shop: Shop, order: int, goods: list[int]) -> None:
    refund = returned(shop, order, {"goods": str(goods[0]), "quantity": 1}, done=False)
    with pytest.raises(NotAllowed):
        shop.fire("clerk1", "refund", refund, "complete")
    with pytest.raises(InvalidInput):
        shop.fire("store1", "refund", refund, "reject")
    shop.fire("store1", "refund", refund, "reject", note="已拆封")
    assert (shop.value("order", order, "payment"), stock(shop, goods)) == ("paid", [9, 8, 9])
    with pytest.raises(PlatformError):
        shop.fire("store1", "refund", refund, "complete")


def test_a_partly_refunded_order_that_is_cancelled_takes_back_the_rest_only(shop: Shop, buyer: int, order: int, goods: list[int]) -> None:
    returned(shop, order, {"goods": str(goods[0]), "quantity": 1})
    shop.fire("clerk1", "order", order, "cancel", cancel_reason="changed_mind")
    assert (shop.value("customer", buyer, "points_balance"), stock(shop, goods)) == (0, [10, 10, 10])


def test_the_movements_say_why(shop: Shop, buyer: int, order: int, goods: list[int]) -> None:
    refund = returned(shop, order, {"goods": str(goods[0]), "quantity": 1})
    numbers = [shop.value("order", order, "number"), shop.value("refund", refund, "number")]
    with shop.at_work():
        entries = ledgers.entries(catalogue().ledgers["points"], buyer)
        kinds = catalogue().ledgers["points"].kinds
        assert [(kinds[moved.entry.kind].label["zh"], moved.entry.memo) for moved in entries] == [("退货扣回", " · ".join(numbers)), ("消费得积分", numbers[0])]
        assert [moved.entry.source[0] for moved in entries] == ["refund", "order"]
        assert records.get(shop.actor("clerk1"), catalogue().entity("order"), order).values["points"] == 228
        assert ledgers.verify() == []
