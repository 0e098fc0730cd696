"""VIEW_KINDS: how records are shown; a kind turns a definition and the catalogue into a prepared plan."""

from typing import cast

from shuke.core.errors import UnknownName
from shuke.core.registry import Registry
from shuke.definitions.model import Catalogue, View
from shuke.views.columns import Column
from shuke.views.forms import FormField, FormKind, FormLines, FormNode, FormPlan, small_plan
from shuke.views.kind import Plan, ViewKind
from shuke.views.lists import ListKind, ListPlan
from shuke.views.records import EntryPlan, FigurePlan, PanelPlan, RecordKind, RecordPlan, RelatedPlan

VIEW_KINDS: Registry[ViewKind] = Registry("kind of view", [FormKind(), ListKind(), RecordKind()])

__all__ = [
    "VIEW_KINDS", "Column", "EntryPlan", "FigurePlan", "FormField", "FormLines", "FormNode", "FormPlan", "ListPlan", "PanelPlan", "Plan", "RecordPlan", "RelatedPlan", "ViewKind",
    "form_plan", "list_plan", "plan", "record_plan", "small_plan", "views_of",
]


def plan(catalogue: Catalogue, kind: str, entity: str, name: str = "") -> Plan:
    """The prepared view of an entity, made once for a version.

    Without a name it is the plain document of this kind, or a generated view if there is none.
    """
    return catalogue.derived(("view", kind, entity, name), lambda: _make(catalogue, kind, entity, name))


def list_plan(catalogue: Catalogue, entity: str, name: str = "") -> ListPlan:
    return cast(ListPlan, plan(catalogue, "list", entity, name))


def form_plan(catalogue: Catalogue, entity: str, name: str = "") -> FormPlan:
    return cast(FormPlan, plan(catalogue, "form", entity, name))


def record_plan(catalogue: Catalogue, entity: str) -> RecordPlan:
    return cast(RecordPlan, plan(catalogue, "record", entity))


def views_of(catalogue: Catalogue, kind: str, entity: str) -> tuple[View, ...]:
    """The documents of one kind for an entity, the plain one first."""
    return catalogue.derived(
        ("views", kind, entity), lambda: tuple(sorted(catalogue.views_of(entity, kind), key=lambda view: view.variant)),
    )


def _make(catalogue: Catalogue, kind: str, entity: str, name: str) -> Plan:
    known = views_of(catalogue, kind, entity)
    if name and name not in {view.name for view in known}:
        raise UnknownName("view", name, [view.name for view in known])
    view = next((view for view in known if view.name == name or not name and not view.variant), None)
    return VIEW_KINDS[kind].plan(catalogue, catalogue.entity(entity), view)
