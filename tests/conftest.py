"""Databases for tests: a fresh one each, SQLite by copying a file and PostgreSQL by copying a template database."""

import gc
import importlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium import launched
from compiled import compile_once
from playwright.sync_api import Browser
from postgres import Cluster
from published import CRM, LIBRARY, published_postgresql, published_sqlite

from shuke.core import db
from shuke.core.db import Database
from shuke.core.i18n import set_locale

_PLATFORM = Path(__file__).parent.parent / "platform"

compile_once()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the days in a browser evenly among the other tests, most of all so that none stands at the end: who waits for a browser leaves the processor to others."""
    days: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.path.parent.name == "browser":
            same = f"{item.path}{item.callspec.id}" if isinstance(item, pytest.Function) and "shop" in item.fixturenames else item.nodeid
            days.setdefault(same, []).append(item)
    others = [item for item in items if item.path.parent.name != "browser"]
    step = len(others) // max(len(days), 1)
    items[:] = [item for number, day in enumerate(days.values()) for item in (*day, *others[number * step : (number + 1) * step])] + others[len(days) * step :]


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never again in what was imported: a fifth of the processor's time went into that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(autouse=True)
def _nobodys_language() -> None:
    """Requests of earlier tests leave their language behind."""
    set_locale("zh")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of a module."""
    with launched() as browser:
        yield browser


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


@pytest.fixture(scope="session")
def _published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], Path | str]:
    """Databases with a template published, one for each kind and template."""
    made: dict[tuple[str, Path], Path | str] = {}

    def database_of(kind: str, folder: Path) -> Path | str:
        if (kind, folder) not in made:
            empty = request.getfixturevalue(f"_{kind}_template")
            made[kind, folder] = (
                published_sqlite(empty, tmp_path_factory.mktemp("published") / "company.sqlite", folder) if kind == "sqlite"
                else published_postgresql(request.getfixturevalue("cluster"), empty, folder)
            )
        return made[kind, folder]

    return database_of


@pytest.fixture(params=["sqlite", "postgresql"])
def library_database(request: pytest.FixtureRequest, _published: Callable[[str, Path], Path | str], tmp_path: Path) -> Iterator[Database]:
    """A fresh database with the library published, once on each kind."""
    yield from _copy(request, _published, tmp_path, LIBRARY)


@pytest.fixture(params=["sqlite", "postgresql"])
def crm_database(request: pytest.FixtureRequest, _published: Callable[[str, Path], Path | str], tmp_path: Path) -> Iterator[Database]:
    """A fresh database with the template for shop chains published, without rows, once on each kind."""
    yield from _copy(request, _published, tmp_path, CRM)


def _copy(request: pytest.FixtureRequest, published: Callable[[str, Path], Path | str], folder: Path, template: Path) -> Iterator[Database]:
    original = published(request.param, template)
    if request.param == "sqlite":
        path = folder / "company.sqlite"
        shutil.copyfile(original, path)
        database = Database(f"sqlite:///{path}")
        yield database
        database.dispose()
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create(str(original))
    database = Database(cluster.url(name))
    yield database
    database.dispose()
    cluster.drop(name)


def _create_tables(database: Database) -> None:
    _import_tables()
    with database.ddl_engine.begin() as connection:
        db.metadata.create_all(connection)
    database.dispose()


def _import_tables() -> None:
    """Import every module that adds to the platform's metadata (only those, because some of the others take long to import)."""
    for path in sorted(_PLATFORM.glob("*/*.py")):
        if path.parent.name != "core" and "metadata" in path.read_text(encoding="utf-8"):
            importlib.import_module(f"shuke.{path.parent.name}.{path.stem}")
