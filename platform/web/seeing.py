"""Looking as somebody else: an administrator sees what a user or a group sees, changes nothing, and leaves a trace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request

from shuke.builder.bar import page
from shuke.builder.outline import outline
from shuke.builder.workshop import workshop
from shuke.core.errors import InvalidInput
from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records import Query, load_actor
from shuke.records.titles import titles
from shuke.screens.page import go_to, go_to_address, is_fragment_request, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor, visitor
from shuke.web.blueprint import blueprint
from shuke.web.directory import account_states, unit_choices, users
from shuke.web.people import role_label
from shuke.web.seeing_table import Seeing, seen, start_seeing, stop_seeing

_PEOPLE = 20
_LATEST = 20


@dataclass(frozen=True, slots=True)
class SeenShown:
    """One earlier preview, in words."""

    who: str
    whom: str
    is_group: bool
    started_at: datetime
    ended_at: datetime | None


@screen(blueprint, "/build/see-as", permission="build")
def see_as() -> Response:
    """Whom one can look as, and who has looked as whom."""
    text, role = request.args.get("q", "").strip(), request.args.get("role", "")
    found = users(actor(), Query(fields=("name", "unit"), search=text, sort=("name",), limit=_PEOPLE))
    states = account_states([record.id for record in found.records])
    about: dict[str, Any] = {"people": found.records, "states": states, "role_label": role_label, "search": text, "more": bool(found.next)}
    if is_fragment_request() and "q" in request.args:
        return render("web/see_as.html", fragment="web/_see_as_people.html", **about)
    shop = workshop()
    roles = sorted(((one.name, pick(one.label) or one.name) for one in catalogue().roles.values()), key=lambda one: one[1])
    return page(
        "web/see_as.html", shop, apps=outline(shop), roles=roles, role=role, units=unit_choices(actor()), earlier=_earlier(seen(_LATEST)), **about,
    )


@screen(blueprint, "/build/see-as", permission="build", methods=("POST",), transaction="write")
def start_to_see_as() -> Response:
    """From now on the pages of this session are those of a user, or of somebody with a role."""
    subject, role = request.form.get("user", type=whole), request.form.get("role", "")
    if subject is not None:
        if subject == actor().id:
            raise InvalidInput({"user": [_("This is you; choose somebody else.")]})
        load_actor(subject)
        start_seeing(visitor().session, actor().id, subject=subject)
    elif role in catalogue().roles:
        start_seeing(visitor().session, actor().id, role=role, unit=request.form.get("unit", type=whole))
    else:
        raise InvalidInput({"role": [_("Choose a user or a permission group.")]})
    return go_to_address("/")


@screen(blueprint, "/build/see-as/leave", permission="signed_in", methods=("POST",), transaction="write", preview="free")
def stop_to_see_as() -> Response:
    """Be oneself again."""
    stop_seeing(visitor().session)
    if visitor().actor.through is None:
        return go_to_address("/")
    toast(_("You are yourself again."))
    return go_to("web.see_as")


def _earlier(found: list[Seeing]) -> list[SeenShown]:
    people = titles(actor(), "user", {one.user for one in found} | {one.subject for one in found if one.subject}) if found else {}
    units = titles(actor(), "unit", {one.unit for one in found if one.unit}) if any(one.unit for one in found) else {}
    return [_shown(one, people, units) for one in found]


def _shown(one: Seeing, people: dict[int, str], units: dict[int, str]) -> SeenShown:
    whom = people.get(one.subject, "") if one.subject else role_label(one.role)
    if one.unit in units:
        whom = f"{whom} · {units[one.unit]}"
    return SeenShown(people.get(one.user, ""), whom, not one.subject, one.started_at, one.ended_at)
