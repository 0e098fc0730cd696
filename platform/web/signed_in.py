"""Everybody's sessions and sign-ins, for administrators."""

from flask import Response, request

from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, visitor
from shuke.web.blueprint import blueprint
from shuke.web.directory import names_of
from shuke.web.sessions import all_sessions, end_session
from shuke.web.sign_ins import sign_ins

_MOST = 200
_PAGE = 50


@screen(blueprint, "/admin/sessions", permission="administer")
def session_list() -> Response:
    """Who is signed in, and from where."""
    found = all_sessions(_MOST)
    people = names_of(actor(), (user for user, _session in found))
    return render("web/sessions.html", sessions=found, people=people, here=visitor().session, most=_MOST)


@screen(blueprint, "/admin/sessions/end", permission="administer", methods=("POST",), transaction="write")
def end_session_of() -> Response:
    """Sign somebody out in one browser."""
    end_session(request.form.get("session", ""), request.form.get("user", 0, type=whole))
    toast(_("The session has ended."))
    return go_to("web.session_list")


@screen(blueprint, "/admin/sign-ins", permission="administer")
def sign_in_list() -> Response:
    """Who signed in, and who was refused."""
    before, refused = request.args.get("before", type=whole), request.args.get("refused") == "1"
    found = sign_ins(limit=_PAGE, before=before, refused=refused)
    people = names_of(actor(), (one.user or 0 for one in found))
    return render("web/sign_ins.html", tries=found, people=people, refused=refused, older=found[-1].id if len(found) == _PAGE else None, is_first=before is None)
