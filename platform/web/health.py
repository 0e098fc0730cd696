"""What a process watcher asks: does the process live, and can it serve?"""

import shutil

from flask import Flask, Response
from sqlalchemy.exc import SQLAlchemyError

from shuke.core.db import Database
from shuke.definitions.store import state
from shuke.web.configuration import Configuration

_LEAST_FREE = 0.05

OPEN_ADDRESSES = ("/livez", "/readyz", "/static/<version>/<path:name>")
"""Addresses without a screen: they read nothing that belongs to anybody."""


def add_health(app: Flask, configuration: Configuration, database: Database) -> None:
    def livez() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    def readyz() -> Response:
        problem = _problem(configuration, database)
        return Response(f"{problem or 'ok'}\n", 503 if problem else 200, content_type="text/plain; charset=utf-8")

    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)


def _problem(configuration: Configuration, database: Database) -> str:
    try:
        with database.read():
            if not state().version:
                return "nothing is published"
    except SQLAlchemyError:
        return "the database cannot be reached"
    folder = next(path for path in (configuration.folder, *configuration.folder.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    return "the disk is almost full" if usage.free < usage.total * _LEAST_FREE else ""
