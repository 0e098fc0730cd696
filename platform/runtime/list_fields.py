"""The fields that a list can show, filter, sort and group by: the entity's own, and those one link away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shuke.access.actor import Actor
from shuke.core.i18n import gettext as _
from shuke.core.i18n import locale, pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import SYSTEM_FIELDS, Entity
from shuke.runtime.reach import comparable, plural, readable
from shuke.views import Column
from shuke.views.columns import column


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that stand together: of the entity itself, or behind one of its links."""

    label: str
    columns: tuple[Column, ...]


def readable_fields(who: Actor, entity: Entity) -> tuple[FieldGroup, ...]:
    """Everything that the actor sees something of, one link deep."""
    key = ("fields of lists", entity.name, who.rights, who.kind, locale())
    return catalogue().derived(key, lambda: tuple(group for group in _groups(who, entity) if group.columns))


def fields_where(who: Actor, entity: Entity, fits: Callable[[Column], bool]) -> tuple[FieldGroup, ...]:
    """Those among them that the actor may compare and that fit."""
    found = ((group.label, tuple(one for one in group.columns if comparable(who, one) and fits(one))) for group in readable_fields(who, entity))
    return tuple(FieldGroup(label, columns) for label, columns in found if columns)


def long_label(entity: Entity, shown: Column) -> str:
    """The label with those of the links that lead to it: “Reader › Phone”."""
    return " › ".join(pick(catalogue().entity(name).field(field).label) for name, field in shown.steps) if "." in shown.path else pick(shown.label)


def _groups(who: Actor, entity: Entity) -> Iterator[FieldGroup]:
    own = readable(who, (column(catalogue(), entity, name) for name in _names(entity)))
    yield FieldGroup(plural(entity), own)
    for link in own:
        target = catalogue().entities.get(link.type.expression_type(link.field).entity)
        if target is None or not comparable(who, link) or link.type.rows("", link.field):
            continue
        behind = readable(who, (column(catalogue(), entity, f"{link.path}.{name}") for name in _names(target)))
        label = _("%(link)s: its fields", link=pick(link.label))
        yield FieldGroup(label, tuple(one for one in behind if one.type.stored and not one.field.fields))


def _names(entity: Entity) -> Iterator[str]:
    yield from (field.name for field in entity.fields if not field.fields)
    yield from (name for name in SYSTEM_FIELDS if name != "id" and name not in {field.name for field in entity.fields})
