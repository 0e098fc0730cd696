"""Refuses requests that another site made a browser send: tokens for forms and htmx, and the browser's own word."""

from flask import Flask, Response, make_response, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from shuke.core.i18n import gettext as _
from shuke.screens import errors
from shuke.screens.page import is_fragment_request, trigger
from shuke.screens.screen import ROUTES, SAFE_METHODS

_OWN_SITES = ("same-origin", "none")


def refuse_forgery(app: Flask) -> None:
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_METHODS={"POST", "PUT", "PATCH", "DELETE"}, WTF_CSRF_CHECK_DEFAULT=False)
    protect = CSRFProtect(app)

    @app.before_request
    def check() -> Response | None:
        route = ROUTES.get(request.endpoint or "")
        if request.method in SAFE_METHODS or route is None or route.authentication == "token":
            return None
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OWN_SITES:
            return errors.show(400, _("This request came from another site and was refused."))
        protect.protect()
        return None

    @app.errorhandler(CSRFError)
    def expired(_error: CSRFError) -> Response:
        if is_fragment_request():
            # The page asks for a fresh token and sends once more what it sent.
            return trigger(make_response("", 400), "shuke:stale")
        return errors.show(400, _("This page is too old to be sent. Reload it and try again."))
