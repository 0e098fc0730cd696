"""The company's colour and logo as the browser gets them: a small style sheet and a picture, for visitors too."""

import hashlib

from flask import Response, make_response, url_for

from shuke.core.colors import WHITE, mix, parts_of, readable_on
from shuke.core.errors import NotFound
from shuke.core.settings import Settings
from shuke.records import files
from shuke.screens.downloads import attachment
from shuke.screens.screen import screen
from shuke.screens.visitor import current_visitor, visitor
from shuke.web.blueprint import blueprint

_GROUND, _DARK_GROUND = "#f6f7f9", "#191d26"
_FOREVER = "private, max-age=31536000, immutable"


@screen(blueprint, "/brand/<mark>.css", permission="anyone")
def brand_style(mark: str) -> Response:
    """The accent of all screens; its address changes with the colour."""
    color = visitor().settings.color
    response = make_response(style_of(color) if color else "")
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = _FOREVER if mark == _mark(color) else "no-store"
    return response


@screen(blueprint, "/brand/logo/<int(max=9223372036854775807):id>", permission="anyone")
def brand_logo(id: int) -> Response:
    """The logo; no other file is open to everybody."""
    if not id or id != visitor().settings.logo:
        raise NotFound
    stored, content = files.read(id, small=True)
    response = attachment(content, stored.name, stored.mime, inline=True)
    response.headers["Cache-Control"] = _FOREVER
    return response


def brand_url() -> str:
    """The address of the style sheet; blank for companies without a colour of their own."""
    color = _settings().color
    return url_for("web.brand_style", mark=_mark(color)) if color else ""


def logo_url() -> str:
    """The address of the logo; blank for companies without one."""
    logo = _settings().logo
    return url_for("web.brand_logo", id=logo) if logo else ""


def style_of(color: str) -> str:
    """The accent of light and dark screens in shades that can be read on them."""
    light = _tokens(readable_on(color, _GROUND), readable_on(mix(color, "#000000", 0.2), mix(color, WHITE, 0.9), 5.5), mix(color, WHITE, 0.9), WHITE)
    soft = mix(color, _DARK_GROUND, 0.8)
    dark = _tokens(readable_on(color, _DARK_GROUND), readable_on(mix(color, WHITE, 0.3), soft, 5.5), soft, _DARK_GROUND)
    return f":root {{ {light} }}\n[data-bs-theme=\"dark\"] {{ {dark} }}\n"


def _tokens(accent: str, strong: str, soft: str, on_accent: str) -> str:
    red, green, blue = parts_of(accent)
    return (
        f"--accent: {accent}; --accent-strong: {strong}; --accent-soft: {soft}; "
        f"--tblr-primary: {accent}; --tblr-primary-rgb: {red}, {green}, {blue}; --tblr-primary-darken: {strong}; --tblr-primary-fg: {on_accent};"
    )


def _mark(color: str) -> str:
    return hashlib.sha256(style_of(color).encode()).hexdigest()[:12] if color else "none"


def _settings() -> Settings:
    known = current_visitor()
    return known.settings if known else Settings()
