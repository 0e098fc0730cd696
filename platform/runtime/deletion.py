"""Deleting to the recycle bin, and taking back from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request, url_for

from shuke import records
from shuke.core.db import savepoint
from shuke.core.errors import InvalidInput, NotAllowed
from shuke.core.given import whole
from shuke.core.i18n import format_instant, ngettext, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields.link import is_id
from shuke.records import Link, Query
from shuke.records.deleting import Effect, effects
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.cells import cell_writer
from shuke.runtime.reach import app_label, entity_for, plural, shown_columns
from shuke.runtime.times import since
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import list_plan

_PAGE = 50
_MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class DeletedShown:
    """A record in the bin; who deleted it and when."""

    id: int
    title: str
    cells: tuple[tuple[str, str, bool], ...]
    """Label, text, and whether it is a number."""
    by: str
    when: str
    exact: str


@screen(blueprint, f"/r/<entity>/{RECORD}/delete", methods=["GET", "POST"], permission="signed_in", transaction="write")
def delete_record(entity: str, id: int) -> Response:
    """Ask, telling what else is touched; then put the record into the recycle bin."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    if "delete" not in record.operations:
        raise NotAllowed(_("You may see this record but not delete it."))
    if request.method == "GET":
        found = effects(visited, id)
        return render(
            "runtime/delete.html", fragment="runtime/_delete.html", entity=visited, record=record, app=app_label(visited), plural=plural(visited),
            touched=[_told(effect) for effect in found if effect.way != "restrict"], against=[_told(effect) for effect in found if effect.way == "restrict"],
        )
    records.delete(actor(), visited, id, request.form.get("_revision", type=whole))
    toast(_("“%(title)s” is in the recycle bin.", title=record.title), undo=url_for("runtime.restore_record", entity=entity, id=id))
    return go_to("runtime.record_list", entity=entity)


@screen(blueprint, "/r/<entity>/recycle", methods=["GET", "POST"], permission="signed_in", transaction="write")
def recycle_bin(entity: str) -> Response:
    """The deleted records, the last first; those that are ticked come back together."""
    visited, _rights = entity_for(actor(), entity, "delete")
    if request.method == "POST":
        _restore_all(visited, [int(text) for text in request.form.getlist("id") if is_id(text)][:_MOST_AT_ONCE])
        return go_to("runtime.recycle_bin", entity=entity)
    columns = shown_columns(actor(), visited, list_plan(catalogue(), entity).columns)[:5]
    names = tuple(dict.fromkeys([*(column.path for column in columns), "updated_at", "updated_by"]))
    asked = Query(
        fields=names, sort=("-updated_at",), limit=_PAGE, deleted=True, search=request.args.get("q", ""),
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )
    page = records.query(actor(), visited, asked)
    writers = [(column.path, pick(column.label), column.numeric, cell_writer(column.type, column.field)) for column in columns]
    rows = [
        DeletedShown(
            record.id, record.title, tuple((label, write(record.values.get(path)), numeric) for path, label, numeric, write in writers),
            by.title if isinstance(by := record.values.get("updated_by"), Link) else "", since(record.values["updated_at"]), format_instant(record.values["updated_at"]),
        )
        for record in page.records
    ]
    return render(
        "runtime/recycle.html", entity=visited, plural=plural(visited), app=app_label(visited),
        headings=[(label, numeric) for _path, label, numeric, _write in writers], rows=rows,
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


def _restore_all(entity: Entity, ids: Sequence[int]) -> None:
    """All of them or none."""
    try:
        with savepoint():
            for id_ in ids:
                records.restore(actor(), entity, id_)
    except InvalidInput as refused:
        toast(next(sentence for sentences in refused.by_field.values() for sentence in sentences), "danger")
        return
    toast(ngettext("%(number)s record is back.", "%(number)s records are back.", len(ids)) if ids else _("Choose at least one record."), "success" if ids else "info")


def _told(effect: Effect) -> str:
    """“3 loans: the link “reader” becomes blank.”"""
    words = {"count": effect.count, "entity": plural(effect.entity), "field": pick(effect.field.label)}
    if effect.way == "cascade":
        return _("%(entity)s: %(count)s are deleted too", **words)
    if effect.way == "clear":
        return _("%(entity)s: “%(field)s” becomes blank in %(count)s", **words)
    return _("%(entity)s: %(count)s refer to this record with “%(field)s”", **words)
