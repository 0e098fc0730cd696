"""The state of a form: a preview of what saving would make, and what the visitor may do with each field."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from shuke import records
from shuke.access.policy import Policy, policy
from shuke.definitions.model import Entity
from shuke.records import Record
from shuke.runtime import conflicts
from shuke.runtime.entered import Entered, EnteredLine, new_key
from shuke.runtime.filled_lines import followers, take_lines
from shuke.runtime.form_state import FormState, LinesState, LineState
from shuke.runtime.linked import linked_records
from shuke.screens.visitor import actor
from shuke.views import FormLines, FormPlan

_KEPT = ("owner", "unit", "created_at", "created_by", "updated_at", "updated_by")


def form_state(
    entity: Entity, plan: FormPlan, record: Record | None, entered: Entered | None, *, prefix: str = "f", with_errors: bool = True,
    transition: str = "",
) -> FormState:
    """How the form stands; with errors, what is wrong with it is added to what was entered."""
    state = one_state(entity, plan, record, entered, prefix=prefix, with_errors=with_errors, transition=transition)
    for lines in plan.lines:
        if _may_see(lines):
            state.lines[lines.name] = lines_state(state, lines, with_errors=with_errors)
    return state


def one_state(
    entity: Entity, plan: FormPlan, record: Record | None, entered: Entered | None, *, prefix: str, scope: str = "", with_errors: bool = True,
    without: str = "", transition: str = "",
) -> FormState:
    """How the form of one record stands; nothing is said about the field `without`, which its place gives."""
    following = followers(plan.fields, entered) if entered is not None and record is None else ()
    preview = records.preview(actor(), entity, entered.values if entered else {}, record.id if record else None, transition=transition)
    if entered is not None:
        take_lines(following, entered, preview)
    if entered is not None and with_errors:
        entered.add_errors({path: said for path, said in preview.errors.items() if path != without})
    return FormState(actor(), plan, preview, _rights(entity, record, "transition" if transition else "update"), record, entered, prefix=prefix, scope=scope)


def line_state(outer: FormState, lines: FormLines, line: EnteredLine, stored: Record | None, *, with_errors: bool = True) -> FormState:
    """How another record inside the form stands."""
    return one_state(
        lines.entity, lines.plan, stored, line.entered, prefix=f"{outer.prefix}-{lines.name}-{line.key}", scope=f"{lines.name}.{line.key}.",
        with_errors=with_errors and not line.is_blank, without=lines.via,
    )


def lines_state(state: FormState, lines: FormLines, *, with_errors: bool = True) -> LinesState:
    """How the other records of one kind inside the form stand."""
    rights = policy(actor(), lines.entity)
    may_add = rights.may("create") and rights.right(lines.via, "create") == "write"
    stored = {str(one.id): one for one in linked_records(actor(), lines, state.record)}
    if state.entered is not None and lines.name in state.entered.related:
        given: Iterable[EnteredLine] = (line for line in state.entered.related[lines.name] if line.id is None or line.key in stored)
    else:
        given = _first_lines(lines, stored, may_add=may_add)
    return LinesState(lines, tuple(_members(state, lines, given, stored, with_errors=with_errors)), may_add)


def _first_lines(lines: FormLines, stored: Mapping[str, Record], *, may_add: bool) -> Iterator[EnteredLine]:
    """Those that are there, and blank ones up to the least number."""
    yield from (EnteredLine(key, Entered(MultiDict())) for key in stored)
    for _number in range(lines.least - len(stored) if may_add else 0):
        yield blank_line()


def blank_line() -> EnteredLine:
    return EnteredLine(new_key(), Entered(MultiDict()))


def _members(
    state: FormState, lines: FormLines, given: Iterable[EnteredLine], stored: Mapping[str, Record], *, with_errors: bool,
) -> Iterator[LineState]:
    for line in given:
        record = stored.get(line.key)
        untouched = not line.entered.form
        inner = line_state(state, lines, line, record, with_errors=with_errors and not untouched)
        if record is not None and untouched:
            inner.entered = None
        initial = _begun(inner) if untouched else line.entered.initial
        yield LineState(line.key, inner, initial, record is None or "delete" in record.operations)


def _begun(state: FormState) -> Mapping[str, Any]:
    """What is saved, or the defaults that a new line begins with."""
    if state.record is not None:
        return conflicts.saved_values(state, state.record)
    values = {item.name: state.preview.values.get(item.name) for item in state.plan.fields if not item.columns}
    return {
        item.name: item.type.dump(values[item.name], item.field) for item in state.plan.fields
        if values.get(item.name) is not None and not item.computed
    }


def _may_see(lines: FormLines) -> bool:
    rights = policy(actor(), lines.entity)
    return rights.may("read") and rights.right(lines.via) != "hidden"


def _rights(entity: Entity, record: Record | None, changing: str) -> dict[str, str]:
    rights = policy(actor(), entity)
    operation = changing if record else "create"
    names = [*(field.name for field in entity.fields), *_KEPT]
    names += [f"{field.name}.{column.name}" for field in entity.fields for column in field.fields]
    return {name: _right(rights, record, name, operation) for name in names}


def _right(rights: Policy, record: Record | None, name: str, operation: str) -> str:
    read = rights.right(name) if record is None or "." in name else record.rights.get(name, "hidden")
    if record is not None and read in {"hidden", "masked"}:
        return read
    return "write" if rights.right(name, operation) == "write" else "read" if read == "write" else read
