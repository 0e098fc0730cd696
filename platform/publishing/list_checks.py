"""Checks of what a list says about its rows: groups, figures, colours, and for whom it opens first."""

from collections.abc import Mapping
from typing import Any

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity
from shuke.expressions import BOOL
from shuke.publishing.checking import Place, type_of
from shuke.views.grouping import DATES, can_group, can_summarise, split


def check_list(place: Place, entity: Entity, body: Mapping[str, Any]) -> None:
    if "group" in body:
        _check_group(place.at("group"), entity, body["group"])
    for number, figure in enumerate(body.get("summary", ())):
        at = place.at("summary", number)
        field = at.at("field").path(entity, figure["field"])
        if field and not can_summarise(field, figure["function"]):
            at.at("function").note(_("“%(field)s” has no %(function)s.", field=figure["field"], function=figure["function"]))
    for number, role in enumerate(body.get("roles", ())):
        place.at("roles", number).one_of(_("role"), role, place.catalogue.roles)
    for number, color in enumerate(body.get("colors", ())):
        at = place.at("colors", number)
        at.at("when").expression(entity.name, color["when"], BOOL)
        if "field" in color:
            at.at("field").path(entity, color["field"])
        if "field" in color and color["field"] not in body["columns"]:
            at.at("field").note(_("“%(field)s” is no column of this list, so that no cell can be coloured.", field=color["field"]))


def _check_group(at: Place, entity: Entity, group: str) -> None:
    path, part = split(group)
    field = at.path(entity, path)
    if field and not can_group(field):
        at.note(_("A list cannot be grouped by “%(field)s”.", field=path))
    elif field and part and type_of(field).kind not in DATES:
        at.note(_("“%(field)s” is no date, so that it has no %(part)s.", field=path, part=part))
