"""The main pages on a desk and on a telephone, in both languages, light and dark: nothing sticks out, and pictures are kept for people to look at."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desk import Desk
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

_WIDTHS = {"telephone": 390, "desk": 1440}


@pytest.mark.parametrize("device", list(_WIDTHS))
def test_pages_fit_in_both_languages_light_and_dark(device: str, shipped_product: Any, open_desk: Callable[..., Desk], pictures: Path) -> None:
    for locale, dark in (("zh", False), ("en", True)):
        desk = open_desk(shipped_product, width=_WIDTHS[device], locale=locale, dark=dark)
        desk.sign_in("manager")
        for name, turn in _pages(desk):
            turn()
            desk.assert_fits()
            desk.picture(pictures, f"{device}-{locale}-{'dark' if dark else 'light'}-{name}")


def test_the_menu_of_a_telephone_leads_to_a_list_and_a_record(shipped_product: Any, open_desk: Callable[..., Desk], pictures: Path) -> None:
    desk = open_desk(shipped_product, width=_WIDTHS["telephone"])
    desk.sign_in("clerk1")
    customer = desk.wording["customer"]
    desk.page.click(".side-open")
    entry = desk.page.locator(f'#side .side-entry[href="/r/{customer.name}"]')
    expect(entry).to_be_in_viewport()
    desk.picture(pictures, "telephone-zh-light-menu")
    with desk.turning():
        entry.click()
    with desk.turning():
        desk.page.locator("#list tr[data-href]").first.click()
    desk.assert_fits()


def _pages(desk: Desk) -> Iterator[tuple[str, Callable[[], None]]]:
    customer, order = desk.wording["customer"], desk.wording["order"]
    yield "home", lambda: desk.go("/")
    yield "list", lambda: desk.go(f"/r/{order.name}")
    yield "form", lambda: desk.go(f"/r/{order.name}/new")
    yield "tabs", lambda: desk.go(f"/r/{customer.name}/new")
    yield "refused", lambda: _refuse(desk)
    yield "record", lambda: _open_first(desk, order.name)
    yield "related", lambda: _open_first(desk, customer.name)
    yield "history", lambda: desk.go(f"{desk.path}/history")
    yield "import", lambda: desk.go(f"/r/{customer.name}/import")
    yield "search", lambda: desk.go("/search?q=li")
    yield "me", lambda: desk.go("/me")


def _open_first(desk: Desk, entity: str) -> None:
    desk.go(f"/r/{entity}")
    desk.open_first()


def _refuse(desk: Desk) -> None:
    desk.page.locator("[data-save]").click()
    expect(desk.page.locator(".said-box")).to_be_visible()
