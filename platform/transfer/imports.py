"""Imports as they are kept: the file, its mapping, how far it is, what was refused."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock, i18n
from shuke.core.db import connection, metadata
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.transfer import jobs
from shuke.transfer.batch import Refusal
from shuke.transfer.mapping import ImportMapping, read_mapping
from shuke.transfer.reading import Reading
from shuke.transfer.tables import Row, Table, open_table

JOB = "import"
MOST_BYTES = 20 << 20
_CHUNK = 1 << 19
_SAMPLE = 200

import_table = sa.Table(
    "sk_import", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("actor", sa.String(20), nullable=False),
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("entity", sa.String(100), nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("head", Json, nullable=False),
    sa.Column("mapping", Json),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("counts", Json, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("problem", sa.Text),
    sa.Column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Index("ix_sk_import_created_by", "created_by", "id"),
)
content_table = sa.Table(
    "sk_import_content", metadata,
    sa.Column("import_id", Id, sa.ForeignKey("sk_import.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
error_table = sa.Table(
    "sk_import_error", metadata,
    sa.Column("import_id", Id, sa.ForeignKey("sk_import.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("cells", Json, nullable=False),
    sa.Column("reasons", Json, nullable=False),
)

UPLOADED, CHECKING, CHECKED, RUNNING, DONE, FAILED, CANCELLED = (
    "uploaded", "checking", "checked", "running", "done", "failed", "cancelled",
)
BUSY = (CHECKING, RUNNING)


@dataclass(frozen=True, slots=True)
class Import:
    """One upload and all that became of it."""

    id: int
    created_at: datetime
    created_by: int
    actor: str
    locale: str
    entity: str
    name: str
    size: int
    reading: Reading
    columns: tuple[str, ...]
    sheets: tuple[str, ...]
    sample: tuple[Row, ...]
    mapping: Mapping[str, Any] | None
    total: int
    state: str
    done: int
    counts: Mapping[str, Mapping[str, int]]
    refused: int
    problem: str
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    def plan_mapping(self) -> ImportMapping:
        assert self.mapping is not None
        return read_mapping(self.mapping)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused row as it is kept: (target, field, sentence)."""

    line: int
    number: int
    cells: tuple[str, ...]
    reasons: tuple[tuple[str, str, str], ...]

    @property
    def words(self) -> str:
        return " ".join(dict.fromkeys(reason[2] for reason in self.reasons))


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one look through a whole file tells."""

    reading: Reading
    columns: tuple[str, ...]
    sheets: tuple[str, ...]
    sample: tuple[Row, ...]
    total: int


def analyse(source: IO[bytes], reading: Reading) -> Analysis:
    """Read the file once; outside of any unit of work, since it takes a while."""
    with open_table(source, reading) as table:
        sample: list[Row] = []
        total = 0
        for row in table.rows:
            total += 1
            if total <= _SAMPLE:
                sample.append(row)
        return Analysis(table.head.reading, table.head.columns, table.head.sheets, tuple(sample), total)


def create(actor: Actor, entity: str, name: str, source: IO[bytes], analysis: Analysis) -> int:
    """Keep the file."""
    id_ = new_id()
    source.seek(0)
    chunks = list(iter(lambda: source.read(_CHUNK), b""))
    connection().execute(sa.insert(import_table).values(
        id=id_, created_at=clock.now(), created_by=actor.id, actor=actor.kind, locale=i18n.locale(), entity=entity, name=name[:300],
        size=sum(map(len, chunks)), state=UPLOADED, done=0, counts={}, refused=0, **_head(analysis),
    ))
    connection().execute(sa.insert(content_table), [
        {"import_id": id_, "position": position, "content": chunk} for position, chunk in enumerate(chunks)
    ])
    return id_


def read_again(import_: Import, analysis: Analysis) -> None:
    """Keep what the file says under another way of reading it; the mapping has to be made again."""
    _change(import_.id, idle=True, state=UPLOADED, mapping=None, **_head(analysis))


def _head(analysis: Analysis) -> dict[str, Any]:
    head = {
        "reading": analysis.reading.body(), "columns": list(analysis.columns), "sheets": list(analysis.sheets),
        "sample": [[row.line, list(row.cells), row.number] for row in analysis.sample],
    }
    return {"head": head, "total": analysis.total}


def get(actor: Actor, id_: int) -> Import:
    """An import of this actor's own; those of others do not exist."""
    found = connection().execute(sa.select(import_table).where(import_table.c.id == id_)).one_or_none()
    if found is None or (not actor.is_system and found.created_by != actor.id):
        raise NotFound
    return _import(found)


def for_worker(id_: int) -> Import:
    return _import(connection().execute(sa.select(import_table).where(import_table.c.id == id_)).one())


def history(actor: Actor, limit: int = 50) -> list[Import]:
    """The actor's latest imports."""
    rows = connection().execute(
        sa.select(import_table).where(import_table.c.created_by == actor.id).order_by(import_table.c.id.desc()).limit(limit),
    )
    return [_import(row) for row in rows]


def content(id_: int) -> bytes:
    """The file as it was uploaded."""
    chunks = connection().scalars(
        sa.select(content_table.c.content).where(content_table.c.import_id == id_).order_by(content_table.c.position),
    )
    return b"".join(chunks)


@contextmanager
def temporary(kept: bytes) -> Iterator[IO[bytes]]:
    """A file that the parser can be given."""
    with tempfile.TemporaryFile() as file:
        file.write(kept)
        file.seek(0)
        yield file


@contextmanager
def table_of(file: IO[bytes], import_: Import) -> Iterator[Table]:
    with open_table(file, import_.reading) as table:
        yield table


def set_mapping(import_: Import, mapping: ImportMapping) -> None:
    """Keep the mapping; the reading of the file is what was found, and the kinds of columns are fixed now."""
    _change(import_.id, idle=True, mapping=json.loads(json.dumps(mapping.body())), state=UPLOADED, refused=0, done=0, counts={}, problem=None)
    connection().execute(sa.delete(error_table).where(error_table.c.import_id == import_.id))


def start(import_: Import, *, dry_run: bool) -> None:
    """Have the file checked, or taken, in the background."""
    if import_.mapping is None:
        raise InvalidInput({"mapping": [_("Say first which columns become which fields.")]})
    connection().execute(sa.delete(error_table).where(error_table.c.import_id == import_.id))
    _change(
        import_.id, idle=True, state=CHECKING if dry_run else RUNNING, done=0, counts={}, refused=0, problem=None,
        started_at=clock.now(), finished_at=None,
    )
    jobs.enqueue(JOB, import_.id)


def cancel(import_: Import) -> None:
    """Stop at the next batch; what was taken stays."""
    if not import_.is_busy:
        raise NotAllowed(_("This import is not running."))
    _change(import_.id, state=CANCELLED, finished_at=clock.now())
    jobs.cancel_waiting(JOB, import_.id)


def record_batch(
    import_: Import, rows: int, counts: Mapping[str, Mapping[str, int]], refused: Sequence[Refusal],
) -> Import:
    """Note one batch, in the unit of work that has its effects; the import as it is now."""
    total = {target: dict(known) for target, known in import_.counts.items()}
    for target, more in counts.items():
        known = total.setdefault(target, {})
        for what, number in more.items():
            known[what] = known.get(what, 0) + number
    if refused:
        connection().execute(sa.insert(error_table), [
            {
                "import_id": import_.id, "line": one.row.line, "number": one.row.number, "cells": list(one.row.cells),
                "reasons": [list(reason) for reason in one.reasons],
            }
            for one in refused
        ])
    changed = connection().execute(
        sa.update(import_table).where(import_table.c.id == import_.id, import_table.c.state == import_.state, import_table.c.done == import_.done)
        .values(done=import_.done + rows, counts=total, refused=import_.refused + len(refused)),
    )
    if changed.rowcount != 1:
        raise jobs.LeaseLostError
    return for_worker(import_.id)


def restart(import_: Import) -> Import:
    """Back to the first row."""
    connection().execute(sa.delete(error_table).where(error_table.c.import_id == import_.id))
    _change(import_.id, done=0, counts={}, refused=0)
    return for_worker(import_.id)


def finish(import_: Import) -> None:
    _change(import_.id, state=CHECKED if import_.state == CHECKING else DONE, finished_at=clock.now())


def fail(import_: Import, problem: str) -> None:
    """Stop, remembering whether the file was being checked or taken."""
    head = connection().scalar(sa.select(import_table.c.head).where(import_table.c.id == import_.id)) or {}
    _change(import_.id, state=FAILED, finished_at=clock.now(), problem=problem[:2000], head={**head, "stopped": import_.state})


def go_on(id_: int) -> None:
    """A failed import runs again from where it stopped; a check begins anew. Its job has to wait again as well."""
    head = connection().scalar(sa.select(import_table.c.head).where(import_table.c.id == id_, import_table.c.state == FAILED))
    if head is None:
        raise NotAllowed(_("This import has not failed, so there is nothing to repeat."))
    _change(id_, state=CHECKING if head.get("stopped") == CHECKING else RUNNING, finished_at=None, problem=None)


def names_of(ids: Sequence[int]) -> dict[int, str]:
    """The names of the files of some imports."""
    rows = connection().execute(sa.select(import_table.c.id, import_table.c.name).where(import_table.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


def everybodys(*, limit: int = 50, before: int | None = None) -> list[Import]:
    """The latest imports of all people, for those who look after the installation."""
    statement = sa.select(import_table).order_by(import_table.c.id.desc()).limit(limit)
    return [_import(row) for row in connection().execute(statement if before is None else statement.where(import_table.c.id < before))]


def give_up(id_: int) -> None:
    """The import has brought down its worker again and again."""
    fail(for_worker(id_), _("The import stopped several times without getting any further."))


def refused_rows(import_: Import, limit: int | None = None) -> Iterator[Refused]:
    """The rows that were not taken, in the order of the file."""
    rows = connection().execute(
        sa.select(error_table.c.line, error_table.c.number, error_table.c.cells, error_table.c.reasons)
        .where(error_table.c.import_id == import_.id).order_by(error_table.c.line).limit(limit),
    )
    for line, number, cells, reasons in rows:
        yield Refused(line, number, tuple(cells), tuple((target, field, said) for target, field, said in reasons))


def delete(import_: Import) -> None:
    if import_.is_busy:
        raise NotAllowed(_("Stop this import first."))
    connection().execute(sa.delete(error_table).where(error_table.c.import_id == import_.id))
    connection().execute(sa.delete(content_table).where(content_table.c.import_id == import_.id))
    connection().execute(sa.delete(import_table).where(import_table.c.id == import_.id))


def _change(id_: int, *, idle: bool = False, **values: Any) -> None:
    statement = sa.update(import_table).where(import_table.c.id == id_)
    if idle:
        statement = statement.where(import_table.c.state.not_in(BUSY))
    if connection().execute(statement.values(**values)).rowcount != 1:
        raise NotAllowed(_("This import is running."))


def _import(row: Any) -> Import:
    head = row.head
    return Import(
        row.id, row.created_at, row.created_by, row.actor, row.locale, row.entity, row.name, row.size, Reading.of(head["reading"]),
        tuple(head["columns"]), tuple(head["sheets"]), tuple(Row(line, tuple(cells), number) for line, cells, number in head["sample"]),
        row.mapping, row.total, row.state, row.done, row.counts, row.refused, row.problem or "", row.started_at, row.finished_at,
    )
