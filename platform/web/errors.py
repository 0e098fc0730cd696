"""Answers to what no screen caught: unknown addresses, refused requests and faults of our own."""

import logging
import secrets
from collections.abc import Callable
from contextlib import nullcontext
from typing import cast

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from shuke.core.i18n import gettext as _
from shuke.screens import errors
from shuke.screens.visitor import Visitor, current_visitor, host

_log = logging.getLogger("shuke.errors")
API = "/api/"
_OURS = 500


def handle_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        status = error.code or 500
        if isinstance(error, SecurityError):  # the host is not ours, so no page with links can be made
            return Response("This host name is not served here.\n", status, content_type="text/plain; charset=utf-8")
        if status < 400:
            response = error.get_response()
            return Response(response.get_data(), status, response.headers)
        return _answer(status, lambda: _sentence(status))

    @app.errorhandler(OperationalError)
    def unavailable(error: OperationalError) -> Response:
        return _answer(503, lambda: _("The database cannot be reached just now. Nothing was saved; please try again."), _noted(error))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        return _answer(500, lambda: _("Something went wrong on our side. Nothing was saved."), _noted(error))


def _answer(status: int, say: Callable[[], str], reference: str = "") -> Response:
    """The sentence is said in the language of whoever asks, once that is known."""
    if request.path.startswith(API):
        return errors.problem(status, f"{say()} ({reference})" if reference else say())
    visitor = current_visitor() or (_identified() if status < _OURS else None)
    with host().surroundings(visitor) if visitor else nullcontext():
        return errors.show(status, say(), reference)


def _identified() -> Visitor:
    """Who asks for an address that no screen serves: the answer looks and reads like that of any other page."""
    with host().database.read():
        g.visitor = host().identify("session")
    return cast(Visitor, g.visitor)


def _noted(error: Exception) -> str:
    """Write the fault to the log and give the reference under which it is found there."""
    reference = secrets.token_hex(4)
    _log.error("Request failed, reference %s, %s %s", reference, request.method, request.endpoint, exc_info=error)
    return reference


def _sentence(status: int) -> str:
    sentences = {
        400: _("The request was not understood."),
        404: _("What you are looking for does not exist, or you may not see it."),
        405: _("This address does not answer to that."),
        413: _("What you sent is too large."),
        415: _("This kind of content is not understood here."),
        429: _("Too many tries. Please wait a minute."),
    }
    return sentences.get(status, _("Something went wrong on our side. Nothing was saved."))
