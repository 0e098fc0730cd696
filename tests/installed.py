"""The shipped template, installed with its demo rows once for all processes of a test run; every test works on a copy of its own."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from once import once

import shuke.web.app  # noqa: F401 - all that reacts to what is saved
from shuke import records, workflow
from shuke.access import Actor
from shuke.core.db import Database, connection
from shuke.definitions.current import catalogue
from shuke.records import Query, Record
from shuke.transfer.running import surroundings

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "apps" / "crm-template"
LOGINS = ("admin", "manager", "clerk1", "clerk2", "sales1", "sales2", "service1")


SHUKE = (sys.executable, "-m", "shuke.web")


def environment(instance: Path, port: int = 8000) -> dict[str, str]:
    """What a command of the product is given."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SHUKE_")},
        "SHUKE_INSTANCE": str(instance), "SHUKE_PORT": str(port), "SHUKE_PASSWORD_HASH": "pbkdf2:sha256:1000", "PYTHONUNBUFFERED": "1",
    }


def prepare(folder: Path, template: Path = TEMPLATE) -> None:
    """The instance folder `instance` as the product makes it at its first start, with the template's demo rows."""
    command = [*SHUKE, "serve", "--prepare-only", "--template", str(template)]
    prepared = subprocess.run(command, env=environment(folder / "instance"), capture_output=True, text=True, check=False)
    assert prepared.returncode == 0, prepared.stdout + prepared.stderr
    with closing(sqlite3.connect(folder / "instance" / "shuke.sqlite")) as database:
        database.execute("PRAGMA journal_mode=DELETE")  # one complete file, beside which readers write nothing while others copy the folder


def shipped(factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the shipped template."""
    return once(factory, "installed-shipped", prepare) / "instance"


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
