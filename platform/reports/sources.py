"""Where numbers come from: records through their one door, or the movements of a ledger's accounts."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Protocol

import sqlalchemy as sa

from shuke import ledgers, records
from shuke.access import Actor
from shuke.core.i18n import format_number, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Measure, Part
from shuke.definitions.model import Field
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES
from shuke.records import Group, Link, Query, visible_ids
from shuke.records.shapes import field_at, shape
from shuke.records.titles import titles
from shuke.reports.asking import Scope, query
from shuke.reports.keys import Key, key_maker
from shuke.reports.periods import Days
from shuke.reports.reach import balance_fields

MOST = 5000
Write = Callable[[Any], str]
ADDITIVE = ("count", "sum")
_MEAN_PLACES = 2


class Source(Protocol):
    """What the numbers of a part are computed from."""

    day: str
    """The name under which its days are grouped; `""`: it has none."""

    def rows(self, group: Sequence[str], days: Days, *, limit: int = MOST) -> list[Group]: ...

    def key(self, name: str) -> Callable[[Any], Key]: ...

    def heading(self, name: str) -> str: ...

    def write(self, measure: Measure) -> Write: ...

    def label(self, measure: Measure) -> str: ...


def source_of(actor: Actor, part: Part, scope: Scope) -> Source:
    return MovementSource(actor, part, scope) if part.ledger else RecordsSource(actor, part, scope)


class RecordsSource:
    """The records that the actor may see, or the rows of their sub-tables."""

    def __init__(self, actor: Actor, part: Part, scope: Scope) -> None:
        self._actor, self._part, self._scope = actor, part, scope
        self._entity = catalogue().entity(part.entity)
        self.day = part.date

    def rows(self, group: Sequence[str], days: Days, *, limit: int = MOST) -> list[Group]:
        measures = [(one.function, one.field, one.where) for one in self._part.measures]
        return records.aggregate(self._actor, self._entity, group, measures, query(self._part, self._scope, days), limit=limit)

    def key(self, name: str) -> Callable[[Any], Key]:
        field, in_lines = self._field(name)
        return key_maker(name, field, in_lines=in_lines)

    def heading(self, name: str) -> str:
        return pick(self._field(name.partition(":")[0])[0].label)

    def write(self, measure: Measure) -> Write:
        if not measure.field or measure.function == "count":
            return _count
        field = self._field(measure.field)[0]
        type_ = FIELD_TYPES[field.type]
        if isinstance(type_.column_type(field), sa.Integer):
            return lambda value: "" if value is None else format_number(Decimal(str(value)), _MEAN_PLACES if measure.function == "avg" else None)
        if type_.expression_type(field).kind is Kind.NUMBER:
            return lambda value: "" if value is None else type_.format(Decimal(value), field)
        return lambda value: "" if value is None else type_.format(value, field)

    def label(self, measure: Measure) -> str:
        if measure.label:
            return pick(measure.label)
        if measure.field:
            return pick(self._field(measure.field)[0].label)
        return pick(self._entity.schema.get("x-plural") or self._entity.label)

    def _field(self, name: str) -> tuple[Field, bool]:
        """The field at a path, and whether it stands in a sub-table."""
        of, path = shape(self._part.entity), tuple(name.split("."))
        first = of.members[path[0]]
        if first.fields and len(path) > 1:
            return field_at(shape(f"{of.name}.{path[0]}"), path[1:]), True
        return field_at(of, path), False


class MovementSource:
    """The movements on the accounts of records that the actor may see, with a balance that the actor may read."""

    day = "at"

    def __init__(self, actor: Actor, part: Part, scope: Scope) -> None:
        self._actor, self._part, self._scope = actor, part, scope
        self._ledger = catalogue().ledgers[part.ledger]

    def rows(self, group: Sequence[str], days: Days, *, limit: int = MOST) -> list[Group]:
        entity = catalogue().entity(self._ledger.entity)
        owners = visible_ids(self._actor, entity, Query(where=self._part.where, ids=self._scope.holders), balance_fields(self._ledger))
        span = ledgers.Span(days.first, days.last, self._part.kinds, self._scope.units)
        found = ledgers.totals(self._ledger, owners, group, span)[:limit]
        units = {one.key[place] for one in found for place, name in enumerate(group) if name == "unit" and one.key[place] is not None}
        names = titles(self._actor, "unit", units) if units else {}
        return [Group(tuple(self._linked(name, value, names) for name, value in zip(group, one.key, strict=True)), self._measures(one)) for one in found]

    def key(self, name: str) -> Callable[[Any], Key]:
        return {"kind": self._kind, "direction": _direction, "unit": _unit}[name]

    def heading(self, name: str) -> str:
        return {"kind": _("Kind"), "direction": _("Direction"), "unit": _("Unit"), "at": _("Date")}[name.partition(":")[0]]

    def write(self, measure: Measure) -> Write:
        return _count if measure.function == "count" else lambda value: "" if value is None else format_number(value, self._ledger.scale)

    def label(self, measure: Measure) -> str:
        return pick(measure.label) or (_("Movements") if measure.function == "count" else pick(self._ledger.unit) or pick(self._ledger.label))

    def _measures(self, total: ledgers.Total) -> tuple[Any, ...]:
        return tuple(total.count if one.function == "count" else total.amount for one in self._part.measures)

    def _kind(self, value: Any) -> Key:
        kinds = list(self._ledger.kinds)
        known = self._ledger.kinds.get(value)
        return Key(value, pick(known.label) if known else str(value), order=kinds.index(value) if known else len(kinds))

    def _linked(self, name: str, value: Any, names: dict[int, str]) -> Any:
        return Link("unit", value, names.get(value, ""), value in names) if name == "unit" and value is not None else value


def _direction(value: Any) -> Key:
    return Key(value, _("Added"), "teal", order=0) if value == "in" else Key(value, _("Taken"), "orange", order=1)


def _unit(value: Any) -> Key:
    if value is None:
        return Key(None, _("(blank)"), "gray")
    return Key(value.id, value.title or f"#{value.id}")


def _count(value: Any) -> str:
    return "" if value is None else format_number(value)
