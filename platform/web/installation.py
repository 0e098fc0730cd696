"""Makes a company's database ready: tables, the first publication, and the rows of a template."""

import secrets
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from shuke.access import Actor
from shuke.core.db import Database, metadata
from shuke.core.settings import save_settings
from shuke.definitions.load import load_rows, load_template
from shuke.definitions.model import Document
from shuke.definitions.packages import package
from shuke.definitions.store import bump_security_epoch, published_version
from shuke.publishing.publish import publish
from shuke.publishing.updating import installed
from shuke.transfer.running import surroundings
from shuke.web import security
from shuke.web.blueprint import accounts
from shuke.web.configuration import Configuration, write_private
from shuke.web.starting_rows import StartingRows

_LOCK = 7_305_117
"""Two processes that start at once must not both make the tables."""
_PASSWORD_BYTES = 9

Tell = Callable[[str], None]


def prepare(database: Database) -> None:
    """Make the tables that are missing."""
    if database.dialect == "sqlite" and database.url.database:
        Path(database.url.database).parent.mkdir(parents=True, exist_ok=True)
    with database.ddl_engine.connect() as connection:
        connection = connection.execution_options(sqlite_begin="IMMEDIATE")
        with connection.begin():
            if database.dialect == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            metadata.create_all(connection)
            security.create_tables(connection)


def is_installed(database: Database) -> bool:
    with database.read():
        return published_version() > 0


def install(app: Flask, database: Database, folder: Path, *, demo: bool, tell: Tell) -> list[tuple[str, str]]:
    """Publish a template and enter its rows; gives the demo users."""
    documents = load_template(folder)
    tell(f"Publishing {folder.name}")
    with database.write():
        to_publish = installed(package(documents))
    publish(database, Actor.system("installation"), to_publish, folder.name)
    if settings := _settings(documents):
        with database.write():
            save_settings(settings)
            bump_security_epoch()
    with app.app_context():
        loading = StartingRows(database, accounts(), demo_password(app.extensions["shuke_configuration"]) if demo else secrets.token_urlsafe(24))
        loading.load(load_rows(folder, "data"), tell)
        if demo:
            loading.load(load_rows(folder, "demo"), tell)
    return loading.usernames


def discard(database: Database) -> None:
    """Take away what a failed installation left, so that the next start begins again."""
    database.dispose()
    if database.dialect == "sqlite" and database.url.database:
        for suffix in ("", "-wal", "-shm"):
            Path(database.url.database + suffix).unlink(missing_ok=True)


def demo_password(configuration: Configuration) -> str:
    """The password of all demo users, made once and kept beside the data."""
    path = configuration.folder / "demo-password"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(_PASSWORD_BYTES))
    return path.read_text("utf-8").strip()


def demo_users(database: Database) -> list[tuple[str, str]]:
    """The first accounts, to be named when the demo starts again."""
    with surroundings(database), database.read() as connection:
        rows = connection.execute(sa.select(security.user_table.c.username, security.user_table.c.first_name).order_by(security.user_table.c.id).limit(20))
        return [(name, person) for name, person in rows]


def _settings(documents: list[Document]) -> dict[str, object]:
    return next((dict(document.body.get("settings", {})) for document in documents if document.kind == "template"), {})
