"""Brings the database's tables to what a version needs; adds first, and takes away only indexes.

Every function can be called again after a crash: it looks at what is there.
"""

import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.exc import DBAPIError

from shuke.core.db import Database
from shuke.core.errors import Conflict
from shuke.core.i18n import gettext as _
from shuke.records.tables import IndexPlan, Reference, TablePlan

PATIENCE = 60.0
"""Seconds for which a lock is tried again before a publication gives up."""
_LOCK_TIMEOUT = "200ms"
_LOCK_ERRORS = frozenset({"55P03", "40P01"})
_OUR_INDEX = re.compile(r"(ix|ux|dx)_f[0-9a-z]{6,}_")


def expand(database: Database, plans: Mapping[str, TablePlan]) -> None:
    """Create the tables and columns that are missing, new tables with their indexes."""
    missing = _missing(database, plans)
    if database.dialect == "sqlite":
        with _changing(database) as operations:
            for plan in missing.tables:
                _create_table(operations, plan, plan.references)
            for plan, name, type_ in missing.columns:
                _add_column(operations, plan, name, type_)
        return
    for plan in missing.tables:
        _patiently(database, partial(_create_table, plan=plan, references=()))
    for plan, name, type_ in missing.columns:
        _patiently(database, partial(_add_plain_column, plan=plan, column=sa.Column(name, type_)))
    _add_references(database, plans)


def add_indexes(database: Database, plans: Mapping[str, TablePlan]) -> None:
    """Create the indexes that are missing; on PostgreSQL without stopping writers."""
    there = _index_names(database)
    for plan in plans.values():
        for index in plan.indexes:
            if index.name not in there:
                _add_index(database, plan, index)


def drop_indexes(database: Database, plans: Mapping[str, TablePlan]) -> None:
    """Drop those of our indexes that the version in force does not name."""
    wanted = {index.name for plan in plans.values() for index in plan.indexes}
    for name in sorted(_index_names(database) - wanted):
        if _OUR_INDEX.match(name):
            _drop_index(database, name)


def wait_for_older_transactions(database: Database) -> None:
    """Return when no transaction is open that began before now: all others have read what was just announced."""
    if database.dialect == "sqlite":
        return  # writers stand in one line there
    with database.ddl_engine.connect() as connection:
        began = connection.scalar(sa.select(sa.func.clock_timestamp()))
    older = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend' AND xact_start < :began AND state <> 'idle'"
    )
    for pause in _pauses():
        with database.ddl_engine.connect() as connection:
            if not connection.scalar(older, {"began": began}):
                return
        time.sleep(pause)
    raise Conflict(_("Somebody has been working in the database for a minute without an end; publish again later."))


class _Missing:
    def __init__(self) -> None:
        self.tables: list[TablePlan] = []
        self.columns: list[tuple[TablePlan, str, sa.types.TypeEngine[Any]]] = []


def _missing(database: Database, plans: Mapping[str, TablePlan]) -> _Missing:
    missing = _Missing()
    with database.ddl_engine.connect() as connection:
        found = sa.inspect(connection).get_multi_columns()
    there = {str(table): {column["name"] for column in columns} for (_schema, table), columns in found.items()}
    for plan in plans.values():
        if plan.name not in there:
            missing.tables.append(plan)
        else:
            missing.columns += [(plan, name, type_) for name, type_ in plan.columns if name not in there[plan.name]]
    return missing


def _create_table(operations: Operations, plan: TablePlan, references: Iterable[Reference]) -> None:
    targets = {reference.column: reference.table for reference in references}
    operations.create_table(plan.name, *(
        sa.Column(name, type_, *_foreign_key(plan.name, name, targets), primary_key=name == "id", autoincrement=False)
        for name, type_ in plan.columns
    ))
    for index in plan.indexes:
        _create_index(operations, plan, index)


def _add_column(operations: Operations, plan: TablePlan, name: str, type_: sa.types.TypeEngine[Any]) -> None:
    targets = {reference.column: reference.table for reference in plan.references}
    operations.add_column(plan.name, sa.Column(name, type_, *_foreign_key(plan.name, name, targets)), inline_references=True)


def _add_plain_column(operations: Operations, plan: TablePlan, column: sa.Column[Any]) -> None:
    operations.add_column(plan.name, column)


def _foreign_key(table: str, column: str, targets: Mapping[str, str]) -> list[sa.ForeignKey]:
    return [sa.ForeignKey(f"{targets[column]}.id", name=_reference_name(table, column))] if column in targets else []


def _reference_name(table: str, column: str) -> str:
    return f"fk_{table}_{column}"[-60:]


def _add_references(database: Database, plans: Mapping[str, TablePlan]) -> None:
    """PostgreSQL: foreign keys come after all tables, and check what is there without stopping anybody."""
    with database.ddl_engine.connect() as connection:
        found = sa.inspect(connection).get_multi_foreign_keys()
    there = {(str(table), column) for (_schema, table), keys in found.items() for key in keys for column in key["constrained_columns"]}
    for plan in plans.values():
        for reference in plan.references:
            if (plan.name, reference.column) not in there:
                _patiently(database, partial(_add_reference, plan=plan, reference=reference))
    for table, name in _unchecked_references(database):
        _patiently(database, partial(_check_reference, table=table, name=name))


def _add_reference(operations: Operations, plan: TablePlan, reference: Reference) -> None:
    operations.create_foreign_key(
        _reference_name(plan.name, reference.column), plan.name, reference.table, [reference.column], ["id"], postgresql_not_valid=True,
    )


def _unchecked_references(database: Database) -> list[tuple[str, str]]:
    with database.ddl_engine.connect() as connection:
        rows = connection.execute(sa.text(
            "SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
            "WHERE k.contype = 'f' AND NOT k.convalidated AND c.relnamespace = current_schema()::regnamespace"
        ))
        return [(table, name) for table, name in rows]


def _check_reference(operations: Operations, table: str, name: str) -> None:
    quote = operations.get_bind().dialect.identifier_preparer.quote
    operations.execute(f"ALTER TABLE {quote(table)} VALIDATE CONSTRAINT {quote(name)}")


# Indexes


def _index_names(database: Database) -> set[str]:
    with database.ddl_engine.connect() as connection:
        if database.dialect == "sqlite":
            return set(connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'index'")))
        return set(connection.scalars(sa.text(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indisvalid AND c.relnamespace = current_schema()::regnamespace"
        )))


def _add_index(database: Database, plan: TablePlan, index: IndexPlan) -> None:
    if database.dialect == "sqlite":
        with _changing(database) as operations:
            _create_index(operations, plan, index)
        return
    for pause in _pauses():
        try:
            with _outside_transactions(database) as operations:
                # What an interrupted attempt left behind is not valid and stands in the way.
                operations.drop_index(index.name, if_exists=True, postgresql_concurrently=True)
                _create_index(operations, plan, index, postgresql_concurrently=True)
            return
        except DBAPIError as error:
            if not _is_lock_error(error):
                raise
        time.sleep(pause)
    raise _locked()


def _create_index(operations: Operations, plan: TablePlan, index: IndexPlan, **options: Any) -> None:
    deleted: sa.ColumnClause[Any] = sa.column("deleted_at")
    where = {"all": None, "living": deleted.is_(None), "deleted": deleted.is_not(None)}[index.rows]
    if where is not None:
        options |= {"sqlite_where": where, "postgresql_where": where}
    columns: list[Any] = list(index.columns)
    if index.descending and operations.get_bind().dialect.name == "postgresql":
        # An id is never blank, and nobody sorts it with a word about blanks.
        columns = [sa.column(name).desc() if name == "id" else sa.column(name).desc().nulls_last() for name in index.columns]
    operations.create_index(index.name, plan.name, columns, unique=index.unique, **options)


def _drop_index(database: Database, name: str) -> None:
    if database.dialect == "sqlite":
        with _changing(database) as operations:
            operations.drop_index(name, if_exists=True)
        return
    with _outside_transactions(database) as operations:
        operations.drop_index(name, if_exists=True, postgresql_concurrently=True)


# Transactions


@contextmanager
def _changing(database: Database) -> Iterator[Operations]:
    with database.ddl_engine.connect() as connection:
        connection = connection.execution_options(sqlite_begin="IMMEDIATE")
        with connection.begin():
            if database.dialect == "postgresql":
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
            yield Operations(MigrationContext.configure(connection))


@contextmanager
def _outside_transactions(database: Database) -> Iterator[Operations]:
    with database.ddl_engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        yield Operations(MigrationContext.configure(connection))


def _patiently(database: Database, change: Callable[[Operations], Any]) -> None:
    """Change a table without queueing for its lock: who queues stops everybody who comes later."""
    for pause in _pauses():
        try:
            with _changing(database) as operations:
                change(operations)
            return
        except DBAPIError as error:
            if not _is_lock_error(error):
                raise
        time.sleep(pause)
    raise _locked()


def _locked() -> Conflict:
    return Conflict(_("A table has been in use for a minute without a break; publish again later."))


def _is_lock_error(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _LOCK_ERRORS


def _pauses() -> Iterator[float]:
    end, pause = time.monotonic() + PATIENCE, 0.05
    while time.monotonic() < end:
        yield pause * random.uniform(0.5, 1.5)  # noqa: S311 - so that two do not meet again and again
        pause = min(pause * 1.5, 2.0)
