"""Whether the books are right: balances, totals, floors and the chain of hashes. It reads everything and changes nothing."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from shuke.core.db import connection
from shuke.core.i18n import gettext as _
from shuke.ledgers.chain import GENESIS, entry_hash
from shuke.ledgers.tables import HOLDER, account, entry

_BATCH = 5000


def verify() -> list[str]:
    """A sentence for each fault found; none when everything is right."""
    return [*_balances(), *_totals(), *_floors(), *_broken_links(), *_changed_entries()]


def _sides() -> sa.Subquery:
    """Each entry once for each account it touched."""
    credited = sa.select(
        entry.c.credit_account.label("account"), entry.c.credit_sequence.label("sequence"), entry.c.hash,
        entry.c.amount.label("credit"), sa.literal(0).label("debit"))
    debited = sa.select(entry.c.debit_account, entry.c.debit_sequence, entry.c.hash, sa.literal(0), entry.c.amount)
    return sa.union_all(credited, debited).subquery()


def _balances() -> Iterator[str]:
    """Accounts whose totals or number of entries are not those of their entries."""
    sides = _sides()
    sums = sa.select(
        sides.c.account, sa.func.sum(sides.c.credit).label("credits"), sa.func.sum(sides.c.debit).label("debits"),
        sa.func.count().label("number"),
    ).group_by(sides.c.account).subquery()
    query = sa.select(account).outerjoin(sums, sums.c.account == account.c.id).where(account.c.kind == HOLDER, sa.or_(
        account.c.credits != sa.func.coalesce(sums.c.credits, 0), account.c.debits != sa.func.coalesce(sums.c.debits, 0),
        account.c.sequence != sa.func.coalesce(sums.c.number, 0)))
    for row in connection().execute(query.order_by(account.c.id)):
        yield _("Ledger %(ledger)s: the balance of account %(account)s is not the sum of its entries.", ledger=row.ledger, account=row.id)


def _totals() -> Iterator[str]:
    """Ledgers in which holders have more or less than the house gave them."""
    held = sa.select(account.c.ledger, sa.func.sum(account.c.credits - account.c.debits).label("total")).group_by(account.c.ledger).subquery()
    given = sa.select(
        entry.c.ledger,
        sa.func.sum(entry.c.amount * (_one_if_chained(entry.c.credit_sequence) - _one_if_chained(entry.c.debit_sequence))).label("total"),
    ).group_by(entry.c.ledger).subquery()
    query = sa.select(held.c.ledger).outerjoin(given, given.c.ledger == held.c.ledger).where(held.c.total != sa.func.coalesce(given.c.total, 0))
    for ledger in connection().execute(query.order_by(held.c.ledger)).scalars():
        yield _("Ledger %(ledger)s: debits and credits are not equal.", ledger=ledger)


def _one_if_chained(sequence: sa.ColumnElement[Any]) -> sa.Case[int]:
    return sa.case((sequence.is_not(None), 1), else_=0)


def _floors() -> Iterator[str]:
    query = sa.select(account).where(account.c.floor > account.c.credits - account.c.debits)
    for row in connection().execute(query.order_by(account.c.id)):
        yield _("Ledger %(ledger)s: account %(account)s is below its floor.", ledger=row.ledger, account=row.id)


def _broken_links() -> Iterator[str]:
    """Accounts whose last entry is not the one they name. A gap further back shows in the hash of the entry after it."""
    query = sa.select(account.c.id).where(account.c.kind == HOLDER, _hash_at(account.c.id, account.c.sequence, account) != account.c.head)
    for id_ in connection().execute(query.order_by(account.c.id)).scalars():
        yield _("Account %(account)s: its chain of entries is broken.", account=id_)


def _changed_entries() -> Iterator[str]:
    """Entries whose hash is not that of their content and of the entries before them."""
    for row in _with_heads():
        if row["hash"] != entry_hash(row, row["debit_head"], row["credit_head"]):
            yield _("Ledger %(ledger)s: entry %(entry)s is not as it was written.", ledger=row["ledger"], entry=row["id"])


def _with_heads() -> Iterator[dict[str, Any]]:
    """All entries in the order of their ids, each with the hashes of the entries before it."""
    heads = (
        _hash_at(entry.c[f"{side}_account"], entry.c[f"{side}_sequence"] - 1, entry).label(f"{side}_head") for side in ("debit", "credit")
    )
    query = sa.select(entry, *heads).order_by(entry.c.id).limit(_BATCH)
    last = -1
    while rows := _fetch(query.where(entry.c.id > last)):
        yield from rows
        last = rows[-1]["id"]


def _fetch(query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection().execute(query).mappings()]


def _hash_at(account_id: sa.ColumnElement[Any], sequence: sa.ColumnElement[Any], outer: sa.Table) -> sa.ColumnElement[str]:
    """The hash of the entry at this place of an account's chain, on whichever side of it the account stands; two look-ups by index."""
    found = []
    for side in ("debit", "credit"):
        there = entry.alias()
        found.append(
            sa.select(there.c.hash).where(there.c[f"{side}_account"] == account_id, there.c[f"{side}_sequence"] == sequence)
            .correlate(outer).limit(1).scalar_subquery())
    return sa.func.coalesce(*found, GENESIS)
