"""What a request may carry before a screen sees it: sizes, JSON depth, and the language of early errors."""

from flask import Flask, Response, request

from shuke.core.i18n import set_locale
from shuke.screens.screen import MEBIBYTE, ROUTES
from shuke.web import languages

MOST_PARTS = 500


def limit_requests(app: Flask) -> None:
    app.config.update(MAX_CONTENT_LENGTH=MEBIBYTE, MAX_FORM_MEMORY_SIZE=MEBIBYTE, MAX_FORM_PARTS=MOST_PARTS)

    @app.before_request
    def prepare() -> Response | None:
        set_locale(languages.chosen("", "zh"))
        route = ROUTES.get(request.endpoint or "")
        if route is not None:
            request.max_content_length = route.max_bytes
        return None
