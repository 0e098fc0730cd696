"""The installed chain for the tests of the shipped template."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from installed import Shop, copied, install


@pytest.fixture(scope="session")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("chain"))


@pytest.fixture
def shop(_installed: Path, tmp_path: Path) -> Iterator[Shop]:
    """The chain with its demo rows, for this test alone."""
    database = copied(_installed, tmp_path / "shop.sqlite")
    yield Shop(database)
    database.dispose()
