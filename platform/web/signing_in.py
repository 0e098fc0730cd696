"""Signing in and out, and the choice of the language."""

import unicodedata

from flask import Response, jsonify, make_response, request, session, url_for
from flask_wtf.csrf import generate_csrf

from shuke.core.i18n import LOCALES, set_locale
from shuke.core.i18n import gettext as _
from shuke.core.limits import allows
from shuke.screens.addresses import local_address
from shuke.screens.page import go_to, go_to_address, is_fragment_request, render, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, visitor, write
from shuke.web.app_cookies import forget_session, keep_language, keep_session
from shuke.web.blueprint import accounts, blueprint
from shuke.web.directory import change_own_language
from shuke.web.limits import LOGIN_OF_ACCOUNT, LOGIN_OF_ADDRESS
from shuke.web.security import Account
from shuke.web.seeing_table import stop_seeing
from shuke.web.sessions import end_session, start_session
from shuke.web.sign_ins import note_sign_in

_LONGEST_NAME = 320


@screen(blueprint, "/login", permission="anyone", methods=("GET", "POST"), transaction="none")
def login() -> Response:
    """Sign in with user name or e-mail address."""
    if visitor().first_run:
        return go_to("web.first_run")
    if request.method == "GET":
        return _welcome(_wanted()) if visitor().is_signed_in else _form("")
    name = unicodedata.normalize("NFKC", request.form.get("username", "")).strip()[:_LONGEST_NAME]
    if not _may_try(name):
        return _form(name, _("Too many tries. Please wait a minute."), 429)
    account = accounts().authenticate(name, request.form.get("password", ""))
    if account is None:
        with write():
            note_sign_in(name, None, request.remote_addr or "", request.user_agent.string)
        return _form(name, _("The user name or the password is wrong."), 422)
    return sign_in(account, _wanted())


@screen(blueprint, "/me/token", permission="signed_in", free_of_password_change=True)
def fresh_token() -> Response:
    """Who the page's visitor is by now, and a token for its forms."""
    return jsonify(actor=str(actor().id), token=generate_csrf())


@screen(blueprint, "/logout", permission="anyone", methods=("POST",), transaction="write", preview="free")
def logout() -> Response:
    """End this session."""
    if visitor().session:
        end_session(visitor().session, visitor().person.id)
        stop_seeing(visitor().session)
    session.clear()
    return forget_session(go_to("web.login"))


@screen(blueprint, "/language", permission="anyone", methods=("POST",), transaction="write")
def language() -> Response:
    """Switch the language for good."""
    chosen = request.form.get("locale", "")
    response = go_to_address(_without_language(local_address(request.form.get("next", ""), "/")))
    if chosen not in LOCALES:
        return response
    set_locale(chosen)
    if visitor().is_signed_in:
        change_own_language(actor(), chosen)
    return keep_language(response, chosen)


def sign_in(account: Account, address: str) -> Response:
    """Open a session and lead on; nothing of the time before it is kept."""
    with write():
        key = start_session(account.id, account.password_hash, request.remote_addr or "", request.user_agent.string)
        note_sign_in(account.username, account.id, request.remote_addr or "", request.user_agent.string)
    session.clear()
    return keep_session(_welcome(address), key)


def _welcome(address: str) -> Response:
    """Lead on; the dialog over a page whose session had ended only closes."""
    return trigger(make_response("", 204), "shuke:signed-in") if _in_dialog() else go_to_address(address)


def _in_dialog() -> bool:
    return "dialog" in request.args and is_fragment_request()


def _may_try(name: str) -> bool:
    with write():
        # Both are counted, also when the first refuses: an address that tries many accounts is slowed down too.
        within = [allows(LOGIN_OF_ADDRESS, request.remote_addr or ""), allows(LOGIN_OF_ACCOUNT, name.casefold())]
    return all(within)


def _wanted() -> str:
    return local_address(request.args.get("next", ""), "/")


def _without_language(address: str) -> str:
    """The address without `?lang=`, which would overrule the choice."""
    path, _separator, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("lang=")]
    return f"{path}?{'&'.join(kept)}" if kept else path


def _form(username: str, problem: str = "", status: int = 200) -> Response:
    in_dialog = _in_dialog()
    action = url_for("web.login", dialog=1) if in_dialog else url_for("web.login", next=request.args.get("next"))
    return render("web/login.html", fragment="web/_login.html", status=status, username=username, problem=problem, action=action, in_dialog=in_dialog)
