"""A day of those who look after all shops, in a real browser: lists, figures, two people at one record, what goes wrong, and the administration."""

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk, amount
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser

LOOKS = {"desk in Chinese": (1440, "zh", False), "telephone in English": (390, "en", True)}
NEWCOMERS = {"zh": "慕容清", "en": "Salome Reed"}
"""Each look enters somebody of its own."""
NAMED = {f"/admin/{place}" for place in ("users", "units", "roles", "settings", "look", "numbers", "imports", "bin", "jobs", "system")}
NOTHING, NOT_ALLOWED = "What you are looking for does not exist, or you may not see it.", "You may not open this page. Ask an administrator for the right."
TELEPHONES = {"zh": "021 6464 2001", "en": "021 6464 2002"}
STATES = {"zh": "投诉状态", "en": "Complaints by state"}

Seat = Callable[[str], Desk]


@pytest.fixture(scope="module")
def sessions() -> dict[tuple[str, str], Any]:
    """The cookies of those who have signed in already: nobody does so at every test."""
    return {}


@pytest.fixture(params=LOOKS)
def seat(request: pytest.FixtureRequest, shop: Any, open_desk: Callable[..., Desk], sessions: dict[tuple[str, str], Any]) -> Seat:
    """Sits somebody down, at a desk or with a telephone."""
    width, locale, dark = LOOKS[request.param]

    def sit_down(username: str) -> Desk:
        desk = open_desk(shop, width=width, locale=locale, dark=dark)
        if (username, locale) in sessions:
            desk.page.context.add_cookies(sessions[username, locale])
            desk.go("/")
            desk.speak(locale)
        else:
            desk.sign_in(username)
            sessions[username, locale] = desk.page.context.cookies()
        return desk

    return sit_down


def test_lists_add_up_and_are_kept_for_others(seat: Seat) -> None:
    manager, clerk = seat("manager"), seat("clerk2")
    order = manager.wording["order"]
    total, payment = order.label("total", manager.locale), order.label("payment", manager.locale)
    manager.go(f"/r/{order.name}")
    groups = manager.page.locator(f'#list .group-head td[data-label="{total}"]')
    whole = amount(manager.page.locator(f'#list tfoot td[data-label="{total}"]').inner_text())
    assert sum(amount(text) for text in groups.all_inner_texts()) == whole > 0
    with manager.listing():
        manager.page.locator(".list-tabs a").first.click()
    _sort_by(manager, order["payment"], order["total"])
    _narrow_to(manager, order["total"], order["payment"])
    assert set(manager.column(payment)) == {order.state("payment", "paid", manager.locale)}
    amounts = [amount(text) for text in manager.column(total)]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[-1] >= 100
    name = f"{NEWCOMERS[manager.locale]} 100"
    _keep_for(manager, name, "clerk")
    assert [amount(text) for text in manager.column(total)] == amounts

    clerk.go(f"/r/{order.name}")
    expect(clerk.page.locator(".list-tabs [aria-current]")).to_have_text(name)
    assert set(clerk.column(payment)) == {order.state("payment", "paid", clerk.locale)}
    assert 0 < len(clerk.rows()) < len(amounts)
    manager.page.locator(".list-keep summary").click()
    manager.page.locator(".list-keep form[action$='/delete'] button").click()
    with manager.turning():
        manager.page.locator("#confirm button[value=yes]").click()
    expect(manager.page.locator(".list-tabs a").filter(has_text=name)).to_have_count(0)


def _sort_by(desk: Desk, first: str, second: str) -> None:
    """Upwards by the one, downwards by the other."""
    desk.page.locator('.list-layout a[href*="/sort"]').click()
    for place, (name, way) in enumerate(((first, "up"), (second, "down"))):
        desk.dialog.locator("[name=by]").nth(place).select_option(name)
        desk.dialog.locator("[name=way]").nth(place).select_option(way)
    with desk.turning():
        desk.dialog.locator("[type=submit]").click()


def _narrow_to(desk: Desk, money: str, payment: str) -> None:
    """At least 100, and paid."""
    desk.page.locator('.list-layout a[href*="/filter"]').click()
    _ask(desk, "field-1", money)
    _ask(desk, "operator-1", "ge")
    desk.page.locator("#filter-value-1").fill("100")
    desk.page.locator('#filter button[value^="add:"]').click()
    _ask(desk, "field-2", payment)
    choices = desk.page.locator(".filter-choices")
    if choices.get_attribute("open") is None:
        choices.locator("summary").click()
    with desk.page.expect_response(lambda response: response.request.post_data is not None and "do=count" in response.request.post_data):
        choices.locator("[value=paid]").check()
    desk.ready()
    found = amount(desk.page.locator("#filter-count").inner_text())
    with desk.turning():
        desk.page.locator("#filter .btn-primary").click()
    expect(desk.page.locator(".chip")).to_have_count(2)
    assert _rows_in_all(desk) == found


def _ask(desk: Desk, control: str, value: str) -> None:
    with desk.page.expect_response(lambda response: "/filter" in response.url):
        desk.page.locator(f"#filter-{control}").select_option(value)
    desk.ready()
    expect(desk.page.locator(f"#filter-{control}")).to_have_value(value)


def _keep_for(desk: Desk, name: str, role: str) -> None:
    """The list as it is, for everybody; it opens first for those with the role."""
    if desk.on_phone:
        desk.page.locator(".list-keep summary").click()
    desk.page.locator('.list-keep a[href*="/views/new"]:visible').first.click()
    desk.dialog.locator("[name=name]").fill(name)
    desk.dialog.locator("[name=shared]").select_option("all")
    desk.dialog.locator(f"[name=role][value={role}]").check()
    with desk.turning():
        desk.dialog.locator("[type=submit]").click()
    expect(desk.page.locator(".list-tabs [aria-current]")).to_have_text(name)


def test_values_are_written_where_they_stand_and_many_at_once(seat: Seat) -> None:
    manager = seat("manager")
    customer, complaint = manager.wording["customer"], manager.wording["complaint"]
    channel = customer.label("channel", manager.locale)
    manager.go(f"/r/{customer.name}?sort={customer['name']}")
    cell = manager.page.locator(f'#list [data-edit="{customer["channel"]}"]').first
    before = manager.column(channel)[:3]
    code = next(option.code for option in customer.field("channel").options if option.label[manager.locale] not in before)
    said = customer.option("channel", code, manager.locale)
    cell.dblclick()
    written = cell.locator("select")
    expect(written).to_be_focused()
    written.select_option(code)
    manager.press("Enter")
    expect(cell.locator("form")).to_have_count(0)
    expect(cell).to_have_text(said)

    for tick in manager.page.locator("#list [data-tick]").all()[:3]:
        tick.click()
    manager.page.locator("[data-bulk=edit]").click()
    with manager.page.expect_response(lambda response: "/bulk/" in response.url):
        manager.page.locator("#bulk-field-1").select_option(customer["channel"])
    manager.page.locator(f'#bulk [name="{customer["channel"]}"]').select_option(code)
    manager.page.locator(".dialog-actions [value=preview]").click()
    expect(manager.page.locator(".outlook-samples tbody tr")).to_have_count(2)  # the first is so already
    manager.page.locator("#bulk [value=apply]").click()
    expect(manager.dialog).to_have_count(0)
    column = manager.page.locator(f'#list tbody td[data-label="{channel}"]')
    for place in range(3):
        expect(column.nth(place)).to_have_text(said)
    manager.page.locator("button.toast-way").click()
    for place, text in enumerate([said, *before[1:]]):
        expect(column.nth(place)).to_have_text(text)

    manager.go(f"/r/{complaint.name}")
    expect(manager.page.locator("#list tr.tint-red").first).to_be_visible()
    expect(manager.page.locator(".pager")).to_contain_text({"zh": "已逾期", "en": "Overdue"}[manager.locale])
    assert not {complaint.state("state", name, manager.locale) for name in ("resolved", "closed")} & set(
        manager.page.locator(f'#list tr.tint-red td[data-label="{complaint.label("state", manager.locale)}"]').all_inner_texts(),
    )


def test_figures_lead_to_what_they_are_made_of(seat: Seat) -> None:
    manager = seat("manager")
    manager.go("/d/management")
    number = manager.page.locator(".tile-number .key-value").first
    shown = amount(number.inner_text())
    assert _count(manager, number) == shown > 0
    manager.page.go_back()
    tile = manager.page.locator(".tile-part").filter(has=manager.page.get_by_role("heading", name=STATES[manager.locale]))
    tile.evaluate("tile => tile.scrollIntoView()")  # it is fetched when it comes into view
    tile.locator(".chart-numbers summary").click()
    cell = tile.locator(".numbers tbody td a").first
    shown = amount(cell.inner_text())
    assert _count(manager, cell) == shown > 0
    manager.page.go_back()
    tile.evaluate("tile => tile.scrollIntoView()")
    canvas = tile.locator(".chart-canvas canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    reach = 0.6 * min(box["width"], box["height"]) / 2  # the middle of the ring, just right of its top, where the first part begins
    with manager.turning():
        canvas.click(position={"x": 0.3 * box["width"] + reach * math.sin(0.1), "y": 0.5 * box["height"] - reach * math.cos(0.1)})
    assert _rows_in_all(manager) == shown


def _count(desk: Desk, link: Locator) -> int:
    with desk.turning():
        link.click()
    return _rows_in_all(desk)


def _rows_in_all(desk: Desk) -> int:
    return int(amount(desk.page.locator(".pager").inner_text().split("\n")[0]))


def test_two_people_at_one_record_keep_what_both_typed(seat: Seat) -> None:
    manager, admin = seat("manager"), seat("admin")
    order = manager.wording["order"]
    quantity = f'[name$=".{order.field("lines.quantity").name}"]'
    mine, theirs = (f"{words}, {NEWCOMERS[manager.locale]}" for words in ("Call before delivery", "Wrap it as a present"))
    manager.go(f"/r/{order.name}?view={order.name}.list&f.{order['state']}.in=draft")
    manager.open_first()
    page = manager.path
    for desk in (manager, admin):
        desk.go(f"{page}/edit")
    more = str(amount(admin.page.locator(f"tr[data-line] {quantity}").first.input_value()) + 1)
    admin.page.locator(f"tr[data-line] {quantity}").first.fill(more)
    admin.fill(order["note"], theirs)
    with admin.turning():
        admin.save()

    lines = manager.page.locator("tr[data-line]")
    wanted = lines.count() + 1
    manager.page.locator("[data-line-add]").click()
    expect(lines).to_have_count(wanted)
    key = lines.last.locator(f"input[name='{order['lines']}']").input_value()
    product = manager.pick(f"{order['lines']}.{key}.{order.field('lines.product').name}")
    manager.fill(order["note"], mine)
    manager.save()
    for words in (theirs, mine, product):
        expect(manager.page.locator(".conflict")).to_contain_text(words)
    expect(lines).to_have_count(wanted)
    expect(lines.first.locator(quantity)).to_have_value(more)
    manager.assert_fits()
    with manager.turning():
        manager.save()
    assert manager.fact(order, "note") == mine
    manager.page.locator(f'[data-value-history="{order["note"]}"]').click()
    with manager.turning():
        manager.dialog.locator("li").filter(has_text=theirs).locator("button").click()
    assert manager.fact(order, "note") == theirs


def test_what_is_deleted_comes_back_from_the_message(seat: Seat) -> None:
    manager = seat("manager")
    contact = manager.wording["contact"]
    manager.go(f"/r/{contact.name}")
    manager.open_first()
    page, title = manager.path, manager.page.locator("h1").inner_text()
    manager.more().locator("a[href$='/delete']").click()
    with manager.turning():
        manager.dialog.locator("[data-save]").click()
    with manager.turning():
        manager.page.locator("button.toast-way").click()
    assert manager.path == page
    expect(manager.page.locator("h1")).to_have_text(title)


def test_nothing_typed_is_lost(seat: Seat) -> None:
    clerk = seat("clerk2")
    customer = clerk.wording["customer"]
    name = NEWCOMERS[clerk.locale]
    clerk.go(f"/r/{customer.name}/new")
    clerk.fill(customer["name"], name)
    clerk.choose(customer["channel"], "store")
    with clerk.signed_out():
        clerk.save()
        _sign_in_over_the_page(clerk)
        clerk.page.wait_for_url(re.compile(rf"/r/{customer.name}/\d+$"))
    expect(clerk.page.locator("h1")).to_have_text(name)
    page = clerk.path
    clerk.go(f"{page}/edit")
    clerk.fill(customer["wechat"], "salon-2026")
    with clerk.cut_off():
        clerk.save()
        expect(clerk.page.locator("#away [data-away-waiting]")).to_be_visible()
        expect(clerk.control(customer["wechat"])).to_have_value("salon-2026")
        clerk.come_back()
        clerk.page.wait_for_url(f"**{page}")
    assert clerk.fact(customer, "wechat") == "salon-2026"
    contact = clerk.wording["contact"]
    clerk.go(f"/r/{contact.name}/new?{contact['customer']}={page.rpartition('/')[2]}")
    clerk.fill(contact["name"], f"{name} 2")
    with clerk.turning():
        clerk.page.locator("#form [data-save]").dblclick()
    clerk.go(page)
    expect(clerk.related(contact).locator("tbody tr")).to_have_count(1)


def _sign_in_over_the_page(desk: Desk) -> None:
    over = desk.page.locator("#sign-in[open]")
    expect(over).to_be_visible()
    over.locator("[name=username]").fill("clerk2")
    over.locator("[name=password]").fill(desk.password)
    desk.press("Enter")


def test_what_belongs_to_others_is_not_there(seat: Seat) -> None:
    inside, outside, service = seat("clerk1"), seat("clerk2"), seat("service1")
    customer, order = inside.wording["customer"], inside.wording["order"]
    inside.go(f"/r/{customer.name}")
    inside.open_first()
    for desk, address, sentence in (
        (outside, inside.path, NOTHING), (outside, f"{inside.path}/edit", NOTHING), (outside, f"/r/{customer.name}/1", NOTHING),
        (service, f"/r/{order.name}/new", NOTHING), (service, "/admin", NOT_ALLOWED),
    ):
        with desk.refused(403, 404):
            desk.go(address)
        expect(desk.page.locator(".fault-words")).to_have_text(desk.say(sentence))
        desk.assert_fits()
        with desk.turning():
            desk.page.locator(".fault-ways a").first.click()
        assert desk.path == "/"


def test_the_administration_is_one_clear_place(seat: Seat) -> None:
    admin = seat("admin")
    main = admin.page.locator("main")
    admin.go("/admin")
    places = {str(link.get_attribute("href")) for link in main.locator("a[href^='/admin/']").all()}
    assert places >= NAMED
    admin.press(*"logo")
    expect(main.locator("a[href^='/admin/']")).to_have_count(1)
    with admin.turning():
        main.locator("a[href='/admin/look']").click()
    for address in sorted(places if admin.on_phone else places & NAMED):  # narrow pages are those that may not hold everything
        admin.go(address)
        expect(admin.page.locator(".places [aria-current=page]")).to_have_attribute("href", address)
        admin.assert_fits()
    admin.go("/admin/settings")
    phone = main.locator("[name=phone]")
    phone.fill(TELEPHONES[admin.locale])
    main.locator("[data-save]").click()
    expect(admin.page.locator(".toast-success")).to_be_visible()
    admin.go("/admin/settings")
    expect(phone).to_have_value(TELEPHONES[admin.locale])
