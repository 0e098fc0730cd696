"""What a person did to many records at once: tried without leaving a trace, and remembered so that it can be taken back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock
from shuke.core.db import connection, metadata, savepoint
from shuke.core.errors import NotFound, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields import FIELD_TYPES
from shuke.records.deleting import delete, restore
from shuke.records.drafts import stored_values
from shuke.records.saving import save_many
from shuke.records.values import Input, Saved

CHANGED, DELETED = "changed", "deleted"
_CHUNK = 200
_KEPT = timedelta(days=1)

batch_table = sa.Table(
    "sk_batch", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("actor_id", Id, nullable=False),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("items", Json, nullable=False),
    sa.Index("ix_sk_batch_actor", "actor_id", "at"),
)

Results = dict[int, Saved | PlatformError]
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undone:
    """How many records are again what they were, and how many were left because somebody changed them since."""

    entity: str
    back: int
    left: int


class _OverError(Exception):
    """The trial has ended."""


@contextmanager
def trial() -> Iterator[None]:
    """What is written inside is taken back at the end."""
    try:
        with savepoint():
            yield
            raise _OverError
    except _OverError:
        return


def change_all(actor: Actor, entity: Entity, ids: Sequence[int], values: Values) -> Results:
    """Give all these records the same values; each is answered with what came of it."""
    results: Results = {}
    for start in range(0, len(ids), _CHUNK):
        some = ids[start:start + _CHUNK]
        answers = save_many(actor, entity, [Input(values, id_) for id_ in some])
        results.update(zip(some, answers, strict=True))
    return results


def delete_all(actor: Actor, entity: Entity, ids: Sequence[int]) -> Results:
    """Put all these records into the recycle bin; a refused one does not stop the others."""
    results: Results = {}
    for id_ in ids:
        try:
            with savepoint():
                delete(actor, entity, id_)
        except PlatformError as refused:
            results[id_] = refused
        else:
            results[id_] = Saved(id_, 0, False, frozenset())
    return results


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of each record, which of them are different now, and the number under which that can be taken back (0: nothing to take back)."""

    results: Results
    changed: tuple[int, ...]
    batch: int


def change_and_remember(actor: Actor, entity: Entity, ids: Sequence[int], values: Values) -> Worked:
    """`change_all` so that it can be undone."""
    before = values_of(entity, ids, list(values))
    results = change_all(actor, entity, ids, values)
    changed = tuple(id_ for id_, result in results.items() if isinstance(result, Saved) and result.changed)
    return Worked(results, changed, _remember_changes(actor, entity, before, values_of(entity, changed, list(values))) if changed else 0)


def delete_and_remember(actor: Actor, entity: Entity, ids: Sequence[int]) -> Worked:
    """`delete_all` so that it can be undone."""
    results = delete_all(actor, entity, ids)
    gone = tuple(id_ for id_, result in results.items() if isinstance(result, Saved))
    return Worked(results, gone, _remember(actor, entity, DELETED, [str(id_) for id_ in gone]) if gone else 0)


def values_of(entity: Entity, ids: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """The JSON values of some fields as they are stored, whoever may read them: to compare, not to show."""
    fields = {name: entity.field(name) for name in names}
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), _CHUNK):
        for id_, stored in stored_values(entity, ids[start:start + _CHUNK]).items():
            found[id_] = {name: FIELD_TYPES[one.type].dump(stored[name], one) for name, one in fields.items()}
    return found


def _remember_changes(actor: Actor, entity: Entity, before: Mapping[int, Values], after: Mapping[int, Values]) -> int:
    """Keep what each record was and became; the number under which it can be taken back."""
    items = [[str(id_), before[id_], after[id_]] for id_ in after if id_ in before]
    return _remember(actor, entity, CHANGED, items)


def undo(actor: Actor, id_: int) -> Undone:
    """Take back what this actor did under this number, as far as nobody has changed it since."""
    table = batch_table.c
    row = connection().execute(
        sa.select(batch_table).where(table.id == id_, table.actor_id == actor.id, table.at > clock.now() - _KEPT)
    ).first()
    entity = catalogue().entities.get(row.entity) if row else None
    if row is None or entity is None:
        raise NotFound(_("This can no longer be undone."))
    connection().execute(sa.delete(batch_table).where(table.id == id_))
    back = _restore_all(actor, entity, row.items) if row.kind == DELETED else _put_back(actor, entity, row.items)
    return Undone(entity.name, back, len(row.items) - back)


def _remember(actor: Actor, entity: Entity, kind: str, items: list[Any]) -> int:
    connection().execute(sa.delete(batch_table).where(batch_table.c.at < clock.now() - _KEPT))
    id_ = new_id()
    connection().execute(sa.insert(batch_table).values(id=id_, actor_id=actor.id, entity=entity.name, kind=kind, at=clock.now(), items=items))
    return id_


def _restore_all(actor: Actor, entity: Entity, items: Sequence[str]) -> int:
    back = 0
    for id_ in items:
        try:
            with savepoint():
                restore(actor, entity, int(id_))
        except PlatformError:
            continue
        back += 1
    return back


def _put_back(actor: Actor, entity: Entity, items: Sequence[tuple[str, Values, Values]]) -> int:
    """Each field gets its old value where it still has the one that the batch gave it."""
    known = [(int(id_), _still_there(entity, old), new) for id_, old, new in items]
    names = sorted({name for _id, old, _new in known for name in old})
    now = values_of(entity, [id_ for id_, _old, _new in known], names)
    inputs = []
    for id_, old, new in known:
        values = {name: value for name, value in old.items() if id_ in now and now[id_][name] == new.get(name) and value != new.get(name)}
        if values:
            inputs.append(Input(values, id_))
    back = 0
    for start in range(0, len(inputs), _CHUNK):
        answers = save_many(actor, entity, inputs[start:start + _CHUNK], accept_warnings=True)
        back += sum(isinstance(answer, Saved) for answer in answers)
    return back


def _still_there(entity: Entity, values: Values) -> Values:
    """Without fields that have been removed since."""
    return {name: value for name, value in values.items() if entity.has(name)}
