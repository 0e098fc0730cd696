"""A newly published field shows at the next request, in every worker, while people go on working."""

import threading
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from flask import Flask
from postgres import Cluster
from reading_room import LIBRARY, PASSWORD, Person, Room, configuration

from shuke.access import Actor
from shuke.core.db import Database
from shuke.definitions.load import load_rows, load_template
from shuke.definitions.model import Document
from shuke.publishing.publish import publish
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.starting_rows import StartingRows

FIELDS = 3


@pytest.fixture(params=["sqlite", "postgresql"])
def workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Flask]]:
    """Two processes' worth of the application on one database, each with its own connections and memory."""
    url = f"sqlite:///{tmp_path / 'company.sqlite'}"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.url(cluster.create())
    databases = [Database(url), Database(url)]
    installation.prepare(databases[0])
    first = create_app(configuration(tmp_path), databases[0])
    publish(databases[0], Actor.system("test"), load_template(LIBRARY), "first")
    with first.app_context():
        loading = StartingRows(databases[0], first.extensions["shuke_accounts"], PASSWORD)
        loading.load(load_rows(LIBRARY, "data"), lambda _line: None)
        loading.load(load_rows(LIBRARY, "demo"), lambda _line: None)
    yield [first, create_app(configuration(tmp_path), databases[1])]
    for database in databases:
        database.dispose()


def with_fields(documents: list[Document], count: int) -> list[Document]:
    """The library whose books have some more fields."""
    wanted = []
    for one in documents:
        body = deepcopy(dict(one.body))
        if one.key == ("entity", "book"):
            for number in range(count):
                body["properties"][f"extra{number}"] = {"type": "string", "x-type": "text", "x-label": {"zh": f"新增{number}", "en": f"Extra {number}"}}
        wanted.append(Document(one.kind, one.name, one.app, body))
    return wanted


def test_publishing_fails_no_request_and_is_seen_at_the_next_one(workers: list[Flask]) -> None:
    people = [Room(app, app.extensions["shuke"].database, {}).person("vera") for app in workers]
    failures: list[str] = []
    done = threading.Event()

    def work(person: Person, number: int) -> None:
        turn = 0
        while not done.is_set():
            turn += 1
            form = person.form("/r/book/new?lang=en")
            form["title"] = f"Book {number}.{turn}"
            answers = [person.get("/r/book?lang=en"), person.client.post("/r/book/new", data=form)]
            failures.extend(f"{answer.status_code}: {answer.text[:300]}" for answer in answers if answer.status_code not in (200, 303))

    crowd = [threading.Thread(target=work, args=(person, number)) for number, person in enumerate([*people, *[Room(app, app.extensions["shuke"].database, {}).person("vera") for app in workers]])]
    for thread in crowd:
        thread.start()
    database = workers[0].extensions["shuke"].database
    try:
        for count in range(1, FIELDS + 1):
            publish(database, Actor.system("test"), with_fields(load_template(LIBRARY), count), f"{count} more")
            for person in people:
                assert f"Extra {count - 1}" in person.get("/r/book/new?lang=en").text
    finally:
        done.set()
        for thread in crowd:
            thread.join()
    assert failures == []
