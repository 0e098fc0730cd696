"""The automatic numbers of all entities: how many were given, and which comes next."""

from dataclasses import dataclass

from flask import Response

from shuke.core import clock
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.fields.autonumber import counters
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.web.blueprint import blueprint


@dataclass(frozen=True, slots=True)
class NumberShown:
    """One automatic number."""

    entity: str
    field: str
    icon: str
    pattern: str
    begins_anew: str
    is_gapless: bool
    given: int
    following: str


@screen(blueprint, "/admin/numbers", permission="administer")
def number_list() -> Response:
    """Which number the next record of each kind gets."""
    found = [(entity, field) for entity in catalogue().entities.values() for field in entity.fields if field.type == "autonumber"]
    known = counters([(entity.name, field) for entity, field in found], clock.today())
    periods = {"never": _("counts on"), "year": _("every year"), "month": _("every month"), "day": _("every day")}
    return render("web/numbers.html", numbers=[
        NumberShown(
            pick(entity.label), pick(field.label), entity.icon, str(field.option("pattern")), periods[str(field.option("reset", "never"))],
            bool(field.option("gapless", False)), counter.given, counter.following,
        )
        for (entity, field), counter in zip(found, known, strict=True)
    ])
