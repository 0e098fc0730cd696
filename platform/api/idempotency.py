"""Idempotency keys: a request that is sent again gives the first answer, which is kept in the effect's own transaction."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Response, request

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.screens import errors
from shuke.screens.visitor import actor

HEADER = "Idempotency-Key"
KEPT = timedelta(days=7)
_LONGEST = 200
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")

answer_table = sa.Table(
    "sk_idempotency", metadata,
    sa.Column("actor_id", Id, primary_key=True, autoincrement=False),
    sa.Column("route", sa.String(300), primary_key=True),
    sa.Column("key", sa.String(_LONGEST), primary_key=True),
    sa.Column("request", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", Json, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
)


def once(make: Callable[[], Response], *, required: bool = False) -> Response:
    """The answer of `make`, or for a key seen before the answer that was given then; in the open unit of work.

    Refusals are not kept: nothing happened, and the next try may succeed.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        if required:
            raise InvalidInput({HEADER: [_("Send an Idempotency-Key, so that a repeated request cannot count twice.")]})
        return make()
    if len(key) > _LONGEST or not key.isprintable():
        raise InvalidInput({HEADER: [_("The key has to be at most %(most)s printable characters.", most=_LONGEST)]})
    if not _take_turn(key):
        busy = errors.problem(409, _("A request with this key is being answered just now."))
        busy.headers["Retry-After"] = "1"
        return busy
    return _kept(key) or _made(key, make)


def _kept(key: str) -> Response | None:
    known = connection().execute(sa.select(answer_table).where(*_of(key), answer_table.c.created_at > clock.now() - KEPT)).one_or_none()
    if known is None:
        return None
    if known.request != _fingerprint():
        return errors.problem(422, _("This key was used for another request."))
    response = Response(known.body, known.status)
    response.headers.update(known.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _made(key: str, make: Callable[[], Response]) -> Response:
    response = make()
    if response.status_code >= 400:
        return response
    now = clock.now()
    connection().execute(sa.delete(answer_table).where(answer_table.c.created_at <= now - KEPT))
    connection().execute(sa.insert(answer_table).values(
        actor_id=actor().id, route=_route(), key=key, request=_fingerprint(), status=response.status_code, created_at=now,
        headers={name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}, body=response.get_data(as_text=True),
    ))
    return response


def _take_turn(key: str) -> bool:
    """Whether nobody else is answering this key. On SQLite whoever writes is alone anyway."""
    if connection().dialect.name == "sqlite":
        return True
    mark = int.from_bytes(hashlib.blake2b(f"{actor().id}\0{_route()}\0{key}".encode(), digest_size=8).digest(), "big", signed=True)
    return bool(connection().scalar(sa.select(sa.func.pg_try_advisory_xact_lock(mark))))


def _of(key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return answer_table.c.actor_id == actor().id, answer_table.c.route == _route(), answer_table.c.key == key


def _route() -> str:
    return f"{request.method} {request.path}"[:300]


def _fingerprint() -> str:
    """What is asked: the address with its parameters and the body; uploads by their parts."""
    digest = hashlib.sha256(f"{request.method}\n{request.full_path}\n".encode())
    if request.mimetype == "multipart/form-data":
        for name, value in sorted(request.form.items(multi=True)):
            digest.update(f"{name}={value}\n".encode())
        for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
            digest.update(f"{name}\n".encode())
            for block in iter(lambda: file.stream.read(1 << 16), b""):  # noqa: B023 - read at once
                digest.update(block)
            file.stream.seek(0)
    else:
        digest.update(request.get_data())
    return digest.hexdigest()
