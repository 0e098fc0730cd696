"""Users: list, add, edit, roles, passwords and deactivation, for administrators."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from shuke.core.errors import InvalidInput, NotFound
from shuke.core.given import whole
from shuke.core.i18n import LOCALES, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.store import bump_security_epoch
from shuke.records import Query, Record
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, read, write
from shuke.web.blueprint import accounts, blueprint
from shuke.web.directory import USER_FIELDS, AccountState, account_states, link_id, save_user, unit_choices, user, users
from shuke.web.new_user import NewUser, add_user, check_roles
from shuke.web.sessions import end_sessions_of, require_change
from shuke.web.tokens import revoke_tokens_of

_PAGE = 50
_MOST_SUPERIORS = 1000
_PASSWORD_BYTES = 12


@screen(blueprint, "/admin/users", permission="administer")
def user_list() -> Response:
    """All users, a page at a time."""
    arguments = request.args
    page = users(actor(), Query(
        fields=USER_FIELDS, search=arguments.get("q", ""), sort=("name",), limit=_PAGE,
        after=arguments.get("after", ""), before=arguments.get("before", ""),
    ))
    states = account_states([record.id for record in page.records])
    return render("web/users.html", fragment="web/_users.html", page=page, states=states, search=arguments.get("q", ""), role_label=role_label)


@screen(blueprint, "/admin/users/new", permission="administer", methods=("GET", "POST"), transaction="none")
def new_user() -> Response:
    """Make a user with a password that has to be replaced at the first sign-in."""
    if request.method == "GET":
        return _new_form({"roles": (), "locale": "", "active": True}, {})
    entered = _entered()
    password = request.form.get("password", "") or temporary_password()
    new = NewUser(entered.pop("username"), entered.pop("name"), entered.pop("email") or "", password, tuple(request.form.getlist("roles")), entered, must_change=True)
    try:
        made = add_user(new, actor())
    except InvalidInput as error:
        return _new_form({**request.form.to_dict(), "roles": request.form.getlist("roles")}, error.by_field, 422)
    with read():
        return render("web/new_password.html", record=user(actor(), made), password=password, is_new=True)


@screen(blueprint, "/admin/users/<int:user_id>", permission="administer", methods=("GET", "POST"), transaction="none")
def edit_user(user_id: int) -> Response:
    """One user: the record, the roles, and whether the account is active."""
    with read():
        record = user(actor(), user_id)
        state = _account(user_id)
    if request.method == "GET":
        return _edit_form(record, state, _values(record, state), {})
    try:
        _change(record, state)
    except InvalidInput as error:
        return _edit_form(record, state, {**request.form.to_dict(), "roles": request.form.getlist("roles")}, error.by_field, 422)
    toast(_("Saved."))
    return go_to("web.user_list")


@screen(blueprint, "/admin/users/<int:user_id>/password", permission="administer", methods=("POST",), transaction="none")
def reset_password(user_id: int) -> Response:
    """Give the user a new password, shown once; it has to be replaced at the first sign-in."""
    with read():
        record = user(actor(), user_id)
        _account(user_id)
    password = temporary_password()
    accounts().set_password(user_id, password)
    with write():
        end_sessions_of(user_id)
        revoke_tokens_of(user_id)
        require_change(user_id, needed=True)
    with read():
        return render("web/new_password.html", record=record, password=password, is_new=False)


def temporary_password() -> str:
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def role_label(name: str) -> str:
    role = catalogue().roles.get(name)
    return pick(role.label) if role else name


def role_choices() -> list[tuple[str, str]]:
    return sorted(((role.name, pick(role.label)) for role in catalogue().roles.values()), key=lambda choice: choice[1])


def _account(user_id: int) -> AccountState:
    """The account of a user; a record that was written some other way has none."""
    states = account_states([user_id])
    if user_id not in states:
        raise NotFound
    return states[user_id]


def _change(record: Record, state: AccountState) -> None:
    entered, roles = _entered(), request.form.getlist("roles")
    active = request.form.get("active") == "1"
    check_roles(roles)
    _keep_oneself_in(record.id, active, roles)
    # The record first: it checks more. The account follows in the library's own transaction.
    with write():
        save_user(actor(), record.id, {**entered, "active": active}, new=False, revision=request.form.get("revision", type=whole))
    accounts().change(record.id, username=entered["username"], name=entered["name"], email=entered["email"] or "", active=active)
    roles_changed = accounts().set_roles(record.id, roles)
    with write():
        if roles_changed or not active:
            end_sessions_of(record.id)
        if not active:
            revoke_tokens_of(record.id)
        bump_security_epoch()  # for the roles, which are no record


def _keep_oneself_in(user_id: int, active: bool, roles: list[str]) -> None:
    """An administrator who locks the last door from outside could not come back."""
    if user_id != actor().id:
        return
    published = catalogue().roles
    if not active or not any("administer" in published[name].abilities for name in roles if name in published):
        raise InvalidInput({"": [_("You cannot deactivate yourself or give up your own right to administer.")]})


def _entered() -> dict[str, Any]:
    form = request.form
    locale = form.get("locale", "")
    return {
        "username": form.get("username", "").strip(), "name": form.get("name", "").strip(), "email": form.get("email", "").strip() or None,
        "phone": form.get("phone", "").strip() or None, "unit": form.get("unit") or None, "superior": form.get("superior") or None,
        "locale": locale if locale in LOCALES else None,
    }


def _values(record: Record, state: AccountState) -> dict[str, Any]:
    values = {name: record.values.get(name) or "" for name in ("name", "username", "email", "phone", "locale")}
    return {
        **values, "unit": link_id(record.values.get("unit")) or "", "superior": link_id(record.values.get("superior")) or "",
        "roles": state.roles, "active": state.active,
    }


def _choices(but: int = 0) -> dict[str, Any]:
    everybody = users(actor(), Query(fields=("name",), sort=("name",), limit=_MOST_SUPERIORS, count=False)).records
    return {
        "units": unit_choices(actor()), "roles": role_choices(),
        "superiors": [(str(record.id), record.title) for record in everybody if record.id != but],
    }


def _new_form(values: Mapping[str, Any], errors: Mapping[str, tuple[str, ...]], status: int = 200) -> Response:
    with read():
        return render("web/user.html", status=status, record=None, state=None, values=values, errors=errors, choices=_choices())


def _edit_form(record: Record, state: AccountState, values: Mapping[str, Any], errors: Mapping[str, tuple[str, ...]], status: int = 200) -> Response:
    with read():
        return render("web/user.html", status=status, record=record, state=state, values=values, errors=errors, choices=_choices(record.id))
