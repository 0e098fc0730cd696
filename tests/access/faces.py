"""The pages and the API as each person gets them, and every address that reads records."""

import hashlib
import io
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2
from access.company import Company, Mark
from access.oracle import Person
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.documents.layout import documents_of
from shuke.fields import FIELD_TYPES
from shuke.records.shapes import link_target
from shuke.views import is_plain, list_plan, lists_of, record_plan, views_of
from shuke.views.grouping import can_group
from shuke.web.tokens import create_token

SEEN = ("read", "write")
UNKNOWN_ID = 4
QUIET = ("sk_session", "sk_token", "sk_limit", "sk_attempt")
"""Tables that keep who was there when, not what the company knows."""
_NUMBERS = re2.compile(r"([/=]|%3D)\d+|\d{6,}")
_SECRETS = re2.compile(r'(content|value|data-[a-z-]+|nonce)="[^"]{20,}"')


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `id` is in the address where it is about one record."""

    address: str
    method: str = "GET"
    form: tuple[tuple[str, str], ...] = ()
    id: int = 0

    def about(self, id_: int) -> "Ask":
        """The same about another record."""
        return Ask(self.address.replace(str(self.id), str(id_)), self.method, tuple((name, value.replace(str(self.id), str(id_))) for name, value in self.form), id_)


Asks = Callable[["Visit", Entity, int], Iterator[Ask]]


@dataclass
class Visit:
    """One person at a browser and with a program."""

    company: Company
    username: str
    person: Person

    @cached_property
    def browser(self) -> FlaskClient:
        client = self.company.app.test_client()
        sent = client.post("/login", data={
            "username": self.username, "password": self.company.password, "csrf_token": _token(client.get("/login?lang=en").text),
        })
        assert sent.status_code == 303, sent.text
        return client

    @cached_property
    def program(self) -> FlaskClient:
        return self.company.app.test_client()

    @cached_property
    def key(self) -> str:
        with self.company.open(write=True):
            return create_token(self.person.id, "matrix", 30, self.person.id)

    @cached_property
    def forgery_token(self) -> str:
        return _token(self.browser.get("/me").text)

    def ask(self, asked: Ask) -> TestResponse:
        if asked.address.startswith("/api/"):
            return self.program.open(asked.address, method=asked.method, json={} if asked.method in ("PATCH", "POST", "PUT") else None, headers={"Authorization": f"Bearer {self.key}", "Accept-Language": "en"})
        if asked.method == "GET":
            return self.browser.get(asked.address)
        data = {**dict(asked.form), "csrf_token": self.forgery_token}
        return self.browser.open(asked.address, method=asked.method, data=data, headers={"HX-Request": "true"})

    def sees(self, entity: Entity, id_: int) -> bool:
        return id_ in self.company.oracle.visible(self.person, entity)

    @cached_property
    def secrets(self) -> dict[str, Mark]:
        """What this person must not find anywhere: words → mark."""
        oracle = self.company.oracle
        found = {}
        for mark in self.company.marks:
            entity = catalogue().entity(mark.entity)
            names = (mark.field, mark.field.partition(".")[0])
            if not self.sees(entity, mark.id) or any(oracle.right(self.person, entity, mark.id, name) not in SEEN for name in names):
                found |= dict.fromkeys(mark.words, mark)
        return found

    @cached_property
    def _words(self) -> str:
        return "|".join(sorted(map(re.escape, self.secrets), key=len, reverse=True)) or "[^\\w\\W]"

    @cached_property
    def _any(self) -> Any:
        """Says in one pass whether there is any; Python tries every word at every place."""
        return re2.compile(f"(?i)(?:^|[^A-Za-z0-9_])(?:{self._words})(?:$|[^A-Za-z0-9_])")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(f"(?<![A-Za-z0-9_])(?:{self._words})(?![A-Za-z0-9_])", re.IGNORECASE)

    def found_in(self, answer: TestResponse) -> list[str]:
        text = re.sub(r"[,\u202f\u00a0](?<=\d.)(?=\d{3})", "", text_of(answer))
        if not self._any.search(text):
            return []
        by_folded = {words.casefold(): mark for words, mark in self.secrets.items()}
        return sorted({f"{mark.entity}.{mark.field} of {mark.id}" for word in self._pattern.findall(text) if (mark := by_folded[word.casefold()])})


def text_of(answer: TestResponse) -> str:
    """All words of an answer, whatever kind of document it is."""
    kind = answer.headers.get("Content-Type", "")
    if "spreadsheet" in kind:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        cells = (cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row)
        return "\n".join(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in cells)
    if "pdf" in kind and answer.data.startswith(b"%PDF"):
        return subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True).stdout.decode()
    return answer.get_data(as_text=True) + str(answer.headers)


def same(answer: TestResponse) -> tuple[int, str]:
    """An answer without what differs from request to request."""
    text = _NUMBERS.sub(r"\1N", answer.get_data(as_text=True))
    return answer.status_code, _SECRETS.sub("", text)


def _token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1]


# Addresses

def at(*ends: str) -> Asks:
    """Addresses that differ by entity, and by record where they have an `{id}`."""
    def asks(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
        for end in ends:
            yield Ask(end.format(entity=entity.name, id=id_), id=id_ if "{id}" in end else 0)

    return asks


def lists(_visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
    yield Ask(f"/r/{entity.name}")
    yield Ask(f"/r/{entity.name}?sort=created_at")
    yield from (Ask(f"/r/{entity.name}?view={view.name}") for view in lists_of(catalogue(), entity.name) if not is_plain(view))


def groups(visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
    """Lists in groups, and the rows of a group."""
    oracle = visit.company.oracle
    clear = [one.name for one in entity.fields if oracle.best(visit.person, entity, one.name) in SEEN and can_group(one)]
    for name in [*clear[:4], "created_at:month"]:
        yield Ask(f"/r/{entity.name}?group={name}")
        yield Ask(f"/r/{entity.name}/rows?group={name}&in=")


def boards_of_cards(visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
    """The cards of the lanes of boards whose field the visitor sees."""
    for view in views_of(catalogue(), "board", entity.name):
        if visit.company.oracle.best(visit.person, entity, view.body["by"]) in SEEN:
            plan = list_plan(catalogue(), entity.name, view.name)
            codes = [option.code for option in FIELD_TYPES[entity.field(plan.placed_by).type].options(entity.field(plan.placed_by))]  # type: ignore[attr-defined]
            yield from (Ask(f"/r/{entity.name}/cards?view={view.name}&in={code}") for code in codes)


def step_choices(visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    for view in views_of(catalogue(), "board", entity.name):
        if visit.company.oracle.best(visit.person, entity, view.body["by"]) in SEEN:
            yield Ask(f"/r/{entity.name}/{id_}/steps?view={view.name}&to=", id=id_)


def layouts(_visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
    every = ",".join(one.name for one in entity.fields if not one.fields)
    yield from (Ask(f"/r/{entity.name}/{way}") for way in ("columns", "sort", "group"))
    yield Ask(f"/r/{entity.name}?cols={every}")
    yield Ask(f"/r/{entity.name}/filter", "POST", (("node", "line:1:0"), ("field.1", "owner"), ("was.1", "owner"), ("operator.1", "in")))


def cells(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield from (Ask(f"/r/{entity.name}/{id_}/cell/{one.name}", id=id_) for one in entity.fields[:5])


def bulk(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    """Trials over a record that may be out of sight, and over everything in sight."""
    names = [step.name for flow in catalogue().workflows.values() if flow.entity == entity.name for step in flow.transitions]
    for chosen in (("ids", str(id_)), ("all", "1")):
        yield from (Ask(f"/r/{entity.name}/bulk/{way}", "POST", (chosen,)) for way in ("edit", "delete", *(f"do/{name}" for name in names[:2])))
        yield from (Ask(f"/r/{entity.name}/bulk/edit", "POST", (chosen, ("field", one.name), ("_field", one.name), (one.name, ""), ("do", "preview"))) for one in entity.fields[:3])


def forms(_visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
    yield Ask(f"/r/{entity.name}/new")
    yield from (Ask(f"/r/{entity.name}/new?form={view.name}") for view in views_of(catalogue(), "form", entity.name) if view.variant)


def live(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield Ask(f"/r/{entity.name}/live", "POST", (("_id", str(id_)),), id_)
    yield Ask(f"/r/{entity.name}/live", "POST", (("_touched", ""),))


def lines(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    for one in entity.fields:
        if one.fields:
            yield Ask(f"/r/{entity.name}/line/{one.name}", "POST", (("_id", str(id_)),), id_)


def pastes(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    for one in entity.fields:
        if one.fields:
            yield Ask(f"/r/{entity.name}/paste/{one.name}", "POST", (("_id", str(id_)), ("_pasted", "1\t2")), id_)


def pickers(_visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
    for one in entity.fields:
        if link_target(one) and not one.fields:
            yield Ask(f"/r/{entity.name}/pick/{one.name}")
        yield from (Ask(f"/r/{entity.name}/pick/{one.name}.{column.name}") for column in one.fields if link_target(column))


def steps(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    names = [step.name for flow in catalogue().workflows.values() if flow.entity == entity.name for step in flow.transitions]
    yield from (Ask(f"/r/{entity.name}/{id_}/do/{name}", id=id_) for name in names[:3])


def values(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield from (Ask(f"/r/{entity.name}/{id_}/history/{one.name}", id=id_) for one in entity.fields)


def related(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield from (Ask(f"/r/{entity.name}/{id_}/related/{one.key}", id=id_) for one in record_plan(catalogue(), entity.name).related)


def timelines(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield Ask(f"/r/{entity.name}/{id_}/timeline", id=id_)
    kinds = {one.entity.name for one in record_plan(catalogue(), entity.name).timeline.entries}
    yield from (Ask(f"/r/{entity.name}/{id_}/timeline?kind={kind}", id=id_) for kind in sorted(kinds))


def finds(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield from (Ask(f"/r/{entity.name}/{id_}/find/{number}", id=id_) for number, _panel in enumerate(record_plan(catalogue(), entity.name).panels))


def starts(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield from (Ask(f"/r/{entity.name}/{id_}/start/{number}", id=id_) for number, _one in enumerate(record_plan(catalogue(), entity.name).actions))


def movements(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield from (Ask(f"/r/{entity.name}/{id_}/movements/{one.name}", id=id_) for one in entity.fields if one.option("ledger"))


def accounts(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
    yield from (Ask(f"/api/v1/ledgers/{one.name}/accounts/{id_}", id=id_) for one in catalogue().ledgers.values() if one.entity == entity.name)


def prints(path: str) -> Asks:
    def asks(_visit: Visit, entity: Entity, id_: int) -> Iterator[Ask]:
        yield from (Ask(path.format(entity=entity.name, id=id_, name=one.name), id=id_) for one in documents_of(entity))

    return asks


def filters(_visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
    yield Ask(f"/r/{entity.name}/filter")
    yield from (Ask(f"/r/{entity.name}/filter?field={one.name}") for one in entity.fields[:6])


def sums(visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
    oracle = visit.company.oracle
    clear = [one for one in entity.fields if oracle.best(visit.person, entity, one.name) in SEEN and FIELD_TYPES[one.type].stored]
    yield Ask(f"/api/v1/records/{entity.name}/aggregate?measure=count")
    yield from (Ask(f"/api/v1/records/{entity.name}/aggregate?group={one.name}") for one in clear[:6] if not FIELD_TYPES[one.type].computed)


def exported(kinds: Any) -> Asks:
    def asks(visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
        names = ",".join(one.name for one in entity.fields if visit.company.oracle.best(visit.person, entity, one.name) != "hidden" and not one.fields)
        yield from (Ask(f"/api/v1/records/{entity.name}/export.{kind}?fields={names}") for kind in kinds)

    return asks


def once(*addresses: str) -> Asks:
    """Addresses that are about no entity in particular: asked for beside the first one."""
    def asks(_visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
        if entity.name == "user":
            yield from (Ask(address) for address in addresses)

    return asks


def boards(*addresses: str) -> Asks:
    """The pages of all dashboards, as everybody: those that somebody has not are unknown."""
    def asks(_visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
        if entity.name == "user":
            yield from (Ask(address.format(name=name)) for name in (*catalogue().dashboards, "no_such_board") for address in addresses)

    return asks


def board_parts(end: str) -> Asks:
    """Every part of every dashboard by itself."""
    def asks(_visit: Visit, entity: Entity, _id: int) -> Iterator[Ask]:
        if entity.name == "user":
            for one in catalogue().dashboards.values():
                yield from (Ask(f"/d/{one.name}/parts/{place}{end}?period=all") for place in range(len(one.parts) + 1))

    return asks


# What has changed


def digest(company: Company) -> str:
    """Everything in a database of SQLite, but who was there when; of PostgreSQL nothing."""
    if company.database.dialect != "sqlite":
        return ""
    company.database.dispose()
    made = hashlib.sha256()
    assert company.database.url.database
    with closing(sqlite3.connect(company.database.url.database)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name").fetchall():
            if not name.startswith(QUIET):
                made.update(name.encode())
                made.update(repr(sorted(map(repr, raw.execute(f'SELECT * FROM "{name}"')))).encode())
    return made.hexdigest()
