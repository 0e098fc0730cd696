"""Two people changed one record: what each did, field by field, and what is saved in the end."""

from collections.abc import Mapping
from typing import Any

from flask import request

from shuke.core.i18n import pick
from shuke.records import Link, Masked, Record, Row
from shuke.runtime.cells import cell_writer
from shuke.runtime.entered import Entered
from shuke.runtime.form_state import FormState
from shuke.runtime.line_conflicts import Joined, in_words, join
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
        _difference(state, item, record, now[item.name], before[item.name], mine)
        for item in state.plan.fields
        if item.name in now and item.name in before and now[item.name] != before[item.name] and mine.get(item.name, _NONE) != now[item.name]
    )


def _difference(state: FormState, item: FormField, record: Record, now: Any, before: Any, mine: Mapping[str, Any]) -> Difference:
    both = item.name in mine
    if item.columns:
        joined = both and _joined(state, item, now) is not None
        yours = in_words(item, mine[item.name], before or ()) if both else ""
        return Difference(item.name, pick(item.label), in_words(item, now or (), before or ()), yours, both and not joined, joined)
    theirs, was = _shown(item, record.values.get(item.name)), _before(item, before)
    return Difference(item.name, pick(item.label), theirs, _typed(state, item, mine), both, was=was)


def _before(item: FormField, value: Any) -> str:
    """The old value, where it can be told without looking anything up."""
    if value is None or item.type.expression_type(item.field).entity or item.type.holds_file or item.type.rows("", item.field):
        return ""
    return _shown(item, item.type.load(value, item.field))


def _joined(state: FormState, item: FormField, now: Any) -> Joined | None:
    assert state.entered is not None
    name = item.name
    return join(state.entered.initial.get(name) or (), now or (), state.entered.values[name], state.entered.kept.get(name, ()))


def rebase(state: FormState, record: Record) -> None:
    """Begin from what is saved now: fields that were not typed into take the other's values, lines of both are joined."""
    assert state.entered is not None
    entered, now, mine = state.entered, saved_values(state, record), state.entered.changed
    for item in state.plan.fields:
        name = item.name
        if name not in entered.values or name not in now:
            continue
        if name not in mine:
            entered.values[name] = now[name]
            entered.rows.pop(name, None)
        elif item.columns and now[name] != entered.initial.get(name) and (joined := _joined(state, item, now[name])) is not None:
            entered.values[name] = [dict(line) for line in joined.lines]
            entered.rows[name] = entered.kept[name] = joined.keys
    entered.initial = now


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
