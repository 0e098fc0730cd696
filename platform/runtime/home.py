"""The start page and the page of an app: where to go, and what one was doing."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from shuke.core.errors import NotFound
from shuke.core.i18n import format_instant, pick
from shuke.core.i18n import gettext as _
from shuke.records.recent import Recent, recent
from shuke.runtime.blueprint import blueprint
from shuke.screens.navigation import sections
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor


@dataclass(frozen=True, slots=True)
class RecentShown:
    """A record that the visitor changed lately."""

    url: str
    title: str
    label: str
    icon: str
    at: datetime
    when: str


@screen(blueprint, "/", permission="signed_in")
def home() -> Response:
    """The apps that the visitor has, and the records that the visitor changed last."""
    shown = [_shown(item) for item in recent(actor())]
    greeting = _("Hello, %(name)s", name=actor().name)
    return render("runtime/home.html", apps=sections(actor()), recent=shown, greeting=greeting)


@screen(blueprint, "/a/<app>", permission="signed_in")
def app_page(app: str) -> Response:
    """The entries of one app."""
    section = next((section for section in sections(actor()) if section.name == app), None)
    if section is None:
        raise NotFound
    return render("runtime/app.html", app=section)


def _shown(item: Recent) -> RecentShown:
    url = f"/r/{item.entity.name}/{item.id}"
    return RecentShown(url, item.title or f"#{item.id}", pick(item.entity.label), item.entity.icon, item.at, format_instant(item.at))
