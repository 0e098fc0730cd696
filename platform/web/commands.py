"""What each command of `shuke` does."""

import argparse
import gc
import getpass
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from waitress.server import BaseWSGIServer, create_server

from shuke import ledgers, records
from shuke.access import Actor
from shuke.core import clock
from shuke.core.db import Database, connection
from shuke.core.errors import InvalidInput
from shuke.core.i18n import format_instant
from shuke.core.settings import current, save_settings
from shuke.definitions import bases, store
from shuke.definitions.current import catalogue
from shuke.definitions.packages import pack
from shuke.definitions.shipped import read_package, template_folder
from shuke.definitions.store import bump_security_epoch
from shuke.publishing.needs import package_of
from shuke.publishing.publish import publish, resume
from shuke.publishing.updating import Update, template_of, update
from shuke.records.files import set_folder
from shuke.transfer.cli import export_file, import_file
from shuke.transfer.running import surroundings
from shuke.transfer.worker import Worker
from shuke.web import installation, new_user
from shuke.web.app import create_app
from shuke.web.configuration import Configuration, StartRefused
from shuke.web.first_run import first_run_token
from shuke.web.new_user import NewUser
from shuke.web.security import user_table
from shuke.web.standing import standing
from shuke.web.tokens import create_token

Command = Callable[[Configuration, argparse.Namespace], int]

_LARGEST_BODY = 64 << 20
"""Before any limit of a screen: more is not even read."""
_LARGEST_HEAD = 64 << 10
"""The address of a request with all that it asks for, and its headers."""
_MOVE = re.compile(r"(\d{1,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def serve(configuration: Configuration, given: argparse.Namespace) -> int:
    """Make everything ready that is not yet, say where the product is, and answer requests until told to stop."""
    app, database = _opened(configuration)
    _install_once(app, database, given)
    if given.prepare_only:
        return 0
    server = _listening(app, configuration)
    _announce(configuration, database)
    worker = Worker(database)
    worker.start()
    _settle_down(database)
    # Nothing is closed by hand: an answer on its way would wake the server through a pipe whose number might be a database file's by then.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server.run()
    worker.stop()
    database.dispose()
    return 0


def _settle_down(database: Database) -> None:
    """What is in memory now stays there: to look through all of it for garbage would hold up an answer for a fifth of a second again and again."""
    store.current(database)
    gc.collect()
    gc.freeze()


def work(configuration: Configuration, given: argparse.Namespace) -> int:
    """Do background work until told to stop."""
    database = _database(configuration)
    worker = Worker(database)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: threading.Thread(target=worker.stop).start())
    worker.run()
    return 0


def init(configuration: Configuration, given: argparse.Namespace) -> int:
    app, database = _opened(configuration)
    if installation.is_installed(database):
        print("The database is ready already.")
        return 0
    _install_once(app, database, given)
    return 0


def publish_folder(configuration: Configuration, given: argparse.Namespace) -> int:
    """Put a template in force; where it is installed already, what administrators changed since stays."""
    database = _database(configuration)
    made = read_package(Path(given.folder))
    with surroundings(database, write=True):
        bases.keep(made)
        documents = catalogue().documents
        outcome = update(documents, made)
        if outcome.conflicts and given.prefer:
            outcome = update(documents, made, {one.key: given.prefer for one in outcome.conflicts})
    if outcome.conflicts and not given.prefer:
        _tell_conflicts(outcome)
        return 1
    with standing(database):
        version = publish(database, Actor.system("command line"), outcome.documents, given.comment or Path(given.folder).name, base=catalogue().version)
    print(f"Version {version} is in force.")
    return 0


def write_package(configuration: Configuration, given: argparse.Namespace) -> int:
    """Write apps, or all of them, to the file of a package."""
    with surroundings(_database(configuration)):
        apps = given.apps or list(catalogue().apps)
        if unknown := [name for name in apps if name not in catalogue().apps]:
            raise StartRefused(f"There is no app {unknown[0]}. Known: {', '.join(catalogue().apps)}.")
        made = package_of(catalogue(), apps, template_of(catalogue().documents, apps), version=given.version)
    Path(given.file).write_bytes(pack(made))
    print(f"{made.name} {made.version} was written to {given.file}.")
    for need in made.needs:
        print(f"  It needs the {need.kind} {need.name} of the app {need.app}.")
    return 0


def import_records(configuration: Configuration, given: argparse.Namespace) -> int:
    database = _database(configuration)
    actor = _actor(database, given.username)
    mapping = Path(given.mapping) if given.mapping else None
    return import_file(database, actor, given.entity, Path(given.file), mapping=mapping, match=given.match, dry_run=given.dry_run)


def export_records(configuration: Configuration, given: argparse.Namespace) -> int:
    database = _database(configuration)
    rows = export_file(database, _actor(database, given.username), given.entity, Path(given.file))
    print(f"{rows} records were written to {given.file}.")
    return 0


def add_user(configuration: Configuration, given: argparse.Namespace) -> int:
    app, database = _opened(configuration)
    if not installation.is_installed(database):
        raise StartRefused("Nothing is published yet. Run: shuke init")
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with app.app_context(), standing(database):
        new_user.add_user(NewUser(given.username, given.name or given.username, given.email, password, tuple(given.roles)))
    print(f"The user {given.username} was made.")
    return 0


def create_api_token(configuration: Configuration, given: argparse.Namespace) -> int:
    """Print the token alone, so that scripts can take it."""
    database = _database(configuration)
    actor = _actor(database, given.username)
    with surroundings(database, write=True):
        print(create_token(actor.id, given.name, given.days, actor.id))
    return 0


def show_clock(configuration: Configuration, given: argparse.Namespace) -> int:
    with standing(_database(configuration)):
        print(f"{format_instant(clock.now())} ({clock.zone()})")
    return 0


def advance_clock(configuration: Configuration, given: argparse.Namespace) -> int:
    move = _MOVE.fullmatch(given.by)
    if move is None:
        raise InvalidInput({"": ["Say how far, for example 31d, 6h or 30m."]})
    by = timedelta(**{_UNITS[move[2]]: int(move[1])})
    return _set_clock(configuration, lambda offset: offset + by.total_seconds())


def reset_clock(configuration: Configuration, given: argparse.Namespace) -> int:
    return _set_clock(configuration, lambda _offset: 0.0)


def verify(configuration: Configuration, given: argparse.Namespace) -> int:
    """Print what is wrong; the exit status is 1 then."""
    database = _database(configuration)
    with surroundings(database):
        problems = [*ledgers.verify(), *_damage()]
    for problem in problems:
        print(problem)
    print("Everything agrees." if not problems else f"{len(problems)} problems.")
    return 1 if problems else 0


def bench(configuration: Configuration, given: argparse.Namespace) -> int:
    """Run the benchmarks, which make databases of their own."""
    if not Path("benchmarks", "__main__.py").is_file():
        raise StartRefused("The benchmarks lie in the source folder. Run this command there.")
    return subprocess.run([sys.executable, "-m", "benchmarks", *given.arguments], check=False).returncode


def _set_clock(configuration: Configuration, moved: Callable[[float], float]) -> int:
    if not configuration.sandbox:
        raise StartRefused("The clock can be moved in a sandbox only: set SHUKE_SANDBOX=1.")
    database = _database(configuration)
    with surroundings(database, write=True):
        save_settings({"clock_offset": moved(current().clock_offset)})
        bump_security_epoch()
    with standing(database):
        print(f"{format_instant(clock.now())} ({clock.zone()})")
    return 0


def _damage() -> list[str]:
    """What the database itself finds, and published tables that are missing."""
    with_tables = {records.shape(name).table.name for name in catalogue().entities}
    from_database = sa.inspect(connection())
    missing = sorted(with_tables - set(from_database.get_table_names()))
    problems = [f"The table {name} is missing." for name in missing]
    if connection().dialect.name == "sqlite":
        said = [row[0] for row in connection().exec_driver_sql("PRAGMA integrity_check")]
        problems += [line for line in said if line != "ok"]
        problems += [f"A row of {row[0]} refers to a row of {row[2]} that is missing." for row in connection().exec_driver_sql("PRAGMA foreign_key_check")]
    return problems


def _tell_conflicts(outcome: Update) -> None:
    print("Nothing was published. Both the template and administrators have changed:")
    for one in outcome.conflicts:
        print(f"  {one.key}")
    print("Choose for each in the builder, or say --prefer mine or --prefer theirs for all of them.")


def _actor(database: Database, username: str) -> Actor:
    with surroundings(database):
        user_id = connection().scalar(sa.select(user_table.c.id).where(user_table.c.username == username))
        if user_id is None:
            raise StartRefused(f"There is no user {username}.")
        return records.load_actor(user_id)


def _listening(app: Flask, configuration: Configuration) -> BaseWSGIServer:
    try:
        return create_server(
            app, host=configuration.host, port=configuration.port, threads=configuration.threads, ident=None,
            max_request_body_size=_LARGEST_BODY, max_request_header_size=_LARGEST_HEAD, clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise StartRefused(f"Port {configuration.port} cannot be used: {error.strerror}. Choose another, for example SHUKE_PORT={configuration.port + 1}.") from error


def _database(configuration: Configuration) -> Database:
    set_folder(configuration.files)
    database = Database(configuration.database)
    installation.prepare(database)
    resume(database)
    if not installation.is_installed(database):
        raise StartRefused("Nothing is published yet. Run: shuke init")
    return database


def _opened(configuration: Configuration) -> tuple[Flask, Database]:
    configuration.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    set_folder(configuration.files)
    database = Database(configuration.database, pool_size=configuration.threads + 2)
    installation.prepare(database)
    resume(database)
    return create_app(configuration, database), database


def _install_once(app: Flask, database: Database, given: argparse.Namespace) -> None:
    if not installation.is_installed(database):
        folder = template_folder(given.template)
        if not folder.is_dir():
            raise StartRefused(f"There is no template {given.template}.")
        try:
            installation.install(app, database, folder, demo=not given.empty, tell=lambda words: print(f"  {words}", flush=True))
        except BaseException:
            installation.discard(database)
            raise


def _announce(configuration: Configuration, database: Database) -> None:
    """Where the product is, and how to get in."""
    print(f"\nShuke is at {configuration.address}\n")
    people = installation.demo_users(database)
    if not people:
        print(f"  Make the first administrator: {configuration.address}/first-run?token={first_run_token(configuration)}\n")
    elif (configuration.folder / "demo-password").exists():
        print(f"  Demo password: {installation.demo_password(configuration)}")
        for username, name in people:
            print(f"    {username:<12} {name}")
        print()
    print("  Press Ctrl+C to stop.", flush=True)
