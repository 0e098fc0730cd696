"""When something last happened in this installation: that the worker was seen, that a copy was made."""

from datetime import UTC, datetime

import sqlalchemy as sa

from shuke.core.db import connection, metadata
from shuke.core.sqltypes import UtcDateTime

WORKER, COPY = "worker", "copy"

mark_table = sa.Table(
    "sk_mark", metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
)


def note(name: str) -> None:
    """Remember that it happens now, by the real clock: a sandbox's is moved."""
    connection().execute(sa.delete(mark_table).where(mark_table.c.name == name))
    connection().execute(sa.insert(mark_table).values(name=name, at=datetime.now(UTC)))


def marks() -> dict[str, datetime]:
    """What happened when."""
    return {row.name: row.at for row in connection().execute(sa.select(mark_table.c.name, mark_table.c.at))}
