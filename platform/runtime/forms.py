"""Forms: adding and changing records, as a page or in a dialog, with what was typed kept whatever happens."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Response, make_response, request
from werkzeug.datastructures import MultiDict

from shuke import records
from shuke.core.errors import Conflict, InvalidInput, NotAllowed
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import NeedsConfirmation, Record, Saved
from shuke.runtime import conflicts
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.controls import INPUT, Control, FormState, LineControl, controls, line, parts
from shuke.runtime.entered import Entered, new_key, read_form, write_initial
from shuke.runtime.outcome import Outcome
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.states import form_state
from shuke.screens.page import go_to_address, is_fragment_request, render, toast, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import FormField, FormPlan, form_plan, views_of

QUICK = "quick"
"""The variant of a form that dialogs use, where an entity has one."""


@screen(blueprint, "/r/<entity>/new", methods=["GET", "POST"], permission="signed_in", transaction="write")
def new_record(entity: str) -> Response:
    """A form for a new record, prefilled from the address; in a dialog when asked so."""
    visited, _rights = entity_for(actor(), entity, "create")
    plan = _plan_for(entity)
    if request.method == "GET":
        return _show(_state(visited, plan, None, _prefilled(plan), with_errors=False), Outcome())
    entered = read_form(plan.fields, request.form)
    if redrawn := _redrawn(visited, plan, None, entered):
        return redrawn
    try:
        saved = _save(visited, entered, entered.values)
    except InvalidInput as refused:
        return _refused(_state(visited, plan, None, entered), refused)
    return _created(visited, saved)


@screen(blueprint, f"/r/<entity>/{RECORD}/edit", methods=["GET", "POST"], permission="signed_in", transaction="write")
def edit_record(entity: str, id: int) -> Response:
    """A form for a record that exists; only what was changed in it is saved."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    if "update" not in record.operations:
        raise NotAllowed(_("You may see this record but not change it."))
    plan = _plan_for(entity)
    if request.method == "GET":
        return _show(_state(visited, plan, record, None), Outcome(revision=record.revision))
    entered = read_form(plan.fields, request.form)
    if redrawn := _redrawn(visited, plan, record, entered):
        return redrawn
    wanted = conflicts.resolved(entered)
    try:
        _save(visited, entered, wanted, id=id, revision=request.form.get("_revision", type=int))
    except Conflict:
        return _conflicting(_state(visited, plan, record, entered, with_errors=False))
    except InvalidInput as refused:
        return _refused(_state(visited, plan, record, entered), refused)
    return _changed(visited, record)


@screen(blueprint, "/r/<entity>/live", methods=["POST"], permission="signed_in")
def live(entity: str) -> Response:
    """What follows from what stands in the form now: computed values, parts that come and go, sentences on touched fields."""
    visited, plan, record, entered = _open_form(entity)
    state = _state(visited, plan, record, entered)
    touched = set(request.form.get("_touched", "").split())
    marked, there = set(request.form.getlist("_field")), set(request.form.getlist("_there"))
    shown = list(controls(state))
    response = render(
        "runtime/_live.html", entity=visited, controls=shown, touched=touched, marked=marked, there=there, trigger=request.form.get("_trigger", ""),
    )
    return trigger(response, "shuke:suggest", dict(_suggestions(shown, entered)))


@screen(blueprint, "/r/<entity>/line/<field>", methods=["POST"], permission="signed_in")
def new_line(entity: str, field: str) -> Response:
    """One more line for a sub-table of the form, with its defaults."""
    visited, plan, record, entered = _open_form(entity)
    table = _table(plan, field)
    made, _formed = _with_line(visited, plan, record, entered, table)
    return render("runtime/_line.html", line=made, table=table, is_open=True)


def _open_form(name: str) -> tuple[Entity, FormPlan, Record | None, Entered]:
    """The form that a fragment belongs to, as it stands now."""
    id_ = request.form.get("_id", type=int)
    visited, _rights = entity_for(actor(), name, "read" if id_ else "create")
    record = records.get(actor(), visited, id_) if id_ else None
    plan = _plan_for(name)
    return visited, plan, record, read_form(plan.fields, request.form)


def _plan_for(entity: str) -> FormPlan:
    """The form that was asked for; in a dialog the quick one if there is one."""
    name = request.values.get("_form") or request.args.get("form", "")
    if not name and _in_dialog():
        name = next((view.name for view in views_of(catalogue(), "form", entity) if view.variant == QUICK), "")
    return form_plan(catalogue(), entity, name)


def _in_dialog() -> bool:
    """Only fragments go into dialogs; the same address opened by itself, or sent before the page is ready, is a page."""
    return is_fragment_request() and ("dialog" in request.args or "_dialog" in request.form)


def _prefilled(plan: FormPlan) -> Entered:
    """The values that the address gives: `?book=17`."""
    entered = Entered(MultiDict())
    for item in plan.fields:
        if item.name in request.args and not item.columns:
            try:
                entered.values[item.name] = item.type.parse_plain(request.args[item.name], item.field)
            except ValueError:
                continue
        elif item.columns and item.field.required:
            _add_line(entered, item)
    return entered


def _add_line(entered: Entered, table: FormField) -> str:
    """One more blank line at the end."""
    key = new_key()
    entered.values[table.name] = [*entered.values.get(table.name, ()), {}]
    entered.rows[table.name] = (*entered.rows.get(table.name, ()), key)
    entered.kept[table.name] = (*entered.kept.get(table.name, ()), key)
    return key


def _state(entity: Entity, plan: FormPlan, record: Record | None, entered: Entered | None, *, with_errors: bool = True) -> FormState:
    return form_state(entity, plan, record, entered, prefix="d" if _in_dialog() else "f", with_errors=with_errors)


def _save(
    entity: Entity, entered: Entered, values: Mapping[str, Any], *, id: int | None = None, revision: int | None = None,
) -> Saved:
    if entered.errors:
        raise InvalidInput(entered.errors)
    return records.save(actor(), entity, values, id=id, revision=revision, accept_warnings="_accept" in request.form)


def _refused(state: FormState, refused: InvalidInput) -> Response:
    """The form again, with sentences beside the fields and what was typed."""
    assert state.entered is not None
    doubts = refused.warnings if isinstance(refused, NeedsConfirmation) else ()
    if not doubts:
        state.entered.add_errors(refused.by_field)
    shown = {item.name for item in state.plan.fields}
    elsewhere = [sentence for name, said in state.entered.errors.items() if name.split(".")[0] not in shown for sentence in said]
    revision = request.form.get("_revision", type=int)
    return _show(state, Outcome(doubts=doubts, revision=revision, status=422, said=tuple(elsewhere)))


def _conflicting(state: FormState) -> Response:
    """Both versions field by field; saving again decides."""
    assert state.entered is not None and state.record is not None
    differences = conflicts.differences(state, state.record)
    conflicts.rebase(state, state.record)
    again = _state(state.entity, state.plan, state.record, state.entered, with_errors=False)
    return _show(again, Outcome(differences=differences, revision=state.record.revision, status=409))


def _created(entity: Entity, saved: Saved) -> Response:
    record = records.get(actor(), entity, saved.id)
    toast(_("“%(title)s” was added.", title=record.title))
    if _in_dialog():
        response = make_response("", 200)
        trigger(response, "shuke:created", {"box": request.form.get("_box", ""), "id": str(record.id), "title": record.title})
        return trigger(response, "shuke:close-dialog")
    return go_to_address(f"/r/{entity.name}/new" if "_again" in request.form else f"/r/{entity.name}/{saved.id}")


def _changed(entity: Entity, record: Record) -> Response:
    toast(_("Saved."))
    return go_to_address(f"/r/{entity.name}/{record.id}")


def _show(state: FormState, outcome: Outcome) -> Response:
    entity, record = state.entity, state.record
    drawn = parts(state)
    title = _("Edit %(title)s", title=record.title) if record else _("New: %(entity)s", entity=pick(entity.label))
    return render(
        "runtime/form.html", fragment="runtime/_form.html", status=outcome.status, entity=entity, record=record, title=title,
        app=app_label(entity), plural=plural(entity), parts=drawn, outcome=outcome, errors=state.entered.errors if state.entered else {},
        in_dialog=_in_dialog(), box=request.values.get("_box", request.args.get("box", "")), form_name=state.plan.view.name if state.plan.view else "",
        initial=write_initial(_initial(state)), url=f"/r/{entity.name}/{record.id}/edit" if record else f"/r/{entity.name}/new",
        back=f"/r/{entity.name}/{record.id}" if record else f"/r/{entity.name}",
    )


def _initial(state: FormState) -> Mapping[str, Any]:
    """The values that the form begins with, to tell later what was changed in it."""
    if state.record is None:
        return {}
    if state.entered is not None:
        return state.entered.initial
    return conflicts.saved_values(state, state.record)


def _suggestions(shown: Iterable[Control], entered: Entered) -> Iterator[tuple[str, str]]:
    """Inputs that are blank, and the default that each will get."""
    for control in shown:
        if control.mode == INPUT and isinstance(control.value, str) and entered.form.get(control.name) == "":
            words = dict((*control.linked, *control.choices))
            yield control.name, words.get(control.value, control.value)
        for one in control.lines:
            yield from _suggestions(one.controls, entered)


def _table(plan: FormPlan, name: str) -> FormField:
    table = plan.field(name)
    if table is None or not table.columns:
        raise InvalidInput({name: [_("There is no such table in this form.")]})
    return table


def _with_line(
    entity: Entity, plan: FormPlan, record: Record | None, entered: Entered, table: FormField,
) -> tuple[LineControl, FormState]:
    """The form with one more line, which has its defaults."""
    key = _add_line(entered, table)
    state = _state(entity, plan, record, entered, with_errors=False)
    return line(state, table, key), state


def _redrawn(entity: Entity, plan: FormPlan, record: Record | None, entered: Entered) -> Response | None:
    """Without JavaScript a button adds or removes a line by sending the whole form."""
    command, _colon, target = request.form.get("_do", "").partition(":")
    revision = request.form.get("_revision", type=int)
    if command == "add":
        _line, state = _with_line(entity, plan, record, entered, _table(plan, target))
        return _show(state, Outcome(revision=revision))
    if command == "remove":
        form = MultiDict((name, value) for name, value in request.form.items(multi=True) if (name, value) != tuple(target.split(".", 1)))
        return _show(_state(entity, plan, record, read_form(plan.fields, form), with_errors=False), Outcome(revision=revision))
    return None
