"""The publication under way: one row with the step it has reached and a lease, so that one publisher works at a time."""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.db import Database, connection, metadata
from shuke.core.errors import Conflict
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.definitions.model import Document
from shuke.definitions.store import documents_from_json, documents_to_json

LEASE = timedelta(seconds=90)
"""A publisher that has said nothing for so long is dead; the next one finishes its work."""

publication_table = sa.Table(
    "sk_publication", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(10), nullable=False),  # running, done, failed
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("created_by", Id),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("base", sa.Integer, nullable=False),
    sa.Column("documents", sa.Text, nullable=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("reached", Json),  # conversion → the last id that was converted
    sa.Column("version", sa.Integer),
    sa.Column("error", sa.Text),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("leased_until", UtcDateTime, nullable=False),
)
_RUNNING = publication_table.c.state == "running"


class Crash(BaseException):
    """The end of the process at a fail point, as a test of recovery sees it."""


def fail_point(name: str) -> None:
    """Die here if `SHUKE_FAIL_AT` names this point."""
    if os.environ.get("SHUKE_FAIL_AT") == name:
        raise Crash(name)


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    base: int
    created_by: int
    comment: str
    step: str
    reached: Mapping[str, int]
    documents: tuple[Document, ...]
    holder: str
    started_at: datetime
    version: int = 0
    """Its number, once it is in force."""


def begin(database: Database, base: int, documents: Sequence[Document], created_by: int, comment: str) -> Job:
    """Start a publication; `Conflict` while another one runs."""
    job = Job(new_id(), base, created_by, comment, "", {}, tuple(documents), secrets.token_hex(16), clock.now())
    with database.write() as writing:
        if writing.scalar(sa.select(publication_table.c.id).where(_RUNNING)):
            raise _busy()
        writing.execute(sa.insert(publication_table).values(
            id=job.id, state="running", started_at=job.started_at, created_by=created_by or None, comment=comment, base=base,
            documents=documents_to_json(documents), step="", reached={}, holder=job.holder, leased_until=clock.now() + LEASE,
        ))
    return job


def take_over(database: Database) -> Job | None:
    """The publication that a dead publisher left behind, ours now; `Conflict` while its publisher lives."""
    table = publication_table.c
    with database.write() as writing:
        row = writing.execute(sa.select(publication_table).where(_RUNNING)).mappings().first()
        if row is None:
            return None
        if row["leased_until"] > clock.now():
            raise _busy()
        holder = secrets.token_hex(16)
        taken = writing.execute(
            sa.update(publication_table).where(table.id == row["id"], table.holder == row["holder"])
            .values(holder=holder, leased_until=clock.now() + LEASE)
        )
        if taken.rowcount != 1:
            raise _busy()
    return Job(
        row["id"], row["base"], row["created_by"] or 0, row["comment"], row["step"], row["reached"] or {},
        tuple(documents_from_json(row["documents"])), holder, row["started_at"], row["version"] or 0,
    )


def keep(job: Job, **values: Any) -> None:
    """Write how far the job is and hold its lease; in the transaction of the work itself."""
    table = publication_table.c
    held = connection().execute(
        sa.update(publication_table).where(table.id == job.id, table.holder == job.holder, _RUNNING)
        .values(leased_until=clock.now() + LEASE, **values)
    )
    if held.rowcount != 1:
        raise Conflict(_("Another publisher has taken this publication over."))


def _busy() -> Conflict:
    return Conflict(_("Another publication is under way; try again when it has ended."))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the latest publication is: `running`, `done` or `failed`."""

    state: str
    step: str
    error: str
    started_at: datetime


def latest() -> Progress | None:
    """The publication that was begun last."""
    table = publication_table.c
    row = connection().execute(
        sa.select(table.state, table.step, table.error, table.started_at).order_by(table.started_at.desc(), table.id.desc()).limit(1)
    ).first()
    return Progress(row.state, row.step, row.error or "", row.started_at) if row else None
