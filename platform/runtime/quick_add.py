"""The box above a timeline that adds a record of another entity in a few fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.datastructures import MultiDict

from shuke import records
from shuke.access.policy import policy
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.definitions.record_pages import QuickAction, TimelineAdd
from shuke.fields import FIELD_TYPES
from shuke.records import NeedsConfirmation, Record
from shuke.records.figures import computed_for
from shuke.records.shapes import link_target
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.controls import controls
from shuke.runtime.drawn import INPUT, Control
from shuke.runtime.entered import Entered, read_form
from shuke.runtime.outcome import Outcome
from shuke.runtime.reach import entity_for
from shuke.runtime.states import form_state
from shuke.screens.page import go_to_address, is_fragment_request, render, toast, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import FormPlan, RecordPlan, form_plan, record_plan, views_of


@dataclass(frozen=True, slots=True)
class QuickAdd:
    """The box, ready to be drawn."""

    entity: Entity
    label: str
    controls: tuple[Control, ...]
    url: str
    full_url: str
    """The whole form in the dialog; takes over what was typed."""
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Start:
    """A button that opens the form of a new record."""

    label: str
    icon: str
    url: str
    marked: bool
    """The definition says that this is what is done next."""


def quick_add(plan: RecordPlan, record: Record, entered: Entered | None = None, outcome: Outcome | None = None) -> QuickAdd | None:
    """The box of a record's timeline, if its view has one and the visitor may add such records."""
    add = plan.timeline.declared.add
    if add is None or record.deleted:
        return None
    entity = catalogue().entity(add.entity)
    if not policy(actor(), entity).may("create"):
        return None
    given = _given(add.entity, add.values, record)
    form = _form(add)
    fresh = Entered(MultiDict(), values=_json(entity, given)) if entered is None else entered
    shown = [control for control in controls(form_state(entity, form, None, fresh, prefix="q", with_errors=False)) if control.mode == INPUT and control.name not in given]
    start = f"/r/{record.entity.name}/{record.id}/timeline"
    return QuickAdd(
        entity, pick(entity.label), tuple(shown), f"{start}/add", f"/r/{entity.name}/new?{urlencode({**given, 'dialog': '1', 'box': 'timeline'})}", outcome or Outcome(),
    )


@screen(blueprint, f"/r/<entity>/{RECORD}/timeline/add", methods=["POST"], permission="signed_in", transaction="write")
def add_to_timeline(entity: str, id: int) -> Response:
    """Save what was entered in the box; the answer is a fresh box, and the browser asks for the timeline again."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    plan = record_plan(catalogue(), entity)
    add = plan.timeline.declared.add
    if add is None or not policy(actor(), catalogue().entity(add.entity)).may("create"):
        raise NotFound
    other = catalogue().entity(add.entity)
    form = _form(add)
    entered = read_form(form.fields, request.form)
    entered.values.update(_json(other, _given(add.entity, add.values, record)))
    try:
        if entered.errors:
            raise InvalidInput(entered.errors)
        saved = records.save(actor(), other, entered.given, accept_warnings="_accept" in request.form)
    except NeedsConfirmation as doubt:
        entered.add_errors(doubt.by_field)
        return _box(plan, record, entered, Outcome(doubts=doubt.warnings, status=422))
    except InvalidInput as refused:
        entered.add_errors(refused.by_field)
        shown = {item.name for item in form.fields}
        said = tuple(sentence for name, some in entered.errors.items() if name.partition(".")[0] not in shown for sentence in some)
        return _box(plan, record, entered, Outcome(said=said, status=422))
    made = records.get(actor(), other, saved.id)
    toast(_("“%(title)s” was added.", title=made.title))
    if not is_fragment_request():
        return go_to_address(f"/r/{entity}/{id}")
    response = _box(plan, record, None, Outcome())
    return trigger(response, "shuke:saved", {"entity": other.name, "id": str(made.id), "title": made.title, "box": "timeline"})


def _box(plan: RecordPlan, record: Record, entered: Entered | None, outcome: Outcome) -> Response:
    return render(
        "runtime/quick_add.html", fragment="runtime/_quick_add.html", status=outcome.status, entity=record.entity, record=record,
        quick=quick_add(plan, record, entered, outcome), outcome=outcome,
    )


def _form(add: TimelineAdd) -> FormPlan:
    return form_plan(catalogue(), add.entity, form_name(add.entity, add.view))


def form_name(entity: str, view: str) -> str:
    """The whole name of a form that is called by it or by its variant."""
    return next((one.name for one in views_of(catalogue(), "form", entity) if view and view in (one.name, one.variant)), "")


# Quick actions


def starts(plan: RecordPlan, record: Record) -> Iterator[Start]:
    """The quick actions of a record page that the visitor may take and that make sense for this record as it stands."""
    if record.deleted:
        return
    wanted = [(number, action) for number, action in enumerate(plan.actions) if policy(actor(), catalogue().entity(action.entity)).may("create")]
    holds = computed_for(actor(), record.entity, record.id, [action.visible for _number, action in wanted if action.visible])
    for number, action in wanted:
        entity = catalogue().entity(action.entity)
        if not action.visible or holds.get(action.visible):
            label = pick(action.label) if action.label else _("New: %(entity)s", entity=pick(entity.label))
            yield Start(label, action.icon or entity.icon or "plus", f"/r/{record.entity.name}/{record.id}/start/{number}", action.primary)


@screen(blueprint, f"/r/<entity>/{RECORD}/start/<int:number>", permission="signed_in")
def start_action(entity: str, id: int, number: int) -> Response:
    """Lead to the form of a quick action, with the values that this record gives it."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    actions: tuple[QuickAction, ...] = record_plan(catalogue(), entity).actions
    if number >= len(actions) or not policy(actor(), catalogue().entity(actions[number].entity)).may("create"):
        raise NotFound
    action = actions[number]
    asked = {**_given(action.entity, action.values, record), **({"form": name} if (name := form_name(action.entity, action.view)) else {})}
    if "dialog" in request.args:
        asked["dialog"] = "1"
    return go_on(f"/r/{action.entity}/new?{urlencode(asked)}")


def go_on(address: str) -> Response:
    """Lead on within htmx too: the answer of the other address goes where this one would have gone."""
    response = go_to_address(address)
    if "HX-Redirect" in response.headers:
        del response.headers["HX-Redirect"]
        response.status_code = 303
        response.headers["Location"] = address
    return response


def _given(entity: str, values: Mapping[str, str], record: Record) -> dict[str, str]:
    """The neutral texts of the values that a new record of another entity begins with; the link to this record is one of them."""
    other = catalogue().entity(entity)
    given: dict[str, str] = {}
    if link := next((one.name for one in other.fields if link_target(one) == record.entity.name and not FIELD_TYPES[one.type].rows("", one)), ""):
        given[link] = str(record.id)
    computed: Mapping[str, Any] = computed_for(actor(), record.entity, record.id, values.values())
    for name, source in values.items():
        if computed.get(source) is not None:
            one = other.field(name)
            given[name] = FIELD_TYPES[one.type].plain(computed[source], one)
    return given


def _json(entity: Entity, given: Mapping[str, str]) -> dict[str, Any]:
    """Neutral texts as the JSON values that are saved."""
    return {name: FIELD_TYPES[entity.field(name).type].parse_plain(text, entity.field(name)) for name, text in given.items()}
