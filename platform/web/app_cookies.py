"""The cookies of the product: the session's key, what was opened lately, and the language of people who are not signed in."""

from flask import Response, current_app

from shuke.runtime import seen
from shuke.web.blueprint import configuration
from shuke.web.languages import COOKIE
from shuke.web.sessions import LONGEST

_ONE_YEAR = 31_536_000


def session_cookie() -> str:
    return str(current_app.config["SHUKE_SESSION_COOKIE"])


def keep_session(response: Response, key: str) -> Response:
    response.set_cookie(session_cookie(), key, max_age=LONGEST, path="/", secure=configuration().is_https, httponly=True, samesite="Lax")
    return response


def forget_session(response: Response) -> Response:
    response.delete_cookie(seen.COOKIE, path="/", secure=configuration().is_https, httponly=True, samesite="Lax")
    response.delete_cookie(session_cookie(), path="/", secure=configuration().is_https, httponly=True, samesite="Lax")
    return response


def keep_language(response: Response, locale: str) -> Response:
    response.set_cookie(COOKIE, locale, max_age=_ONE_YEAR, path="/", secure=configuration().is_https, httponly=True, samesite="Lax")
    return response
