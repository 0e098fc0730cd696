"""The chain with everybody in it, made once for a test run; those who look share a copy of each process, those who write have their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from access.company import Company, install, opened
from installed import copied
from once import once
from postgres import Cluster

from shuke.core.db import Database


@pytest.fixture(scope="session")
def _sqlite_installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "company-sqlite", lambda folder: install(Database(f"sqlite:///{folder / 'shuke.sqlite'}"), folder))


@pytest.fixture(scope="session")
def sqlite_company(_sqlite_installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return _sqlite_copy(_sqlite_installed, tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="session")
def postgresql_company(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Company:
    def fill(folder: Path) -> None:
        name = cluster.create()
        install(Database(cluster.url(name)), folder)
        cluster.dump(name, folder / "dump")
        cluster.drop(name)

    installed = once(tmp_path_factory, "company-postgresql", fill)
    return opened(installed, Database(cluster.url(cluster.restore(installed / "dump"))), tmp_path_factory.mktemp("company"))


@pytest.fixture(params=["sqlite", "postgresql"])
def company(request: pytest.FixtureRequest) -> Company:
    """The chain, to be read; once on each kind of database."""
    found: Company = request.getfixturevalue(f"{request.param}_company")
    return found


@pytest.fixture
def own_company(_sqlite_installed: Path, tmp_path: Path) -> Iterator[Company]:
    """The chain for this test alone."""
    company = _sqlite_copy(_sqlite_installed, tmp_path)
    yield company
    company.database.dispose()


def _sqlite_copy(installed: Path, folder: Path) -> Company:
    return opened(installed, copied(installed / "shuke.sqlite", folder / "shuke.sqlite"), folder)
