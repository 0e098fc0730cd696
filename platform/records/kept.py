"""Statements and plans that are made once for an actor: making one takes longer than its execution."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock
from shuke.core.db import connection
from shuke.core.settings import Settings
from shuke.core.settings import current as settings
from shuke.definitions.current import catalogue

T = TypeVar("T")
_MOST = 2000


@dataclass(frozen=True, slots=True)
class _Kept:
    actor: Actor | None
    settings: Settings
    value: Any


def kept(actor: Actor, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, until the definitions, the actor's rights, the settings or the day change.

    Actors and settings are the same objects until they change, so they are told apart by identity. TODAY and NOW are
    bound when a statement runs; conditions like “in this month” are written out as days, which is why it lasts for one.
    """
    known: dict[Hashable, _Kept] = catalogue().derived("kept for actors", dict)
    who = None if actor.is_system else actor
    asked = (id(who), key, clock.today(), clock.zone(), connection().dialect.name)
    found = known.get(asked)
    if found is None or found.actor is not who or found.settings is not settings():
        if len(known) >= _MOST:
            known.clear()
        found = known[asked] = _Kept(who, settings(), make())
    return found.value  # type: ignore[no-any-return]


def among(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The column has one of the values that come with each execution as the parameter `wanted`."""
    return column.in_(sa.bindparam("wanted", type_=column.type, expanding=True))
