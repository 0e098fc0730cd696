"""Doing something to many records at once: looked at first, then done, then undone if it was wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Response, make_response, request, url_for

from shuke import records, workflow
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import format_number, ngettext, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity
from shuke.fields import ChoiceType
from shuke.fields.link import is_id
from shuke.records import Saved
from shuke.records.batches import (
    Results,
    change_all,
    change_and_remember,
    delete_all,
    delete_and_remember,
    undo,
)
from shuke.records.titles import titles
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.bulk_offers import bulk_offers, editable_columns
from shuke.runtime.bulk_progress import bulk_progress
from shuke.runtime.bulk_trial import Outlook, outlook
from shuke.runtime.drawn import INPUT, Control
from shuke.runtime.entered import Entered, read_form
from shuke.runtime.list_state import Listing, listing
from shuke.screens.page import go_to_address, is_fragment_request, render, toast, trigger
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.transfer import bulk as bulk_work
from shuke.transfer.bulk import CHANGE, DELETE, STEP
from shuke.views import Column, FormField
from shuke.views.forms import form_field

MOST = 1000
"""So many records are changed while one waits; more would keep everybody else waiting, so they are changed in the background."""
MOST_FIELDS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a bulk edit."""

    path: str
    control: Control | None


@screen(blueprint, "/r/<entity>/bulk/edit", methods=["POST"], permission="signed_in", transaction="write")
def bulk_edit(entity: str) -> Response:
    """Give the chosen records the same values: choose the fields, look at what would change, do it."""
    listed = listing(entity)
    chosen = _chosen(listed)
    known = {one.path: one for one in editable_columns(listed.entity, listed.rights)}
    if not known:
        raise NotFound
    wish, _colon, at = request.form.get("do", "").partition(":")
    paths = [path for path in dict.fromkeys(request.form.getlist("field")) if path in known and not (wish == "remove" and path == at)][:MOST_FIELDS]
    items = [form_field(known[path].field) for path in paths]
    entered = read_form(items, request.form)
    values = {item.name: entered.values[item.name] for item in items if item.name in entered.values}
    if wish not in ("preview", "apply") or entered.errors or not values:
        return _edit_form(listed, chosen, known, items, entered, asks_for_more=wish == "add" or not items, status=422 if entered.errors and wish in ("preview", "apply") else 200)
    columns = [known[path] for path in paths]
    if wish == "preview":
        seen = outlook(actor(), listed.entity, chosen.ids, lambda: change_all(actor(), listed.entity, chosen.ids, values), columns)
        return _outlook(listed, chosen, "edit", _("Change records"), seen, done=_("Change them"), back=True)
    if chosen.are_many:
        return _in_background(listed, CHANGE, {"values": values})
    worked = change_and_remember(actor(), listed.entity, chosen.ids, values)
    return _done(listed, ngettext("%(number)s record is changed.", "%(number)s records are changed.", len(worked.changed)), worked.results, worked.batch)


@screen(blueprint, "/r/<entity>/bulk/delete", methods=["POST"], permission="signed_in", transaction="write")
def bulk_delete(entity: str) -> Response:
    """Put the chosen records into the recycle bin."""
    listed = listing(entity, "delete")
    chosen = _chosen(listed)
    if request.form.get("do") != "apply":
        seen = outlook(actor(), listed.entity, chosen.ids, lambda: delete_all(actor(), listed.entity, chosen.ids))
        return _outlook(listed, chosen, "delete", _("Delete records"), seen, done=_("Into the recycle bin"), danger=True)
    if chosen.are_many:
        return _in_background(listed, DELETE, {})
    worked = delete_and_remember(actor(), listed.entity, chosen.ids)
    return _done(listed, ngettext("%(number)s record is in the recycle bin.", "%(number)s records are in the recycle bin.", len(worked.changed)), worked.results, worked.batch)


@screen(blueprint, "/r/<entity>/bulk/do/<transition>", methods=["POST"], permission="signed_in", transaction="write")
def bulk_step(entity: str, transition: str) -> Response:
    """Take the chosen records through a transition that asks for nothing."""
    listed = listing(entity)
    label = dict(bulk_offers(actor(), listed.entity, listed.rights).steps).get(transition)
    if label is None:
        raise NotFound
    chosen = _chosen(listed)

    def fire() -> Results:
        return dict(zip(chosen.ids, workflow.fire_many(actor(), listed.entity, chosen.ids, transition), strict=True))

    if request.form.get("do") != "apply":
        return _outlook(listed, chosen, f"do/{transition}", label, outlook(actor(), listed.entity, chosen.ids, fire), done=label)
    if chosen.are_many:
        return _in_background(listed, STEP, {"step": transition})
    results = fire()
    moved = sum(isinstance(result, Saved) for result in results.values())
    return _done(listed, ngettext("%(step)s: %(number)s record.", "%(step)s: %(number)s records.", moved, step=label), results, 0)


@screen(blueprint, f"/bulk/{RECORD}/undo", methods=["POST"], permission="signed_in", transaction="write")
def bulk_undo(id: int) -> Response:
    """Take back what was done to many records, as far as nobody has changed them since."""
    undone = undo(actor(), id)
    toast(ngettext("%(number)s record is as it was before.", "%(number)s records are as they were before.", undone.back))
    if undone.left:
        toast(ngettext(
            "%(number)s record was left as it is, because somebody has changed it since.",
            "%(number)s records were left as they are, because somebody has changed them since.", undone.left,
        ), "warning")
    if not is_fragment_request():
        return go_to_address(url_for("runtime.record_list", entity=undone.entity))
    return trigger(make_response("", 200), "shuke:reload-list")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The records that are meant: the first of them, and how many there are in all."""

    ids: list[int]
    total: int
    is_capped: bool = False
    """There are still more."""

    @property
    def are_many(self) -> bool:
        return self.total > len(self.ids)

    @property
    def words(self) -> str:
        return format_number(self.total) + ("+" if self.is_capped else "")


def chosen_ids(listed: Listing) -> list[int]:
    """The records that are ticked."""
    ids = [int(word) for word in request.form.get("ids", "").split(",") if is_id(word)]
    if not ids or len(ids) > MOST:
        raise InvalidInput({"": [_("Choose at least one record, and at most %(most)s.", most=format_number(MOST))]})
    return list(dict.fromkeys(ids))


def _chosen(listed: Listing) -> Chosen:
    """The records that are ticked, or all that the list holds."""
    if request.form.get("all") != "1":
        ids = chosen_ids(listed)
        return Chosen(ids, len(ids))
    ids = list(islice(_all_ids(listed), MOST + 1))
    if len(ids) <= MOST:
        return Chosen(ids, len(ids))
    number, capped = records.count(actor(), listed.entity, listed.asked.first_page().query(listed.plan, ("id",), limit=1))
    return Chosen(ids[:MOST], max(number, len(ids)), capped)


def _all_ids(listed: Listing) -> Iterator[int]:
    asked = listed.asked.first_page().query(listed.plan, ("id",), limit=1)
    return (record.id for record in records.every(actor(), listed.entity, asked, "read"))


def _in_background(listed: Listing, kind: str, given: Mapping[str, Any]) -> Response:
    """Have it done to all that the list holds; the dialog then follows it."""
    id_ = bulk_work.begin(actor(), listed.entity, kind, given, _all_ids(listed))
    return bulk_progress(id_)


def _edit_form(
    listed: Listing, chosen: Chosen, known: Mapping[str, Column], items: Sequence[FormField], entered: Entered, *, asks_for_more: bool, status: int,
) -> Response:
    lines = [Line(item.name, _control(listed.entity, item, entered)) for item in items]
    if asks_for_more and len(lines) < min(MOST_FIELDS, len(known)):
        lines.append(Line("", None))
    return render(
        "runtime/bulk_edit.html", fragment="runtime/_bulk_edit.html", status=status, entity=listed.entity, lines=lines, total=chosen.words,
        number=chosen.total, offered=[(path, pick(one.label)) for path, one in known.items()], url=_url(listed, "edit"), back_url=listed.asked.url(),
        chosen=_carried(), may_add=len(lines) < min(MOST_FIELDS, len(known)) and all(line.path for line in lines),
    )


def _control(entity: Entity, item: FormField, entered: Entered) -> Control:
    """The input of a field, blank or as it was typed, for records that are different."""
    sent = item.name in request.form
    listed = isinstance(item.type.typed(None, item.field), list)
    typed = (request.form.getlist(item.name) if listed else request.form.getlist(item.name)[-1]) if sent else item.type.typed(None, item.field)
    target = item.type.rows("", item.field) or item.type.expression_type(item.field).entity
    ids = [int(value) for value in request.form.getlist(item.name) if is_id(value)] if target and sent else []
    found = titles(actor(), target, ids) if ids else {}
    return Control(
        item, item.name, f"bulk-{item.name}", pick(item.label), "", "", INPUT, typed, "", tuple(entered.errors.get(item.name, ())), False,
        choices=tuple(item.type.choices(item.field)) if isinstance(item.type, ChoiceType) else (),
        linked=tuple((str(id_), found.get(id_, f"#{id_}")) for id_ in ids), pick_url=f"/r/{entity.name}/pick/{item.name}" if target else "",
    )


def _outlook(listed: Listing, chosen: Chosen, way: str, title: str, seen: Outlook, *, done: str, danger: bool = False, back: bool = False) -> Response:
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in ("do", "csrf_token")]
    return render(
        "runtime/bulk_outlook.html", fragment="runtime/_bulk_outlook.html", entity=listed.entity, title=title, seen=seen, chosen=chosen, done=done, danger=danger,
        url=_url(listed, way), back=back, back_url=listed.asked.url(), carried=carried, format_number=format_number,
    )


def _done(listed: Listing, said: str, results: Results, batch: int) -> Response:
    refused = sum(not isinstance(result, Saved) for result in results.values())
    toast(said, undo=url_for("runtime.bulk_undo", id=batch) if batch else "")
    if refused:
        toast(ngettext("%(number)s record was refused.", "%(number)s records were refused.", refused), "warning")
    if not is_fragment_request():
        return go_to_address(listed.asked.url())
    return trigger(trigger(make_response("", 200), "shuke:close-dialog"), "shuke:reload-list")


def _url(listed: Listing, way: str) -> str:
    query = request.query_string.decode()
    return f"/r/{listed.entity.name}/bulk/{way}" + (f"?{query}" if query else "")


def _carried() -> list[tuple[str, str]]:
    """Which records are meant, for the next step."""
    return [("all", "1")] if request.form.get("all") == "1" else [("ids", request.form.get("ids", ""))]
