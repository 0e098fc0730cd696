"""Answers to what no screen caught: unknown addresses, refused requests and faults of our own."""

import logging
import secrets
from contextlib import nullcontext

from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from shuke.core.i18n import gettext as _
from shuke.screens import errors
from shuke.screens.visitor import current_visitor, host

_log = logging.getLogger("shuke.errors")
API = "/api/"


def handle_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        status = error.code or 500
        if isinstance(error, SecurityError):  # the host is not ours, so no page with links can be made
            return Response("This host name is not served here.\n", status, content_type="text/plain; charset=utf-8")
        if status < 400:
            response = error.get_response()
            return Response(response.get_data(), status, response.headers)
        return _answer(status, _sentence(status))

    @app.errorhandler(OperationalError)
    def unavailable(error: OperationalError) -> Response:
        reference = _noted(error)
        return _answer(503, _("The database cannot be reached just now. Nothing was saved; please try again."), reference)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        return _answer(500, _("Something went wrong on our side. Nothing was saved."), _noted(error))


def _answer(status: int, sentence: str, reference: str = "") -> Response:
    if request.path.startswith(API):
        return errors.problem(status, f"{sentence} ({reference})" if reference else sentence)
    visitor = current_visitor()
    with host().surroundings(visitor) if visitor else nullcontext():
        return errors.show(status, sentence, reference)


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
