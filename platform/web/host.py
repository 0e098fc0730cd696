"""Identifies the visitor of a request with one statement, and remembers actors and settings until they change."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import g, request

from shuke.access.actor import Actor
from shuke.access.policy import has_ability
from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database, connection
from shuke.core.errors import NotFound
from shuke.core.i18n import use_locale
from shuke.core.real_time import real_now
from shuke.core.settings import Settings, load_settings, use_settings
from shuke.definitions.current import use_catalogue
from shuke.definitions.store import State, catalogue_of, state_table
from shuke.records import load_actor
from shuke.records.actors import stand_in
from shuke.records.files import use_folder
from shuke.screens.visitor import NOBODY, Visitor
from shuke.web import languages
from shuke.web.security import user_table
from shuke.web.seeing_table import seeing_table
from shuke.web.sessions import TOUCH_AFTER, credential_table, is_alive, key_hash, password_mark, session_table
from shuke.web.tokens import PREFIX, token_table

_BEARER = "bearer "


class WebHost:
    """The running application, as the screens see it."""

    def __init__(self, database: Database, cookie: str, files: Path) -> None:
        self.database = database
        self.files = files
        self.cookie = cookie
        self._lock = Lock()
        self._known: tuple[int, int] = (-1, -1)
        self._settings: Settings | None = None
        self._actors: dict[Hashable, Actor] = {}

    def identify(self, authentication: str) -> Visitor:
        return self._by_token() if authentication == "token" else self._by_session()

    @contextmanager
    def surroundings(self, visitor: Visitor) -> Iterator[None]:
        settings = visitor.settings
        clock = Clock(ZoneInfo(settings.time_zone), timedelta(seconds=settings.clock_offset))
        with use_catalogue(g.catalogue), use_settings(settings), use_clock(clock), use_locale(visitor.locale), use_folder(self.files):
            yield

    def _by_session(self) -> Visitor:
        key = request.cookies.get(self.cookie, "")
        session = key_hash(key) if key else ""
        row = connection().execute(_BY_SESSION, {"session": session}).one()
        state = _state(row)
        settings = self._prepare(state)
        signed_in = (
            row.user_id is not None and row.active and row.password is not None
            and row.password_mark == password_mark(row.password) and is_alive(row.created_at, row.seen_at)
        )
        actor = self._actor("user", row.user_id, state) if signed_in else NOBODY
        signed_in = actor is not NOBODY
        if signed_in and row.seeing is not None:
            actor = self._seen(actor, row, state)
        g.touch_session = session if signed_in and row.seen_at < real_now() - TOUCH_AFTER else ""
        return Visitor(
            actor, settings, state.version, state.security_epoch, languages.chosen(actor.locale if signed_in else "", settings.locale),
            session if signed_in else "", bool(signed_in and row.must_change), not row.has_users,
        )

    def _seen(self, person: Actor, row: Any, state: State) -> Actor:
        """Whom the person looks as; themselves when they may not do so any more, or there is nobody of the kind."""
        with use_catalogue(g.catalogue):
            if not has_ability(person, "build"):
                return person
            known, key = (state.security_epoch, state.edition), ("seen", person.id, row.subject_id, row.role, row.unit_id, state.version)
            with self._lock:
                found = self._actors.get(key) if self._known == known else None
            if found is None:
                try:
                    found = load_actor(row.subject_id) if row.subject_id else _member(row.role, row.unit_id, person.locale)
                except NotFound:
                    return person
                found = replace(found, through=person, locale=person.locale)
                with self._lock:
                    if self._known == known:
                        self._actors[key] = found
            return found

    def _by_token(self) -> Visitor:
        given = request.headers.get("Authorization", "")
        key = given[len(_BEARER):].strip() if given.lower().startswith(_BEARER) else ""
        row = connection().execute(_BY_TOKEN, {"token": key_hash(key) if key.startswith(PREFIX) else ""}).one()
        state = _state(row)
        settings = self._prepare(state)
        valid = row.user_id is not None and row.active and row.expires_at > real_now()
        actor = self._actor("api", row.user_id, state) if valid else NOBODY
        valid = actor is not NOBODY
        g.touch_token = key if valid and (row.seen_at is None or row.seen_at < real_now() - TOUCH_AFTER) else ""
        return Visitor(actor, settings, state.version, state.security_epoch, languages.chosen("", settings.locale))

    def _prepare(self, state: State) -> Settings:
        """Have the catalogue of this state at hand, and forget what an older state taught."""
        g.catalogue = catalogue_of(self.database, state)
        known = (state.security_epoch, state.edition)
        with self._lock:
            if self._known != known:
                self._known, self._settings, self._actors = known, None, {}
            settings = self._settings
        if settings is None:
            settings = load_settings()
            with self._lock:
                if self._known == known:
                    self._settings = settings
        return settings

    def _actor(self, kind: str, user_id: int, state: State) -> Actor:
        key, known = (kind, user_id), (state.security_epoch, state.edition)
        with self._lock:
            found = self._actors.get(key) if self._known == known else None
        if found is None:
            try:
                with use_catalogue(g.catalogue):
                    found = load_actor(user_id, kind)
            except NotFound:  # the record was deleted or deactivated, whatever the account says
                return NOBODY
            with self._lock:
                if self._known == known:
                    self._actors[key] = found
        return found


def _member(role: str, unit: int | None, locale: str) -> Actor:
    found = g.catalogue.roles.get(role)
    if found is None:
        raise NotFound
    return stand_in(role, found.label.get(locale) or role, unit)


def _state(row: Any) -> State:
    return State(row.version or 0, row.edition or 0, row.security_epoch or 0, row.epoch or 0)


def _reading(columns: tuple[sa.ColumnElement[Any], ...], table: sa.Table, where: sa.ColumnElement[bool], *more: tuple[sa.Table, sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """The state of the database, joined with the row that tells who asks, if there is one."""
    one = sa.select(sa.literal(1).label("one")).subquery()
    source = one.outerjoin(state_table, sa.true()).outerjoin(table, where).outerjoin(user_table, user_table.c.id == table.c.user_id)
    for other, tie in more:
        source = source.outerjoin(other, tie)
    state = state_table.c
    return sa.select(
        state.version, state.edition, state.security_epoch, state.epoch, user_table.c.active, user_table.c.password, *columns,
    ).select_from(source)


_s, _t, _seeing = session_table.c, token_table.c, seeing_table.c
_BY_SESSION = _reading(
    (
        _s.user_id, _s.password_mark, _s.created_at, _s.seen_at, credential_table.c.must_change,
        _seeing.id.label("seeing"), _seeing.subject_id, _seeing.role, _seeing.unit_id,
        sa.exists(sa.select(user_table.c.id)).label("has_users"),
    ),
    session_table, _s.id == sa.bindparam("session"),
    (credential_table, credential_table.c.user_id == _s.user_id),
    (seeing_table, sa.and_(_seeing.session == _s.id, _seeing.ended_at.is_(None))),
)
_BY_TOKEN = _reading((_t.user_id, _t.expires_at, _t.seen_at), token_table, _t.hash == sa.bindparam("token"))
