"""Server-side sessions: one row for each browser that has signed in, found by the hash of its cookie."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from shuke.core.db import connection, metadata
from shuke.core.real_time import real_now
from shuke.core.sqltypes import Id, UtcDateTime

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
TOUCH_AFTER = timedelta(minutes=5)
_KEY_BYTES = 32

session_table = sa.Table(
    "sk_session", metadata,
    sa.Column("id", sa.String(64), primary_key=True),  # SHA-256 of the cookie: who reads the table cannot sign in
    sa.Column("user_id", Id, nullable=False, index=True),
    sa.Column("password_mark", sa.String(16), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("browser", sa.String(200), nullable=False),
)

credential_table = sa.Table(
    "sk_credential", metadata,
    sa.Column("user_id", Id, primary_key=True, autoincrement=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
)
"""What we keep of an account's password besides its hash."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner sees it."""

    id: str
    created_at: datetime
    seen_at: datetime
    address: str
    browser: str


def key_hash(key: str) -> str:
    """What is stored of a session's or token's key."""
    return hashlib.sha256(key.encode()).hexdigest()


def password_mark(password_hash: str) -> str:
    """Changes with the password, so that older sessions end by themselves."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def start_session(user_id: int, password_hash: str, address: str, browser: str) -> str:
    """Open a session and give the key for its cookie."""
    key, now = secrets.token_urlsafe(_KEY_BYTES), real_now()
    table = session_table.c
    connection().execute(sa.delete(session_table).where(sa.or_(table.seen_at < now - IDLE, table.created_at < now - LONGEST)))
    connection().execute(sa.insert(session_table).values(
        id=key_hash(key), user_id=user_id, password_mark=password_mark(password_hash), created_at=now, seen_at=now,
        address=address[:64], browser=browser[:200],
    ))
    return key


def is_alive(created_at: datetime, seen_at: datetime) -> bool:
    now = real_now()
    return created_at > now - LONGEST and seen_at > now - IDLE


def touch(session: str) -> None:
    """Note that the session is being used."""
    connection().execute(sa.update(session_table).where(session_table.c.id == session).values(seen_at=real_now()))


def end_session(session: str, user_id: int) -> None:
    connection().execute(sa.delete(session_table).where(session_table.c.id == session, session_table.c.user_id == user_id))


def end_sessions_of(user_id: int, *, but: str = "") -> None:
    """End all sessions of an account, or all but the one that asks for it."""
    connection().execute(sa.delete(session_table).where(session_table.c.user_id == user_id, session_table.c.id != but))


def sessions_of(user_id: int) -> list[OpenSession]:
    now, table = real_now(), session_table.c
    found = connection().execute(
        sa.select(table.id, table.created_at, table.seen_at, table.address, table.browser)
        .where(table.user_id == user_id, table.seen_at > now - IDLE, table.created_at > now - LONGEST)
        .order_by(table.seen_at.desc())
    )
    return [OpenSession(*row) for row in found]


def all_sessions(limit: int) -> list[tuple[int, OpenSession]]:
    """The sessions of everybody with the user's id, the last used first."""
    now, table = real_now(), session_table.c
    found = connection().execute(
        sa.select(table.user_id, table.id, table.created_at, table.seen_at, table.address, table.browser)
        .where(table.seen_at > now - IDLE, table.created_at > now - LONGEST).order_by(table.seen_at.desc()).limit(limit)
    )
    return [(user_id, OpenSession(*rest)) for user_id, *rest in found]


def require_change(user_id: int, needed: bool) -> None:
    """Have the account choose a new password at its next step, or no longer."""
    connection().execute(sa.delete(credential_table).where(credential_table.c.user_id == user_id))
    if needed:
        connection().execute(sa.insert(credential_table).values(user_id=user_id, must_change=True))
