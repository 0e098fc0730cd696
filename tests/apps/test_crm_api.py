"""What programs and forms get from the chain's definitions: statuses, schemas, lists, numbers."""

import json
from decimal import Decimal
from urllib.parse import quote

from installed import Id, Shop
from programs import Programs

from shuke.definitions.current import catalogue


def asked(condition: str) -> str:
    return f"where={quote(condition)}"


def test_a_customer_without_a_channel_is_refused_and_one_with_it_is_found_by_it(programs: Programs) -> None:
    refused = programs.ask("clerk1", "POST", "/records/customer", {"name": "林一"})
    assert (refused.status_code, "channel" in refused.json["errors"]) == (422, True)
    made = programs.ask("clerk1", "POST", "/records/customer", {"name": "林一", "channel": "chat"})
    assert made.status_code == 201
    assert made.json["id"] in programs.found("clerk1", "/records/customer?f.channel.is=chat&limit=200")
    assert made.json["id"] not in programs.found("clerk1", "/records/customer?f.channel.is=phone&limit=200")


def test_the_schema_names_the_standard_attributes(programs: Programs) -> None:
    properties = programs.read("clerk1", "/schemas/customer")["properties"]
    assert {"name", "phone", "mobile", "address", "website", "tags", "interests"} <= set(properties)
    assert {"province", "city", "postcode"} <= set(properties["address"]["properties"])
    made = programs.ask("clerk1", "POST", "/records/customer", {"name": "林一", "channel": "chat", "address": {"province": "310000", "city": "440100", "postcode": "200030"}})
    assert (made.status_code, "address" in made.json["errors"]) == (422, True)


def test_causes_stages_and_levels_are_changed_without_a_new_program(programs: Programs) -> None:
    complaints = programs.read("admin", "/definitions/entity/complaint")
    complaints["properties"]["cause"]["x-options"].append({"code": "weather", "label": {"zh": "天气", "en": "Weather"}})
    stages = programs.read("admin", "/definitions/workflow/complaint")
    next(one for one in stages["states"] if one["name"] == "in_work")["label"] = {"zh": "跟进中", "en": "Being looked into"}
    for path, body in (("entity/complaint", complaints), ("workflow/complaint", stages)):
        assert programs.ask("admin", "PUT", f"/definitions/{path}", body).status_code == 200
    assert programs.ask("admin", "POST", "/definitions/publish", {"comment": "test"}).status_code in (200, 201)
    assert programs.ask("admin", "POST", "/records/level", {"name": "钻石会员", "code": "diamond", "rate": "2"}).status_code == 201
    customer = programs.ask("manager", "POST", "/records/customer", {"name": "林一", "channel": "phone"}).json["id"]
    made = programs.ask("manager", "POST", "/records/complaint", {"customer": customer, "source": "phone", "content": "等太久。"}).json
    owner, unit = made["owner"], made["unit"]
    steps = (
        ("assign", {"department": unit, "owner": owner, "next_action": "回电"}), ("start", {"next_action": "回电"}),
        ("resolve", {"result": "已解释。", "cause": "weather"}),
    )
    for step, values in steps:
        answer = programs.ask("manager", "POST", f"/records/complaint/{made['id']}/transitions/{step}", values)
        assert answer.status_code == 200, (step, answer.text)
        if step == "start":
            assert "跟进中" in programs.browser("manager").page(f"/r/complaint/{made['id']}")
    assert programs.read("manager", f"/records/complaint/{made['id']}")["cause"] == "weather"


def test_the_three_statuses_of_an_order_are_columns_and_filters(programs: Programs) -> None:
    page = programs.read("manager", "/records/order?fields=state&fields=fulfilment&fields=payment&limit=5")
    assert all({"state", "fulfilment", "payment"} <= set(record) for record in page["records"])
    for condition in ("f.state.is=confirmed", "f.fulfilment.is=shipped", "f.payment.is=part_refunded"):
        assert programs.found("manager", f"/records/order?{condition}"), condition


def test_no_complaint_can_be_worked_on_before_it_is_recorded(programs: Programs) -> None:
    assert programs.ask("manager", "POST", "/records/complaint/1/transitions/assign", {}).status_code == 404
    customer = programs.ask("manager", "POST", "/records/customer", {"name": "林一", "channel": "phone"}).json["id"]
    made = programs.ask("manager", "POST", "/records/complaint", {"customer": customer, "source": "phone", "content": "等太久。"}).json
    for step in ("start", "resolve", "close"):
        answer = programs.ask("manager", "POST", f"/records/complaint/{made['id']}/transitions/{step}", {})
        assert answer.status_code == 422, answer.text
    assert programs.read("manager", f"/records/complaint/{made['id']}")["state"] == "recorded"


def test_a_complaint_without_an_owner_is_refused(programs: Programs) -> None:
    customer = programs.ask("manager", "POST", "/records/customer", {"name": "林一", "channel": "phone"}).json["id"]
    body = {"customer": customer, "source": "phone", "content": "等太久。"}
    assert "owner" in programs.ask("manager", "POST", "/records/complaint", {**body, "owner": None}).json["errors"]
    assert programs.ask("manager", "POST", "/records/complaint", body).json["owner"]


def test_receivables_add_up_per_customer(programs: Programs, shop: Shop) -> None:
    buyer = shop.save("clerk1", "customer", name="欠款人", channel="store")
    for price, paid in (("100", "30"), ("50", "")):
        order = shop.save("clerk1", "order", customer=Id(buyer), lines=[{"item": "散茶", "quantity": 1, "price": price}])
        shop.fire("clerk1", "order", order, "confirm")
        if paid:
            shop.save("clerk1", "order_payment", order=Id(order), method="cash", amount=paid)
    with shop.at_work():
        where = catalogue().views["customer.list.receivable"].where
    due = {record["id"]: record["due_total"] for record in programs.read("clerk1", f"/records/customer?{asked(where)}&limit=200")["records"]}
    assert Decimal(due[str(buyer)]) == 120
    (row,) = programs.read("clerk1", f"/records/order/aggregate?group=customer&measure=sum:balance_due&{asked(f'customer.id = {buyer}')}")["groups"]
    assert "120" in json.dumps(row)
