"""The product without apps, and Ada, who builds them."""

from pathlib import Path

from reading_room import PASSWORD, Room, configuration

from shuke.core.db import Database
from shuke.definitions.load import RowsFile
from shuke.definitions.shipped import template_folder
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.starting_rows import StartingRows

_PEOPLE = (
    RowsFile("units", "unit", "", ({"@": "head", "name": "Head office", "kind": "company", "code": "HO", "active": True},)),
    RowsFile("users", "user", "", ({"@": "ada", "username": "ada", "name": "Ada", "unit": "@head", "locale": "en", "active": True, "roles": ["administrator"]},)),
)


def empty_company(folder: Path, database: Database) -> Room:
    installation.prepare(database)
    app = create_app(configuration(folder), database)
    installation.install(app, database, template_folder("blank-template"), demo=False, tell=lambda _line: None)
    with app.app_context():
        loading = StartingRows(database, app.extensions["shuke_accounts"], PASSWORD)
        loading.load(_PEOPLE, lambda _line: None)
    return Room(app, database, {name: id_ for name, (_entity, id_) in loading.keys.items()})
