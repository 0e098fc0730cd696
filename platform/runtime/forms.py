"""Forms: adding and changing records, as a page or in a dialog, with what was typed kept whatever happens."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, make_response, request
from werkzeug.datastructures import MultiDict

from shuke import records
from shuke.core.errors import Conflict, InvalidInput, NotAllowed
from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Entity
from shuke.records import NeedsConfirmation, Record
from shuke.runtime import conflicts
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.controls import flat, parts
from shuke.runtime.discretion import keep_discreet
from shuke.runtime.drawn import Mistake, Notice, Part
from shuke.runtime.entered import Entered, EnteredLine, new_key, read_plan, write_initial
from shuke.runtime.form_places import in_dialog, lines_called, plan_for, state_of
from shuke.runtime.form_state import FormState
from shuke.runtime.linked import save_linked
from shuke.runtime.outcome import Outcome
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.sent_once import form_key, note_sent, sent_before
from shuke.runtime.times import since
from shuke.screens.page import go_to_address, render, toast, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import FormField, FormPlan


@screen(blueprint, "/r/<entity>/new", methods=["GET", "POST"], permission="signed_in", transaction="write")
def new_record(entity: str) -> Response:
    """A form for a new record, prefilled from the address; in a dialog when asked so."""
    visited, _rights = entity_for(actor(), entity, "create")
    plan = plan_for(entity)
    if request.method == "GET":
        return _show(keep_discreet(state_of(visited, plan, None, _prefilled(plan, request.args), with_errors=False)), Outcome())
    if sent := sent_before():
        return _created(visited, plan, sent.id)
    entered = read_plan(plan, request.form)
    if redrawn := _redrawn(visited, plan, None, entered):
        return redrawn
    try:
        id_ = _save(visited, plan, entered, entered.given)
    except InvalidInput as refused:
        return _refused(state_of(visited, plan, None, entered), refused)
    note_sent(id_)
    return _created(visited, plan, id_)


@screen(blueprint, f"/r/<entity>/{RECORD}/edit", methods=["GET", "POST"], permission="signed_in", transaction="write")
def edit_record(entity: str, id: int) -> Response:
    """A form for a record that exists; only what was changed in it is saved."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    if "update" not in record.operations:
        raise NotAllowed(_("You may see this record but not change it."))
    plan = plan_for(entity)
    if request.method == "GET":
        return _show(state_of(visited, plan, record, None), Outcome(revision=record.revision))
    if sent_before():
        return _changed(visited, record)
    entered = read_plan(plan, request.form)
    if redrawn := _redrawn(visited, plan, record, entered):
        return redrawn
    wanted = conflicts.resolved(entered)
    try:
        _save(visited, plan, entered, wanted, id=id, revision=request.form.get("_revision", type=whole))
    except Conflict:
        return _conflicting(state_of(visited, plan, record, entered, with_errors=False))
    except InvalidInput as refused:
        return _refused(state_of(visited, plan, record, entered), refused)
    note_sent(id)
    return _changed(visited, record)


def _save(
    entity: Entity, plan: FormPlan, entered: Entered, values: Mapping[str, Any], *, id: int | None = None, revision: int | None = None,
) -> int:
    """Save the record and the others in its form; the screen rolls all of it back when one is refused."""
    if entered.errors:
        raise InvalidInput(entered.errors)
    accept = "_accept" in request.form
    saved = records.save(actor(), entity, values, id=id, revision=revision, accept_warnings=accept)
    save_linked(actor(), plan, entered, saved.id, accept_warnings=accept)
    return saved.id


# What a form begins with


def _prefilled(plan: FormPlan, given: Mapping[str, str]) -> Entered:
    """The values that the address gives: `?book=17`."""
    entered = Entered(MultiDict())
    for item in plan.fields:
        if item.name in given and not item.columns:
            try:
                entered.values[item.name] = item.type.parse_plain(given[item.name], item.field)
            except ValueError:
                continue
        elif item.columns and item.field.required and item.field.fill is None:
            add_line(entered, item)
    return entered


def _start(plan: FormPlan) -> str:
    """The values that the address gave, to begin the next form with."""
    if request.method == "POST":
        return request.form.get("_start", "")
    return urlencode({item.name: request.args[item.name] for item in plan.fields if item.name in request.args and not item.columns})


def add_line(entered: Entered, table: FormField) -> str:
    """One more blank line at the end."""
    key = new_key()
    entered.untouched.discard(table.name)
    entered.values[table.name] = [*entered.values.get(table.name, ()), {}]
    entered.rows[table.name] = (*entered.rows.get(table.name, ()), key)
    entered.kept[table.name] = (*entered.kept.get(table.name, ()), key)
    return key


# Answers


def _refused(state: FormState, refused: InvalidInput) -> Response:
    """The form again, with sentences beside the fields and what was typed."""
    assert state.entered is not None
    doubts = refused.warnings if isinstance(refused, NeedsConfirmation) else ()
    if not doubts:
        state.entered.add_errors(refused.by_field)
    known = list(dict.fromkeys((*state.doubts, *doubts))) if doubts else []
    revision = request.form.get("_revision", type=whole)
    return _show(state, Outcome(doubts=tuple(known), revision=revision, status=422, said=tuple(_elsewhere(state))))


def _elsewhere(state: FormState) -> Iterator[str]:
    """Sentences about fields that this form does not have."""
    assert state.entered is not None
    shown = {item.name for item in state.plan.fields} | {lines.name for lines in state.plan.lines}
    for path, said in state.entered.errors.items():
        name = path.partition(".")[0]
        if name not in shown:
            label = pick(state.entity.field(name).label) if state.entity.has(name) else ""
            yield from (_("%(field)s: %(sentence)s", field=label, sentence=sentence) if label else sentence for sentence in said)


def _conflicting(state: FormState) -> Response:
    """Both versions field by field; saving again decides."""
    assert state.entered is not None and state.record is not None
    differences = conflicts.differences(state, state.record)
    conflicts.rebase(state, state.record)
    again = state_of(state.entity, state.plan, state.record, state.entered, with_errors=False)
    last = records.history(actor(), state.entity, state.record.id, limit=1)
    by, at = (last[0].actor, since(last[0].at)) if last else ("", "")
    return _show(again, Outcome(differences=differences, revision=state.record.revision, status=409, saved_by=by, saved_at=at))


def _created(entity: Entity, plan: FormPlan, id_: int) -> Response:
    record = records.get(actor(), entity, id_, fields=(entity.display or "id",))
    again, start = "_again" in request.form, request.form.get("_start", "")
    if not in_dialog():
        toast(_("“%(title)s” was added.", title=record.title))
        return go_to_address(f"/r/{entity.name}/new{'?' if start else ''}{start}" if again else f"/r/{entity.name}/{id_}")
    toast(_("“%(title)s” was added.", title=record.title), link=f"/r/{entity.name}/{id_}")
    detail = {"entity": entity.name, "id": str(record.id), "title": record.title, "box": request.form.get("_box", "")}
    if again:
        fresh = state_of(entity, plan, None, _prefilled(plan, dict(parse_qsl(start))), with_errors=False)
        return trigger(_show(fresh, Outcome(), is_fresh=True), "shuke:saved", detail)
    return trigger(trigger(make_response("", 200), "shuke:saved", detail), "shuke:close-dialog")


def _changed(entity: Entity, record: Record) -> Response:
    if not in_dialog():
        toast(_("Saved."))
        return go_to_address(f"/r/{entity.name}/{record.id}")
    toast(_("Saved."))
    detail = {"entity": entity.name, "id": str(record.id), "title": record.title, "box": request.form.get("_box", "")}
    return trigger(trigger(make_response("", 200), "shuke:saved", detail), "shuke:close-dialog")


def _show(state: FormState, outcome: Outcome, *, is_fresh: bool = False) -> Response:
    entity, record = state.entity, state.record
    drawn = parts(state)
    title = _("Edit %(title)s", title=record.title) if record else _("New: %(entity)s", entity=pick(entity.label))
    view = state.plan.view
    return render(
        "runtime/form.html", fragment="runtime/_form.html", status=outcome.status, entity=entity, record=record, title=title,
        app=app_label(entity), plural=plural(entity), parts=drawn, outcome=outcome, errors=state.entered.errors if state.entered else {},
        mistakes=list(_mistakes(drawn)) if outcome.status == 422 and not outcome.doubts else [], general=general_notices(state),
        in_dialog=in_dialog(), box=request.values.get("_box", request.args.get("box", "")), form_name=view.name if view else "",
        is_quick=bool(view and view.variant), key=form_key(is_fresh=is_fresh), start=_start(state.plan), private=" ".join(_private(state)),
        defaults=" ".join(_defaults(state)) if request.method == "GET" or is_fresh else "",
        draft_owner=actor().id, initial=write_initial(_initial(state)), url=f"/r/{entity.name}/{record.id}/edit" if record else f"/r/{entity.name}/new",
        back=f"/r/{entity.name}/{record.id}" if record else f"/r/{entity.name}",
    )


def _defaults(state: FormState) -> Iterator[str]:
    """The fields of a new record that begin with their default."""
    if state.record is None and state.entered is not None:
        yield from (item.name for item in state.plan.fields if item.field.default and item.name not in state.entered.values)


def _initial(state: FormState) -> Mapping[str, Any]:
    """The values that the form begins with, to tell later what was changed in it."""
    if state.record is None:
        return {}
    if state.entered is not None:
        return state.entered.initial
    return conflicts.saved_values(state, state.record)


def general_notices(state: FormState) -> list[Notice]:
    """What can be said already about the record as a whole, or about fields that this form does not have."""
    if state.entered is None:
        return []
    shown = {item.name for item in state.plan.fields}
    blocking = [Notice(sentence, blocks=True) for sentence in state.preview.errors.get("", ())]
    alike = [Notice.of(doubt, blocks=True) for path, doubt in state.preview.alike if path.partition(".")[0] not in shown]
    doubts = [Notice.of(doubt, blocks=False) for path, doubt in state.preview.doubts if path.partition(".")[0] not in shown]
    return [*blocking, *alike, *doubts]


def _mistakes(drawn: Iterable[Part]) -> Iterator[Mistake]:
    """Every sentence of the form with the input that it is about, in the order of the form."""
    some, related = flat(drawn)
    for control in some:
        yield from (Mistake(control.id, control.label, sentence) for sentence in control.sentences)
        for number, line in enumerate(control.lines, 1):
            place = _("%(table)s, line %(number)s", table=control.label, number=number)
            yield from (Mistake(line.id, place, sentence) for sentence in line.errors)
            yield from (Mistake(cell.id, f"{place}: {cell.label}", sentence) for cell in line.controls for sentence in cell.sentences)
    for lines in related:
        yield from (Mistake(lines.id, lines.label, sentence) for sentence in lines.errors)
        yield from (Mistake(one.id, lines.one, sentence) for one in lines.lines for sentence in one.errors)


def _private(state: FormState) -> Iterator[str]:
    """The fields whose values do not stay in the browser."""
    for item in state.plan.fields:
        if item.field.option("sensitive"):
            yield item.name
        yield from (f"{item.name}.{column.name}" for column in item.columns if column.field.option("sensitive"))
    for lines in state.plan.lines:
        yield from (f"{lines.name}.{item.name}" for item in lines.plan.fields if item.field.option("sensitive"))


# Without JavaScript a button adds or removes a line by sending the whole form; so do the larger form and a draft that comes back.


def _redrawn(entity: Entity, plan: FormPlan, record: Record | None, entered: Entered) -> Response | None:
    command, _colon, target = request.form.get("_do", "").partition(":")
    if command == "add":
        _add(plan, entered, target)
    elif command == "remove":
        name, _dot, key = target.rpartition(".")
        form = MultiDict((one, value) for one, value in request.form.items(multi=True) if (one, value) != (name, key))
        entered = read_plan(plan, form)
    elif command != "show":
        return None
    return _show(keep_discreet(state_of(entity, plan, record, entered, with_errors=False)), Outcome(revision=request.form.get("_revision", type=whole)))


def _add(plan: FormPlan, entered: Entered, target: str) -> None:
    """One more blank line of a sub-table, or one more of the other records."""
    if (lines := lines_called(plan, target)) is not None:
        entered.related[target] = (*entered.related.get(target, ()), EnteredLine(new_key(), Entered(MultiDict())))
        return
    first, _dot, rest = target.partition(".")
    key, _dot, name = rest.partition(".")
    lines = lines_called(plan, first)
    inside = next((one.entered for one in entered.related.get(first, ()) if one.key == key), None) if lines else entered
    table = (lines.plan if lines else plan).field(name if lines else target)
    if inside is None or table is None or not table.columns:
        raise InvalidInput({target: [_("There is no such table in this form.")]})
    add_line(inside, table)
