"""Rows of tables of records: what is the same for all rows is made once, and each value is written once."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from markupsafe import Markup, escape

from shuke.core.i18n import pick
from shuke.expressions import Kind
from shuke.records import Record
from shuke.runtime.cells import cell_writer, title_writer
from shuke.views import Column

Cells = tuple[tuple[Markup, str], ...]
"""The attributes of each cell, and what stands in it."""
_LOOKS = {look: Markup(' class="{}"').format(look) for look in ("number", "fixed")} | {"": Markup("")}
_TIMES = frozenset({Kind.DATE, Kind.DATETIME})


def drawn_rows(columns: tuple[Column, ...], found: Iterable[Record]) -> Iterator[tuple[Record, str, Cells]]:
    """Each record with what stands in its first cell and in the others."""
    path, write_first = columns[0].path, title_writer(columns[0].type, columns[0].field)
    others = [(_attributes(column), column.path, cell_writer(column.type, column.field)) for column in columns[1:]]
    for record in found:
        values = record.values
        yield record, write_first(values.get(path)), tuple((attributes, write(values.get(name))) for attributes, name, write in others)


def joined(cells: Cells) -> Markup:
    """The cells of one row, written at once: a template would take several steps for each."""
    return Markup("".join([f"<td{attributes}>{written(text)}</td>" for attributes, text in cells]))  # noqa: S704 - attributes are markup, texts are escaped


def written(text: str) -> str:
    """A text as it stands in a page."""
    return text if type(text) is Markup else escape(text)


def attributes_of_first(columns: tuple[Column, ...]) -> Markup:
    return _LOOKS[look_of(columns[0])]


def _attributes(column: Column) -> Markup:
    return _labelled(pick(column.label), look_of(column))


def look_of(column: Column) -> str:
    """The class of a column's cells: amounts end at one line; points in time and numbers of records are not broken into two."""
    is_fixed = column.field.type == "autonumber" or column.type.expression_type(column.field).kind in _TIMES
    return "number" if column.numeric else "fixed" if is_fixed else ""


@lru_cache(maxsize=2048)
def _labelled(label: str, look: str) -> Markup:
    return Markup('{} data-label="{}"').format(_LOOKS[look], label)
