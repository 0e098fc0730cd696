"""Every kind of page is usable with assistive technology: axe-core finds nothing against WCAG 2.2 A and AA, in both languages, light and dark."""

from collections.abc import Callable, Iterator
from itertools import chain
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
    for name, show, shown in chain(_dialogs(desk), _open_states(desk), _last_states(desk)):  # each is led to just before it is shown
        show()
        expect(desk.page.locator(shown).first).to_be_visible()
        desk.page.wait_for_load_state("networkidle")
        faults[name] = _faults(desk.page)
        desk.press("Escape")
    desk.complaints = [one for one in desk.complaints if _NOWHERE not in one and "401" not in one]
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
    for address in ("/build", f"/build/entity/{order}", "/build/gallery", "/build/changes", "/build/plan", "/build/problems", "/build/versions", f"/build/entity/{order}?tab=rights", "/build/map", "/build/why", "/build/see-as"):
        yield address, address
    desk.go("/build")
    yield "app in the builder", str(desk.page.locator(".app-card-head a").first.get_attribute("href"))
    desk.go("/")
    yield "dashboard", str(desk.page.locator(".side a[href^='/d/']").first.get_attribute("href"))
    desk.go("/admin")
    yield "administration", "/admin"
    places = desk.page.locator("main a[href^='/admin/']").evaluate_all("links => [...new Set(links.map(link => link.getAttribute('href')))]")
    for address in places:
        yield address, address


State = tuple[str, Callable[[], object], str]
"""What it is, how one gets there, and what is seen then."""


def _dialogs(desk: Desk) -> Iterator[State]:
    page, entity = desk.page, desk.wording["customer"].name
    desk.go(f"/r/{entity}")
    ways = page.locator(".list-layout a[hx-target='#dialog-body']")
    for number in range(ways.count()):
        yield f"dialog {number} of the list", ways.nth(number).click, "dialog[open]"
    desk.go(_first_record(desk, entity))
    yield "quick form", page.locator(".page-actions [hx-target='#dialog-body']").first.click, "dialog[open]"
    desk.go("/")
    yield "palette", lambda: desk.press("Control+k"), "dialog[open]"


def _open_states(desk: Desk) -> Iterator[State]:
    """Menus, chosen rows, cells being written, mistakes, options, the panel, codes and questions."""
    page = desk.page
    order, card = desk.wording["order"].name, desk.wording["card"].name
    desk.go("/help/formulas")  # a menu that covers half a link would leave a target that is too small
    yield "own menu", page.locator(".bar-user").click, ".bar .menu[open] .menu-panel"
    yield "what can be added", page.locator(".phone-new" if desk.on_phone else ".bar-new summary").click, "dialog[open], .bar-new[open] .menu-panel"
    if desk.on_phone:
        yield "places", page.locator(".side-open").click, ".side-is-open #side"
    else:
        yield "keys", lambda: desk.press("?"), "#shortcuts[open]"
    desk.go(f"/r/{order}")
    yield "quick filter", page.locator(".list-filters summary").first.click, ".list-filters .menu[open] .menu-panel"
    yield "chosen rows", page.locator("tbody [data-tick]").first.check, "[data-selection]:not([hidden])"
    for name, button in (("change of many", "[data-bulk=edit]"), ("print", "[data-print-chosen]")):
        page.locator("tbody [data-tick]").first.check()
        yield name, page.locator(button).click, "#dialog[open] form"
    if not desk.on_phone:
        yield "cell", lambda: _write_in_list(desk), "[data-cell-form]"
    desk.go(f"/r/{order}/new")
    yield "options", page.locator("main [data-picker-text]").first.click, "[data-picker-id]"
    yield "mistakes", page.locator("main [data-save]").first.click, ".said-box"
    desk.go(_first_record(desk, card))
    yield "code", page.locator("[data-enlarge]").first.click, "[data-print-code]"
    yield "menu of a record", desk.more, ".page-actions .menu[open] .menu-panel"
    desk.go("/")
    yield "panel", page.locator("main a[data-panel]").locator("visible=true").first.click, "#panel[open] #panel-body .record-head"


def _last_states(desk: Desk) -> Iterator[State]:
    """What can be taken back, and the end of the session."""
    page = desk.page
    desk.go(_first_record(desk, desk.wording["complaint"].name))
    desk.more().locator("a[href$='/delete']").click()
    yield "question", lambda: None, "#dialog[open] form"
    desk.more().locator("a[href$='/delete']").click()
    yield "something to take back", page.locator("#dialog [data-save]").click, "#toasts .toast-line"
    page.context.clear_cookies()
    yield "ended session", page.locator(".list-layout a[hx-target='#dialog-body']").first.click, "#sign-in[open] form"


def _write_in_list(desk: Desk) -> None:
    desk.page.locator("[data-edit-mode]").click()
    desk.page.locator("td[data-edit]").first.focus()
    desk.press("Enter")


def _first_record(desk: Desk, entity: str) -> str:
    desk.go(f"/r/{entity}")
    return str(desk.page.locator("#list tr[data-href] th a").first.get_attribute("href"))


def _faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": _TAGS}).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['target'][0]} {node['html'][:160]}" for one in found for node in one["nodes"][:4]]
