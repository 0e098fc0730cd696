"""A form while it is filled in: what follows from what stands in it, further lines, and lines that are pasted."""

from collections.abc import Iterable, Iterator

from flask import Response, request
from werkzeug.datastructures import MultiDict

from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.runtime.blueprint import blueprint
from shuke.runtime.controls import controls, flat, line, parts, related_line, tables_named_outside
from shuke.runtime.discretion import keep_discreet
from shuke.runtime.drawn import INPUT, Control
from shuke.runtime.entered import Entered
from shuke.runtime.form_places import OpenForm, lines_called, open_form, place_of, state_of
from shuke.runtime.form_state import FormState
from shuke.runtime.forms import add_line, general_notices
from shuke.runtime.pasting import paste_into
from shuke.runtime.states import blank_line, lines_state
from shuke.screens.page import render, trigger
from shuke.screens.screen import screen
from shuke.views import FormLines, FormPlan

_MOST_PASTED = 200_000


@screen(blueprint, "/r/<entity>/live", methods=["POST"], permission="signed_in")
def live(entity: str) -> Response:
    """What follows from what stands in the form now: computed values, parts that come and go, sentences on touched fields."""
    form = open_form(entity)
    state = keep_discreet(form.state())
    touched = set(request.form.get("_touched", "").split())
    changed = set(request.form.get("_changed", "").split())
    marked, there = set(request.form.getlist("_field")), set(request.form.getlist("_there"))
    drawn = parts(state)
    shown, related = flat(drawn)
    anew = {control.name for control in shown if _comes_anew(control, changed)}
    response = render(
        "runtime/_live.html", entity=form.entity, controls=shown, related=related, touched=touched, marked=marked, there=there,
        anew=anew, refilled=set(_refilled(state)), named=tables_named_outside(drawn), general=general_notices(state), prefix=state.prefix,
    )
    following = set(request.form.get("_default", "").split())
    suggested = {name: text for name, text in _suggestions(shown, form.entered) if name not in following}
    followed = {control.name: control.value for control in shown if control.name in following and control.mode == INPUT and isinstance(control.value, str)}
    return trigger(trigger(response, "shuke:suggest", suggested), "shuke:follow", followed)


def _refilled(state: FormState) -> Iterator[str]:
    """Sub-tables with other lines than those that were sent, those of other records in the form included."""
    yield from (f"{state.scope}{name}" for name in (state.entered.refilled if state.entered else ()))
    for lines in state.lines.values():
        for member in lines.members:
            yield from _refilled(member.state)


def _comes_anew(control: Control, changed: set[str]) -> bool:
    """Whether what there is to choose may have changed with one of these inputs: the field above, or a part of the same one."""
    if control.item.columns:
        return False
    above = control.item.field.option("depends", "")
    beside = control.name.removesuffix(control.item.name) + above
    return bool(above and beside in changed) or any(name.startswith(f"{control.name}.") for name in changed)


@screen(blueprint, "/r/<entity>/line/<field>", methods=["POST"], permission="signed_in")
def new_line(entity: str, field: str) -> Response:
    """One more line for a sub-table of the form with its defaults, or one more of the other records in it."""
    form = open_form(entity)
    if (lines := lines_called(form.plan, field)) is not None:
        return _new_related(form, lines)
    place = place_of(form, field)
    key = add_line(place.entered, place.table)
    made = line(place.state(), place.table, key)
    return render("runtime/_line.html", entity=form.entity, line=made, name=field, is_open=True)


@screen(blueprint, "/r/<entity>/paste/<field>", methods=["POST"], permission="signed_in")
def paste(entity: str, field: str) -> Response:
    """The sub-table with a block of cells, copied from a spreadsheet, put into it from a cell on; what cannot be read is marked."""
    form = open_form(entity)
    text = request.form.get("_pasted", "")
    if len(text) > _MOST_PASTED:
        raise InvalidInput({field: [_("This is too much to paste at once.")]})
    place = place_of(form, field)
    pasted = paste_into(place, text, request.form.get("_at", ""))
    state = pasted.state(with_errors=True)
    table = next((one for one in controls(state) if one.name == field), None)
    if table is None:
        raise NotFound
    return render("runtime/_control.html", entity=form.entity, control=table, is_named=request.form.get("_named") == "1")


def _new_related(form: OpenForm, lines: FormLines) -> Response:
    """One more of the other records, with its defaults."""
    fresh = blank_line()
    entered = Entered(MultiDict(), related={lines.name: (fresh,)})
    outer = state_of(form.entity, FormPlan(form.entity, None, (), ()), form.record, entered, with_errors=False)
    outer.lines[lines.name] = lines_state(outer, lines)
    if not outer.lines[lines.name].may_add:
        raise NotFound
    return render("runtime/_related_line.html", entity=form.entity, line=related_line(outer, lines, fresh.key), name=lines.name, one=pick(lines.entity.label))


def _suggestions(shown: Iterable[Control], entered: Entered) -> Iterator[tuple[str, str]]:
    """Inputs that are blank, and the default that each will get."""
    for control in shown:
        if control.mode == INPUT and isinstance(control.value, str) and entered.form.get(control.name) == "":
            words = dict((*control.linked, *control.choices))
            yield control.name, words.get(control.value, control.value)
        for one in control.lines:
            yield from _suggestions(one.controls, entered)
