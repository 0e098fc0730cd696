"""Sums over the movements of many accounts: by kind, by direction, by unit and by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core.db import connection
from shuke.definitions.model import Ledger
from shuke.ledgers.model import from_units
from shuke.ledgers.tables import HOLDER, account, entry

IN, OUT = "in", "out"
DAY = "at"
_LENGTHS = {"year": 4, "month": 7, "week": 10, "day": 10}
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Total:
    """What was moved under one combination of keys, and in how many movements."""

    key: tuple[Any, ...]
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Span:
    """Which movements: those of business days from `first` to `last`, of some kinds and units; empty for all."""

    first: date | None = None
    last: date | None = None
    kinds: Sequence[str] = ()
    units: Sequence[int] = ()


def totals(ledger: Ledger, owners: sa.Select[tuple[int]], keys: Sequence[str], asked: Span) -> list[Total]:
    """The movements of the accounts whose records are among `owners`, by `kind`, `direction`, `unit`, `at:day` and so on."""
    moved = sa.union_all(_side(ledger, "credit", IN, owners, asked), _side(ledger, "debit", OUT, owners, asked)).subquery()
    columns = [_key(moved, key).label(f"g{index}") for index, key in enumerate(keys)]
    amount, count = sa.func.coalesce(sa.func.sum(moved.c.amount), 0), sa.func.count()
    statement = sa.select(*columns, amount, count).select_from(moved)
    if columns:
        statement = statement.group_by(*columns).order_by(amount.desc(), *columns).limit(_MOST)
    return [Total(tuple(row[:len(keys)]), from_units(row[-2], ledger), row[-1]) for row in connection().execute(statement)]


def _side(ledger: Ledger, side: str, direction: str, owners: sa.Select[tuple[int]], asked: Span) -> sa.Select[Any]:
    conditions = [entry.c.ledger == ledger.name, account.c.kind == HOLDER, account.c.owner_id.in_(owners)]
    if asked.first is not None:
        conditions.append(entry.c.business_date >= asked.first)
    if asked.last is not None:
        conditions.append(entry.c.business_date <= asked.last)
    if asked.kinds:
        conditions.append(entry.c.kind.in_(asked.kinds))
    if asked.units:
        conditions.append(entry.c.unit_id.in_(asked.units))
    columns = (entry.c.kind, entry.c.unit_id.label("unit"), entry.c.business_date.label(DAY), entry.c.amount, sa.literal(direction).label("direction"))
    return sa.select(*columns).join(account, account.c.id == entry.c[f"{side}_account"]).where(*conditions)


def _key(moved: sa.Subquery, key: str) -> sa.ColumnElement[Any]:
    name, _colon, cut = key.partition(":")
    column = moved.c[name]
    if name != DAY:
        return column
    if connection().dialect.name == "postgresql":
        local = sa.func.date_trunc("week", column) if cut == "week" else column
        return sa.func.left(sa.func.to_char(local, "YYYY-MM-DD"), _LENGTHS[cut or "day"])
    text = sa.func.date(sa.cast(column, sa.String), "-6 days", "weekday 1") if cut == "week" else sa.cast(column, sa.String)
    return sa.func.substr(text, 1, _LENGTHS[cut or "day"])
