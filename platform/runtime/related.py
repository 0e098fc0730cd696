"""Related lists of a record: tabs with counts, each drawn when it is opened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response
from markupsafe import Markup

from shuke import records
from shuke.access.policy import policy
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields.link import is_id
from shuke.records import Condition, Query, Record
from shuke.records.counting import MOST_COUNTED, Pointing, counts_of
from shuke.records.figures import may_compute
from shuke.runtime.addresses import RECORD
from shuke.runtime.balances import balances
from shuke.runtime.blueprint import blueprint
from shuke.runtime.list_request import ListRequest
from shuke.runtime.list_rows import can_edit
from shuke.runtime.reach import entity_for, may_add, shown_columns
from shuke.runtime.rows import attributes_of_first, drawn_rows, joined
from shuke.screens.page import render, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column, RecordPlan, RelatedPlan, record_plan


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a record page: one related list or a group of them, or the movements of a balance."""

    key: str
    label: str
    count: str
    url: str
    """Where its content comes from."""
    lists: tuple[RelatedPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class RowShown:
    url: str
    id: int
    title: str
    cells: Markup


@dataclass(frozen=True, slots=True)
class RelatedShown:
    """Records that point here; `box` is the id of their part of the page."""

    entity: Entity
    box: str
    label: str
    count: str
    headings: tuple[tuple[str, bool], ...]
    first: Markup
    """The attributes of the first cells."""
    rows: tuple[RowShown, ...]
    blank: str
    here: str
    all_url: str
    new_url: str
    dialog_url: str
    has_more: bool
    place: str
    """Where the list stands, for the answers to what is written in it."""


def tabs(plan: RecordPlan, record: Record) -> list[Tab]:
    """The tabs in the order of the view, with how many records each has; all counted in one statement."""
    lists = [item for item in plan.related if _reaches(item)]
    counts = counts_of(actor(), record.id, [Pointing(item.entity, item.via, item.where) for item in lists])
    counted = {item.key: count for item, count in zip(lists, counts, strict=True)}
    start = f"/r/{record.entity.name}/{record.id}"
    found = []
    for group in _groups(lists):
        label = group[0].group if group[0].group else group[0].label
        found.append(Tab(group[0].key, pick(label), count_text(sum(counted[item.key] for item in group)), f"{start}/related/{group[0].key}", tuple(group)))
    return [*found, *(Tab(f"movements-{field.name}", pick(field.label), "", f"{start}/movements/{field.name}") for field in balances(record))]


def count_text(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def drawn(record: Record, tab: Tab) -> list[RelatedShown]:
    """The lists of a tab."""
    return [related_list(item, record) for item in tab.lists]


@screen(blueprint, f"/r/<entity>/{RECORD}/related/<key>", permission="signed_in")
def record_related(entity: str, id: int, key: str) -> Response:
    """The lists of one tab, for the page that shows them later."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    lists = [item for item in record_plan(catalogue(), entity).related if _reaches(item)]
    group = next((group for group in _groups(lists) if group[0].key == key), None)
    if group is None:
        raise NotFound
    return render(
        "runtime/related.html", fragment="runtime/_related_lists.html", entity=visited, record=record, lists=[related_list(item, record) for item in group],
        label=pick(group[0].group or group[0].label),
    )


def related_list(item: RelatedPlan, record: Record) -> RelatedShown:
    columns = shown_columns(actor(), item.entity, item.columns)
    here = Condition(item.via, "is", (str(record.id),))
    page = records.query(actor(), item.entity, Query(
        fields=tuple(column.path for column in columns), where=item.where, conditions=(here,), sort=item.sort, limit=item.limit, count=False,
    ))
    rows = tuple(_rows(item, record, columns, page.records))
    addable = may_add(actor(), item.entity) and not record.deleted
    new_url = f"/r/{item.entity.name}/new?{item.via}={record.id}"
    box = f"related-{item.key}"
    return RelatedShown(
        item.entity, box, pick(item.label), "", tuple((pick(column.label), column.numeric) for column in columns), attributes_of_first(columns), rows,
        _("(blank)"), f"/r/{record.entity.name}/{record.id}/related/{item.key}", ListRequest(item.entity.name, conditions=(here,)).url(),
        new_url if addable else "", f"{new_url}&dialog=1&box={box}", bool(page.next), f"{record.entity.name}/{record.id}/{item.key}",
    )


def _rows(item: RelatedPlan, record: Record, columns: tuple[Column, ...], found: Sequence[Record]) -> Iterator[RowShown]:
    """The rows, with a button in each cell that can be written where it stands."""
    rights = policy(actor(), item.entity)
    open_cells = {} if record.deleted else {
        number: column for number, column in enumerate(columns[1:]) if column.path in item.edit and can_edit(rights, column)
    }
    for one, title, cells in drawn_rows(columns, found):
        shown = tuple(_open_cell(open_cells[number], *cell) if number in open_cells else cell for number, cell in enumerate(cells)) if open_cells else cells
        yield RowShown(f"/r/{item.entity.name}/{one.id}", one.id, title, joined(shown))


def _open_cell(column: Column, attributes: Markup, text: str) -> tuple[Markup, str]:
    button = Markup('<button type="button" class="cell-button" data-cell-open aria-label="{}">{}</button>').format(
        _("Change “%(field)s”: %(value)s", field=pick(column.label), value=(text.striptags() if isinstance(text, Markup) else text) or _("(blank)")), text or Markup("—"),
    )
    return attributes + Markup(' data-edit="{}"').format(column.path), button


def related_row(place: str, entity: str, id_: int) -> Response:
    """One row of a related list after a value in it was written; `place` is `entity/id/key`."""
    owner, owner_id, key = [*place.split("/"), "", ""][:3]
    visited, _rights = entity_for(actor(), owner)
    record = records.get(actor(), visited, int(owner_id) if is_id(owner_id) else 0)
    item = next((item for item in record_plan(catalogue(), owner).related if item.key == key and item.entity.name == entity and _reaches(item)), None)
    if item is None:
        raise NotFound
    columns = shown_columns(actor(), item.entity, item.columns)
    found = records.query(actor(), item.entity, Query(fields=tuple(column.path for column in columns), ids=(id_,), count=False)).records
    response = render("runtime/_related_rows.html", item_rows=tuple(_rows(item, record, columns, found)), first=attributes_of_first(columns), blank=_("(blank)"))
    response.headers["HX-Retarget"] = f'.related tr[data-href="/r/{entity}/{id_}"]'
    response.headers["HX-Reswap"] = "outerHTML"
    return trigger(response, "shuke:written", {"entity": entity, "id": str(id_)})


def _groups(lists: Sequence[RelatedPlan]) -> Iterator[list[RelatedPlan]]:
    """Lists of one group together, where the first of them stands."""
    groups: dict[str, list[RelatedPlan]] = {}
    for item in lists:
        groups.setdefault(str(dict(item.group)) if item.group else item.key, []).append(item)
    yield from groups.values()


def _reaches(item: RelatedPlan) -> bool:
    rights = policy(actor(), item.entity)
    allowed = rights.may("read") and rights.right(item.via) in {"read", "write"}
    return allowed and (not item.where or may_compute(actor(), item.entity, item.where))
