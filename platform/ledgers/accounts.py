"""Accounts: found or opened, and locked for a posting."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shuke.core import clock
from shuke.core.db import connection
from shuke.core.ids import new_id
from shuke.definitions.model import Ledger
from shuke.ledgers.floors import floors, is_constant
from shuke.ledgers.model import Overdrawn, check_total
from shuke.ledgers.tables import HOLDER, HOUSE, account


@dataclass(slots=True)
class Account:
    """An account as it stands while it is locked; moved along with the postings that are prepared on it."""

    id: int
    ledger: Ledger
    owner_id: int
    debits: int
    credits: int
    floor: int | None
    sequence: int
    head: str

    @property
    def is_house(self) -> bool:
        return self.owner_id == 0

    @property
    def balance(self) -> int:
        return self.credits - self.debits

    def debit(self, units: int) -> None:
        if self.is_house:
            return
        if self.floor is not None and self.balance - units < self.floor:
            raise Overdrawn(self.ledger, self.balance - self.floor)
        self.debits += units
        check_total(self.debits, self.ledger)

    def credit(self, units: int) -> None:
        if self.is_house:
            return
        self.credits += units
        check_total(self.credits, self.ledger)

    def advance(self) -> int | None:
        """The sequence of the next entry; a house account has none."""
        if self.is_house:
            return None
        self.sequence += 1
        return self.sequence


def lock(owners: Mapping[str, Collection[int]], ledgers: Mapping[str, Ledger]) -> dict[tuple[str, int], Account]:
    """The accounts of these records (ledger → owners), opened where there were none, and locked in a fixed order."""
    found: dict[tuple[str, int], Account] = {}
    for name in sorted(owners):
        holders = sorted(set(owners[name]) - {0})
        accounts = _read(ledgers[name], holders)
        if missing := [owner for owner in (0, *holders) if owner not in accounts]:
            _open(ledgers[name], missing)
            accounts = _read(ledgers[name], holders)
        _follow_floors(ledgers[name], [accounts[owner] for owner in holders if owner not in missing])
        found |= {(name, owner): opened for owner, opened in accounts.items()}
    return found


def lock_by_id(ids: Collection[int], ledger: Ledger) -> dict[int, Account]:
    query = sa.select(account).where(account.c.id.in_(sorted(set(ids)))).order_by(account.c.id).with_for_update()
    return {row.id: _account(row, ledger) for row in connection().execute(query)}


def _read(ledger: Ledger, holders: Collection[int]) -> dict[int, Account]:
    """The holders' accounts locked, the house's not: nothing in it moves, so nobody waits for it."""
    of_ledger = sa.select(account).where(account.c.ledger == ledger.name)
    queries = (
        of_ledger.where(account.c.owner_id.in_(holders)).order_by(account.c.id).with_for_update(),
        of_ledger.where(account.c.owner_id == 0),
    )
    return {row.owner_id: _account(row, ledger) for query in queries for row in connection().execute(query)}


def _open(ledger: Ledger, owners: Collection[int]) -> None:
    floor_of = floors(ledger, [owner for owner in owners if owner])
    insert: Callable[[sa.Table], postgresql.Insert | sqlite.Insert]
    insert = postgresql.insert if connection().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"id": new_id(), "ledger": ledger.name, "kind": HOLDER if owner else HOUSE, "owner_id": owner, "floor": floor_of.get(owner),
         "created_at": clock.now()}
        for owner in owners
    ]
    # Two postings may open the same account at once on PostgreSQL; both then read the one that came first.
    connection().execute(insert(account).on_conflict_do_nothing(), rows)


def _follow_floors(ledger: Ledger, held: Sequence[Account]) -> None:
    """Where the floor is a formula, what the record says now holds; never above what is left, so that it can be written at once."""
    if not held or is_constant(ledger.floor):
        return
    floor_of = floors(ledger, [one.owner_id for one in held])
    for one in held:
        wanted = floor_of.get(one.owner_id)
        floor = min(wanted, one.balance) if wanted is not None else None
        if floor != one.floor:
            connection().execute(sa.update(account).where(account.c.id == one.id).values(floor=floor))
            one.floor = floor


def _account(row: sa.Row[tuple[object, ...]], ledger: Ledger) -> Account:
    return Account(row.id, ledger, row.owner_id, row.debits, row.credits, row.floor, row.sequence, row.head)
