"""Balances and movements, for one account or for a page of records."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.core.db import connection
from shuke.definitions.model import Ledger
from shuke.ledgers.model import Entry, Movement, from_units
from shuke.ledgers.tables import HOLDER, account, entry


def balance(ledger: Ledger, owner: int) -> Decimal:
    """What the record has in the ledger; 0 without an account."""
    return balances(ledger, [owner]).get(owner, Decimal(0))


def balances(ledger: Ledger, owners: Sequence[int]) -> dict[int, Decimal]:
    """Record → balance, for all that have an account."""
    query = sa.select(account.c.owner_id, account.c.credits - account.c.debits).where(
        account.c.ledger == ledger.name, account.c.owner_id.in_(owners), account.c.kind == HOLDER)
    return {owner: from_units(units, ledger) for owner, units in connection().execute(query)}


def outstanding(ledger: Ledger) -> Decimal:
    """What all holders have together: what the house owes them."""
    total = sa.func.coalesce(sa.func.sum(account.c.credits - account.c.debits), 0)
    query = sa.select(total).where(account.c.ledger == ledger.name, account.c.kind == HOLDER)
    return from_units(connection().execute(query).scalar_one(), ledger)


def entries(ledger: Ledger, owner: int, *, limit: int = 50, before: int | None = None) -> tuple[Movement, ...]:
    """The movements of a record's account, newest first; `before` is the sequence of the last one seen."""
    holder = connection().execute(sa.select(account).where(account.c.ledger == ledger.name, account.c.owner_id == owner)).one_or_none()
    if holder is None or holder.kind != HOLDER:
        return ()
    rows = _page(holder.id, limit, before)
    if not rows:
        return ()
    units = holder.credits - holder.debits - _change_after(holder.id, rows[0]["sequence"], holder.sequence)
    movements = []
    for row in rows:
        change = int(row["amount"]) * row["sign"]
        movements.append(Movement(_entry(row, ledger), row["sequence"], from_units(change, ledger), from_units(units, ledger)))
        units -= change
    return tuple(movements)


def with_keys(keys: Mapping[str, Sequence[str]]) -> dict[tuple[str, str, int], dict[str, Any]]:
    """The rows that were posted last under these keys (ledger → keys), by ledger, key and leg."""
    found = {}
    for ledger, wanted in keys.items():
        query = sa.select(entry).where(entry.c.ledger == ledger, entry.c.key.in_(wanted)).order_by(entry.c.leg, entry.c.occurrence)
        for row in connection().execute(query).mappings():
            found[ledger, row["key"], row["leg"]] = dict(row)
    return found


def read_entries(rows: Iterable[Mapping[str, Any]], ledgers: Mapping[str, Ledger]) -> list[Entry]:
    return [_entry(row, ledgers[row["ledger"]]) for row in rows]


def _page(account_id: int, limit: int, before: int | None) -> list[dict[str, Any]]:
    sides = [_side("credit", 1, account_id, limit, before), _side("debit", -1, account_id, limit, before)]
    both = sa.union_all(*(sa.select(side) for side in sides)).subquery()
    return [dict(row) for row in connection().execute(sa.select(both).order_by(both.c.sequence.desc()).limit(limit)).mappings()]


def _side(name: str, sign: int, account_id: int, limit: int, before: int | None) -> sa.Subquery:
    """The newest entries of one side; each side uses its own index."""
    sequence = entry.c[f"{name}_sequence"]
    query = sa.select(entry, sequence.label("sequence"), sa.literal(sign).label("sign")).where(entry.c[f"{name}_account"] == account_id)
    query = query.where(sequence.is_not(None) if before is None else sequence < before)
    return query.order_by(sequence.desc()).limit(limit).subquery()


def _change_after(account_id: int, sequence: int, last: int) -> int:
    if sequence == last:
        return 0
    change = 0
    for name, sign in (("credit", 1), ("debit", -1)):
        query = sa.select(sa.func.coalesce(sa.func.sum(entry.c.amount), 0)).where(
            entry.c[f"{name}_account"] == account_id, entry.c[f"{name}_sequence"] > sequence)
        change += sign * int(connection().execute(query).scalar_one())
    return change


def _entry(row: Mapping[str, Any], ledger: Ledger) -> Entry:
    return Entry(
        id=row["id"], ledger=row["ledger"], debit_account=row["debit_account"], credit_account=row["credit_account"],
        debit_sequence=row["debit_sequence"], credit_sequence=row["credit_sequence"], amount=from_units(row["amount"], ledger),
        kind=row["kind"], source=(row["source_entity"], row["source_id"]), key=row["key"], leg=row["leg"], reverses=row["reverses"],
        actor_id=row["actor_id"], unit=row["unit_id"], created_at=row["created_at"], business_date=row["business_date"],
        memo=row["memo"], hash=row["hash"])
