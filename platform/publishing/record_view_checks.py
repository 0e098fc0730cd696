"""Checks of what record views declare beside the fields: figures, related lists, the timeline, panels, quick actions."""

from collections.abc import Iterable, Mapping

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity, View
from shuke.definitions.record_pages import Figure, Related, Timeline
from shuke.expressions import BOOL, Kind
from shuke.fields import FIELD_TYPES
from shuke.publishing.checking import Place, type_of

_KEPT = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by"})
_TIMES = frozenset({Kind.DATE, Kind.DATETIME})


def check_record_view(place: Place, entity: Entity, view: View) -> None:
    """All that a record view has and other kinds of view have not."""
    for number, figure in enumerate(view.figures):
        _check_figure(place.at("figures", number), entity, figure)
    for number, related in enumerate(view.related):
        _check_related(place.at("related", number), entity, related)
    if view.timeline is not None:
        _check_timeline(place.at("timeline"), entity, view.timeline)
    for number, panel in enumerate(view.panels):
        at = place.at("panels", number)
        if (other := at.at("entity").entity(panel.entity)) is not None:
            _check_paths(at.at("columns"), other, panel.columns)
            _check_where(at, other, panel.where)
    for number, action in enumerate(view.actions):
        at = place.at("actions", number)
        _check_creating(at, entity, action.entity, action.view, action.values)
        if action.visible:
            at.at("visible").expression(entity.name, action.visible, BOOL)


def _check_figure(at: Place, entity: Entity, figure: Figure) -> None:
    if figure.field:
        at.at("field").path(entity, figure.field)
    else:
        at.at("value").expression(entity.name, figure.value)


def _check_related(at: Place, entity: Entity, related: Related) -> None:
    if (other := at.at("entity").entity(related.entity)) is None:
        return
    via = at.at("via").field(other, related.via)
    if via and via.entity != entity.name:
        at.at("via").note(_("“%(name)s” does not lead to “%(entity)s”.", name=related.via, entity=entity.name))
    _check_paths(at.at("columns"), other, related.columns)
    _check_paths(at.at("sort"), other, [name.lstrip("-") for name in related.sort])
    _check_where(at, other, related.where)
    for number, name in enumerate(related.edit):
        field = at.at("edit", number).field(other, name)
        if field and (field.formula or field.read_only or field.fields or field.type == "state" or FIELD_TYPES[field.type].computed):
            at.at("edit", number).note(_("“%(name)s” cannot be changed in a list.", name=name))


def _check_timeline(at: Place, entity: Entity, timeline: Timeline) -> None:
    for number, entry in enumerate(timeline.entries):
        place = at.at("entries", number)
        if (other := place.at("entity").entity(entry.entity)) is None:
            continue
        via = place.at("via").path(other, entry.via)
        if via and via.entity != entity.name:
            place.at("via").note(_("“%(name)s” does not lead to “%(entity)s”.", name=entry.via, entity=entity.name))
        when = place.at("at").path(other, entry.at)
        if when and type_of(when).kind not in _TIMES:
            place.at("at").note(_("“%(name)s” is neither a date nor a time.", name=entry.at))
        for key, path in (("title", entry.title), ("text", entry.text)):
            if path:
                place.at(key).path(other, path)
        _check_paths(place.at("badge"), other, entry.badges)
    if timeline.add is not None:
        _check_creating(at.at("add"), entity, timeline.add.entity, timeline.add.view, timeline.add.values)


def _check_creating(at: Place, entity: Entity, name: str, view: str, values: Mapping[str, str]) -> None:
    """A form that is opened for a new record of another entity, and what it begins with."""
    if (other := at.at("entity").entity(name)) is None:
        return
    if view:
        forms = {key: one for one in at.catalogue.views_of(name, "form") for key in (one.name, one.variant) if key}
        at.at("view").one_of(_("view"), view, forms)
    for field_name, source in values.items():
        place = at.at("values", field_name)
        field = place.field(other, field_name)
        if field is None:
            continue
        if field_name in _KEPT or field.formula or field.fields or FIELD_TYPES[field.type].computed:
            place.note(_("“%(name)s” cannot be set: its value follows from others.", name=field_name))
            continue
        wanted = type_of(field)
        if source.strip() == "id" and wanted.entity == entity.name:  # the record shown itself
            continue
        place.expression(entity.name, source, None if wanted.kind is Kind.BLANK else wanted)


def _check_paths(at: Place, entity: Entity, paths: Iterable[str]) -> None:
    for number, path in enumerate(paths):
        at.at(number).path(entity, path)


def _check_where(at: Place, entity: Entity, source: str) -> None:
    if source:
        at.at("where").expression(entity.name, source, BOOL)
