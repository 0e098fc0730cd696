"""The only way to put definitions in force: check, expand the tables, convert, recompute, switch; and back again."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property, partial
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
from shuke.publishing.storage import every_field, place
from shuke.records.computed import Computed, recompute_after
from shuke.records.computed import plan as computed_plan
from shuke.records.search import reindex_after
from shuke.records.shapes import shape
from shuke.records.tables import plans, tables

STEPS = ("expand", "index", "announce", "convert", "fill", "switch", "catch up")
_MARGIN = timedelta(seconds=60)
"""How long before the publication a transaction can have begun that was still writing during it."""


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
    except (PlatformError, SQLAlchemyError) as error:
        publication.give_up(error)
        raise


class _Publication:
    def __init__(self, database: Database, work: Job) -> None:
        self._database, self._job = database, work
        self._before = store.load_catalogue(database, work.base)
        self._after = parse_documents(work.documents, work.base + 1)
        with database.read():
            self._conversions = convert.conversions(self._before, self._after)
        self._reached = dict(work.reached)
        self._version = work.version
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
        with self._database.write():
            job.keep(self._job, state="done")
        return self._version

    def expand(self) -> None:
        ddl.expand(self._database, self._plans)

    def index(self) -> None:
        try:
            ddl.add_indexes(self._database, self._plans)
        except IntegrityError as error:
            raise _repeated(error) from error

    def announce(self) -> None:
        stored = [store.pending_to_json(self._before.version, one.pending) for one in self._conversions if one.is_live and one.carries]
        with self._database.write():
            store.set_pending(stored)
        if stored:
            # Who began before the announcement does not know of the second column: let them end first.
            ddl.wait_for_older_transactions(self._database)

    def convert(self) -> None:
        for conversion in self._conversions:
            try:
                convert.run(self._database, self._job, conversion, self._after, self._reached)
            except IntegrityError as error:  # what was entered as another type says the same in this one
                raise _repeated(error) from error

    def fill(self) -> None:
        for one in self._stale:
            self._in_ranges(f"{one.shape}.{one.field.name}", partial(recompute_after, one))
        for entity, names in self._found_otherwise:
            self._in_ranges(f"search {entity.name}", partial(reindex_after, entity, names))

    def _in_ranges(self, key: str, work: Callable[[int], int]) -> None:
        """Do a range of records in each transaction, and remember how far it is."""
        key = f"{key} {self._version}"
        last = self._reached.get(key, 0)
        while True:
            began = time.monotonic()
            try:
                with self._database.write(), use_catalogue(self._after):
                    last = work(last)
                    if not last:
                        return
                    self._reached[key] = last
                    job.keep(self._job, reached=dict(self._reached))
            except IntegrityError as error:  # a formula gives several records the same value
                raise _repeated(error) from error
            fail_point("fill")
            convert.give_way(self._database, began)

    def switch(self) -> None:
        with self._database.write():
            number, edition = store.add_version(self._job.documents, self._job.created_by, self._job.comment)
            store.put_in_force(number, edition)
            job.keep(self._job, step="switch", version=number)
            self._version = number

    def catch_up(self) -> None:
        """Whoever wrote by the version before did not know of what was filled: fill it again where somebody has written."""
        if not (self._stale or self._found_otherwise):
            return
        ddl.wait_for_older_transactions(self._database)
        if self._was_written_to():
            self.fill()

    def give_up(self, error: Exception) -> None:
        """Leave the version before in force and nothing announced; or, after the switch, the new one as it is."""
        table, state = publication_table.c, "done" if self._version else "failed"
        with self._database.write() as writing:
            held = writing.execute(
                sa.update(publication_table).where(table.id == self._job.id, table.holder == self._job.holder, table.state == "running")
                .values(state=state, error=str(error))
            )
            if not held.rowcount or self._version:
                return
            store.set_pending(())
        ddl.drop_indexes(self._database, plans(self._before))

    @cached_property
    def _stale(self) -> tuple[Computed, ...]:
        """Stored formulas and roll-ups that are new, say something else now, or read what was converted; in order."""
        before = {field.id: field for entity in self._before.entities.values() for field in every_field(entity)}
        moved = {field.id for entity in self._after.entities.values() for field in every_field(entity) if field.id in before and before[field.id].column != field.column}
        stale: dict[tuple[str, str], Computed] = {}
        with use_catalogue(self._after):
            for one in computed_plan(self._after):
                reads = any(dependency.key in stale or _id_of(dependency.key) in moved for dependency in one.dependencies)
                if (reads or _says_otherwise(one.field, before.get(one.field.id))) and self._has_rows(shape(one.shape).table.name):
                    stale[one.shape, one.field.name] = one
        return tuple(stale.values())

    @cached_property
    def _found_otherwise(self) -> tuple[tuple[Entity, frozenset[str]], ...]:
        """Entities with the fields (by their names before and now) whose words have to be written anew."""
        before = {entity.id: entity for entity in self._before.entities.values()}
        return tuple(
            (entity, names) for entity in self._after.entities.values()
            if entity.id in before and self._has_rows(entity.table) and (names := self._reworded(before[entity.id], entity))
        )

    def _reworded(self, before: Entity, after: Entity) -> frozenset[str]:
        """A new field has no words yet, unless it comes back with its values or is filled by a formula."""
        earlier, now = _words(before), _words(after)
        names = {words[0] for id_, words in earlier.items() if now.get(id_) != words}
        names |= {words[0] for id_, words in now.items() if id_ in earlier and earlier[id_] != words}
        for field in after.fields:
            for one in (field, *field.fields):
                if one.id not in earlier and self._has_values(after.table if one is field else field.column, one):
                    names.add(now[one.id][0])
        return frozenset(names if before.name == after.name else {words[0] for words in now.values()})

    def _has_values(self, table: str, field: Field) -> bool:
        if place(field) != "column":
            return place(field) != ""
        with self._database.read():
            column: sa.ColumnClause[Any] = sa.column(field.column)
            found = sa.select(sa.literal(1)).select_from(sa.table(table)).where(column.is_not(None)).limit(1)
            return connection().scalar(found) is not None

    def _has_rows(self, table: str) -> bool:
        with self._database.read():
            return connection().scalar(sa.select(sa.literal(1)).select_from(sa.table(table)).limit(1)) is not None

    def _was_written_to(self) -> bool:
        """Whether any record was saved while this publication ran."""
        since = self._job.started_at - _MARGIN
        with self._database.read():
            for entity in self._after.entities.values():
                updated = tables(self._after).of(entity).c.updated_at
                if connection().scalar(sa.select(sa.literal(1)).where(updated >= since).limit(1)) is not None:
                    return True
        return False


_WORK: Mapping[str, Callable[[_Publication], None]] = MappingProxyType({
    "expand": _Publication.expand, "index": _Publication.index, "announce": _Publication.announce,
    "convert": _Publication.convert, "fill": _Publication.fill, "switch": _Publication.switch, "catch up": _Publication.catch_up,
})


def _repeated(error: IntegrityError) -> Conflict:
    return Conflict(_("Records have the same value in a field that is to be unique; make them differ first. (%(detail)s)", detail=str(error.orig).strip()))


_MEANING = ("type", "format", "x-type", "x-result", "x-scale", "x-formula", "x-via", "x-function", "x-field", "x-where")


def _id_of(key: tuple[str, str]) -> str:
    """The identity of the field that a formula reads, by the name of its shape and its own."""
    field = shape(key[0]).members.get(key[1])
    return field.id if field else ""


def _says_otherwise(field: Field, before: Field | None) -> bool:
    return before is None or before.column != field.column or _meaning(before) != _meaning(field)


def _meaning(field: Field) -> dict[str, Any]:
    return {key: field.schema.get(key) for key in _MEANING}


def _words(entity: Entity) -> dict[str, tuple[Any, ...]]:
    """By field: its name in the search, and what decides which words it gives."""
    return {
        one.id: (field.name if one is field else f"{field.name}.{one.name}", one.type, one.column, one.option("search"), field.option("search"), one.options, one.name == entity.display)
        for field in entity.fields for one in (field, *field.fields)
    }
