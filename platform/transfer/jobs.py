"""Work done in the background: a table of jobs, claimed with a lease by whichever worker is free.

A job's effect and its progress are committed together, and only while its worker still holds the lease: after a crash
another worker goes on where the last commit was, and nothing happens twice.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, UtcDateTime

LEASE = timedelta(seconds=30)
_MOST_ATTEMPTS = 5

job_table = sa.Table(
    "sk_job", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("subject", Id, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("token", sa.String(32)),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("problem", sa.Text),
    sa.Index("ix_sk_job_state", "state", "id"),
    sa.Index("ix_sk_job_subject", "kind", "subject"),
)


class LeaseLostError(Exception):
    """Another worker has taken the job over; what this one did since is rolled back."""


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job; `token` proves the claim."""

    id: int
    kind: str
    subject: int
    attempts: int
    token: str


def enqueue(kind: str, subject: int) -> int:
    """Have a job done after this unit of work has committed."""
    id_ = new_id()
    connection().execute(sa.insert(job_table).values(
        id=id_, kind=kind, subject=subject, state="waiting", attempts=0, created_at=clock.now(),
    ))
    return id_


def is_any_free(kinds: tuple[str, ...]) -> bool:
    """Whether there is something to claim; needs no more than to read."""
    return bool(connection().scalar(sa.select(sa.exists().where(_free(kinds)))))


def claim(kinds: tuple[str, ...]) -> Job | None:
    """The oldest job that waits or whose worker has died, with a fresh lease."""
    now = clock.now()
    oldest = sa.select(job_table.c.id).where(_free(kinds)).order_by(job_table.c.id).limit(1).with_for_update(skip_locked=True)
    row = connection().execute(
        sa.update(job_table).where(job_table.c.id == oldest.scalar_subquery()).values(
            state="running", token=secrets.token_hex(16), lease_until=now + LEASE, attempts=job_table.c.attempts + 1,
        ).returning(job_table.c.id, job_table.c.kind, job_table.c.subject, job_table.c.attempts, job_table.c.token),
    ).one_or_none()
    return Job(*row) if row else None


def claim_one(kind: str, subject: int) -> Job | None:
    """This very job, if it waits: for a command that does its own work."""
    row = connection().execute(
        sa.update(job_table).where(job_table.c.kind == kind, job_table.c.subject == subject, job_table.c.state == "waiting").values(
            state="running", token=secrets.token_hex(16), lease_until=clock.now() + LEASE, attempts=job_table.c.attempts + 1,
        ).returning(job_table.c.id, job_table.c.kind, job_table.c.subject, job_table.c.attempts, job_table.c.token),
    ).one_or_none()
    return Job(*row) if row else None


def renew(job: Job) -> None:
    """Keep the job; in the unit of work whose effects need it. Progress also forgives earlier crashes."""
    _owned(job, lease_until=clock.now() + LEASE, attempts=1)


def finish(job: Job) -> None:
    _owned(job, state="done", finished_at=clock.now(), lease_until=None)


def fail(job: Job, problem: str) -> None:
    _owned(job, state="failed", finished_at=clock.now(), lease_until=None, problem=problem[:2000])


def is_worn_out(job: Job) -> bool:
    """The job has brought down its worker again and again without any progress."""
    return job.attempts > _MOST_ATTEMPTS


def cancel_waiting(kind: str, subject: int) -> None:
    """Take back jobs that no worker has begun."""
    connection().execute(
        sa.update(job_table).where(job_table.c.kind == kind, job_table.c.subject == subject, job_table.c.state == "waiting")
        .values(state="cancelled", finished_at=clock.now()),
    )


def release(job: Job) -> None:
    """Give the job back for another worker to go on with: this one is stopping."""
    _owned(job, state="waiting", lease_until=None)


@dataclass(frozen=True, slots=True)
class Listed:
    """A job as an operator sees it; `stalled` when its worker seems to have died."""

    id: int
    kind: str
    subject: int
    state: str
    attempts: int
    created_at: datetime
    finished_at: datetime | None
    problem: str
    stalled: bool


def listed(*, state: str = "", limit: int = 50, before: int | None = None) -> list[Listed]:
    """The jobs, the newest first."""
    table = job_table.c
    statement = sa.select(job_table).order_by(table.id.desc()).limit(limit)
    if state:
        statement = statement.where(table.state == state)
    if before is not None:
        statement = statement.where(table.id < before)
    now = clock.now()
    return [
        Listed(
            row.id, row.kind, row.subject, row.state, row.attempts, row.created_at, row.finished_at, row.problem or "",
            row.state == "running" and row.lease_until is not None and row.lease_until < now,
        )
        for row in connection().execute(statement)
    ]


def state_counts() -> dict[str, int]:
    """How many jobs are in each state."""
    rows = connection().execute(sa.select(job_table.c.state, sa.func.count()).group_by(job_table.c.state))
    return {row[0]: row[1] for row in rows}


def subject_of(job: int, state: str) -> tuple[str, int] | None:
    """Kind and subject of a job that is in this state."""
    row = connection().execute(sa.select(job_table.c.kind, job_table.c.subject).where(job_table.c.id == job, job_table.c.state == state)).one_or_none()
    return (row.kind, row.subject) if row else None


def wait_again(job: int) -> None:
    """Let a failed job be taken once more, with all its attempts."""
    connection().execute(
        sa.update(job_table).where(job_table.c.id == job, job_table.c.state == "failed")
        .values(state="waiting", attempts=0, finished_at=None, problem=None, lease_until=None),
    )


def _free(kinds: tuple[str, ...]) -> sa.ColumnElement[bool]:
    return sa.and_(job_table.c.kind.in_(kinds), sa.or_(
        job_table.c.state == "waiting",
        sa.and_(job_table.c.state == "running", job_table.c.lease_until < clock.now()),
    ))


def _owned(job: Job, **values: object) -> None:
    changed = connection().execute(
        sa.update(job_table).where(job_table.c.id == job.id, job_table.c.token == job.token, job_table.c.state == "running").values(**values),
    )
    if changed.rowcount != 1:
        raise LeaseLostError
