"""Which records the visitor has opened lately: kept in a cookie of the visitor's own, so that looking writes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Response, current_app, request

from shuke.core import clock
from shuke.fields.link import is_id
from shuke.records.recent import Seen
from shuke.runtime.blueprint import blueprint
from shuke.screens.visitor import actor

COOKIE = "shuke_seen"
_PAGE = "runtime.record_page"
_MOST = 16
_THIRTY_DAYS = 30 * 86_400


@blueprint.after_request
def remember(response: Response) -> Response:
    """Note the record whose page is answered."""
    arguments = request.view_args or {}
    if request.endpoint == _PAGE and response.status_code == 200 and actor().through is None and {"entity", "id"} <= arguments.keys():
        latest = Seen(arguments["entity"], arguments["id"], clock.now())
        others = [one for one in seen() if (one.entity, one.id) != (latest.entity, latest.id)]
        response.set_cookie(
            COOKIE, _written([latest, *others][:_MOST]), max_age=_THIRTY_DAYS, path="/", httponly=True, samesite="Lax",
            secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
        )
    return response


def seen() -> tuple[Seen, ...]:
    """The visitor's own, the last one first; what somebody else left in this browser does not count."""
    owner, *items = request.cookies.get(COOKIE, "").split("~")
    return tuple(_read(items)) if owner == str(actor().id) else ()


def _written(items: list[Seen]) -> str:
    return "~".join((str(actor().id), *(f"{one.entity}.{one.id}.{int(one.at.timestamp())}" for one in items)))


def _read(items: list[str]) -> Iterator[Seen]:
    """A cookie comes from outside: what is not as we wrote it is passed over."""
    for item in items[:_MOST]:
        entity, _dot, rest = item.partition(".")
        id_, _dot, at = rest.partition(".")
        if entity.isidentifier() and is_id(id_) and at.isdecimal() and len(at) < 12:
            yield Seen(entity, int(id_), datetime.fromtimestamp(int(at), UTC))
