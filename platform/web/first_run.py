"""The first administrator of a new installation; guarded by a token that only the console shows."""

import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Response, request

from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import set_locale
from shuke.core.limits import allows
from shuke.core.settings import save_settings
from shuke.definitions.current import catalogue
from shuke.definitions.store import bump_security_epoch
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import visitor, write
from shuke.web.app_cookies import keep_language
from shuke.web.blueprint import accounts, blueprint, configuration
from shuke.web.company import check_company
from shuke.web.configuration import Configuration, write_private
from shuke.web.limits import FIRST_RUN
from shuke.web.money import currencies
from shuke.web.new_user import NewUser, add_user
from shuke.web.security import Account
from shuke.web.signing_in import sign_in
from shuke.web.time_zones import time_zones

_TOKEN_BYTES = 18


@screen(blueprint, "/first-run", permission="anyone", methods=("GET", "POST"), transaction="none")
def first_run() -> Response:
    """Make the first administrator; there is no such page once anybody has an account."""
    if not visitor().first_run:
        raise NotFound
    if request.method == "GET":
        return _form({}, {})
    with write():
        within = allows(FIRST_RUN, request.remote_addr or "")
    if not within or not _token_is_right(request.form.get("token", "")):
        raise NotAllowed(_("The token is wrong. It stands on the console where the server was started."))
    try:
        account = _install(request.form)
    except InvalidInput as error:
        return _form(request.form, error.by_field, 422)
    token_file(configuration()).unlink(missing_ok=True)
    return keep_language(sign_in(account, "/"), request.form.get("locale", ""))


def administrator_roles() -> list[str]:
    """The roles that let the first user set everything up."""
    return [role.name for role in catalogue().roles.values() if {"administer", "build"} <= role.abilities][:1]


def token_file(settings: Configuration) -> Path:
    return settings.folder / "first-run"


def first_run_token(settings: Configuration) -> str:
    """The token for the first-run page, made once."""
    path = token_file(settings)
    if not path.exists():
        write_private(path, secrets.token_urlsafe(_TOKEN_BYTES))
    return path.read_text("utf-8").strip()


def _install(form: Mapping[str, str]) -> Account:
    company = {"company": form.get("company", "").strip(), **{name: form.get(name, "") for name in ("locale", "time_zone", "currency")}}
    check_company(company)
    set_locale(form["locale"])
    new = NewUser(form.get("username", ""), form.get("name", ""), "", form.get("password", ""), tuple(administrator_roles()), {"locale": form["locale"]})
    account_id = add_user(new)
    with write():
        save_settings(company)
        bump_security_epoch()
    account = accounts().authenticate(new.username, new.password)
    if account is None or account.id != account_id:
        raise NotFound
    return account


def _token_is_right(given: str) -> bool:
    return hmac.compare_digest(given.strip().encode(), first_run_token(configuration()).encode())


def _form(values: Mapping[str, str], errors: Mapping[str, tuple[str, ...]], status: int = 200) -> Response:
    return render(
        "web/first_run.html", status=status, values=values, errors=errors, token_given=request.values.get("token", ""),
        time_zones=time_zones(values.get("time_zone", visitor().settings.time_zone)), currencies=currencies(), settings=visitor().settings,
    )
