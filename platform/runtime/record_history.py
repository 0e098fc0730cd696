"""What happened to a record: all of it with filters, or the life of one field, and bringing an old value back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge

from flask import Response, request

from shuke import records
from shuke.core.errors import Conflict, InvalidInput, NotFound
from shuke.core.given import whole
from shuke.core.i18n import format_instant, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.fields import FIELD_TYPES
from shuke.records import FieldChange, HistoryEntry
from shuke.records.comments import CommentVersion, comment_versions
from shuke.records.field_history import actors_of, field_history, restore_value
from shuke.records.history import SYSTEM
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.cells import cell_writer
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.record_values import head
from shuke.runtime.times import since
from shuke.screens.page import go_to_address, render, toast
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import record_plan

_PAGE = 30
_FIELD_PAGE = 50


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One change, in words."""

    id: int
    actor: str
    did: str
    icon: str
    at: datetime
    when: str
    exact: str
    reason: str
    fields: tuple[FieldChange, ...]
    is_new: bool
    """The record began here: there are no old values."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ValueThen:
    """A value that a field had."""

    entry: int
    actor: str
    when: str
    exact: str
    reason: str
    text: str
    side: str
    is_now: bool


@screen(blueprint, f"/r/<entity>/{RECORD}/history", permission="signed_in")
def record_history(entity: str, id: int) -> Response:
    """Who changed what and when, the newest first; of one person or kind if wanted."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    before, by, kind = request.args.get("before", type=whole), request.args.get("by", ""), request.args.get("kind", "")
    actions = (kind,) if kind in _ACTIONS else ()
    changes = [] if kind == "comment" else records.history(actor(), visited, id, limit=_PAGE, before=before, by=by, actions=actions)
    said = [] if actions else [one for one in comment_versions(visited, id, limit=_PAGE, before=before) if not by or one.author == by]
    entries = list(merge((_entry(entry) for entry in changes), (_said(one) for one in said), key=lambda one: -one.id))[:_PAGE]
    full = len(changes) == _PAGE or len(said) == _PAGE
    asked = {name: value for name, value in (("by", by), ("kind", kind)) if value}
    return render(
        "runtime/history.html", fragment="runtime/_history.html", entity=visited, record=record, app=app_label(visited),
        plural=plural(visited), entries=entries, head=head(record_plan(catalogue(), entity), record), is_first=before is None, asked=asked,
        older=entries[-1].id if full and entries else None, people=[(name, _("System") if name == SYSTEM else name) for name in actors_of(visited, id)],
        kinds=[("created", _("Added")), ("updated", _("Changed")), ("deleted", _("Deleted")), ("restored", _("Restored")), ("comment", _("Comments"))],
    )


_ACTIONS = frozenset({"created", "updated", "deleted", "restored"})


@screen(blueprint, f"/r/<entity>/{RECORD}/history/<field>", permission="signed_in")
def value_history(entity: str, id: int, field: str) -> Response:
    """The values that one field had, with the way back to each."""
    visited, rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    if not visited.has(field) or record.rights.get(field, "hidden") == "hidden":
        raise NotFound
    one = visited.field(field)
    values = list(_values(field_history(actor(), visited, id, field, limit=_FIELD_PAGE)))
    is_open = "update" in record.operations and rights.right(field, "update") == "write" and record.rights.get(field) in ("read", "write")
    may_restore = is_open and not (one.read_only or one.formula or one.option("workflow") or one.option("frozen")) and one.type not in ("autonumber", "rollup", "lookup", "balance")
    return render(
        "runtime/value_history.html", fragment="runtime/_value_history.html", entity=visited, record=record, app=app_label(visited), plural=plural(visited),
        label=pick(one.label), values=values, now="" if one.fields else _shown(visited.name, field, record.values.get(field)), may_restore=may_restore,
        url=f"/r/{entity}/{id}/history/{field}/restore",
    )


@screen(blueprint, f"/r/<entity>/{RECORD}/history/<field>/restore", methods=["POST"], permission="signed_in", transaction="write")
def restore_old_value(entity: str, id: int, field: str) -> Response:
    """Bring an old value back: a change like any other, with its reason in the history."""
    visited, _rights = entity_for(actor(), entity)
    if not visited.has(field):
        raise NotFound
    entry, side = request.form.get("entry", 0, type=whole), "old" if request.form.get("side") == "old" else "new"
    try:
        restore_value(actor(), visited, id, entry, field, side=side, revision=request.form.get("_revision", type=whole))
    except InvalidInput as refused:
        toast(next((sentence for sentences in refused.by_field.values() for sentence in sentences), _("This cannot be saved yet.")), "danger")
    except Conflict:
        toast(_("Somebody saved this record while you were working on it."), "danger")
    else:
        toast(_("The old value of “%(field)s” is back.", field=pick(visited.field(field).label)))
    return go_to_address(f"/r/{entity}/{id}")


def _entry(entry: HistoryEntry) -> EntryShown:
    did = {"created": _("added this"), "updated": _("changed this"), "deleted": _("deleted this"), "restored": _("restored this")}
    icons = {"created": "plus", "updated": "pencil", "deleted": "trash", "restored": "restore"}
    return EntryShown(
        entry.id, entry.actor, did.get(entry.action, entry.action), icons.get(entry.action, "pencil"), entry.at, since(entry.at), format_instant(entry.at),
        entry.reason, entry.fields, entry.action == "created",
    )


def _said(one: CommentVersion) -> EntryShown:
    did = {"written": _("commented"), "edited": _("changed a comment"), "deleted": _("took a comment back")}
    return EntryShown(one.id, one.author, did[one.state], "message", one.at, since(one.at), format_instant(one.at), "", (), False, one.text)


def _values(changes: Iterable[tuple[HistoryEntry, FieldChange]]) -> Iterator[ValueThen]:
    """Each value with who gave it; what stood there before the first known change comes last."""
    last: tuple[HistoryEntry, FieldChange] | None = None
    for number, (entry, change) in enumerate(changes):
        last = (entry, change)
        yield ValueThen(entry.id, entry.actor, since(entry.at), format_instant(entry.at), entry.reason, change.new, "new", number == 0)
    if last is not None and last[1].old:
        entry, change = last
        yield ValueThen(entry.id, "", "", "", _("before"), change.old, "old", False)


def _shown(entity: str, name: str, value: object) -> str:
    field = catalogue().entity(entity).field(name)
    return cell_writer(FIELD_TYPES[field.type], field)(value)
