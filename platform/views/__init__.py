"""VIEW_KINDS: how records are shown; a kind turns a definition and the catalogue into a prepared plan."""

from typing import cast

from shuke.core.errors import UnknownName
from shuke.core.registry import Registry
from shuke.definitions.model import Catalogue, View
from shuke.views.cards import BoardKind, BoardPlan, CalendarKind, CalendarPlan, GalleryKind, GalleryPlan
from shuke.views.columns import Column
from shuke.views.forms import FormField, FormKind, FormLines, FormNode, FormPlan, small_plan
from shuke.views.kind import Plan, ViewKind
from shuke.views.lists import ListKind, ListPlan
from shuke.views.records import EntryPlan, FigurePlan, PanelPlan, RecordKind, RecordPlan, RelatedPlan

VIEW_KINDS: Registry[ViewKind] = Registry("kind of view", [FormKind(), ListKind(), BoardKind(), CalendarKind(), GalleryKind(), RecordKind()])
LISTED = ("list", "board", "calendar", "gallery")
"""The kinds that show the records of an entity: they share their filters, their search and their conditions."""

__all__ = [
    "LISTED", "VIEW_KINDS", "BoardPlan", "CalendarPlan", "Column", "EntryPlan", "FigurePlan", "FormField", "FormLines", "FormNode", "FormPlan", "GalleryPlan", "ListPlan",
    "PanelPlan", "Plan", "RecordPlan", "RelatedPlan", "ViewKind", "form_plan", "is_plain", "list_plan", "lists_of", "plan", "record_plan", "small_plan", "views_of",
]


def plan(catalogue: Catalogue, kind: str, entity: str, name: str = "") -> Plan:
    """The prepared view of an entity, made once for a version.

    Without a name it is the plain document of this kind, or a generated view if there is none.
    """
    return catalogue.derived(("view", kind, entity, name), lambda: _make(catalogue, kind, entity, name))


def list_plan(catalogue: Catalogue, entity: str, name: str = "") -> ListPlan:
    """The list, board, calendar or gallery of that name; without one the plain list."""
    kind = next((view.kind for view in lists_of(catalogue, entity) if name and view.name == name), "list")
    return cast(ListPlan, plan(catalogue, kind, entity, name))


def form_plan(catalogue: Catalogue, entity: str, name: str = "") -> FormPlan:
    return cast(FormPlan, plan(catalogue, "form", entity, name))


def record_plan(catalogue: Catalogue, entity: str) -> RecordPlan:
    return cast(RecordPlan, plan(catalogue, "record", entity))


def views_of(catalogue: Catalogue, kind: str, entity: str) -> tuple[View, ...]:
    """The documents of one kind for an entity, the plain one first."""
    return catalogue.derived(
        ("views", kind, entity), lambda: tuple(sorted(catalogue.views_of(entity, kind), key=lambda view: view.variant)),
    )


def lists_of(catalogue: Catalogue, entity: str) -> tuple[View, ...]:
    """All documents that show the entity's records: the plain list first, other lists, then boards, calendars and galleries."""
    return catalogue.derived(("lists", entity), lambda: tuple(view for kind in LISTED for view in views_of(catalogue, kind, entity)))


def is_plain(view: View) -> bool:
    """Whether it is the list that opens where nothing else is said."""
    return view.kind == "list" and not view.variant


def _make(catalogue: Catalogue, kind: str, entity: str, name: str) -> Plan:
    known = views_of(catalogue, kind, entity)
    if name and name not in {view.name for view in known}:
        raise UnknownName("view", name, [view.name for view in known])
    view = next((view for view in known if view.name == name or not name and not view.variant), None)
    return VIEW_KINDS[kind].plan(catalogue, catalogue.entity(entity), view)
