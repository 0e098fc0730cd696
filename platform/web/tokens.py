"""API tokens: keys for programs that act as one user; shown once, stored as a hash, with an end."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from shuke.core.db import connection, metadata
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.real_time import real_now
from shuke.core.sqltypes import Id, UtcDateTime
from shuke.web.sessions import key_hash

PREFIX = "shuke_"
LONGEST_DAYS = 366
_KEY_BYTES = 32
_SHOWN = 12

token_table = sa.Table(
    "sk_token", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("user_id", Id, nullable=False, index=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("start", sa.String(16), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret part; `start` helps people to recognise it."""

    id: int
    user_id: int
    name: str
    start: str
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= real_now()


def create_token(user_id: int, name: str, days: int, created_by: int) -> str:
    """Make a token and give its key, which is never shown again."""
    problems: dict[str, list[str]] = {}
    if not name.strip():
        problems["name"] = [_("Give the token a name that says what uses it.")]
    if not 1 <= days <= LONGEST_DAYS:
        problems["days"] = [_("A token is valid for 1 to %(days)s days.", days=LONGEST_DAYS)]
    if problems:
        raise InvalidInput(problems)
    key, now = PREFIX + secrets.token_urlsafe(_KEY_BYTES), real_now()
    connection().execute(sa.insert(token_table).values(
        id=new_id(), user_id=user_id, name=name.strip()[:80], start=key[:_SHOWN], hash=key_hash(key),
        created_at=now, created_by=created_by, expires_at=now + timedelta(days=days),
    ))
    return key


def revoke_token(token: int) -> None:
    connection().execute(sa.delete(token_table).where(token_table.c.id == token))


def revoke_tokens_of(user_id: int) -> None:
    connection().execute(sa.delete(token_table).where(token_table.c.user_id == user_id))


def tokens() -> list[Token]:
    """All tokens, the newest first."""
    table = token_table.c
    found = connection().execute(
        sa.select(table.id, table.user_id, table.name, table.start, table.created_at, table.expires_at, table.seen_at).order_by(table.id.desc())
    )
    return [Token(*row) for row in found]


def touch_token(key: str) -> None:
    """Note that the token is being used."""
    connection().execute(sa.update(token_table).where(token_table.c.hash == key_hash(key)).values(seen_at=real_now()))
