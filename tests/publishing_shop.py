"""A small catalogue of books, whose definitions the tests change and publish."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Catalogue, Document
from shuke.publishing.publish import publish

SYSTEM = Actor.system("test")
Body = dict[str, Any]


def label(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def text(**keys: Any) -> Body:
    return {"type": "string", "x-type": "text", **keys}


def money(**keys: Any) -> Body:
    return {"type": "string", "format": "decimal", "x-type": "money", **keys}


def entity(name: str, properties: Body, **keys: Any) -> Document:
    return Document("entity", name, "shop", {"$id": name, "type": "object", "x-label": label(name), "properties": properties, **keys})


def books() -> list[Document]:
    """Books with authors, priced in words that somebody typed."""
    return [
        Document("template", "books", "", {"name": "books", "label": label("Books"), "unit_kinds": [{"code": "branch", "label": label("Branch")}]}),
        Document("app", "shop", "shop", {"name": "shop", "label": label("Shop"), "menu": [{"entity": "book"}]}),
        entity("author", {"name": text()}, required=["name"]),
        entity("book", {
            "title": text(),
            "price": text(),
            "pages": {"type": "integer", "x-type": "integer"},
            "author": {"type": "string", "x-type": "link", "x-entity": "author", "x-inverse": "books"},
            "copies": {"type": "array", "x-type": "table", "items": {"type": "object", "properties": {"shelf": text(), "worth": text()}}},
        }, required=["title"]),
    ]


@dataclass
class Shop:
    """What is published on one database, and how to change it."""

    database: Database
    documents: list[Document] = field(default_factory=books)

    def publish(self, **options: Any) -> int:
        return publish(self.database, SYSTEM, self.documents, **options)

    @property
    def catalogue(self) -> Catalogue:
        return store.current(self.database)

    def edit(self, name: str, change: Callable[[Body], Any], kind: str = "entity") -> "Shop":
        """Change the body of a document in place."""
        bodies = {one.key: deepcopy(dict(one.body)) for one in self.documents}
        change(bodies[kind, name])
        self.documents = [Document(one.kind, one.name, one.app, bodies[one.key]) for one in self.documents]
        return self

    def set_field(self, name: str, schema: Body, of: str = "book") -> "Shop":
        return self.edit(of, lambda body: body["properties"].__setitem__(name, schema))

    def drop_field(self, name: str, of: str = "book") -> "Shop":
        return self.edit(of, lambda body: body["properties"].pop(name))

    def continue_from_published(self) -> "Shop":
        """Edit what is published, identities included, as the builder does."""
        self.documents = list(self.catalogue.documents)
        return self

    def save(self, name: str = "book", /, id: int | None = None, **values: Any) -> int:
        with self.database.write(), use_catalogue(self.catalogue):
            return records.save(SYSTEM, self.catalogue.entity(name), values, id=id).id

    def read(self, id: int, name: str = "book", /) -> dict[str, Any]:
        with self.database.read(), use_catalogue(self.catalogue):
            return dict(records.get(SYSTEM, self.catalogue.entity(name), id).values)

    def all(self, name: str) -> list[records.Record]:
        with self.database.read(), use_catalogue(self.catalogue):
            return list(records.query(SYSTEM, self.catalogue.entity(name), records.Query()).records)

    def columns(self, table: str = "e_book") -> set[str]:
        return {column["name"] for column in sa.inspect(self.database.ddl_engine).get_columns(table)}

    def indexes(self, table: str = "e_book") -> set[str]:
        return {str(index["name"]) for index in sa.inspect(self.database.ddl_engine).get_indexes(table)}
