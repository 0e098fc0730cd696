"""Lists in a real browser: writing in cells, ticking rows, conditions, columns and groups, by keyboard and by mouse."""

from typing import Any

import pytest
from playwright.sync_api import expect
from reading_room import Room

pytestmark = pytest.mark.browser


def test_a_value_is_written_where_it_stands_by_mouse_and_by_keyboard(page: Any, room: Room) -> None:
    page.goto("/r/book?sort=title")
    price = page.locator(f'tr[data-href="/r/book/{room.ids["roger"]}"] [data-edit=price]')
    price.dblclick()
    field = price.locator("input[name=price]")
    expect(field).to_be_focused()
    field.fill("cheap")
    page.keyboard.press("Enter")
    expect(price.locator("[role=alert]")).to_be_visible()
    expect(field).to_have_value("cheap")
    field.fill("44")
    page.keyboard.press("Enter")
    expect(price).to_contain_text("44.00")
    expect(price).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("F2")
    expect(field).to_have_value("44")
    page.keyboard.press("Escape")
    expect(price).to_be_focused()
    expect(price).to_contain_text("44.00")
    page.keyboard.press("Escape")
    expect(page.locator("table.is-writing")).to_have_count(0)
    assert page.url.endswith("/r/book?sort=title")
    assert page.blocked == []


def test_tab_saves_and_goes_on_to_the_next_cell(page: Any, room: Room) -> None:
    page.goto("/r/book?cols=title,isbn,price")
    row = f'tr[data-href="/r/book/{room.ids["roger"]}"]'
    page.locator(f"{row} [data-edit=isbn]").dblclick()
    isbn = page.locator(f"{row} input[name=isbn]")
    expect(isbn).to_be_focused()
    isbn.fill("42")
    page.keyboard.press("Tab")
    expect(page.locator(f"{row} input[name=price]")).to_be_focused()
    expect(page.locator(f"{row} [data-edit=isbn]")).to_have_text("42")


def test_a_click_on_a_row_still_leads_to_the_record(page: Any, room: Room) -> None:
    page.goto("/r/book")
    page.locator(f'tr[data-href="/r/book/{room.ids["roger"]}"] [data-edit=price]').click()
    page.wait_for_url(f"**/r/book/{room.ids['roger']}")


def test_ticked_rows_are_changed_together_and_the_toast_takes_it_back(page: Any, room: Room) -> None:
    page.goto("/r/book?sort=title")
    ticks = page.locator("[data-tick]")
    ticks.nth(0).click()
    ticks.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-selected]")).to_have_text("3")
    page.locator("[data-bulk=edit]").click()
    page.locator("#bulk-field-1").select_option("price")
    page.locator("#bulk input[name=price]").fill("8")
    expect(page.locator(".htmx-added")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".outlook-samples")).to_be_visible()
    page.locator("#bulk button[value=apply]").click()
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator('td[data-edit=price]:has-text("8.00")')).to_have_count(3)
    expect(page.locator("[data-selection]")).to_be_hidden()
    page.locator("#toasts button:not(.toast-close)").first.click()
    expect(page.locator('td[data-edit=price]:has-text("36.00")')).to_have_count(1)
    assert page.blocked == []


def test_conditions_are_put_together_with_a_live_count(page: Any, room: Room) -> None:
    page.goto("/r/book")
    page.locator(".list-layout a").first.click()
    _choose(page, "field", "price")
    _choose(page, "operator", "ge")
    page.locator("#filter-value-1").press_sequentially("30")
    expect(page.locator("#filter-count")).to_contain_text("2")
    page.locator('#filter button[value="group:0"]').click()
    expect(page.locator(".filter-group-2")).to_be_visible()
    expect(page.locator("#filter-value-1")).to_have_value("30")
    page.locator('#filter button[value="remove:2"]').click()
    expect(page.locator(".filter-group-2")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#dialog[open]")).to_have_count(0)
    page.locator(".list-layout a").first.click()
    expect(page.locator("#filter-field-1")).to_have_value("")
    _choose(page, "field", "price")
    _choose(page, "operator", "lt")
    page.locator("#filter-value-1").fill("30")
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/book?f.price.lt=30")
    assert page.blocked == []


def _choose(page: Any, part: str, value: str) -> None:
    """The first condition changes by what is chosen in it."""
    with page.expect_response("**/filter"):
        page.locator(f"#filter-{part}-1").select_option(value)


def test_columns_change_places_and_headings_sort_together(page: Any, room: Room) -> None:
    page.goto("/r/book")
    page.locator(".list-layout a").nth(3).click()
    isbn = page.locator('[data-chosen] [data-column="isbn"]')
    isbn.locator("input").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(isbn.locator("input")).to_be_focused()
    page.locator('[data-others] [data-column="unit"] input').check()
    expect(page.locator('[data-chosen] [data-column="unit"]')).to_be_visible()
    page.locator("#columns button[name=apply]").click()
    page.wait_for_url("**/r/book?cols=isbn,title,*,unit")
    page.locator("thead th[data-column=price] a").click()
    page.wait_for_url("**sort=price*")
    page.locator("thead th[data-column=title] a").click(modifiers=["Shift"])
    expect(page.locator(".sort-place")).to_have_count(2)
    assert page.blocked == []


def test_groups_open_and_close(page: Any, room: Room) -> None:
    page.goto("/r/book?group=genre")
    expect(page.locator("#group-1 tr[data-href]")).to_have_count(1)
    first = page.locator("[data-group]").first
    first.click()
    expect(page.locator("#group-1")).to_be_hidden()
    expect(first).to_have_attribute("aria-expanded", "false")
    page.locator("[data-groups=open]").click()
    expect(page.locator("#group-1")).to_be_visible()
    assert page.blocked == []
