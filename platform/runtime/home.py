"""The start page and the page of an app: where to go, and what one was doing."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from shuke.core.errors import NotFound
from shuke.runtime.blueprint import blueprint
from shuke.screens.navigation import sections
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor


@screen(blueprint, "/", permission="signed_in")
def home() -> Response:
    """The apps that the visitor has, and the records that the visitor changed last."""
    return render("runtime/home.html", apps=sections(actor()))


@screen(blueprint, "/a/<app>", permission="signed_in")
def app_page(app: str) -> Response:
    """The entries of one app."""
    section = next((section for section in sections(actor()) if section.name == app), None)
    if section is None:
        raise NotFound
    return render("runtime/app.html", app=section)
