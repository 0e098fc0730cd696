"""Databases with a template already published, made once for each test process and then copied."""

import shutil
from pathlib import Path

from postgres import Cluster

from shuke.access import Actor
from shuke.core.db import Database
from shuke.definitions.load import load_template
from shuke.publishing.publish import publish

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "tests" / "templates" / "library"
CRM = ROOT / "apps" / "crm-template"


def published_sqlite(empty: Path, target: Path, folder: Path) -> Path:
    """A copy of an empty SQLite database in which the template is published."""
    if not target.exists():
        shutil.copyfile(empty, target)
        database = Database(f"sqlite:///{target}")
        publish(database, Actor.system("test"), load_template(folder), "test")
        with database.ddl_engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.dispose()
    return target


def published_postgresql(cluster: Cluster, empty: str, folder: Path) -> str:
    """The name of a PostgreSQL database in which the template is published."""
    name = cluster.create(empty)
    database = Database(cluster.url(name))
    publish(database, Actor.system("test"), load_template(folder), "test")
    database.dispose()
    return name
