"""The list that an address means for this visitor: the saved view behind it, the one that opens first, and what is gone since it was kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import request

from shuke.access.actor import Actor
from shuke.access.policy import Policy
from shuke.core.errors import InvalidInput, UnknownName
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Condition, Conditions, Query
from shuke.runtime.colors import color_fields
from shuke.runtime.drill import has_part
from shuke.runtime.list_request import (
    NO_GROUP,
    PLAIN,
    ListRequest,
    from_parameters,
    read_list_request,
)
from shuke.runtime.reach import comparable, entity_for, shown_columns
from shuke.screens.page import toast
from shuke.screens.visitor import actor, visitor
from shuke.views import Column, ListPlan, is_plain, list_plan, lists_of
from shuke.views.columns import column
from shuke.views.grouping import DATES, FUNCTIONS, PARTS, Figure, can_group, can_summarise, split
from shuke.views.saved import SavedView, Shelf, shelf

_ADDRESSED = frozenset({"view", "q", "sort", "c", "cols", "group", "totals", "density", "saved", "from", "part", "after", "before", "show", "at"})


@dataclass(frozen=True, slots=True)
class Listing:
    """A list made ready for a visitor."""

    entity: Entity
    rights: Policy
    asked: ListRequest
    plan: ListPlan
    columns: tuple[Column, ...]
    shelf: Shelf
    group: str
    """The path that the rows are grouped by now, with the part of a date, or `""`."""
    totals: tuple[Figure, ...]

    @property
    def saved(self) -> SavedView | None:
        return self.shelf.get(self.asked.saved)

    @property
    def kind(self) -> str:
        """How the records are drawn: a visitor who does not see where they stand gets the list."""
        placed = self.plan.placed_by
        view = self.plan.view
        return view.kind if view and (not placed or comparable(actor(), column(catalogue(), self.entity, placed))) else "list"

    @property
    def fields(self) -> tuple[str, ...]:
        """What has to be read to draw a row."""
        return tuple(dict.fromkeys((*(column.path for column in self.columns), *self.plan.read_too, *color_fields(catalogue(), self.plan))))

    def query(self, *conditions: Condition, fields: Iterable[str] | None = None) -> Query:
        """The rows of the list, or those among them for which something else holds too."""
        made = self.asked.query(self.plan, self.fields if fields is None else fields, limit=self.plan.page_size)
        return replace(made, conditions=(*made.conditions, *conditions)) if conditions else made


def listing(entity: str, operation: str = "read", *, opening: bool = False) -> Listing:
    """The list of this request; `opening` an address that says nothing leads to the view that opens first."""
    visited, rights = entity_for(actor(), entity, operation)
    kept = shelf(actor(), entity, visitor().epoch)
    asked = _resolved(kept, read_list_request(entity, request.args))
    if opening and not any(name in _ADDRESSED or name.startswith("f.") for name in request.args):
        asked = _first(actor(), kept, asked)
    plan = list_plan(catalogue(), entity, asked.view_name)
    columns = shown_columns(actor(), visited, _chosen(visited, asked) or plan.columns)
    return Listing(visited, rights, asked, plan, columns, kept, _group(visited, plan, asked), tuple(_totals(visited, plan, asked)))


def widths_of(listed: Listing) -> dict[str, int]:
    """The widths of columns: as somebody has drawn them, or else as the view says."""
    return {one.path: one.width for one in listed.asked.columns} if listed.asked.columns else dict(listed.plan.widths)


def sound(who: Actor, asked: ListRequest) -> tuple[ListRequest, bool]:
    """The state without what is no longer there, or no longer to be seen, and whether something was left out."""
    entity = catalogue().entity(asked.entity)
    known = {view.name for view in lists_of(catalogue(), entity.name)}
    readable = {one.path for one in asked.columns if (found := _column(entity, one.path)) and shown_columns(who, entity, (found,)) == (found,)}
    tree = _sound_part(who, entity, asked.tree) if asked.tree else None
    path = split(asked.group)[0]
    made = replace(
        asked, view=asked.view if not asked.view_name or asked.view in known else "",
        columns=tuple(one for one in asked.columns if one.path in readable),
        sort=tuple(name for name in asked.sort if (found := _compared(who, entity, name.removeprefix("-"))) and found.sortable),
        conditions=tuple(one for one in asked.conditions if _sound_part(who, entity, one)),
        tree=tree if isinstance(tree, Conditions) else None,
        group=asked.group if asked.group == NO_GROUP or (grouped := _compared(who, entity, path)) and can_group(grouped.field) else "",
        totals=tuple(one for one in asked.totals if (found := _compared(who, entity, one.path)) and can_summarise(found.field, one.function)),
        part=asked.part if asked.part and has_part(who, asked.part, entity.name) else "",
    )
    return made, made != asked


def _resolved(kept: Shelf, asked: ListRequest) -> ListRequest:
    """With what a saved view says, if the address names one that the visitor may open."""
    if not asked.saved:
        return asked
    view = kept.get(asked.saved)
    if view is None:
        if "saved" in request.args:
            toast(_("This view is gone, or it is not shared with you any more."), "warning")
        return replace(asked, saved=0)
    origin, is_less = opened(actor(), view)
    if "from" in request.args:
        return replace(asked, origin=origin)
    if is_less:
        toast(_("Parts of the view “%(name)s” were left out, because their fields are gone or not yours to see.", name=view.name), "warning")
    return replace(origin, after=asked.after, before=asked.before, at=asked.at, origin=origin)


def opened(who: Actor, view: SavedView) -> tuple[ListRequest, bool]:
    """The state that a saved view has for this person."""
    made, is_less = sound(who, from_parameters(view.entity, view.parameters))
    return replace(made.first_page(), saved=view.id), is_less


def opens_first(who: Actor, kept: Shelf, entity: str) -> str:
    """The view that a person sees first: the own choice, else a saved one for a role, else a definition's for a role."""
    names = {view.name for view in lists_of(catalogue(), entity) if not is_plain(view)}
    if kept.chosen and (kept.chosen == PLAIN or kept.chosen in names or kept.chosen.isdecimal() and kept.get(int(kept.chosen))):
        return kept.chosen
    for view in kept.views:
        if who.roles & set(view.default_for):
            return str(view.id)
    for definition in lists_of(catalogue(), entity):
        if not is_plain(definition) and who.roles & set(definition.body.get("roles", ())):
            return definition.name
    return PLAIN


def _first(who: Actor, kept: Shelf, asked: ListRequest) -> ListRequest:
    name = opens_first(who, kept, asked.entity)
    view = kept.get(int(name)) if name.isdecimal() else None
    if view is None:
        return replace(asked, view="" if name == PLAIN else name)
    origin, _is_less = opened(who, view)
    return replace(origin, origin=origin)


def _chosen(entity: Entity, asked: ListRequest) -> tuple[Column, ...]:
    """The columns that an address names; one that does not exist is left out like one that is not to be seen."""
    return tuple(found for one in asked.columns if (found := _column(entity, one.path)))


def _group(entity: Entity, plan: ListPlan, asked: ListRequest) -> str:
    """What the address asks for; a view's own group only if the visitor may compare its field."""
    if asked.group == NO_GROUP:
        return ""
    path, part = split(asked.group or plan.group)
    found = _compared(actor(), entity, path) if path else None
    fits = found is not None and can_group(found.field) and (not part or part in PARTS and found.type.expression_type(found.field).kind in DATES)
    if asked.group and not fits:
        raise InvalidInput({"group": [_("The list cannot be grouped by “%(name)s”.", name=path)]})
    return (asked.group or plan.group) if fits else ""


def _totals(entity: Entity, plan: ListPlan, asked: ListRequest) -> Iterator[Figure]:
    for one in asked.totals or plan.summary:
        found = _compared(actor(), entity, one.path)
        if found and one.function in FUNCTIONS and can_summarise(found.field, one.function):
            yield one
        elif asked.totals:
            raise InvalidInput({"totals": [_("“%(name)s” cannot be summed up.", name=one.path)]})


def _sound_part(who: Actor, entity: Entity, part: Condition | Conditions) -> Condition | Conditions | None:
    if isinstance(part, Conditions):
        inner = tuple(kept for one in part.parts if (kept := _sound_part(who, entity, one)))
        return Conditions(inner, part.either) if inner else None
    found = _compared(who, entity, part.field)
    return part if found and part.operator in {one.name for one in found.type.operators_of(found.field)} else None


def _compared(who: Actor, entity: Entity, path: str) -> Column | None:
    found = _column(entity, path)
    return found if found and comparable(who, found) else None


def _column(entity: Entity, path: str) -> Column | None:
    try:
        return column(catalogue(), entity, path)
    except UnknownName:
        return None
