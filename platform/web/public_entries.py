"""What came in by public forms: how much, so that limits hold, and what was agreed to when it was sent."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.i18n import locale
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, UtcDateTime

entry_table = sa.Table(
    "sk_public_entry", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("view", sa.String(160), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("entity", sa.String(40), nullable=False),
    sa.Column("record_id", Id, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("consent", sa.Text, nullable=False),
    sa.UniqueConstraint("view", "key", name="uq_sk_public_entry"),
    sa.Index("ix_sk_public_entry_record", "entity", "record_id"),
)
count_table = sa.Table(
    "sk_public_count", metadata,
    sa.Column("view", sa.String(160), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
_ALL = ""
"""Stands for all days together."""


def counted(view: str) -> tuple[int, int]:
    """How many came in by the form: in all, and today."""
    table = count_table.c
    asked = sa.select(table.day, table.count).where(table.view == view, table.day.in_([_ALL, _today()]))
    rows = dict(map(tuple, connection().execute(asked)))
    return rows.get(_ALL, 0), rows.get(_today(), 0)


def count(view: str) -> tuple[int, int]:
    """Count one more, and say how many there are now; who comes at the same moment waits for the answer."""
    return _one_more(view, _ALL), _one_more(view, _today())


def is_known(view: str, key: str) -> bool:
    """Whether this very form was sent before: the button was pressed twice."""
    table = entry_table.c
    return connection().scalar(sa.select(table.id).where(table.view == view, table.key == key)) is not None


def note(view: str, key: str, entity: str, record: int, consent: str) -> None:
    connection().execute(entry_table.insert().values(
        id=new_id(), view=view, key=key, entity=entity, record_id=record, at=clock.now(), language=locale(), consent=consent,
    ))


def _one_more(view: str, day: str) -> int:
    insert = (sqlite.insert if connection().dialect.name == "sqlite" else postgresql.insert)(count_table)
    found = connection().scalar(
        insert.values(view=view, day=day, count=1)
        .on_conflict_do_update(index_elements=["view", "day"], set_={"count": count_table.c.count + 1}).returning(count_table.c.count)
    )
    return int(found or 0)


def _today() -> str:
    today: date = clock.today()
    return today.isoformat()
