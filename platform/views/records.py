"""Record pages: the header, the fields by sections, and the lists of related records."""

from collections.abc import Iterator
from dataclasses import dataclass

from shuke.core.i18n import Label
from shuke.definitions.model import Catalogue, Entity, Related, View
from shuke.fields import FIELD_TYPES
from shuke.views.columns import Column, columns
from shuke.views.forms import FormKind, FormPlan
from shuke.views.kind import Plan, ViewKind
from shuke.views.lists import ListKind, offers_choices

_DEFAULT_RELATED_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class RelatedPlan:
    """Records of another entity whose link `via` points to the record shown."""

    entity: Entity
    via: str
    label: Label
    columns: tuple[Column, ...]
    sort: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class RecordPlan(Plan):
    """A record page made ready; the fields stand as in the form."""

    header: tuple[Column, ...]
    """Facts beside the title, which is not among them."""
    form: FormPlan
    related: tuple[RelatedPlan, ...]


class RecordKind(ViewKind):
    """One record to read, with what belongs to it."""

    name = "record"

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> RecordPlan:
        header = view.header if view is not None and view.header else _default_header(entity)
        related = view.related if view is not None and "related" in view.body else tuple(_default_related(catalogue, entity))
        form = next((form for form in catalogue.views_of(entity.name, "form") if not form.variant), None)
        facts = tuple(fact for fact in columns(catalogue, entity, header) if fact.path != entity.display and not fact.field.fields)
        return RecordPlan(
            entity, view, facts, FormKind().plan(catalogue, entity, form),
            tuple(_related(catalogue, item) for item in related),
        )


def _default_header(entity: Entity) -> tuple[str, ...]:
    return tuple(field.name for field in entity.fields if not field.system and offers_choices(field))


def _default_related(catalogue: Catalogue, entity: Entity) -> Iterator[Related]:
    """Every link to this entity, unless it belongs to the platform itself."""
    for other in catalogue.entities.values():
        for field in other.fields:
            pointed = FIELD_TYPES[field.type].expression_type(field).entity
            if not field.system and not field.fields and pointed == entity.name and not other.system:
                yield Related(other.name, field.name, {}, ())


def _related(catalogue: Catalogue, related: Related) -> RelatedPlan:
    entity = catalogue.entity(related.entity)
    view = next((view for view in catalogue.views_of(entity.name, "list") if not view.variant), None)
    listed = ListKind().plan(catalogue, entity, view)
    names = related.columns or tuple(column.path for column in listed.columns if column.path != related.via)[:_DEFAULT_RELATED_COLUMNS]
    return RelatedPlan(entity, related.via, related.label or _plural(entity), columns(catalogue, entity, names), listed.sort, related.limit)


def _plural(entity: Entity) -> Label:
    """The inverse label if the definition has one; else what the entity is called in lists."""
    return entity.schema.get("x-plural") or entity.label
