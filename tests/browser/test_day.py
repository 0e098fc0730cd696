"""A day in a shop in a real browser: finding, entering, selling, printing and complaining, on a desk in both languages and on a telephone."""

import re
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import pytest
import segno
from desk import Desk, amount
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as TooLate
from pypinyin import lazy_pinyin

pytestmark = pytest.mark.browser

NEWCOMERS = {
    ("zh", 1440, "light"): ("欧阳若兰", "1391234001"), ("en", 1440, "dark"): ("欧阳若梅", "1391234002"),
    ("zh", 390, "dark"): ("欧阳若竹", "1391234003"), ("en", 390, "light"): ("欧阳若菊", "1391234004"),
}
"""Each look has its own newcomer, and the beginning of all numbers of hers."""
HELD = Decimal(200)
DEPARTMENT, CARER = "客户服务部", "刘佳"
LEVEL, RATE = "银卡会员", Decimal("1.2")
WORDS = "茶罐到手时盖子是裂的，请换一个。"
PAPERS = {"order_sheet": (595, 842), "receipt": (227, None), "card_label": (170, 113), "customer_statement": (595, 842)}
"""The width and height of what is printed, in points."""
_SCANNED_MS = 5_000


@dataclass(frozen=True, slots=True)
class Newcomer:
    name: str
    _numbers: str

    def phone(self, ending: int) -> str:
        return f"{self._numbers}{ending}"


@pytest.mark.parametrize(("locale", "width", "theme"), NEWCOMERS)
def test_a_shop_works_through_its_day(
    locale: str, width: int, theme: str, shop: Any, open_desk: Callable[..., Desk], pictures: Path, tmp_path: Path,
) -> None:
    def keep(name: str) -> None:
        clerk.assert_fits()
        clerk.picture(pictures, f"day-{locale}-{width}-{theme}-{name}")

    clerk, superior, service = (open_desk(shop, width=width, locale=locale, dark=theme == "dark") for _person in range(3))
    newcomer = Newcomer(*NEWCOMERS[locale, width, theme])
    clerk.sign_in("clerk1")
    _see_the_day(clerk)
    keep("home")
    member = _find_a_member(clerk, tmp_path)
    customer = _enter_a_customer(clerk, newcomer, member)
    old, card = _issue_and_replace_a_card(clerk, customer)
    keep("card")
    order, paid = _sell(clerk, newcomer, old, card)
    keep("order")
    refund = _ask_for_a_refund(clerk, order)
    complaint = _complain(clerk, newcomer, order)
    keep("complaint")
    superior.sign_in("store1")
    _hand_the_complaint_on(superior, complaint)
    service.sign_in("service1")
    _settle_the_complaint(service, complaint)
    _pay_the_refund_out(superior, refund, customer, paid)
    _look_at_everything(clerk, customer)
    keep("customer")
    _rate(superior, newcomer)
    papers = {"receipt": order} if clerk.on_phone else {"order_sheet": order, "receipt": order, "card_label": card, "customer_statement": customer}
    _print(clerk, newcomer, papers, tmp_path)


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
        _scan(desk, number, name)
    expect(desk.page.locator("h1")).to_have_text(name)  # a card stands for its holder
    return member


def _type_into_search(desk: Desk, text: str) -> None:
    box = desk.page.locator("main [data-search] input[type=search]" if not desk.on_phone else "#search")
    box.fill("")
    box.press_sequentially(text)
    expect(desk.page.locator("[data-found]:not([hidden]) .found-page")).to_contain_text(text)


def _scan(desk: Desk, code: str, title: str) -> None:
    """A scanner types, too quickly for a person; where the machine is busy and takes it for one, it is done again."""
    expected = desk.page.locator("h1").get_by_text(title, exact=True)
    for _time in range(3):
        desk.page.keyboard.type(f"{code}\n")
        with suppress(TooLate):
            expected.wait_for(timeout=_SCANNED_MS)
            return


def _photograph(desk: Desk, number: str, folder: Path) -> None:
    """A telephone whose camera may not be used live takes a picture instead."""
    code = folder / "code.png"
    segno.make(number, micro=False).save(str(code), scale=8, border=6)
    desk.page.locator("header [data-scan]").click()
    with desk.turning():
        desk.page.set_input_files("#scanner input[type=file]", code)


def _enter_a_customer(desk: Desk, newcomer: Newcomer, member: str) -> str:
    """Over the start page: a known number is noticed while it is typed, what is missing is asked for; the newcomer's page."""
    customer, contact = desk.wording["customer"], desk.wording["contact"]
    desk.go(member)
    name, mobile = desk.page.locator("h1").inner_text(), re.sub(r"\D", "", desk.fact(customer, "mobile"))
    desk.go("/")
    desk.page.locator(f'.quick-action[href^="/r/{customer.name}/new"]').click()
    expect(desk.control(customer["name"])).to_be_focused()
    desk.page.keyboard.type(newcomer.name)
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
    desk.fill(customer["mobile"], newcomer.phone(1))
    desk.choose(customer["channel"], "store")
    _say_more(desk)
    for place, person in enumerate(("欧阳远", "欧阳晴")):
        desk.dialog.locator(f'[data-line-add][value="add:{contact.name}-{contact["customer"]}"]').click()
        line = desk.dialog.locator("[data-related-line]").nth(place)
        line.locator(f'[name$=".{contact["name"]}"]').fill(person)
        for end in range(2):
            line.locator("[data-line-add]").click()
            line.locator(f'[name$=".{contact.field("phones.number").name}"]').nth(end).fill(newcomer.phone(2 + 2 * place + end))
    with desk.saving():
        desk.save()
    assert desk.path == "/"
    with desk.turning():
        desk.page.locator("a.toast-way").click()
    assert desk.page.locator("h1").inner_text() == newcomer.name
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


def _issue_and_replace_a_card(desk: Desk, customer: str) -> tuple[str, str]:
    """Frozen, freed, lost and replaced; the money moves to the new card. The pages of the old and of the new one."""
    card, top_up = desk.wording["card"], desk.wording["top_up"]
    desk.go(customer)
    desk.begin(desk.wording["customer"], card)
    desk.pick(card["level"], LEVEL)
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
    new = desk.path
    assert amount(desk.fact(card, "stored_value")) == HELD
    desk.go(old)
    assert amount(desk.fact(card, "stored_value")) == 0
    desk.expect_badge(card.state("status", "replaced", desk.locale))
    return old, new


def _step(desk: Desk, entity: str, transition: str, **asked: str) -> None:
    """Take a step that asks for something, by typing."""
    thing = desk.wording[entity]
    desk.do(thing, transition)
    for name, text in asked.items():
        desk.fill(thing[name], text)
    with desk.turning():
        desk.dialog.locator("[data-save]").click()


def _sell(desk: Desk, newcomer: Newcomer, old: str, card: str) -> tuple[str, Decimal]:
    """An order by the card, three lines by the keyboard, paid in two parts and sent; its page and its total."""
    order, payment = desk.wording["order"], desk.wording["order_payment"]
    desk.go(old)
    refused = desk.page.locator("h1").inner_text()
    desk.go(card)
    number = desk.page.locator("h1").inner_text()
    desk.go(f"/r/{order.name}/new")
    desk.pick(order["card"], refused)
    total = _type_lines(desk)
    desk.save()
    expect(desk.page.locator(".said-box")).to_be_visible()
    expect(desk.errors(order["card"])).not_to_have_count(0)
    desk.ready()
    desk.pick(order["card"], number)
    expect(desk.page.locator(f'[data-picker]:has([name="{order["customer"]}"]) [data-picker-text]')).to_have_value(newcomer.name)
    with desk.turning():
        desk.save()
    assert amount(desk.fact(order, "total")) == total
    page = desk.path
    desk.do(order, "confirm")
    for part in (Decimal(100), total - 100):
        desk.begin(order, payment)
        desk.fill(payment["amount"], str(part))
        with desk.saving():
            desk.save()
    desk.go(page)
    desk.expect_badge(order.state("payment", "paid", desk.locale))
    assert amount(desk.fact(order, "points")) == (total * RATE).quantize(Decimal(1), ROUND_DOWN)
    _step(desk, "order", "ship", tracking="SF100200300")
    desk.expect_badge(order.state("fulfilment", "shipped", desk.locale))
    return page, total


def _type_lines(desk: Desk) -> Decimal:
    """Product, Tab, quantity, Enter, as in a spreadsheet; more than there is is refused. The total that the form shows."""
    order = desk.wording["order"]
    rows = desk.page.locator("tr[data-line]")
    total = Decimal(0)
    for place, (product, quantity) in enumerate((("mlhc", 9999), ("hts", 2), ("ldg", 1))):
        if place:
            _cell(desk, place - 1, "quantity").press("Enter")
            expect(rows).to_have_count(place + 1)
        name = str(rows.nth(place).locator(f'[name$=".{order.field("lines.product").name}"]').get_attribute("name"))
        picker = rows.nth(place).locator("[data-picker-text]").first
        picker.press_sequentially(product)
        expect(rows.nth(place).locator(".picker-option .picker-cell")).not_to_have_count(0)
        picker.press("ArrowDown")
        picker.press("Enter")
        expect(desk.page.locator(f'[name="{name}"]')).not_to_have_value("")
        desk.settle()
        _cell(desk, place, "quantity").fill(str(quantity))
        desk.settle()
        each = _cell(desk, place, "price")
        expect(each.and_(desk.page.locator('[placeholder]:not([placeholder=""]), [value]:not([value=""])'))).to_have_count(1)
        total += amount(each.input_value() or each.get_attribute("placeholder") or "") * (2 if quantity > 100 else quantity)
    expect(desk.page.locator('[id$="-quantity-error"] .form-error').first).to_be_visible()
    _cell(desk, 0, "quantity").fill("2")
    _cell(desk, 0, "quantity").blur()
    desk.settle()
    expect(desk.output(order["total"])).to_contain_text(f"{total:,.2f}")
    return total


def _cell(desk: Desk, line: int, column: str) -> Locator:
    name = desk.wording["order"].field(f"lines.{column}").name
    return desk.page.locator("tr[data-line]").nth(line).locator(f'[name$=".{name}"]')


def _ask_for_a_refund(desk: Desk, order_page: str) -> str:
    """One line of the three comes back; the page of the refund."""
    order, refund = desk.wording["order"], desk.wording["refund"]
    desk.go(order_page)
    desk.begin(order, refund)
    if not desk.dialog.locator("tr[data-line]").count():
        desk.dialog.locator("[data-line-add]").click()
        expect(desk.dialog.locator("tr[data-line]")).to_have_count(1)
    line = desk.dialog.locator("tr[data-line]").first
    key = line.locator(f'input[name="{refund["lines"]}"]').input_value()
    desk.pick(f"{refund['lines']}.{key}.{refund.field('lines.goods').name}")
    desk.choose(refund["reason"], "changed_mind")
    with desk.saving():
        desk.save()
    with desk.turning():
        desk.page.locator("a.toast-way").click()
    return desk.path


def _pay_the_refund_out(desk: Desk, refund_page: str, customer_page: str, paid: Decimal) -> None:
    """The manager does; points go back with the money, and the movements say why."""
    refund, customer = desk.wording["refund"], desk.wording["customer"]
    desk.go(refund_page)
    back = amount(desk.fact(refund, "amount"))
    number = desk.page.locator("h1").inner_text()
    desk.do(refund, "complete")
    desk.go(customer_page)
    earned = (paid * RATE).quantize(Decimal(1), ROUND_DOWN)
    left = earned - (earned * back / paid).quantize(Decimal(1), ROUND_DOWN)
    assert amount(desk.fact(customer, "points_balance")) == left
    desk.page.locator(".figures a").first.click()
    movements = desk.page.locator(".record-panel:not([hidden]) tbody tr")
    expect(movements).to_have_count(2)
    expect(movements.filter(has_text=number)).to_have_count(1)


def _print(desk: Desk, newcomer: Newcomer, pages: dict[str, str], folder: Path) -> None:
    """Every paper in this language, as text that can be read and on the paper that was meant."""
    for name, page in pages.items():
        answer = desk.page.request.get(f"{page}/documents/{name}.pdf?lang={desk.locale}")
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/pdf"
        file = folder / f"{name}.pdf"
        file.write_bytes(answer.body())
        text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
        assert newcomer.name in text
        label = desk.wording.catalogue.prints[name].label
        assert label["en" if desk.locale == "zh" else "zh"] not in text
        size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout)
        assert size is not None
        for meant, found in zip(PAPERS[name], size.groups(), strict=True):
            assert meant is None or abs(meant - float(found)) < 2


def _complain(desk: Desk, newcomer: Newcomer, order_page: str) -> str:
    """From the order, with the words of the customer, which stay as they are; the page of the complaint."""
    order, complaint = desk.wording["order"], desk.wording["complaint"]
    desk.go(order_page)
    desk.begin(order, complaint)
    desk.choose(complaint["source"], "phone")
    desk.choose(complaint["category"], "package")
    desk.fill(complaint["content"], WORDS)
    with desk.saving():
        desk.save()
    with desk.turning():
        desk.page.locator("a.toast-way").click()
    assert desk.fact(complaint, "customer") == newcomer.name
    assert desk.fact(complaint, "due_at")
    page = desk.path
    with desk.turning():
        desk.page.locator(".page-actions [data-key=e]").click()
    expect(desk.page.locator("#form")).to_contain_text(WORDS)
    expect(desk.control(complaint["content"])).to_have_count(0)
    return page


def _hand_the_complaint_on(desk: Desk, page: str) -> None:
    """To a department and a person; what the step needs is asked for."""
    complaint = desk.wording["complaint"]
    desk.go(page)
    desk.do(complaint, "assign")
    desk.fill(complaint["next_action"], "")
    desk.dialog.locator("[data-save]").click()
    expect(desk.errors(complaint["next_action"])).not_to_have_count(0)
    desk.pick(complaint["department"], DEPARTMENT)
    desk.pick(complaint["owner"], CARER)
    desk.fill(complaint["next_action"], "换货")
    with desk.turning():
        desk.dialog.locator("[data-save]").click()


def _settle_the_complaint(desk: Desk, page: str) -> None:
    """Among what is due, from started to closed."""
    complaint = desk.wording["complaint"]
    expect(desk.page.locator(".tile-list .due, .tile-list .due-late, .tile-list .due-over").first).to_be_visible()
    desk.go(page)
    _step(desk, "complaint", "start")
    desk.do(complaint, "resolve")
    desk.dialog.locator("[data-save]").click()
    expect(desk.errors(complaint["result"])).not_to_have_count(0)
    desk.fill(complaint["result"], "换了一罐新茶。")
    desk.choose(complaint["cause"], "storage")
    with desk.turning():
        desk.dialog.locator("[data-save]").click()
    _step(desk, "complaint", "close")
    desk.expect_badge(complaint.state("state", "closed", desk.locale))


def _look_at_everything(desk: Desk, page: str) -> None:
    """Figures, lists and one timeline on one page; what is talked about is added there, and lists are written in."""
    customer, contact, talk = desk.wording["customer"], desk.wording["contact"], desk.wording["contact_record"]
    desk.go(page)
    assert amount(desk.fact(customer, "order_count")) == 1
    for name in ("order", "card", "complaint"):
        expect(desk.related(desk.wording[name]).locator("tbody tr").first).to_be_visible()
    timeline = desk.part("timeline")
    expect(timeline.locator(".timeline-badge").first).to_be_visible()
    timeline.locator(f'[name="{talk["content"]}"]').fill("回访：新茶收到了")
    timeline.locator(f'[name="{talk["next_step"]}"]').fill("寄样品")
    timeline.locator("[data-save]").click()
    expect(timeline.locator(".timeline-item").filter(has_text="寄样品").locator(".timeline-badge")).to_have_text(talk.option("department", "store", desk.locale))
    timeline.locator("[data-switch-to=comment-box]").click()
    timeline.locator("#comment-text").fill("她喜欢白茶。")
    timeline.locator("#comment-box [type=submit]").click()
    expect(timeline.locator(".timeline-comments")).to_contain_text("她喜欢白茶。")
    cell = desk.related(contact).locator(f'[data-edit="{contact["position"]}"]').first
    cell.locator("[data-cell-open]").click()
    cell.locator("input:not([type=hidden])").fill("经理")
    desk.press("Enter")
    expect(cell).to_contain_text("经理")
    panel = desk.page.locator("[data-record-tabs] [data-part]").last
    panel.click()
    found = desk.page.locator(".record-panel:not([hidden]) .find")
    found.locator("[name=q]").press_sequentially("mlhc")
    expect(found.locator("tbody tr")).to_have_count(1)
    expect(found.locator("tbody tr")).to_contain_text("茉莉花茶")


def _rate(desk: Desk, newcomer: Newcomer) -> None:
    """A superior says how good a talk was, in the list of those that wait for it."""
    talk = desk.wording["contact_record"]
    desk.go(f"/r/{talk.name}?view={talk.name}.list.unrated")
    row = desk.page.locator("#list tr[data-href]").filter(has_text=newcomer.name)
    expect(row).to_have_count(1)
    address = str(row.get_attribute("data-href"))
    if desk.on_phone:
        _rate_on_its_page(desk, row)
    else:
        cell = row.locator(f'[data-edit="{talk["rating"]}"]')
        cell.dblclick()
        cell.locator("input:not([type=hidden])").fill("5")
        desk.press("Enter")
        expect(cell.locator("[data-cell-form]")).to_have_count(0)
    desk.go(address)
    assert amount(desk.fact(talk, "rating")) == 5


def _rate_on_its_page(desk: Desk, row: Locator) -> None:
    with desk.turning():
        row.locator("th a").click()
    with desk.turning():
        desk.page.locator(".page-actions [data-key=e]").click()
    desk.fill(desk.wording["contact_record"]["rating"], "5")
    with desk.turning():
        desk.save()
