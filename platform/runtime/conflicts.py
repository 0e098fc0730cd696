"""Two people changed one record: what each did, field by field, and what is saved in the end."""

from collections.abc import Mapping
from typing import Any

from flask import request

from shuke.core.i18n import pick
from shuke.records import Link, Masked, Record, Row
from shuke.runtime.cells import cell_writer
from shuke.runtime.form_state import FormState
from shuke.runtime.entered import Entered
from shuke.runtime.outcome import Difference
from shuke.views import FormField


def saved_values(state: FormState, record: Record) -> dict[str, Any]:
    """The JSON values of the form's fields as they are saved."""
    return {
        item.name: _saved(item, record.values.get(item.name)) for item in state.plan.fields
        if item.name in record.values and not isinstance(record.values[item.name], Masked)
    }


def differences(state: FormState, record: Record) -> tuple[Difference, ...]:
    """What they changed since the form was opened, beside what was typed."""
    assert state.entered is not None
    now, before, mine = saved_values(state, record), state.entered.initial, state.entered.changed
    return tuple(
        Difference(item.name, pick(item.label), _shown(item, record.values.get(item.name)), _typed(state, item, mine), item.name in mine)
        for item in state.plan.fields
        if item.name in now and item.name in before and now[item.name] != before[item.name] and mine.get(item.name, _NONE) != now[item.name]
    )


def rebase(state: FormState, record: Record) -> None:
    """Begin from what is saved now: fields that were not typed into take the other's values."""
    assert state.entered is not None
    now, mine = saved_values(state, record), state.entered.changed
    for name in [name for name in state.entered.values if name in now and name not in mine]:
        state.entered.values[name] = now[name]
        state.entered.rows.pop(name, None)
    state.entered.initial = now


def resolved(entered: Entered) -> dict[str, Any]:
    """What to save: the fields that were changed, without those for which the other's value was chosen."""
    return {name: value for name, value in entered.changed.items() if request.form.get(f"_choice.{name}") != "theirs"}


_NONE = object()


def _saved(item: FormField, value: Any) -> Any:
    if item.columns:
        return [_saved_line(item, row) for row in value or ()]
    return item.type.dump(value, item.field) if value is not None else None


def _saved_line(table: FormField, row: Row) -> dict[str, Any]:
    values: Mapping[str, Any] = row.values
    typed = [column for column in table.columns if column.name in values and not column.computed and not isinstance(values[column.name], Masked)]
    return {"id": str(row.id), **{column.name: _saved(column, values[column.name]) for column in typed}}


def _shown(item: FormField, value: Any) -> str:
    return cell_writer(item.type, item.field)(value)


def _typed(state: FormState, item: FormField, mine: Mapping[str, Any]) -> str:
    if item.name not in mine:
        return ""
    value = state.preview.values.get(item.name)
    target = item.type.expression_type(item.field).entity
    if target and isinstance(value, int):
        value = Link(target, value, state.titles.get((target, value), f"#{value}"))
    return _shown(item, value)
