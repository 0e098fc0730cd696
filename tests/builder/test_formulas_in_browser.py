"""Formulas and conditions in a real browser: completion and mistakes while typing, rows in a dialog, options in order."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from builder.test_panels import body_of
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag22aa"]}}


def faults(page):
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in Axe().run(page, options=WCAG).response["violations"]]


def test_formulas_are_completed_checked_and_tried_and_conditions_are_chosen(page, room):
    page.goto("/build/entity/book?field=value")
    formula = page.locator('[data-pointer="/properties/value/x-formula"] textarea')
    formula.click()
    formula.press("Control+a")
    formula.type("2 * copy")
    options = page.locator(".formula-options:visible")
    expect(options.get_by_role("option").first).to_contain_text("Copies")
    formula.press("Enter")
    expect(formula).to_have_value("2 * copy_count")
    expect(page.locator(".formula-fine")).to_contain_text("Gives a number.")
    expect(page.locator(".formula-result output")).to_be_visible()
    formula.type(" + ghost")
    expect(page.locator(".formula-wrong")).to_contain_text("There is no field called “ghost”")
    expect(page.locator(".formula-mark")).to_have_text("ghost")
    assert faults(page) == []
    for _each in " + ghost":
        formula.press("Backspace")
    formula.type(" + 1")
    page.locator("h1").click()
    expect(page.locator("#draft-bar")).to_contain_text("1 change not published")
    assert body_of(room, "entity", "book")["properties"]["value"]["x-formula"] == "2 * copy_count + 1"

    page.get_by_role("button", name="Add a condition to “Visible if”").click()
    dialog = page.locator("#condition")
    dialog.get_by_label("Field", exact=True).select_option(label="Genre")
    expect(dialog.get_by_label("Comparison")).to_have_value("in")
    dialog.get_by_label("Comparison").select_option(label="is")
    dialog.get_by_label("Value", exact=True).select_option(label="Crime")
    expect(dialog.locator(".filter-count")).to_contain_text("record")
    assert faults(page) == []
    dialog.get_by_role("button", name="Apply").click()
    expect(page.locator(".condition-said")).to_have_text("Genre is Crime")
    expect(page.locator("#dialog")).not_to_be_visible()

    page.goto("/build/entity/book?field=topics")
    handle = page.get_by_role("button", name="Move “New”", exact=True)
    handle.focus()
    handle.press(" ")
    handle.press("ArrowUp")
    handle.press(" ")
    expect(page.locator("#draft-bar")).to_contain_text("3 changes not published")
    assert [one["code"] for one in body_of(room, "entity", "book")["properties"]["topics"]["x-options"]] == ["new", "classic"]
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/build/entity/loan?tab=rules")
    expect(page.locator(".flow-way").first).to_be_visible()
    assert faults(page) == []
    assert page.complaints == []
