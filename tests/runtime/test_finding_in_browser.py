"""Finding in a real browser: the list below the box, the palette, scanners that type, and the camera."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from barcode import get_barcode_class
from barcode.writer import ImageWriter
from chromium import blocked_on, launch, opened, sign_in
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright
from reading_room import PASSWORD, Room
from serving import served

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]


@pytest.fixture
def open_page(room: Room) -> Iterator[Opened]:
    """A page of Vera in a browser that may have been given a camera."""
    with served(room.app) as address, sync_playwright() as playwright, ExitStack() as end:

        def open_page(*arguments: str, permissions: tuple[str, ...] = ()) -> Page:
            browser = launch(playwright, *arguments)
            end.callback(browser.close)
            page = end.enter_context(opened(browser, address))
            page.context.grant_permissions(list(permissions))
            page.blocked = blocked_on(page)  # type: ignore[attr-defined]
            sign_in(page, "vera", PASSWORD)
            page.goto("/r/book")
            return page

        yield open_page


def test_finds_open_while_one_types_and_the_keyboard_chooses(open_page: Opened, room: Room) -> None:
    page = open_page()
    page.keyboard.press("/")
    box = page.locator("#search")
    expect(box).to_be_focused()
    box.press_sequentially("lim", delay=60)
    option = page.locator("#search-found [role=option]").first
    expect(option).to_contain_text("李明")
    expect(option.locator("mark")).to_have_text("李明")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(page.locator("#search-found")).to_have_count(0)
    expect(box).to_have_value("lim")
    page.keyboard.press("ArrowDown")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    with page.context.expect_page() as other:
        page.keyboard.press("Control+Enter")
    other.value.wait_for_url(f"**/r/reader/{room.ids['li']}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/r/reader/{room.ids['li']}")
    assert page.blocked == []  # type: ignore[attr-defined]


def test_a_late_answer_to_an_earlier_text_is_not_shown(open_page: Opened) -> None:
    page = open_page()

    def later(route: Any) -> None:
        page.wait_for_timeout(600 if "q=l&" in route.request.url else 0)
        route.continue_()

    page.route("**/search/suggestions*", later)
    page.focus("#search")
    page.keyboard.type("l")
    page.wait_for_timeout(200)
    page.keyboard.type("im")
    expect(page.locator("#search-found [role=option]").first).to_contain_text("李明")
    page.wait_for_timeout(800)
    expect(page.locator("#search-found .found-page")).to_contain_text("lim")


def test_the_palette_goes_anywhere_by_pinyin_and_remembers(open_page: Opened) -> None:
    page = open_page()
    page.keyboard.press("Control+k")
    entered = page.locator("[data-palette-input]")
    expect(entered).to_be_focused()
    entered.press_sequentially("jieyue", delay=20)
    first = page.locator("#palette [role=option][aria-selected=true]")
    expect(first).to_have_attribute("href", "/r/loan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/loan")
    page.keyboard.press("Control+k")
    expect(page.locator("[data-palette-commands] [role=option]").first).to_have_attribute("href", "/r/loan")
    page.keyboard.type("李明")
    expect(page.locator("[data-palette-found] [role=option]").first).to_contain_text("李明")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_scanner_that_types_leads_to_the_record_from_anywhere_on_the_page(open_page: Opened, room: Room) -> None:
    page = open_page()
    card = room.scalar("SELECT card FROM e_reader WHERE id = :id", id=room.ids["li"])
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # a scanner types quicker than a machine with much to do
    page.keyboard.type(card)
    page.keyboard.press("Enter")
    page.clock.resume()
    page.wait_for_url(f"**/r/reader/{room.ids['li']}")


def test_single_keys_stay_shortcuts(open_page: Opened) -> None:
    page = open_page()
    page.keyboard.press("n")
    page.wait_for_url("**/r/book/new")


def test_the_camera_reads_a_qr_code(open_page: Opened, room: Room, tmp_path: Path) -> None:
    card = room.scalar("SELECT card FROM e_reader WHERE id = :id", id=room.ids["li"])
    film = _film(_qr(card, tmp_path), tmp_path)
    page = open_page("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}", permissions=("camera",))
    page.click("[data-scan=search]")
    page.wait_for_url(f"**/r/reader/{room.ids['li']}")
    assert page.blocked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["qr", "code128", "ean13"])
def test_without_a_camera_a_picture_is_read_instead(open_page: Opened, tmp_path: Path, kind: str) -> None:
    code = "5901234123457"
    picture = _qr(code, tmp_path) if kind == "qr" else _bars(kind, code, tmp_path)
    page = open_page()
    page.click("[data-scan=search]")
    expect(page.locator("[data-scanner-said]")).to_have_text(page.locator("#scanner").get_attribute("data-missing") or "?")
    with page.expect_navigation(url=f"**/search?q={code}*"):
        page.set_input_files("#scanner input[type=file]", picture)
    assert page.blocked == []  # type: ignore[attr-defined]


def test_a_picture_without_a_code_is_refused_with_a_sentence(open_page: Opened, tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("RGB", (300, 200), "white").save(blank)
    page = open_page()
    page.click("[data-scan=search]")
    page.set_input_files("#scanner input[type=file]", blank)
    expect(page.locator("[data-scanner-said]")).to_have_text(page.locator("#scanner").get_attribute("data-unread") or "?")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_be_focused()


def _qr(text: str, folder: Path) -> Path:
    path = folder / "code.png"
    segno.make(text, micro=False, error="m").save(str(path), scale=8, border=6)
    return path


def _bars(kind: str, text: str, folder: Path) -> Path:
    return Path(get_barcode_class(kind)(text, writer=ImageWriter()).save(str(folder / kind)))


def _film(picture: Path, folder: Path) -> Path:
    """A film of one picture, as the browser's fake camera plays it: uncompressed YUV 4:2:0."""
    frame = Image.new("RGB", (640, 480), "white")
    code = Image.open(picture).convert("RGB").resize((360, 360), Image.Resampling.NEAREST)
    frame.paste(code, (140, 60))
    luma, blue, red = frame.convert("YCbCr").split()
    half = (320, 240)
    content = luma.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    path = folder / "film.y4m"
    path.write_bytes(b"YUV4MPEG2 W640 H480 F30:1 Ip A1:1 C420jpeg\n" + (b"FRAME\n" + content) * 10)
    return path
