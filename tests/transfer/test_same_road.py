"""What an import leaves behind is what the form would have left: history, search, formulas, sums, ledger entries."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shuke import ledgers, records, workflow
from shuke.access import Actor
from shuke.core.db import Database, connection
from shuke.definitions.current import catalogue
from shuke.records import Link, Query
from shuke.transfer.cli import import_file

Working = Callable[[], AbstractContextManager[None]]

MAPPING = """{"targets": [
  {"entity": "reader", "key": ["mobile"], "columns": {"name": {"column": "who"}, "mobile": {"column": "phone"}}},
  {"entity": "book", "key": ["title"], "columns": {"title": {"column": "book"}, "price": {"column": "price"}, "authors": [{"name": {"column": "author"}}]}},
  {"entity": "copy", "columns": {"book": {"target": "book"}}},
  {"entity": "loan", "key": ["remark"], "transitions": ["give_back"], "columns": {
    "reader": {"target": "reader"}, "since": {"value": "2026-01-02"}, "due": {"value": "2026-01-05"}, "remark": {"expression": "\\"no \\" & row.number"}}}
]}"""


def by_form(actor: Actor) -> None:
    """The same as `MAPPING` says, entered by hand."""
    reader = records.save(actor, catalogue().entity("reader"), {"name": "李明", "mobile": "13800000001"}).id
    book = records.save(actor, catalogue().entity("book"), {"title": "红楼梦", "price": "59.80", "authors": [{"name": "曹雪芹"}]}).id
    records.save(actor, catalogue().entity("copy"), {"book": str(book)})
    loan = records.save(actor, catalogue().entity("loan"), {"reader": str(reader), "since": "2026-01-02", "due": "2026-01-05", "remark": "no 2"}).id
    workflow.fire(actor, catalogue().entity("loan"), loan, "give_back")


def left_behind(actor: Actor) -> str:
    """Everything that can be seen afterwards, without ids, times and the counters of automatic numbers."""
    found: dict[str, Any] = {}
    for name in ("reader", "book", "copy", "loan"):
        entity = catalogue().entity(name)
        for record in records.every(actor, entity, Query(sort=("id",)), operation="read"):
            values = {field: str(value.title if isinstance(value, Link) else value) for field, value in record.values.items() if field not in ("id", "created_at", "updated_at", "authors")}
            history = [(entry.action, [(one.label, one.new) for one in entry.fields]) for entry in records.history(actor, entity, record.id)]
            found[name] = (record.revision, values, history)
    for words in ("红楼", "hlm", "liming", "00000001", "no 2"):
        found[words] = [(hit.record.entity.name, hit.record.title) for some in records.search_everywhere(actor, words, limit=10) for hit in some.hits]
    reader = next(iter(records.every(actor, catalogue().entity("reader"), Query(), operation="read")))
    ledger = catalogue().ledgers["fines"]
    found["ledger"] = [(one.entry.kind, one.change, one.balance, one.entry.memo) for one in ledgers.entries(ledger, reader.id)]
    found["runs"] = connection().execute(sa.text("SELECT count(*) FROM sk_entry")).scalar()
    return re.sub(r"\b(L\d{6}-|R\d{4}|B0)\d{4}\b", r"\1…", "\n".join(f"{name}: {one}" for name, one in found.items()))


def test_an_import_leaves_behind_what_the_form_leaves_behind(library: Database, working: Working, librarian: Actor, tmp_path: Path) -> None:
    class TakenBackError(Exception):
        pass

    expected = ""
    try:
        with working():
            by_form(librarian)
            expected = left_behind(librarian)
            raise TakenBackError
    except TakenBackError:
        pass
    (tmp_path / "list.csv").write_text("who,phone,book,price,author\n李明,13800000001,红楼梦,59.8,曹雪芹\n", "utf-8")
    (tmp_path / "mapping.json").write_text(MAPPING, "utf-8")
    assert import_file(library, librarian, "loan", tmp_path / "list.csv", mapping=tmp_path / "mapping.json", out=StringIO()) == 0
    with working():
        assert left_behind(librarian) == expected
    assert "ledger: [('charge'" in expected and "红楼: [('book', '红楼梦')]" in expected and "'state': 'returned'" in expected
