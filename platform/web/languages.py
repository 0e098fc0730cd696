"""Which language the visitor reads: that of the page around a fragment, asked for once, chosen for good, or preferred by the browser."""

from flask import request

from shuke.core.i18n import LOCALES
from shuke.screens.page import is_fragment_request

COOKIE = "shuke_language"
_PAGE = "X-Language"
"""Pages send it with each request for a part of theirs."""


def chosen(own: str, company: str) -> str:
    """`?lang=` for one page and what it loads later, then the user's own, then the cookie, then the browser's, then the company's."""
    of_page = request.headers.get(_PAGE) if is_fragment_request() else None
    wanted = (of_page, request.args.get("lang"), own, request.cookies.get(COOKIE), preferred())
    return next((name for name in wanted if name in LOCALES), company)


def preferred() -> str | None:
    return request.accept_languages.best_match(LOCALES)
