"""The life of one field of a record: the values it had, and taking one of them back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.errors import NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity
from shuke.records.history import history, history_table, restored_reason
from shuke.records.reading import get
from shuke.records.saving import save
from shuke.records.values import FieldChange, HistoryEntry, Saved

_SCANNED = 200


def field_history(actor: Actor, entity: Entity, id_: int, field: str, *, limit: int = 50) -> Iterator[tuple[HistoryEntry, FieldChange]]:
    """The changes of one field, newest first; nothing for a field that the actor may not read. The caller has checked the record."""
    before: int | None = None
    told = 0
    while True:
        entries = history(actor, entity, id_, limit=_SCANNED, before=before)
        for entry in entries:
            for change in entry.fields:
                if change.field == field:
                    yield entry, change
                    told += 1
                    if told >= limit:
                        return
        if len(entries) < _SCANNED:
            return
        before = entries[-1].id


def actors_of(entity: Entity, id_: int) -> list[str]:
    """The names of all who changed a record."""
    table = history_table.c
    return sorted(connection().scalars(sa.select(table.actor).distinct().where(table.entity == entity.name, table.record_id == id_)))


def restore_value(actor: Actor, entity: Entity, id_: int, entry: int, field: str, *, side: str, revision: int | None) -> Saved:
    """Save the value that a field had before (`old`) or since (`new`) a change, like any other change of the actor."""
    record = get(actor, entity, id_)
    if record.rights.get(field) not in ("read", "write") or policy(actor, entity).differs(field):
        raise NotFound(_("This change does not exist."))
    table = history_table.c
    row = connection().execute(
        sa.select(table.at, table.changes).where(table.id == entry, table.entity == entity.name, table.record_id == id_)
    ).first()
    one = entity.field(field)
    change = row.changes.get(one.id or field) if row is not None else None
    if row is None or change is None:
        raise NotFound(_("This change does not exist."))
    if one.fields and any(policy(actor, entity).right(f"{field}.{column.name}") not in ("read", "write") for column in one.fields):
        raise NotAllowed(_("You may not see all of this value, so you cannot bring it back."))
    value: Any = change[1] if side == "old" else change[2]
    if one.fields:
        value = _living_lines(value, record.values.get(field))
    return save(replace(actor, reason=restored_reason(row.at)), entity, {field: value}, id=id_, revision=revision)


def _living_lines(lines: Any, now: Any) -> list[dict[str, Any]]:
    """Lines that are gone come back as new ones."""
    there = {str(row.id) for row in now or ()}
    return [{name: value for name, value in line.items() if name != "id" or value in there} for line in lines or ()]
