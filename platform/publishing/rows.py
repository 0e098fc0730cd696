"""Enters the rows that come with a template, each through the same door as a person's, at its own time and by its own user."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from shuke.access import Actor
from shuke.core import clock
from shuke.core.clock import Clock
from shuke.core.db import Database
from shuke.core.errors import InvalidInput, PlatformError
from shuke.core.i18n import gettext as _
from shuke.definitions.current import use_catalogue
from shuke.definitions.load import RowsFile
from shuke.definitions.model import Catalogue, Entity, Field
from shuke.definitions.problems import DefinitionErrors, Problem
from shuke.expressions import Env, Member, Value, check
from shuke.fields import FIELD_TYPES
from shuke.records import load_actor, save
from shuke.workflow import fire

Json = Any
Row = Mapping[str, Json]
AddUser = Callable[[Mapping[str, Json], tuple[str, ...]], int]
"""Makes the account of a user with these roles; links are resolved already. It opens its own unit of work and gives the id."""

_BATCH = 100
_KEY, _AUTHOR, _INSTANT, _TRANSITIONS, _ROLES = "@", "@as", "@at", "transitions", "roles"


@dataclass
class Keys:
    """The ids of the rows that were entered, by their `"@"`; users by their user name."""

    ids: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)


def load_rows(database: Database, catalogue: Catalogue, files: Iterable[RowsFile], add_user: AddUser, keys: Keys | None = None) -> Keys:
    """Enter the rows of all files in order; `DefinitionErrors` names the file and row that cannot be entered."""
    loading = _Loading(database, catalogue, add_user, keys or Keys())
    for file in files:
        loading.load(file)
    return loading.keys


@dataclass
class _Loading:
    database: Database
    catalogue: Catalogue
    add_user: AddUser
    keys: Keys

    def load(self, file: RowsFile) -> None:
        entity = self.catalogue.entity(file.entity)
        numbered = list(enumerate(file.rows))
        if entity.system and entity.name == "user":
            for place, row in numbered:
                with _place(file, place):
                    self._add_user(entity, row)
            return
        for start in range(0, len(numbered), _BATCH):
            with self.database.write(), use_catalogue(self.catalogue):
                self._enter(file, entity, numbered[start:start + _BATCH])

    def _enter(self, file: RowsFile, entity: Entity, rows: Sequence[tuple[int, Row]]) -> None:
        for username, group in groupby(rows, key=lambda numbered: str(numbered[1].get(_AUTHOR, file.username))):
            actor = self._actor(file, username)
            for place, row in group:
                with _place(file, place), _at(row.get(_INSTANT)):
                    self._save(actor, entity, row)

    def _save(self, actor: Actor, entity: Entity, row: Row) -> None:
        known = self.keys.ids.get(row.get(_KEY, ""))
        values = self._values(entity, row)
        identity = known
        if values or known is None:
            identity = save(actor, entity, values, id=known, accept_warnings=True).id
        assert identity is not None
        if _KEY in row:
            self.keys.ids[row[_KEY]] = identity
        for transition in row.get(_TRANSITIONS, ()):
            fire(actor, entity, identity, transition, {})

    def _add_user(self, entity: Entity, row: Row) -> None:
        identity = self.add_user(self._values(entity, row), tuple(row.get(_ROLES, ())))
        self.keys.users[row["username"]] = identity
        if _KEY in row:
            self.keys.ids[row[_KEY]] = identity

    def _values(self, entity: Entity, row: Row) -> dict[str, Json]:
        return {name: self._value(entity.field(name), value) for name, value in row.items() if not name.startswith("@") and name not in (_TRANSITIONS, _ROLES)}

    def _value(self, one: Field, value: Json) -> Json:
        if one.fields:
            return [{name: self._value(one.child(name), cell) for name, cell in line.items()} for line in value]
        if isinstance(value, list):
            return [self._value(one, item) for item in value]
        if not isinstance(value, str):
            return value
        if value.startswith("="):
            return FIELD_TYPES[one.type].dump(evaluate(value), one)
        if value.startswith("@") and FIELD_TYPES[one.type].expression_type(one).entity:
            return str(self._id(value[1:]))
        return value

    def _id(self, key: str) -> int:
        if key not in self.keys.ids:
            raise InvalidInput({"": [_("No row before this one has the key “%(key)s”.", key=key)]})
        return self.keys.ids[key]

    def _actor(self, file: RowsFile, username: str) -> Actor:
        if not username:
            return Actor.system(_("Rows of the template"))
        if username not in self.keys.users:
            raise DefinitionErrors([Problem(file.file, "as", _("No row before this file makes the user “%(name)s”.", name=username))])
        return load_actor(self.keys.users[username])


class _NoMembers:
    """Rows know no record: their expressions reach nothing but functions."""

    def member(self, entity: str, name: str) -> Member | None:
        return None

    def members(self, entity: str) -> Iterable[Member]:
        return ()

    def get(self, path: tuple[str, ...]) -> Value:
        raise LookupError(path)

    def rows(self, path: tuple[str, ...]) -> Sequence[Env]:
        raise LookupError(path)

    def variable(self, name: str) -> Value:
        raise LookupError(name)


_NOTHING = _NoMembers()


def evaluate(source: str) -> Value:
    """The value of a row's `"=…"` expression."""
    return check(source.removeprefix("="), _NOTHING, "", variables={}).evaluate(_NOTHING)


@contextmanager
def _at(source: str | None) -> Iterator[None]:
    """The clock of a row that was entered at another time."""
    instant = evaluate(source) if source else None
    if not isinstance(instant, datetime):
        yield
        return
    with clock.use_clock(replace(Clock(clock.zone()), fixed=instant)):
        yield


@contextmanager
def _place(file: RowsFile, place: int) -> Iterator[None]:
    """Says in which row something was refused."""
    try:
        yield
    except DefinitionErrors:
        raise
    except PlatformError as refused:
        raise DefinitionErrors([Problem(file.file, f"rows/{place}", str(refused))]) from refused
