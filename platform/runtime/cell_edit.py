"""Writing one value where it stands in a list: the cell becomes the field's input, and the row is drawn anew."""

import json
from typing import Any

from flask import Response, request

from shuke import records
from shuke.access.policy import policy
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from shuke.core.given import json_of, whole
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields.link import is_id
from shuke.records import Masked, NeedsConfirmation, Query, Record
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.cells import cell_writer
from shuke.runtime.controls import controls
from shuke.runtime.entered import Entered, read_form
from shuke.runtime.list_rows import can_edit, drawn
from shuke.runtime.list_state import listing
from shuke.runtime.reach import entity_for
from shuke.runtime.related import related_row
from shuke.runtime.states import form_state
from shuke.screens.page import go_to, is_fragment_request, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import FormPlan
from shuke.views.columns import column
from shuke.views.forms import form_field, form_node


@screen(blueprint, f"/r/<entity>/{RECORD}/cell/<field>", methods=["GET", "POST"], permission="signed_in", transaction="write")
def edit_cell(entity: str, id: int, field: str) -> Response:
    """The input of one field of one record; what it sends is saved."""
    visited, _rights = entity_for(actor(), entity)
    record = _record(visited, id, field)
    plan = _plan(visited, field)
    if request.method == "GET":
        return _form(plan, record, None)
    entered = read_form(plan.fields, request.form, {plan.fields[0].name: _was()})
    if plan.fields[0].name not in entered.values:
        return _form(plan, record, None, status=422)
    try:
        if entered.errors:
            raise InvalidInput(entered.errors)
        _save(visited, plan, record, entered)
    except Conflict:
        theirs = cell_writer(plan.fields[0].type, plan.fields[0].field)(record.values.get(field))
        said = _("Somebody else has just written “%(value)s” here. Press Enter to save yours instead.", value=theirs or _("(blank)"))
        return _form(plan, record, entered, (said,), 409)
    except NeedsConfirmation as doubt:
        return _form(plan, record, entered, tuple(one.sentence for one in doubt.warnings), 422, asks=True)
    except InvalidInput as refused:
        entered.add_errors({name: said for name, said in refused.by_field.items() if name == field})
        others = tuple(sentence for name, said in refused.by_field.items() if name != field for sentence in said)
        return _form(plan, record, entered, others, 422)
    return _row(entity, id) if is_fragment_request() else _back(entity, id)


def _record(entity: Entity, id_: int, field: str) -> Record:
    """The record, if this field of it can be written here."""
    if not entity.has(field):
        raise NotFound
    record = records.get(actor(), entity, id_)
    if record.rights.get(field, "hidden") == "hidden":
        raise NotFound
    is_writable = record.rights[field] == "write" and not isinstance(record.values.get(field), Masked)
    if not is_writable or "update" not in record.operations or not can_edit(policy(actor(), entity), column(catalogue(), entity, field)):
        raise NotAllowed(_("You may see this value but not change it here."))
    return record


def _plan(entity: Entity, field: str) -> FormPlan:
    def make() -> FormPlan:
        item = form_field(entity.field(field))
        return FormPlan(entity, None, (form_node(item),), (item,))

    return catalogue().derived(("cell form", entity.name, field), make)


def _save(entity: Entity, plan: FormPlan, record: Record, entered: Entered) -> None:
    """Somebody else's change of another field is no reason to ask."""
    name = plan.fields[0].name
    revision = request.form.get("_revision", type=whole)
    if revision != record.revision and _was() != _stored(plan, record):
        raise Conflict(_("Someone else saved this record before you."), revision=record.revision)
    records.save(actor(), entity, {name: entered.values[name]}, id=record.id, revision=record.revision, accept_warnings="_accept" in request.form)


def _stored(plan: FormPlan, record: Record) -> Any:
    item = plan.fields[0]
    value = record.values.get(item.name)
    return None if value is None else item.type.dump(value, item.field)


def _was() -> Any:
    """The value that the cell had when it was opened."""
    try:
        return json_of(request.form.get("_was", "null"))
    except ValueError:
        return None


def _form(
    plan: FormPlan, record: Record, entered: Entered | None, said: tuple[str, ...] = (), status: int = 200, *, asks: bool = False,
) -> Response:
    state = form_state(plan.entity, plan, record, entered, prefix="cell", with_errors=False)
    (control,) = controls(state)
    query = request.query_string.decode()
    url = f"/r/{plan.entity.name}/{record.id}/cell/{plan.fields[0].name}" + (f"?{query}" if query else "")
    return render(
        "runtime/cell.html", fragment="runtime/_cell.html", status=status, entity=plan.entity, record=record, control=control, url=url, said=said,
        label=pick(plan.fields[0].label), revision=record.revision, was=json.dumps(_stored(plan, record)), asks=asks,
    )


def _back(entity: str, id_: int) -> Response:
    """A form that was sent before the page listened: to the page with what was written, since a row alone is none."""
    toast(_("Saved."))
    owner, owner_id, _key = [*request.args.get("related", "").split("/"), "", ""][:3]
    return go_to("runtime.record_page", entity=owner, id=int(owner_id)) if is_id(owner_id) else go_to("runtime.record_page", entity=entity, id=id_)


def _row(entity: str, id_: int) -> Response:
    """The record's row in the list that the address describes, to take the place of the old one."""
    if place := request.args.get("related", ""):
        return related_row(place, entity, id_)
    listed = listing(entity)
    found = records.query(actor(), listed.entity, Query(fields=listed.fields, ids=(id_,), count=False)).records
    response = render(
        "runtime/_rows.html", rows=drawn(listed, found),
    )
    response.headers["HX-Retarget"] = f'tr[data-href="/r/{entity}/{id_}"]'
    response.headers["HX-Reswap"] = "outerHTML"
    return response
