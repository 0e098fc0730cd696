"""The form designer in a real browser: dragged by the mouse, lifted by keys, resized at its edge, undone, seen as on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import drag, middle
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def faults(page):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _TAGS}})
    return [f"{one['id']}: {node['html'][:160]}" for one in found.response["violations"] for node in one["nodes"]]


def fields(page):
    return page.locator("#form-canvas .node-field").evaluate_all("all => all.map((one) => one.dataset.key)")


def test_a_form_is_designed_by_mouse(page):
    page.set_viewport_size({"width": 1280, "height": 1600})  # all of it can be seen, so that nothing scrolls away from the hand
    page.goto("/build/entity/book?lang=en")
    node = lambda key: page.locator(f'#form-canvas .node[data-key="{key}"]')  # noqa: E731
    before = fields(page)
    ghost = page.locator("#form-canvas .form-ghost")
    drag(page, middle(page.locator('.offer[data-value="date"]')), middle(node(before[2]), -20, -10), lambda: ghost.count() > 0)
    expect(node("date")).to_have_class("node node-field is-chosen")
    label = page.locator("#form-chosen").get_by_label("Label · English")
    expect(label).to_be_focused()
    page.keyboard.type("Bought on")
    page.keyboard.press("Tab")
    expect(node("bought_on")).to_contain_text("Bought on")
    expect(page.locator("#form-tools")).to_contain_text("Bought on")
    assert set(fields(page)) == {*before, "bought_on"}
    drag(page, middle(node("bought_on")), middle(node(before[0]), -30, -12), lambda: fields(page)[0] == "bought_on")
    expect(page.locator("#draft-bar")).to_contain_text("3 changes not published")
    expect(page.locator("#form-canvas .node-field").first).to_have_attribute("data-key", "bought_on")
    expect(page.locator("#form-canvas")).to_have_attribute("data-revision", page.locator("#draft-bar").get_attribute("data-revision"))
    node("bought_on").hover()
    edge = node("bought_on").locator(".node-edge").bounding_box()
    page.mouse.move(edge["x"] + 5, edge["y"] + 20)
    page.mouse.down()
    page.mouse.move(edge["x"] + 260, edge["y"] + 20, steps=5)
    page.mouse.up()
    expect(node("bought_on")).to_have_attribute("data-width", "2")
    node(before[0]).click()
    node(before[1]).click(modifiers=["Shift"])
    expect(page.locator("#form-tools")).to_contain_text("2 parts are chosen.")
    page.get_by_role("button", name="Take off the form").click()
    expect(node(before[0])).to_have_count(0)
    page.locator('[data-side="add"]').click()
    expect(page.locator("#form-rest")).to_contain_text("Title")
    page.locator("#draft-undo").click()
    expect(node(before[0])).to_have_count(1)
    page.locator('[data-device="phone"]').click()
    expect(page.frame_locator(".phone-frame").locator("#f-bought_on-control")).to_be_visible()
    page.locator('[data-device="desk"]').click()
    page.set_viewport_size({"width": 390, "height": 844})
    node("bought_on").click()
    page.locator("#form-tools").get_by_role("button", name="Settings").click()
    expect(page.locator("#form-chosen .chosen-head")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")  # what is half below the bar is no fault
    assert faults(page) == []
    assert page.complaints == []


def test_a_form_is_designed_by_keys_and_says_what_it_does(page):
    page.goto("/build/entity/book?lang=en")
    before = fields(page)
    node = lambda key: page.locator(f'#form-canvas .node[data-key="{key}"]')  # noqa: E731
    grip = lambda key: node(key).locator("> .node-bar > .node-grip")  # noqa: E731
    said = page.locator("#form-said")
    grip(before[1]).focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text("is lifted: place 2 of")
    page.keyboard.press("ArrowUp")
    expect(said).to_contain_text("Place 1 of")
    page.keyboard.press("Escape")
    expect(said).to_contain_text("Given up")
    assert fields(page) == before
    for key in ("Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
    expect(page.locator("#form-canvas .node-field").first).to_have_attribute("data-key", before[1])
    expect(grip(before[1])).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    expect(node(before[1])).to_have_attribute("data-width", "2")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#form-tools")).to_contain_text("2 parts are chosen.")
    page.keyboard.press("Control+d")
    expect(page.locator("#form-canvas .node-field")).to_have_count(len(before) + 2)
    expect(page.locator("#form-canvas .node.is-chosen")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.locator("#form-canvas .node-field")).to_have_count(len(before))
    page.locator('[data-side="add"]').click()
    find = page.get_by_label("Search what can be added")
    find.fill("jine")
    expect(page.locator("#form-add .offer:visible")).to_have_count(1)
    find.press("Enter")
    expect(node("money")).to_have_class("node node-field is-chosen")
    expect(page.locator("#form-chosen").get_by_label("Label · English")).to_be_focused()
    assert faults(page) == []
    assert page.complaints == []
