"""The library with two branches, loans on several days, and people who see different parts of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from shuke import records
from shuke.access import Actor
from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database
from shuke.core.i18n import use_locale
from shuke.definitions import store
from shuke.definitions.current import catalogue, use_catalogue

SYSTEM = Actor.system("test")
NOON = Clock(ZoneInfo("Asia/Shanghai"), fixed=datetime(2026, 3, 18, 4, tzinfo=UTC))
"""A Wednesday."""
TODAY = date(2026, 3, 18)
BOSS = Actor(1, "user", "Boss", frozenset({"librarian"}), locale="en")
BEN = Actor(7, "user", "Ben", frozenset({"volunteer"}), locale="en")


@dataclass
class Library:
    """Each call is a unit of work of its own, on a fixed day."""

    database: Database
    ids: dict[str, int]

    @contextmanager
    def at_work(self, locale: str = "en") -> Iterator[None]:
        with use_catalogue(store.current(self.database)), use_locale(locale), use_clock(NOON), self.database.write():
            yield

    def save(self, actor: Actor, entity: str, **values: Any) -> int:
        return records.save(actor, catalogue().entity(entity), values).id

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        sa.event.listen(self.database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(self.database.engine, "before_cursor_execute", note)


@pytest.fixture
def library(library_database: Database) -> Library:
    """Five loans: three of the boss in the north, two of Ben in the south; four books of three genres."""
    made = Library(library_database, {})
    with made.at_work():
        made.ids["north"] = made.save(SYSTEM, "unit", name="North", kind="branch", code="N")
        made.ids["south"] = made.save(SYSTEM, "unit", name="South", kind="branch", code="S")
        made.ids["li"] = made.save(SYSTEM, "reader", name="Li", kind="adult")
        for title, genre, price, authors in (
            ("A", "crime", "10.00", ["Doyle"]), ("B", "crime", "20.50", ["Doyle", "Chen"]), ("C", "physics", "5.00", []), ("D", None, None, ["Wu"]),
        ):
            made.save(SYSTEM, "book", title=title, genre=genre, price=price, authors=[{"name": name, "role": "author" if name != "Chen" else "translator"} for name in authors])
        for owner, unit, days in ((1, "north", 0), (1, "north", 0), (1, "north", 9), (7, "south", 1), (7, "south", 10)):
            writer = Actor(owner, "user", "writer", frozenset({"librarian"}), unit=made.ids[unit])
            made.save(writer, "loan", reader=str(made.ids["li"]), since=(TODAY - timedelta(days=days)).isoformat())
    return made
