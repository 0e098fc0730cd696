"""Lists, records and forms in a real browser: pickers, lines, live values, dialogs, the keyboard, and back and forward."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from reading_room import Room

pytestmark = pytest.mark.browser


def test_every_kind_of_page_fits_a_telephone_and_nothing_is_blocked(page: Any, room: Room) -> None:
    reader, loan = room.ids["li"], room.ids["late"]
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (
            "/", "/r/book", "/r/loan?f.state.in=out", "/r/book/new", f"/r/reader/{reader}", f"/r/reader/{reader}/history",
            f"/r/reader/{reader}/movements/fines", f"/r/loan/{loan}/edit", "/r/book/recycle", "/r/book/filter?field=price", "/search?q=li",
        ):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    assert page.blocked == []


def test_a_loan_is_entered_with_the_keyboard_and_a_reader_is_added_on_the_way(page: Any, room: Room) -> None:
    page.goto("/r/loan")
    page.keyboard.press("n")
    page.wait_for_url("**/r/loan/new")
    page.click("#f-reader")
    page.keyboard.type("赵")
    page.click("[data-picker-create]")
    expect(page.locator("#dialog-form [name=name]")).to_have_value("赵")
    page.locator("#dialog-form [name=name]").fill("赵敏")
    page.locator("#dialog-form [data-save]").click()
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#f-reader")).to_have_value("赵敏")
    page.fill("[name=remark]", "By keyboard")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: "/new" not in address)
    expect(page.locator("main")).to_contain_text("By keyboard")
    assert room.scalar("SELECT r.name FROM e_loan l JOIN e_reader r ON r.id = l.reader WHERE l.remark = 'By keyboard'") == "赵敏"
    assert page.blocked == []


def test_a_chosen_link_can_be_cleared_and_a_half_typed_one_goes_back(page: Any, room: Room) -> None:
    page.goto(f"/r/loan/{room.ids['running']}/edit")
    expect(page.locator("#f-reader")).to_have_value("李明")
    page.fill("#f-reader", "李")
    page.locator("[name=remark]").focus()
    expect(page.locator("#f-reader")).to_have_value("李明")
    page.fill("#f-reader", "")
    page.locator("[name=remark]").focus()
    expect(page.locator("[name=reader]")).to_have_value("")
    page.locator("#form [data-save]").click()
    expect(page.locator("#f-reader-error")).not_to_be_empty()


def test_lines_are_added_moved_and_removed_without_losing_what_was_typed(page: Any, room: Room) -> None:
    page.goto("/r/book/new")
    page.fill("[name=title]", "Three hands")
    for name in ("Ada", "Ben", "Cai"):
        page.click("[data-line-add]")
        expect(page.locator("tr[data-line]").last.locator("input[type=text]").first).to_be_focused()
        page.keyboard.type(name)
    rows = page.locator("tr[data-line]")
    rows.nth(2).locator("[data-line-up]").click()
    rows.nth(0).locator("[data-line-remove]").click()
    page.locator("#form [data-save]").click()
    page.wait_for_url(lambda address: "/new" not in address)
    page.wait_for_load_state("networkidle")
    lines = page.locator(".lines-frame td").all_inner_texts()
    assert [text for text in lines if text in {"Ada", "Ben", "Cai"}] == ["Cai", "Ben"]


def test_values_follow_while_one_types(page: Any, room: Room) -> None:
    page.goto(f"/r/loan/{room.ids['late']}/edit")
    before = page.locator("#f-fine").inner_text()
    page.fill("[name=returned]", "2030-01-01")
    expect(page.locator("#f-fine")).not_to_have_text(before)
    page.fill("[name=since]", "")
    page.locator("[name=remark]").focus()
    expect(page.locator("#f-since-error")).not_to_be_empty()


def test_an_answer_that_is_late_leaves_alone_what_is_in_use(page: Any) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.goto("/r/reader/new")
    group = page.locator("[name=group]")
    page.route("**/live", hold)
    with page.expect_request("**/live"):
        page.select_option("[name=kind]", "child")
    group.focus()
    held.pop().continue_()
    expect(group.locator("option[value=pupil]")).to_have_count(1)
    expect(group).to_be_focused()
    with page.expect_request("**/live"):
        page.select_option("[name=kind]", "adult")
    group.select_option("pupil")
    with page.expect_request("**/live"):
        held.pop().continue_()
    expect(group).to_have_value("pupil")
    held.pop().continue_()
    expect(group.locator("option[value=student]")).to_have_count(1)
    expect(group).to_have_value("")
    assert page.blocked == []


def test_conditions_keep_what_is_typed_and_chosen_while_an_answer_is_on_its_way(page: Any) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        if "count" in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    def asked() -> Any:
        return page.expect_request(lambda request: request.method == "POST" and "count" not in (request.post_data or ""))

    page.goto("/r/book/filter?field=price")
    page.route("**/filter*", hold)
    values, fields = page.locator("[name='value.1']"), page.locator(".filter-field")
    with asked():
        page.select_option("[name='operator.1']", "between")
    values.first.click()
    page.keyboard.type("25")
    held.pop().continue_()
    expect(values).to_have_count(2)
    expect(values.first).to_have_value("25")
    expect(values.first).to_be_focused()
    page.keyboard.type("0")
    expect(values.first).to_have_value("250")
    with asked():
        page.click("#filter-add-0")
    values.nth(1).fill("300")
    page.select_option("[name='field.1']", "title")
    with asked():
        held.pop().continue_()
    expect(fields).to_have_count(2)
    expect(fields.first).to_have_value("title")
    held.pop().continue_()
    expect(page.locator("[name='operator.1'] option[value=contains]")).to_have_count(1)
    with asked():
        page.click("button[value='remove:2']")
    values.fill("三体")
    held.pop().continue_()
    expect(fields).to_have_count(1)
    expect(values).to_have_value("三体")
    expect(values).to_be_focused()
    assert page.blocked == []


def test_charts_that_nobody_has_turned_to_are_printed_too(page: Any) -> None:
    page.set_viewport_size({"width": 900, "height": 200})
    page.goto("/d/circulation?lang=en")
    waiting, charts = page.locator(".tile-skeleton"), page.locator(".chart-svg")
    expect(waiting.last).to_be_attached()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert waiting.count() == 0 and charts.count() == 6
    page.emulate_media(media="print")
    assert all(charts.nth(place).bounding_box() for place in range(6))
    assert page.blocked == []


def test_defaults_follow_until_somebody_types_something_else(page: Any) -> None:
    page.goto("/r/reader/new")
    fine = page.locator("[name=daily_fine]")
    expect(fine).to_have_value("0.5")
    page.select_option("[name=kind]", "child")
    expect(fine).to_have_value("0")
    fine.fill("0.3")
    with page.expect_response("**/live"):
        page.select_option("[name=kind]", "adult")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(fine).to_have_value("0.3")


def test_what_has_been_mended_is_not_marked_any_longer(page: Any) -> None:
    page.goto("/r/reader/new")
    page.locator("#form [data-save]").click()
    expect(page.locator(".said-box [data-mistake]")).to_have_count(1)
    expect(page.locator("[name=name]")).to_have_class(re.compile("is-invalid"))
    page.fill("[name=name]", "Ann")
    page.locator("[name=email]").focus()
    expect(page.locator("[name=name]")).not_to_have_class(re.compile("is-invalid"))
    expect(page.locator("[name=name]")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".said-box")).to_have_count(0)


def test_nothing_moves_while_the_mouse_is_pressed(page: Any) -> None:
    page.goto("/r/reader/new")
    page.locator("[name=email]").press_sequentially("Ann")
    page.locator("h1").hover()
    with page.expect_response("**/live"):
        page.mouse.down()
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("#f-email-error")).to_be_empty()
    page.mouse.up()
    expect(page.locator("#f-email-error")).not_to_be_empty()


def test_a_related_record_is_added_without_leaving_the_page(page: Any, room: Room) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    page.goto(f"/r/reader/{room.ids['anna']}")
    box = page.locator("#related-loan-reader")
    count = box.locator("tbody tr").count()
    at = _scrolled(page)
    box.locator("a", has_text="添加").click()
    expect(page.locator("#dialog-form [data-picker-text]").first).to_have_value("Anna")
    page.locator("#dialog-form [data-save]").click()
    expect(box.locator("tbody tr")).to_have_count(count + 1)
    assert (page.url.endswith(f"/r/reader/{room.ids['anna']}"), page.evaluate("window.scrollY")) == (True, at)


def _scrolled(page: Any) -> int:
    """To the end of the page: how far that is."""
    page.wait_for_load_state("networkidle")
    page.evaluate("window.scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    at = int(page.evaluate("window.scrollY"))
    assert at > 0
    return at


def test_a_record_is_added_from_the_page_of_any_other_which_stays_where_it_was(page: Any, room: Room) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    page.goto(f"/r/reader/{room.ids['anna']}")
    at = _scrolled(page)
    page.locator("header summary", has_text="新建").click()
    page.locator("header a[href='/r/book/new']").click()
    page.locator("#dialog-form [name=title]").fill("随手添加的书")
    page.keyboard.press("Control+Enter")
    opened = page.locator("a.toast-way")
    expect(opened).to_be_visible()
    expect(page.locator("#dialog[open]")).to_have_count(0)
    assert (page.url.endswith(f"/r/reader/{room.ids['anna']}"), page.evaluate("window.scrollY")) == (True, at)
    opened.click()
    expect(page.locator("h1")).to_have_text("随手添加的书")


def test_back_and_forward_restore_the_list_as_it_was(page: Any) -> None:
    page.goto("/r/loan")
    page.locator("summary", has_text="状态").click()
    page.locator(".menu-panel a", has_text="已归还").click()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("thead a").first.click()
    page.wait_for_url("**sort=number**")
    page.go_back()
    page.wait_for_url(lambda address: "sort" not in address)
    expect(page.locator(".chip")).to_have_count(1)
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.go_forward()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_the_arrow_keys_and_enter_open_a_row(page: Any, room: Room) -> None:
    page.goto("/r/book?sort=title")
    first = page.locator("tbody tr").nth(1).get_attribute("data-href")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{first}")
    page.keyboard.press("e")
    page.wait_for_url(f"**{first}/edit")
