"""The grid of rights and the map in a real browser: by keyboard, by mouse, one request for each choice."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_grid_is_walked_and_changed_by_keyboard(page):
    page.goto("/build/role/volunteer")
    bar = page.locator("#draft-bar")
    page.locator("#right-volunteer-book-read").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#right-volunteer-copy-create")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitemradio", checked=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#right-volunteer-copy-create")).to_have_attribute("data-reach", "own")
    expect(bar).to_contain_text("1 change not published")
    expect(page.locator("#right-volunteer-copy-create")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#right-volunteer-copy-create")).to_contain_text("Team")
    expect(bar).to_contain_text("2 changes not published")
    page.keyboard.press("Delete")
    expect(bar).to_contain_text("3 changes not published")
    page.keyboard.press("Control+z")
    expect(page.locator("#right-volunteer-copy-create")).to_contain_text("Team")
    assert page.complaints == []


def test_a_rule_is_changed_in_its_panel_and_the_row_above_follows(page):
    page.goto("/build/role/volunteer?tab=rights&entity=reader")
    page.locator(".rule-shown").get_by_label("Delete").check()
    expect(page.locator("#right-volunteer-reader-delete")).to_contain_text("Branch")
    page.locator(".right-select").nth(1).select_option("masked")
    expect(page.locator(".right-select").nth(1)).to_have_class("form-select right-select holds-masked is-said")
    assert page.complaints == []


def test_the_map_is_zoomed_by_keyboard_and_a_box_leads_to_its_entity(page):
    page.goto("/build/map")
    drawing = page.locator("svg.map")
    before = drawing.get_attribute("viewBox")
    page.locator("#map").focus()
    page.keyboard.press("+")
    expect(drawing).not_to_have_attribute("viewBox", before)
    page.keyboard.press("0")
    width, height = drawing.get_attribute("data-width"), drawing.get_attribute("data-height")
    expect(drawing).to_have_attribute("viewBox", f"0 0 {width} {height}")
    page.locator(".map-box[data-name=copy]").hover()
    expect(page.locator(".map-line[data-source=copy][data-target=book]")).to_have_class("map-line is-lit")
    page.locator(".map-box[data-name=copy]").click()
    page.wait_for_url("**/build/entity/copy")
    assert page.complaints == []
