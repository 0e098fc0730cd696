"""Transitions as buttons: at once, or through a dialog that asks for the fields that the step needs."""

from dataclasses import dataclass

from flask import Response, make_response, request

from shuke import records, workflow
from shuke.core.errors import Conflict, InvalidInput, NotFound
from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Transition
from shuke.records import NeedsConfirmation, Record
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.controls import controls
from shuke.runtime.drawn import Mistake
from shuke.runtime.entered import Entered, read_form
from shuke.runtime.outcome import Outcome
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.sent_once import form_key, note_sent, sent_before
from shuke.runtime.states import form_state
from shuke.runtime.step_course import course_of
from shuke.screens.page import go_to, is_fragment_request, render, toast, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import FormPlan
from shuke.views.forms import form_field, form_node

_STYLES = {"primary": "btn-primary", "danger": "btn-outline-danger", "success": "btn-success", "warning": "btn-warning"}
_MARKED = ("primary", "success")
_THOUGHT_OVER = ("danger", "warning")
"""Steps of such styles are said in words before they are taken, also those that ask for nothing."""


@dataclass(frozen=True, slots=True)
class Way:
    """A transition as a button; `asks`: a dialog comes first."""

    name: str
    label: str
    style: str
    """The word of the definition: primary, danger, …"""
    asks: bool
    objection: str
    """Why it cannot be done yet."""
    leads_on: bool
    """To a later state."""

    @property
    def marked(self) -> bool:
        """The definition says that this is what is done next."""
        return self.style in _MARKED

    @property
    def plain(self) -> bool:
        """Leads on, and the definition says nothing else about it."""
        return self.leads_on and not self.style

    @property
    def warns(self) -> bool:
        return self.style in _THOUGHT_OVER


def ways(record: Record) -> list[Way]:
    """The transitions of a record page, in the order of the definition."""
    return [
        Way(
            offer.transition.name, pick(offer.transition.label), offer.transition.style,
            needs_dialog(offer.transition), offer.objection, offer.leads_on,
        )
        for offer in workflow.offers(actor(), record)
    ]


@screen(blueprint, f"/r/<entity>/{RECORD}/do/<transition>", methods=["GET", "POST"], permission="signed_in", transaction="write")
def do(entity: str, id: int, transition: str) -> Response:
    """Ask for the fields of a transition, and fire it."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    if sent_before():  # the second of two clicks: the step was taken, and may be none from here any more
        return _done(record)
    step = next((offer.transition for offer in workflow.offers(actor(), record) if offer.transition.name == transition), None)
    if step is None:
        raise NotFound
    plan = _plan(record, step)
    if request.method == "GET":
        return _ask(plan, record, step, None, Outcome(revision=record.revision))
    entered = read_form(plan.fields, request.form)
    try:
        if entered.errors:
            raise InvalidInput(entered.errors)
        workflow.fire(
            actor(), visited, id, transition, entered.values, request.form.get("_revision", type=whole),
            accept_warnings="_accept" in request.form,
        )
    except NeedsConfirmation as doubt:
        return _ask(plan, record, step, entered, Outcome(doubts=doubt.warnings, revision=record.revision, status=422))
    except Conflict:
        return _ask(plan, record, step, entered, Outcome(revision=record.revision, status=409))
    except InvalidInput as refused:
        entered.add_errors(refused.by_field)
        said = [sentence for name, sentences in entered.errors.items() if plan.field(name) is None for sentence in sentences]
        return _ask(plan, record, step, entered, Outcome(revision=record.revision, status=422, said=tuple(said)))
    note_sent(id)
    toast(_("%(step)s: done.", step=pick(step.label)))
    return _done(record)


def _done(record: Record) -> Response:
    """Back to where the step was begun: the record's page, or what lies under the dialog."""
    entity = record.entity.name
    if box := request.form.get("_box"):
        saved = {"entity": entity, "id": str(record.id), "title": record.title, "box": box}
        return trigger(trigger(make_response("", 200), "shuke:saved", saved), "shuke:close-dialog")
    return go_to("runtime.record_page", entity=entity, id=record.id)


def needs_dialog(step: Transition) -> bool:
    """Whether something has to be said before the step is taken."""
    return bool(_asked(step)) or step.style in _THOUGHT_OVER


def _asked(step: Transition) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*step.ask, *step.require)))


def _plan(record: Record, step: Transition) -> FormPlan:
    """A small form of just the fields that the step asks for."""
    entity = record.entity
    def make() -> FormPlan:
        fields = tuple(form_field(entity.field(name)) for name in _asked(step) if entity.has(name))
        return FormPlan(entity, None, tuple(form_node(field) for field in fields), fields)
    return catalogue().derived(("transition form", entity.name, step.name), make)


def _ask(plan: FormPlan, record: Record, step: Transition, entered: Entered | None, outcome: Outcome) -> Response:
    entity = record.entity
    state = form_state(entity, plan, record, entered, prefix="t", with_errors=False, transition=step.name)
    drawn = list(controls(state, required=step.require))
    url = f"/r/{entity.name}/{record.id}/do/{step.name}"
    return render(
        "runtime/transition.html", fragment="runtime/_transition.html", status=outcome.status, entity=entity, record=record,
        title=pick(step.label), app=app_label(entity), plural=plural(entity), controls=drawn, outcome=outcome,
        mistakes=[Mistake(control.id, control.label, sentence) for control in drawn for sentence in control.sentences] if outcome.status == 422 else [],
        key=form_key(), course=course_of(record, step), box=request.values.get("_box", request.args.get("box", "")) if is_fragment_request() else "",
        url=url, back=f"/r/{entity.name}/{record.id}", style=_STYLES.get(step.style, "btn-primary"),
    )
