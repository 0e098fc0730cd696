"""What a request says: its JSON body within limits, the revision it was made on, and the query of a list."""

import json
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import BadRequest

from shuke.access import Actor, policy
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Condition, Query, refuse_unseen
from shuke.screens.visitor import actor

DEEPEST = 32
_LARGEST = 2**63 - 1
_MOST_DIGITS = 19
_TRUE, _FALSE = ("true", "1", "yes"), ("", "false", "0", "no")


def json_body() -> dict[str, Any]:
    """The JSON object that was sent; 400 when it is none, too deep, or holds numbers that nothing here can hold."""
    content = request.get_data()
    if not content:
        return {}
    try:
        text = content.decode("utf-8")
        _check_depth(text)
        body = json.loads(text, parse_int=_integer, parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(body, dict):
        raise BadRequest
    return body


def revision() -> int | None:
    """The revision in `If-Match`, if one was sent."""
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if given in ("", "*"):
        return None
    if not given.isascii() or not given.isdigit() or len(given) > _MOST_DIGITS:
        raise InvalidInput({"If-Match": [_("Send the revision of the record that you have read, for example \"3\".")]})
    return int(given)


def entity_called(asking: Actor, name: str) -> Entity:
    """The entity, for an actor who may read it; else it does not exist."""
    found = catalogue().entities.get(name)
    if found is None or not policy(asking, found).may("read"):
        raise NotFound(_("There is no such form."))
    return found


def checked_id(id_: int) -> int:
    """An id that a database can hold."""
    if id_ > _LARGEST:
        raise NotFound(_("This record does not exist."))
    return id_


def flag(name: str) -> bool:
    given = request.args.get(name, "").lower()
    if given not in (*_TRUE, *_FALSE):
        raise InvalidInput({name: [_("Say true or false.")]})
    return given in _TRUE


def number(name: str, default: int, most: int) -> int:
    given = request.args.get(name, "")
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= most or len(given) > _MOST_DIGITS:
        raise InvalidInput({name: [_("Give a number from 1 to %(most)s.", most=most)]})
    return int(given)


def words(name: str) -> tuple[str, ...]:
    """A parameter that may be given several times, or with commas."""
    return tuple(word.strip() for given in request.args.getlist(name) for word in given.split(",") if word.strip())


def fields_of(entity: Entity) -> tuple[str, ...]:
    """The columns that the caller asks for."""
    names = words("fields")
    refuse_unseen(actor(), entity, names)
    return names


def query(entity: Entity) -> Query:
    """The query in the address: where, conditions (`f.<field>.<operator>`), q, sort, fields, limit, after, before, count, deleted."""
    given = request.args
    return Query(
        fields=fields_of(entity), where=given.get("where", ""), conditions=_conditions(), search=given.get("q", "").strip(),
        sort=tuple(given.getlist("sort")) if any(one.lstrip("-").startswith("=") for one in given.getlist("sort")) else words("sort"),
        limit=number("limit", 50, 200), after=given.get("after", ""), before=given.get("before", ""),
        count=flag("count") if "count" in given else True, deleted=flag("deleted"),
    )


def _conditions() -> tuple[Condition, ...]:
    found = []
    for name, values in request.args.lists():
        path, _dot, operator = name.removeprefix("f.").rpartition(".")
        if name.startswith("f.") and path:
            found.append(Condition(path, operator, tuple(value for value in values if value)))
    return tuple(found)


def _check_depth(text: str) -> None:
    """Count brackets outside of strings, before anything recursive looks at them."""
    depth, quoted, escaped = 0, False, False
    for character in text:
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted, escaped = True, False
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise ValueError
        elif character in "]}":
            depth -= 1


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS + 1 or not -_LARGEST <= int(digits) <= _LARGEST:
        raise ValueError
    return int(digits)


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice would let two readers of the same text see different things."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError
    return made
