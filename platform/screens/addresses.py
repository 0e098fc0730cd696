"""Checks addresses that come from outside before anybody is sent there."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from shuke.screens.screen import ROUTES

_LONGEST = 2000


def local_address(wanted: str, fallback: str) -> str:
    """The address built anew from the screen that it names; `fallback` when it names none of ours that reads."""
    if not wanted.startswith("/") or len(wanted) > _LONGEST or any(ord(character) < 32 for character in wanted):
        return fallback
    try:
        parts = urlsplit(wanted)
        if parts.scheme or parts.netloc:
            return fallback
        endpoint, arguments = current_app.url_map.bind("").match(parts.path, method="GET")
        pairs = parse_qsl(parts.query, max_num_fields=100)
    except (ValueError, HTTPException, RequestRedirect):
        return fallback
    if endpoint not in ROUTES:
        return fallback
    address = url_for(endpoint, **arguments)
    return f"{address}?{urlencode(pairs)}" if pairs else address
