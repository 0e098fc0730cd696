"""Compares the addresses that exist with what the screens declare, before the first request is answered."""

from importlib.resources import files

from flask import Flask

from shuke.screens.permissions import Permission
from shuke.screens.screen import ROUTES
from shuke.web.configuration import StartRefused
from shuke.web.health import OPEN_ADDRESSES

_IMPLIED = {"HEAD", "OPTIONS"}


def frozen_anonymous() -> list[str]:
    """The addresses that answer without an account, as they were reviewed."""
    lines = files("shuke.web").joinpath("anonymous_routes.txt").read_text("utf-8").splitlines()
    return sorted(line for line in lines if line and not line.startswith("#"))


def anonymous(app: Flask) -> list[str]:
    """The addresses that answer without an account, as they are."""
    open_to_all = []
    for rule in app.url_map.iter_rules():
        route = ROUTES.get(rule.endpoint)
        if route is None or route.permission is Permission.ANYONE:
            open_to_all += [f"{method} {rule.rule}" for method in (rule.methods or set()) - _IMPLIED]
    return sorted(open_to_all)


def undeclared(app: Flask) -> list[str]:
    """Addresses that no screen declares, or with other methods than declared."""
    wrong = []
    for rule in app.url_map.iter_rules():
        route = ROUTES.get(rule.endpoint)
        if route is None and rule.rule not in OPEN_ADDRESSES or route is not None and (rule.methods or set()) - _IMPLIED != set(route.methods) - _IMPLIED:
            wrong.append(rule.rule)
    return wrong


def check_routes(app: Flask) -> None:
    if wrong := undeclared(app):
        raise StartRefused(f"These addresses have no declared permission: {', '.join(wrong)}.")
    if anonymous(app) != frozen_anonymous():
        differing = sorted(set(anonymous(app)) ^ set(frozen_anonymous()))
        raise StartRefused(f"The addresses open to everybody differ from anonymous_routes.txt: {', '.join(differing)}.")
