"""How often something may be tried, counted in the database so that all server processes count together."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shuke.core.db import connection, metadata
from shuke.core.real_time import real_now
from shuke.core.sqltypes import Id

attempt_table = sa.Table(
    "sk_attempt", metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("period", Id, primary_key=True, autoincrement=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("ends", Id, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` tries in `period` for each key."""

    name: str
    count: int
    period: timedelta


def allows(limit: Limit, key: str) -> bool:
    """Count one try and say whether it is still within the limit; commit it even if the try is refused."""
    seconds, now = _seconds(limit), int(real_now().timestamp())
    period = now // seconds
    insert = (sqlite.insert if connection().dialect.name == "sqlite" else postgresql.insert)(attempt_table)
    counted = connection().scalar(
        insert.values(key=_hashed(limit.name, key), period=period, count=1, ends=(period + 1) * seconds)
        .on_conflict_do_update(index_elements=["key", "period"], set_={"count": attempt_table.c.count + 1})
        .returning(attempt_table.c.count)
    )
    if counted == 1:
        connection().execute(sa.delete(attempt_table).where(attempt_table.c.ends < now))
    return bool(counted is not None and counted <= limit.count)


def is_reached(limit: Limit, key: str) -> bool:
    """Whether a further try would be refused; this counts nothing."""
    period = int(real_now().timestamp()) // _seconds(limit)
    table = attempt_table.c
    counted = connection().scalar(sa.select(table.count).where(table.key == _hashed(limit.name, key), table.period == period))
    return counted is not None and counted >= limit.count


def _seconds(limit: Limit) -> int:
    return int(limit.period.total_seconds())


def _hashed(name: str, key: str) -> str:
    """Keys are personal (names, addresses), so they are kept as a hash only."""
    return hashlib.sha256(f"{name}\0{key}".encode()).hexdigest()
