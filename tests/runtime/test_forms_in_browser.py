"""Entering data in a real browser: lines by the keyboard, cells pasted, duplicates while typing, drafts that come back, forms within forms."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from reading_room import Room

pytestmark = pytest.mark.browser


KEPT = """() => new Promise((resolve) => {
    const look = () => Object.values(localStorage).some((value) => value.includes("Half typed")) ? resolve() : setTimeout(look, 50);
    look();
})"""
"""Waits until the browser has written the draft down."""


def cell(page: Any, line: int, column: str) -> Any:
    return page.locator(f'tr[data-line]:nth-of-type({line}) td[data-column="{column}"]').locator("input:not([type=hidden]), select")


def begin_lines(page: Any) -> None:
    page.goto("/r/book/new")
    page.locator("[data-line-add]").click()
    expect(cell(page, 1, "name")).to_be_focused()


def paste(page: Any, text: str) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""", text,
    )


def test_lines_are_entered_copied_moved_and_removed_by_the_keyboard(page: Any) -> None:
    begin_lines(page)
    page.keyboard.type("Zoe")
    page.keyboard.press("Tab")
    expect(cell(page, 1, "role")).to_be_focused()
    cell(page, 1, "role").select_option("translator")
    cell(page, 1, "name").focus()
    page.keyboard.press("Enter")
    expect(cell(page, 2, "name")).to_be_focused()
    page.keyboard.press("Control+d")
    expect(cell(page, 2, "name")).to_have_value("Zoe")
    page.keyboard.type("Abe")
    page.keyboard.press("ArrowUp")
    expect(cell(page, 1, "name")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(cell(page, 1, "name")).to_have_value("Abe")
    page.keyboard.press("Control+Delete")
    expect(page.locator("tr[data-line]")).to_have_count(1)
    expect(cell(page, 1, "name")).to_be_focused()
    page.keyboard.press("Enter")  # another line, by the program and not by hand
    expect(cell(page, 2, "name")).to_be_focused()
    page.keyboard.type("Eve")
    page.locator("#form [name=title]").fill("Lines")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("Lines")
    assert page.blocked == []


def test_cells_of_a_spreadsheet_are_pasted_into_lines(page: Any) -> None:
    begin_lines(page)
    paste(page, "Zoe\tTranslator\nAbe\tcook\n")
    expect(page.locator("tr[data-line]")).to_have_count(2)
    expect(cell(page, 1, "name")).to_have_value("Zoe")
    expect(cell(page, 1, "role")).to_have_value("translator")
    expect(page.locator('[id$="-role-error"] .form-error')).to_have_count(1)
    assert page.blocked == []


def test_a_duplicate_is_shown_while_the_number_is_typed(page: Any, room: Room) -> None:
    page.goto("/r/reader/new")
    page.locator("#f-mobile").press_sequentially("138-0000-0101")
    link = page.locator("#f-mobile-error a[data-panel]")
    expect(link).to_have_attribute("href", f"/r/reader/{room.ids['li']}")
    expect(page.locator("#f-mobile")).to_be_focused()
    assert page.blocked == []


def test_what_was_typed_comes_back_after_the_page_was_closed(page: Any) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    begin_lines(page)
    page.keyboard.type("Zoe")
    page.locator("#f-title").fill("Half typed")
    page.evaluate(KEPT)
    page.goto("/r/book")
    page.goto("/r/book/new")
    expect(page.locator("[data-draft-offer]")).to_be_visible()
    page.locator("[data-draft-restore]").click()
    expect(page.locator("#f-title")).to_have_value("Half typed")
    expect(cell(page, 1, "name")).to_have_value("Zoe")
    page.locator("form [data-save]").click()
    page.wait_for_url(re.compile(r"/r/book/\d+$"))
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('shuke:draft'))") == []
    assert page.blocked == []


def test_a_form_opened_from_the_dialog_comes_back_to_it_with_the_record_chosen(page: Any) -> None:
    page.goto("/r/copy")
    page.evaluate("htmx.ajax('GET', '/r/copy/new?dialog=1', { target: '#dialog-body' })")
    expect(page.locator("#d-book")).to_be_focused()
    page.keyboard.type("Small World")
    page.locator("[data-picker-create]").click()
    expect(page.locator("#dialog-form [name=title]")).to_have_value("Small World")
    page.locator("#dialog-form [data-save]").click()
    expect(page.locator("#d-book")).to_have_value("Small World")
    expect(page.locator("#d-book-facts")).to_contain_text("馆藏册数")
    assert page.blocked == []


def test_a_code_that_is_scanned_before_the_first_list_has_come_chooses_its_own_record(page: Any, room: Room) -> None:
    card = room.scalar("SELECT card FROM e_reader WHERE id = :id", id=room.ids["li"])
    page.goto("/r/loan/new")
    held: list[Any] = []
    page.route("**/pick**", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/pick**"):
        page.locator("#f-reader").click()
    page.keyboard.type(f"{card}\n")
    held[0].continue_()
    expect(page.locator("[name=reader]")).to_have_value(str(room.ids["li"]))


def test_a_scanned_code_chooses_the_exact_record(page: Any, room: Room) -> None:
    card = room.scalar("SELECT card FROM e_reader WHERE id = :id", id=room.ids["li"])
    page.goto("/r/loan/new")
    page.locator("#f-reader").click()
    page.keyboard.type(f"{card}\n")
    expect(page.locator("[name=reader]")).to_have_value(str(room.ids["li"]))
    assert page.url.endswith("/r/loan/new")


def test_an_answer_that_comes_after_the_choice_opens_no_list(page: Any, room: Room) -> None:
    card = room.scalar("SELECT card FROM e_reader WHERE id = :id", id=room.ids["li"])
    page.goto("/r/loan/new")
    page.locator("#f-reader").click()
    expect(page.locator(".picker-option").first).to_be_visible()
    held: list[Any] = []
    page.route("**/pick**", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/pick**"):
        page.locator("#f-reader").press_sequentially(card)
    answers: list[Any] = []
    with page.expect_response(lambda answer: "/pick" in answer.url and (answers.append(answer) or len(answers) == 2)):
        page.keyboard.press("Enter")
        held[0].continue_()
        expect(page.locator("[name=reader]")).to_have_value(str(room.ids["li"]))
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator(".picker-option")).to_have_count(0)
    expect(page.locator("#f-reader")).to_have_attribute("aria-expanded", "false")


def test_tags_become_words_with_their_colours(page: Any) -> None:
    page.goto("/r/book/new")
    page.locator("#f-topics").press_sequentially("经典,mine")
    page.keyboard.press("Enter")
    expect(page.locator(".tag")).to_have_text(["经典×", "mine×"])
    expect(page.locator(".tag").first).to_have_class("tag badge bg-yellow-lt")
    page.keyboard.press("Backspace")
    expect(page.locator(".tag")).to_have_count(1)
