"""A file of purchases, one a line and without numbers, becomes customers, paid orders and points; a second time it changes nothing."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from installed import TEMPLATE, Shop

from shuke import ledgers
from shuke.transfer.cli import import_file

LINES = """\
 customer_id  date number_of_cds  dollar_value
 00001 19970101  1   11.77
 00002 19970112  1   12.00
 00002 19970112  5   77.00
 00003 19970102  3   20.00
 00003 19970102  3   20.00
 00004 19970330  2    0.00
 00004 19970402  7   99.99
"""
PURCHASES = [line.split() for line in LINES.splitlines()[1:]]


@pytest.fixture
def purchases(tmp_path: Path) -> Path:
    path = tmp_path / "purchases.txt"
    path.write_text(LINES.replace("\n", "\r\n"))
    return path


def imported(shop: Shop, path: Path) -> str:
    with shop.at_work():
        admin = shop.actor("admin")
    said = StringIO()
    assert import_file(shop.database, admin, "order", path, mapping=TEMPLATE / "imports" / "cdnow.json", out=said) == 0, said.getvalue()
    return said.getvalue()


def test_each_line_is_a_paid_order_of_exactly_its_amount(shop: Shop, purchases: Path) -> None:
    imported(shop, purchases)
    orders = shop.find("admin", "order", 'STARTSWITH(source_line, "CDNOW-")', sort=("id",))
    assert [(order.values["total"], order.values["item_count"], order.values["payment"], order.values["state"]) for order in orders] == [
        (Decimal(amount), int(pieces), "paid", "confirmed") for _customer, _day, pieces, amount in PURCHASES
    ]
    assert [order.values["date"].strftime("%Y%m%d") for order in orders] == [day for _customer, day, _pieces, _amount in PURCHASES]


def test_customers_come_once_with_all_their_points(shop: Shop, purchases: Path) -> None:
    imported(shop, purchases)
    expected: dict[str, int] = {}
    for customer, _day, _pieces, amount in PURCHASES:
        expected[customer] = expected.get(customer, 0) + int(Decimal(amount))
    customers = shop.find("admin", "customer", "ISNOTBLANK(code)")
    assert {customer.values["code"]: int(customer.values["points_balance"]) for customer in customers} == expected
    assert sum(customer.values["total_paid"] for customer in customers) == sum(Decimal(line[3]) for line in PURCHASES)
    with shop.at_work():
        assert ledgers.verify() == []


def test_the_same_file_again_changes_nothing(shop: Shop, purchases: Path) -> None:
    imported(shop, purchases)
    before = [(order.id, order.revision) for order in shop.find("admin", "order", sort=("id",))]
    imported(shop, purchases)
    assert [(order.id, order.revision) for order in shop.find("admin", "order", sort=("id",))] == before
