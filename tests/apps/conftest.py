"""The installed chain for the tests of the shipped template."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from installed import Shop, copied, shipped
from programs import Programs, at_the_door


@pytest.fixture(scope="session")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shipped(tmp_path_factory) / "shuke.sqlite"


@pytest.fixture
def shop(_installed: Path, tmp_path: Path) -> Iterator[Shop]:
    """The chain with its demo rows, for this test alone."""
    database = copied(_installed, tmp_path / "shop.sqlite")
    yield Shop(database)
    database.dispose()


@pytest.fixture
def programs(_installed: Path, shop: Shop, tmp_path: Path) -> Programs:
    """The same chain as programs and browsers reach it."""
    folder = tmp_path / "door"
    folder.mkdir()
    return at_the_door(shop, _installed.parent, folder)
