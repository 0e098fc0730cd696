"""Lists: the columns, filters and order of the records of an entity."""

from dataclasses import dataclass
from itertools import islice

from shuke.core.i18n import Label
from shuke.definitions.model import Catalogue, Entity, Field, View
from shuke.fields import FIELD_TYPES
from shuke.views.columns import Column, columns
from shuke.views.grouping import Figure
from shuke.views.kind import Plan, ViewKind

_DEFAULT_COLUMNS = 7
_DEFAULT_FILTERS = 4


@dataclass(frozen=True, slots=True)
class RowColor:
    """Rows for which the expression `when` holds are marked with `color`; with `field` only that cell is."""

    when: str
    color: str
    label: Label
    field: str


@dataclass(frozen=True, slots=True)
class ListPlan(Plan):
    """A list made ready."""

    columns: tuple[Column, ...]
    filters: tuple[Column, ...]
    """Fields offered as quick filters."""
    sort: tuple[str, ...]
    where: str
    page_size: int
    colors: tuple[RowColor, ...]
    group: str = ""
    """The path that the rows are grouped by, dates with their part: `created_at:month`."""
    summary: tuple[Figure, ...] = ()
    widths: tuple[tuple[str, int], ...] = ()
    """The widths of columns at first, in pixels."""

    @property
    def placed_by(self) -> str:
        """The field that says where a record stands, in kinds of lists that have places."""
        return ""

    @property
    def read_too(self) -> tuple[str, ...]:
        """What has to be read beside the columns."""
        return ()


class ListKind(ViewKind):
    """Records as rows of a table."""

    name = "list"

    def plan(self, catalogue: Catalogue, entity: Entity, view: View | None) -> ListPlan:
        if view is None:
            shown = columns(catalogue, entity, default_columns(entity))
            return ListPlan(entity, None, shown, _default_filters(catalogue, entity), ("-created_at",), "", 50, ())
        return ListPlan(
            entity, view,
            columns(catalogue, entity, view.columns or default_columns(entity)),
            columns(catalogue, entity, view.filters) if view.filters else _default_filters(catalogue, entity),
            view.sort or ("-created_at",), view.where, view.page_size,
            tuple(RowColor(color["when"], color["color"], color.get("label", {}), color.get("field", "")) for color in view.body.get("colors", ())),
            view.body.get("group", ""), tuple(Figure(one["field"], one["function"]) for one in view.body.get("summary", ())),
            tuple((one["field"], one["width"]) for one in view.body.get("widths", ())),
        )


def default_columns(entity: Entity) -> tuple[str, ...]:
    """The title, then what fits a cell, in the order of the entity."""
    own = [field for field in entity.fields if not field.system]
    names = [field.name for field in own if field.name != entity.display and fits_a_cell(field)]
    return tuple(islice((entity.display, *names), _DEFAULT_COLUMNS))


def fits_a_cell(field: Field) -> bool:
    """Whether a value is short enough for a list: not a collection, a document or a paragraph."""
    kind = FIELD_TYPES[field.type]
    return bool(kind.operators_of(field)) and kind.stored and not field.fields and field.type not in _LONG


def _default_filters(catalogue: Catalogue, entity: Entity) -> tuple[Column, ...]:
    """Fields with a short list of possible values make the best quick filters."""
    names = [field.name for field in entity.fields if not field.system and offers_choices(field)]
    return columns(catalogue, entity, names[:_DEFAULT_FILTERS])


def offers_choices(field: Field) -> bool:
    return bool(field.options) or bool(field.option("workflow"))


_LONG = frozenset({"longtext", "address", "image", "file", "links", "table"})
