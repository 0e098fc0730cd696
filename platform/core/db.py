"""The engines and the current connection of the company's database.

A face opens a unit of work with `database.read()` or `database.write()`; everything below it uses `connection()`.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.pool import NullPool

metadata = MetaData()
"""The platform's own tables (`sk_…`); each package adds those that it alone reads and writes."""

_connection: ContextVar[Connection | None] = ContextVar("connection", default=None)
_undoing: ContextVar[list[Callable[[], object]] | None] = ContextVar("undoing", default=None)
_on_connect: list[Callable[[sqlite3.Connection], None]] = []


def on_sqlite_connect(hook: Callable[[sqlite3.Connection], None]) -> Callable[[sqlite3.Connection], None]:
    """Have `hook` called with each new SQLite connection, to add deterministic functions."""
    _on_connect.append(hook)
    return hook


class Database:
    """One company's database."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = sa.make_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self.engine = _sqlite_engine(self.url, foreign_keys=True, pool_size=pool_size)
            self.ddl_engine = _sqlite_engine(self.url, foreign_keys=False, pool_size=None)
        else:
            self.engine = _postgresql_engine(self.url, pool_size=pool_size, max_overflow=pool_size)
            self.ddl_engine = _postgresql_engine(self.url, poolclass=NullPool)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A unit of work that reads one snapshot; joins the current one if there is one."""
        if (current := _connection.get()) is not None:
            yield current
            return
        with self.engine.connect() as connection, _use(connection):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A unit of work that commits at its end and rolls back on any exception; it cannot be nested.

        On SQLite it takes the write lock at once: a reader that turns writer would fail with "database is locked".
        """
        if _connection.get() is not None:
            raise RuntimeError("A unit of work is open already.")
        with _undone_on_failure(), self.engine.connect() as connection:
            connection = connection.execution_options(sqlite_begin="IMMEDIATE")
            with connection.begin(), _use(connection):
                yield connection

    def dispose(self) -> None:
        self.engine.dispose()
        self.ddl_engine.dispose()


def connection() -> Connection:
    """The connection of the unit of work that is open."""
    current = _connection.get()
    if current is None:
        raise RuntimeError("No unit of work is open; a face opens one with database.read() or database.write().")
    return current


def in_unit_of_work() -> bool:
    return _connection.get() is not None


def if_undone(step: Callable[[], object]) -> None:
    """Have `step` called when the unit of work that is open comes to nothing: it takes back what was done outside of the database."""
    if (steps := _undoing.get()) is not None:
        steps.append(step)


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of the unit of work that can fail alone."""
    with connection().begin_nested():
        yield


@contextmanager
def _undone_on_failure() -> Iterator[None]:
    steps: list[Callable[[], object]] = []
    token = _undoing.set(steps)
    try:
        yield
    except BaseException:
        for step in reversed(steps):
            step()
        raise
    finally:
        _undoing.reset(token)


@contextmanager
def _use(connection: Connection) -> Iterator[None]:
    token = _connection.set(connection)
    try:
        yield
    finally:
        _connection.reset(token)


def _sqlite_engine(url: sa.URL, *, foreign_keys: bool, pool_size: int | None) -> Engine:
    options: dict[str, Any] = {"poolclass": NullPool} if pool_size is None else {"pool_size": pool_size, "max_overflow": pool_size}
    engine = sa.create_engine(url, query_cache_size=2000, connect_args={"check_same_thread": False, "timeout": 10}, **options)

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # BEGIN is ours: the driver would commit before DDL and upgrade read locks
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "recursive_triggers=ON", "cache_size=-65536",
                       f"foreign_keys={'ON' if foreign_keys else 'OFF'}"):
            raw.execute(f"PRAGMA {pragma}")
        for hook in _on_connect:
            hook(raw)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")

    return engine


def _postgresql_engine(url: sa.URL, **options: Any) -> Engine:
    url = url.set(drivername="postgresql+psycopg")
    # Prepared statements break when a published column changes its type under them. Compiling to machine code (jit) takes
    # half a second for a search over all entities, whose statement runs for a tenth of that.
    return sa.create_engine(
        url, query_cache_size=2000, pool_pre_ping=True, connect_args={"prepare_threshold": None, "options": "-c timezone=UTC -c jit=off"}, **options,
    )
