"""Which language the visitor reads: asked for once, chosen for good, or preferred by the browser."""

from flask import request

from shuke.core.i18n import LOCALES

COOKIE = "shuke_language"


def chosen(own: str, company: str) -> str:
    """`?lang=` for one page, then the user's own, then the cookie, then the browser's, then the company's."""
    wanted = (request.args.get("lang"), own, request.cookies.get(COOKIE), preferred())
    return next((name for name in wanted if name in LOCALES), company)


def preferred() -> str | None:
    return request.accept_languages.best_match(LOCALES)
