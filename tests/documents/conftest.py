"""The library, published in a fresh database, with a book and a loan to print."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database
from shuke.definitions.current import catalogue
from shuke.definitions.load import load_template
from shuke.definitions.model import Document
from shuke.publishing.publish import publish
from shuke.transfer.running import surroundings

LIBRARY = Path(__file__).parent.parent / "templates" / "library"
Working = Callable[..., AbstractContextManager[None]]
VERA = Actor.system("test")

SHEET = Document("document", "book_sheet", "lending", {
    "name": "book_sheet", "entity": "book", "label": {"zh": "图书卡", "en": "Book card"}, "paper": "A4",
    "blocks": [
        {"type": "heading", "text": {"zh": "《{{ title }}》", "en": "“{{ title }}”"}, "level": 1},
        {"type": "text", "text": {"zh": "价格 {{ price }}，册数 {{ COUNT(authors) }}", "en": "Price {{ price }}, {{ COUNT(authors) }} author(s), {{ price * 2 }}"}},
        {"type": "text", "text": {"zh": "贵", "en": "Expensive"}, "visible": "price > 100"},
        {"type": "barcode", "field": "isbn", "symbology": "code128"},
        {"type": "fields", "fields": ["title", "isbn", "genre", "summary"], "columns": 2},
        {"type": "table", "field": "authors", "columns": ["name", "role"], "label": {"zh": "作者", "en": "Authors"}},
        {"type": "total", "fields": ["price", "copy_count", "value"]},
    ],
})


@pytest.fixture
def library(database: Database) -> Database:
    publish(database, VERA, [*load_template(LIBRARY), SHEET])
    return database


@pytest.fixture
def working(library: Database) -> Working:
    @contextmanager
    def work(locale: str = "en") -> Iterator[None]:
        with surroundings(library, locale, write=True):
            yield

    return work


@pytest.fixture
def book(working: Working) -> int:
    values: dict[str, Any] = {
        "title": "红楼梦 <b>&", "isbn": "978-0", "price": "59.80", "genre": "crime", "summary": "One\nTwo",
        "authors": [{"name": "曹雪芹"}, {"name": "Hawkes", "role": "translator"}],
    }
    with working():
        return records.save(VERA, catalogue().entity("book"), values).id


@pytest.fixture
def volunteer() -> Actor:
    """Sees books without their prices, and may not print."""
    return replace(VERA, kind="user", id=7, roles=frozenset({"volunteer"}))
