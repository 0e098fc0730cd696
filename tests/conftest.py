"""Databases for tests: a fresh one each, SQLite by copying a file and PostgreSQL by copying a template database."""

import contextlib
import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import Cluster

from shuke.core import db
from shuke.core.db import Database

_PLATFORM = Path(__file__).parent.parent / "platform"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL server of this test process."""
    server = Cluster()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    _create_tables(Database(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def _postgresql_template(cluster: Cluster) -> str:
    name = cluster.create()
    _create_tables(Database(cluster.url(name)))
    return name


@pytest.fixture
def sqlite_database(_sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database with all tables of the platform."""
    path = tmp_path / "company.sqlite"
    shutil.copyfile(_sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture
def postgresql_database(cluster: Cluster, _postgresql_template: str) -> Iterator[Database]:
    """A fresh PostgreSQL database with all tables of the platform."""
    name = cluster.create(_postgresql_template)
    database = Database(cluster.url(name))
    yield database
    database.dispose()
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database with all tables of the platform; the test runs once on each kind."""
    fresh: Database = request.getfixturevalue(f"{request.param}_database")
    return fresh


def _create_tables(database: Database) -> None:
    _import_tables()
    with database.ddl_engine.begin() as connection:
        db.metadata.create_all(connection)
    database.dispose()


def _import_tables() -> None:
    """Import every module that adds to the platform's metadata (only those: the faces take a second to import)."""
    for path in sorted(_PLATFORM.glob("*/*.py")):
        if path.parent.name != "core" and "metadata" in path.read_text(encoding="utf-8"):
            with contextlib.suppress(ImportError):
                importlib.import_module(f"shuke.{path.parent.name}.{path.stem}")
