"""Reads what was typed into a record's form: JSON values, sentences about what cannot be read, and the lines' order."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from werkzeug.datastructures import MultiDict

from shuke.core.given import json_of
from shuke.fields.base import Form as FormLike
from shuke.fields.link import is_id
from shuke.views import FormField, FormPlan

MARKER = "_field"
"""Each field that a form lets a person fill in is named by one of these, because an empty choice sends nothing."""
_INITIAL = "_initial"
_FILLED = "_filled"
"""With the lines of a sub-table: those that came from another record, as they came."""

Form = MultiDict[str, str]


@dataclass(slots=True)
class Entered:
    """A submitted form, read."""

    form: Form
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    """By the name of the input: `lines.k1.quantity`."""
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Sub-table → the keys of its lines in order; a key of digits is the id of a line that exists."""
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The same without new lines in which nothing was typed beside their defaults: those stand in `values`."""
    parked: dict[str, Any] = field(default_factory=dict)
    """Python values of fields that are not there now, but were filled in before."""
    initial: Mapping[str, Any] = field(default_factory=dict)
    """The JSON values that the form began with."""
    related: dict[str, "tuple[EnteredLine, ...]"] = field(default_factory=dict)
    """Records of other entities that are entered in this form, each a form of its own."""
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The ids of those that stood in the form when it was opened."""
    filled: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Sub-table → the lines that came from another record, by their keys: the JSON values that they began with."""
    untouched: set[str] = field(default_factory=set)
    """Sub-tables that can come from another record and into which nobody has typed."""
    refilled: set[str] = field(default_factory=set)
    """Of these the ones whose lines are others now than those that were sent."""

    def add_errors(self, by_path: Mapping[str, Iterable[str]]) -> None:
        """Take over sentences about values, whose paths count lines: `lines.0.quantity`."""
        for path, sentences in by_path.items():
            said = self.errors.setdefault(self.name_of(path), [])
            said.extend(sentence for sentence in sentences if sentence not in said)

    def name_of(self, path: str) -> str:
        """The input's name for a path that counts lines."""
        table, _dot, rest = path.partition(".")
        index, _dot, column = rest.partition(".")
        keys = self.kept.get(table, ())
        if not index.isdecimal() or int(index) >= len(keys):
            return path
        return ".".join(filter(None, (table, keys[int(index)], column)))

    def raw(self, name: str) -> tuple[tuple[str, str], ...]:
        """All that the form sends for a field, its lines and parts included."""
        inner = f"{name}."
        sent = [(key, value) for key, value in self.form.items(multi=True) if key == name or key.startswith(inner)]
        return (*sent, *((MARKER, mark) for mark in self.form.getlist(MARKER) if mark.startswith(inner)))

    @property
    def given(self) -> dict[str, Any]:
        """The values for a new record; lines into which nobody has typed come from the other record then."""
        return {name: value for name, value in self.values.items() if name not in self.untouched}

    @property
    def changed(self) -> dict[str, Any]:
        """The values that differ from those that the form began with."""
        return {name: value for name, value in self.values.items() if name not in self.initial or self.initial[name] != value}


@dataclass(frozen=True, slots=True)
class EnteredLine:
    """Another record in a form; a key of digits is its id."""

    key: str
    entered: Entered

    @property
    def id(self) -> int | None:
        return int(self.key) if is_id(self.key) else None

    @property
    def is_blank(self) -> bool:
        """A new line in which nobody typed anything."""
        return self.id is None and not self.entered.errors and not any(value for name, value in self.entered.changed.items() if name not in self.entered.untouched)


def read_plan(plan: FormPlan, form: Form) -> Entered:
    """The values of a whole form, with the other records that are entered in it."""
    entered = read_form(plan.fields, form)
    for lines in plan.lines:
        entered.known[lines.name] = tuple(form.getlist(f"{lines.name}._known"))
        keys = dict.fromkeys(form.getlist(lines.name))
        entered.related[lines.name] = tuple(EnteredLine(key, read_form(lines.plan.fields, inner_form(form, f"{lines.name}.{key}."))) for key in keys)
    return entered


def inner_form(form: Form, scope: str) -> Form:
    """The part of a form whose names begin so, as a form of its own."""
    inner = [(name.removeprefix(scope), value) for name, value in form.items(multi=True) if name.startswith(scope)]
    return MultiDict([*inner, *((MARKER, mark.removeprefix(scope)) for mark in form.getlist(MARKER) if mark.startswith(scope))])


def read_form(fields: Iterable[FormField], form: Form, initial: Mapping[str, Any] | None = None) -> Entered:
    """The values of the fields that the form marked; `initial` are those that it began with, if it does not say so itself."""
    marked = set(form.getlist(MARKER))
    entered = Entered(form, initial=_initial(form) if initial is None else initial)
    sent = {name.partition(".")[0] for name in (*form, *marked)}
    for item in fields:
        if item.name in marked:
            if item.columns:
                _read_lines(entered, item, marked)
            else:
                _read_one(entered, item, item.name, entered.values, entered.initial)
        elif item.name in sent and entered.raw(item.name):
            _park(entered, item)
    return entered


def _park(entered: Entered, item: FormField) -> None:
    """Read a field that is not there now, for the time when it comes back."""
    aside = Entered(entered.form)
    if item.columns:
        _read_lines(aside, item, set(entered.form.getlist(MARKER)))
        entered.rows.update(aside.rows)
        entered.kept.update(aside.kept)
        entered.filled.update(aside.filled)
        entered.parked[item.name] = tuple(_loaded_line(item, line) for line in aside.values[item.name])
    else:
        _read_one(aside, item, item.name, aside.values, entered.initial)
        entered.parked[item.name] = _loaded(item, aside.values[item.name])


def _loaded(item: FormField, value: Any) -> Any:
    return None if value is None or item.type.check(value, item.field) else item.type.load(value, item.field)


def _loaded_line(table: FormField, line: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: _loaded(column, line.get(column.name)) for column in table.columns}


def _read_lines(entered: Entered, table: FormField, marked: set[str]) -> None:
    """The lines in the order of the form; the markers `lines.quantity` say which columns can be typed into."""
    columns = [column for column in table.columns if f"{table.name}.{column.name}" in marked]
    keys = tuple(dict.fromkeys(entered.form.getlist(table.name)))
    saved = _lines_of(entered.initial, table.name)
    filled = _json(entered.form.get(f"{table.name}.{_FILLED}"))
    lines: dict[str, dict[str, Any]] = {}
    for key in keys:
        line: dict[str, Any] = {"id": key} if key.isdecimal() else {}
        before = len(entered.errors)
        started = filled.get(key) or _json(entered.form.get(f"{table.name}.{key}.{_INITIAL}"))
        for column in columns:
            _read_one(entered, column, f"{table.name}.{key}.{column.name}", line, saved.get(key, started))
        if key in filled or len(entered.errors) > before or any(value for name, value in line.items() if started.get(name) != value):
            lines[key] = line
    entered.rows[table.name] = keys
    entered.kept[table.name] = tuple(lines)
    entered.values[table.name] = list(lines.values())
    if table.field.fill is not None:
        entered.filled[table.name] = dict(filled)
        if list(lines) == list(filled) and not any(path.startswith(f"{table.name}.") for path in entered.errors) and all(map(_is_as_filled, lines.values(), filled.values())):
            entered.untouched.add(table.name)


def _is_as_filled(line: Mapping[str, Any], filled: Mapping[str, Any]) -> bool:
    return all(value == filled.get(name) or _is_blank(value) and _is_blank(filled.get(name)) for name, value in line.items())


def _is_blank(value: Any) -> bool:
    return value is None or value is False or isinstance(value, str | list | dict) and not value


def _lines_of(initial: Mapping[str, Any], table: str) -> dict[str, Mapping[str, Any]]:
    """The saved lines that the form began with, by their ids."""
    lines = initial.get(table)
    return {str(line.get("id")): line for line in lines if isinstance(line, dict)} if isinstance(lines, list) else {}


def _read_one(entered: Entered, item: FormField, name: str, into: dict[str, Any], initial: Mapping[str, Any]) -> None:
    try:
        typed = item.type.parse_form(cast(FormLike, entered.form), name, item.field)
        into[item.name] = item.type.meant(typed, initial.get(item.name), item.field)
    except ValueError as error:
        entered.errors[name] = [str(error)]
        into[item.name] = None


def new_key() -> str:
    """The key of a line that does not exist yet."""
    return f"n{secrets.token_hex(4)}"


def write_filled(lines: Mapping[str, Mapping[str, Any]]) -> str:
    """The lines in their order."""
    return json.dumps(lines, ensure_ascii=False) if lines else ""


def write_initial(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def _initial(form: Form) -> Mapping[str, Any]:
    return _json(form.get(_INITIAL))


def _json(text: str | None) -> Mapping[str, Any]:
    try:
        values = json_of(text or "{}")
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
