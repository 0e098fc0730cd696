"""The apps for shop chains open in the builder completely, and every kind of document in them can be changed and published there."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from installed import Shop
from programs import Programs
from reading_room import Person

from shuke.definitions import store
from shuke.definitions.model import Document
from shuke.definitions.patches import parts_of

CHANGES: Mapping[str, tuple[str, dict[str, str], Any]] = {
    "template": ("/version", {"value": "2.5"}, "2.5"),
    "app": ("/color", {"value": "pink"}, "pink"),
    "entity": ("/x-icon", {"value": "heart"}, "heart"),
    "workflow": ("/states/0/color", {"value": "purple"}, "purple"),
    "rule": ("/label", {"zh": "自动处理", "en": "By itself"}, {"zh": "自动处理", "en": "By itself"}),
    "ledger": ("/label", {"zh": "往来", "en": "Account"}, {"zh": "往来", "en": "Account"}),
    "document": ("/label", {"zh": "凭证", "en": "Voucher"}, {"zh": "凭证", "en": "Voucher"}),
    "message": ("/label", {"zh": "通知", "en": "Notice"}, {"zh": "通知", "en": "Notice"}),
    "dashboard": ("/icon", {"value": "star"}, "star"),
    "role": ("/label", {"zh": "同事", "en": "Colleagues"}, {"zh": "同事", "en": "Colleagues"}),
    "view list": ("/page_size", {"value": "25"}, 25),
    "view form": ("/label", {"zh": "登记", "en": "Entry"}, {"zh": "登记", "en": "Entry"}),
    "view record": ("/label", {"zh": "详情", "en": "Page"}, {"zh": "详情", "en": "Page"}),
    "view board": ("/label", {"zh": "看板", "en": "Cards"}, {"zh": "看板", "en": "Cards"}),
    "view calendar": ("/label", {"zh": "日程", "en": "Days"}, {"zh": "日程", "en": "Days"}),
    "view gallery": ("/label", {"zh": "图册", "en": "Pictures"}, {"zh": "图册", "en": "Pictures"}),
}
"""Of each kind of document: where a keyword stands, what its input sends, and what is written."""


@pytest.fixture
def administrator(programs: Programs) -> Person:
    return Person(programs.browser("admin").client, "admin")


def in_force(shop: Shop) -> list[Document]:
    with shop.database.read():
        return [one for one in store.documents_of(store.published_version()) if one.app != "system"]


def kind_of(one: Document) -> str:
    return f"view {one.body['kind']}" if one.kind == "view" else one.kind


def value_at(body: Any, pointer: str) -> Any:
    for part in parts_of(pointer):
        body = body[int(part)] if isinstance(body, list | tuple) else body.get(part)
    return body


def tabs_of(page: str) -> Iterator[str]:
    """The tabs that are not open."""
    return (html.unescape(address) for address in re.findall(r'<a class="tab" href="([^"]+)"', page))


def test_every_document_opens_with_all_its_tabs(shop: Shop, administrator: Person) -> None:
    seen: Counter[str] = Counter()
    for one in in_force(shop):
        page = administrator.get(f"/build/{one.kind}/{one.name}")
        assert page.status_code == 200, one.key
        seen[kind_of(one)] += 1
        for address in tabs_of(page.text):
            tab = administrator.get(address)
            assert tab.status_code == 200, address
            assert "said-box" not in tab.text, f"{address} cannot be drawn."
        assert "said-box" not in page.text, f"{one.key} cannot be drawn."
    assert {"app", "entity", "workflow", "ledger", "document", "dashboard", "role", "view list", "view form", "view record"} <= set(seen)


def test_a_keyword_of_every_kind_of_document_is_changed_published_and_read_back(shop: Shop, administrator: Person) -> None:
    first = {kind_of(one): one for one in reversed(in_force(shop))}
    for kind, one in first.items():
        pointer, sent, _written = CHANGES[kind]
        answer = administrator.post("/build/panel?lang=en", {"kind": one.kind, "name": one.name, "field": "", "pointer": pointer, **sent}, htmx=True)
        assert answer.status_code == 200, (one.key, answer.text, answer.headers.get("HX-Trigger"))
    assert "No problems" in administrator.fragment("/build/problems?lang=en&count=1").text
    version = max(_versions(shop))
    plan = administrator.fragment("/build/plan?lang=en").text
    assert "No record is touched" in plan
    published = administrator.post("/build/publish?lang=en", administrator.form("/build/plan?lang=en", "plan", htmx=True), htmx=True)
    assert (published.status_code, published.headers.get("HX-Redirect")) == (200, "/build/versions"), published.text
    assert max(_versions(shop)) == version + 1
    now = {one.key: one for one in in_force(shop)}
    for kind, one in first.items():
        pointer, _sent, written = CHANGES[kind]
        assert value_at(now[one.key].body, pointer) == written, one.key
        assert administrator.get(f"/build/{one.kind}/{one.name}").status_code == 200


def _versions(shop: Shop) -> list[int]:
    with shop.database.read():
        return [one.number for one in store.versions()]
