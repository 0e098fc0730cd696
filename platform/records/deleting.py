"""The recycle bin: deleting keeps the row, ends its part in lists, links and sums, and can be undone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core import clock
from shuke.core.db import connection
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.records.checks import unique_groups
from shuke.records.computed import propagate
from shuke.records.drafts import stored_values
from shuke.records.events import announce
from shuke.records.filters import row_filter
from shuke.records.history import write_history
from shuke.records.saving import save
from shuke.records.search import index_changes
from shuke.records.shapes import is_column, link_target, shape
from shuke.records.source import RecordSource
from shuke.records.tables import tables
from shuke.records.values import Change


def delete(actor: Actor, entity: Entity, id_: int, revision: int | None = None, *, depth: int = 0) -> None:
    """Move a record to the recycle bin; links to it are refused, cleared or followed, as their fields say."""
    now_at, allowed = _lock(actor, entity, id_, "delete", deleted=False)
    if not allowed:
        raise NotAllowed(_("You may see this record but not delete it."))
    if revision is not None and revision != now_at:
        raise Conflict(_("Someone else saved this record before you."), revision=now_at)
    for source, one in _pointing(entity):
        _release(actor, entity, id_, source, one, depth)
    before = stored_values(entity, [id_])[id_]
    _mark(actor, entity, id_, deleted=True)
    _tell(Change(entity, id_, actor, "deleted", before, before, frozenset(), depth))


@dataclass(frozen=True, slots=True)
class Effect:
    """What deleting a record does to others that point to it."""

    entity: Entity
    field: Field
    count: int
    way: str
    """`restrict` stands against it, `clear` empties the link, `cascade` deletes them too."""


def effects(entity: Entity, id_: int) -> list[Effect]:
    """What deleting a record would do to all that point to it, seen by this reader or not: only counts are told."""
    found = ((source, one, len(_linked_from(source, one, id_))) for source, one in _pointing(entity))
    return [Effect(source, one, count, _way(one)) for source, one, count in found if count]


def restore(actor: Actor, entity: Entity, id_: int) -> None:
    """Bring a record back from the recycle bin."""
    _revision, allowed = _lock(actor, entity, id_, "delete", deleted=True)
    if not allowed:
        raise NotAllowed(_("You may see this record but not restore it."))
    values = stored_values(entity, [id_])[id_]
    _refuse_twins(entity, id_, values)
    _mark(actor, entity, id_, deleted=False)
    _tell(Change(entity, id_, actor, "restored", {}, values, frozenset(), 0))


def _lock(actor: Actor, entity: Entity, id_: int, operation: str, *, deleted: bool) -> tuple[int, bool]:
    of = shape(entity.name)
    source = RecordSource(of, of.table, actor)
    seen, allowed = row_filter(actor, entity, "read", source), row_filter(actor, entity, operation, source)
    statement = sa.select(of.table.c.revision, sa.true() if allowed is None else allowed).where(
        of.table.c.id == id_, of.table.c.deleted_at.is_not(None) if deleted else of.table.c.deleted_at.is_(None),
    )
    if seen is not None:
        statement = statement.where(seen)
    if source.dialect == "postgresql":
        statement = statement.with_for_update(of=of.table)
    row = connection().execute(statement).first()
    if row is None:
        raise NotFound(_("This record does not exist."))
    return row[0], bool(row[1]) and policy(actor, entity).may(operation)


def _mark(actor: Actor, entity: Entity, id_: int, *, deleted: bool) -> None:
    table = shape(entity.name).table
    now = clock.now()
    connection().execute(sa.update(table).where(table.c.id == id_).values(
        deleted_at=now if deleted else None, updated_at=now, updated_by=actor.id or None, revision=table.c.revision + 1,
    ))


def _tell(change: Change) -> None:
    write_history([change])
    index_changes([change])
    announce([change, *propagate([change])])


def _pointing(entity: Entity) -> Iterator[tuple[Entity, Field]]:
    """The links of all entities that lead here; those in lines count as their record's."""
    for source in catalogue().entities.values():
        for one in source.fields:
            if link_target(one) == entity.name:
                yield source, one
            for column in one.fields:
                if link_target(column) == entity.name:
                    yield source, replace(column, name=f"{one.name}.{column.name}")


def _release(actor: Actor, entity: Entity, id_: int, source: Entity, one: Field, depth: int) -> None:
    ids = _linked_from(source, one, id_)
    if not ids:
        return
    way = _way(one)
    if way == "cascade":
        for other in ids:
            delete(_as_system(actor, entity), source, other, depth=depth + 1)
    elif way == "clear":
        for other in ids:
            save(_as_system(actor, entity), source, _without(source, one, other, id_), id=other, depth=depth + 1)
    else:
        raise InvalidInput({"": [_(
            "%(count)s records of “%(entity)s” still refer to this one. Delete or change those first.", count=len(ids), entity=pick(source.label),
        )]})


def _way(one: Field) -> str:
    return str(one.option("on-delete", "restrict" if "." in one.name or is_column(one) else "clear"))


def _linked_from(source: Entity, one: Field, id_: int) -> list[int]:
    of = shape(source.name)
    living = of.table.c.deleted_at.is_(None)
    if "." in one.name:
        lines = shape(f"{source.name}.{one.name.split('.')[0]}").table
        statement = sa.select(of.table.c.id).where(living, of.table.c.id.in_(sa.select(lines.c.parent_id).where(lines.c[one.column] == id_)))
    elif is_column(one):
        statement = sa.select(of.table.c.id).where(living, of.table.c[one.column] == id_)
    else:
        pairs = tables(catalogue()).association(source, one)
        statement = sa.select(of.table.c.id).where(living, of.table.c.id.in_(sa.select(pairs.c.source_id).where(pairs.c.target_id == id_)))
    return list(connection().scalars(statement))


def _without(source: Entity, one: Field, other: int, id_: int) -> dict[str, Any]:
    """The values of the other record that forget this one."""
    if "." in one.name:
        table, column = one.name.split(".")
        lines = stored_values(source, [other])[other][table]
        return {table: [{"id": str(line["id"]), **({column: None} if line[column] == id_ else {})} for line in lines]}
    if is_column(one):
        return {one.name: None}
    return {one.name: [str(target) for target in stored_values(source, [other])[other][one.name] if target != id_]}


def _as_system(actor: Actor, entity: Entity) -> Actor:
    return replace(Actor.system(f"deleted {entity.name}"), id=actor.id, name=actor.name, locale=actor.locale)


def _refuse_twins(entity: Entity, id_: int, values: dict[str, Any]) -> None:
    table = shape(entity.name).table
    for names in unique_groups(entity):
        key = [values.get(name) for name in names]
        if any(value is None for value in key):
            continue
        same = [table.c[entity.field(name).column] == value for name, value in zip(names, key, strict=True)]
        if connection().scalar(sa.select(table.c.id).where(*same, table.c.id != id_, table.c.deleted_at.is_(None)).limit(1)):
            raise InvalidInput({names[0]: [_("Another record has this value now; it cannot be restored before that one is changed.")]})
