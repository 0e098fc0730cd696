"""Who is in the builder just now, and where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.sqltypes import Id, UtcDateTime

SEEN = timedelta(seconds=30)
"""Somebody whose page has not said anything for so long has left."""
LONGEST = 120

presence_table = sa.Table(
    "sk_builder_presence", metadata,
    sa.Column("actor_id", Id, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(LONGEST), nullable=False),
    sa.Column("place", sa.String(LONGEST), nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else who is here; `place` is `kind/name` of the document that is open, or `""`."""

    name: str
    place: str


def note(actor_id: int, name: str, place: str) -> None:
    """Say that somebody looks at this place."""
    values = {"name": name[:LONGEST], "place": place[:LONGEST], "seen_at": clock.now()}
    insert: Callable[[sa.Table], postgresql.Insert | sqlite.Insert]
    insert = postgresql.insert if connection().dialect.name == "postgresql" else sqlite.insert
    # Two windows of one person may say so at the same moment.
    connection().execute(insert(presence_table).values(actor_id=actor_id, **values).on_conflict_do_update(index_elements=["actor_id"], set_=values))


def others(actor_id: int) -> Sequence[Present]:
    """Everybody else who was seen lately, by name."""
    table = presence_table.c
    rows = connection().execute(
        sa.select(table.name, table.place).where(table.actor_id != actor_id, table.seen_at > clock.now() - SEEN).order_by(table.name)
    )
    return [Present(*row) for row in rows]
