"""Gives entities and fields their identity (`x-id`) and their place in the database (`x-table`, `x-column`)."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from shuke.core.db import Database
from shuke.core.ids import new_id
from shuke.definitions import store
from shuke.definitions.model import Catalogue, Document, Entity, Field
from shuke.definitions.names import SYSTEM_COLUMNS, column_name, part_table_name, table_name
from shuke.definitions.parse import IN_OWN_TABLE, parse_entity, parse_field
from shuke.publishing.storage import every_field, keeps_its_values, place

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ROW_COLUMNS = ("id", "parent_id", "position")
Body = dict[str, Any]


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Identified)


def identified(database: Database, documents: Iterable[Document], current: Catalogue) -> list[Document]:
    """The documents with identities: of the version in force where they continue it, of an older one where they bring it back."""
    return _Identifier(database, current, list(documents)).documents()


def make_id() -> str:
    number, text = new_id(), ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return "f" + text


@dataclass(frozen=True)
class _Past:
    """What earlier versions knew under an id."""

    entities: Mapping[str, Entity]
    fields: Mapping[tuple[str, str, str], Field]
    """By the id of the entity, its own and the column: a field that was retyped has had several columns."""
    targets: Mapping[tuple[str, str, str], str]
    """By the same, of links: the id of the entity that they led to, whatever it was called then."""


class _Identifier:
    def __init__(self, database: Database, current: Catalogue, documents: list[Document]) -> None:
        self._database, self._current = database, current
        self._documents = [Document(one.kind, one.name, one.app, deepcopy(dict(one.body))) for one in documents]
        self._by_id = {entity.id: entity for entity in current.entities.values()}
        self._same_entity: dict[str, str] = {}

    def documents(self) -> list[Document]:
        entities = {document.name: document for document in self._documents if document.kind == "entity"}
        known = self._current.entities
        namesakes = {name: entity for name, entity in known.items() if name not in entities or not self._is_another(entities[name])}
        before = _match({name: document.body for name, document in entities.items()}, known, self._by_id, namesakes)
        self._same_entity = {entity.name: name for name, entity in before.items()}
        for name, document in entities.items():
            self._identify(document, before.get(name))
        return self._documents

    def _is_another(self, document: Document) -> bool:
        """Whether an entity comes back that is gone, whatever else has its name by now."""
        said = document.body.get("x-id", "")
        return said != "" and said not in self._by_id and said in self._past.entities

    def _identify(self, document: Document, before: Entity | None) -> None:
        body = _writable(document)
        said = body.get("x-id", "")
        past = self._past.entities.get(said) if said and before is None else None
        known = before or past
        edited = said != "" and known is not None and known.id == said
        body["x-id"] = known.id if known else make_id()
        body["x-table"] = known.table if known else self._taken_table(table_name(document.name, self._tables))
        fields = known.fields if known else ()
        self._properties(body, fields if before else (), body["x-table"], body["x-id"], SYSTEM_COLUMNS, edited)

    def _properties(self, body: Body, before: Sequence[Field], table: str, entity: str, own_columns: Sequence[str], edited: bool) -> None:
        """`entity` is its id. `edited`: the document is one of ours, changed; a property in it without an id is a new field."""
        properties: dict[str, Body] = body.get("properties", {})
        by_name = {field.name: field for field in before}
        matched = _match(properties, by_name, {field.id: field for field in before}, {} if edited else by_name)
        taken = {*own_columns, *(field.column for field in before), *self._physical(table)}
        for name, schema in properties.items():
            field = matched.get(name)
            column = self._column(name, schema, field, table, entity, taken)
            schema["x-id"] = field.id if field else self._returning(schema, entity) or make_id()
            if column:
                taken.add(column)
                schema["x-column"] = column
            if schema.get("x-type") == "table":
                kept = field is not None and field.column == column
                self._properties(schema.get("items", {}), field.fields if field and kept else (), column, entity, _ROW_COLUMNS, edited)

    def _column(self, name: str, schema: Body, before: Field | None, table: str, entity: str, taken: set[str]) -> str:
        said = str(schema.pop("x-column", ""))
        new = parse_field(name, schema, frozenset(), table)
        if not place(new):
            return ""
        if said and said != (before.column if before else "") and schema.get("x-id"):
            key = (entity, schema["x-id"], said)
            past = self._past.fields.get(key)
            if past and keeps_its_values(past, new, self._called_now(past, self._past.targets.get(key, ""))):
                return past.column  # an older version comes back: to the column that still holds what it knew
        if before and keeps_its_values(before, new, self._same_entity):
            return before.column
        if new.type in IN_OWN_TABLE:
            return self._taken_table(part_table_name(table, name, self._tables))
        return column_name(name, taken)

    def _returning(self, schema: Body, entity: str) -> str:
        """The id of a field of the entity that an older version had and this one brings back."""
        said = str(schema.get("x-id", ""))
        return said if said and any((owner, id_) == (entity, said) for owner, id_, _column in self._past.fields) else ""

    def _taken_table(self, name: str) -> str:
        self._tables.add(name)
        return name

    def _called_now(self, past: Field, target: str) -> Mapping[str, str]:
        """What the entity is called in these documents that an earlier link led to."""
        now = next((one.name for one in self._documents if one.kind == "entity" and target and one.body.get("x-id") == target), "")
        return {past.entity: now}

    @cached_property
    def _tables(self) -> set[str]:
        with self._database.ddl_engine.connect() as connection:
            return set(sa.inspect(connection).get_table_names())

    @cached_property
    def _columns(self) -> dict[str, set[str]]:
        with self._database.ddl_engine.connect() as connection:
            found = sa.inspect(connection).get_multi_columns()
        return {table: {column["name"] for column in columns} for (_schema, table), columns in found.items()}

    def _physical(self, table: str) -> set[str]:
        return self._columns.get(table, set())

    @cached_property
    def _past(self) -> _Past:
        """Read only when a document names an id that the version in force does not know as it is."""
        entities: dict[str, Entity] = {}
        fields: dict[tuple[str, str, str], Field] = {}
        targets: dict[tuple[str, str, str], str] = {}
        with self._database.read():
            for _number, documents in store.all_documents():
                ids = {document.name: str(document.body.get("x-id", "")) for document in documents if document.kind == "entity"}
                for document in documents:
                    if document.kind == "entity":
                        entity = parse_entity(document)
                        entities[entity.id] = entity
                        for one in every_field(entity):
                            fields[entity.id, one.id, one.column] = one
                            targets[entity.id, one.id, one.column] = ids.get(one.entity, "")
        return _Past(entities, fields, targets)


def _match(bodies: Mapping[str, Any], known: Mapping[str, T], by_id: Mapping[str, T], by_name: Mapping[str, T]) -> dict[str, T]:
    """Which earlier thing each body continues: by its id, as a declared rename, or else by its name in `by_name`."""
    matched = {name: by_id[body["x-id"]] for name, body in bodies.items() if body.get("x-id") in by_id}
    claimed = {thing.id for thing in matched.values()}
    renamed = [(name, body["x-was"]) for name, body in bodies.items() if name not in known and body.get("x-was") in known]
    for name, earlier, pool in [*((name, was, known) for name, was in renamed), *((name, name, by_name) for name in bodies)]:
        if name not in matched and earlier in pool and pool[earlier].id not in claimed:
            matched[name] = pool[earlier]
            claimed.add(pool[earlier].id)
    return matched


def _writable(document: Document) -> Body:
    assert isinstance(document.body, dict)
    return document.body
