"""The two tables of all ledgers; only this package reads and writes them.

A row of `sk_entry` is one debit and one credit of the same amount, so the whole is zero by construction. Holder accounts
carry their balance; the house account of a ledger carries none (its balance is what the holders have, negated), because
every posting would have to wait for that one row.

Each holder account is a chain: `sequence` counts its entries, `head` is the hash of the last one, and an entry's hash
covers the heads it found. Chains are per account, so that two accounts never wait for each other.

A key makes a movement happen once. When the movement has been reversed the key is free again, and what is posted under it
then is its next `occurrence`.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from shuke.core.db import metadata
from shuke.core.sqltypes import Id, Text, UtcDateTime
from shuke.ledgers.triggers import ACCOUNT_TRIGGERS, ENTRY_TRIGGERS

HOUSE, HOLDER = "house", "holder"

# NUMERIC without a scale lets the database refuse a fraction; BIGINT would round it silently.
_Amount = sa.BigInteger().with_variant(sa.Numeric(), "postgresql")


def _whole(column: str) -> sa.CheckConstraint:
    """SQLite keeps a fraction, a text or a sum beyond 64 bits in an integer column unless it is told not to."""
    return sa.CheckConstraint(f"typeof({column}) = 'integer'", name=f"sk_{column}_is_whole").ddl_if(dialect="sqlite")


account = sa.Table(
    "sk_account", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("ledger", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("owner_id", Id, nullable=False),
    sa.Column("debits", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("credits", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("floor", sa.BigInteger),
    sa.Column("sequence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("head", Text, nullable=False, server_default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("ledger", "owner_id", name="sk_account_owner"),
    sa.UniqueConstraint("ledger", "id", name="sk_account_ledger"),
    sa.CheckConstraint("kind IN ('house', 'holder') AND (kind = 'house') = (owner_id = 0)", name="sk_account_kind"),
    sa.CheckConstraint("debits >= 0 AND credits >= 0 AND sequence >= 0", name="sk_account_totals"),
    sa.CheckConstraint("floor IS NULL OR credits - debits >= floor", name="sk_account_floor"),
    sa.CheckConstraint("kind = 'holder' OR (debits = 0 AND credits = 0 AND sequence = 0 AND floor IS NULL)", name="sk_account_house"),
    _whole("debits"), _whole("credits"), _whole("sequence"),
    sqlite_with_rowid=False,
)

entry = sa.Table(
    "sk_entry", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("ledger", Text, nullable=False),
    sa.Column("debit_account", Id, nullable=False),
    sa.Column("credit_account", Id, nullable=False),
    sa.Column("debit_sequence", sa.BigInteger),
    sa.Column("credit_sequence", sa.BigInteger),
    sa.Column("amount", _Amount, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("source_entity", Text, nullable=False),
    sa.Column("source_id", Id, nullable=False),
    sa.Column("key", Text, nullable=False),
    sa.Column("leg", sa.Integer, nullable=False, server_default="0"),
    sa.Column("occurrence", sa.Integer, nullable=False, server_default="1"),
    sa.Column("reverses", Id, sa.ForeignKey("sk_entry.id"), unique=True),
    sa.Column("actor_id", Id, nullable=False),
    sa.Column("unit_id", Id),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("business_date", sa.Date, nullable=False),
    sa.Column("memo", Text, nullable=False, server_default=""),
    sa.Column("hash", Text, nullable=False),
    sa.ForeignKeyConstraint(["ledger", "debit_account"], ["sk_account.ledger", "sk_account.id"]),
    sa.ForeignKeyConstraint(["ledger", "credit_account"], ["sk_account.ledger", "sk_account.id"]),
    sa.UniqueConstraint("ledger", "key", "leg", "occurrence", name="sk_entry_key"),
    sa.CheckConstraint("amount > 0", name="sk_entry_amount"),
    sa.CheckConstraint("amount = trunc(amount)", name="sk_entry_amount_is_whole").ddl_if(dialect="postgresql"),
    sa.CheckConstraint("debit_account <> credit_account", name="sk_entry_sides"),
    _whole("amount"),
    sa.Index("sk_entry_source", "source_entity", "source_id"),
    sa.Index("sk_entry_unit", "ledger", "unit_id", "business_date"),
    sa.Index("sk_entry_day", "ledger", "business_date"),
    sqlite_with_rowid=False,
)


def _chain_index(side: str) -> sa.Index:
    """An account's entries in their order; a house account has none."""
    chained = entry.c[f"{side}_sequence"].is_not(None)
    return sa.Index(
        f"sk_entry_{side}", entry.c[f"{side}_account"], entry.c[f"{side}_sequence"], unique=True, sqlite_where=chained, postgresql_where=chained)


def _guard(table: sa.Table, triggers: Mapping[str, Sequence[str]]) -> None:
    """Create the triggers together with the table."""
    for dialect, statements in triggers.items():
        for statement in statements:
            create = sa.DDL(statement)  # type: ignore[no-untyped-call]
            sa.event.listen(table, "after_create", create.execute_if(dialect=dialect))


CHAIN_INDEXES = (_chain_index("debit"), _chain_index("credit"))
_guard(account, ACCOUNT_TRIGGERS)
_guard(entry, ENTRY_TRIGGERS)
