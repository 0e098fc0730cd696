"""Takes the pictures of the README: `python tools/pictures.py` starts the product with demo data of its own and writes docs/pictures/*.webp."""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, StorageState, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
LARGEST = 150_000
STARTED_S = 300
PATIENCE_MS = 120_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who looks at what, where and how."""

    name: str
    device: str
    locale: str
    dark: bool
    user: str
    open: Callable[[Page], None]


def at(address: str) -> Callable[[Page], None]:
    return lambda page: _go(page, address)


def first(address: str) -> Callable[[Page], None]:
    """The first record of a list."""
    def open_(page: Page) -> None:
        _go(page, address)
        _go(page, str(page.locator("#list tr[data-href]").first.get_attribute("data-href")))
    return open_


def typing_an_order(page: Page) -> None:
    """An order with two lines, half entered."""
    _go(page, "/r/order/new")
    _pick(page, page.locator("#f-customer"), "l")
    for place, product in enumerate(("MLH", "LDG")):
        if place:
            page.locator("[data-line-add]").click()
        row = page.locator("tr[data-line]").nth(place)
        _pick(page, row.locator("[data-picker-text]"), product)
        row.locator('[name$=".quantity"]').fill(str(place + 2))
        page.wait_for_load_state("networkidle")
    page.locator("tr[data-line]").nth(1).locator('[name$=".discount"]').click()
    page.wait_for_load_state("networkidle")


def designing_a_form(page: Page) -> None:
    """The form of customers with one field chosen."""
    _go(page, "/build/entity/customer")
    page.locator('#form-canvas .node[data-key="channel"]').click()
    page.locator('#form-chosen [data-pointer$="x-label"]').wait_for()
    page.wait_for_load_state("networkidle")


def planning(page: Page) -> None:
    """What a new field, another type and a field less would do to the records."""
    _go(page, "/build/entity/customer")
    page.locator('[data-side="add"]').click()
    _edit(page, lambda: page.locator('.offer[data-value="money"]').press("Enter"))
    _go(page, "/build/entity/customer?field=wechat")
    _edit(page, lambda: page.locator("#field-type").select_option("integer"))
    _go(page, "/build/entity/customer")
    page.locator('#form-canvas .node[data-key="website"]').click()
    page.locator('[data-do="remove"]').click()
    _edit(page, lambda: page.locator('#dialog [data-do="remove-now"]').click())
    page.locator("#draft-publish").click()
    page.locator("#dialog #plan-submit").wait_for()


PICTURES = (
    Picture("home-desk-zh", "desk", "zh", False, "clerk1", at("/")),
    Picture("home-phone-zh", "phone", "zh", False, "clerk1", at("/")),
    Picture("customer-desk-zh", "desk", "zh", False, "clerk1", first("/r/customer?sort=-total_paid")),
    Picture("customer-desk-en-dark", "desk", "en", True, "clerk1", first("/r/customer?sort=-total_paid")),
    Picture("customer-phone-zh-dark", "phone", "zh", True, "clerk1", first("/r/customer?sort=-total_paid")),
    Picture("order-desk-en", "desk", "en", False, "clerk1", typing_an_order),
    Picture("dashboard-desk-zh-dark", "desk", "zh", True, "manager", at("/d/management")),
    Picture("groups-desk-en", "desk", "en", False, "manager", at("/r/order?view=order.list.by_store")),
    Picture("complaint-phone-en-dark", "phone", "en", True, "service1", first("/r/complaint?view=complaint.list")),
    Picture("list-phone-en", "phone", "en", False, "clerk1", at("/r/order")),
    Picture("builder-form-zh", "desk", "zh", False, "admin", designing_a_form),
    Picture("builder-rights-en", "desk", "en", False, "admin", at("/build/role/clerk")),
    Picture("builder-board-en-dark", "desk", "en", True, "admin", at("/build/view/complaint.board")),
    Picture("builder-plan-zh", "desk", "zh", False, "admin", planning),
)


def main() -> None:
    program = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    wanted = set(sys.argv[1:])
    FOLDER.mkdir(parents=True, exist_ok=True)
    signed_in: dict[str, StorageState] = {}
    with _product() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
        for picture in PICTURES:
            if not wanted or picture.name in wanted:
                print(f"{picture.name}: {_take(browser, picture, address, password, signed_in)} bytes")
        browser.close()


def _take(browser: Browser, picture: Picture, address: str, password: str, signed_in: dict[str, StorageState]) -> int:
    width, height = SIZES[picture.device]
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=address, locale={"zh": "zh-CN", "en": "en-US"}[picture.locale],
        color_scheme="dark" if picture.dark else "light", reduced_motion="reduce", device_scale_factor=2 if picture.device == "phone" else 1,
        storage_state=signed_in.get(picture.user),
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    if picture.user in signed_in:
        page.goto("/")
    else:
        page.goto("/login")
        page.fill("[name=username]", picture.user)
        page.fill("[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        signed_in[picture.user] = context.storage_state()
    if page.locator("html").get_attribute("lang") != {"zh": "zh-CN", "en": "en"}[picture.locale]:
        page.click(".bar-user")
        page.locator(f".bar .languages button[value={picture.locale}]").click()
        page.wait_for_load_state()
    picture.open(page)
    page.wait_for_timeout(600)  # charts are drawn anew in the browser
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    return _write(drawn, FOLDER / f"{picture.name}.webp")


def _write(drawn: Image.Image, path: Path) -> int:
    """As good as the size allows."""
    for quality in (90, 80, 70, 60, 50):
        drawn.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size <= LARGEST:
            break
    return path.stat().st_size


def _go(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")


def _edit(page: Page, gesture: Callable[[], object]) -> None:
    """Do something to the draft, and wait until its bar says so."""
    bar = page.locator("#draft-bar")
    before = bar.get_attribute("data-revision")
    gesture()
    page.locator(f"#draft-bar:not([data-revision='{before}'])").wait_for()
    page.wait_for_load_state("networkidle")


def _pick(page: Page, box: Locator, text: str) -> None:
    box.press_sequentially(text)
    page.locator(".picker-list [data-picker-id]").first.click()
    page.wait_for_load_state("networkidle")


@contextmanager
def _product() -> Iterator[tuple[str, str]]:
    """The product on a port of its own, with demo data in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "SHUKE_INSTANCE": folder, "SHUKE_PORT": str(port), "SHUKE_PASSWORD_HASH": "pbkdf2:sha256:1000"}
        server = subprocess.Popen([sys.executable, "-m", "shuke.web", "serve"], env=environment, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, server)
            yield address, (Path(folder) / "demo-password").read_text("utf-8").strip()
        finally:
            server.terminate()
            server.wait(30)


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + STARTED_S
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/login", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise SystemExit("The product did not start.")


if __name__ == "__main__":
    main()
