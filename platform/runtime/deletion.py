"""Deleting to the recycle bin, and taking back from it."""

from flask import Response, request, url_for

from shuke import records
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records import Query
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.cells import cell_writer
from shuke.runtime.reach import app_label, entity_for, plural, shown_columns
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import list_plan

_PAGE = 50


@screen(blueprint, f"/r/<entity>/{RECORD}/delete", methods=["POST"], permission="signed_in", transaction="write")
def delete_record(entity: str, id: int) -> Response:
    """Put the record into the recycle bin."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    records.delete(actor(), visited, id, request.form.get("_revision", type=int))
    toast(_("“%(title)s” is in the recycle bin.", title=record.title))
    return go_to("runtime.record_list", entity=entity)


@screen(blueprint, "/r/<entity>/recycle", permission="signed_in")
def recycle_bin(entity: str) -> Response:
    """The deleted records, the last first."""
    visited, _rights = entity_for(actor(), entity, "delete")
    columns = shown_columns(actor(), visited, list_plan(catalogue(), entity).columns)
    asked = Query(
        fields=tuple(column.path for column in columns), sort=("-updated_at",), limit=_PAGE, deleted=True,
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )
    page = records.query(actor(), visited, asked)
    writers = [(column.path, cell_writer(column.type, column.field)) for column in columns]
    return render(
        "runtime/recycle.html", entity=visited, plural=plural(visited), app=app_label(visited),
        headings=[(pick(column.label), column.numeric) for column in columns],
        rows=[(record.id, [write(record.values.get(path)) for path, write in writers]) for record in page.records],
        newer=url_for("runtime.recycle_bin", entity=entity, before=page.previous) if page.previous else "",
        older=url_for("runtime.recycle_bin", entity=entity, after=page.next) if page.next else "",
    )


@screen(blueprint, f"/r/<entity>/{RECORD}/restore", methods=["POST"], permission="signed_in", transaction="write")
def restore_record(entity: str, id: int) -> Response:
    """Take the record back from the recycle bin."""
    visited, _rights = entity_for(actor(), entity, "delete")
    records.restore(actor(), visited, id)
    toast(_("The record is back."))
    return go_to("runtime.record_page", entity=entity, id=id)
