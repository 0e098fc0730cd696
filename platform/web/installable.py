"""What makes the product an app of the device: its manifest, its worker, and the page for when the network is away."""

import json

from flask import Response, make_response, render_template

from shuke.core.i18n import locale
from shuke.screens.assets import asset_url, assets
from shuke.screens.screen import screen
from shuke.screens.visitor import visitor
from shuke.web.blueprint import blueprint

_WORKER = "screens/worker.js"
_SHORT = 12
_DAY = "public, max-age=86400"
GROUND, LINE = "#f6f7f9", "#f6f7f9"


@screen(blueprint, "/manifest.webmanifest", permission="anyone")
def manifest() -> Response:
    """Name and pictures of the app, by the company's settings."""
    company = visitor().settings.company
    content = {
        "id": "/", "name": company, "short_name": company[:_SHORT], "lang": "zh-CN" if locale() == "zh" else "en", "dir": "ltr",
        "start_url": "/", "scope": "/", "display": "standalone", "background_color": GROUND, "theme_color": LINE,
        "icons": [
            {"src": asset_url("screens/icons/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": asset_url("screens/icons/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {"src": asset_url("screens/icons/maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            {"src": asset_url("screens/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
    }
    response = make_response(json.dumps(content, ensure_ascii=False))
    response.content_type = "application/manifest+json; charset=utf-8"
    return response


@screen(blueprint, "/sw.js", permission="anyone")
def worker() -> Response:
    """The worker, from an address above all pages; it keeps static files and the page below, nothing of anybody."""
    asset = assets().get(_WORKER)
    assert asset is not None
    response = make_response(asset.content)
    response.content_type = asset.type
    response.headers["Cache-Control"] = "no-cache"
    return response


@screen(blueprint, "/offline", permission="anyone")
def offline() -> Response:
    """What the worker shows when nobody answers."""
    response = make_response(render_template("screens/offline.html"))
    response.headers["Cache-Control"] = _DAY
    return response
