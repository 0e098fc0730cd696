"""The own account: language, password, and the browsers that are signed in with it."""

from collections.abc import Mapping

from flask import Response, request

from shuke.core.errors import InvalidInput, NotAllowed
from shuke.core.i18n import LOCALES
from shuke.core.i18n import gettext as _
from shuke.core.limits import allows
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, read, visitor, write
from shuke.web.app_cookies import keep_language, keep_session
from shuke.web.blueprint import accounts, blueprint
from shuke.web.directory import account_states, change_own_language, user
from shuke.web.limits import PASSWORD_CHANGE
from shuke.web.new_user import gives_administration
from shuke.web.passwords import check_password
from shuke.web.sessions import end_session, end_sessions_of, require_change, sessions_of, start_session
from shuke.web.tokens import revoke_tokens_of


@screen(blueprint, "/me", permission="signed_in", methods=("GET", "POST"), transaction="write", preview="closed")
def me() -> Response:
    """The own profile; only the language can be changed by oneself."""
    if request.method == "POST":
        chosen = request.form.get("locale", "")
        if chosen not in LOCALES:
            raise InvalidInput({"locale": [_("Choose one of the listed values.")]})
        change_own_language(actor(), chosen)
        toast(_("Saved."))
        return keep_language(go_to("web.me"), chosen)
    return render(
        "web/me.html", record=user(actor(), actor().id), state=account_states([actor().id]).get(actor().id),
        sessions=sessions_of(actor().id), here=visitor().session,
    )


@screen(blueprint, "/me/sessions/end", permission="signed_in", methods=("POST",), transaction="write")
def end_own_session() -> Response:
    """End one of the own sessions, or all others."""
    chosen = request.form.get("session", "")
    if chosen:
        end_session(chosen, actor().id)
    else:
        end_sessions_of(actor().id, but=visitor().session)
    toast(_("Signed out there."))
    return go_to("web.me")


@screen(blueprint, "/me/password", permission="signed_in", methods=("GET", "POST"), transaction="none", free_of_password_change=True, preview="closed")
def change_password() -> Response:
    """Choose a new password; all other sessions and the API tokens end with the old one."""
    if request.method == "GET":
        return _form({})
    with write():
        if not allows(PASSWORD_CHANGE, str(actor().id)):
            raise NotAllowed(_("Too many tries. Please wait a minute."))
    with read():
        record = user(actor(), actor().id)
        names = [str(record.values.get(name) or "") for name in ("username", "name", "email")]
    try:
        _change(names)
    except InvalidInput as error:
        return _form(error.by_field, 422)
    account = accounts().authenticate(names[0], request.form["password"])
    assert account is not None
    with write():
        end_sessions_of(actor().id)
        revoke_tokens_of(actor().id)
        require_change(actor().id, needed=False)
        key = start_session(account.id, account.password_hash, request.remote_addr or "", request.user_agent.string)
    toast(_("The password was changed. You are signed out everywhere else."))
    return keep_session(go_to("web.me"), key)


def _change(names: list[str]) -> None:
    current, new = request.form.get("current", ""), request.form.get("password", "")
    check_password(new, administrator=gives_administration(actor().roles), context=(*names, visitor().settings.company))
    if new != request.form.get("repeated", ""):
        raise InvalidInput({"repeated": [_("The two passwords differ.")]})
    if accounts().authenticate(names[0], current) is None:
        raise InvalidInput({"current": [_("This is not your password.")]})
    if new == current:
        raise InvalidInput({"password": [_("The new password is the old one.")]})
    accounts().set_password(actor().id, new)


def _form(errors: Mapping[str, tuple[str, ...]], status: int = 200) -> Response:
    return render("web/password.html", status=status, errors=errors, must=visitor().must_change_password)
