"""Where the entries of a timeline come from: other records, comments, changes, files, movements; each a stream, newest first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from markupsafe import Markup

from shuke import ledgers, records
from shuke.access.policy import policy
from shuke.core import clock
from shuke.core.i18n import format_day, format_number, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Field
from shuke.fields import FIELD_TYPES
from shuke.records import Condition, FieldChange, FileRef, Link, Masked, Query, Record, paging
from shuke.records.comments import comments
from shuke.runtime.balances import balances
from shuke.runtime.cells import cell_writer
from shuke.runtime.movements import source_urls
from shuke.runtime.reach import plural, readable
from shuke.screens.visitor import actor
from shuke.views import Column, EntryPlan, RecordPlan

COMMENTS, CHANGES, FILES, MOVEMENTS = "comments", "changes", "files", "movements"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a timeline."""

    kind: str
    token: str
    """The place in its source from which older ones are asked."""
    at: datetime
    has_time: bool
    """Not only a day."""
    icon: str
    label: str
    """What kind of thing it is."""
    title: str = ""
    url: str = ""
    text: str = ""
    badges: tuple[str | Markup, ...] = ()
    person: str = ""
    changes: tuple[FieldChange, ...] = ()
    is_new: bool = False
    file: FileRef | None = None
    comment: int = 0
    is_mine: bool = False
    is_edited: bool = False
    amount: str = ""
    is_less: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A stream of entries; `read(limit, token)` gives those after a place."""

    key: str
    kind: str
    label: str
    read: Callable[[int, str], list[Item]]


def sources(plan: RecordPlan, record: Record) -> Iterator[Source]:
    """All streams of a record that the visitor may read."""
    declared = plan.timeline.declared
    if declared.comments:
        yield Source(COMMENTS, COMMENTS, _("Comments"), lambda limit, token: _comments(record, limit, token, with_file=None if declared.files else False))
    for number, entry in enumerate(plan.timeline.entries):
        if _reaches(entry):
            yield Source(f"{number}", entry.entity.name, plural(entry.entity), _reader(entry, record))
    if declared.changes:
        yield Source(CHANGES, CHANGES, _("Changes"), lambda limit, token: _changes(record, limit, token))
    for field in balances(record):
        yield Source(f"m-{field.name}", MOVEMENTS, _("Movements"), _movements_reader(record, field))


# Records of other entities


def _reaches(entry: EntryPlan) -> bool:
    """The actor reads such records, the link unmasked, and when it was."""
    owner = entry.entity
    for name in entry.via.split("."):
        if policy(actor(), owner).right(name) not in {"read", "write"} or not policy(actor(), owner).may("read"):
            return False
        target = owner.field(name).entity
        owner = catalogue().entities.get(target, owner)
    return any(column.path == entry.at.path for column in readable(actor(), [entry.at])) and policy(actor(), entry.entity).right(entry.at.path.split(".")[0]) != "masked"


def _reader(entry: EntryPlan, record: Record) -> Callable[[int, str], list[Item]]:
    def read(limit: int, token: str) -> list[Item]:
        shown = readable(actor(), entry.columns)
        names = tuple(dict.fromkeys([*(column.path for column in shown), "created_by"]))
        page = records.query(actor(), entry.entity, Query(
            fields=names, conditions=(Condition(entry.via, "is", (str(record.id),)),), sort=(f"-{entry.at.path}",), limit=limit, after=token, count=False,
        ))
        return [_entry(entry, shown, found) for found in page.records if isinstance(found.values.get(entry.at.path), date)]  # a masked day has no place

    return read


def _entry(entry: EntryPlan, shown: tuple[Column, ...], found: Record) -> Item:
    def written(column: Column | None) -> str:
        if column is None or column not in shown:
            return ""
        return cell_writer(column.type, column.field)(found.values.get(column.path))

    when = found.values[entry.at.path]
    by = found.values.get("created_by")
    title = _plain(entry.title, found, shown) or found.title or _("(blank)")
    return Item(
        entry.entity.name, paging.encode([when, found.id]), _instant(when), isinstance(when, datetime), entry.icon, pick(entry.entity.label), title,
        f"/r/{entry.entity.name}/{found.id}", _plain(entry.text, found, shown),
        tuple(filter(None, map(written, entry.badges))), by.title if isinstance(by, Link) else "",
    )


def _plain(column: Column | None, found: Record, shown: tuple[Column, ...]) -> str:
    if column is None or column not in shown:
        return ""
    value = found.values.get(column.path)
    return value.text if isinstance(value, Masked) else FIELD_TYPES[column.field.type].format(value, column.field) if value is not None else ""


def _instant(value: Any) -> datetime:
    """A day begins at midnight on the company's wall clock."""
    if isinstance(value, datetime):
        return value
    assert isinstance(value, date)
    return datetime.combine(value, time.min, clock.zone())


# What is about the record itself


def _comments(record: Record, limit: int, token: str, *, with_file: bool | None) -> list[Item]:
    me = actor().id
    return [
        Item(
            COMMENTS, str(one.id), one.at, True, "paperclip" if one.file and not one.text else "message", _("Comment"), text=one.text, person=one.author,
            file=one.file, comment=one.id, is_mine=one.author_id == me, is_edited=one.is_edited,
        )
        for one in comments(record.entity, record.id, limit=limit, before=int(token) if token else None, with_file=with_file)
    ]


def _changes(record: Record, limit: int, token: str) -> list[Item]:
    did = {"created": _("added this"), "updated": _("changed this"), "deleted": _("deleted this"), "restored": _("restored this")}
    entries = records.history(actor(), record.entity, record.id, limit=limit, before=int(token) if token else None)
    return [
        Item(
            CHANGES, str(entry.id), entry.at, True, "plus" if entry.action == "created" else "pencil", _("Change"), did.get(entry.action, entry.action),
            person=entry.actor, text=entry.reason, changes=() if entry.action == "created" else entry.fields, is_new=entry.action == "created",
        )
        for entry in entries
    ]


def is_told(item: Item) -> bool:
    """A change of which the reader may see no field says nothing."""
    return item.kind != CHANGES or item.is_new or bool(item.changes) or item.title != _("changed this")


def _movements_reader(record: Record, field: Field) -> Callable[[int, str], list[Item]]:
    ledger = catalogue().ledgers[str(field.option("ledger"))]

    def read(limit: int, token: str) -> list[Item]:
        found = []
        movements = ledgers.entries(ledger, record.id, limit=limit, before=int(token) if token else None)
        urls = source_urls(movements)
        for movement in movements:
            entry, change = movement.entry, format_number(movement.change, ledger.scale)
            found.append(Item(
                MOVEMENTS, str(movement.sequence), entry.created_at, True, "coins", pick(field.label),
                pick(ledger.kind(entry.kind).label) if entry.kind in ledger.kinds else entry.kind,
                urls.get(entry.source, ""), entry.memo, amount=f"+{change}" if movement.change > 0 else change,
                is_less=movement.change < 0, badges=(format_day(entry.business_date),) if entry.business_date != clock.local(entry.created_at).date() else (),
            ))
        return found

    return read
