"""What is done to more records than one request can hold: who wants what done to which, and how far it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock, i18n
from shuke.core.db import connection, metadata
from shuke.core.errors import NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.definitions.model import Entity
from shuke.transfer import jobs

JOB = "bulk"
CHANGE, DELETE, STEP, UNDO = "change", "delete", "step", "undo"
RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"
PART = 200
"""So many records are done in one unit of work."""
_MOST_REASONS = 20

bulk_table = sa.Table(
    "sk_bulk", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("given", Json, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("reasons", Json, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("problem", sa.Text),
    sa.Column("finished_at", UtcDateTime),
)
part_table = sa.Table(
    "sk_bulk_part", metadata,
    sa.Column("bulk_id", Id, sa.ForeignKey("sk_bulk.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ids", Json, nullable=False),
    sa.Column("is_done", sa.Boolean, nullable=False, default=False),
    sa.Column("batch", Id),
)


@dataclass(frozen=True, slots=True)
class Bulk:
    """One thing that is done to many records."""

    id: int
    created_at: datetime
    created_by: int
    locale: str
    entity: str
    kind: str
    given: Mapping[str, Any]
    """Of a change the values; of a step its name."""
    total: int
    done: int
    changed: int
    refused: int
    reasons: Mapping[str, int]
    """The sentence of a refusal → how many were refused so."""
    state: str
    problem: str
    finished_at: datetime | None

    @property
    def is_busy(self) -> bool:
        return self.state == RUNNING

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    @property
    def can_be_undone(self) -> bool:
        return not self.is_busy and self.kind in (CHANGE, DELETE) and self.changed > 0


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one unit of work."""

    position: int
    ids: tuple[int, ...]


def begin(actor: Actor, entity: Entity, kind: str, given: Mapping[str, Any], ids: Iterable[int]) -> int:
    """Have it done in the background to all these records, in their order."""
    waiting = iter(ids)
    parts = list(iter(lambda: [str(one) for one in islice(waiting, PART)], []))
    return _start(actor, entity.name, kind, given, sum(map(len, parts)), parts)


def undo(actor: Actor, bulk: Bulk) -> int:
    """Take back in the background what was done, the last part first; once."""
    batches = list(connection().scalars(
        sa.select(part_table.c.batch).where(part_table.c.bulk_id == bulk.id, part_table.c.batch.is_not(None)).order_by(part_table.c.position.desc()),
    ))
    if not bulk.can_be_undone or not batches or actor.id != bulk.created_by:
        raise NotFound(_("This can no longer be undone."))
    connection().execute(sa.update(part_table).where(part_table.c.bulk_id == bulk.id).values(batch=None))
    return _start(actor, bulk.entity, UNDO, {}, bulk.changed, [[str(batch)] for batch in batches])


def _start(actor: Actor, entity: str, kind: str, given: Mapping[str, Any], total: int, parts: Sequence[Sequence[str]]) -> int:
    id_ = new_id()
    connection().execute(sa.insert(bulk_table).values(
        id=id_, created_at=clock.now(), created_by=actor.id, locale=i18n.locale(), entity=entity, kind=kind, given=dict(given), total=total, done=0,
        changed=0, refused=0, reasons={}, state=RUNNING,
    ))
    if parts:
        connection().execute(sa.insert(part_table), [{"bulk_id": id_, "position": position, "ids": list(ids)} for position, ids in enumerate(parts)])
    jobs.enqueue(JOB, id_)
    return id_


def get(actor: Actor, id_: int) -> Bulk:
    """What this actor wanted done; that of others does not exist."""
    found = connection().execute(sa.select(bulk_table).where(bulk_table.c.id == id_)).one_or_none()
    if found is None or found.created_by != actor.id:
        raise NotFound
    return _bulk(found)


def for_worker(id_: int) -> Bulk:
    return _bulk(connection().execute(sa.select(bulk_table).where(bulk_table.c.id == id_)).one())


def entities_of(ids: Sequence[int]) -> dict[int, str]:
    """The names of the entities that some of these are about."""
    rows = connection().execute(sa.select(bulk_table.c.id, bulk_table.c.entity).where(bulk_table.c.id.in_(ids)))
    return {row.id: row.entity for row in rows}


def next_part(bulk: Bulk) -> Part | None:
    """The first part that is not done."""
    row = connection().execute(
        sa.select(part_table.c.position, part_table.c.ids).where(part_table.c.bulk_id == bulk.id, part_table.c.is_done.is_(False))
        .order_by(part_table.c.position).limit(1),
    ).first()
    return Part(row.position, tuple(int(one) for one in row.ids)) if row else None


def note(bulk: Bulk, part: Part, *, done: int, changed: int, refusals: Mapping[str, int], batch: int) -> None:
    """Note one part, in the unit of work that has its effects; when it is not the next one any more, nothing of it remains."""
    reasons = dict(bulk.reasons)
    for sentence, number in refusals.items():
        if sentence in reasons or len(reasons) < _MOST_REASONS:
            reasons[sentence] = reasons.get(sentence, 0) + number
    changed_rows = connection().execute(
        sa.update(bulk_table).where(bulk_table.c.id == bulk.id, bulk_table.c.state == RUNNING, bulk_table.c.done == bulk.done)
        .values(done=bulk.done + done, changed=bulk.changed + changed, refused=bulk.refused + sum(refusals.values()), reasons=reasons),
    )
    if changed_rows.rowcount != 1:
        raise jobs.LeaseLostError
    connection().execute(
        sa.update(part_table).where(part_table.c.bulk_id == bulk.id, part_table.c.position == part.position)
        .values(is_done=True, ids=[], batch=batch or None),
    )


def finish(bulk: Bulk) -> None:
    _change(bulk.id, state=DONE, finished_at=clock.now())


def cancel(bulk: Bulk) -> None:
    """Stop before the next part; what was done stays."""
    if not bulk.is_busy:
        raise NotAllowed(_("This has ended already."))
    _change(bulk.id, state=CANCELLED, finished_at=clock.now())
    jobs.cancel_waiting(JOB, bulk.id)


def fail(id_: int, problem: str) -> None:
    _change(id_, state=FAILED, finished_at=clock.now(), problem=problem[:2000])


def give_up(id_: int) -> None:
    """It has brought down its worker again and again."""
    fail(id_, _("It stopped several times without getting any further."))


def go_on(id_: int) -> None:
    """What has failed runs again from where it stopped."""
    _change(id_, state=RUNNING, finished_at=None, problem=None)


def _change(id_: int, **values: Any) -> None:
    connection().execute(sa.update(bulk_table).where(bulk_table.c.id == id_).values(**values))


def _bulk(row: Any) -> Bulk:
    return Bulk(
        row.id, row.created_at, row.created_by, row.locale, row.entity, row.kind, row.given, row.total, row.done, row.changed, row.refused, row.reasons,
        row.state, row.problem or "", row.finished_at,
    )
