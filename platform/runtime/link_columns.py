"""What a link shows of the other record besides its title: the columns that its field names, as far as the reader may see them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from shuke import records
from shuke.access.actor import Actor
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records import Query, Record
from shuke.runtime.cells import cell_writer
from shuke.runtime.form_state import Facts
from shuke.runtime.reach import readable
from shuke.views import Column
from shuke.views.columns import columns

_ACTIVE = ("<a ", "<button ")
Cell = tuple[str, bool]
"""A text, and whether it is a number."""


def facts_of(actor: Actor, target: str, paths: Sequence[str], ids: Collection[int]) -> Facts:
    """Label and value of each column that is not blank, by record."""
    shown, found = _read(actor, target, paths, ids)
    writers = [(column.path, pick(column.label), _writer(column)) for column in shown]
    return {
        record.id: tuple((label, text) for path, label, write in writers if (text := write(record.values.get(path)))) for record in found
    }


def option_cells(actor: Actor, target: str, paths: Sequence[str], ids: Collection[int]) -> tuple[tuple[Cell, ...], Mapping[int, tuple[Cell, ...]]]:
    """The heads of the columns, and by record what stands in them."""
    shown, found = _read(actor, target, paths, ids)
    writers = [(column, _words_alone(_writer(column))) for column in shown]
    cells = {record.id: tuple((write(record.values.get(column.path)), column.numeric) for column, write in writers) for record in found}
    return tuple((pick(column.label), column.numeric) for column in shown), cells


def _read(actor: Actor, target: str, paths: Sequence[str], ids: Collection[int]) -> tuple[tuple[Column, ...], Sequence[Record]]:
    """The columns that the reader may see, and the records with them, in one statement."""
    entity = catalogue().entity(target)
    shown = readable(actor, columns(catalogue(), entity, paths))
    if not shown or not ids:
        return (), ()
    query = Query(fields=tuple(column.path for column in shown), ids=tuple(ids), limit=len(ids), count=False)
    return shown, records.query(actor, entity, query).records


def _writer(column: Column) -> Callable[[Any], str]:
    return cell_writer(column.type, column.field)


def _words_alone(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """An option is one thing to choose: links and buttons have no place in it."""
    def words(value: Any) -> str:
        text = write(value)
        return text.striptags() if isinstance(text, Markup) and any(tag in text for tag in _ACTIVE) else text

    return words
