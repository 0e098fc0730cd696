"""Checks of what a list, a board, a calendar or a gallery says about its records: places, groups, figures, colours, and for whom it opens first."""

from collections.abc import Callable, Mapping
from typing import Any

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity, Field
from shuke.expressions import BOOL
from shuke.publishing.checking import Place, type_of
from shuke.views.cards import can_date, can_part, can_picture
from shuke.views.grouping import DATES, can_group, can_summarise, split


def check_list(place: Place, entity: Entity, body: Mapping[str, Any]) -> None:
    for key, (fits, sentence) in _PLACES.items():
        if key in body:
            _check_place(place.at(key), entity, body[key], fits, sentence)
    _check_end(place, entity, body)
    for number, width in enumerate(body.get("widths", ())):
        at = place.at("widths", number, "field")
        if at.path(entity, width["field"]) and width["field"] not in body["columns"]:
            at.note(_("“%(field)s” is no column of this list, so that it has no width.", field=width["field"]))
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
        if "field" in color and color["field"] not in body.get("columns", ()):
            at.at("field").note(_("“%(field)s” is no column of this list, so that no cell can be coloured.", field=color["field"]))


_PLACES: Mapping[str, tuple[Callable[[Field], bool], Callable[[str], str]]] = {
    "by": (can_part, lambda name: _("A board cannot have its columns by “%(field)s”: choose a choice or a state.", field=name)),
    "start": (can_date, lambda name: _("Nothing can stand in a calendar by “%(field)s”: choose a date.", field=name)),
    "end": (can_date, lambda name: _("Nothing in a calendar can end with “%(field)s”: choose a date.", field=name)),
    "image": (can_picture, lambda name: _("“%(field)s” is no picture.", field=name)),
}


def _check_place(at: Place, entity: Entity, name: str, fits: Callable[[Field], bool], sentence: Callable[[str], str]) -> None:
    field = at.field(entity, name)
    if field and not fits(field):
        at.note(sentence(name))


def _check_end(place: Place, entity: Entity, body: Mapping[str, Any]) -> None:
    """The beginning and the end are compared, so they are of one type."""
    names = [str(body.get(key, "")) for key in ("start", "end")]
    if all(entity.has(name) and can_date(entity.field(name)) for name in names) and len({type_of(entity.field(name)).kind for name in names}) > 1:
        place.at("end").note(_("“%(start)s” and “%(end)s” have to be of the same type: dates, or dates with a time.", start=names[0], end=names[1]))


def _check_group(at: Place, entity: Entity, group: str) -> None:
    path, part = split(group)
    field = at.path(entity, path)
    if field and not can_group(field):
        at.note(_("A list cannot be grouped by “%(field)s”.", field=path))
    elif field and part and type_of(field).kind not in DATES:
        at.note(_("“%(field)s” is no date, so that it has no %(part)s.", field=path, part=part))
