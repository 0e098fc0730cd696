"""Turns deliberate errors into answers: a friendly page, a toast for htmx, or a problem document for programs."""

import json

from flask import Response, make_response, request, url_for

from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, PlatformError, UnknownName
from shuke.core.i18n import gettext as _
from shuke.screens.page import go_to_address, is_fragment_request, render, trigger
from shuke.screens.permissions import FirstRunNeeded, PasswordChangeNeeded, SignInNeeded

STATUS: tuple[tuple[type[PlatformError], int], ...] = (
    (SignInNeeded, 401), (FirstRunNeeded, 401), (PasswordChangeNeeded, 403),
    (InvalidInput, 422), (NotFound, 404), (UnknownName, 404), (NotAllowed, 403), (Conflict, 409),
)


_OURS = 500
_TOO_OFTEN = 429
_PICTURES = {401: "lock", 403: "lock", 404: "search", 405: "lock", 413: "files", 429: "hourglass", 500: "tools", 503: "server"}


def status_of(error: PlatformError) -> int:
    return next((status for kind, status in STATUS if isinstance(error, kind)), 422)


def title_of(status: int) -> str:
    """What happened, in a few words."""
    titles = {
        400: _("The request was not understood"), 401: _("Please sign in"), 403: _("Not allowed"),
        404: _("There is nothing here"), 405: _("Not allowed"), 409: _("Somebody was faster"),
        413: _("Too large"), 422: _("Please check what you entered"), 429: _("Too many tries"),
        503: _("Not available just now"),
    }
    return titles.get(status, _("Something went wrong"))


def sentence_of(error: PlatformError) -> str:
    """What to tell the person; an absent and a forbidden thing read alike."""
    if isinstance(error, NotFound | UnknownName):
        return _("What you are looking for does not exist, or you may not see it.")
    if isinstance(error, SignInNeeded | FirstRunNeeded):
        return _("Sign in to go on.")
    if isinstance(error, InvalidInput):
        return " ".join(sentence for said in error.by_field.values() for sentence in said)
    return str(error)


def respond(error: PlatformError, authentication: str = "session") -> Response:
    """The answer to an error that no screen caught."""
    status = status_of(error)
    if authentication == "token":
        return problem(status, sentence_of(error), error)
    if (somewhere := _elsewhere(error)) is not None:
        return somewhere
    return show(status, sentence_of(error))


def show(status: int, sentence: str, reference: str = "") -> Response:
    """An error as a page, or as a toast that leaves the page as it is."""
    if is_fragment_request():
        response = make_response("", status)
        response.headers["HX-Reswap"] = "none"
        if status >= _OURS:  # the page offers to send once more what failed
            return trigger(response, "shuke:fault", f"{sentence} ({reference})" if reference else sentence)
        return trigger(response, "shuke:toast", [{"level": "danger", "text": sentence}])
    return render(
        "screens/error.html", status=status, code=status, title=title_of(status), sentence=sentence, reference=reference,
        picture=_PICTURES.get(status, "alert-triangle"), again=status >= _OURS or status == _TOO_OFTEN,
    )


def problem(status: int, detail: str, error: PlatformError | None = None) -> Response:
    """A problem document (RFC 9457)."""
    body: dict[str, object] = {"type": "about:blank", "title": title_of(status), "status": status, "detail": detail}
    if isinstance(error, InvalidInput):
        body["errors"] = {name: list(said) for name, said in error.by_field.items()}
    if isinstance(error, Conflict) and error.revision:
        body["revision"] = error.revision
    response = make_response(json.dumps(body, ensure_ascii=False, default=str), status)
    response.content_type = "application/problem+json; charset=utf-8"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _elsewhere(error: PlatformError) -> Response | None:
    """The page that the visitor has to pass first, if that is what the error says."""
    if isinstance(error, FirstRunNeeded):
        return go_to_address(url_for("web.first_run"))
    if isinstance(error, PasswordChangeNeeded):
        return go_to_address(url_for("web.change_password"))
    if isinstance(error, SignInNeeded):
        if is_fragment_request():  # the page asks to sign in over itself, so that nothing typed is lost
            response = make_response("", 401)
            response.headers["HX-Reswap"] = "none"
            return response
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return go_to_address(url_for("web.login", next=wanted if wanted != "/" else None))
    return None
