"""Real purchases brought into the shop's template with its own mapping: every one once, to the cent, with its points."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from shuke.access import Actor
from shuke.core.db import Database
from shuke.definitions.load import load_template
from shuke.publishing.publish import publish
from shuke.transfer.cli import import_file
from shuke.transfer.reading import Reading

ROOT = Path(__file__).parent.parent.parent
TEMPLATE = ROOT / "apps" / "crm-template"
SAMPLE = ROOT / "tests" / "data" / "cdnow" / "CDNOW_sample.txt"
READING = Reading(delimiter="whitespace", header=False, columns=("customer_id", "sample_id", "date", "number_of_cds", "dollar_value"))


@pytest.fixture
def shop(database: Database) -> Database:
    publish(database, Actor.system("test"), load_template(TEMPLATE))
    return database


def purchases(limit: int) -> list[list[str]]:
    return [line.split() for line in SAMPLE.read_text("ascii").splitlines()[:limit]]


@pytest.mark.parametrize("limit", [700])
def test_purchases_become_customers_and_paid_orders_once(shop: Database, tmp_path: Path, limit: int) -> None:
    bring_in(shop, tmp_path, limit)


@pytest.mark.campaign
def test_the_whole_sample_becomes_customers_and_paid_orders_once(shop: Database, tmp_path: Path) -> None:
    bring_in(shop, tmp_path, 1_000_000)


def bring_in(shop: Database, folder: Path, limit: int) -> None:
    rows = purchases(limit)
    file, mapping = folder / "purchases.txt", folder / "mapping.json"
    file.write_text("".join(line + "\n" for line in SAMPLE.read_text("ascii").splitlines()[:limit]), "ascii")
    body = json.loads((TEMPLATE / "imports" / "cdnow.json").read_text("utf-8"))
    mapping.write_text(json.dumps({**body, "read": READING.body()}), "utf-8")
    for again in (False, True):
        out = StringIO()
        assert import_file(shop, Actor.system("test"), "order", file, mapping=mapping, out=out) == 0, out.getvalue()
        assert (f"新增 {0 if again else len(rows)}" in out.getvalue()) is True, out.getvalue()
        check(shop, rows)


def check(shop: Database, rows: list[list[str]]) -> None:
    amounts = [Decimal(row[4]) for row in rows]
    points = sum(int(amount) for amount in amounts)
    with shop.read() as connection:
        def one(statement: str) -> object:
            return connection.execute(sa.text(statement)).scalar()

        scale = 100 if shop.dialect == "sqlite" else 1
        assert one("SELECT count(*) FROM e_customer") == len({row[0] for row in rows})
        assert one("SELECT count(*) FROM e_order WHERE payment = 'paid'") == len(rows)
        assert one("SELECT sum(item_count) FROM e_order") == sum(int(row[3]) for row in rows)
        assert Decimal(str(one("SELECT sum(total) FROM e_order"))) == sum(amounts) * scale
        assert one("SELECT sum(points) FROM e_order") == points
        assert one("SELECT sum(amount) FROM sk_entry") == points
        assert one("SELECT sum(credits - debits) FROM sk_account WHERE kind = 'holder'") == points
        assert one("SELECT count(*) FROM sk_entry") == sum(amount >= 1 for amount in amounts)


def test_the_mapping_names_the_columns_of_the_whole_file() -> None:
    named = (TEMPLATE / "imports" / "cdnow.json").read_text("utf-8")
    assert all(column in named for column in ("customer_id", "date", "number_of_cds", "dollar_value"))
