"""The rows of a list as they are drawn: cells, colours, what can be written in place, and what can be ticked."""

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from shuke.access.policy import Policy
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records import Record
from shuke.runtime.cells import cell_writer, title_writer
from shuke.runtime.colors import cell_colors, row_color
from shuke.runtime.list_state import Listing
from shuke.runtime.rows import look_of, written
from shuke.views import Column
from shuke.views.forms import form_field

_ELSEWHERE = frozenset({"table", "address", "image", "file", "longtext", "state"})
"""Types with too much to enter for a cell, or with buttons of their own."""
SELECTING = ("update", "delete", "transition", "export")


def drawn(listed: Listing, found: Iterable[Record], *, selecting: bool | None = None) -> Markup:
    """The rows of records that were read with the fields of this list; written at once, as a page has hundreds of cells.

    With boxes to tick where there is something to be done with several, unless `selecting` says otherwise.
    """
    color, colors, address = row_color(catalogue(), listed.plan), cell_colors(catalogue(), listed.plan), f"/r/{listed.entity.name}/"
    columns = [
        (column.path, (cell_writer if index else title_writer)(column.type, column.field), _attributes(listed.rights, column, is_first=not index))
        for index, column in enumerate(listed.columns)
    ]
    (path, write_first, first), others = columns[0], columns[1:]
    ticks, blank, rows = may_select(listed.rights) if selecting is None else selecting, _("(blank)"), []
    for record in found:
        values, marks, url, tint = record.values, colors(record), f"{address}{record.id}", color(record)
        tick = (
            f'<td class="tick"><input class="form-check-input" type="checkbox" value="{record.id}" aria-label="{escape(record.title or blank)}" data-tick></td>'
            if ticks else ""
        )
        mark = f' class="tint tint-{tint}"' if tint else ""
        title = written(write_first(values.get(path)) or blank)
        cells = [f"<td{attributes(marks.get(name, ''))}>{written(write(values.get(name)))}</td>" for name, write, attributes in others]
        rows.append(
            f'<tr data-href="{url}"{mark}>{tick}<th scope="row"{first(marks.get(path, ""))}><a href="{url}">{title}</a></th>'
            f'{"".join(cells)}</tr>\n',
        )
    return Markup("".join(rows))  # noqa: S704 - every value was escaped above


def may_select(rights: Policy) -> bool:
    """Whether there is anything that this visitor could do with several records at once."""
    return any(rights.may(operation) for operation in SELECTING)


def can_edit(rights: Policy, column: Column) -> bool:
    """Whether the visitor may write this column's values in the list; in single records the server may still refuse."""
    if "." in column.path or column.field.type in _ELSEWHERE or form_field(column.field).computed or not rights.may("update"):
        return False
    return rights.right(column.path) == "write" and rights.right(column.path, "update") == "write"


def _attributes(rights: Policy, column: Column, *, is_first: bool) -> Callable[[str], Markup]:
    """The attributes of a column's cells, with a colour for single ones."""
    look = look_of(column)
    rest = Markup("") if is_first else Markup(' data-label="{}"').format(pick(column.label))
    if can_edit(rights, column):
        rest += Markup(' data-edit="{}"').format(column.path)
    made: dict[str, Markup] = {}

    def attributes(color: str) -> Markup:
        if color not in made:
            names = " ".join(filter(None, (look, f"tint tint-{color}" if color else "")))
            made[color] = (Markup(' class="{}"').format(names) if names else Markup("")) + rest
        return made[color]

    return attributes
