"""The databases that tests run on."""

import pytest
import sqlalchemy as sa

from shuke.core import db
from shuke.core.db import Database


def test_each_database_has_the_tables_of_the_platform(database: Database) -> None:
    assert set(db.metadata.tables) <= set(sa.inspect(database.engine).get_table_names())


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(database: Database, turn: int) -> None:
    with database.write() as connection:
        connection.execute(sa.text("CREATE TABLE written (turn integer)"))


def test_a_failed_unit_of_work_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(sa.text("CREATE TABLE written (turn integer)"))
        raise ZeroDivisionError
    assert not sa.inspect(database.engine).has_table("written")
