"""The start page and the page of an app: where to go, what is to be done, and what one was doing."""

from flask import Response

from shuke.access import Actor, policy
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Dashboard, NewRecord, Part
from shuke.reports.asking import Scope
from shuke.reports.periods import Days, days_of
from shuke.reports.reach import home_of
from shuke.runtime.blueprint import blueprint
from shuke.runtime.board import Board, part_shown, shown
from shuke.screens.navigation import sections
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import views_of

_QUICK = "quick"
_MOST_ACTIONS = 6


@screen(blueprint, "/", permission="signed_in")
def home() -> Response:
    """The visitor's own dashboard; without one a search, quick actions, the last records and the apps."""
    greeting = _("Hello, %(name)s", name=actor().name)
    found = home_of(actor())
    if found is not None:
        scope = Scope(days_of(found.period) if found.period else Days("all"))
        board = Board(found, scope, ())
        return render("runtime/home.html", greeting=greeting, board=board, parts=shown(actor(), board), apps=())
    parts = [part_shown(actor(), Board(_GENERATED, Scope(), ()), place, part) for place, part in enumerate(_generated(actor()))]
    return render("runtime/home.html", greeting=greeting, board=None, parts=[part for part in parts if part], apps=sections(actor()))


@screen(blueprint, "/a/<app>", permission="signed_in")
def app_page(app: str) -> Response:
    """The entries of one app."""
    section = next((section for section in sections(actor()) if section.name == app), None)
    if section is None:
        raise NotFound
    return render("runtime/app.html", app=section)


_GENERATED = Dashboard("home", {}, "", True, (), 0, "", ())


def _generated(who: Actor) -> list[Part]:
    """What a start page has at least."""
    quick = [
        NewRecord(entity.name) for entity in catalogue().entities.values()
        if not entity.system and policy(who, entity).may("create") and any(view.variant == _QUICK for view in views_of(catalogue(), "form", entity.name))
    ][:_MOST_ACTIONS]
    return [Part("search"), *([Part("actions", actions=tuple(quick))] if quick else []), Part("recent", width=12, limit=8)]
