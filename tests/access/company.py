"""The shipped chain with everybody who may look at it: the people of the template, and generated roles for every scope,
condition and field right; and marks, values that stand in one record only, to be looked for in every answer."""

import json
import pickle
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from access.oracle import Oracle
from flask import Flask

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database, connection
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.records import Change
from shuke.records.history import write_history
from shuke.records.search import reindex_after, searched_fields
from shuke.records.tables import tables
from shuke.records.virtual import is_virtual
from shuke.transfer.running import surroundings
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration

TEMPLATE = Path(__file__).parents[2] / "apps" / "crm-template"
KEY = "f3b1c9d27a604e85b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6"
WRITING = ["read", "create", "update", "delete", "export", "import", "print", "transition"]
SHADOWS = ("shadow0", "shadow1", "shadow2")
RIGHTS = ("hidden", "masked", "read")
TEMPLATE_USERS = ("admin", "manager", "clerk1", "clerk2", "sales1", "sales2", "service1")
MARK_ROWS = 2
"""How many records of each entity carry marks."""

_MARKS = "marks"
_SCOPES = ("own", "subordinates", "unit", "all", "company", "region", "store", "department")
_CONDITIONS = (
    "owner.unit = my_unit", "AND(unit IN my_unit_tree, NOT(ISBLANK(created_by)))", "created_by IN my_subordinates", "owner = me", "unit.parent = my_unit",
)
_OF_ENTITIES = {
    "customer": "COUNT(orders) > 1", "order": "OR(customer.channel = \"store\", SUM(lines.quantity) > 3)",
    "contact": "customer.owner.unit IN my_unit_tree", "product": "LEN(name) > 4", "complaint": "OR(owner IN my_subordinates, ISBLANK(customer.level))",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A value planted in one field of one record; `words` are what a clear answer would hold of it."""

    entity: str
    id: int
    field: str
    value: Any
    words: tuple[str, ...]


@dataclass
class Company:
    """An installed chain to look at."""

    app: Flask
    database: Database
    marks: tuple[Mark, ...]
    password: str

    @contextmanager
    def open(self, *, write: bool = False, locale: str = "en") -> Iterator[None]:
        with surroundings(self.database, locale, write=write):
            yield

    @cached_property
    def users(self) -> dict[str, int]:
        with self.open():
            return {name: id_ for id_, name in connection().exec_driver_sql("SELECT id, username FROM ab_user ORDER BY id")}

    @cached_property
    def oracle(self) -> Oracle:
        with self.open():
            return Oracle()

    def actor(self, username: str) -> Actor:
        return records.load_actor(self.users[username])


def people() -> dict[str, dict[str, Any]]:
    """The generated users with unit, superior and roles."""
    found: dict[str, dict[str, Any]] = {
        "keeper": {"unit": "@xihu", "superior": "@manager", "roles": ["store_manager"]},
        "double": {"unit": "@nanshan", "superior": "@manager", "roles": ["clerk", "salesperson", "service"]},
        "nobody": {"unit": "@xuhui", "roles": []},
        "homeless": {"roles": ["matrix_conditions", "matrix_unit"]},
        "conditions": {"unit": "@east", "superior": "@manager", "roles": ["matrix_conditions"]},
        "mixed": {"unit": "@xuhui", "superior": "@manager", "roles": ["matrix_mixed"]},
    }
    found |= {f"in_{scope}": {"unit": "@xuhui", "superior": "@manager", "roles": [f"matrix_{scope}"]} for scope in _SCOPES}
    found["in_subordinates"] = {"unit": "@head_office", "superior": "@admin", "roles": ["matrix_subordinates"]}
    found["in_department"] = {"unit": "@service_dept", "superior": "@manager", "roles": ["matrix_department"]}
    found |= {name: {"unit": "@tianhe", "superior": "@manager", "roles": [f"matrix_{name}"]} for name in SHADOWS}
    return found


PEOPLE = (*TEMPLATE_USERS, *people())
LOOKERS = ("admin", "clerk1", "clerk2", "sales1", "service1", "keeper", "online1", "nobody", "homeless", "in_subordinates", "in_store", "mixed", *SHADOWS)
"""Those who go through the pages: one for every kind of right."""


def folder_with_everybody(target: Path) -> Path:
    """The template, with the generated roles and their people among its demo rows."""
    shutil.copytree(TEMPLATE, target)
    for name, body in _roles(target).items():
        label = {"zh": f"角色 {name}", "en": f"Role {name}"}
        (target / "organisation" / "roles" / f"{name}.json").write_text(json.dumps({"name": name, "label": label, **body}), "utf-8")
    rows_file = target / "organisation" / "demo" / "03-user.json"
    rows = json.loads(rows_file.read_text("utf-8"))
    rows["rows"] += [{"@": name, "username": name, "name": f"Person {name}", "locale": "en", "active": True, **more} for name, more in people().items()]
    for row in rows["rows"]:
        if row["username"] == "lead1":
            row["superior"] = "@in_subordinates"
    first = ("admin", "manager", "in_subordinates", "lead1")
    rows["rows"].sort(key=lambda row: first.index(row["username"]) if row["username"] in first else len(first))
    rows_file.write_text(json.dumps(rows), "utf-8")
    return target


def _roles(folder: Path) -> dict[str, dict[str, Any]]:
    entities = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*/entities/*.json"))}
    made: dict[str, dict[str, Any]] = {
        f"matrix_{scope}": {"grants": [{"entity": name, "operations": WRITING, "scope": scope} for name in entities]} for scope in _SCOPES
    }
    made["matrix_conditions"] = {"grants": [
        {"entity": name, "operations": [*WRITING[:3], *WRITING[4:]], "scope": "all", "where": where}
        for name in entities for where in (*_CONDITIONS, *([_OF_ENTITIES[name]] if name in _OF_ENTITIES else []))
    ]}
    for turn, name in enumerate(SHADOWS):
        made[f"matrix_{name}"] = {"grants": [
            {"entity": entity, "operations": WRITING, "scope": "all", "fields": _rights(body, turn)} for entity, body in entities.items()
        ]}
    made["matrix_mixed"] = {"grants": [
        grant for entity, body in entities.items() for grant in (
            {"entity": entity, "operations": ["read", "export", "print"], "scope": "all", "fields": _rights(body, 1)},
            {"entity": entity, "operations": WRITING, "scope": "own", "fields": {"*": "write"}},
            {"entity": entity, "operations": ["read", "update"], "scope": "all", "where": "unit = my_unit", "fields": _rights(body, 0)},
        )
    ]}
    return made


def _rights(body: Mapping[str, Any], turn: int) -> dict[str, str]:
    """Hidden, masked and readable fields in turn, the columns of sub-tables by themselves."""
    names = [*body["properties"], "owner", "unit"]
    columns = [f"{name}.{column}" for name, schema in body["properties"].items() if schema["x-type"] == "table" for column in schema["items"]["properties"]]
    return {name: RIGHTS[(place + turn) % 3] for some in (names, columns) for place, name in enumerate(some)}


def install(database: Database, folder: Path) -> None:
    """Publish everything, enter the rows, spread the owners, plant the marks and note them."""
    configuration = _configuration(folder)
    installation.prepare(database)
    app = create_app(configuration, database)
    template = folder_with_everybody(folder / "template")
    installation.install(app, database, template, demo=True, tell=lambda _line: None)
    with surroundings(database, "en", write=True):
        _spread()
    with surroundings(database, "en", write=True):
        marks = tuple(mark for entity in catalogue().entities.values() for mark in _plant(entity))
    (folder / _MARKS).write_bytes(pickle.dumps(marks))
    database.dispose()


def opened(installed: Path, database: Database, folder: Path) -> Company:
    """The company that was installed in a folder, on a copy of its database, with a folder of its own."""
    marks = pickle.loads((installed / _MARKS).read_bytes())
    return Company(create_app(_configuration(folder), database), database, marks, installation.demo_password(_configuration(installed)))


def _configuration(folder: Path) -> Configuration:
    return Configuration(instance=str(folder), secret_key=KEY, password_hash="pbkdf2:sha256:1", external_url="http://localhost")


def _spread() -> None:
    """Give records to the generated people, and move one of each kind into the recycle bin."""
    ids = {name: id_ for id_, name in connection().exec_driver_sql("SELECT id, username FROM ab_user")}
    units = dict(connection().execute(sa.text("SELECT code, id FROM e_unit")).all())
    owners = [ids[name] for name in ("mixed", "in_own", "conditions", "in_subordinates", "homeless", "keeper", "sales1", "sales2", "online1")]
    homes = [units[code] for code in ("SH-XH", "GZ-TH", "HZ-XH", "SERVICE", "EAST")]
    for entity in catalogue().entities.values():
        if entity.system:
            continue
        table = tables(catalogue()).of(entity)
        rows = connection().scalars(sa.select(table.c.id).order_by(table.c.id)).all()
        for place, id_ in enumerate(rows):
            if place % 3 == 1:
                connection().execute(sa.update(table).where(table.c.id == id_).values(owner_id=owners[place // 3 % len(owners)]))
            if place % 4 == 2:
                connection().execute(sa.update(table).where(table.c.id == id_).values(unit_id=homes[place // 4 % len(homes)]))
        if len(rows) > MARK_ROWS + 1:
            connection().execute(sa.update(table).where(table.c.id == rows[-1]).values(deleted_at=datetime(2026, 1, 2, tzinfo=UTC)))


_counter = iter(range(100, 10_000))


def _plant(entity: Entity) -> Iterator[Mark]:
    """Marks in all stored fields of the first records, with their words in the search and their changes in the history."""
    published = tables(catalogue())
    table = published.of(entity)
    if entity.system and entity.name != "user":
        return
    names = ("email", "phone") if entity.system else tuple(one.name for one in entity.fields)
    ids = connection().scalars(sa.select(table.c.id).order_by(table.c.id).limit(8 if entity.system else MARK_ROWS)).all()[-MARK_ROWS:]
    for id_ in ids:
        planted = [mark for name in names if (mark := _mark(entity.name, id_, name, entity.field(name), of=entity))]
        connection().execute(sa.update(table).where(table.c.id == id_).values({entity.field(mark.field).column: mark.value for mark in planted}))
        after: dict[str, Any] = {mark.field: mark.value for mark in planted}
        for one in entity.fields:
            if one.fields:
                lines = list(_plant_lines(entity, one, id_))
                after[one.name] = tuple(line for line, _marks in lines)
                planted += [mark for _line, marks in lines for mark in marks]
        write_history([Change(entity, id_, Actor.system("test"), "updated", {}, after, frozenset(after))])
        yield from planted
    last = 0
    while last := reindex_after(entity, {one.name for one in searched_fields(entity)}, last):
        pass


def _plant_lines(entity: Entity, one: Field, id_: int) -> Iterator[tuple[dict[str, Any], list[Mark]]]:
    child = tables(catalogue()).child(entity, one)
    for line in connection().scalars(sa.select(child.c.id).where(child.c.parent_id == id_).limit(1)).all():
        marks = [mark for column in one.fields if (mark := _mark(entity.name, id_, f"{one.name}.{column.name}", column))]
        if marks:
            values = {mark.field.partition(".")[2]: mark.value for mark in marks}
            connection().execute(sa.update(child).where(child.c.id == line).values({one.child(name).column: value for name, value in values.items()}))
            yield {"id": line, **values}, marks


def _mark(entity: str, id_: int, name: str, field: Field, of: Entity | None = None) -> Mark | None:
    type_ = FIELD_TYPES[field.type]
    column = type_.column_type(field) if type_.stored and field.column else None
    if column is None or field.options or field.option("workflow") or type_.expression_type(field).entity:
        return None
    if of is not None and is_virtual(records.shape(of.name), field):
        return None
    result = type_.result(field) if hasattr(type_, "result") else type_
    value, words = _value(result.name, next(_counter))
    return Mark(entity, id_, name, value, words) if words else None


def _value(kind: str, number: int) -> tuple[Any, tuple[str, ...]]:
    if kind in ("text", "longtext", "barcode", "autonumber"):
        return f"Qmark{number}zq", (f"Qmark{number}zq",)
    amount = 7_300_000_000 + number * 1_000_003  # so far apart that no sum of one and of what is usual is another
    if kind == "integer":
        return amount, (str(amount),)
    if kind in ("decimal", "money", "formula"):
        return Decimal(amount), (str(amount),)
    if kind == "percent":
        return Decimal(amount), (str(amount), f"{amount}00")
    if kind == "date":
        year = 2700 + number % 1000  # a year by itself could be any amount
        return date(year, 5, 5), (f"{year}-05-05", f"{year}-05", f"{year}年5月5日", f"{year}年5月", f"May 5, {year}", f"{year}/5/5", f"{year}/05/05", f"5/5/{year}")
    if kind == "phone":
        return f"+861391234{number:04}", (f"1391234{number:04}", f"1234{number:04}", f"1234 {number:04}", f"139 1234 {number:04}")
    if kind == "email":
        return f"qmark{number}zq@example.com", (f"qmark{number}zq@example.com",)
    if kind == "url":
        return f"https://example.com/qmark{number}zq", (f"qmark{number}zq",)
    if kind == "address":
        return {"province": "上海市", "city": "上海市", "district": "徐汇区", "street": f"Qmark{number}zq"}, (f"Qmark{number}zq",)
    return None, ()

