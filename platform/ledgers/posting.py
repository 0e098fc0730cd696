"""The only writer of entries: posting and reversing, each inside the unit of work that is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shuke.access.actor import Actor
from shuke.core import clock
from shuke.core.db import connection
from shuke.core.errors import Conflict, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.core.ids import new_id
from shuke.definitions.model import Ledger
from shuke.ledgers.accounts import Account, lock, lock_by_id
from shuke.ledgers.chain import GENESIS, entry_hash
from shuke.ledgers.model import Entry, Posting, to_units
from shuke.ledgers.reading import read_entries, with_keys
from shuke.ledgers.tables import HOUSE, entry

_SAME = ("debit_account", "credit_account", "amount", "kind")
"""What has to be equal when a key is seen again; the record that caused it may be another one, entered twice."""


def post(
    ledger: Ledger, kind: str, account: int, amount: Decimal, *, key: str, source: tuple[str, int], actor: Actor,
    unit: int | None = None, memo: str = "", at: date | None = None, counterpart: int = 0,
) -> Entry | None:
    """Make one movement; zero makes none. The same key again gives the first entry, with other content a Conflict.

    A key whose movement has been reversed is free again.
    """
    posting = Posting(ledger, kind, account, amount, key, source, actor.id, unit, memo, at, counterpart=counterpart)
    return post_many([posting])[0]


def post_many(postings: Sequence[Posting]) -> list[Entry | None]:
    """Make many movements with a handful of statements; all of them or, with an exception, none."""
    wanted = [_Wanted(posting, units) for posting in postings if (units := to_units(posting.amount, posting.ledger))]
    if not wanted:
        return [None] * len(postings)
    ledgers = {posting.ledger.name: posting.ledger for posting in postings}
    accounts = lock({name: {owner for one in wanted if one.ledger == name for owner in one.owners} for name in ledgers}, ledgers)
    known = with_keys({name: [one.posting.key for one in wanted if one.ledger == name] for name in ledgers})
    undone = _undone(row["id"] for row in known.values()) if known else set()
    rows: list[dict[str, Any]] = []
    for one in wanted:
        row = one.row(accounts)
        first = known.get(one.identity)
        if first is not None and first["id"] in undone:
            row["occurrence"], first = first["occurrence"] + 1, None
        if first is None:
            known[one.identity] = _chain(row, one.debited(accounts), one.credited(accounts))
            rows.append(row)
        elif any(first[name] != row[name] for name in _SAME):
            raise Conflict(_("The key “%(key)s” has already been used for another movement.", key=one.posting.key))
    _append(rows)
    made = {one.identity: known[one.identity] for one in wanted}
    entries = dict(zip(made, read_entries(made.values(), ledgers), strict=True))
    return [entries.get((posting.ledger.name, posting.key, posting.leg)) for posting in postings]


def reverse(
    ledger: Ledger, key: str, *, source: tuple[str, int], actor: Actor, unit: int | None = None, memo: str = "", at: date | None = None,
) -> tuple[Entry, ...]:
    """Undo the movements that were made under a key, by their opposites. A movement can be undone once."""
    originals = list(with_keys({ledger.name: [key]}).values())
    if not originals:
        raise NotFound(_("%(ledger)s: nothing has been posted under the key “%(key)s”.", ledger=pick(ledger.label), key=key))
    return _reverse(ledger, originals, source, actor, unit, memo, at, once=True)


def undo(
    ledger: Ledger, key: str, *, source: tuple[str, int], actor: Actor, unit: int | None = None, memo: str = "", at: date | None = None,
) -> tuple[Entry, ...]:
    """Reverse what was posted under a key and still stands; that may be nothing."""
    return _reverse(ledger, list(with_keys({ledger.name: [key]}).values()), source, actor, unit, memo, at, once=False)


def undo_of(
    ledger: Ledger, of: tuple[str, int], *, source: tuple[str, int], actor: Actor, unit: int | None = None, memo: str = "",
    at: date | None = None,
) -> tuple[Entry, ...]:
    """Reverse what a record (entity, id) has caused in the ledger and still stands; that may be nothing."""
    query = sa.select(entry).where(
        entry.c.ledger == ledger.name, entry.c.source_entity == of[0], entry.c.source_id == of[1], entry.c.reverses.is_(None))
    originals = [dict(row) for row in connection().execute(query.order_by(entry.c.id)).mappings()]
    return _reverse(ledger, originals, source, actor, unit, memo, at, once=False)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A posting of more than zero, in units."""

    posting: Posting
    units: int

    @property
    def ledger(self) -> str:
        return self.posting.ledger.name

    @property
    def identity(self) -> tuple[str, str, int]:
        return self.ledger, self.posting.key, self.posting.leg

    @property
    def owners(self) -> tuple[int, int]:
        """The owner that is debited and the one that is credited; 0 is the house."""
        kind = self.posting.ledger.kind(self.posting.kind)
        source = 0 if kind.source == HOUSE else self.posting.account
        target = 0 if kind.target == HOUSE else self.posting.account if kind.source == HOUSE else self.posting.counterpart
        return source, target

    def debited(self, accounts: dict[tuple[str, int], Account]) -> Account:
        return accounts[self.ledger, self.owners[0]]

    def credited(self, accounts: dict[tuple[str, int], Account]) -> Account:
        return accounts[self.ledger, self.owners[1]]

    def row(self, accounts: dict[tuple[str, int], Account]) -> dict[str, Any]:
        posting = self.posting
        return {
            "id": new_id(), "ledger": self.ledger, "debit_account": self.debited(accounts).id, "credit_account": self.credited(accounts).id,
            "amount": self.units, "kind": posting.kind, "source_entity": posting.source[0], "source_id": posting.source[1],
            "key": posting.key, "leg": posting.leg, "occurrence": 1, "reverses": None, "actor_id": posting.actor_id, "unit_id": posting.unit,
            "created_at": clock.now(), "business_date": posting.at or clock.today(), "memo": posting.memo,
        }


def _chain(row: dict[str, Any], debited: Account, credited: Account) -> dict[str, Any]:
    """Move the two accounts and make the row the next entry of both."""
    debited.debit(int(row["amount"]))
    credited.credit(int(row["amount"]))
    row["debit_sequence"], row["credit_sequence"] = debited.advance(), credited.advance()
    row["hash"] = entry_hash(row, debited.head, credited.head)
    for account in (debited, credited):
        account.head = GENESIS if account.is_house else row["hash"]
    return row


def _append(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    try:
        connection().execute(sa.insert(entry), rows)
    except IntegrityError as error:
        # The accounts are locked, so only a key that another posting used for another account just now is left as a reason.
        raise Conflict(_("The same movement is being posted elsewhere. Try again.")) from error


def _reverse(
    ledger: Ledger, originals: Sequence[dict[str, Any]], source: tuple[str, int], actor: Actor, unit: int | None, memo: str,
    at: date | None, *, once: bool,
) -> tuple[Entry, ...]:
    if not originals:
        return ()
    accounts = lock_by_id([row[f"{side}_account"] for row in originals for side in ("debit", "credit")], ledger)
    undone = _undone(row["id"] for row in originals)
    if undone and once:
        raise Conflict(_("%(ledger)s: this movement has already been reversed.", ledger=pick(ledger.label)))
    rows = [
        _chain(
            {**original, "id": new_id(), "debit_account": original["credit_account"], "credit_account": original["debit_account"],
             "source_entity": source[0], "source_id": source[1], "key": f"reverse:{original['id']}", "leg": 0, "occurrence": 1, "reverses": original["id"],
             "actor_id": actor.id, "unit_id": unit if unit is not None else original["unit_id"], "created_at": clock.now(),
             "business_date": at or clock.today(), "memo": memo},
            accounts[original["credit_account"]], accounts[original["debit_account"]])
        for original in originals if original["id"] not in undone
    ]
    _append(rows)
    return tuple(read_entries(rows, {ledger.name: ledger}))


def _undone(ids: Iterable[int]) -> set[int]:
    query = sa.select(entry.c.reverses).where(entry.c.reverses.in_(list(ids)))
    return set(connection().execute(query).scalars())
