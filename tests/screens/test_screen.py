"""What the decorator promises: the unit of work, the permission, and how refusals are answered."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask, Response, flash, make_response
from flask.testing import FlaskClient

from shuke.access import Actor
from shuke.core.db import Database, connection, in_unit_of_work
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import use_locale
from shuke.core.settings import Settings, setting_table
from shuke.definitions.current import use_catalogue
from shuke.definitions.store import current
from shuke.screens import errors, page
from shuke.screens.addresses import local_address
from shuke.screens.screen import ROUTES, screen
from shuke.screens.visitor import Visitor, actor, write


class FixedHost:
    """An application in which everybody is the same user."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.actor = Actor(7, "user", "Ada")

    def identify(self, authentication: str) -> Visitor:
        assert in_unit_of_work()
        return Visitor(self.actor, Settings(), 0, 0, "en")

    @contextmanager
    def surroundings(self, visitor: Visitor) -> Iterator[None]:
        with use_catalogue(current(self.database)), use_locale(visitor.locale):
            yield


def note(name: str) -> None:
    connection().execute(sa.insert(setting_table).values(name=name, value="x"))


@pytest.fixture
def kept() -> Iterator[None]:
    """Screens of tests are forgotten again."""
    known = dict(ROUTES)
    yield
    ROUTES.clear()
    ROUTES.update(known)


@pytest.fixture
def app(database: Database, kept: None) -> Flask:
    blueprint = Blueprint("tried", __name__)

    @screen(blueprint, "/write/<name>", permission="signed_in", methods=("GET", "POST"), transaction="write")
    def writing(name: str) -> Response:
        if name != "read":
            note(name)
        failing = {"invalid": InvalidInput({"title": ["Please enter a title."]}), "absent": NotFound(), "refused": NotAllowed("Not this one."), "stale": Conflict("Somebody saved before you.", revision=4)}
        if name in failing:
            raise failing[name]
        return make_response("again", 422) if name == "form" else make_response(actor().name)

    @screen(blueprint, "/read", permission="signed_in")
    def reading() -> Response:
        return make_response("read")

    @screen(blueprint, "/own", permission="signed_in", methods=("POST",), transaction="none")
    def own() -> Response:
        assert not in_unit_of_work()
        with write():
            note("own")
        return make_response("own")

    @screen(blueprint, "/program/<name>", permission="signed_in", authentication="token")
    def program(name: str) -> Response:
        raise {"invalid": InvalidInput({"title": ["Please enter a title."]}), "absent": NotFound(), "stale": Conflict("Somebody saved before you.", revision=4)}[name]

    @screen(blueprint, "/told", permission="signed_in", methods=("POST",))
    def told() -> Response:
        flash("Saved.", "success")
        return make_response("part")

    @screen(blueprint, "/build", permission="build")
    def building() -> Response:
        return make_response("built")

    made = Flask("tried", static_folder=None)
    made.secret_key = "for these tests"
    made.extensions["shuke"] = FixedHost(database)
    made.after_request(page.send_toasts)
    made.register_blueprint(blueprint)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def noted(database: Database) -> set[str]:
    with database.engine.connect() as opened:
        return set(opened.scalars(sa.select(setting_table.c.name)))


HTMX = {"HX-Request": "true"}


def test_a_writing_screen_commits_when_it_succeeds(client: FlaskClient, database: Database) -> None:
    assert client.post("/write/good").text == "Ada"
    assert noted(database) == {"good"}


@pytest.mark.parametrize(("name", "status"), [("form", 422), ("invalid", 422), ("absent", 404), ("refused", 403), ("stale", 409)])
def test_a_refusing_screen_leaves_nothing_written(client: FlaskClient, database: Database, name: str, status: int) -> None:
    assert client.post(f"/write/{name}", headers=HTMX).status_code == status
    assert noted(database) == set()


def test_reading_a_writing_screen_takes_no_write_lock(client: FlaskClient, database: Database) -> None:
    with database.write():
        assert client.get("/write/read").status_code == 200


def test_a_screen_without_a_unit_of_work_opens_its_own(client: FlaskClient, database: Database) -> None:
    assert client.post("/own").status_code == 200
    assert noted(database) == {"own"}


@pytest.mark.parametrize(("name", "sentence"), [("invalid", "Please enter a title."), ("refused", "Not this one."), ("stale", "Somebody saved before you."), ("absent", "What you are looking for does not exist, or you may not see it.")])
def test_a_part_of_a_page_stays_as_it_is_when_something_is_refused(client: FlaskClient, name: str, sentence: str) -> None:
    answer = client.post(f"/write/{name}", headers=HTMX)
    assert answer.headers["HX-Reswap"] == "none"
    assert sentence in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(("name", "status"), [("invalid", 422), ("absent", 404), ("stale", 409)])
def test_programs_get_problem_documents(client: FlaskClient, name: str, status: int) -> None:
    answer = client.get(f"/program/{name}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json; charset=utf-8")
    told: Any = answer.get_json(force=True)
    assert told["status"] == status
    assert told.get("errors") == ({"title": ["Please enter a title."]} if name == "invalid" else None)
    assert told.get("revision") == (4 if name == "stale" else None)


def test_who_lacks_an_ability_is_refused(client: FlaskClient) -> None:
    assert client.get("/build", headers=HTMX).status_code == 403


def test_what_is_said_reaches_htmx_with_the_answer(client: FlaskClient) -> None:
    answer = client.post("/told", headers=HTMX)
    assert '"text": "Saved."' in answer.headers["HX-Trigger"]


def test_two_screens_of_one_name_are_refused(kept: None) -> None:
    blueprint = Blueprint("doubled", __name__)

    def once() -> str:
        return ""

    screen(blueprint, "/once", permission="anyone")(once)
    with pytest.raises(ValueError, match=r"doubled\.once"):
        screen(blueprint, "/twice", permission="anyone")(once)


def test_a_screen_cannot_be_declared_without_a_known_permission(kept: None) -> None:
    with pytest.raises(ValueError, match="everybody"):
        screen(Blueprint("open", __name__), "/open", permission="everybody")(lambda: "")


@pytest.mark.parametrize(("wanted", "address"), [("/read", "/read"), ("/read?a=1&b=%2F", "/read?a=1&b=%2F"), ("/nowhere", "/"), ("//evil.example/read", "/"), ("http://evil.example/read", "/"), ("/own", "/"), ("read", "/"), ("/read\n", "/")])
def test_only_addresses_of_our_own_screens_are_followed(app: Flask, wanted: str, address: str) -> None:
    with app.test_request_context():
        assert local_address(wanted, "/") == address


def test_a_lost_race_is_run_again(app: Flask, database: Database, kept: None) -> None:
    tries = []
    blueprint = Blueprint("racing", __name__)

    class Deadlock(Exception):
        sqlstate = "40P01"

    @screen(blueprint, "/race", permission="signed_in", methods=("POST",), transaction="write")
    def race() -> Response:
        note("race")
        tries.append(1)
        if len(tries) < 3:
            raise sa.exc.OperationalError("UPDATE", {}, Deadlock())
        return make_response("won")

    app.register_blueprint(blueprint)
    assert app.test_client().post("/race").text == "won"
    assert (len(tries), noted(database)) == (3, {"race"})


def test_a_message_may_carry_the_way_back_and_the_way_on(app: Flask) -> None:
    with app.test_request_context():
        page.toast("Deleted.", undo="/own", link="/read")
        page.toast("Saved.", "info")
        assert page.toasts() == [{"level": "success", "text": "Deleted.", "undo": "/own", "link": "/read"}, {"level": "info", "text": "Saved."}]


def test_a_fault_is_told_to_a_page_that_may_try_again(app: Flask) -> None:
    with app.test_request_context(headers=HTMX):
        answer = errors.show(503, "The database cannot be reached.", "ab12")
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (503, "none")
    assert json.loads(answer.headers["HX-Trigger"]) == {"shuke:fault": "The database cannot be reached. (ab12)"}
