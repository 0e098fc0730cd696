"""The published versions in the database, which of them is in force, and the catalogues made from them."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.db import Database, connection, metadata
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.definitions.current import catalogue
from shuke.definitions.model import Catalogue, Document, Field
from shuke.definitions.parse import parse_documents, parse_field

version_table = sa.Table(
    "sk_version", metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("edition", Id, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", Id),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("documents", sa.Text, nullable=False),  # not JSONB, which forgets the order of fields
)
state_table = sa.Table(
    "sk_state", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("edition", Id, nullable=False),
    sa.Column("security_epoch", sa.Integer, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("conversions", Json),
)
_ONLY = 1
_KEPT_CATALOGUES = 8
_KEPT_TEXTS = 4

_READ_STATE = sa.select(state_table.c.version, state_table.c.edition, state_table.c.security_epoch, state_table.c.epoch)

_lock = threading.Lock()
_catalogues: OrderedDict[tuple[str, int], Catalogue] = OrderedDict()
_texts: OrderedDict[str, Sequence[Document]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class State:
    """The one row that every unit of work reads first. `edition` is unique over all databases, unlike `version`."""

    version: int = 0
    edition: int = 0
    security_epoch: int = 0
    """Grows with every change of users, roles and units: what was remembered of an actor is stale."""
    epoch: int = 0
    """Grows when a publication begins or ends to need two columns written at once."""


@dataclass(frozen=True, slots=True)
class VersionInfo:
    number: int
    created_at: datetime
    created_by: int | None
    comment: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A field that is being converted: who writes `field` writes the converted value of `target` too.

    `field` is the field of the version in use; `target` the one of the version that is coming, a column of the same table.
    """

    entity: str
    part: str
    """The sub-table of which the field is a column, or `""`."""
    field: Field
    target: Field


def state() -> State:
    row = connection().execute(_READ_STATE).first()
    return State(*row) if row else State()


def lock() -> None:
    """Have others who lock wait until this unit of work ends."""
    connection().execute(sa.select(state_table.c.id).with_for_update())


def published_version() -> int:
    """The number of the version in force; 0 when nothing was published yet."""
    return state().version


def current(database: Database) -> Catalogue:
    """The catalogue in force, as the unit of work sees it (or as of now, without one)."""
    with database.read():
        read = state()
        return _cached(database, read.version, read.edition)


def load_catalogue(database: Database, version: int) -> Catalogue:
    """The catalogue of any version."""
    with database.read():
        if version == 0:
            return _cached(database, 0, 0)
        edition = connection().scalar(sa.select(version_table.c.edition).where(version_table.c.number == version))
        if edition is None:
            raise NotFound(_("There is no version %(number)s.", number=version))
        return _cached(database, version, edition)


def catalogue_of(database: Database, read: State) -> Catalogue:
    """The catalogue of a state that the caller has read in its own statement."""
    return _cached(database, read.version, read.edition)


def _cached(database: Database, version: int, edition: int) -> Catalogue:
    key = (database.url.render_as_string(hide_password=True), edition)
    with _lock:
        if key in _catalogues:
            _catalogues.move_to_end(key)
            return _catalogues[key]
    made = parse_documents(documents_of(version) if version else (), version)
    with _lock:
        made = _catalogues.setdefault(key, made)
        while len(_catalogues) > _KEPT_CATALOGUES:
            _catalogues.popitem(last=False)
    return made


def documents_of(version: int) -> list[Document]:
    text = connection().scalar(sa.select(version_table.c.documents).where(version_table.c.number == version))
    if text is None:
        raise NotFound(_("There is no version %(number)s.", number=version))
    return documents_from_json(text)


def all_documents() -> Iterable[tuple[int, list[Document]]]:
    """Every version with its documents, oldest first."""
    numbers = connection().scalars(sa.select(version_table.c.number).order_by(version_table.c.number)).all()
    return ((number, documents_of(number)) for number in numbers)


def versions(limit: int = 100) -> list[VersionInfo]:
    """The latest versions, newest first."""
    table = version_table.c
    rows = connection().execute(
        sa.select(table.number, table.created_at, table.created_by, table.comment).order_by(table.number.desc()).limit(limit)
    )
    return [VersionInfo(*row) for row in rows]


def has_versions_of_people() -> bool:
    """Whether somebody has published; what came with the installation was published by nobody."""
    return bool(connection().scalar(sa.select(sa.exists().where(version_table.c.created_by.is_not(None)))))


def add_version(documents: Sequence[Document], created_by: int, comment: str) -> tuple[int, int]:
    """Keep a new version without putting it in force; gives its number and edition."""
    last = connection().scalar(sa.select(sa.func.max(version_table.c.number))) or 0
    number, edition = last + 1, new_id()
    connection().execute(sa.insert(version_table).values(
        number=number, edition=edition, created_at=clock.now(), created_by=created_by or None, comment=comment, documents=documents_to_json(documents),
    ))
    return number, edition


def put_in_force(number: int, edition: int) -> None:
    """From here on every unit of work that begins reads this version."""
    _update_state(version=number, edition=edition, epoch=state_table.c.epoch + 1)


def bump_security_epoch() -> None:
    """Have every worker forget what it knows of users, roles and units."""
    _update_state(security_epoch=state_table.c.security_epoch + 1)


def set_pending(conversions: Sequence[Mapping[str, Any]]) -> None:
    """Announce the conversions that are under way; every unit of work that begins afterwards writes both columns."""
    _update_state(conversions=list(conversions) or None, epoch=state_table.c.epoch + 1)


def pending() -> tuple[Pending, ...]:
    """The conversions under way for the version in use; `save` writes their second columns too."""
    stored = connection().scalar(sa.select(state_table.c.conversions))
    if not stored:
        return ()
    return tuple(_pending(one) for one in stored if one["version"] == catalogue().version)


def pending_to_json(version: int, one: Pending) -> dict[str, Any]:
    target = {"name": one.target.name, "schema": {**one.target.schema, "x-column": one.target.column}}
    return {"version": version, "entity": one.entity, "part": one.part, "field": one.field.name, "target": target}


def _pending(stored: Mapping[str, Any]) -> Pending:
    entity = catalogue().entity(stored["entity"])
    field = entity.field(stored["part"]).child(stored["field"]) if stored["part"] else entity.field(stored["field"])
    target = parse_field(stored["target"]["name"], stored["target"]["schema"], frozenset(), entity.table)
    return Pending(entity.name, stored["part"], field, target)


def _update_state(**values: Any) -> None:
    if not connection().execute(sa.update(state_table).values(**values)).rowcount:
        fresh = {"id": _ONLY, "version": 0, "edition": 0, "security_epoch": 0, "epoch": 0, "conversions": None}
        connection().execute(sa.insert(state_table).values(fresh))
        connection().execute(sa.update(state_table).values(**values))


def documents_to_json(documents: Iterable[Document]) -> str:
    return json.dumps([[document.kind, document.name, document.app, document.body] for document in documents], ensure_ascii=False)


def documents_from_json(text: str) -> list[Document]:
    with _lock:
        known = _texts.get(text)
    return list(known or remember(text, [Document(kind, name, app, body) for kind, name, app, body in json.loads(text)]))


def remember(text: str, documents: Sequence[Document]) -> Sequence[Document]:
    """Who reads this text again gets the same documents, with all that was derived from them."""
    with _lock:
        _texts[text] = documents
        while len(_texts) > _KEPT_TEXTS:
            _texts.popitem(last=False)
    return documents
