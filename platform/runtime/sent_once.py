"""A form that is sent twice, by a double click or from a browser that sends again, is saved once; the second gets the first's answer.

A form in which something else was typed since is another one: nothing that was typed is ever passed over.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import request

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.sqltypes import Id, UtcDateTime
from shuke.screens.visitor import actor

KEY = "_key"
_KEPT = timedelta(days=3)
_LONGEST = 64
_CARRIED = frozenset({KEY, "csrf_token"})

sent_table = sa.Table(
    "sk_sent_form", metadata,
    sa.Column("actor_id", Id, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(_LONGEST), primary_key=True),
    sa.Column("address", sa.String(300), nullable=False),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("record_id", Id, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was saved before: the record that it made or changed."""

    id: int


def form_key(*, is_fresh: bool = False) -> str:
    """The key of the form that is shown: the one it was sent with, as long as nothing was saved, else a new one."""
    sent = "" if is_fresh else request.form.get(KEY, "")[:_LONGEST]
    return sent or secrets.token_urlsafe(16)


def sent_before() -> Sent | None:
    """What came of this form if it was saved already. Waits until whoever is saving it just now is done."""
    key = request.form.get(KEY, "")[:_LONGEST]
    if not key:
        return None
    _wait_for_turn(key)
    table = sent_table.c
    found = connection().execute(sa.select(table.record_id).where(
        table.actor_id == actor().id, table.key == key, table.address == request.path[:300], table.content == _content(),
    )).one_or_none()
    return Sent(found.record_id) if found is not None else None


def note_sent(id_: int) -> None:
    """Remember, in the same unit of work, what came of this form."""
    key = request.form.get(KEY, "")[:_LONGEST]
    if key:
        now = clock.now()
        connection().execute(sa.delete(sent_table).where(sent_table.c.at <= now - _KEPT))
        connection().execute(sa.delete(sent_table).where(sent_table.c.actor_id == actor().id, sent_table.c.key == key))
        connection().execute(sa.insert(sent_table).values(actor_id=actor().id, key=key, address=request.path[:300], content=_content(), record_id=id_, at=now))


def _content() -> str:
    """The mark of all that the form says, whatever token it carries."""
    said = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _CARRIED)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _wait_for_turn(key: str) -> None:
    """On SQLite whoever writes is alone anyway."""
    if connection().dialect.name == "postgresql":
        mark = int.from_bytes(hashlib.blake2b(f"{actor().id}\0{key}".encode(), digest_size=8).digest(), "big", signed=True)
        connection().execute(sa.select(sa.func.pg_advisory_xact_lock(mark)))
