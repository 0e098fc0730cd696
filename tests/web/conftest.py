"""An application with an administrator and two clerks, on a database that is made once and copied for each test."""

import dataclasses
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from postgres import Cluster
from werkzeug.test import TestResponse

from shuke.core.db import Database
from shuke.definitions.load import RowsFile
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration
from shuke.web.starting_rows import StartingRows

PASSWORD = "correct horse battery"
KEY = "f3b1c9d27a604e85b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6"
ROWS = (
    RowsFile("units", "unit", "", (
        {"@": "head", "name": "Head office", "kind": "company", "code": "HO", "active": True},
        {"@": "shop", "name": "North shop", "kind": "store", "code": "N", "parent": "@head", "active": True},
    )),
    RowsFile("users", "user", "", (
        {"@": "ada", "username": "ada", "name": "Ada", "unit": "@head", "locale": "en", "active": True, "roles": ["administrator"]},
        {"@": "ben", "username": "ben", "name": "Ben", "email": "ben@example.com", "unit": "@shop", "superior": "@ada", "locale": "en", "active": True, "roles": ["helper"]},
        {"@": "cai", "username": "cai", "name": "蔡", "unit": "@shop", "locale": "zh", "active": True, "roles": []},
    )),
)
TEMPLATE = Path(__file__).parent / "template"


@dataclass
class Person:
    """A browser, which signs in as somebody and fills in forms as people do: with the token of the page."""

    client: FlaskClient

    def get(self, address: str, **options: object) -> TestResponse:
        return self.client.get(address, **options)  # type: ignore[arg-type]

    def post(self, address: str, form: dict[str, object] | None = None, *, page: str = "", headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.post(address, data={**(form or {}), "csrf_token": self.token(page or "/login?lang=en")}, headers=headers)

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get(page, follow_redirects=True).text)
        assert found, f"{page} has no token."
        return found[1]

    def sign_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/login", {"username": username, "password": password})


@dataclass
class Site:
    """The running application and its users' ids."""

    app: Flask
    database: Database
    configuration: Configuration
    ids: dict[str, int]

    def browser(self) -> Person:
        return Person(self.app.test_client())

    def signed_in(self, username: str) -> Person:
        person = self.browser()
        assert person.sign_in(username).status_code == 303
        return person


def configured(folder: Path, **values: object) -> Configuration:
    cheap = Configuration(instance=str(folder), secret_key=KEY, password_hash="pbkdf2:sha256:1000", external_url="http://localhost")
    return dataclasses.replace(cheap, **values)  # type: ignore[arg-type]


def furnish(database: Database, folder: Path) -> dict[str, int]:
    """Publish the template of these tests and enter the people."""
    installation.prepare(database)
    app = create_app(configured(folder), database)
    installation.install(app, database, TEMPLATE, demo=False, tell=lambda _words: None)
    with app.app_context():
        loading = StartingRows(database, app.extensions["shuke_accounts"], PASSWORD)
        loading.load(ROWS, lambda _words: None)
    return {name: id_ for name, (_entity, id_) in loading.keys.items()}


@pytest.fixture(scope="session")
def _furnished_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("furnished")
    database = Database(f"sqlite:///{folder / 'company.sqlite'}")
    ids = furnish(database, folder)
    with database.ddl_engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    return folder / "company.sqlite", ids


@pytest.fixture(scope="session")
def _furnished_postgresql(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int]]:
    name = cluster.create()
    database = Database(cluster.url(name))
    ids = furnish(database, tmp_path_factory.mktemp("furnished"))
    database.dispose()
    return name, ids


@pytest.fixture
def site(_furnished_sqlite: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Site]:
    """The application on SQLite."""
    source, ids = _furnished_sqlite
    shutil.copyfile(source, tmp_path / "company.sqlite")
    database = Database(f"sqlite:///{tmp_path / 'company.sqlite'}")
    configuration = configured(tmp_path)
    yield Site(create_app(configuration, database), database, configuration, ids)
    database.dispose()


@pytest.fixture
def postgresql_site(cluster: Cluster, _furnished_postgresql: tuple[str, dict[str, int]], tmp_path: Path) -> Iterator[Site]:
    """The application on PostgreSQL."""
    template, ids = _furnished_postgresql
    name = cluster.create(template)
    database = Database(cluster.url(name))
    configuration = configured(tmp_path)
    yield Site(create_app(configuration, database), database, configuration, ids)
    database.dispose()
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_site(request: pytest.FixtureRequest) -> Site:
    """The application; the test runs once on each kind of database."""
    chosen: Site = request.getfixturevalue("site" if request.param == "sqlite" else "postgresql_site")
    return chosen


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """An installation in which nobody has an account yet."""
    database = Database(f"sqlite:///{tmp_path / 'company.sqlite'}")
    installation.prepare(database)
    configuration = configured(tmp_path)
    app = create_app(configuration, database)
    installation.install(app, database, TEMPLATE, demo=False, tell=lambda _words: None)
    yield Site(app, database, configuration, {})
    database.dispose()


