"""The chain with everybody in it, made once for a test process and only looked at; those who write work on copies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from access.company import Company, install, reopened
from installed import copied
from postgres import Cluster

from shuke.core.db import Database


@pytest.fixture(scope="session")
def sqlite_company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("company")
    return install(Database(f"sqlite:///{folder / 'shuke.sqlite'}"), folder)


@pytest.fixture(scope="session")
def postgresql_company(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return install(Database(cluster.url(cluster.create())), tmp_path_factory.mktemp("company"))


@pytest.fixture(params=["sqlite", "postgresql"])
def company(request: pytest.FixtureRequest) -> Company:
    """The chain, to be read; once on each kind of database."""
    found: Company = request.getfixturevalue(f"{request.param}_company")
    return found


@pytest.fixture
def own_company(sqlite_company: Company, tmp_path: Path) -> Iterator[Company]:
    """The chain for this test alone."""
    sqlite_company.database.dispose()
    source = sqlite_company.database.url.database
    assert source is not None
    database = copied(Path(source), tmp_path / "shuke.sqlite")
    yield reopened(sqlite_company, database, tmp_path)
    database.dispose()
