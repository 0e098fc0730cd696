"""A ledger of library credits, and a person who acts."""

from decimal import Decimal

from shuke import ledgers
from shuke.access.actor import Actor
from shuke.core.db import Database
from shuke.definitions.model import EntryKind, Ledger


def make_ledger(name: str = "credit", *, scale: int = 0, floor: str = "0") -> Ledger:
    kinds = [
        EntryKind("give", {"zh": "给", "en": "Give"}, "house", "holder"),
        EntryKind("take", {"zh": "取", "en": "Take"}, "holder", "house"),
        EntryKind("pass", {"zh": "转", "en": "Pass on"}, "holder", "holder"),
    ]
    return Ledger(
        name, {"zh": "借书额度", "en": "Library credit"}, "reader", {"zh": "点", "en": "credits"}, scale, floor,
        {kind.name: kind for kind in kinds})


class Books:
    """Posts in units of work of their own, as different requests would."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self.database, self.ledger = database, ledger
        self.actor = Actor(7, "user", "Wang")
        self._made = 0

    def post(self, kind: str, owner: int, amount: int | str | Decimal, *, key: str = "", counterpart: int = 0) -> ledgers.Entry | None:
        self._made += 1
        with self.database.write():
            return ledgers.post(
                self.ledger, kind, owner, Decimal(amount), key=key or f"key {self._made}", source=("loan", self._made), actor=self.actor,
                counterpart=counterpart)

    def reverse(self, key: str) -> tuple[ledgers.Entry, ...]:
        with self.database.write():
            return ledgers.reverse(self.ledger, key, source=("return", 1), actor=self.actor)

    def balance(self, owner: int) -> Decimal:
        with self.database.read():
            return ledgers.balance(self.ledger, owner)

    def faults(self) -> list[str]:
        with self.database.read():
            return ledgers.verify()
