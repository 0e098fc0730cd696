"""The library, published: people with different rights, in two branches."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.i18n import use_locale
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Entity


@dataclass
class Library:
    """A published library with two branches below one head office, and people who work there."""

    database: Database
    people: dict[str, Actor]
    units: dict[str, int]

    def entity(self, name: str) -> Entity:
        return store.current(self.database).entity(name)

    def __getitem__(self, name: str) -> Actor:
        return self.people[name]


@pytest.fixture
def library(library_database: Database) -> Iterator[Library]:
    system = Actor.system("test")
    database = library_database
    catalogue = store.current(database)
    with use_catalogue(catalogue), use_locale("en"):
        made = Library(database, {}, {})
        with database.write():
            for name, kind, parent in (("head", "library", None), ("north", "branch", "head"), ("south", "branch", "head")):
                values = {"name": name, "kind": kind, "parent": str(made.units[parent]) if parent else None}
                made.units[name] = records.save(system, catalogue.entity("unit"), values).id
            for name, unit, superior in (("boss", "head", None), ("ann", "north", "boss"), ("ben", "north", "ann"), ("sue", "south", "boss")):
                values = {"username": name, "name": name.title(), "unit": str(made.units[unit]), "superior": str(made.people[superior].id) if superior else None}
                id_ = records.save(system, catalogue.entity("user"), values).id
                made.people[name] = Actor(id_, "user", name.title())
        branches = {"north": (made.units["north"],), "south": (made.units["south"],)}
        everywhere = (made.units["head"], *branches["north"], *branches["south"])
        ids = {name: actor.id for name, actor in made.people.items()}
        head = {"library": everywhere}
        made.people = {
            "boss": Actor(ids["boss"], "user", "Boss", frozenset({"librarian"}), made.units["head"], everywhere, head, (ids["ann"], ids["ben"], ids["sue"]), "en"),
            "ann": Actor(ids["ann"], "user", "Ann", frozenset({"volunteer"}), made.units["north"], branches["north"], head | {"branch": branches["north"]}, (ids["ben"],), "en"),
            "ben": Actor(ids["ben"], "user", "Ben", frozenset({"volunteer"}), made.units["north"], branches["north"], head | {"branch": branches["north"]}, (), "en"),
            "sue": Actor(ids["sue"], "user", "Sue", frozenset({"volunteer"}), made.units["south"], branches["south"], head | {"branch": branches["south"]}, (), "en"),
        }
        yield made
