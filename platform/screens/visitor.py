"""Who asks, and the application that the request runs in: what a screen may rely on while it answers."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, cast

from flask import current_app, g
from sqlalchemy import Connection

from shuke.access.actor import Actor
from shuke.core.db import Database
from shuke.core.settings import Settings

NOBODY = Actor(0, "public", "")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request's actor, and the state of the company's database that the request was identified against."""

    actor: Actor
    settings: Settings
    version: int
    epoch: int
    locale: str
    session: str = ""
    """The id of the server-side session, or `""` when there is none."""
    must_change_password: bool = False
    first_run: bool = False
    """Nobody can sign in yet: only the first-run page answers."""

    @property
    def person(self) -> Actor:
        """Who has signed in, whoever they look as."""
        return self.actor.through or self.actor

    @property
    def is_signed_in(self) -> bool:
        return self.actor.id != 0


class Host(Protocol):
    """The running application, as the screens see it; `web` provides it."""

    database: Database

    def identify(self, authentication: str) -> Visitor:
        """Read who asks, with one statement, inside the open unit of work."""

    def surroundings(self, visitor: Visitor) -> AbstractContextManager[None]:
        """Have the visitor's catalogue, clock and language in use."""


def host() -> Host:
    return cast(Host, current_app.extensions["shuke"])


def visitor() -> Visitor:
    """The visitor of this request; only within a screen."""
    return cast(Visitor, g.visitor)


def actor() -> Actor:
    return visitor().actor


def current_visitor() -> Visitor | None:
    """The visitor, or None while a request has not been identified (an address without a screen)."""
    return cast("Visitor | None", g.get("visitor"))


def read() -> AbstractContextManager[Connection]:
    """A unit of work for a screen that is declared with `transaction="none"`."""
    return host().database.read()


def write() -> AbstractContextManager[Connection]:
    """A writing unit of work for a screen that is declared with `transaction="none"`."""
    return host().database.write()

