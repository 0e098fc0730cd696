"""The builder in a real browser: an app is built from nothing, used by a clerk, changed, taken back, and carried to another company."""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builder.test_apps import publish_draft, uploaded
from chromium import drag, middle
from desk import Desk, carry
from empty_company import empty_company
from playwright.sync_api import Locator, expect

from shuke.core import clock
from shuke.core.db import Database

pytestmark = pytest.mark.browser

FIELDS = (
    ("autonumber", "number", "单号", "Number"), ("phone", "phone", "电话", "Phone"), ("email", "email", "邮箱", "Email"), ("choice", "kind", "种类", "Kind"),
    ("longtext", "fault", "故障", "Fault"), ("boolean", "warranty", "保修期内", "Warranty"), ("integer", "score", "评分", "Score"), ("decimal", "hours", "工时", "Hours"),
    ("money", "rate", "每小时", "Rate"), ("state", "progress", "进度", "Progress"), ("link", "customer", "客户", "Customer"), ("table", "parts", "配件", "Parts"),
    ("formula", "fee", "费用", "Fee"),
)
"""What is found in the palette and put on the form, its name then, and its words; before them stand a title and a day."""
VISITS = (("空调不制冷", "2.5", "80", (("压缩机", "300"), ("铜管", "45.50"))), ("灯不亮", "1", "60", (("灯泡", "12"),)), ("漏水", "3", "70", ()))
"""Title, hours, rate, and the parts with their prices."""
FEES = ("545.50", "72.00", "210.00")


def test_an_app_is_built_used_changed_taken_back_and_carried_away(shipped_product: Any, open_desk: Callable[..., Desk], pictures: Path, tmp_path: Path) -> None:
    administrator, clerk = open_desk(shipped_product), open_desk(shipped_product)
    administrator.sign_in("admin")
    _begin(administrator)
    _design_the_form(administrator)
    administrator.picture(pictures, "builder-form")
    _sum_up_on_customers(administrator)
    _add_a_board(administrator)
    _allow(administrator)
    _design_a_print(administrator)
    administrator.picture(pictures, "builder-print")
    _publish(administrator, "上门服务")
    _give_the_group(administrator)
    clerk.sign_in("clerk1")
    pages = _enter(clerk)
    _drag_a_card(clerk, pages[0])
    _print(clerk, pages[0], tmp_path)
    before = {page: _said(clerk, page) for page in pages}
    version = _change(administrator)
    later = _work_with_the_change(clerk, pages[0])
    _go_back(administrator, version)
    for page in pages:
        assert _said(clerk, page) == before[page]
    assert _said(clerk, later)["费用"].endswith("40.00")
    address, exported = _export(administrator, tmp_path)
    assert _export_elsewhere(address, exported, tmp_path / "elsewhere") == exported


# Building


@contextmanager
def _edited(desk: Desk) -> Iterator[None]:
    """What is done inside changes the draft, and the page shows it."""
    bar = desk.page.locator("#draft-bar")
    before = bar.get_attribute("data-revision")
    yield
    expect(bar).not_to_have_attribute("data-revision", str(before))
    _rest(desk)


def _rest(desk: Desk) -> None:
    """Wait until the page has all its answers."""
    expect(desk.page.locator(".htmx-request:not([data-quiet] *, [data-quiet])")).to_have_count(0)
    desk.ready()


def _press(desk: Desk, words: str) -> None:
    desk.page.get_by_role("button", name=desk.say(words), exact=True).first.click()


def _name(desk: Desk, zh: str, en: str) -> None:
    """Give something new its words in the dialog, by the keyboard."""
    expect(desk.dialog.locator("#new-zh")).to_be_focused()
    desk.page.keyboard.type(zh)
    desk.press("Tab")
    desk.page.keyboard.type(en)


def _begin(desk: Desk) -> None:
    """An app with its icon, and an entity in it."""
    page = desk.page
    with desk.turning():
        page.locator("nav a[href='/build']").first.click()
    _press(desk, "New app")
    _name(desk, "售后上门", "After-sales visits")
    desk.dialog.locator("label.look-icon:has([value=headset])").click()
    with desk.turning():
        desk.press("Enter")
    assert desk.path == "/build/app/after_sales_visits"
    _press(desk, "New entity")
    _name(desk, "上门", "Visit")
    with desk.turning():
        desk.press("Enter")
    assert desk.path == "/build/entity/visit"


def _node(desk: Desk, name: str) -> Locator:
    return desk.page.locator(f'#form-canvas .node[data-key="{name}"]')


def _unit(desk: Desk, pointer: str) -> Locator:
    """The inputs of one keyword in the panel."""
    return desk.page.locator(f'[data-pointer$="{pointer}"]')


def _words(desk: Desk, name: str, zh: str, en: str) -> None:
    """Both words one after the other, without waiting for the answer to the first."""
    page = desk.page
    expect(page.locator('#form-chosen [data-pointer$="x-label"] input[lang=zh]')).to_be_focused()
    page.keyboard.type(zh)
    desk.press("Tab")
    page.keyboard.type(en)
    desk.press("Tab")
    expect(_node(desk, name)).to_contain_text(zh)
    _rest(desk)


def _design_the_form(desk: Desk) -> None:
    """A day is dragged from the palette by the mouse, all others come by the keyboard; each gets its words and what it needs."""
    page = desk.page
    start, end = page.locator('.offer[data-value="date"]'), _node(desk, "name")
    expect(page.locator("#form-canvas [data-nodes][data-empty]").first).to_be_visible()  # things can be dragged then
    box, ghost = end.bounding_box(), page.locator("#form-canvas .form-ghost")
    assert box
    with _edited(desk):
        drag(page, middle(start), middle(end, box["width"]), lambda: ghost.count() > 0)
    _words(desk, "day", "上门日期", "Day")
    for type_, name, zh, en in FIELDS:
        page.locator('[data-side="add"]').click()
        page.locator("#form-find").fill(type_)
        with _edited(desk):
            page.locator("#form-find").press("Enter")
        _words(desk, name, zh, en)
        if name in _SETTINGS:
            _SETTINGS[name](desk)
    expect(page.locator("#form-canvas .node-field")).to_have_count(2 + len(FIELDS))
    grip = _node(desk, "fee").locator("> .node-bar > .node-grip")
    grip.focus()
    with _edited(desk):
        desk.press("Space", "ArrowUp", "Space")
    expect(page.locator("#form-canvas .node-field").nth(-2)).to_have_attribute("data-key", "fee")
    _narrow(desk, "fault")


def _narrow(desk: Desk, name: str) -> None:
    """A part that takes the whole width is made narrower at its edge, by the mouse."""
    page, node = desk.page, _node(desk, name)
    node.scroll_into_view_if_needed()
    node.hover()
    edge, around = node.locator(".node-edge").bounding_box(), node.bounding_box()
    assert edge and around
    with _edited(desk):
        page.mouse.move(edge["x"] + 4, edge["y"] + 20)
        page.mouse.down()
        page.mouse.move(edge["x"] - around["width"] / 2, edge["y"] + 20, steps=6)
        page.mouse.up()
    expect(node).to_have_attribute("data-width", "1")


def _choose_options(desk: Desk) -> None:
    """Lines of words become options."""
    page = desk.page
    lines = page.locator('.option-new textarea')
    lines.fill("安装 | Installation\n维修 | Repair")
    with _edited(desk):
        page.locator(".option-new button").click()
    for _time in range(2):
        with _edited(desk):
            page.get_by_role("button", name=re.compile("选项")).and_(page.locator(".option-row .unit-act")).first.click()
    expect(page.locator(".option-row")).to_have_count(2)


def _lead_to_customers(desk: Desk) -> None:
    with _edited(desk):
        _unit(desk, "/x-entity").locator("select, input").first.select_option("customer")


def _add_columns(desk: Desk) -> None:
    """The column that is there is enough for what it is; prices are added."""
    form = desk.page.locator(".table-column-new")
    form.locator("[name=zh]").fill("价格")
    form.locator("[name=en]").fill("Price")
    form.locator("[name=value]").select_option("money")
    with _edited(desk):
        form.locator("[name=en]").press("Enter")
    expect(desk.page.locator(".table-column")).to_have_count(2)


def _compute_the_fee(desk: Desk) -> None:
    with _edited(desk):
        _unit(desk, "/x-result").locator("select").select_option("money")
    source = _unit(desk, "/x-formula").locator("textarea")
    source.click()
    source.press("Control+a")
    source.press_sequentially("hours * rate + SUM(parts.price)")
    expect(desk.page.locator(".formula-fine")).to_be_visible()
    desk.press("Escape")
    with _edited(desk):
        desk.press("Tab")


_SETTINGS: dict[str, Callable[[Desk], None]] = {"kind": _choose_options, "customer": _lead_to_customers, "parts": _add_columns, "fee": _compute_the_fee}


def _sum_up_on_customers(desk: Desk) -> None:
    """How many visits a customer has had."""
    page = desk.page
    desk.go("/build/entity/customer")
    page.locator('[data-side="add"]').click()
    page.locator("#form-find").fill("rollup")
    with _edited(desk):
        page.locator("#form-find").press("Enter")
    _words(desk, "visit_count", "上门次数", "Visit count")
    with _edited(desk):
        _unit(desk, "/x-via").locator("select").select_option("visit.customer")
    expect(_unit(desk, "/x-via").locator("select")).to_have_value("visits")


def _add_a_board(desk: Desk) -> None:
    """Cards by their progress; what stands on them is put in order by keys."""
    page = desk.page
    desk.go("/build/entity/visit?tab=views")
    kind = page.locator(".views-kind", has=page.locator("#views-board"))
    kind.locator("summary").click()
    kind.locator("[name=zh]").fill("进度看板")
    kind.locator("[name=en]").fill("Visits by progress")
    with _edited(desk):
        kind.locator("[name=en]").press("Enter")
    with desk.turning():
        page.get_by_role("link", name="进度看板").first.click()
    with _edited(desk):
        _unit(desk, "/by").locator("select").select_option("progress")
    expect(page.locator("#view-preview")).to_contain_text("进行中")
    handle = page.locator("#view-column-0")
    first = page.locator(".view-column").first.get_attribute("data-path")
    handle.focus()
    with _edited(desk):
        desk.press("Space", "ArrowDown", "Space")
    expect(page.locator(".view-column").nth(1)).to_have_attribute("data-path", str(first))


def _allow(desk: Desk) -> None:
    """A group that may do everything with visits, chosen in the grid by keys."""
    page = desk.page
    desk.go("/build/app/after_sales_visits")
    page.locator(".app-group-head", has_text="权限组").locator("button").click()
    _name(desk, "上门人员", "Visitors")
    with desk.turning():
        desk.press("Enter")
    assert desk.path == "/build/role/visitors"
    page.locator("#right-visitors-visit-read").focus()
    desk.press("Enter")
    choice = page.locator('.reach-menu [data-value="all"]')
    expect(page.locator(".reach-menu")).to_be_visible()
    with _edited(desk):
        choice.click()
    number = choice.get_attribute("data-key")
    for operation in ("create", "update", "transition", "print"):
        cell = page.locator(f"#right-visitors-visit-{operation}")
        cell.focus()
        with _edited(desk):
            desk.press(str(number))
        expect(cell).to_have_attribute("data-reach", "all")


def _design_a_print(desk: Desk) -> None:
    """A sheet with lines, and a rule drawn under them."""
    page = desk.page
    desk.go("/build/entity/visit?tab=prints")
    with desk.turning():
        page.locator(".prints-layout").first.click()
    blocks = page.locator("#print-design > .print-side > .print-blocks > .print-block")
    count = blocks.count()
    page.locator("#print-add > summary").click()
    with _edited(desk):
        page.locator('[data-add="divider"]').click()
    expect(blocks).to_have_count(count + 1)
    with _edited(desk):
        desk.press("Alt+ArrowUp")
    expect(blocks.nth(count - 1)).to_have_attribute("data-type", "divider")


def _publish(desk: Desk, comment: str, *losses: str) -> None:
    """The plan is read, every loss is meant, and it comes into force."""
    page = desk.page
    expect(page.locator(".draft-problems")).to_contain_text(desk.say("No problems"))
    page.locator("#draft-publish").click()
    expect(desk.dialog.locator("#plan-submit")).to_be_visible()
    for loss in losses:
        expect(desk.dialog.locator(".plan-steps")).to_contain_text(loss)
    expect(desk.dialog.locator("[name=accept]")).to_have_count(len(losses))
    for box in desk.dialog.locator("[name=accept]").all():
        box.check()
    desk.dialog.locator("#plan-comment").fill(comment)
    desk.dialog.locator("#plan-submit").click()
    page.wait_for_url("**/build/versions")
    expect(page.locator(".version.is-current")).to_contain_text(comment)


def _give_the_group(desk: Desk) -> None:
    """The clerk gets the group besides the one that is there."""
    page = desk.page
    desk.go("/admin/users?q=clerk1")
    with desk.turning():
        page.locator("#users tbody a").first.click()
    page.locator('[name=roles][value="visitors"]').check()
    with desk.turning():
        page.locator("main [data-save]").click()


# Using


def _enter(desk: Desk) -> list[str]:
    """The clerk finds the app, and enters visits to the first customers; the pages of them."""
    pages = []
    desk.page.locator("nav a[href='/r/visit']").first.click()
    for number, (title, hours, rate, parts) in enumerate(VISITS):
        desk.go("/r/visit/new")
        desk.fill("name", title)
        desk.fill("day", (clock.today() + timedelta(days=number)).isoformat())
        desk.fill("phone", f"1380000123{number}")
        desk.fill("score", str(number + 3))
        desk.choose("kind", "repair")
        desk.fill("fault", f"{title}，请尽快处理。")
        desk.pick("customer")
        desk.fill("hours", hours)
        desk.fill("rate", rate)
        for place, (part, price) in enumerate(parts):
            rows = desk.page.locator("tr[data-line]")
            if rows.count() <= place:
                desk.page.locator("[data-line-add]").last.click()
            expect(rows).to_have_count(place + 1)
            rows.nth(place).locator('[name$=".name"]').fill(part)
            rows.nth(place).locator('[name$=".price"]').fill(price)
            rows.nth(place).locator('[name$=".price"]').blur()
            desk.settle()
        expect(desk.output("fee")).to_contain_text(FEES[number])
        with desk.turning():
            desk.save()
        assert _said(desk, desk.path)["费用"].endswith(FEES[number])
        pages.append(desk.path)
    return pages


def _said(desk: Desk, page: str) -> dict[str, str]:
    """Everything that the page of a record says of its fields, its lines included."""
    desk.go(page)
    found: dict[str, str] = {}
    for row in desk.page.locator("main dl > div").all():
        found[row.locator("dt").first.inner_text()] = row.locator("dd").first.inner_text()
    lines = desk.page.locator(".lines-frame tbody tr")
    return {**found, "lines": " | ".join(" ".join(line.split()) for line in lines.all_inner_texts())}


def _drag_a_card(desk: Desk, record: str) -> None:
    """From one lane of the board to the other, by the mouse."""
    page, id_ = desk.page, record.rsplit("/", 1)[1]
    desk.go("/r/visit")
    page.get_by_role("link", name="进度看板").first.click()
    card, target = page.locator(f'[data-card="{id_}"]'), page.locator('.lane[data-place="done"]')
    carry(page, card, target)
    expect(page.locator(f'.lane[data-place="done"] [data-card="{id_}"]:not(.is-waiting)')).to_be_visible()


def _print(desk: Desk, record: str, folder: Path) -> None:
    """The sheet with the lines of a visit."""
    desk.go(record)
    address = desk.page.locator('a[href*="/documents/"][href$=".pdf"]').first.get_attribute("href")
    answer = desk.page.request.get(f"{address}?lang=zh")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    (folder / "visit.pdf").write_bytes(answer.body())
    text = subprocess.run(["pdftotext", "-layout", folder / "visit.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert all(words in text for words in ("空调不制冷", "压缩机", "45.50"))


# Changing


def _change(desk: Desk) -> str:
    """A field more, one of another name, one of another type, one less; the number of the version before."""
    page = desk.page
    desk.go("/build/versions")
    version = re.sub(r"\D", "", page.locator(".version.is-current strong").first.inner_text())
    desk.go("/build/entity/visit")
    page.locator('[data-side="add"]').click()
    page.locator("#form-find").fill("text")
    with _edited(desk):
        page.locator("#form-find").press("Enter")
    _words(desk, "engineer", "师傅", "Engineer")
    desk.go("/build/entity/visit?field=phone")
    name = _unit(desk, "#name").locator("input")
    name.fill("mobile")
    with desk.turning():
        name.press("Tab")
    assert desk.page.url.endswith("field=mobile")
    desk.go("/build/entity/visit?field=fault")
    with desk.turning():
        page.locator("#field-type").select_option("integer")
    desk.go("/build/entity/visit")
    _node(desk, "score").click()
    page.locator('[data-do="remove"]').click()
    with _edited(desk):
        desk.dialog.locator('[data-do="remove-now"]').click()
    expect(_node(desk, "score")).to_have_count(0)
    _publish(desk, "师傅与电话", "故障", "评分")
    return version


def _work_with_the_change(desk: Desk, record: str) -> str:
    """What was there is there under the new name; the clerk goes on working. The page of another visit."""
    said = _said(desk, record)
    assert "评分" not in said
    assert said["电话"].replace(" ", "").endswith("13800001230")
    desk.go("/r/visit/new")
    desk.fill("name", "换锁")
    desk.fill("mobile", "13900004567")
    desk.fill("engineer", "马师傅")
    desk.fill("hours", "0.5")
    desk.fill("rate", "80")
    with desk.turning():
        desk.save()
    return desk.path


def _go_back(desk: Desk, version: str) -> None:
    """To the version before the change; the plan says what goes out of sight."""
    page = desk.page
    desk.go("/build/versions")
    entry = page.locator(".version").filter(has=page.locator("strong", has_text=re.compile(rf"\D{version}$|^{version}\D|\D{version}\D")))
    entry.get_by_role("button", name=desk.say("Go back to this version")).click()
    expect(desk.dialog.locator("#plan-submit")).to_be_visible()
    for box in desk.dialog.locator("[name=accept]").all():
        box.check()
    with desk.turning():
        desk.dialog.locator("#plan-submit").click()
    expect(page.locator(".version.is-current .version-comment")).to_have_text(desk.say("Back to version %(number)s", number=version))


# Carrying away


def _export(desk: Desk, folder: Path) -> tuple[str, bytes]:
    """The app with all that it needs, as a file; the address that gave it."""
    page = desk.page
    desk.go("/build/app/after_sales_visits")
    _press(desk, "Export")
    expect(desk.dialog.locator("#export")).to_be_visible()
    with page.expect_download() as download:
        desk.dialog.locator("#export [type=submit]").click()
    download.value.save_as(folder / "package.zip")
    return download.value.url.removeprefix(page.url.split("/build")[0]), (folder / "package.zip").read_bytes()


def _export_elsewhere(address: str, content: bytes, folder: Path) -> bytes:
    """Install the package in an empty company, publish it, and export the same apps there."""
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'company.sqlite'}")
    ada = empty_company(folder, database).person("ada")
    led = uploaded(ada, content)
    assert led.status_code == 303, led.text
    shared = re.findall(r'name="(choice:[^"]+)" value="theirs"', ada.get(led.headers["Location"]).text)
    begun = ada.post(led.headers["Location"], dict.fromkeys(shared, "theirs"), htmx=True)  # both have a group for administrators
    assert begun.headers.get("HX-Redirect") == "/build/changes", begun.headers.get("HX-Trigger")
    publish_draft(ada)
    again = ada.get(address)
    database.dispose()
    return again.data
