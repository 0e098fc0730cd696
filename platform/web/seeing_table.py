"""Who looks as whom: what a session looks as just now, and what was looked at, kept for good."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shuke.core.db import connection, metadata
from shuke.core.ids import new_id
from shuke.core.real_time import real_now
from shuke.core.sqltypes import Id, UtcDateTime

seeing_table = sa.Table(
    "sk_seeing", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("session", sa.String(64), nullable=False, index=True),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("subject_id", Id),
    sa.Column("role", sa.String(60), nullable=False),
    sa.Column("unit_id", Id),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class Seeing:
    """One preview: of a user, or of a role in a unit."""

    id: int
    user: int
    subject: int | None
    role: str
    unit: int | None
    started_at: datetime
    ended_at: datetime | None


def start_seeing(session: str, user: int, *, subject: int | None = None, role: str = "", unit: int | None = None) -> None:
    """From now on the session shows what this user, or somebody with this role, sees."""
    stop_seeing(session)
    connection().execute(sa.insert(seeing_table).values(
        id=new_id(), session=session, user_id=user, subject_id=subject, role=role, unit_id=unit, started_at=real_now(), ended_at=None,
    ))


def stop_seeing(session: str) -> None:
    table = seeing_table.c
    connection().execute(sa.update(seeing_table).where(table.session == session, table.ended_at.is_(None)).values(ended_at=real_now()))


def seen(limit: int) -> list[Seeing]:
    """The latest previews of everybody."""
    table = seeing_table.c
    statement = sa.select(table.id, table.user_id, table.subject_id, table.role, table.unit_id, table.started_at, table.ended_at)
    return [Seeing(*row) for row in connection().execute(statement.order_by(table.id.desc()).limit(limit))]
