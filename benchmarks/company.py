"""A shop chain of any size: the CRM template published, and rows written straight into its tables for speed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from shuke.core.db import Database
from shuke.core.ids import EPOCH_MS
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Entity
from shuke.records.search import _row, search_table, searched_fields
from shuke.records.shapes import shape
from shuke.records.virtual import stored
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration

TEMPLATE = Path(__file__).parents[1] / "apps" / "crm-template"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉玲建华红志"
CHANNELS = ("store", "phone", "chat", "wechat", "web", "event")
ORDERS_OF_ONE = 20
_CHUNK = 5000


@dataclass
class Company:
    """The product on a filled database; `customer` has twenty orders."""

    app: Flask
    database: Database
    password: str
    customer: int
    rows: int


def open_company(url: str, folder: Path, rows: int) -> Company:
    """Install the template with its demo data and add customers up to `rows`; a database that has them is used as it is."""
    configuration = Configuration(
        instance=str(folder), database_url=url, secret_key="f3b1c9d27a604e85b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6", password_hash="pbkdf2:sha256:1000", external_url="http://localhost",
    )
    database = Database(url)
    installation.prepare(database)
    app = create_app(configuration, database)
    if not installation.is_installed(database):
        installation.install(app, database, TEMPLATE, demo=True, tell=lambda _text: None)
    with use_catalogue(store.current(database)):
        customer = _fill(database, rows)
    return Company(app, database, installation.demo_password(configuration), customer, rows)


def _fill(database: Database, rows: int) -> int:
    entity = store.current(database).entity("customer")
    with database.read() as connection:
        there = connection.scalar(sa.select(sa.func.count()).select_from(shape("customer").table)) or 0
        people = connection.execute(sa.select(shape("user").table.c.id, shape("user").table.c.unit_id).where(shape("user").table.c.unit_id.is_not(None))).all()
        level = connection.scalar(sa.select(shape("level").table.c.id).limit(1))
    chance = random.Random(7)  # noqa: S311 - the same company each time
    for start in range(there, rows, _CHUNK):
        with database.write():
            _add(entity, list(_customers(chance, start, min(_CHUNK, rows - start), people, level)))
    with database.write() as connection:
        customer = connection.scalar(sa.select(sa.func.max(shape("customer").table.c.id)))
        _add_orders(connection, customer, people)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return int(customer)


def _customers(chance: random.Random, start: int, count: int, people: Any, level: int | None) -> Iterator[dict[str, Any]]:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    for number in range(start, start + count):
        at = first + timedelta(seconds=number * 30)
        owner, unit = chance.choice(people)
        name = chance.choice(SURNAMES) + "".join(chance.choice(GIVEN) for _part in range(chance.randint(1, 2)))
        yield {
            "id": ((int(at.timestamp() * 1000) - EPOCH_MS) << 22) | (number % 4096), "created_at": at, "updated_at": at, "created_by": owner,
            "updated_by": owner, "owner": owner, "unit": unit, "number": f"K{number:08}", "name": name, "mobile": f"+86{13000000000 + number}",
            "channel": chance.choice(CHANNELS), "kind": "person", "business_line": "retail", "tags": ("regular",) if number % 3 == 0 else None, "level": level,
            "total_paid": Decimal(chance.randint(0, 1_000_000)) / 100, "order_count": chance.randint(0, 30), "birthday": None,
        }


def _add(entity: Entity, rows: list[dict[str, Any]]) -> None:
    from shuke.core.db import connection  # noqa: PLC0415 - the current unit of work

    of = shape(entity.name)
    names = {one.name: one.column for one in stored(of)}
    system = {"id": "id", "created_at": "created_at", "updated_at": "updated_at", "created_by": "created_by", "updated_by": "updated_by", "owner": "owner_id", "unit": "unit_id"}
    columns = names | system
    connection().execute(sa.insert(of.table), [
        {column: row.get(name) for name, column in columns.items()} | {"revision": 1, "deleted_at": None} for row in rows
    ])
    words = [made for row in rows for one in searched_fields(entity) if (made := _row(entity, row["id"], one, one.values(row)))]
    connection().execute(sa.insert(search_table), words)


def _add_orders(connection: sa.Connection, customer: int, people: Any) -> None:
    of = shape("order")
    there = connection.scalar(sa.select(sa.func.count()).select_from(of.table).where(of.table.c.customer == customer)) or 0
    at = datetime(2026, 1, 1, tzinfo=UTC)
    owner, unit = people[0]
    if there >= ORDERS_OF_ONE:
        return
    connection.execute(sa.insert(of.table), [
        {
            "id": customer + 1 + number, "created_at": at, "updated_at": at, "created_by": owner, "updated_by": owner, "owner_id": owner, "unit_id": unit,
            "revision": 1, "deleted_at": None, "number": f"SO-B{customer}-{number}", "customer": customer, "date": at.date(), "salesperson": owner,
            "item_count": 2, "subtotal": Decimal("200.00"), "discount": Decimal("0.00"), "total": Decimal("200.00"), "state": "confirmed",
            "fulfilment": "unshipped", "payment": "unpaid",
        }
        for number in range(there, ORDERS_OF_ONE)
    ])
