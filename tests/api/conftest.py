"""The library's application, and programs that speak to it with tokens; made once and copied for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from postgres import Cluster
from werkzeug.test import TestResponse

from shuke.core.db import Database
from shuke.transfer.running import surroundings
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration
from shuke.web.tokens import create_token

LIBRARY = Path(__file__).parent.parent / "templates" / "library"
KEY = "f3b1c9d27a604e85b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6"


@dataclass
class Program:
    """A program with somebody's token."""

    client: FlaskClient
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        given = {"Accept-Language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=given)

    def get(self, path: str, **headers: str) -> Any:
        response = self.ask("GET", path, **headers)
        assert response.status_code == 200, response.text
        return response.json

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        response = self.ask("POST", path, body, **headers)
        assert response.status_code in (200, 201, 202), response.text
        return response.json


@dataclass
class Library:
    """The running application, with its users' names and ids."""

    app: Flask
    database: Database
    ids: dict[str, int]

    def program(self, username: str = "") -> Program:
        if not username:
            return Program(self.app.test_client(), "")
        with surroundings(self.database, "en", write=True):
            token = create_token(self.ids[username], "till", 30, self.ids[username])
        return Program(self.app.test_client(), token)


def _furnish(database: Database, folder: Path) -> None:
    installation.prepare(database)
    app = create_app(_configured(folder), database)
    installation.install(app, database, LIBRARY, demo=True, tell=lambda _words: None)
    database.dispose()


def _configured(folder: Path) -> Configuration:
    return Configuration(instance=str(folder), secret_key=KEY, password_hash="pbkdf2:sha256:1000", external_url="http://localhost")


@pytest.fixture(scope="session")
def _furnished_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    database = Database(f"sqlite:///{folder / 'company.sqlite'}")
    _furnish(database, folder)
    with database.ddl_engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    return folder / "company.sqlite"


@pytest.fixture(scope="session")
def _furnished_postgresql(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = cluster.create()
    _furnish(Database(cluster.url(name)), tmp_path_factory.mktemp("library"))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("_furnished_sqlite"), tmp_path / "company.sqlite")
        yield from _opened(Database(f"sqlite:///{tmp_path / 'company.sqlite'}"), tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create(request.getfixturevalue("_furnished_postgresql"))
    yield from _opened(Database(cluster.url(name)), tmp_path)
    cluster.drop(name)


def _opened(database: Database, folder: Path) -> Iterator[Library]:
    app = create_app(_configured(folder), database)
    with surroundings(database), database.read() as connection:
        ids = {name: id_ for id_, name in connection.exec_driver_sql("SELECT id, username FROM ab_user")}
    yield Library(app, database, ids)
    database.dispose()


@pytest.fixture
def vera(library: Library) -> Program:
    """The librarian, who may do everything."""
    return library.program("vera")


@pytest.fixture
def nora(library: Library) -> Program:
    """A volunteer: no prices, no e-mail addresses, her branch only."""
    return library.program("nora")
