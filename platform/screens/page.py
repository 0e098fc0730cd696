"""Answers of screens: a page with its shell, or the fragment that htmx asked for; toasts; ways on."""

import json
from typing import Literal, cast

from flask import (
    Response,
    flash,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

FRAGMENT_LAYOUT = "screens/fragment.html"
PAGE_LAYOUT = "screens/page.html"

Level = Literal["success", "info", "warning", "danger"]


def is_fragment_request() -> bool:
    """Does htmx ask for a part of a page? A boosted link or a restored history entry wants the whole page."""
    headers = request.headers
    return "HX-Request" in headers and "HX-Boosted" not in headers and "HX-History-Restore-Request" not in headers


def render(template: str, *, fragment: str = "", status: int = 200, **context: object) -> Response:
    """The page `template`; for htmx the template `fragment`, or the content block of the page if there is none."""
    if is_fragment_request():
        response = make_response(render_template(fragment or template, layout=FRAGMENT_LAYOUT, **context), status)
    else:
        response = make_response(render_template(template, layout=PAGE_LAYOUT, **context), status)
    response.vary.add("HX-Request")
    return response


def toast(text: str, level: Level = "success", *, link: str = "", undo: str = "") -> None:
    """Say something briefly, with this answer or with the page that follows it.

    `link` is the address of what it is about; `undo` is one that takes it back when it is posted to.
    """
    more = {name: address for name, address in (("link", link), ("undo", undo)) if address}
    flash(json.dumps({"text": text, **more}) if more else text, level)


def toasts() -> list[dict[str, str]]:
    """What is still to be said, and is being said now."""
    said = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
    return [{"level": level, **(json.loads(text) if text.startswith('{"text": ') else {"text": text})} for level, text in said]


def send_toasts(response: Response) -> Response:
    """Hand pending toasts to htmx, unless the answer leads to a page that will show them."""
    leads_on = response.status_code in {301, 302, 303} or "HX-Redirect" in response.headers or "HX-Refresh" in response.headers
    if is_fragment_request() and not leads_on and "_flashes" in session:
        events = json.loads(response.headers.get("HX-Trigger", "{}"))
        events["shuke:toast"] = [*events.get("shuke:toast", []), *toasts()]
        response.headers["HX-Trigger"] = json.dumps(events)
    return response


def go_to(endpoint: str, **values: object) -> Response:
    """Lead the browser to another screen, by its endpoint only."""
    return go_to_address(url_for(endpoint, **values))  # type: ignore[arg-type]


def go_to_address(address: str) -> Response:
    """Lead the browser to an address that was built by `url_for` or checked by `local_address`."""
    if is_fragment_request():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = address
        return response
    return make_response(redirect(address, 303))


def trigger(response: Response, event: str, detail: object = None) -> Response:
    """Have htmx announce `event` in the browser, so that other parts of the page can reload themselves."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail if detail is not None else True
    response.headers["HX-Trigger"] = json.dumps(events)
    return response
