"""The decorator that makes a function a screen: its address, its permission and its unit of work."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, TypeVar

from flask import Blueprint, Response, g, make_response, request
from sqlalchemy.exc import DBAPIError

from shuke.core.errors import PlatformError
from shuke.screens import errors
from shuke.screens.permissions import PasswordChangeNeeded, Permission, refuse_in_preview, require
from shuke.screens.visitor import Visitor, host

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_ATTEMPTS = 5
_LOST_RACES = ("40001", "40P01")
"""PostgreSQL: could not serialize, deadlock. The whole unit of work may be tried again."""

Transaction = Literal["read", "write", "none"]
Authentication = Literal["session", "token"]
Preview = Literal["read", "free", "closed"]
"""For those who look as somebody else: what only reads answers, `free` screens always do, `closed` ones never."""
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Route:
    """What a screen declares; `web` compares these with the addresses that exist."""

    endpoint: str
    rules: tuple[str, ...]
    methods: tuple[str, ...]
    permission: Permission
    transaction: Transaction
    authentication: Authentication
    max_bytes: int
    free_of_password_change: bool
    preview: Preview = "read"


ROUTES: dict[str, Route] = {}
"""Every declared screen by endpoint."""


def screen(
    blueprint: Blueprint,
    rule: str | Sequence[str],
    *,
    permission: Permission | str,
    methods: Sequence[str] = ("GET",),
    transaction: Transaction = "read",
    authentication: Authentication = "session",
    max_bytes: int = MEBIBYTE,
    free_of_password_change: bool = False,
    preview: Preview = "read",
) -> Callable[[Function], Function]:
    """Serve the function at `rule`.

    A `write` screen commits when it answers with a status below 400 and rolls back otherwise; its GET only reads.
    A `none` screen opens its own units of work. `token` screens ignore cookies and need no CSRF token. What is about the person alone is `closed` to previews.
    """
    rules = (rule,) if isinstance(rule, str) else tuple(rule)

    def declare(function: Function) -> Function:
        route = Route(
            f"{blueprint.name}.{function.__name__}", rules, tuple(methods), Permission(permission), transaction,
            authentication, max_bytes, free_of_password_change, preview,
        )
        if route.endpoint in ROUTES:
            raise ValueError(f"Two screens are called {route.endpoint!r}.")
        ROUTES[route.endpoint] = route
        serve = _serving(function, route)
        for address in rules:
            blueprint.add_url_rule(address, function.__name__, serve, methods=list(methods))
        return function

    return declare


def _serving(function: Callable[..., Any], route: Route) -> Callable[..., Response]:
    @wraps(function)
    def serve(**arguments: Any) -> Response:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return _attempt(function, route, arguments)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or getattr(error.orig, "sqlstate", "") not in _LOST_RACES:
                    raise
        raise AssertionError("unreachable")

    return serve


def _attempt(function: Callable[..., Any], route: Route, arguments: dict[str, Any]) -> Response:
    # The surroundings outlive the unit of work, so that an error page still speaks the visitor's language.
    with ExitStack() as surroundings:
        try:
            with _unit_of_work(route):
                visitor = _enter(route, surroundings)
                if route.transaction != "none":
                    return _run(function, route, visitor, arguments)
            return _run(function, route, visitor, arguments)
        except _RolledBack as refused:
            return refused.response
        except PlatformError as error:
            return errors.respond(error, route.authentication)


def _enter(route: Route, surroundings: ExitStack) -> Visitor:
    """Identify the visitor and have its catalogue, clock and language in use."""
    visitor = host().identify(route.authentication)
    g.visitor = visitor
    surroundings.enter_context(host().surroundings(visitor))
    return visitor


def _run(function: Callable[..., Any], route: Route, visitor: Visitor, arguments: dict[str, Any]) -> Response:
    refuse_in_preview(visitor, route.preview, reads=request.method in SAFE_METHODS or route.transaction == "read")
    require(route.permission, visitor)
    if visitor.must_change_password and not route.free_of_password_change and route.permission is not Permission.ANYONE:
        raise PasswordChangeNeeded
    response = make_response(function(**arguments))
    if response.status_code >= 400 and _writes(route):
        raise _RolledBack(response)
    return response


def _unit_of_work(route: Route) -> AbstractContextManager[Any]:
    return host().database.write() if _writes(route) else host().database.read()


def _writes(route: Route) -> bool:
    return route.transaction == "write" and request.method not in SAFE_METHODS


class _RolledBack(Exception):
    """Carries a refusing answer out of the unit of work, which rolls back on the way."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response
