"""The builder in a real browser: undo by keyboard, the bar beside it, and publishing in its dialog."""

import pytest
from chromium import drag, middle
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_edits_are_undone_by_keyboard_and_published_from_the_bar(page, nora):
    for icon in ("books", "notebook"):
        nora.post("/build/edit", {"kind": "entity", "name": "book", "pointer": "/x-icon", "value": icon}, htmx=True)
    page.goto("/build/changes")
    bar = page.locator("#draft-bar")
    expect(bar).to_contain_text("2 changes not published")
    expect(bar.locator(".draft-problems")).to_contain_text("No problems")
    page.keyboard.press("Control+z")
    expect(bar).to_contain_text("1 change not published")
    expect(page.locator("#workshop-page ins")).to_have_text("books")
    page.keyboard.press("Control+y")
    expect(bar).to_contain_text("2 changes not published")
    expect(page.locator("#workshop-page ins")).to_have_text("notebook")
    bar.get_by_role("button", name="Publish").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("No record is touched")
    dialog.get_by_label("What is it about?").fill("Another icon")
    dialog.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/build/versions")
    expect(page.locator(".version.is-current")).to_contain_text("Another icon")
    expect(bar).to_contain_text("Everything is published.")
    page.get_by_role("button", name="What changed").first.click()
    expect(page.locator(".version.is-current ins")).to_have_text("notebook")
    assert page.complaints == []


def test_a_print_is_designed_by_mouse_and_keyboard_beside_its_pages(page, vera, room):
    vera.post("/build/prints", {"entity": "loan", "layout": "letter"}, htmx=True)
    page.goto("/build/document/loan_letter")
    blocks = page.locator("#print-design > .print-side > .print-blocks > .print-block")
    pages = page.locator("#print-pages")
    expect(blocks).to_have_count(4)
    page.get_by_text("Add a block").click()
    page.get_by_role("button", name="Divider").click()
    expect(blocks.last).to_have_attribute("data-type", "divider")
    expect(blocks.last.locator("> .print-card")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(blocks.nth(3)).to_have_attribute("data-type", "divider")
    expect(blocks.nth(3).locator("> .print-card")).to_be_focused()
    expect(page.locator("#print-said")).to_have_text("Now at place 4.")
    third = blocks.nth(2).bounding_box()
    drag(page, middle(blocks.first), (third["x"] + 40, third["y"] + third["height"] - 4), lambda: "is-ghost" in blocks.nth(2).get_attribute("class"))
    expect(page.locator(".print-block.is-here")).to_have_attribute("data-block", "/blocks/2")
    expect(blocks.nth(2)).to_have_attribute("data-type", "text")
    page.get_by_label("Insert a field").select_option("number")
    expect(blocks.nth(2)).to_contain_text("[Number]")
    expect(pages.locator("img, .print-none").first).to_be_visible(timeout=30_000)
    page.keyboard.press("Escape")
    expect(page.locator("#draft-bar")).to_contain_text("changes not published")
    page.set_viewport_size({"width": 390, "height": 844})
    blocks.first.locator("> .print-card").click()
    expect(page.locator("#print-panel-title")).to_be_focused()
    expect(page.locator("#print-panel-title")).to_be_in_viewport()
    assert page.complaints == []
