"""Record pages: title and key figures, the fields by sections, related lists, timeline, panels and quick actions."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shuke.core.i18n import Label
from shuke.definitions.model import Catalogue, Entity, View
from shuke.definitions.record_pages import Figure, Panel, QuickAction, Related, Timeline, TimelineEntry
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import inverses
from shuke.views.columns import Column, column, columns
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
    where: str = ""
    edit: tuple[str, ...] = ()
    group: Label | None = None
    key: str = ""
    """What the list is called in addresses and ids."""


@dataclass(frozen=True, slots=True)
class FigurePlan:
    """A key figure; `column` is None for a formula."""

    label: Label
    column: Column | None
    value: str
    format: str
    related: str = ""
    """The key of the related list that explains it."""
    balance: str = ""
    """The balance field whose movements explain it."""


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """Records of another entity on the timeline."""

    entity: Entity
    via: str
    at: Column
    title: Column
    text: Column | None
    badges: tuple[Column, ...]
    icon: str

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(one for one in (self.at, self.title, self.text, *self.badges) if one is not None)


@dataclass(frozen=True, slots=True)
class TimelinePlan:
    declared: Timeline
    entries: tuple[EntryPlan, ...]


@dataclass(frozen=True, slots=True)
class PanelPlan:
    """A search box over another entity."""

    entity: Entity
    label: Label
    columns: tuple[Column, ...]
    where: str


@dataclass(frozen=True, slots=True)
class RecordPlan(Plan):
    """A record page made ready; the fields stand as in the form."""

    header: tuple[Column, ...]
    """Facts beside the title, which is not among them."""
    figures: tuple[FigurePlan, ...]
    form: FormPlan
    related: tuple[RelatedPlan, ...]
    timeline: TimelinePlan
    panels: tuple[PanelPlan, ...]
    actions: tuple[QuickAction, ...]


class RecordKind(ViewKind):
    """One record to read, with what belongs to it."""

    name = "record"

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> RecordPlan:
        header = view.header if view is not None and view.header else _default_header(entity)
        declared = view.related if view is not None and "related" in view.body else tuple(_default_related(catalogue, entity))
        form = next((form for form in catalogue.views_of(entity.name, "form") if not form.variant), None)
        facts = tuple(fact for fact in columns(catalogue, entity, header) if fact.path != entity.display and not fact.field.fields)
        related = tuple(_with_keys(_related(catalogue, item) for item in declared))
        timeline = view.timeline if view is not None else None
        return RecordPlan(
            entity, view, facts, tuple(_figure(catalogue, entity, related, one) for one in (view.figures if view else ())),
            FormKind().plan(catalogue, entity, form), related, _timeline(catalogue, timeline or Timeline({})),
            tuple(_panel(catalogue, one) for one in (view.panels if view else ())), view.actions if view else (),
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
    return RelatedPlan(
        entity, related.via, related.label or _plural(entity), columns(catalogue, entity, names), related.sort or listed.sort, related.limit,
        related.where, related.edit, related.group or None,
    )


def _with_keys(plans: Iterable[RelatedPlan]) -> Iterator[RelatedPlan]:
    """Several lists over the same link are told apart by a number."""
    seen: Counter[str] = Counter()
    for plan in plans:
        name = f"{plan.entity.name}-{plan.via}"
        seen[name] += 1
        yield replace(plan, key=name if seen[name] == 1 else f"{name}-{seen[name]}")


def _figure(catalogue: Catalogue, entity: Entity, related: tuple[RelatedPlan, ...], figure: Figure) -> FigurePlan:
    if not figure.field:
        return FigurePlan(figure.label, None, figure.value, figure.format)
    shown = column(catalogue, entity, figure.field)
    return FigurePlan(
        figure.label or shown.label, shown, "", "", _explained_by(catalogue, entity, related, shown),
        shown.path if shown.field.option("ledger") and "." not in shown.path else "",
    )


def _explained_by(catalogue: Catalogue, entity: Entity, related: tuple[RelatedPlan, ...], shown: Column) -> str:
    """The related list over which a sum or count is made."""
    source = next((one for one in inverses(catalogue, entity.name) if one.name == shown.field.option("via")), None)
    keys = [one.key for one in related if source is not None and (one.entity.name, one.via) == (source.entity, source.field.name)]
    return keys[0] if keys and "." not in shown.path else ""


def _timeline(catalogue: Catalogue, declared: Timeline) -> TimelinePlan:
    return TimelinePlan(declared, tuple(_entry(catalogue, one) for one in declared.entries))


def _entry(catalogue: Catalogue, entry: TimelineEntry) -> EntryPlan:
    entity = catalogue.entity(entry.entity)
    text = column(catalogue, entity, entry.text) if entry.text else None
    return EntryPlan(
        entity, entry.via, column(catalogue, entity, entry.at), column(catalogue, entity, entry.title or entity.display), text,
        columns(catalogue, entity, entry.badges), entry.icon or entity.icon or "file",
    )


def _panel(catalogue: Catalogue, panel: Panel) -> PanelPlan:
    entity = catalogue.entity(panel.entity)
    return PanelPlan(entity, panel.label or _plural(entity), columns(catalogue, entity, panel.columns), panel.where)


def _plural(entity: Entity) -> Label:
    """The inverse label if the definition has one; else what the entity is called in lists."""
    return entity.schema.get("x-plural") or entity.label
