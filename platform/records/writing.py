"""Putting sound drafts into the tables: a few statements for a batch, however many rows and fields."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock
from shuke.core.db import connection
from shuke.core.ids import new_id
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.definitions.store import Pending, pending
from shuke.records.conversion import convert_or_blank
from shuke.records.drafts import Draft
from shuke.records.shapes import Shape, is_column, link_target, shape
from shuke.records.tables import tables, with_columns
from shuke.records.virtual import stored

_CHUNK = 500


def write(actor: Actor, entity: Entity, drafts: Sequence[Draft]) -> None:
    """Insert and update the records with their lines and links; `after` and `revision` then say what is stored."""
    at = clock.now()
    both = pending()
    for draft in drafts:
        if draft.created:
            draft.after.update(created_at=at, created_by=actor.id or None)
        draft.after.update(updated_at=at, updated_by=actor.id or None)
        draft.revision += 1
    created = [draft for draft in drafts if draft.created]
    updated = [draft for draft in drafts if not draft.created]
    if created:
        connection().execute(sa.insert(_table(shape(entity.name), both)), [_row(entity, draft, both) for draft in created])
    if updated:
        _update(entity, updated, both)
    for one in entity.fields:
        if one.fields:
            _write_lines(entity, one, drafts, both)
        elif not is_column(one) and link_target(one):
            _write_links(entity, one, drafts)


def _row(entity: Entity, draft: Draft, both: Sequence[Pending]) -> dict[str, Any]:
    of = shape(entity.name)
    row = {one.column: draft.after.get(one.name) for one in stored(of)}
    row.update(_doubled(both, (entity.name, ""), draft.after))
    after = draft.after
    return row | {
        "id": draft.id, "created_at": after["created_at"], "created_by": after["created_by"], "updated_at": after["updated_at"],
        "updated_by": after["updated_by"], "revision": draft.revision, "unit_id": after.get("unit"), "owner_id": after.get("owner"), "deleted_at": None,
    }


def _update(entity: Entity, drafts: Sequence[Draft], both: Sequence[Pending]) -> None:
    """Only the columns that some record of the batch changes are written."""
    of = shape(entity.name)
    columns = {one.name: one.column for one in stored(of)} | {"owner": "owner_id", "unit": "unit_id"}
    changed = set().union(*(draft.changed(entity) for draft in drafts)) & columns.keys()
    rows = []
    for draft in drafts:
        row = {f"v_{columns[name]}": draft.after.get(name) for name in changed}
        rows.append(row | {"v_updated_at": draft.after["updated_at"], "v_updated_by": draft.after["updated_by"], "v_revision": draft.revision, "row_id": draft.id})
    targets = [name.removeprefix("v_") for name in rows[0] if name.startswith("v_")]
    statement = sa.update(of.table).where(of.table.c.id == sa.bindparam("row_id")).values({name: sa.bindparam(f"v_{name}") for name in targets})
    connection().execute(statement, rows)
    _update_second(of, drafts, [one for one in both if (one.entity, one.part) == (entity.name, "")])


def _update_second(of: Shape, drafts: Sequence[Draft], both: Sequence[Pending]) -> None:
    """A second column is written only where its field changes: it may hold from before what cannot be converted."""
    table = _table(of, both)
    for one in both:
        rows = [
            {"v": convert_or_blank(one.field, one.target, draft.after.get(one.field.name)), "row_id": draft.id}
            for draft in drafts if one.field.name in draft.changed(of.entity)
        ]
        if rows:
            connection().execute(sa.update(table).where(table.c.id == sa.bindparam("row_id")).values({one.target.column: sa.bindparam("v")}), rows)


def _table(of: Shape, both: Iterable[Pending]) -> sa.Table:
    """The table with the second columns of fields that are being converted."""
    holder = (of.entity.name, of.part.name if of.part else "")
    return with_columns(of.table, [one.target for one in both if (one.entity, one.part) == holder])


def _doubled(both: Iterable[Pending], holder: tuple[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The second columns of fields that are being converted to another type while the old version still serves."""
    return {
        one.target.column: convert_or_blank(one.field, one.target, values.get(one.field.name)) for one in both if (one.entity, one.part) == holder
    }


def _write_lines(entity: Entity, table: Field, drafts: Sequence[Draft], both: Sequence[Pending]) -> None:
    of = shape(f"{entity.name}.{table.name}")
    fields = stored(of)
    gone: list[int] = []
    fresh: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    for draft in drafts:
        before = {line["id"]: (position, line) for position, line in enumerate(draft.before.get(table.name) or ())}
        lines = draft.after.get(table.name) or ()
        gone.extend(before.keys() - {line["id"] for line in lines})
        for position, line in enumerate(lines):
            row = {one.column: line.get(one.name) for one in fields} | _doubled(both, (entity.name, table.name), line) | {"position": position}
            if line["id"] is None:
                line["id"] = new_id()
                fresh.append(row | {"id": line["id"], "parent_id": draft.id})
            elif before.get(line["id"]) != (position, line):
                kept.append({f"v_{name}": value for name, value in row.items()} | {"row_id": line["id"]})
    for start in range(0, len(gone), _CHUNK):
        connection().execute(sa.delete(of.table).where(of.table.c.id.in_(gone[start:start + _CHUNK])))
    if fresh:
        connection().execute(sa.insert(_table(of, both)), fresh)
    if kept:
        names = [name.removeprefix("v_") for name in kept[0] if name.startswith("v_")]
        written = _table(of, both)
        connection().execute(
            sa.update(written).where(written.c.id == sa.bindparam("row_id")).values({name: sa.bindparam(f"v_{name}") for name in names}), kept,
        )


def _write_links(entity: Entity, one: Field, drafts: Sequence[Draft]) -> None:
    pairs = tables(catalogue()).association(entity, one)
    changed = [draft for draft in drafts if (draft.before.get(one.name) or ()) != (draft.after.get(one.name) or ())]
    known = [draft.id for draft in changed if not draft.created]
    if known:
        connection().execute(sa.delete(pairs).where(pairs.c.source_id.in_(known)))
    rows = [
        {"source_id": draft.id, "target_id": target, "position": position}
        for draft in changed for position, target in enumerate(dict.fromkeys(draft.after.get(one.name) or ()))
    ]
    if rows:
        connection().execute(sa.insert(pairs), rows)
