"""One journey through a company's day in a real browser, with the template as it is shipped and with everything in it renamed."""

import csv
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, amount
from playwright.sync_api import expect
from pypinyin import lazy_pinyin

pytestmark = pytest.mark.browser

NEWCOMER = "欧阳若兰"
MOBILE, NEW_MOBILE = "13912340001", "13912340002"
WORDS = "茶罐到手时盖子是裂的，请换一个。"


def test_a_company_works_through_its_day(product: Any, open_desk: Callable[..., Desk], pictures: Path, tmp_path: Path) -> None:
    clerk = open_desk(product)
    clerk.sign_in("clerk1")
    _find_by_pinyin(clerk)
    customer = _enter_a_customer(clerk)
    order, earned = _sell(clerk, customer)
    complaint = _complain(clerk, order)
    clerk.sign_out()

    manager = open_desk(product)
    manager.sign_in("manager")
    _settle_the_complaint(manager, complaint)
    _read_lists(manager)
    _export(manager, tmp_path)
    _change_and_look_back(manager, customer)
    admin = open_desk(product)
    admin.sign_in("admin")
    _collide(manager, admin, customer)
    _throw_away_and_restore(manager)
    _import(manager, tmp_path)
    _speak_english(manager, customer, earned)


def _find_by_pinyin(desk: Desk) -> None:
    """The first customer of the list is found by the initials of the name, from any page, without the mouse."""
    customer = desk.wording["customer"]
    desk.go(f"/r/{customer.name}")
    name = desk.rows()[0]
    desk.go("/")
    hits = desk.search("".join(syllable[0] for syllable in lazy_pinyin(name)))
    expect(hits.filter(has_text=name)).not_to_have_count(0)
    with desk.turning():
        hits.filter(has_text=name).first.click()
    assert desk.page.locator("h1").inner_text() == name


def _enter_a_customer(desk: Desk) -> str:
    """A customer who lacks something is refused and nothing typed is lost; the address of the page once saved."""
    customer = desk.wording["customer"]
    desk.go(f"/r/{customer.name}")
    with desk.turning():
        desk.press("n")
    desk.fill(customer["name"], NEWCOMER)
    desk.fill(customer["mobile"], MOBILE)
    desk.save()
    expect(desk.errors(customer["channel"])).not_to_have_count(0)
    expect(desk.errors(customer["name"])).to_have_count(0)
    expect(desk.control(customer["name"])).to_have_value(NEWCOMER)
    assert re.sub(r"\D", "", desk.control(customer["mobile"]).input_value()).endswith(MOBILE)
    desk.choose(customer["channel"], "store")
    with desk.turning():
        desk.save()
    assert desk.page.locator("h1").inner_text() == NEWCOMER
    assert desk.fact(customer, "channel") == customer.option("channel", "store")
    return desk.path


def _sell(desk: Desk, customer_page: str) -> tuple[str, Decimal]:
    """An order with two lines, confirmed and paid; its page and the points that it earned."""
    order, payment, customer = desk.wording["order"], desk.wording["order_payment"], desk.wording["customer"]
    desk.go(f"/r/{order.name}")
    with desk.turning():
        desk.press("n")
    assert desk.pick(order["customer"], "oyrl") == NEWCOMER
    total = _type_lines(desk)
    with desk.turning():
        desk.save()
    page = desk.path
    assert amount(desk.fact(order, "total")) == total
    desk.expect_badge(order.state("state", "draft"))
    desk.do(order, "confirm")
    desk.expect_badge(order.state("state", "confirmed"))
    desk.expect_badge(order.state("payment", "unpaid"))

    desk.related(payment).get_by_role("link", name=desk.say("Add"), exact=True).click()
    expect(desk.control(payment["amount"])).to_be_visible()
    desk.fill(payment["amount"], str(total))
    desk.save()
    expect(desk.page.locator("#dialog")).to_be_hidden()
    expect(desk.related(payment).locator("tbody tr")).to_have_count(1)
    desk.go(page)
    desk.expect_badge(order.state("payment", "paid"))
    points = total.quantize(Decimal(1), ROUND_DOWN)  # the rate is 1 for a customer without a level
    assert amount(desk.fact(order, "points")) == points
    desk.go(customer_page)
    assert amount(desk.fact(customer, "points_balance")) == points
    return page, points


def _type_lines(desk: Desk) -> Decimal:
    """Two lines; the totals follow while one types."""
    order = desk.wording["order"]
    lines = order["lines"]
    total = Decimal(0)
    for place, quantity in enumerate((2, 3)):
        if place:
            desk.page.locator("[data-line-add]").click()
            expect(desk.page.locator("tr[data-line]")).to_have_count(place + 1)
        key = desk.page.locator("tr[data-line]").nth(place).locator(f"input[name='{lines}']").input_value()

        def cell(column: str, key: str = key) -> str:
            return f"{lines}.{key}.{order.field(f'lines.{column}').name}"

        desk.pick(cell("product"), place=place)
        price = desk.control(cell("price"))
        desk.fill(cell("quantity"), str(quantity))
        each = amount(price.input_value() or price.get_attribute("placeholder") or "")
        assert each > 0
        total += quantity * each
        expect(desk.output(cell("amount"))).to_contain_text(f"{quantity * each:,.2f}")
        expect(desk.output(order["subtotal"])).to_contain_text(f"{total:,.2f}")
    desk.fill(order["discount"], "1.50")
    total -= Decimal("1.50")
    expect(desk.output(order["total"])).to_contain_text(f"{total:,.2f}")
    return total


def _complain(desk: Desk, order_page: str) -> str:
    """A complaint that is entered on the order's page belongs to the order and its customer; its page."""
    complaint = desk.wording["complaint"]
    desk.go(order_page)
    desk.related(complaint).get_by_role("link", name=desk.say("Add"), exact=True).click()
    expect(desk.control(complaint["content"])).to_be_visible()
    desk.save()
    expect(desk.errors(complaint["source"])).not_to_have_count(0)
    expect(desk.errors(complaint["content"])).not_to_have_count(0)
    desk.choose(complaint["source"], "phone")
    desk.fill(complaint["content"], WORDS)
    desk.save()
    expect(desk.page.locator("#dialog")).to_be_hidden()
    row = desk.related(complaint).locator("tbody tr")
    expect(row).to_have_count(1)
    row.click()
    expect(desk.page.locator("#panel[open]")).to_contain_text(WORDS)
    with desk.turning():
        desk.page.locator("[data-panel-full]").click()
    assert desk.fact(complaint, "customer") == NEWCOMER
    assert desk.fact(complaint, "content") == WORDS
    return desk.path


def _settle_the_complaint(desk: Desk, page: str) -> None:
    """From recorded to closed; each step asks for what it needs and does not go on without it."""
    complaint = desk.wording["complaint"]
    desk.go(page)
    _step(desk, "assign", {"department": desk.pick, "next_action": lambda name: desk.fill(name, "联系客户换货")})
    _step(desk, "start", {})
    _step(desk, "resolve", {"result": lambda name: desk.fill(name, "换了一罐新茶。"), "cause": lambda name: desk.choose(name, "storage")})
    _step(desk, "close", {"category": lambda name: desk.choose(name, "package")})
    desk.expect_badge(complaint.state("state", "closed"))
    assert desk.fact(complaint, "category").endswith(complaint.option("category", "package"))


def _step(desk: Desk, transition: str, required: Mapping[str, Callable[[str], object]]) -> None:
    complaint = desk.wording["complaint"]
    desk.do(complaint, transition)
    form = desk.page.locator("#dialog[open] form")
    if required:
        form.locator("[data-save]").click()
        for field in required:
            expect(desk.errors(complaint[field])).not_to_have_count(0)
        desk.ready()
    for field, enter in required.items():
        enter(complaint[field])
    with desk.turning():
        form.locator("[data-save]").click()
    target = complaint.transition(transition).target
    desk.expect_badge(complaint.state("state", target))


def _read_lists(desk: Desk) -> None:
    """Sorting, filters, conditions, search and pages; the browser's own buttons lead back through them."""
    customer = desk.wording["customer"]
    desk.go(f"/r/{customer.name}")
    start = desk.rows()
    with desk.listing():
        desk.page.locator("#list thead").get_by_role("link", name=customer.label("total_paid"), exact=True).click()
    balances = [amount(text) for text in desk.column(customer.label("total_paid"))]
    assert balances == sorted(balances)
    ascending = desk.rows()
    with desk.listing():
        desk.page.locator("#list thead").get_by_role("link", name=customer.label("total_paid"), exact=True).click()
    balances = [amount(text) for text in desk.column(customer.label("total_paid"))]
    assert balances == sorted(balances, reverse=True)
    descending = desk.rows()

    with desk.listing():
        desk.page.get_by_label(desk.say("Next page")).click()
    assert set(desk.rows()).isdisjoint(descending)
    with desk.listing():
        desk.page.get_by_label(desk.say("Previous page")).click()
    assert desk.rows() == descending

    wechat = customer.option("channel", "wechat")
    desk.page.locator(".list-filters summary").filter(has_text=customer.label("channel")).click()
    with desk.listing():
        desk.page.locator(".list-filters details[open] .menu-entry").filter(has_text=wechat).click()
    assert set(desk.column(customer.label("channel"))) == {wechat}
    filtered = desk.rows()
    _add_a_condition(desk)
    narrowed = desk.rows()
    assert set(narrowed) < set(filtered)
    assert all(amount(text) >= 100 for text in desk.column(customer.label("total_paid")))
    expect(desk.page.locator(".chip")).to_have_count(2)
    with desk.listing():
        desk.page.locator("#list-search").fill(narrowed[-1])
        desk.press("Enter")
    assert desk.rows() == [narrowed[-1]]

    for rows in (narrowed, filtered, descending):
        desk.page.go_back()
        _expect_rows(desk, rows)
    for _step in range(3):  # the page that was turned there and back, and the order
        desk.page.go_back()
    _expect_rows(desk, ascending)
    desk.page.go_back()
    _expect_rows(desk, start)
    desk.page.go_forward()
    _expect_rows(desk, ascending)


def _add_a_condition(desk: Desk) -> None:
    """By the editor: at least 100 spent."""
    customer = desk.wording["customer"]
    desk.page.locator(".list-layout a").filter(has=desk.page.locator("use[href*='#filter'], use[href$='filter']")).click()
    editor = desk.page.locator("#dialog[open] #filter")
    expect(editor).to_be_visible()
    desk.ready()
    with desk.page.expect_response(lambda response: "/filter" in response.url):
        editor.get_by_role("button", name=desk.say("Condition"), exact=True).click()
    for control, value in (("#filter-field-2", customer["total_paid"]), ("#filter-operator-2", "ge")):
        desk.ready()
        with desk.page.expect_response(lambda response: "/filter" in response.url):
            editor.locator(control).select_option(value)
    desk.ready()
    expect(editor.locator("#filter-operator-2")).to_have_value("ge")
    editor.locator("#filter-value-2").fill("100")
    desk.press("Enter")
    expect(desk.page.locator("#dialog")).to_be_hidden()
    expect(desk.page.locator(".chip")).to_have_count(2)


def _expect_rows(desk: Desk, rows: list[str]) -> None:
    expect(desk.page.locator("#list tbody th[scope=row]")).to_have_text(rows)


def _export(desk: Desk, folder: Path) -> None:
    """The file holds what the list shows: the same columns, rows and order."""
    order = desk.wording["order"]
    desk.go(f"/r/{order.name}?view=plain")
    desk.page.locator(".list-filters summary").filter(has_text=order.label("payment")).click()
    with desk.listing():
        desk.page.locator(".list-filters details[open] .menu-entry").filter(has_text=order.state("payment", "paid")).click()
    with desk.listing():
        desk.page.locator("#list thead").get_by_role("link", name=order.label("total"), exact=True).click()
    headings = [text.strip() for text in desk.page.locator("#list thead th[data-column]").all_inner_texts()]
    numbers = desk.rows()
    while desk.page.get_by_label(desk.say("Next page")).count():
        with desk.listing():
            desk.page.get_by_label(desk.say("Next page")).click()
        numbers += desk.rows()
    desk.page.locator(".list-export summary").click()
    with desk.page.expect_download() as downloading:
        desk.page.locator(".list-export a[href*='.csv']").click()
    file = folder / "export.csv"
    downloading.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as reading:
        first, *rows = csv.reader(reading)
    assert first == headings
    assert [row[0] for row in rows] == numbers
    totals = [Decimal(row[headings.index(order.label("total"))]) for row in rows]
    assert totals == sorted(totals)


def _change_and_look_back(desk: Desk, page: str) -> None:
    """History tells what stood there before."""
    customer = desk.wording["customer"]
    desk.go(page)
    with desk.turning():
        desk.press("e")
    desk.fill(customer["mobile"], NEW_MOBILE)
    with desk.turning():
        desk.save()
    desk.page.locator(".page-actions details:has(a[href$='/history']) > summary").click()
    with desk.turning():
        desk.page.locator(".page-actions a[href$='/history']").click()
    latest = desk.page.locator(".history-entry").first
    assert re.sub(r"\D", "", latest.locator("del").inner_text()).endswith(MOBILE)
    assert re.sub(r"\D", "", latest.locator("ins").inner_text()).endswith(NEW_MOBILE)


def _collide(desk: Desk, other: Desk, page: str) -> None:
    """Two people change the same field: the later one sees both values and chooses."""
    customer = desk.wording["customer"]
    for one, typed in ((desk, "ouyang-mine"), (other, "ouyang-theirs")):
        one.go(f"{page}/edit")
        one.fill(customer["wechat"], typed)
    with other.turning():
        other.save()
    desk.save()
    conflict = desk.page.locator(".conflict")
    expect(conflict).to_contain_text("ouyang-theirs")
    expect(conflict).to_contain_text("ouyang-mine")
    with desk.turning():
        desk.save()
    assert desk.fact(customer, "wechat") == "ouyang-mine"


def _throw_away_and_restore(desk: Desk) -> None:
    """What is deleted lies in the recycle bin and comes back from there."""
    record = desk.wording["contact"]
    desk.go(f"/r/{record.name}")
    cell = desk.rows()[0]
    with desk.turning():
        desk.page.locator("#list tr[data-href]").first.click()
    page, name = desk.path, desk.page.locator("h1").inner_text()
    desk.more().locator("a[href$='/delete']").click()
    expect(desk.dialog).to_contain_text(name)
    desk.press("Escape")
    expect(desk.dialog).to_have_count(0)
    desk.more().locator("a[href$='/delete']").click()
    with desk.turning():
        desk.dialog.locator("[data-save]").click()
    assert desk.path == f"/r/{record.name}"
    desk.go(f"/r/{record.name}/recycle")
    row = desk.page.locator("main tbody tr").filter(has_text=cell).first
    with desk.turning():
        row.get_by_role("button", name=desk.say("Restore")).click()
    desk.go(page)
    assert desk.page.locator("h1").inner_text() == name


def _import(desk: Desk, folder: Path) -> None:
    """A file with three rows, one of them wrong: mapped by its headings, tried, taken, and told about."""
    customer = desk.wording["customer"]
    file = folder / "people.csv"
    columns = ("name", "channel", "mobile")
    rows = [("司徒文轩", customer.option("channel", "web"), "13912340011"), ("端木晴", customer.option("channel", "phone"), "13912340012"), ("无渠道", "", "13912340013")]
    with file.open("w", encoding="utf-8", newline="") as writing:
        csv.writer(writing).writerows([[customer.label(column) for column in columns], *rows])
    desk.go(f"/r/{customer.name}")
    desk.page.locator(".page-actions details.menu summary").click()
    with desk.turning():
        desk.page.locator(".page-actions a[href$='/import']").click()
    desk.page.set_input_files("#file", file)
    expect(desk.page.locator("#import-chosen")).to_contain_text("people.csv")
    with desk.turning():
        desk.page.locator(".import-upload [type=submit]").click()
    for column in columns:
        expect(desk.page.locator(f'[name="{customer.name}:{customer[column]}:from"]')).to_have_value(f"column:{customer.label(column)}")
    with desk.turning():
        desk.page.locator("#import-mapping [type=submit]").click()
    _expect_counts(desk, created="2")
    expect(desk.page.locator(".import-why")).to_have_count(1)
    expect(desk.page.locator(".import-why")).to_contain_text(customer.label("channel"))
    desk.page.get_by_role("button", name=desk.say("Import now")).click()
    expect(desk.page.locator("#import-report h2").first).to_have_text(desk.say("Imported"))
    _expect_counts(desk, created="2")
    with desk.turning():
        desk.page.get_by_role("link", name=desk.say("Show the list")).click()
    assert {"司徒文轩", "端木晴"} <= set(desk.rows())
    assert "无渠道" not in desk.rows()


def _expect_counts(desk: Desk, *, created: str) -> None:
    expect(desk.page.locator(".import-counts tbody td").first).to_have_text(created)
    expect(desk.page.locator("#import-report strong.is-bad")).to_contain_text("1")


def _speak_english(desk: Desk, page: str, earned: Decimal) -> None:
    """The same page in another language, then good-bye."""
    customer = desk.wording["customer"]
    desk.go(page)
    desk.speak("en")
    assert desk.path == page
    assert amount(desk.fact(customer, "points_balance")) == earned
    assert desk.page.get_by_role("link", name=desk.say("Edit")).is_visible()
    desk.sign_out()
    assert desk.page.locator("html").get_attribute("lang") == "en"
