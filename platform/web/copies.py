"""Copies of the database: made while people work, restored only when nobody does."""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from shuke.core.db import Database
from shuke.web.configuration import Configuration, StartRefused

_SQLITE_HEADER = b"SQLite format 3\0"
_POSTGRESQL_HEADER = b"PGDMP"
_STATE = "sk_state"


def backup(configuration: Configuration, given: argparse.Namespace) -> int:
    """Write a complete copy to a new file; the product may go on working."""
    target = Path(given.file)
    if target.exists():
        raise StartRefused(f"{target} exists already.")
    database = Database(configuration.database)
    if database.dialect == "sqlite":
        with database.ddl_engine.connect() as connection:
            connection.connection.driver_connection.execute("VACUUM INTO ?", (str(target),))  # type: ignore[union-attr]
    else:
        _run_tool("pg_dump", "--format=custom", "--no-owner", f"--file={target}", database=database)
    target.chmod(0o600)
    print(f"The copy is in {target}.")
    return 0


def restore(configuration: Configuration, given: argparse.Namespace) -> int:
    """Replace the database by a copy; a copy that is damaged or of another kind is refused before anything is lost."""
    source, database = Path(given.file), Database(configuration.database)
    with source.open("rb") as opened:
        header = opened.read(len(_SQLITE_HEADER))
    wanted = _SQLITE_HEADER if database.dialect == "sqlite" else _POSTGRESQL_HEADER
    if not header.startswith(wanted):
        raise StartRefused(f"{source} is no copy of a {'SQLite' if database.dialect == 'sqlite' else 'PostgreSQL'} database.")
    if database.dialect == "sqlite":
        _check_sqlite(source)
    if not given.yes and input("This replaces everything in the database. Type yes: ") != "yes":
        return 1
    if database.dialect == "sqlite":
        _restore_sqlite(source, Path(str(database.url.database)))
    else:
        _run_tool("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={_address(database)}", str(source), database=database, named=False)
    print("The database was restored.")
    return 0


def _check_sqlite(source: Path) -> None:
    try:
        with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as opened:
            said = opened.execute("PRAGMA integrity_check").fetchall()
            known = opened.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (_STATE,)).fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StartRefused(f"{source} is damaged: {error}.") from error
    if said != [("ok",)]:
        raise StartRefused(f"{source} is damaged: {said[0][0]}.")
    if not known:
        raise StartRefused(f"{source} is not a database of this product.")


def _restore_sqlite(source: Path, target: Path) -> None:
    """Put the copy in place at once; the write-ahead log of the old database must not be applied to it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_suffix(".arriving")
    shutil.copyfile(source, arriving)
    arriving.chmod(0o600)
    for suffix in ("-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    arriving.replace(target)


def _run_tool(tool: str, *arguments: str, database: Database, named: bool = True) -> None:
    """Run a PostgreSQL tool; the password goes through the environment, which other users cannot read."""
    found = shutil.which(tool)
    if found is None:
        raise StartRefused(f"{tool} is missing. Install the PostgreSQL client programs (Debian: apt-get install postgresql-client).")
    last = (_address(database),) if named else ()
    environment = {**os.environ, "PGPASSWORD": database.url.password or ""}
    done = subprocess.run([found, *arguments, *last], env=environment, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise StartRefused(f"{tool} failed: {done.stderr.strip()}")
    sys.stderr.write(done.stderr)


def _address(database: Database) -> str:
    return sa.URL.create(
        "postgresql", database.url.username, None, database.url.host, database.url.port, database.url.database, database.url.query,
    ).render_as_string()
