"""From a spreadsheet to an app in a real browser: files are chosen, a type is corrected by keyboard, the rows are there."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sheet_files import SHOPS, VISITS, WRONG, as_csv

from shuke.transfer.worker import Worker

pytestmark = pytest.mark.browser
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def faults(page):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _TAGS}})
    return [f"{one['id']}: {node['html'][:160]}" for one in found.response["violations"] for node in one["nodes"]]


def test_two_files_become_an_app_with_its_rows(page, room):
    page.goto("/build?lang=en")
    page.get_by_role("link", name="From a spreadsheet").first.click()
    assert faults(page) == []
    page.set_input_files("#sheets-file", [
        {"name": "shops.csv", "mimeType": "text/csv", "buffer": as_csv(SHOPS)}, {"name": "visits.csv", "mimeType": "text/csv", "buffer": as_csv([*VISITS, WRONG])},
    ])
    expect(page.locator("#sheets-chosen")).to_contain_text("visits.csv")
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("#sheet-1")).to_contain_text("98% of the values stand in “shops” under “名称”.")
    type_ = page.get_by_label("Type of “类型”")
    type_.focus()
    type_.select_option("text")
    expect(page.locator("#why-1-5")).to_contain_text("Chosen by you")
    expect(type_).to_be_focused()
    page.locator("#keep-1-6").uncheck()
    expect(page.locator("#sheet-1 .sheets-column").last).to_have_class("sheets-column is-out")
    page.evaluate("scrollTo(0, 0)")  # elsewhere the bar above may cover half of a target
    assert faults(page) == []
    page.get_by_role("button", name="Create and publish now").click()
    expect(page.locator("#sheets-steps")).to_contain_text("The rows are coming in")
    while Worker(room.database).run_once():
        pass
    expect(page.locator("#sheets-steps")).to_contain_text("The import is finished")
    expect(page.get_by_role("link", name="1 row was refused")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Show the list").click()
    expect(page.locator("main")).to_contain_text("60 records")
    assert page.complaints == []
