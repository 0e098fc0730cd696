"""Every kind of page is usable with assistive technology: axe-core finds nothing against WCAG 2.2 A and AA, in both languages, light and dark."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from desk import Desk
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_NOWHERE = "/r/nowhere"
_LOOKS = {"desk in light": (1440, "zh", False), "telephone in dark": (390, "en", True)}


@pytest.mark.parametrize("look", list(_LOOKS))
def test_assistive_technology_finds_its_way_on_every_kind_of_page(look: str, shipped_product: Any, open_desk: Callable[..., Desk]) -> None:
    width, locale, dark = _LOOKS[look]
    desk = open_desk(shipped_product, width=width, locale=locale, dark=dark)
    desk.go("/login")
    faults = {"login": _faults(desk.page)}
    desk.sign_in("admin")
    for name, address in _addresses(desk):
        desk.go(address)
        desk.page.wait_for_load_state("networkidle")
        faults[name] = _faults(desk.page)
    for name, show in _dialogs(desk):
        show()
        expect(desk.page.locator("dialog[open]")).to_be_visible()
        desk.page.wait_for_load_state("networkidle")
        faults[name] = _faults(desk.page)
        desk.press("Escape")
    desk.complaints = [one for one in desk.complaints if _NOWHERE not in one]
    assert not any(faults.values()), "\n".join(f"{name}: {fault}" for name, found in faults.items() for fault in found)


def _addresses(desk: Desk) -> Iterator[tuple[str, str]]:
    customer, order, complaint = desk.wording["customer"].name, desk.wording["order"].name, desk.wording["complaint"].name
    yield "home", "/"
    yield "list", f"/r/{customer}"
    for entity in (customer, order, complaint):
        yield f"record of {entity}", _first_record(desk, entity)
    yield "history", f"{_first_record(desk, order)}/history"
    yield "form", f"/r/{order}/new"
    yield "form with tabs", f"/r/{customer}/new"
    yield "import", f"/r/{customer}/import"
    yield "search", "/search?q=li"
    yield "nothing found", "/search?q=zzzzqqqq"
    yield "not here", _NOWHERE
    yield "help", "/help/formulas"
    yield "account", "/me"
    for address in ("/build", f"/build/entity/{order}", "/build/changes", "/build/plan", "/build/problems", "/build/versions"):
        yield address, address
    desk.go("/")
    yield "dashboard", str(desk.page.locator(".side a[href^='/d/']").first.get_attribute("href"))
    desk.go("/admin")
    yield "administration", "/admin"
    places = desk.page.locator("main a[href^='/admin/']").evaluate_all("links => [...new Set(links.map(link => link.getAttribute('href')))]")
    for address in places:
        yield address, address


def _dialogs(desk: Desk) -> Iterator[tuple[str, Callable[[], object]]]:
    page, entity = desk.page, desk.wording["customer"].name
    desk.go(f"/r/{entity}")
    ways = page.locator(".list-layout a[hx-target='#dialog-body']")
    for number in range(ways.count()):
        yield f"dialog {number} of the list", ways.nth(number).click
    desk.go(_first_record(desk, entity))
    yield "quick form", page.locator(".page-actions [hx-target='#dialog-body']").first.click
    desk.go("/")
    yield "palette", lambda: desk.press("Control+k")


def _first_record(desk: Desk, entity: str) -> str:
    desk.go(f"/r/{entity}")
    return str(desk.page.locator("#list tr[data-href] th a").first.get_attribute("href"))


def _faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": _TAGS}).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['target'][0]} {node['html'][:160]}" for one in found for node in one["nodes"][:4]]
