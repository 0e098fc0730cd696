"""The first steps of whoever builds an app: what is done, what comes next; until somebody hides them."""

from dataclasses import dataclass
from typing import cast

from flask import Response, current_app, request, url_for

from shuke.builder.blueprint import blueprint
from shuke.builder.outline import address_of
from shuke.builder.workshop import Workshop
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue as published
from shuke.definitions.model import Catalogue, Entity
from shuke.definitions.store import has_versions_of_people
from shuke.records.actors import members_of_roles
from shuke.records.oversight import has_records
from shuke.screens.page import go_to
from shuke.screens.screen import screen

_COOKIE = "shuke_first_steps"
_HIDDEN = "hidden"
_ONE_YEAR = 31_536_000
ENOUGH_FIELDS = 3
ASKED = "steps"
"""The parameter of the first page that shows the steps in any case."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps; `address` is where it is done."""

    label: str
    help: str
    is_done: bool
    address: str
    is_dialog: bool = False


def first_steps(shop: Workshop) -> tuple[Step, ...]:
    """The steps with what is true of the draft and of the version in force; once they are hidden or all are done for who asks for them only."""
    is_asked = ASKED in request.args
    if request.cookies.get(_COOKIE) == _HIDDEN and not is_asked:
        return ()
    found = tuple(_steps(shop))
    return () if all(step.is_done for step in found) and not is_asked else found


@screen(blueprint, "/build/first-steps", permission="build", methods=("POST",))
def hide_first_steps() -> Response:
    """Do not show them any more in this browser."""
    response = go_to("builder.home")
    response.set_cookie(
        _COOKIE, _HIDDEN, max_age=_ONE_YEAR, path="/build", httponly=True, samesite="Lax", secure=cast(bool, current_app.config.get("SESSION_COOKIE_SECURE", False)),
    )
    return response


def _steps(shop: Workshop) -> list[Step]:
    catalogue, in_force = shop.catalogue, published()
    entities, people = _own(catalogue), sum(members_of_roles().values())
    first = next(iter(entities), None)
    published_entities = _own(in_force)
    full = [one for one in published_entities if len(one.fields) >= ENOUGH_FIELDS]
    first_role = next((one for one in catalogue.roles.values() if not one.abilities), None)
    new_app = url_for("builder.new_form", kind="app") if "builder.new_form" in current_app.view_functions else url_for("builder.home")
    return [
        Step(_("Make an app"), _("A frame with a name, a colour and a menu."), bool(catalogue.apps), new_app, is_dialog=True),
        Step(
            _("Say what is kept"), _("An entity with at least three fields: a list of books, of visits, of tools."),
            any(len(one.fields) >= ENOUGH_FIELDS for one in entities), address_of("entity", first.name) if first else _first_app(catalogue),
        ),
        Step(
            _("Give a group its rights"), _("Who may see, add and edit records: a permission group for your staff."),
            any(role.grants for role in catalogue.roles.values() if not role.abilities), address_of("role", first_role.name) if first_role else _first_app(catalogue),
        ),
        Step(
            _("Publish a change of your own"), _("Change what you like. Until you publish, nobody but you sees it, and nothing can be lost."), bool(full) and has_versions_of_people(),
            url_for("builder.change_list") if shop.draft else _first_app(catalogue),
        ),
        Step(_("Invite somebody"), _("A user beside yourself, with the permission group."), people > 1, "/admin/users"),
        Step(
            _("Enter the first record"), _("By a form, or all at once from a spreadsheet."), has_records([one.name for one in published_entities]),
            f"/r/{full[0].name}" if full else url_for("builder.home"),
        ),
    ]


def _own(catalogue: Catalogue) -> list[Entity]:
    return [one for one in catalogue.entities.values() if not one.system]


def _first_app(catalogue: Catalogue) -> str:
    return address_of("app", next(iter(catalogue.apps))) if catalogue.apps else url_for("builder.home")
