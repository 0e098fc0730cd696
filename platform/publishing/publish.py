"""The only way to put definitions in force: check, expand the tables, convert, recompute, switch; and back again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from shuke.access import Actor
from shuke.core.db import Database, connection
from shuke.core.errors import Conflict, PlatformError
from shuke.core.i18n import gettext as _
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Catalogue, Document, Entity, Field
from shuke.definitions.parse import parse_documents
from shuke.definitions.problems import DefinitionErrors, Problem, file_of
from shuke.publishing import convert, ddl, job
from shuke.publishing.checks import check, complete
from shuke.publishing.identity import identified
from shuke.publishing.job import Job, fail_point, publication_table
from shuke.publishing.plan import blocking
from shuke.publishing.storage import is_computed, place
from shuke.records.computed import recompute
from shuke.records.search import reindex
from shuke.records.tables import plans

STEPS = ("expand", "index", "announce", "convert", "fill", "switch")


def publish(
    database: Database, actor: Actor, documents: Iterable[Document], comment: str = "", *, base: int | None = None,
) -> int:
    """Put the documents in force and give the number of their version.

    `base` is the version that they were edited from: `Conflict` when another one is in force by now. Statements of
    workers that still use the version before go on working. `DefinitionErrors` says what stands against it.
    """
    resume(database)
    current = store.current(database)
    if base is not None and base != current.version:
        raise Conflict(_("Version %(number)s has been published since; look at its changes first.", number=current.version), revision=current.version)
    wanted = complete(documents)
    check(wanted, current.version + 1)
    wanted = identified(database, wanted, current)
    _refuse_repeated(database, current, wanted)
    return _run(database, job.begin(database, current.version, wanted, actor.id, comment))


def rollback(database: Database, actor: Actor, version: int, comment: str = "") -> int:
    """Publish an older version again: what was dropped or retyped since has its values back."""
    with database.read():
        documents = store.documents_of(version)
    return publish(database, actor, documents, comment or _("Back to version %(number)s.", number=version))


def resume(database: Database) -> int | None:
    """Finish the publication that a crash interrupted, if there is one."""
    left = job.take_over(database)
    return _run(database, left) if left else None


def _refuse_repeated(database: Database, current: Catalogue, wanted: Sequence[Document]) -> None:
    """A unique index over values that stand twice would fail half-way; say so before anything begins."""
    found = blocking(database, current, parse_documents(wanted, current.version + 1))
    if found:
        files = {one.name: file_of(one) for one in wanted if one.kind == "entity"}
        raise DefinitionErrors([Problem(files[one.difference.name], "x-unique", one.sentence) for one in found])


def _run(database: Database, work: Job) -> int:
    publication = _Publication(database, work)
    try:
        return publication.run()
    except (PlatformError, SQLAlchemyError, TimeoutError) as error:
        publication.give_up(error)
        raise


class _Publication:
    def __init__(self, database: Database, work: Job) -> None:
        self._database, self._job = database, work
        self._before = store.load_catalogue(database, work.base)
        self._after = parse_documents(work.documents, work.base + 1)
        self._conversions = convert.conversions(self._before, self._after)
        self._reached = dict(work.reached)
        self._version = 0
        with use_catalogue(self._after):  # balances look their ledger up
            self._plans = plans(self._after)

    def run(self) -> int:
        begin = STEPS.index(self._job.step) + 1 if self._job.step else 0
        for step in STEPS[begin:]:
            fail_point(f"before {step}")
            _WORK[step](self)
            fail_point(f"after {step}")
            if step != "switch":
                with self._database.write():
                    job.keep(self._job, step=step)
        ddl.drop_indexes(self._database, self._plans)
        return self._version

    def expand(self) -> None:
        ddl.expand(self._database, self._plans)

    def index(self) -> None:
        try:
            ddl.add_indexes(self._database, self._plans)
        except IntegrityError as error:
            raise Conflict(_("Records have the same value in a field that is to be unique; make them differ first. (%(detail)s)", detail=str(error.orig).strip())) from error

    def announce(self) -> None:
        stored = [store.pending_to_json(self._before.version, one.pending) for one in self._conversions]
        with self._database.write():
            store.set_pending(stored)
        if stored:
            # Who began before the announcement does not know of the second column: let them end first.
            ddl.wait_for_older_transactions(self._database)

    def convert(self) -> None:
        for conversion in self._conversions:
            convert.run(self._database, self._job, conversion, self._after, self._reached)

    def fill(self) -> None:
        for entity, names in self._to_compute():
            with self._database.write(), use_catalogue(self._after):
                recompute(entity, names)
                job.keep(self._job)
            fail_point("fill")
        for entity in self._to_reindex():
            with self._database.write(), use_catalogue(self._after):
                reindex(entity)
                job.keep(self._job)

    def switch(self) -> None:
        with self._database.write():
            number, edition = store.add_version(self._job.documents, self._job.created_by, self._job.comment)
            store.put_in_force(number, edition)
            job.keep(self._job, step="switch", state="done", version=number)
            self._version = number

    def give_up(self, error: Exception) -> None:
        """Leave the version before in force and nothing announced."""
        with self._database.write() as writing:
            held = writing.execute(
                sa.update(publication_table).where(publication_table.c.id == self._job.id, publication_table.c.holder == self._job.holder, publication_table.c.state == "running")
                .values(state="failed", error=str(error))
            )
            if held.rowcount:
                store.set_pending(())
        ddl.drop_indexes(self._database, plans(self._before))

    def _to_compute(self) -> Iterable[tuple[Entity, list[str]]]:
        """Stored formulas and roll-ups that are new, that say something else now, or that read what was converted."""
        before = {field.id: field for entity in self._before.entities.values() for field in _all_fields(entity)}
        moved = {conversion.target.id for conversion in self._conversions}
        for entity in self._after.entities.values():
            stale = any(field.id in moved for field in _all_fields(entity))
            names = [
                field.name for field in entity.fields
                if any(_is_stale(one, before.get(one.id), stale) for one in (field, *field.fields))
            ]
            if names and self._has_rows(entity):
                yield entity, names

    def _to_reindex(self) -> Iterable[Entity]:
        before = {entity.id: entity for entity in self._before.entities.values()}
        for entity in self._after.entities.values():
            earlier = before.get(entity.id)
            if earlier and self._has_rows(entity) and self._is_found_otherwise(earlier, entity):
                yield entity

    def _is_found_otherwise(self, before: Entity, after: Entity) -> bool:
        """Whether other words find the records now: a new field has none yet, unless it comes back with its values."""
        earlier, now = _found_by(before), _found_by(after)
        if before.name != after.name or any(now.get(id_) != words for id_, words in earlier.items()):
            return True
        return any(
            self._has_values(after.table if column is field else field.column, column)
            for field in after.fields for column in (field, *field.fields) if column.id not in earlier
        )

    def _has_values(self, table: str, field: Field) -> bool:
        if place(field) != "column":
            return place(field) != ""
        with self._database.read():
            column: sa.ColumnClause[Any] = sa.column(field.column)
            found = sa.select(sa.literal(1)).select_from(sa.table(table)).where(column.is_not(None)).limit(1)
            return connection().scalar(found) is not None

    def _has_rows(self, entity: Entity) -> bool:
        with self._database.read():
            return connection().scalar(sa.select(sa.literal(1)).select_from(sa.table(entity.table)).limit(1)) is not None


_WORK: Mapping[str, Callable[[_Publication], None]] = MappingProxyType({
    "expand": _Publication.expand, "index": _Publication.index, "announce": _Publication.announce,
    "convert": _Publication.convert, "fill": _Publication.fill, "switch": _Publication.switch,
})


def _all_fields(entity: Entity) -> Sequence[Field]:
    return [one for field in entity.fields for one in (field, *field.fields)]


_MEANING = ("type", "format", "x-type", "x-result", "x-scale", "x-formula", "x-via", "x-function", "x-field", "x-where")


def _is_stale(field: Field, before: Field | None, reads_converted: bool) -> bool:
    if not is_computed(field) or place(field) != "column":
        return False
    return before is None or before.column != field.column or reads_converted or _meaning(before) != _meaning(field)


def _meaning(field: Field) -> dict[str, Any]:
    return {key: field.schema.get(key) for key in _MEANING}


def _found_by(entity: Entity) -> dict[str, tuple[Any, ...]]:
    """What of each field decides which words find its records."""
    return {
        field.id: (field.type, field.column, field.option("search"), field.option("mask"), field.options) for field in _all_fields(entity)
    }
