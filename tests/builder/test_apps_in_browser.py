"""Apps in a real browser: the menu is put in order by mouse and by keys, a package is brought and chosen from, and everybody can use it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import drag, middle
from playwright.sync_api import expect
from published import LIBRARY

from shuke.definitions import shared_drafts
from shuke.definitions.load import load_template
from shuke.definitions.packages import pack, package
from shuke.definitions.patches import patched
from shuke.publishing import edits

pytestmark = pytest.mark.browser
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def faults(page):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _TAGS}})
    return [f"{one['id']}: {node['html'][:160]}" for one in found.response["violations"] for node in one["nodes"]]


def words(page):
    return [text.split("\n")[0] for text in page.locator(".app-menu-words").all_inner_texts()]


def test_a_menu_is_put_in_order_by_keys_and_by_mouse_and_the_order_stays(page, room):
    page.goto("/build/app/lending?lang=en")
    before = words(page)
    handle = page.locator("#menu-handle-0")
    handle.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("[data-arrange-said]").first).to_have_text(f"Place 2 of {len(before)}.")
    page.keyboard.press("Escape")
    assert words(page) == before
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.locator(".app-menu-words").first).to_contain_text(before[1])
    expect(page.locator("#menu-handle-1")).to_be_focused()
    first = page.locator(".app-menu-entry").first.bounding_box()
    drag(page, middle(page.locator(".app-menu-entry [data-handle]").last), (first["x"] + 12, first["y"] + 4), lambda: words(page)[0] == before[-1])
    expect(page.locator(".app-menu-words").first).to_contain_text(before[-1])
    expect(page.locator("#draft-bar")).to_contain_text("2 changes not published")
    page.reload()
    assert words(page) == [before[-1], before[1], before[0], *before[2:-1]]
    assert faults(page) == []
    assert page.complaints == []


def test_an_icon_is_chosen_by_what_it_shows(page):
    page.goto("/build/app/lending?lang=en")
    entry = page.locator("#menu-entry-0")
    entry.locator("summary").click()
    page.locator("#menu-icon-0").click()
    find = page.get_by_label("Search icons")
    expect(find).to_be_focused()
    find.fill("qiche")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()
    find.fill("huoche")
    expect(page.locator(".icon-offer:visible")).to_have_count(2)
    assert faults(page) == []
    find.press("Enter")
    expect(page.locator("#menu-icon-0")).to_contain_text("Lorry")
    expect(page.locator("#menu-entry-0 .app-menu-icon use")).to_have_attribute("href", re.compile("#truck$"))
    entry.get_by_role("button", name="No icon of its own").click()
    expect(page.locator("#menu-icon-0")).to_contain_text("Choose…")
    page.goto("/build/dashboard/circulation?lang=en")
    page.get_by_role("button", name="Icon: ").first.click()
    page.get_by_role("button", name="Rocket").click()
    expect(page.get_by_role("button", name="Icon: Rocket")).to_be_visible()
    assert page.complaints == []


def test_an_app_and_an_entity_are_begun_in_dialogs(page):
    page.goto("/build?lang=en")
    page.get_by_role("button", name="New app").first.click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("English name")).to_be_focused()
    assert faults(page) == []
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Give it a name")
    dialog.get_by_label("English name").fill("After-sales visits")
    dialog.get_by_label("Headset").check(force=True)
    dialog.get_by_label("Teal").check(force=True)
    dialog.get_by_role("button", name="Add").click()
    page.wait_for_url("**/build/app/after_sales_visits")
    expect(page.locator("h1")).to_have_text("After-sales visits")
    page.get_by_role("button", name="New entity").click()
    dialog.get_by_label("Chinese name").fill("上门")
    dialog.get_by_role("button", name="Add").click()
    page.wait_for_url("**/build/entity/shang_men")
    page.goto("/build/app/after_sales_visits?lang=en")
    assert words(page) == ["上门"]
    page.locator(".app-aside").get_by_label("English").first.fill("Visits")
    page.keyboard.press("Tab")
    expect(page.locator("#app-head")).to_contain_text("Visits")
    assert [one for one in page.complaints if "422" not in one] == []  # the refusal


def test_an_update_is_looked_at_chosen_from_and_taken_back(page, room, tmp_path, nora):
    nora.post("/build/edit", {"kind": "entity", "name": "book", "pointer": "/x-icon", "value": "star"}, htmx=True)
    newer = load_template(LIBRARY)
    newer = patched(newer, edits.set_value(newer, ("entity", "book"), ("x-icon",), "heart"))
    (tmp_path / "library.shuke.zip").write_bytes(pack(package(newer)))
    page.goto("/build/gallery?lang=en")
    assert faults(page) == []
    page.set_input_files("#bring-file", tmp_path / "library.shuke.zip")
    page.locator(".gallery-bring").get_by_role("button", name="Look at it").click()
    page.wait_for_url("**/build/packages/*")
    assert faults(page) == []
    page.get_by_role("radio", name="The update's heart").check()
    page.get_by_role("button", name="Update in the draft").click()
    page.wait_for_url("**/build/changes")
    expect(page.locator("#changed-0")).to_contain_text("heart")
    page.keyboard.press("Control+z")
    expect(page.locator("#changed-0")).to_contain_text("star")
    with room.database.read():
        found = shared_drafts.drafts.get(shared_drafts.standing().id)
    assert next(one.body for one in found.documents if one.key == ("entity", "book"))["x-icon"] == "star"
    page.goto("/build/app/lending?lang=en")
    page.get_by_role("button", name="Export").click()
    expect(page.locator("#export")).to_be_visible()
    assert faults(page) == []
    with page.expect_download() as download:
        page.locator("#export").get_by_role("button", name="Export").click()
    assert download.value.suggested_filename.endswith(".shuke.zip")
    assert page.complaints == []
