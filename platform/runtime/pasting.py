"""A block of cells, copied from a spreadsheet, put into the lines of a sub-table."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import StringIO

from werkzeug.datastructures import MultiDict

from shuke import records
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.runtime.entered import Form, new_key, read_plan
from shuke.runtime.form_places import Place, place_of
from shuke.screens.visitor import actor
from shuke.views import FormField

_MOST_LINES = 300
_CANDIDATES = 20


def paste_into(place: Place, text: str, at: str) -> Place:
    """The place with the cells in it, from the cell `key.column` on; lines that are missing are added."""
    path = f"{place.scope}{place.table.name}"
    try:
        rows = [row for row in csv.reader(StringIO(text.replace("\r\n", "\n").rstrip("\n")), delimiter="\t") if row]
    except csv.Error:  # a cell larger than any field
        raise InvalidInput({path: [_("This is too much to paste at once.")]}) from None
    if len(rows) > _MOST_LINES:
        raise InvalidInput({path: [_("Paste at most %(most)s lines at once.", most=_MOST_LINES)]})
    form: Form = MultiDict(place.form.entered.form)
    wrong = dict(_fill(place, form, path, rows, at))
    entered = read_plan(place.form.plan, form)
    pasted = place_of(replace(place.form, entered=entered), path)
    for name, sentence in wrong.items():
        pasted.entered.errors.setdefault(name.removeprefix(place.scope), []).append(sentence)
    return pasted


def _fill(place: Place, form: Form, path: str, rows: Sequence[Sequence[str]], at: str) -> Iterator[tuple[str, str]]:
    """Write the cells into the form as if they had been typed; gives what cannot be read by the name of its input."""
    marked = set(form.getlist("_field"))
    columns = [column for column in place.table.columns if f"{path}.{column.name}" in marked]
    keys = form.getlist(path)
    key, _dot, name = at.partition(".")
    line = keys.index(key) if key in keys else len(keys)
    first = next((index for index, column in enumerate(columns) if column.name == name), 0)
    found: dict[tuple[str, str], str] = {}
    for offset, cells in enumerate(rows, line):
        if offset == len(keys):
            keys.append(new_key())
        for column, cell in zip(columns[first:], cells, strict=False):
            input_ = f"{path}.{keys[offset]}.{column.name}"
            if sentence := _put(place, form, input_, column, cell.strip(), found):
                yield input_, sentence
    form.setlist(path, keys)


def _put(place: Place, form: Form, name: str, column: FormField, cell: str, found: dict[tuple[str, str], str]) -> str:
    """Write one cell; a sentence when it names a record that is not there."""
    if column.type.expression_type(column.field).entity and cell:
        if (column.name, cell) not in found:
            found[column.name, cell] = _record_called(place, column, cell)
        form[name] = found[column.name, cell]
        return "" if form[name] else _("No record is called “%(text)s”.", text=cell[:60])
    try:
        value = column.type.parse(cell, column.field)
        typed = column.type.typed(None if value is None else column.type.load(value, column.field), column.field)
    except ValueError:
        typed = cell  # it is read again with the form, which says beside the cell what is wrong
    _set(form, name, typed)
    return ""


def _set(form: Form, name: str, typed: object) -> None:
    if isinstance(typed, Mapping):
        for part, text in typed.items():
            if isinstance(text, str):
                form[f"{name}.{part}"] = text
    elif isinstance(typed, list | tuple):
        form.setlist(name, [str(text) for text in typed])
    else:
        form[name] = "" if typed is None else str(typed)


def _record_called(place: Place, column: FormField, cell: str) -> str:
    """The id of the one record that is called so, as the picker would find it."""
    entity = place.lines.entity if place.lines else place.form.entity
    path = f"{place.table.name}.{column.name}"
    found = records.pick(actor(), entity, path, cell, place.entered.values, limit=_CANDIDATES)
    same = [link for link in found if link.title.casefold() == cell.casefold()]
    chosen = same if same else found
    return str(chosen[0].id) if len(chosen) == 1 else ""
