"""Who signed in or tried to, from where: kept for ninety days, read by administrators."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from shuke.core.db import connection, metadata
from shuke.core.ids import new_id
from shuke.core.real_time import real_now
from shuke.core.sqltypes import Id, UtcDateTime

KEPT = timedelta(days=90)

sign_in_table = sa.Table(
    "sk_sign_in", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("username", sa.String(120), nullable=False),
    sa.Column("user_id", Id),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("browser", sa.String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One try; without a user it was refused."""

    id: int
    at: datetime
    username: str
    user: int | None
    address: str
    browser: str


_account = sa.table("ab_user", sa.column("username"), sa.column("email"))
_TOLD = 2
"""So many characters are kept of a name that is nobody's: often it is a password, typed a line too high."""


def note_sign_in(username: str, user_id: int | None, address: str, browser: str) -> None:
    """Write down a try; without a user it was refused."""
    now = real_now()
    if user_id is None and not _is_somebody(username):
        username = f"{username[:_TOLD]}…"
    connection().execute(sa.insert(sign_in_table).values(
        id=new_id(), at=now, username=username[:120], user_id=user_id, address=address[:64], browser=browser[:200],
    ))
    connection().execute(sa.delete(sign_in_table).where(sign_in_table.c.at < now - KEPT))


def _is_somebody(login: str) -> bool:
    named = sa.or_(*(sa.func.lower(column) == login.lower() for column in (_account.c.username, _account.c.email)))
    return connection().scalar(sa.select(sa.literal(1)).select_from(_account).where(named).limit(1)) is not None


def sign_ins(*, limit: int, before: int | None = None, refused: bool = False) -> list[SignIn]:
    """The latest first; `refused` leaves out those that succeeded."""
    table = sign_in_table.c
    statement = sa.select(table.id, table.at, table.username, table.user_id, table.address, table.browser).order_by(table.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(table.id < before)
    if refused:
        statement = statement.where(table.user_id.is_(None))
    return [SignIn(*row) for row in connection().execute(statement)]
