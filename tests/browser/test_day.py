"""A day in a shop in a real browser: what is due, finding, entering customers and handing out cards, in both languages."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import segno
from desk import Desk, amount
from playwright.sync_api import expect
from pypinyin import lazy_pinyin

pytestmark = pytest.mark.browser

LOOKS = [("zh", 1440), ("en", 1440)]
NEWCOMER, MOBILE = "欧阳若兰", "13912340001"
HELD = Decimal(200)

@pytest.mark.parametrize(("locale", "width"), LOOKS)
def test_a_shop_works_through_its_day(locale: str, width: int, shipped_product: Any, open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    clerk = open_desk(shipped_product, width=width, locale=locale)
    clerk.sign_in("clerk1")
    _see_the_day(clerk)
    member = _find_a_member(clerk, tmp_path)
    customer = _enter_a_customer(clerk, member)
    _issue_and_replace_a_card(clerk, customer)


def _see_the_day(desk: Desk) -> None:
    """The start page has the search, what is begun most often, the day's figures and what is due."""
    page = desk.page
    if not desk.on_phone:
        expect(page.locator("#homesearch")).to_be_focused()
    for name in ("customer", "order", "complaint"):
        expect(page.locator(f'.quick-action[href^="/r/{desk.wording[name].name}/new"]')).to_be_visible()
    expect(page.locator(".tile-number .key-value")).to_have_count(4)
    expect(page.locator(".tile-list .due-late, .tile-list .due-over, .tile-list .due").first).to_be_visible()
    expect(page.locator(".tile-recent a").first).to_be_visible()
    desk.assert_fits()


def _find_a_member(desk: Desk, folder: Path) -> str:
    """By name, pinyin, initials, the end of the number and the card, typed by a person or read by a machine; the member's page."""
    card = desk.wording["card"]
    desk.go(f"/r/{card.name}")
    number = desk.rows()[0]
    desk.open_first()
    name = desk.fact(card, "customer")
    member = str(desk.page.locator(".record-facts a").filter(has_text=name).first.get_attribute("href"))
    desk.go(member)
    mobile = re.sub(r"\D", "", desk.fact(desk.wording["customer"], "mobile"))
    syllables = lazy_pinyin(name)
    desk.go("/")
    for text in (name, "".join(syllables), "".join(syllable[0] for syllable in syllables), mobile[-4:], number):
        _type_into_search(desk, text)
        expect(desk.page.locator(f'[data-found] [role=option][href="{member}"], [data-found] [role=option][href^="/r/{card.name}/"]').first).to_be_visible()
    if desk.on_phone:
        _photograph(desk, number, folder)
    else:
        desk.go(f"/r/{card.name}")
        with desk.turning():
            desk.page.keyboard.type(f"{number}\n")  # at the pace of a scanner
    expect(desk.page.locator("h1")).to_have_text(name)
    return member


def _type_into_search(desk: Desk, text: str) -> None:
    box = desk.page.locator("main [data-search] input[type=search]" if not desk.on_phone else "#search")
    box.fill("")
    box.press_sequentially(text)
    expect(desk.page.locator("[data-found]:not([hidden]) .found-page")).to_contain_text(text)


def _photograph(desk: Desk, number: str, folder: Path) -> None:
    """A telephone whose camera may not be used live takes a picture instead."""
    code = folder / "code.png"
    segno.make(number, micro=False).save(str(code), scale=8, border=6)
    desk.page.locator("header [data-scan]").click()
    with desk.turning():
        desk.page.set_input_files("#scanner input[type=file]", code)


def _enter_a_customer(desk: Desk, member: str) -> str:
    """Over the start page: a known number is noticed while it is typed, what is missing is asked for; the newcomer's page."""
    customer, contact = desk.wording["customer"], desk.wording["contact"]
    desk.go(member)
    name, mobile = desk.page.locator("h1").inner_text(), re.sub(r"\D", "", desk.fact(customer, "mobile"))
    desk.go("/")
    desk.page.locator(f'.quick-action[href^="/r/{customer.name}/new"]').click()
    expect(desk.control(customer["name"])).to_be_focused()
    desk.page.keyboard.type(NEWCOMER)
    desk.control(customer["mobile"]).press_sequentially(f"+86 {mobile[:3]}-{mobile[3:7]}-{mobile[7:]}")
    known = desk.dialog.locator(f'a[data-panel][href="{member}"]')
    expect(known).to_be_visible()
    desk.settle()
    with desk.page.expect_popup() as beside:  # what is typed stays where it is
        known.click()
    expect(beside.value.locator("h1")).to_have_text(name)
    beside.value.close()
    desk.save()
    expect(desk.errors(customer["channel"])).not_to_have_count(0)
    expect(desk.dialog.locator(f'a[data-panel][href="{member}"]').first).to_be_visible()
    desk.fill(customer["mobile"], MOBILE)
    desk.choose(customer["channel"], "store")
    _say_more(desk)
    for place, person in enumerate(("欧阳远", "欧阳晴")):
        desk.dialog.locator(f'[data-line-add][value="add:{contact.name}-{contact["customer"]}"]').click()
        line = desk.dialog.locator("[data-related-line]").nth(place)
        line.locator(f'[name$=".{contact["name"]}"]').fill(person)
        for end in range(2):
            line.locator("[data-line-add]").click()
            line.locator(f'[name$=".{contact.field("phones.number").name}"]').nth(end).fill(f"1391234010{2 * place + end}")
    with desk.saving():
        desk.save()
    assert desk.path == "/"
    with desk.turning():
        desk.page.locator("a.toast-way").click()
    assert desk.page.locator("h1").inner_text() == NEWCOMER
    assert amount(desk.fact(customer, "completeness")) == Decimal(38)  # three of the eight things that are wanted to be known
    expect(desk.page.locator(".record-badges")).to_contain_text(customer.option("tags", "key", desk.locale))
    expect(desk.related(contact).locator("tbody tr")).to_have_count(2)
    return desk.path


def _say_more(desk: Desk) -> None:
    """Tags by typing and by a click, an interest, an address from the province down, a website."""
    customer = desk.wording["customer"]
    tags = desk.control(customer["tags"])
    tags.press_sequentially(customer.option("tags", "key", desk.locale))
    tags.press("Enter")
    expect(desk.dialog.locator(".tag.badge")).to_have_count(1)
    desk.dialog.locator(f'[name="{customer["interests"]}"][value=tea]').check()
    for level in ("province", "city", "district"):
        step = desk.control(f"{customer['address']}.{level}")
        expect(step.locator("option")).not_to_have_count(1)
        step.select_option(index=1)
    desk.fill(f"{customer['address']}.street", "漕溪北路 1 号")
    desk.fill(customer["website"], "example.org")


def _issue_and_replace_a_card(desk: Desk, customer: str) -> None:
    """Frozen, freed, lost and replaced; the money moves to the new card."""
    card, top_up = desk.wording["card"], desk.wording["top_up"]
    desk.go(customer)
    desk.begin(desk.wording["customer"], card)
    desk.pick(card["level"])
    with desk.saving():
        desk.save()
    with desk.turning():
        desk.page.locator("a.toast-way").click()
    old = desk.path
    assert re.fullmatch(r"M\d{10}", desk.page.locator("h1").inner_text())
    expect(desk.page.locator("[data-enlarge] svg").first).to_be_visible()
    desk.begin(card, top_up)
    desk.fill(top_up["amount"], str(HELD))
    with desk.saving():
        desk.save()
    _step(desk, "card", "freeze", status_reason="客户出国")
    desk.do(card, "unfreeze")
    _step(desk, "card", "report_lost", status_reason="遗失")
    assert amount(desk.fact(card, "stored_value")) == HELD
    desk.begin(card, card)
    if not desk.page.locator(f'#dialog [name="{card["replaces"]}"]').input_value():
        desk.pick(card["replaces"])
    with desk.saving():
        desk.save()
    with desk.turning():
        desk.page.locator("a.toast-way").click()
    assert amount(desk.fact(card, "stored_value")) == HELD
    desk.go(old)
    assert amount(desk.fact(card, "stored_value")) == 0
    desk.expect_badge(card.state("status", "replaced", desk.locale))


def _step(desk: Desk, entity: str, transition: str, **asked: str) -> None:
    """Take a step that asks for something, by typing."""
    thing = desk.wording[entity]
    desk.do(thing, transition)
    for name, text in asked.items():
        desk.fill(thing[name], text)
    with desk.turning():
        desk.dialog.locator("[data-save]").click()
