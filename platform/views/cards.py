"""Boards, calendars and galleries: the records of a list as cards in columns, on days, or with pictures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from shuke.definitions.model import Catalogue, Entity, Field, View
from shuke.fields import FIELD_TYPES
from shuke.views.columns import columns
from shuke.views.grouping import DATES
from shuke.views.kind import ViewKind
from shuke.views.lists import ListKind, ListPlan, default_columns

P = TypeVar("P", bound=ListPlan)

_DEFAULT_LINES = 3
_PER_COLUMN = 20
_PER_GALLERY = 48


@dataclass(frozen=True, slots=True)
class BoardPlan(ListPlan):
    """Cards in one column for each option or state of the field `by`."""

    by: str = ""

    @property
    def placed_by(self) -> str:
        return self.by

    @property
    def read_too(self) -> tuple[str, ...]:
        return (self.by,)


@dataclass(frozen=True, slots=True)
class CalendarPlan(ListPlan):
    """Records on the days from `start` to `end`."""

    start: str = ""
    end: str = ""

    @property
    def placed_by(self) -> str:
        return self.start

    @property
    def read_too(self) -> tuple[str, ...]:
        return (self.start, self.end) if self.end else (self.start,)


@dataclass(frozen=True, slots=True)
class GalleryPlan(ListPlan):
    """Cards with the picture of the field `image`."""

    image: str = ""

    @property
    def read_too(self) -> tuple[str, ...]:
        return (self.image,) if self.image else ()


class BoardKind(ViewKind):
    """Records as cards in columns."""

    name = "board"

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> BoardPlan:
        by = view.body.get("by", "") if view else _first(entity, can_part)
        made = _with(BoardPlan, _listed(catalogue, entity, view, {by}), by=by)
        return replace(made, page_size=view.body.get("page_size", _PER_COLUMN) if view else _PER_COLUMN)


class CalendarKind(ViewKind):
    """Records on the days of a calendar."""

    name = "calendar"

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> CalendarPlan:
        start = view.body.get("start", "") if view else _first(entity, can_date) or "created_at"
        end = view.body.get("end", "") if view else ""
        return _with(CalendarPlan, _listed(catalogue, entity, view, {start, end}), start=start, end=end, sort=(start,))


class GalleryKind(ViewKind):
    """Records as cards with pictures."""

    name = "gallery"

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> GalleryPlan:
        image = view.body.get("image", "") if view else _first(entity, can_picture)
        made = _with(GalleryPlan, _listed(catalogue, entity, view, {image}), image=image)
        return replace(made, page_size=view.body.get("page_size", _PER_GALLERY) if view else _PER_GALLERY)


def can_part(field: Field) -> bool:
    """Whether the columns of a board can stand for the values of this field."""
    return field.type in ("choice", "state")


def can_date(field: Field) -> bool:
    """Whether records can stand in a calendar by this field."""
    kind = FIELD_TYPES[field.type]
    return kind.stored and kind.expression_type(field).kind in DATES


def can_picture(field: Field) -> bool:
    return field.type == "image"


def _first(entity: Entity, fits: Callable[[Field], bool]) -> str:
    return next((field.name for field in entity.fields if not field.system and fits(field)), "")


def _listed(catalogue: Catalogue, entity: Entity, view: View | None, placed: Iterable[str]) -> ListPlan:
    """The plan of a list with what stands on cards: neither the title nor what their place says already."""
    listed = ListKind().plan(catalogue, entity, view)
    if view is not None and view.columns:
        return listed
    names = [name for name in default_columns(entity) if name != entity.display and name not in placed]
    return replace(listed, columns=columns(catalogue, entity, names[:_DEFAULT_LINES]))


def _with(kind: type[P], listed: ListPlan, **more: Any) -> P:
    return kind(**{one.name: getattr(listed, one.name) for one in fields(listed)} | more)
