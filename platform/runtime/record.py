"""The page of one record: header, fields by sections, related lists, history."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request
from markupsafe import Markup

from shuke import records
from shuke.access.policy import policy
from shuke.core.i18n import format_instant, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Condition, FieldChange, HistoryEntry, Query, Record, Row
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.cells import cell_writer
from shuke.runtime.list_request import ListRequest
from shuke.runtime.printing import prints
from shuke.runtime.reach import app_label, entity_for, plural, readable, shown_columns
from shuke.runtime.record_tabs import HISTORY, OVERVIEW, record_tabs
from shuke.runtime.rows import attributes_of_first, drawn_rows
from shuke.runtime.transitions import ways
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column, FormField, FormNode, RecordPlan, RelatedPlan, record_plan

_HISTORY_PAGE = 30


@dataclass(frozen=True, slots=True)
class ValueShown:
    label: str
    help: str
    text: str
    is_wide: bool
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class TableShown:
    """The lines of a sub-table."""

    label: str
    headings: tuple[tuple[str, bool], ...]
    """Label, and whether numbers stand under it."""
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SectionShown:
    label: str
    columns: int
    values: tuple[ValueShown, ...]
    tables: tuple[TableShown, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class RelatedShown:
    """Records that point here; `box` is the id of their part of the page."""

    entity: Entity
    box: str
    label: str
    headings: tuple[tuple[str, bool], ...]
    first: Markup
    """The attributes of the first cells."""
    rows: tuple[tuple[str, str, tuple[tuple[Markup, str], ...]], ...]
    """Address, title, and attributes and text of the further cells."""
    blank: str
    all_url: str
    new_url: str
    dialog_url: str
    has_more: bool


@screen(blueprint, f"/r/<entity>/{RECORD}", permission="signed_in")
def record_page(entity: str, id: int) -> Response:
    """One record, to read and to go on from."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    plan = record_plan(catalogue(), entity)
    return render(
        "runtime/record.html", entity=visited, record=record, app=app_label(visited), plural=plural(visited), tabs=record_tabs(record, OVERVIEW),
        header=list(_header(plan, record)), shown_sections=list(_sections(plan.form.nodes, record)),
        related=[_related(item, record) for item in plan.related if _reaches(item)],
        ways=ways(record), may=record.operations, prints=prints(record),
    )


@screen(blueprint, f"/r/<entity>/{RECORD}/history", permission="signed_in")
def record_history(entity: str, id: int) -> Response:
    """Who changed what and when, the newest first."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    before = request.args.get("before", type=int)
    entries = records.history(actor(), visited, id, limit=_HISTORY_PAGE, before=before)
    return render(
        "runtime/history.html", fragment="runtime/_history.html", entity=visited, record=record, app=app_label(visited),
        plural=plural(visited), tabs=record_tabs(record, HISTORY), entries=[_entry(entry) for entry in entries], header=(),
        older=entries[-1].id if len(entries) == _HISTORY_PAGE else None, is_first=before is None,
    )


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One change, in words."""

    actor: str
    did: str
    at: datetime
    when: str
    reason: str
    fields: tuple[FieldChange, ...]
    is_new: bool
    """The record began here: there are no old values."""


def _entry(entry: HistoryEntry) -> EntryShown:
    did = {"created": _("added this"), "updated": _("changed this"), "deleted": _("deleted this"), "restored": _("restored this")}
    return EntryShown(entry.actor, did.get(entry.action, entry.action), entry.at, format_instant(entry.at), entry.reason, entry.fields, entry.action == "created")


def _header(plan: RecordPlan, record: Record) -> Iterator[ValueShown]:
    """The fields beside the title; blank ones are left out."""
    shown = readable(actor(), plan.header)
    values = _with_dotted(shown, record)
    for column in shown:
        if text := cell_writer(column.type, column.field)(values.get(column.path)):
            yield ValueShown(pick(column.label), "", text, False)


def _with_dotted(columns: Iterable[Column], record: Record) -> Mapping[str, Any]:
    """The record's values, with those that lie behind links."""
    dotted = tuple(column.path for column in columns if "." in column.path)
    if not dotted:
        return record.values
    found = records.query(actor(), record.entity, Query(fields=dotted, ids=(record.id,), count=False)).records
    return {**record.values, **(found[0].values if found else {})}


def _sections(nodes: Iterable[FormNode], record: Record) -> Iterator[SectionShown]:
    """The form's parts as parts of a page; fields outside any section make one of their own."""
    loose: list[FormNode] = []
    for node in nodes:
        if node.type == "tab":
            yield from _flushed(loose, record)
            yield from _sections(node.nodes, record)
        elif node.type in {"section", "columns"}:
            yield from _flushed(loose, record)
            yield from _flushed([inner for inner in node.walk() if inner.field], record, pick(node.label), node.columns)
        else:
            loose.append(node)
    yield from _flushed(loose, record)


def _flushed(nodes: list[FormNode], record: Record, label: str = "", columns: int = 2) -> Iterator[SectionShown]:
    fields = [node.field for node in nodes if node.field and _is_there(node, node.field, record)]
    nodes.clear()
    if not fields:
        return
    values = tuple(_value(field, record.values.get(field.name)) for field in fields if not field.columns)
    tables = tuple(_table(field, record) for field in fields if field.columns)
    yield SectionShown(label, columns, values, tables)


def _is_there(node: FormNode, field: FormField, record: Record) -> bool:
    """A field that is only sometimes there is not shown blank."""
    if field.name not in record.values:
        return False
    sometimes = bool(node.visible or field.field.visible_if)
    return not sometimes or record.values[field.name] not in (None, ())


def _value(field: FormField, value: Any) -> ValueShown:
    return ValueShown(pick(field.label), pick(field.help), cell_writer(field.type, field.field)(value), field.is_wide)


def _table(field: FormField, record: Record) -> TableShown:
    rights = policy(actor(), record.entity)
    columns = [column for column in field.columns if rights.right(f"{field.name}.{column.name}") != "hidden"]
    writers = [(column.name, cell_writer(column.type, column.field)) for column in columns]
    rows: Iterable[Row] = record.values[field.name] or ()
    return TableShown(
        pick(field.label), tuple((pick(column.label), column.is_numeric) for column in columns),
        tuple(tuple(write(row.values.get(name)) for name, write in writers) for row in rows),
    )


def _reaches(item: RelatedPlan) -> bool:
    rights = policy(actor(), item.entity)
    return rights.may("read") and rights.right(item.via) in {"read", "write"}


def _related(item: RelatedPlan, record: Record) -> RelatedShown:
    columns = shown_columns(actor(), item.entity, item.columns)
    here = Condition(item.via, "is", (str(record.id),))
    page = records.query(actor(), item.entity, Query(
        fields=tuple(column.path for column in columns), conditions=(here,), sort=item.sort, limit=item.limit, count=False,
    ))
    rows = tuple(
        (f"/r/{item.entity.name}/{found.id}", title, cells) for found, title, cells in drawn_rows(columns, page.records)
    )
    listed = ListRequest(item.entity.name, conditions=(here,))
    may_add = policy(actor(), item.entity).may("create") and not record.deleted
    new_url = f"/r/{item.entity.name}/new?{item.via}={record.id}"
    box = f"related-{item.entity.name}-{item.via}"
    return RelatedShown(
        item.entity, box, pick(item.label), tuple((pick(column.label), column.numeric) for column in columns), attributes_of_first(columns), rows,
        _("(blank)"), listed.url(),
        new_url if may_add else "", f"{new_url}&dialog=1&box={box}", bool(page.next),
    )
