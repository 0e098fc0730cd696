"""Whatever administrators build, publish and take back while others enter records: a version that is back has all values back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import gestures
import pytest

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import Conflict, InvalidInput, NotFound
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Catalogue, Document, Entity, Field
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import patched
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.checks import check, complete
from shuke.publishing.publish import publish, rollback
from shuke.publishing.storage import is_computed, place
from shuke.records import Query

SYSTEM = Actor.system("test")
TEXTS = ("about 20", "7.5", "12", "2026-03-04", "yes", "first", "13912340001")
TYPED: Mapping[str, Callable[[Random, Field], Any]] = {
    **dict.fromkeys(("text", "longtext"), lambda chance, one: _digits(chance) if {"pattern", "x-unique"} & set(one.schema) else chance.choice((*TEXTS, f"word {_digits(chance)}"))),
    **dict.fromkeys(("decimal", "money", "percent"), lambda chance, _one: chance.choice(("7.5", "12", "0.25"))),
    **dict.fromkeys(("choice", "treechoice"), lambda chance, one: chance.choice(one.options).code),
    **dict.fromkeys(("multichoice", "tags"), lambda chance, one: [chance.choice(one.options).code] if one.options else []),
    "integer": lambda chance, _one: int(_digits(chance)), "boolean": lambda chance, _one: chance.random() < 0.5,
    "date": lambda chance, _one: f"{chance.randint(2000, 2026)}-0{chance.randint(1, 9)}-15", "datetime": lambda chance, _one: f"2026-0{chance.randint(1, 9)}-15T08:30:00Z",
    "phone": lambda chance, _one: f"1391{_digits(chance)}", "email": lambda chance, _one: f"reader{_digits(chance)}@example.com",
    "url": lambda chance, _one: f"https://example.com/{_digits(chance)}",
}
"""What somebody might type into a field of a type."""
Key = tuple[str, int]
"""A record: the identity of its entity, and its id."""
Stored = dict[Key, dict[str, Any]]
"""What is stored, by record and the identity of the field."""


@dataclass
class Reign:
    """The time during which a version was in force."""

    version: int
    fields: dict[str, Any]
    """How values lay, by the identity of the field."""
    stored: Stored = field(default_factory=dict)
    """What was stored when it ended."""


class Company:
    """A database on which people build and enter records."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.random, self.number, self.done = database, Random(seed), 0, 0
        self.reigns: list[Reign] = []
        self.touched: dict[tuple[Key, str], int] = {}
        """During which reign somebody last gave a value."""
        self.entered = 0
        self.begin()

    @property
    def catalogue(self) -> Catalogue:
        return store.current(self.database)

    # Building

    def build(self, edits: int) -> None:
        """Edit so often, publishing and going back now and then, with records entered in between."""
        documents = list(self.catalogue.documents)
        while self.done < edits:
            documents = self.edit(documents)
            if self.random.random() < 0.2:
                self.enter()
                documents = self.publish(documents)
        self.enter()
        self.publish(documents)

    def edit(self, documents: list[Document]) -> list[Document]:
        """The documents after one more gesture; one that leaves a problem is undone."""
        self.number += 1
        try:
            _name, make = gestures.gesture(self.random, documents, self.number)
        except (LookupError, NotFound):
            return documents
        try:
            steps = make()
            after = patched(documents, steps)
            check(complete(after), 0)
        except (InvalidInput, NotFound, DefinitionErrors):
            return documents
        self.done += bool(steps)
        return after

    def publish(self, documents: Sequence[Document]) -> list[Document]:
        self.end()
        try:
            publish(self.database, SYSTEM, documents)
        except (DefinitionErrors, Conflict):  # values stand twice in what is to be unique; the version goes on
            return list(self.catalogue.documents)
        self.begin()
        self.check_values()
        if self.random.random() < 0.2:
            self.back_to(self.random.choice(self.reigns[:-1]))
        return list(self.catalogue.documents)

    def back_to(self, reign: Reign) -> bool:
        """Put a version in force again: everything that it knew is back, and nothing has gone that came since. False if it is refused."""
        self.end()
        try:
            rollback(self.database, SYSTEM, reign.version)
        except (DefinitionErrors, Conflict):  # since then values have been entered twice in what was unique
            then = self.definitions(reign)
            self.make_differ(reign, then)
            self.end()
            try:
                rollback(self.database, SYSTEM, reign.version)
            except (DefinitionErrors, Conflict):
                assert any(one.formula and one.option("unique") for entity in _own(then) for one in entity.fields), reign.version
                return False  # the same formula for all of them cannot differ
        self.begin()
        self.check_values(reign)
        return True

    def definitions(self, reign: Reign) -> Catalogue:
        with self.database.read():
            return parse_documents(store.documents_of(reign.version), reign.version)

    def make_differ(self, reign: Reign, then: Catalogue) -> None:
        """Give up what was entered since a version in fields that are unique in it."""
        unique = _unique(then)
        since = self.reigns.index(reign)
        for (key, id_), given in list(self.touched.items()):
            if id_ in unique and given > since and (entity := next((one for one in _own(self.catalogue) if one.id == key[0]), None)):
                self.give_up(entity, key[1], id_)

    def give_up(self, entity: Entity, record: int, id_: str) -> None:
        """Leave a value blank or, where something has to be filled in, give another one than all records have."""
        one = next((field for field in entity.fields if field.id == id_ and _is_entered(field)), None)
        before = self.read()
        if one is None or before[entity.id, record][id_] is None:
            return
        taken = [str(values[id_]) for values in before.values() if id_ in values]
        others = [value for value in (self.typed(one) for _time in range(20)) if value is not None and str(value) not in taken]
        for value in (None, *others):
            try:
                with self.database.write(), use_catalogue(self.catalogue):
                    records.save(SYSTEM, entity, {one.name: value}, id=record, accept_warnings=True)
            except InvalidInput:
                continue
            self.note(before, (entity.id, record), {id_})
            return

    def begin(self) -> None:
        fields = {one.id: _lie(one) for entity in _own(self.catalogue) for one in entity.fields}
        self.reigns.append(Reign(self.catalogue.version, fields))

    def end(self) -> None:
        self.reigns[-1].stored = self.read()

    # Records

    def enter(self) -> None:
        """New records of some kinds, and changes of some that are there."""
        for entity in _own(self.catalogue):
            known = [id_ for key, id_ in self.read() if key == entity.id]
            for id_ in [None, *self.random.sample(known, min(len(known), 2))]:
                if self.random.random() < 0.5:
                    self.save(entity, id_)

    def save(self, entity: Entity, id_: int | None) -> None:
        """Save what can be saved of what somebody types."""
        before = self.read()
        names = [one.name for one in entity.fields if id_ is None or self.random.random() < 0.4]
        typed = {name: value for name in names if (value := self.typed(entity.field(name))) is not None}
        for _time in range(3):
            try:
                with self.database.write(), use_catalogue(self.catalogue):
                    saved = records.save(SYSTEM, entity, typed, id=id_, accept_warnings=True)
                break
            except InvalidInput as refused:
                wrong = {name.split(".")[0] for name in refused.by_field}
                typed = {name: value for name, value in typed.items() if name not in wrong}
        else:
            return
        self.entered += 1
        self.note(before, (entity.id, saved.id), {entity.field(name).id for name in typed})

    def note(self, before: Stored, saved: Key, given: set[str]) -> None:
        """A save changes what somebody gave, and fills what was blank; nothing else, and no other record."""
        after = self.read()
        for key, values in after.items():
            for id_, value in values.items():
                earlier = before.get(key, {}).get(id_)
                if key == saved and (id_ in given or key not in before or not earlier):
                    self.touched[key, id_] = len(self.reigns) - 1
                else:
                    assert value == earlier, (key, id_)
        assert before.keys() <= after.keys()

    def typed(self, one: Field) -> Any:
        """What somebody might type into a field; nothing where it is not to be filled in."""
        if is_computed(one) or one.option("frozen") or self.random.random() < 0.1:
            return None
        if one.type in ("link", "links"):
            known = [id_ for key, id_ in self.read() if key == self.catalogue.entity(one.entity).id]
            chosen = [str(self.random.choice(known))] if known else []
            return chosen if one.type == "links" else next(iter(chosen), None)
        if one.type == "table":
            return [{inner.name: value for inner in one.fields if (value := self.typed(inner)) is not None} for _row in range(self.random.randint(1, 2))]
        return TYPED[one.type](self.random, one) if one.type in TYPED else None

    def read(self) -> Stored:
        """All values that are entered, and not computed."""
        found: Stored = {}
        with self.database.read(), use_catalogue(self.catalogue):
            for entity in _own(self.catalogue):
                for record in records.every(SYSTEM, entity, Query()):
                    found[entity.id, record.id] = {one.id: _plain(record.values.get(one.name), one) for one in entity.fields if _is_entered(one)}
        return found

    # Proving

    def check_values(self, back: Reign | None = None) -> None:
        """What somebody gave is there, where the field is as it was then; in a version that is back also what it knew at its end."""
        now, stored = self.reigns[-1], self.read()
        knew = self.reigns.index(back) if back else -1
        for (key, id_), given in self.touched.items():
            if id_ not in now.fields or not any(key[0] == entity.id for entity in _own(self.catalogue)):
                continue
            if given <= knew:
                expected = self.reigns[knew].stored
            elif all(reign.fields.get(id_, now.fields[id_]) == now.fields[id_] for reign in self.reigns[given:]):
                expected = self.reigns[given].stored
            else:
                continue  # it was of another type when it was given, and has been converted
            assert key in stored, f"{key} is gone in version {now.version}"
            if id_ in expected.get(key, {}):
                assert stored[key][id_] == expected[key][id_], f"{key}, field {id_}, version {now.version}"


def _own(catalogue: Catalogue) -> list[Entity]:
    return [entity for entity in catalogue.entities.values() if entity.app != "system"]


def _unique(catalogue: Catalogue) -> set[str]:
    """The fields whose values, alone or together, stand once only."""
    return {
        one.id for entity in _own(catalogue) for one in entity.fields
        if one.option("unique") or any(one.name in names for names in entity.unique)
    }


def _digits(chance: Random) -> str:
    return str(chance.randint(10**6, 10**7 - 1))


def _is_entered(one: Field) -> bool:
    return bool(place(one)) and not is_computed(one)


def _lie(one: Field) -> Any:
    """Where and as what the values lie; of a sub-table also its columns."""
    return one.column, one.type, is_computed(one), tuple((inner.id, inner.column, inner.type) for inner in one.fields)


def _plain(value: Any, one: Field) -> Any:
    """A value without the words that others gave it."""
    if isinstance(value, records.Link):
        return value.id
    if isinstance(value, records.Row):
        return {inner.id: _plain(value.values.get(inner.name), inner) for inner in one.fields if _is_entered(inner)}
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(inner, one) for inner in value] if isinstance(value, list | tuple) else value


def test_every_edit_is_among_the_gestures():
    assert set(gestures.GESTURES) == set(gestures.functions())


@pytest.mark.parametrize(("edits", "seed"), [(40, 1), *(pytest.param(200, seed, marks=pytest.mark.campaign) for seed in range(2, 6))])
def test_a_version_that_is_back_has_its_values_and_what_came_since(library_database, edits, seed):
    company = Company(library_database, seed)
    company.enter()
    company.build(edits)
    assert company.entered > edits / 4
    versions = company.reigns[:]
    assert sum(company.back_to(reign) for reign in versions) > len(versions) / 2
