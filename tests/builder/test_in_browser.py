"""The builder in a real browser: undo by keyboard, the bar beside it, and publishing in its dialog."""

import pytest
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
