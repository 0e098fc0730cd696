"""Moving a card: to another lane by a step of the workflow or by saving the option, to another day by saving the date."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, make_response, request

from shuke import records, workflow
from shuke.core import clock
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.records import NeedsConfirmation, Record
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.calendars import days_taken, end_column, start_column
from shuke.runtime.lanes import drawn_lanes, lane_column, lane_label
from shuke.runtime.list_state import Listing, listing
from shuke.runtime.lists import drawn_list
from shuke.runtime.transitions import needs_dialog
from shuke.screens.page import render, toast, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column
from shuke.workflow.offering import Offer
from shuke.workflow.steps import steps

BOX = "board"
"""Says that a step was begun on a board, to which its dialog leads back."""


@screen(blueprint, f"/r/<entity>/{RECORD}/move", methods=["POST"], permission="signed_in", transaction="write")
def move_card(entity: str, id: int) -> Response:
    """Put a card into the lane `to`; `was` is the one that it was seen in. The address says which board it is."""
    listed = listing(entity)
    if listed.kind != "board":
        raise NotFound
    record, by = records.get(actor(), listed.entity, id), lane_column(listed)
    was, to = request.form.get("was", ""), request.form.get("to", "")
    now = record.values.get(by.path) or ""

    def lanes(status: int) -> Response:
        return make_response(drawn_lanes(listed, {was, to, now}, record.id), status)

    if now != was:
        toast(_("“%(title)s” is in “%(lane)s” by now; somebody else has moved it.", title=record.title, lane=lane_label(by, now)), "warning")
        return lanes(409)
    if to == now:
        return lanes(200)
    if by.field.option("workflow"):
        return _step(listed, record, by, to, lanes)
    return _saved(record, {by.path: to or None}, lanes, lambda: toast(_("“%(title)s” is now in “%(lane)s”.", title=record.title, lane=lane_label(by, to))))


@screen(blueprint, f"/r/<entity>/{RECORD}/steps", permission="signed_in")
def choose_step(entity: str, id: int) -> Response:
    """Several steps lead to a lane: choose one."""
    listed = listing(entity)
    if listed.kind != "board":
        raise NotFound
    record, by, to = records.get(actor(), listed.entity, id), lane_column(listed), request.args.get("to", "")
    found = [(pick(one.transition.label), _do_url(record, one.transition.name)) for one in _offers(record, by, to) if not one.objection]
    return render(
        "runtime/steps.html", fragment="runtime/_steps.html", entity=listed.entity, record=record, steps=found, lane=lane_label(by, to), back=f"/r/{entity}/{id}",
    )


@screen(blueprint, f"/r/<entity>/{RECORD}/reschedule", methods=["POST"], permission="signed_in", transaction="write")
def reschedule(entity: str, id: int) -> Response:
    """Put a record on the day `to`, with as many days as it takes; `was` is the day that it was taken from."""
    listed = listing(entity)
    if listed.kind != "calendar":
        raise NotFound
    record, end = records.get(actor(), listed.entity, id), end_column(actor(), listed)
    was, to, taken = _day("was"), _day("to"), days_taken(listed, record, end)
    if taken is None or not taken[0] <= was <= taken[1]:
        toast(_("“%(title)s” stands on another day by now; somebody else has moved it.", title=record.title), "warning")
        return drawn_list(listed, status=409)
    if was == to:
        return drawn_list(listed)
    values = {one.path: _shifted(record, one, to - was) for one in (start_column(listed), end) if one and record.values.get(one.path) is not None}
    return _saved(record, values, lambda status: drawn_list(listed, status=status), lambda: toast(_("“%(title)s” was moved.", title=record.title)))


def _step(listed: Listing, record: Record, by: Column, to: str, lanes: Callable[[int], Response]) -> Response:
    """Take the step that leads to the lane; one that asks for something, or may be meant differently, goes on in the dialog."""
    found = _offers(record, by, to)
    open_ = [one for one in found if not one.objection]
    if not open_:
        toast(_refusal(record, by, to, found), "warning")
        return lanes(422)
    if len(open_) > 1:
        return _ask(listed.asked.url(f"/{record.id}/steps") + f"{'&' if '?' in listed.asked.url() else '?'}to={to}")
    step = open_[0].transition
    if needs_dialog(step):
        return _ask(_do_url(record, step.name))
    try:
        workflow.fire(actor(), record.entity, record.id, step.name, {}, record.revision)
    except NeedsConfirmation:
        return _ask(_do_url(record, step.name))
    except (Conflict, InvalidInput, NotAllowed) as refused:
        toast(_said(record, refused), "warning")
        return lanes(422)
    toast(_("%(step)s: done.", step=pick(step.label)))
    return lanes(200)


def _saved(record: Record, values: Mapping[str, Any], drawn: Callable[[int], Response], done: Callable[[], None]) -> Response:
    """Save what the new place means, through the one door; doubts are asked about in the dialog."""
    try:
        records.save(actor(), record.entity, values, id=record.id, revision=record.revision, accept_warnings="_accept" in request.form)
    except NeedsConfirmation as doubt:
        response = render(
            "runtime/doubts.html", fragment="runtime/_doubts.html", status=422, entity=record.entity, record=record, doubts=doubt.warnings, address=request.full_path,
            given=[(name, value) for name, value in request.form.items() if name in ("was", "to")],
        )
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog-body", "innerHTML"
        return response
    except (Conflict, InvalidInput, NotAllowed) as refused:
        toast(_said(record, refused), "warning")
        return drawn(422)
    done()
    return trigger(drawn(200), "shuke:close-dialog") if "_accept" in request.form else drawn(200)


def _offers(record: Record, by: Column, to: str) -> list[Offer]:
    """The steps of this workflow that lead from where the record stands to the lane."""
    own = {id(step.transition) for step in steps(record.entity) if step.field.name == by.field.name}
    return [one for one in workflow.offers(actor(), record) if one.transition.target == to and id(one.transition) in own]


def _refusal(record: Record, by: Column, to: str, found: list[Offer]) -> str:
    if found:
        return " ".join(dict.fromkeys(one.objection for one in found))
    now = record.values.get(by.path) or ""
    return _("No step that you may take leads from “%(now)s” to “%(lane)s”.", now=lane_label(by, now), lane=lane_label(by, to))


def _said(record: Record, refused: PlatformError) -> str:
    """Why it could not be saved, each sentence with the field that it is about."""
    if not isinstance(refused, InvalidInput):
        return str(refused)
    said = []
    for name, sentences in refused.by_field.items():
        label = pick(record.entity.field(name).label) if record.entity.has(name) else ""
        said += [_("%(field)s: %(sentence)s", field=label, sentence=sentence) if label else sentence for sentence in sentences]
    return " ".join(said)


def _ask(address: str) -> Response:
    """Go on in the dialog; nothing is moved yet."""
    return trigger(make_response("", 200), "shuke:ask", {"url": address})


def _do_url(record: Record, step: str) -> str:
    return f"/r/{record.entity.name}/{record.id}/do/{step}?box={BOX}"


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise InvalidInput({"to": [_("Choose a day.")]}) from None


def _shifted(record: Record, one: Column, by: timedelta) -> Any:
    """The value so many days later, at the same time of the company's wall clock."""
    value = record.values[one.path]
    try:
        moved = (clock.local(value).replace(tzinfo=None) + by).replace(tzinfo=clock.zone()) if isinstance(value, datetime) else value + by
    except OverflowError:
        raise InvalidInput({one.path: [_("Choose a day.")]}) from None
    return one.type.dump(moved, one.field)
