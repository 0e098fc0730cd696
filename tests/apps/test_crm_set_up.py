"""What shops set up for themselves in the builder: attributes, tags, causes, stages, check-points, forms on their web site, apps beside those that came."""

import html
import json
import re
from urllib.parse import urlencode

import pytest
from installed import Id, Shop
from programs import Programs
from reading_room import Person

from shuke.core.errors import InvalidInput, NotFound


class Builder:
    """An administrator at the builder; everything goes the way that a browser goes."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def send(self, address: str, **values: object) -> str:
        answer = self.person.post(f"{address}?lang=en", values, htmx=True)
        assert answer.status_code == 200, (address, values, answer.headers.get("HX-Trigger"), answer.text[:2000])
        return answer.text

    def begin(self, kind: str, app: str = "", **values: str) -> str:
        """The name of what is begun under these words."""
        answer = self.person.post(f"/build/new/{kind}?lang=en", {"app": app, "zh": values["en"], "icon": "tool", "color": "teal", **values}, htmx=True)
        return answer.headers["HX-Redirect"].rsplit("/", 1)[1]

    def add(self, entity: str, type_: str, zh: str, en: str) -> str:
        """Put a field on the form of an entity and give it words; its name then."""
        drawn = self.send(f"/build/forms/{entity}.form/add", kind="type", value=type_)
        found = re.search(r'data-chosen="([^"]+)"', drawn)
        assert found
        answer = self.person.post("/build/panel?lang=en", {**_keyword("entity", entity, found[1], "x-label"), "zh": zh, "en": en}, htmx=True)
        return str(json.loads(answer.headers["HX-Trigger"])["builder:renamed"]["to"])

    def set(self, kind: str, name: str, field: str, keyword: str, **values: object) -> None:
        self.send("/build/panel", **_keyword(kind, name, field, keyword), **values)

    def entry(self, kind: str, name: str, field: str, keyword: str) -> None:
        """One more entry in a list."""
        self.send("/build/panel/entries", **_keyword(kind, name, field, keyword), action="add")

    def allow(self, role: str, entity: str, *operations: str) -> None:
        for operation in operations:
            self.send("/build/rights/reach", role=role, entity=entity, operation=operation, reach="all", side="role")

    def publish(self) -> None:
        assert "No problems" in self.person.fragment("/build/problems?lang=en&count=1").text
        answer = self.person.post("/build/publish?lang=en", self.person.form("/build/plan?lang=en", "plan", htmx=True), htmx=True)
        assert answer.headers.get("HX-Redirect") == "/build/versions", answer.text


def _keyword(kind: str, name: str, field: str, keyword: str) -> dict[str, str]:
    return {"kind": kind, "name": name, "field": field, "pointer": f"/properties/{field}/{keyword}" if field else f"/{keyword}"}


@pytest.fixture
def builder(programs: Programs) -> Builder:
    return Builder(Person(programs.browser("admin").client, "admin"))


def test_an_attribute_put_on_the_form_is_asked_for_at_once(programs: Programs, builder: Builder) -> None:
    clerk = programs.browser("clerk1")
    fax = builder.add("customer", "phone", "传真", "Fax")
    assert "传真" not in clerk.page("/r/customer/new"), "nothing reaches staff before it is published"
    builder.publish()
    assert f'name="{fax}"' in clerk.page("/r/customer/new") and "传真" in clerk.page("/r/customer/new")
    clerk.send("/r/customer/new", {"name": "有传真", "channel": "phone", fax: "021-55550177", "_field": ["name", "channel", fax]})
    (made,) = programs.read("clerk1", "/records/customer?q=有传真")["records"]
    assert made[fax] == "+862155550177" and programs.read("clerk1", "/schemas/customer")["properties"][fax]["x-label"]["en"] == "Fax"
    assert "传真" in clerk.page(f"/r/customer/{made['id']}") and f'name="{fax}"' not in clerk.page("/r/customer/new?view=quick")


def test_tags_causes_stages_and_levels_are_what_the_shop_says(programs: Programs, shop: Shop, builder: Builder) -> None:
    tagged = programs.found("manager", "/records/customer?f.tags.has=intention&limit=200")
    several = shop.save("clerk1", "customer", name="林一", channel="phone", tags=["intention", "key", "regular"])
    builder.set("entity", "customer", "tags", "x-options/1/label", zh="意向", en="Intends to buy")
    builder.set("entity", "customer", "tags", "x-options/1/color", value="teal")
    builder.send("/build/panel/entries", **_keyword("entity", "customer", "tags", "x-options"), action="lines", lines="团购 | Group buyer")
    builder.send("/build/panel/entries", **_keyword("entity", "complaint", "cause", "x-options"), action="lines", lines="天气 | Weather")
    builder.set("workflow", "complaint", "", "states/1/label", zh="已派单", en="Handed on")
    builder.publish()
    assert tagged and programs.found("manager", "/records/customer?f.tags.has=intention&limit=200") == tagged | {str(several)}
    clerk = programs.browser("clerk1")
    page = clerk.page(f"/r/customer/{several}?lang=zh")
    assert re.search(r"teal[^>]*>\s*意向", page) and "重点客户" in page and "熟客" in page and "有意向" not in page
    assert str(several) in clerk.page("/r/customer?lang=zh&f.tags.has=intention")
    assert "团购" in clerk.page("/r/customer/new?lang=zh") and "天气" in builder.person.get("/build/entity/complaint?lang=zh&field=cause").text
    assert "已派单" in programs.browser("manager").page("/r/complaint?lang=zh")
    shop.save("admin", "level", name="钻石会员", code="diamond", rate="2")
    assert "钻石会员" in programs.browser("manager").page("/r/level?lang=zh")


def test_a_check_point_is_asked_for_from_now_on_and_leaves_what_was_there_alone(programs: Programs, shop: Shop, builder: Builder) -> None:
    before = {one["id"]: one for one in programs.read("manager", "/records/order?f.fulfilment.is=shipped&limit=200")["records"]}
    waiting = shop.find("", "order", 'AND(state = "confirmed", fulfilment = "unshipped")')[0].id
    cold = builder.add("order", "boolean", "温度合格", "Temperature is right")
    builder.send("/build/panel", **_keyword("workflow", "order_fulfilment", "", "transitions/0/ask"), value=["tracking", "delivery_address", cold])
    builder.send("/build/panel", **_keyword("workflow", "order_fulfilment", "", "transitions/0/require"), value=[cold])
    builder.publish()
    after = {one["id"]: one for one in programs.read("manager", "/records/order?f.fulfilment.is=shipped&limit=200")["records"]}
    assert before and {id_: {**one, cold: None} for id_, one in before.items()} == {id_: {cold: None, **one} for id_, one in after.items()}
    clerk = programs.browser("manager")
    assert "温度合格" in clerk.page("/r/order/new?lang=zh")
    with pytest.raises(InvalidInput) as refused:
        shop.fire("manager", "order", waiting, "ship", tracking="SF1")
    assert cold in refused.value.by_field
    shop.fire("manager", "order", waiting, "ship", tracking="SF1", **{cold: True})
    assert shop.value("order", waiting, cold) is True


def test_what_visitors_of_the_web_site_ask_for_arrives_with_where_they_came_from(programs: Programs, shop: Shop, builder: Builder) -> None:
    campaign = builder.add("callback", "text", "推广来源", "UTM source")
    assert campaign == "utm_source"
    builder.send("/build/panel", kind="view", name="callback.form", at="/public", pointer="/public/prefill", value=["topic", "source", campaign])
    builder.send("/build/panel", kind="view", name="callback.form", at="/public", pointer="/public/embed", value="https://shop.example")
    builder.publish()
    snippet = re.search(r"<iframe src=\"([^\"]+)\"[^>]*></iframe>", html.unescape(builder.person.get("/build/view/callback.form?tab=public").text))
    assert snippet
    visitor, site = programs.app.test_client(), f"{snippet[1]}?{urlencode({'utm_source': 'spring_fair', 'source': 'website', 'topic': 'membership'})}"
    shown = visitor.get(site)
    assert shown.status_code == 200 and "frame-ancestors https://shop.example" in shown.headers["Content-Security-Policy"]
    sent = {name: html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text)}
    shops = re.findall(r'<option value="(\d+)"', shown.text)
    answer = visitor.post(site.split("?")[0], data={**sent, "name": "网站访客", "phone": "13800001234", "topic": "membership", "unit": shops[0], "_agreed": "1"})
    assert answer.status_code == 303, answer.text
    (lead,) = shop.find("", "callback", 'name = "网站访客"')
    assert (lead.values[campaign], lead.values["source"], lead.values["topic"]) == ("spring_fair", "website", "membership")


@pytest.fixture
def visits(builder: Builder) -> tuple[str, str, str, str]:
    """An app beside the shops' own: visits that lead to a customer, read their number, and are summed up on them."""
    app = builder.begin("app", zh="上门服务", en="Home visits")
    visit = builder.begin("entity", app, zh="上门", en="Visit")
    customer = builder.add(visit, "link", "客户", "Customer")
    builder.set("entity", visit, customer, "x-entity", value="customer")
    fee = builder.add(visit, "money", "费用", "Fee")
    code = builder.add(visit, "lookup", "客户编号", "Number of the customer")
    builder.set("entity", visit, code, "x-via", value=customer)
    builder.set("entity", visit, code, "x-field", value="number")
    total = builder.add("customer", "rollup", "上门费用合计", "Visit fees")
    builder.set("entity", "customer", total, "x-via", value=f"{visit}.{customer}")
    builder.set("entity", "customer", total, "x-function", value="sum")
    builder.set("entity", "customer", total, "x-field", value=fee)
    for operation in ("read", "create"):
        builder.send("/build/rights/reach", role="clerk", entity=visit, operation=operation, reach="store")
    for rule in (0, 1):
        builder.send("/build/rights/field", role="salesperson", entity="customer", rule=rule, field=total, right="hidden")
    builder.publish()
    return visit, customer, code, total


def test_an_app_of_ones_own_leads_to_customers_and_is_summed_up_there_for_those_who_may_see_it(
    programs: Programs, shop: Shop, visits: tuple[str, str, str, str],
) -> None:
    visit, customer, code, total = visits
    buyer = shop.save("clerk1", "customer", name="林一", channel="phone")
    for fee in ("80", "45.50"):
        made = shop.save("clerk1", visit, name="空调不制冷", fee=fee, **{customer: Id(buyer)})
    assert str(shop.value(visit, made, code)) == str(shop.value("customer", buyer, "number"))
    assert shop.value("customer", buyer, total) == 125.5
    assert "125.50" in programs.browser("clerk1").page(f"/r/customer/{buyer}?lang=zh")
    assert total in programs.read("clerk1", "/schemas/customer")["properties"]
    assert total not in programs.read("sales1", "/schemas/customer")["properties"]
    assert not shop.find("clerk2", visit)
    with pytest.raises(NotFound):
        shop.get("clerk2", visit, made)
