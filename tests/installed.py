"""The shipped template, installed with its demo rows once for all processes of a test run; every test works on a copy of its own."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shuke import records, workflow
from shuke.access import Actor
from shuke.core.db import Database, connection
from shuke.definitions.current import catalogue
from shuke.records import Query, Record
from shuke.transfer.running import surroundings
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "apps" / "crm-template"
LOGINS = ("admin", "manager", "clerk1", "clerk2", "sales1", "sales2", "service1")


def install(folder: Path, *, demo: bool = True) -> Path:
    """A database file with the template published and its rows entered."""
    configuration = Configuration(instance=str(folder), password_hash="pbkdf2:sha256:1000")
    database = Database(configuration.database)
    installation.prepare(database)
    app = create_app(configuration, database)
    installation.install(app, database, TEMPLATE, demo=demo, tell=lambda _line: None)
    database.dispose()
    return folder / "shuke.sqlite"


def copied(source: Path, target: Path) -> Database:
    """An own copy, whatever still lies in the journal included."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
    return Database(f"sqlite:///{target}")


@dataclass
class Shop:
    """An installed chain, and its people at work. Values are given and asked for as in JSON."""

    database: Database

    @contextmanager
    def at_work(self, *, locale: str = "en") -> Iterator[None]:
        with surroundings(self.database, locale, write=True):
            yield

    def actor(self, username: str) -> Actor:
        if not username:
            return Actor.system("test")
        users = records.shape("user").table
        return records.load_actor(connection().scalars(sa.select(users.c.id).where(users.c.username == username)).one())

    def save(self, username: str, entity: str, *, id: int | None = None, accept: bool = False, **values: Any) -> int:
        with self.at_work():
            return records.save(self.actor(username), catalogue().entity(entity), _json(values), id=id, accept_warnings=accept).id

    def fire(self, username: str, entity: str, id_: int, transition: str, **values: Any) -> None:
        with self.at_work():
            workflow.fire(self.actor(username), catalogue().entity(entity), id_, transition, _json(values))

    def get(self, username: str, entity: str, id_: int) -> Record:
        with self.at_work():
            return records.get(self.actor(username), catalogue().entity(entity), id_)

    def find(self, username: str, entity: str, where: str = "", **asked: Any) -> list[Record]:
        with self.at_work():
            return list(records.query(self.actor(username), catalogue().entity(entity), Query(where=where, **{"limit": 200, **asked})).records)

    def id_of(self, entity: str, where: str) -> int:
        (found,) = self.find("", entity, where)
        return found.id

    def value(self, entity: str, id_: int, name: str) -> Any:
        return self.get("", entity, id_).values[name]


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Ids are texts in JSON; a number is one only where the field is a number, so links are given as `Id`."""
    return {name: _part(value) for name, value in values.items()}


class Id(int):
    """The id of a record, as opposed to a number."""


def _part(value: Any) -> Any:
    if isinstance(value, Id):
        return str(int(value))
    if isinstance(value, list):
        return [{name: _part(cell) for name, cell in part.items()} if isinstance(part, dict) else _part(part) for part in value]
    return value
