"""Checks of dashboards: everything that a part names exists, and its numbers can be computed."""

from collections.abc import Mapping

from shuke.core.i18n import gettext as _
from shuke.definitions.dashboards import Measure, Part
from shuke.definitions.model import Entity, Field
from shuke.expressions import BOOL, Kind
from shuke.fields import FIELD_TYPES
from shuke.publishing.checking import Place, type_of

LEDGER_KEYS = ("kind", "direction", "unit", "at")
_COUNTED = ("number", "chart", "table")
_DAYS = (Kind.DATE, Kind.DATETIME)


def check_dashboard(place: Place) -> None:
    dashboard = place.catalogue.dashboards[place.document.name]
    for number, role in enumerate(dashboard.roles):
        place.at("roles", number).one_of(_("role"), role, place.catalogue.roles)
    for number, part in enumerate(dashboard.parts):
        at = place.at("parts", number)
        check_part(at, part)
        _check_actions(at, part)


def check_part(at: Place, part: Part) -> None:
    """What a part says of its numbers; charts of printed documents are parts as well."""
    _check_words(at, part)
    if part.type in (*_COUNTED, "list"):
        _check_source(at, part)


def _check_source(at: Place, part: Part) -> None:
    if bool(part.entity) == bool(part.ledger):
        at.note(_("A part has either an “entity” or a “ledger”."))
    elif part.ledger:
        _check_ledger(at, part)
    elif (entity := at.at("entity").entity(part.entity)) is not None:
        _check_records(at, entity, part)


def _check_words(at: Place, part: Part) -> None:
    """What belongs together."""
    if part.compares and not (part.type == "number" and (part.date or part.ledger) and part.period):
        at.at("compare").note(_("Only a number with “date” and “period” can be compared with the period before."))
    if part.series and len(part.measures) > 1:
        at.at("series").note(_("A chart has either a series or several measures."))
    if part.type == "chart" and not part.group and part.chart not in ("funnel", "bar", "pie"):
        at.at("group").note(_("A line needs a group along which it runs."))
    if part.type == "chart" and part.chart in ("pie", "funnel") and part.series:
        at.at("series").note(_("A pie or a funnel shows one number for each group; take the series out."))
    if part.period and not part.date and not part.ledger and part.type in _COUNTED:
        at.at("period").note(_("Name the “date” to which the period applies."))


def _check_records(at: Place, entity: Entity, part: Part) -> None:
    if part.where:
        at.at("where").expression(entity.name, part.where, BOOL)
    for key, path in (("date", part.date), ("due", part.due)):
        if path and (field := at.at(key).path(entity, path)) and type_of(field).kind not in _DAYS:
            at.at(key).note(_("“%(name)s” is no date.", name=path))
    for number, path in enumerate(part.columns):
        at.at("columns", number).path(entity, path)
    for number, path in enumerate(part.sort):
        at.at("sort", number).path(entity, path.removeprefix("-"))
    if part.group:
        _check_key(at.at("group", 0), entity, part.group)
    if part.series:
        _check_key(at.at("series"), entity, part.series)
    for number, measure in enumerate(part.measures):
        _check_measure(at.at("measures", number), entity, measure)


def _check_key(at: Place, entity: Entity, key: str) -> None:
    path, _colon, cut = key.partition(":")
    field = _member(at, entity, path)
    if field is None:
        return
    kind = type_of(field).kind
    if cut and kind not in _DAYS:
        at.note(_("“%(name)s” is no date.", name=path))
    elif not cut and kind in _DAYS:
        at.note(_("Say how a date is grouped: “%(name)s:day”, “:week”, “:month” or “:year”.", name=path))
    elif kind in (Kind.LIST, Kind.BLANK) or field.fields:
        at.note(_("“%(name)s” cannot be grouped by.", name=path))


def _check_measure(at: Place, entity: Entity, measure: Measure) -> None:
    if measure.where:
        at.at("where").expression(entity.name, measure.where, BOOL)
    if not measure.field:
        if measure.function != "count":
            at.note(_("Name the “field” whose values are taken."))
        return
    field = _member(at.at("field"), entity, measure.field)
    if field and measure.function in ("sum", "avg") and type_of(field).kind is not Kind.NUMBER:
        at.at("field").note(_("“%(name)s” is no number.", name=measure.field))


def _member(at: Place, entity: Entity, path: str) -> Field | None:
    """The field at a path, which may start in a sub-table."""
    first, _dot, rest = path.partition(".")
    part = entity.field(first) if entity.has(first) else None
    if part is None or not part.fields or not rest:
        return at.path(entity, path)
    column, _dot, further = rest.partition(".")
    found = next((one for one in part.fields if one.name == column), None)
    if found is None:
        at.missing_field(f"{entity.name}.{first}", column, [one.name for one in part.fields])
        return None
    if not further:
        return found
    target = at.catalogue.entities.get(FIELD_TYPES[found.type].expression_type(found).entity)
    if target is None:
        at.note(_("“%(name)s” is no link to one record.", name=column))
        return None
    return at.path(target, further)


def _check_ledger(at: Place, part: Part) -> None:
    ledger = at.at("ledger").one_of(_("ledger"), part.ledger, at.catalogue.ledgers)
    if ledger is None:
        return
    if part.type == "list":
        at.at("ledger").note(_("A list shows records; use a table or a chart for a ledger."))
    for number, kind in enumerate(part.kinds):
        at.at("kinds", number).one_of(_("kind of entry"), kind, ledger.kinds)
    if part.where:
        at.at("where").expression(ledger.entity, part.where, BOOL)
    known: Mapping[str, str] = {name: name for name in LEDGER_KEYS}
    for key, name in (("group", part.group), ("series", part.series)):
        if name:
            at.at(key).one_of(_("group of a ledger"), name.partition(":")[0], known)
    for number, measure in enumerate(part.measures):
        if measure.where or (measure.function, measure.field) not in (("sum", "amount"), ("count", "")):
            at.at("measures", number).note(_("A ledger gives the sum of “amount” or the count of its movements."))


def _check_actions(at: Place, part: Part) -> None:
    for number, action in enumerate(part.actions):
        entity = at.at("actions", number, "entity").entity(action.entity)
        if entity and action.view:
            known = {view.variant: view for view in at.catalogue.views_of(entity.name, "form")}
            at.at("actions", number, "view").one_of(_("form"), action.view, known)
