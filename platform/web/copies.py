"""Copies of a company's data, the database and the uploaded files: made while people work, restored when nobody does."""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa

from shuke.core import marks
from shuke.core.db import Database
from shuke.web.configuration import Configuration, StartRefused

_HEADERS = {"sqlite": b"SQLite format 3\0", "postgresql": b"PGDMP"}
_STATE = "sk_state"
_DATABASE, _FILES, _END = "database", "files", "end"
"""The members of a copy. `end` comes last: a copy without it was cut off."""


def backup(configuration: Configuration, given: argparse.Namespace) -> int:
    """Write a complete copy to a new file; the product may go on working."""
    target = Path(given.file)
    if target.exists():
        raise StartRefused(f"{target} exists already.")
    database = Database(configuration.database)
    with tempfile.TemporaryDirectory(prefix=".copy-", dir=target.absolute().parent) as folder:
        made, packed = Path(folder) / _DATABASE, Path(folder) / "packed"
        _copy_database(database, made)
        with tarfile.open(packed, "w") as archive:
            archive.add(made, _DATABASE)
            # After the database, so that every file which it knows is there.
            if configuration.files.is_dir():
                archive.add(configuration.files, _FILES)
            archive.addfile(tarfile.TarInfo(_END), BytesIO())
        packed.chmod(0o600)
        packed.replace(target)
    with database.write():
        marks.note(marks.COPY)
    print(f"The copy is in {target}.")
    return 0


def restore(configuration: Configuration, given: argparse.Namespace) -> int:
    """Replace the data by a copy; a copy that is damaged or of another kind is refused before anything is lost."""
    source, database = Path(given.file), Database(configuration.database)
    configuration.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".copy-", dir=configuration.folder) as folder:
        _unpack(source, Path(folder))
        _check(source, Path(folder) / _DATABASE, database.dialect)
        if not given.yes and input("This replaces everything in the database. Type yes: ") != "yes":
            return 1
        _restore_database(Path(folder) / _DATABASE, database)
        if (Path(folder) / _FILES).is_dir():
            shutil.copytree(Path(folder) / _FILES, configuration.files, dirs_exist_ok=True)
    print("The data was restored.")
    return 0


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            names = archive.getnames()
            if not names or names[0] != _DATABASE or names[-1] != _END:
                raise StartRefused(f"{source} is no complete copy made by “shuke backup”.")
            for member in archive:
                _unpack_file(archive, member, source, folder.resolve())
    except tarfile.TarError as error:
        raise StartRefused(f"{source} is no complete copy made by “shuke backup”: {error}.") from error


def _unpack_file(archive: tarfile.TarFile, member: tarfile.TarInfo, source: Path, folder: Path) -> None:
    """Write one file below the folder; links, devices and ways out are refused (not every Python 3.11 can do this by itself)."""
    target = (folder / member.name).resolve()
    if member.isdir():
        return
    content = archive.extractfile(member) if member.isfile() and target.is_relative_to(folder) else None
    if content is None:
        raise StartRefused(f"{source} is no complete copy made by “shuke backup”: it holds {member.name}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as writing:
        shutil.copyfileobj(content, writing)


def _check(source: Path, copy: Path, dialect: str) -> None:
    with copy.open("rb") as opened:
        header = opened.read(16)
    if not header.startswith(_HEADERS[dialect]):
        raise StartRefused(f"{source} is no copy of a {'SQLite' if dialect == 'sqlite' else 'PostgreSQL'} database.")
    if dialect == "sqlite":
        _check_sqlite(source, copy)


def _check_sqlite(source: Path, copy: Path) -> None:
    try:
        with sqlite3.connect(f"file:{copy}?mode=ro", uri=True) as opened:
            said = opened.execute("PRAGMA integrity_check").fetchall()
            known = opened.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (_STATE,)).fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StartRefused(f"{source} is damaged: {error}.") from error
    if said != [("ok",)]:
        raise StartRefused(f"{source} is damaged: {said[0][0]}.")
    if not known:
        raise StartRefused(f"{source} is not a database of this product.")


def _copy_database(database: Database, target: Path) -> None:
    if database.dialect == "postgresql":
        _run_tool("pg_dump", "--format=custom", "--no-owner", f"--file={target}", f"--dbname={_address(database)}", database=database)
        return
    if not Path(str(database.url.database)).is_file():
        raise StartRefused("There is no database yet. Run: shuke init")
    with sqlite3.connect(str(database.url.database)) as opened:
        opened.execute("VACUUM INTO ?", (str(target),))


def _restore_database(copy: Path, database: Database) -> None:
    if database.dialect == "postgresql":
        _run_tool(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={_address(database)}", str(copy),
            database=database,
        )
        return
    target = Path(str(database.url.database))
    copy.chmod(0o600)
    # The write-ahead log of the old database must not be applied to the new one.
    for suffix in ("-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    shutil.move(copy, target)


def _run_tool(tool: str, *arguments: str, database: Database) -> None:
    """Run a PostgreSQL tool; the password goes through the environment, which other users cannot read."""
    found = shutil.which(tool)
    if found is None:
        raise StartRefused(f"{tool} is missing. Install the PostgreSQL client programs (Debian: apt-get install postgresql-client).")
    environment = {**os.environ, "PGPASSWORD": database.url.password or ""}
    done = subprocess.run([found, *arguments], env=environment, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise StartRefused(f"{tool} failed: {done.stderr.strip()}")
    sys.stderr.write(done.stderr)


def _address(database: Database) -> str:
    url = database.url
    return sa.URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query).render_as_string()
