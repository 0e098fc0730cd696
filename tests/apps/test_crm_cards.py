"""Membership cards: issued, frozen, lost, replaced; the money on them, and the sentence when one cannot be used."""

from decimal import Decimal
from typing import Any

import pytest
from installed import Id, Shop

from shuke import ledgers, records
from shuke.core.errors import InvalidInput, NotAllowed, PlatformError
from shuke.definitions.current import catalogue


@pytest.fixture
def buyer(shop: Shop) -> int:
    return shop.save("clerk1", "customer", name="持卡人", channel="store", mobile="+8613822220002")


def level(shop: Shop, code: str = "normal") -> Id:
    return Id(shop.id_of("level", f'code = "{code}"'))


def issued(shop: Shop, buyer: int, **values: Any) -> int:
    return shop.save("clerk1", "card", customer=Id(buyer), level=level(shop), **values)


def held(shop: Shop, card: int) -> tuple[Decimal, Decimal, Decimal]:
    """Principal, gift and both together."""
    values = shop.get("", "card", card).values
    return values["principal"], values["gift"], values["stored_value"]


def ordered(shop: Shop, price: str, who: str = "clerk1", **values: Any) -> int:
    order = shop.save(who, "order", lines=[{"item": "散茶", "quantity": 1, "price": price}], **values)
    shop.fire(who, "order", order, "confirm")
    return order


def refusal(shop: Shop, entity: str, **values: Any) -> dict[str, Any]:
    with pytest.raises(InvalidInput) as refused:
        shop.save("clerk1", entity, **values)
    return dict(refused.value.by_field)


# From the box to the customer


def test_a_card_has_a_number_by_the_pattern_and_a_code_to_scan(shop: Shop, buyer: int) -> None:
    numbers = [shop.value("card", issued(shop, buyer), "number") for _time in range(2)]
    assert int(numbers[1][1:]) == int(numbers[0][1:]) + 1
    card = issued(shop, buyer)
    values = shop.get("clerk1", "card", card).values
    assert (values["barcode"], values["status"], values["customer"].title) == (values["number"], "active", "持卡人")
    assert shop.value("card", issued(shop, buyer, barcode="8800999999"), "barcode") == "8800999999"


def test_a_blank_card_is_issued_by_binding_it_to_a_customer(shop: Shop, buyer: int) -> None:
    card = shop.save("clerk1", "card", barcode="8800777777")
    assert (shop.value("card", card, "status"), shop.value("card", card, "issued_on")) == ("blank", None)
    with pytest.raises(InvalidInput) as unbound:
        shop.fire("clerk1", "card", card, "issue")
    assert set(unbound.value.by_field) == {"customer", "level"}
    shop.fire("clerk1", "card", card, "issue", customer=str(buyer), level=str(level(shop, "gold")))
    values = shop.get("clerk1", "card", card).values
    assert (values["status"], values["customer"].title, values["issued_on"] is not None) == ("active", "持卡人", True)
    assert shop.get("", "customer", buyer).values["level"].title == "金卡会员"


def test_the_number_leads_to_the_member_in_every_shop(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    number = shop.value("card", card, "number")
    with shop.at_work():
        (seen,) = records.lookup(shop.actor("clerk2"), catalogue().entity("card"), number)
    assert seen.id == card


def test_a_card_is_frozen_with_a_reason_and_only_the_manager_closes_it(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    with pytest.raises(InvalidInput):
        shop.fire("clerk1", "card", card, "freeze")
    shop.fire("clerk1", "card", card, "freeze", status_reason="客户要求")
    with pytest.raises(NotAllowed):
        shop.fire("clerk1", "card", card, "close_card", status_reason="不用了")
    shop.fire("manager", "card", card, "close_card", status_reason="不用了")
    assert shop.value("card", card, "status") == "closed"


# Money on the card


def test_a_top_up_adds_principal_and_gift_and_can_be_voided(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    top_up = shop.save("clerk1", "top_up", card=Id(card), amount="1200", method="cash")
    assert held(shop, card) == (Decimal("1200.00"), Decimal("100.00"), Decimal("1300.00"))
    with pytest.raises(NotAllowed):
        shop.fire("clerk1", "top_up", top_up, "void_top_up", void_reason="多输了")
    shop.fire("store1", "top_up", top_up, "void_top_up", void_reason="多输了")
    assert held(shop, card) == (0, 0, 0)


def test_what_was_spent_cannot_be_voided_away(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    top_up = shop.save("clerk1", "top_up", card=Id(card), amount="100", method="cash")
    order = ordered(shop, "60", card=Id(card))
    shop.save("clerk1", "order_payment", order=Id(order), method="stored_value")
    with pytest.raises(PlatformError):
        shop.fire("store1", "top_up", top_up, "void_top_up", void_reason="多输了")
    assert held(shop, card)[2] == Decimal("40.00")


def test_the_card_fills_the_customer_and_pays_the_order(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    shop.save("clerk1", "top_up", card=Id(card), amount="500", method="cash")
    order = ordered(shop, "520", card=Id(card))
    assert shop.get("clerk1", "order", order).values["customer"].title == "持卡人"
    payment = shop.get("clerk1", "order_payment", shop.save("clerk1", "order_payment", order=Id(order))).values
    assert (payment["method"], payment["card"].id, payment["from_principal"], payment["from_gift"]) == ("stored_value", card, Decimal("500.00"), Decimal("20.00"))
    assert (held(shop, card), shop.value("order", order, "payment")) == ((Decimal("0.00"), Decimal("30.00"), Decimal("30.00")), "paid")


def test_an_order_is_paid_in_parts_by_card_and_cash(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    shop.save("clerk1", "top_up", card=Id(card), amount="100", method="cash")
    order = ordered(shop, "160", card=Id(card))
    assert "amount" in refusal(shop, "order_payment", order=Id(order), method="stored_value", card=Id(card))
    shop.save("clerk1", "order_payment", order=Id(order), method="stored_value", amount="100")
    assert shop.value("order", order, "payment") == "partly"
    shop.save("clerk1", "order_payment", order=Id(order), method="cash")
    assert (shop.value("order", order, "payment"), held(shop, card)[2]) == ("paid", 0)


def test_a_voided_payment_is_back_on_the_card_and_can_be_made_again(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    shop.save("clerk1", "top_up", card=Id(card), amount="100", method="cash")
    order = ordered(shop, "160", card=Id(card))
    payment = shop.save("clerk1", "order_payment", order=Id(order), method="stored_value", amount="100")
    shop.fire("manager", "order_payment", payment, "void_payment", void_reason="客户改付现金")
    assert (held(shop, card)[2], shop.value("order", order, "payment")) == (Decimal("100.00"), "unpaid")
    shop.save("clerk1", "order_payment", order=Id(order), method="stored_value", amount="100")
    assert held(shop, card)[2] == 0


def test_a_refund_to_the_card_gives_principal_and_gift_back(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    shop.save("clerk1", "top_up", card=Id(card), amount="500", method="cash")
    order = ordered(shop, "520", card=Id(card))
    shop.save("clerk1", "order_payment", order=Id(order))
    with pytest.raises(PlatformError):
        shop.fire("clerk1", "order", order, "cancel", cancel_reason="mistake")
    refund = shop.save("clerk1", "refund", order=Id(order), reason="changed_mind")
    assert shop.value("refund", refund, "method") == "stored_value"
    shop.fire("store1", "refund", refund, "complete")
    assert held(shop, card) == (Decimal("500.00"), Decimal("50.00"), Decimal("550.00"))
    shop.fire("clerk1", "order", order, "cancel", cancel_reason="mistake")
    assert shop.value("customer", buyer, "points_balance") == 0


# A new card takes over


def test_the_new_card_takes_over_the_balance_and_the_points_stay(shop: Shop, buyer: int) -> None:
    old = issued(shop, buyer)
    shop.save("clerk1", "top_up", card=Id(old), amount="500", method="cash")
    shop.save("manager", "points_movement", customer=Id(buyer), kind="bonus", amount=20, reason="生日赠送")
    shop.fire("clerk1", "card", old, "report_lost")
    new = shop.save("clerk1", "card", customer=Id(buyer), level=level(shop), replaces=Id(old))
    assert (shop.value("card", old, "status"), shop.value("card", new, "status")) == ("replaced", "active")
    assert shop.get("clerk1", "card", old).values["successor"].id == new
    assert (held(shop, old), held(shop, new)) == ((0, 0, 0), (Decimal("500.00"), Decimal("50.00"), Decimal("550.00")))
    assert shop.value("customer", buyer, "points_balance") == 20
    why = " → ".join(shop.value("card", card, "number") for card in (old, new))
    with shop.at_work():
        (moved, *_rest) = ledgers.entries(catalogue().ledgers["stored_principal"], old)
        assert (moved.entry.kind, moved.entry.memo, ledgers.verify()) == ("move", why, [])


def test_a_card_is_replaced_once_and_only_for_its_holder(shop: Shop, buyer: int) -> None:
    other = shop.save("clerk1", "customer", name="别人", channel="store")
    old = issued(shop, buyer)
    assert "replaces" in refusal(shop, "card", customer=Id(other), level=level(shop), replaces=Id(old))
    shop.save("clerk1", "card", customer=Id(buyer), level=level(shop), replaces=Id(old))
    assert "replaces" in refusal(shop, "card", customer=Id(buyer), level=level(shop), replaces=Id(old))


def test_the_history_of_a_card_says_who_did_what_and_which_rule(shop: Shop, buyer: int) -> None:
    old = issued(shop, buyer)
    shop.fire("clerk1", "card", old, "freeze", status_reason="客户要求")
    shop.fire("store1", "card", old, "unfreeze")
    shop.save("clerk1", "card", customer=Id(buyer), level=level(shop), replaces=Id(old))
    with shop.at_work():
        found = records.history(shop.actor("clerk1"), catalogue().entity("card"), old)
    told = [(entry.actor, change.old, change.new) for entry in reversed(found) for change in entry.fields if change.field == "status"]
    assert told[-3:] == [("李晓雯", "Active", "Frozen"), ("孙丽华", "Frozen", "Active"), ("System", "Active", "Replaced")]
    assert found[0].reason == "Rule “A new card takes over the balance; the old one is refused”"
    with shop.at_work(locale="zh"):
        assert records.history(shop.actor("clerk1"), catalogue().entity("card"), old)[0].reason.startswith("自动化规则“补换卡")


# A card that cannot be used is refused with a sentence, wherever it is named

STEPS = {"frozen": ("freeze", {"status_reason": "客户要求"}), "lost": ("report_lost", {}), "closed": ("close_card", {"status_reason": "不用了"})}


def unusable(shop: Shop, buyer: int, status: str) -> int:
    if status == "blank":
        return shop.save("clerk1", "card")
    card = issued(shop, buyer)
    if status == "replaced":
        shop.save("clerk1", "card", customer=Id(buyer), level=level(shop), replaces=Id(card))
    else:
        step, values = STEPS[status]
        shop.fire("manager", "card", card, step, **values)
    return card


@pytest.mark.parametrize(("status", "said"), [("frozen", "frozen"), ("lost", "reported lost"), ("replaced", "replaced"), ("closed", "closed"), ("blank", "not been issued")])
def test_it_is_refused(shop: Shop, buyer: int, status: str, said: str) -> None:
    shop.save("manager", "points_movement", customer=Id(buyer), kind="bonus", amount=50, reason="赠送")
    order = ordered(shop, "30", customer=Id(buyer))
    card = Id(unusable(shop, buyer, status))
    tries: dict[str, dict[str, Any]] = {
        "order": {"card": card, "customer": Id(buyer), "lines": [{"item": "散茶", "quantity": 1, "price": "5"}]},
        "order_payment": {"order": Id(order), "method": "stored_value", "card": card, "amount": "5"},
        "top_up": {"card": card, "amount": "50", "method": "cash"},
        "redemption": {"card": card, "customer": Id(buyer), "points": 10, "gift": "品茗杯"},
    }
    for entity, values in tries.items():
        sentences = " ".join(refusal(shop, entity, **values).get("card", ()))
        assert said in sentences, (entity, sentences)


def test_a_card_of_somebody_else_is_refused(shop: Shop, buyer: int) -> None:
    other = shop.save("clerk1", "customer", name="别人", channel="store")
    card = issued(shop, other)
    assert "card" in refusal(shop, "order", card=Id(card), customer=Id(buyer), lines=[{"item": "散茶", "quantity": 1, "price": "5"}])
    assert "card" in refusal(shop, "redemption", card=Id(card), customer=Id(buyer), points=1, gift="品茗杯")


def test_an_order_goes_on_though_its_card_was_frozen_meanwhile(shop: Shop, buyer: int) -> None:
    card = issued(shop, buyer)
    order = ordered(shop, "30", card=Id(card))
    shop.fire("clerk1", "card", card, "freeze", status_reason="客户要求")
    shop.save("clerk1", "order_payment", order=Id(order), method="cash")
    shop.fire("clerk1", "order", order, "hand_over")
    assert shop.value("order", order, "payment") == "paid"
