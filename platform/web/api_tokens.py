"""API tokens: made and revoked by administrators, each for one user."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from shuke.core.errors import InvalidInput
from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.records import Query
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.web.blueprint import blueprint
from shuke.web.directory import users
from shuke.web.tokens import create_token, revoke_token, tokens

_MOST_USERS = 1000
_USUAL_DAYS = 90


@screen(blueprint, "/admin/tokens", permission="administer", methods=("GET", "POST"), transaction="write")
def token_list() -> Response:
    """The tokens there are, and a form for one more."""
    if request.method == "GET":
        return _page({"days": _USUAL_DAYS}, {})
    user_id = request.form.get("user", type=whole)
    try:
        if user_id not in dict(_users()):
            raise InvalidInput({"user": [_("Choose the user as whom the program acts.")]})
        key = create_token(user_id, request.form.get("name", ""), request.form.get("days", 0, type=whole), actor().id)
    except InvalidInput as error:
        return _page(request.form, error.by_field, 422)
    return _page({"days": _USUAL_DAYS}, {}, key=key)


@screen(blueprint, "/admin/tokens/<int:token_id>/revoke", permission="administer", methods=("POST",), transaction="write")
def revoke(token_id: int) -> Response:
    revoke_token(token_id)
    toast(_("The token is revoked."))
    return go_to("web.token_list")


def _users() -> list[tuple[int, str]]:
    found = users(actor(), Query(fields=("name",), where="active", sort=("name",), limit=_MOST_USERS, count=False))
    return [(record.id, record.title) for record in found.records]


def _page(values: Mapping[str, Any], errors: Mapping[str, tuple[str, ...]], status: int = 200, key: str = "") -> Response:
    people = _users()
    return render("web/tokens.html", status=status, tokens=tokens(), people=people, names=dict(people), values=values, errors=errors, key=key)
