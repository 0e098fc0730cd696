"""The start of the administration, and how this installation is."""

from flask import Response, request

from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import visitor
from shuke.web.blueprint import blueprint, configuration
from shuke.web.condition import BAD, WARN, parts
from shuke.web.places import areas, matching


@screen(blueprint, "/admin", permission="administer")
def admin() -> Response:
    """Everything that administrators look after, and what of it needs a look."""
    searched = request.args.get("q", "").strip()
    troubles = [part for part in parts(configuration(), visitor().version, thorough=False) if part.state in (WARN, BAD)] if not searched else []
    return render("web/admin.html", fragment="web/_admin.html", areas=matching(searched) if searched else areas(), searched=searched, troubles=troubles)


@screen(blueprint, "/admin/system", permission="administer")
def system() -> Response:
    """How database, disk, worker and copies are, and which versions run."""
    thorough = request.args.get("check") == "1"
    return render("web/system.html", parts=parts(configuration(), visitor().version, thorough=thorough), is_thorough=thorough)
