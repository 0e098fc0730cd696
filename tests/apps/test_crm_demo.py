"""The demo rows came in through the same door as a person's, and what follows from them is right to the last point."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest
from installed import LOGINS, Shop

from shuke import ledgers
from shuke.definitions.current import catalogue
from shuke.records import every
from shuke.records.values import Query, Record


def _all(shop: Shop, entity: str) -> list[Record]:
    with shop.at_work():
        return list(every(shop.actor(""), catalogue().entity(entity), Query(sort=("id",))))


def test_the_ledgers_verify(shop: Shop) -> None:
    with shop.at_work():
        assert ledgers.verify() == []


def test_each_customer_has_the_points_that_the_rules_give(shop: Shop) -> None:
    expected: Counter[int] = Counter()
    for order in _all(shop, "order"):
        if order.values["payment"] in ("paid", "part_refunded", "refunded") and order.values["state"] != "cancelled":
            rate = Decimal(str(order.values["points_rate"]))
            expected[order.values["customer"].id] += int(order.values["total"] * rate)
    for refund in _all(shop, "refund"):
        if refund.values["state"] == "done":
            order = shop.get("", "order", refund.values["order"].id)
            expected[order.values["customer"].id] -= int(refund.values["points_back"])
    for redemption in _all(shop, "redemption"):
        if redemption.values["state"] == "done":
            expected[redemption.values["customer"].id] -= redemption.values["points"]
    for movement in _all(shop, "points_movement"):
        sign = -1 if movement.values["kind"] == "correction_down" else 1
        expected[movement.values["customer"].id] += sign * movement.values["amount"]
    found = {customer.id: int(customer.values["points_balance"]) for customer in _all(shop, "customer")}
    assert {id_: points for id_, points in found.items() if points} == {id_: points for id_, points in expected.items() if points}


def test_a_customer_has_paid_what_their_orders_say(shop: Shop) -> None:
    paid: Counter[int] = Counter()
    for order in _all(shop, "order"):
        paid[order.values["customer"].id] += order.values["net_paid"]
    assert all(customer.values["total_paid"] == paid[customer.id] for customer in _all(shop, "customer") if paid[customer.id])


def test_the_stock_is_what_came_in_less_what_went_out(shop: Shop) -> None:
    stock: Counter[int] = Counter()
    for receipt in _all(shop, "stock_receipt"):
        if receipt.values["state"] == "received":
            stock.update(dict(_pieces(receipt)))
    for order in _all(shop, "order"):
        if order.values["confirmed_at"] and order.values["state"] != "cancelled":
            stock.subtract(dict(_pieces(order)))
    for adjustment in _all(shop, "stock_adjustment"):
        stock[adjustment.values["product"].id] += adjustment.values["difference"]
    for refund in _all(shop, "refund"):
        if refund.values["state"] == "done":
            stock.update({line.values["goods"].id: line.values["quantity"] for line in refund.values["lines"] if line.values["restock"]})
    assert {product.id: int(product.values["stock"]) for product in _all(shop, "product")} == dict(stock)


def _pieces(record: Record) -> Iterator[tuple[int, int]]:
    pieces: Counter[int] = Counter()
    for line in record.values["lines"]:
        if line.values["product"]:
            pieces[line.values["product"].id] += line.values["quantity"]
    yield from pieces.items()


@pytest.mark.parametrize(("entity", "field"), [("order", "state"), ("order", "fulfilment"), ("order", "payment"), ("complaint", "state"), ("card", "status"), ("stock_receipt", "state")])
def test_every_state_is_shown_by_some_row(shop: Shop, entity: str, field: str) -> None:
    with shop.at_work():
        known = {state.name for state in catalogue().workflows[catalogue().entity(entity).field(field).option("workflow")].states}
    unused = {"stock_receipt": {"cancelled"}}.get(entity, set())
    assert {record.values[field] for record in _all(shop, entity)} == known - unused


def test_the_logins_of_the_demo_are_there_each_with_a_role(shop: Shop) -> None:
    with shop.at_work():
        assert all(shop.actor(name).roles for name in LOGINS)


def test_the_cards_hold_what_was_put_on_them_less_what_was_paid_with_them(shop: Shop) -> None:
    held: Counter[int] = Counter()
    replaced = {card.values["replaces"].id: card.id for card in _all(shop, "card") if card.values["replaces"]}
    for top_up in _all(shop, "top_up"):
        if top_up.values["state"] == "received":
            card = top_up.values["card"].id
            held[replaced.get(card, card)] += top_up.values["amount"] + top_up.values["gift"]
    for payment in _all(shop, "order_payment"):
        if payment.values["method"] == "stored_value" and payment.values["state"] == "received":
            held[payment.values["card"].id] -= payment.values["amount"]
    for refund in _all(shop, "refund"):
        if refund.values["method"] == "stored_value" and refund.values["state"] == "done":
            held[shop.get("", "order", refund.values["order"].id).values["card"].id] += refund.values["amount"]
    assert {card.id: card.values["stored_value"] for card in _all(shop, "card") if card.values["stored_value"]} == {id_: left for id_, left in held.items() if left}


def test_what_has_to_be_done_today_is_not_empty(shop: Shop) -> None:
    with shop.at_work():
        views = {name: catalogue().views[name].where for name in (
            "contact_record.list.due", "customer.list.pool", "customer.list.no_deep", "order.list.unpaid", "order.list.to_ship", "order.list.today",
            "complaint.list.overdue", "card.list.trouble", "contact_record.list.quality", "customer.list.receivable", "product.list.low")}
    assert [name for name, where in views.items() if not shop.find("", name.split(".")[0], where)] == []


def test_the_rows_look_like_half_a_year_of_a_chain(shop: Shop) -> None:
    assert len(_all(shop, "customer")) == 66
    orders = _all(shop, "order")
    assert len(orders) == 165
    assert {order.values["unit"].title for order in orders} >= {"徐汇店", "西湖店", "天河店", "南山店", "线上商城", "企业客户部"}
    days = sorted(order.values["date"] for order in orders)
    assert (days[-1] - days[0]).days > 120
