"""Enters the rows that come with a template, as the people whom they name and at the time that they name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from shuke import records, workflow
from shuke.access import Actor
from shuke.core import clock
from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database
from shuke.core.errors import InvalidInput, PlatformError
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.load import RowsFile
from shuke.definitions.model import Entity
from shuke.definitions.model import Field as EntityField
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import expression
from shuke.transfer.running import surroundings
from shuke.web.security import Accounts

_KEY, _AS, _AT, _TRANSITIONS, _ROLES = "@", "@as", "@at", "transitions", "roles"
_USER = "user"

Tell = Callable[[str], None]


class RowRefused(PlatformError):
    """A row of a template could not be entered; says which one and why."""


@dataclass
class StartingRows:
    """One loading; `keys` are the records entered so far by the name that other rows use for them."""

    database: Database
    accounts: Accounts
    password: str
    """Every user of the rows gets it."""
    keys: dict[str, tuple[str, int]] = field(default_factory=dict)
    usernames: list[tuple[str, str]] = field(default_factory=list)
    """User names with their names, in the order of the rows."""

    def load(self, files: Iterable[RowsFile], tell: Tell) -> None:
        """Enter the rows of all files; a file is one unit of work."""
        for file in files:
            tell(file.file)
            made = self._make_accounts(file) if file.entity == _USER else {}
            with surroundings(self.database, write=True):
                self._enter(file, made)

    def _make_accounts(self, file: RowsFile) -> dict[str, int]:
        """Accounts come first, because the library commits them by itself."""
        made = {}
        for row in file.rows:
            name = str(row["username"])
            made[name] = self.accounts.add(name, str(row["name"]), str(row.get("email", "")), self.password)
            self.accounts.set_roles(made[name], row.get(_ROLES, ()))
            self.usernames.append((name, str(row["name"])))
        return made

    def _enter(self, file: RowsFile, made: Mapping[str, int]) -> None:
        entity = catalogue().entity(file.entity)
        actors = cache(self._actor)
        for number, row in enumerate(file.rows, 1):
            try:
                with _at(row.get(_AT)):
                    self._enter_row(actors(str(row.get(_AS) or file.username)), entity, row, made)
            except PlatformError as error:
                raise RowRefused(f"{file.file}, {number}: {error}") from error

    def _enter_row(self, actor: Actor, entity: Entity, row: Mapping[str, Any], made: Mapping[str, int]) -> None:
        values = {name: self._value(entity, name, value) for name, value in row.items() if not name.startswith("@") and name not in (_TRANSITIONS, _ROLES)}
        key = str(row.get(_KEY, ""))
        known = self.keys.get(key)
        id_ = known[1] if known else _created(actor, entity, values, made.get(str(row.get("username"))) if entity.name == _USER else None)
        if known and values:
            records.save(actor, entity, values, id=id_, accept_warnings=True)
        if key:
            self.keys[key] = (entity.name, id_)
        for transition in row.get(_TRANSITIONS, ()):
            workflow.fire(actor, entity, id_, transition, accept_warnings=True)

    def _actor(self, username: str) -> Actor:
        if not username:
            return Actor.system("template")
        known = self.keys.get(username)
        if known is None or known[0] != _USER:
            raise InvalidInput({"": [_("The rows name the user %(name)s, whom no earlier row made.", name=username)]})
        return records.load_actor(known[1])

    def _value(self, entity: Entity, name: str, value: Any) -> Any:
        """The JSON value to save: keys become ids, expressions are evaluated, rows of sub-tables likewise."""
        if isinstance(value, str) and value.startswith("@"):
            return self._id_of(value[1:])
        if isinstance(value, str) and value.startswith("="):
            return _evaluated(entity, entity.field(name), value[1:])
        if isinstance(value, list):
            return [self._part(entity, name, part) for part in value]
        return value

    def _part(self, entity: Entity, name: str, part: Any) -> Any:
        if not isinstance(part, Mapping):
            return self._value(entity, name, part)
        return {column: self._cell(entity, entity.field(name), column, value) for column, value in part.items()}

    def _cell(self, entity: Entity, table: EntityField, column: str, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("="):
            return _evaluated(entity, table.child(column), value[1:])
        if isinstance(value, str) and value.startswith("@"):
            return self._id_of(value[1:])
        return [self._id_of(one[1:]) if isinstance(one, str) and one.startswith("@") else one for one in value] if isinstance(value, list) else value

    def _id_of(self, key: str) -> str:
        if key not in self.keys:
            raise InvalidInput({"": [_("No earlier row is called @%(key)s.", key=key)]})
        return str(self.keys[key][1])


class _Nothing:
    """The surroundings of an expression that reads no record."""

    def get(self, path: tuple[str, ...]) -> None:
        return None

    def rows(self, path: tuple[str, ...]) -> Sequence["_Nothing"]:
        return ()

    def variable(self, name: str) -> None:
        return None


def _created(actor: Actor, entity: Entity, values: Mapping[str, Any], as_id: int | None) -> int:
    saved = records.save_many(actor, entity, [records.Input(values, as_id=as_id)], accept_warnings=True)[0]
    if isinstance(saved, PlatformError):
        raise saved
    return saved.id


def _evaluated(entity: Entity, of: EntityField, source: str) -> Any:
    value = expression(catalogue(), entity.name, source).evaluate(_Nothing())
    return FIELD_TYPES[of.type].dump(value, of)


@contextmanager
def _at(source: str | None) -> Iterator[None]:
    """Have the clock stand at the instant that the row names."""
    if source is None:
        yield
        return
    instant = expression(catalogue(), "user", source.removeprefix("=")).evaluate(_Nothing())
    if not isinstance(instant, datetime):
        raise InvalidInput({"": [_("“@at” has to be an instant.")]})
    with use_clock(Clock(clock.zone(), fixed=instant)):
        yield
