"""What a mapping makes of the first rows of a file, before anything is looked up or saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shuke.expressions import ExpressionError
from shuke.transfer.cells import cell_in
from shuke.transfer.columns import RowEnv
from shuke.transfer.plan import Plan, PlannedField
from shuke.transfer.tables import Row


@dataclass(frozen=True, slots=True)
class Reading:
    """The text that a field would get, or the sentence that says why it cannot."""

    text: str
    problem: str = ""


def preview(plan: Plan, rows: Sequence[Row]) -> dict[tuple[str, str], list[Reading]]:
    """For each (target, field) what each of the rows gives; the columns of lines are named `lines.quantity`."""
    found: dict[tuple[str, str], list[Reading]] = {}
    for row in rows:
        env = RowEnv(plan.scope, row)
        for target in plan.targets:
            for name, planned in _flat(target.fields):
                found.setdefault((target.name, name), []).append(_read(planned, row, env))
    return found


def _flat(fields: Sequence[PlannedField], path: str = "") -> Iterator[tuple[str, PlannedField]]:
    for planned in fields:
        if planned.lines:
            yield from _flat(planned.lines[0], f"{path}{planned.name}.")
        else:
            yield f"{path}{planned.name}", planned


def _read(planned: PlannedField, row: Row, env: RowEnv) -> Reading:
    if planned.target:
        return Reading("→")
    try:
        if planned.is_constant:
            return Reading(planned.type.format(planned.type.load(planned.value, planned.field), planned.field))
        text = planned.text(row, env)
        if planned.link is not None or not text.strip():
            return Reading(text)
        value = cell_in(text, planned.type, planned.field)
        return Reading(planned.type.format(planned.type.load(value, planned.field), planned.field))
    except (ValueError, ArithmeticError, TypeError, ExpressionError) as wrong:
        return Reading("", str(wrong))
