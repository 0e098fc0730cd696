"""Importing a library's lists: mapping, dry run, the same file twice, refused rows, crash and resume."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import InvalidInput
from shuke.definitions.current import catalogue
from shuke.records import Query, Record
from shuke.transfer import imports, jobs, running
from shuke.transfer.exporting import error_file
from shuke.transfer.imports import Import
from shuke.transfer.mapping import read_mapping
from shuke.transfer.reading import Reading
from shuke.transfer.starting import complete
from shuke.transfer.suggesting import suggest
from shuke.transfer.worker import Worker

Working = Callable[[], AbstractContextManager[None]]

BOOKS = """title,isbn,price,genre
Dream of the Red Chamber,978-1,59.80,Fiction
Journey to the West,978-2,48,小说
A Brief History of Time,978-3,45.00,physics
"""


class Librarian:
    """Somebody who imports files and looks at what came of it."""

    def __init__(self, library: Database, working: Working, actor: Actor) -> None:
        self.database = library
        self.working = working
        self.actor = actor

    def upload(self, text: str | bytes, mapping: dict[str, Any] | None = None, entity: str = "book") -> Import:
        content = text if isinstance(text, bytes) else text.encode()
        with imports.temporary(content) as file:
            analysis = imports.analyse(file, Reading.of((mapping or {}).get("read", {})))
            with self.working():
                id_ = imports.create(self.actor, entity, "books.csv", file, analysis)
        with self.working():
            import_ = imports.get(self.actor, id_)
            chosen = (
                read_mapping(mapping) if mapping
                else suggest(self.actor, catalogue().entity(entity), import_.columns, import_.sample, import_.reading)
            )
            imports.set_mapping(import_, complete(self.actor, import_, chosen))
            return imports.get(self.actor, import_.id)

    def work(self, import_: Import, *, dry_run: bool = False) -> Import:
        with self.working():
            imports.start(import_, dry_run=dry_run)
        while Worker(self.database).run_once():
            pass
        with self.working():
            return imports.get(self.actor, import_.id)

    def take(self, text: str | bytes, mapping: dict[str, Any] | None = None, entity: str = "book") -> Import:
        return self.work(self.upload(text, mapping, entity))

    def reasons(self, import_: Import) -> list[tuple[int, str]]:
        with self.working():
            return [(row.line, row.words) for row in imports.refused_rows(import_)]

    def all(self, entity: str, fields: Sequence[str] = ()) -> list[Record]:
        with self.working():
            return list(records.every(self.actor, catalogue().entity(entity), Query(fields=tuple(fields), sort=("id",)), operation="read"))


@pytest.fixture
def somebody(library: Database, working: Working, librarian: Actor) -> Librarian:
    return Librarian(library, working, librarian)


def test_columns_find_their_fields_by_themselves(somebody: Librarian) -> None:
    import_ = somebody.upload("书名,ISBN,定价\n红楼梦,978-9,59.8\n")
    target = import_.plan_mapping().targets[0]
    assert {name: source.column for name, source in target.columns.items()} == {"title": "书名", "isbn": "ISBN", "price": "定价"}
    assert target.key == ("isbn",)


def test_a_list_of_books_is_imported_and_the_same_list_again_changes_nothing(somebody: Librarian) -> None:
    first = somebody.take(BOOKS)
    assert (first.state, dict(first.counts), first.refused) == ("done", {"book": {"created": 3}}, 0), first.problem
    assert [record.values["genre"] for record in somebody.all("book")] == ["fiction", "fiction", "physics"]
    again = somebody.take(BOOKS)
    assert (dict(again.counts), again.refused) == ({"book": {"unchanged": 3}}, 0)
    changed = somebody.take(BOOKS.replace("45.00", "46"))
    assert dict(changed.counts) == {"book": {"unchanged": 2, "changed": 1}}
    assert len(somebody.all("book")) == 3


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(somebody: Librarian) -> None:
    somebody.take(BOOKS)
    lines = BOOKS.replace("45.00", "46") + "New,978-4,10,Fiction\nNew,978-4,11,Fiction\nBad,978-5,much,Fiction\n"
    checked = somebody.work(somebody.upload(lines), dry_run=True)
    assert (checked.state, checked.counts, checked.refused) == ("checked", {"book": {"unchanged": 2, "changed": 2, "created": 1}}, 1)
    assert somebody.reasons(checked) == [(7, "“much” is not a number.")]
    assert len(somebody.all("book")) == 3
    taken = somebody.work(checked)
    assert (taken.counts, taken.refused) == (checked.counts, checked.refused)


def test_a_dry_run_over_several_batches_knows_what_earlier_batches_would_have_made(
    somebody: Librarian, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "_FIRST", 2)
    monkeypatch.setattr(running, "_LARGEST", 2)
    lines = "title,isbn\n" + "".join(f"T{number % 3},978-{number % 3}\n" for number in range(9))
    checked = somebody.work(somebody.upload(lines), dry_run=True)
    assert checked.counts == {"book": {"created": 3, "unchanged": 6}}


LOANS = """who phone book days
Ann 13800000001 Emma 3
Bob 13800000002 Emma 5
Ann 13800000001 Ulysses 7
"""
LOAN_MAPPING: dict[str, Any] = {
    "read": {"delimiter": "whitespace"},
    "targets": [
        {"entity": "reader", "key": ["mobile"], "columns": {"name": {"column": "who"}, "mobile": {"column": "phone"}}},
        {
            "entity": "book", "key": ["title"],
            "columns": {"title": {"column": "book"}, "authors": [{"name": {"value": "Unknown"}}], "price": {"expression": "ROUNDUP(10 / days, 2)"}},
        },
        {"entity": "copy", "columns": {"book": {"target": "book"}}},
        {
            "entity": "loan", "key": ["remark"],
            "columns": {
                "reader": {"target": "reader"}, "since": {"value": "2026-01-31"}, "remark": {"expression": "\"line \" & row.number"},
                "due": {"expression": "DATEADD(DATE(2026, 1, 31), days, \"D\")"},
            },
            "transitions": ["give_back"],
        },
    ],
}


def test_one_file_makes_readers_books_and_loans_that_were_given_back(somebody: Librarian) -> None:
    done = somebody.take(LOANS, LOAN_MAPPING, "loan")
    assert (done.state, done.refused) == ("done", 0), (done.problem, somebody.reasons(done))
    assert done.counts["reader"] == {"created": 2, "unchanged": 1}
    assert done.counts["book"] == {"created": 2, "changed": 1}
    assert done.counts["loan"] == {"created": 3}
    loans = somebody.all("loan", ("remark", "reader", "due", "state", "returned"))
    assert [(loan.values["remark"], loan.values["reader"].title, str(loan.values["due"])) for loan in loans] == [
        ("line 2", "Ann", "2026-02-03"), ("line 3", "Bob", "2026-02-05"), ("line 4", "Ann", "2026-02-07"),
    ]
    assert {loan.values["state"] for loan in loans} == {"returned"}
    books = somebody.all("book", ("title", "price", "authors"))
    assert [(book.values["title"], str(book.values["price"]), book.values["authors"][0].values["name"]) for book in books] == [
        ("Emma", "2.00", "Unknown"), ("Ulysses", "1.43", "Unknown"),
    ]


def test_links_are_found_by_a_match_field_and_made_when_missing(somebody: Librarian) -> None:
    somebody.take(BOOKS)
    lines = "book,condition\n978-1,worn\n978-7,good\n978-1,good\n"
    mapping = {"targets": [{"entity": "copy", "columns": {"book": {"column": "book", "match": "isbn"}, "condition": {"column": "condition"}}}]}
    refused = somebody.take(lines, mapping, "copy")
    assert refused.counts == {"copy": {"created": 2}}
    assert somebody.reasons(refused) == [(3, "There is no “Book” whose “ISBN” is “978-7”.")]
    mapping["targets"][0]["columns"] = {"book": {"column": "book", "match": "title", "create": True}}
    made = somebody.take("book\nDream of the Red Chamber\nBrand new\n", mapping, "copy")
    assert made.counts == {"copy": {"created": 2}}
    assert {record.values["title"] for record in somebody.all("book")} >= {"Brand new"}


def test_a_row_is_taken_whole_or_not_at_all(somebody: Librarian) -> None:
    mapping = json.loads(json.dumps(LOAN_MAPPING))
    mapping["targets"][3]["columns"]["since"] = {"column": "days"}
    mapping["targets"][3]["transitions"] = ["lose"]  # needs a remark, which is there, and a loan that has begun
    mapping["targets"][3]["columns"]["since"] = {"expression": "IF(days > 6, DATE(2999, 1, 1), DATE(2026, 1, 1))"}
    mapping["targets"][3]["columns"]["due"] = {"expression": "DATE(2999, 1, 2)"}
    done = somebody.take(LOANS, mapping, "loan")
    assert somebody.reasons(done) == [(4, "A loan that has not begun cannot be lost.")]
    assert done.counts["loan"] == {"created": 2}
    assert [record.values["title"] for record in somebody.all("book")] == ["Emma"]
    assert len(somebody.all("copy")) == 2


def test_one_bad_row_in_a_hundred_is_told_and_the_file_of_refused_rows_can_be_mended(somebody: Librarian) -> None:
    count = 1200
    lines = "title,isbn,price\n" + "".join(
        f"Book {number},978-{number},{'=cheap' if number % 100 == 0 else number}\n" for number in range(1, count + 1)
    )
    done = somebody.take(lines)
    assert (done.counts, done.refused) == ({"book": {"created": 1188}}, 12)
    told = somebody.reasons(done)
    assert told[0] == (101, "“=cheap” is not a number.")
    with somebody.working():
        file = error_file(done.columns, imports.refused_rows(done))
    assert file.decode("utf-8-sig").splitlines()[:2] == [
        "row.number,title,isbn,price,row.reasons", "101,Book 100,978-100,'=cheap,“=cheap” is not a number.",
    ]
    mended = somebody.take(file.replace(b"'=cheap", b"7"), {"targets": [target.body() for target in done.plan_mapping().targets]})
    assert (mended.counts, mended.refused) == ({"book": {"created": 12}}, 0)
    assert len(somebody.all("book", ("title",))) == count


def test_a_mended_row_keeps_the_line_of_the_file_it_came_from(somebody: Librarian) -> None:
    mapping = {"targets": [{"entity": "book", "key": ["isbn"], "columns": {
        "title": {"column": "title"}, "isbn": {"expression": "\"\" & row.number"}, "price": {"column": "price"},
    }}]}
    done = somebody.take("title,price\nA,1\nB,x\nC,3\n", mapping)
    with somebody.working():
        file = error_file(done.columns, imports.refused_rows(done))
    mended = somebody.take(file.replace(b",x,", b",2,"), mapping)
    assert mended.counts == {"book": {"created": 1}}
    assert {record.values["isbn"] for record in somebody.all("book")} == {"2", "3", "4"}


class CrashError(BaseException):
    """The process is killed."""


@pytest.mark.parametrize("moment", range(6))
def test_an_interrupted_import_goes_on_and_takes_each_row_once(
    somebody: Librarian, monkeypatch: pytest.MonkeyPatch, moment: int,
) -> None:
    monkeypatch.setattr(running, "_FIRST", 20)
    monkeypatch.setattr(running, "_LARGEST", 20)
    monkeypatch.setattr(jobs, "LEASE", jobs.LEASE * 0)
    import_ = somebody.upload("title,price\n" + "".join(f"B{number},{'x' if number % 10 == 0 else number}\n" for number in range(100)))
    with somebody.working():
        imports.start(import_, dry_run=False)
    left = [moment]
    record_batch = imports.record_batch

    def killed(*arguments: Any) -> Import:
        noted = record_batch(*arguments)
        left[0] -= 1
        if left[0] == 0:
            raise CrashError
        return noted

    monkeypatch.setattr(imports, "record_batch", killed)
    worker = Worker(somebody.database)
    for _attempt in range(2):
        try:
            worker.run_once()
        except CrashError:
            continue
    with somebody.working():
        done = imports.get(somebody.actor, import_.id)
    assert (done.state, done.counts, done.refused) == ("done", {"book": {"created": 90}}, 10)
    assert len(somebody.all("book", ("title",))) == 90


def test_two_workers_do_not_take_a_row_twice(somebody: Librarian, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LEASE", jobs.LEASE * 0)
    import_ = somebody.upload("title\n" + "".join(f"B{number}\n" for number in range(10)))
    with somebody.working():
        imports.start(import_, dry_run=False)
        first = jobs.claim(("import",))
    with somebody.working():
        second = jobs.claim(("import",))
    assert first is not None and second is not None
    running.run(somebody.database, first)
    assert somebody.all("book") == []
    running.run(somebody.database, second)
    assert len(somebody.all("book")) == 10


def test_a_cancelled_import_keeps_what_was_taken_and_stops(somebody: Librarian, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_FIRST", 20)
    import_ = somebody.upload("title\n" + "".join(f"B{number}\n" for number in range(100)))
    with somebody.working():
        imports.start(import_, dry_run=False)
        job = jobs.claim_one("import", import_.id)
    assert job is not None

    def cancel(now: Import) -> None:
        with somebody.working():
            imports.cancel(now)

    running.run(somebody.database, job, progress=cancel)
    with somebody.working():
        stopped = imports.get(somebody.actor, import_.id)
    assert (stopped.state, stopped.done, len(somebody.all("book"))) == ("cancelled", 20, 20)


@pytest.mark.parametrize(("mapping", "place", "said"), [
    ({"targets": []}, "targets", "[] should be non-empty"),
    ({"targets": [{"entity": "ship", "columns": {"a": {"column": "title"}}}]}, "targets.0.entity", "There is no form ship."),
    ({"targets": [{"entity": "book", "columns": {"colour": {"column": "title"}}}]}, "targets.0.columns.colour", "“Book” has no field colour."),
    ({"targets": [{"entity": "book", "columns": {"title": {"column": "tilte"}}}]}, "targets.0.columns.title", "The file has no column tilte."),
    ({"targets": [{"entity": "book", "columns": {"value": {"column": "title"}}}]}, "targets.0.columns.value", "“Value” is filled in by the system."),
    (
        {"targets": [{"entity": "book", "key": ["isbn"], "columns": {"title": {"column": "title"}}}]},
        "targets.0.key", "The match field isbn gets no value from the file.",
    ),
    ({"targets": [{"entity": "book", "columns": {"title": {"column": "title"}}, "transitions": ["fly"]}]}, "targets.0.transitions", "“Book” has no step fly."),
])
def test_a_mapping_that_does_not_fit_is_explained(somebody: Librarian, mapping: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        somebody.upload("title\nEmma\n", mapping)
    assert refused.value.by_field[place] == (said,)
