"""What somebody who may write SQL cannot do, and what `verify` finds when the guards were switched off."""

import sqlite3
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from ledgers.books import Books, make_ledger
from sqlalchemy.exc import DBAPIError

from shuke.core.db import Database

_COLUMNS = (
    "id, ledger, debit_account, credit_account, debit_sequence, credit_sequence, amount, kind, source_entity, source_id, "
    "key, leg, reverses, actor_id, unit_id, created_at, business_date, memo, hash"
)


@pytest.fixture
def filled(books: Books) -> Books:
    return _fill(books)


def _copy(**changes: str) -> str:
    """An INSERT of a copy of the first entry with some values replaced by SQL."""
    values = ", ".join(changes.get(name, name) for name in _COLUMNS.split(", "))
    return f"INSERT INTO sk_entry ({_COLUMNS}) SELECT {values} FROM sk_entry WHERE key = 'first'"


_NEXT = {"id": "1", "key": "'new'", "hash": "'x'", "credit_sequence": "3"}

ATTACKS = {
    "change an entry": "UPDATE sk_entry SET amount = 1000",
    "change a memo": "UPDATE sk_entry SET memo = 'x'",
    "delete an entry": "DELETE FROM sk_entry WHERE key = 'second'",
    "change a balance": "UPDATE sk_account SET credits = credits + 1 WHERE owner_id = 1",
    "change a balance and the head": "UPDATE sk_account SET credits = credits + 1, sequence = sequence + 1, head = 'x' WHERE owner_id = 1",
    "repeat the last entry in the balance":
        "UPDATE sk_account SET debits = debits + 40, sequence = sequence + 1 WHERE owner_id = 1",
    "set back the chain": "UPDATE sk_account SET sequence = 1, debits = 0, head = (SELECT hash FROM sk_entry WHERE key = 'first') WHERE owner_id = 1",
    "fill the house": "UPDATE sk_account SET credits = 5 WHERE owner_id = 0",
    "give an account to another": "UPDATE sk_account SET owner_id = 3 WHERE owner_id = 1",
    "delete an account": "DELETE FROM sk_account WHERE owner_id = 1",
    "raise the floor over the balance": "UPDATE sk_account SET floor = 61 WHERE owner_id = 1",
    "open a filled account": "INSERT INTO sk_account (id, ledger, kind, owner_id, credits, created_at) VALUES (1, 'credit', 'holder', 9, 5, '2024-01-01')",
    "open a second account": "INSERT INTO sk_account (id, ledger, kind, owner_id, created_at) VALUES (1, 'credit', 'holder', 1, '2024-01-01')",
    "open a second house": "INSERT INTO sk_account (id, ledger, kind, owner_id, created_at) VALUES (1, 'credit', 'house', 0, '2024-01-01')",
    "open a house with an owner": "INSERT INTO sk_account (id, ledger, kind, owner_id, created_at) VALUES (1, 'credit', 'house', 9, '2024-01-01')",
    "award again under the same key": _copy(id="1", hash="'x'", credit_sequence="3"),
    "post nothing": _copy(**_NEXT, amount="0"),
    "post less than nothing": _copy(**_NEXT, amount="-5"),
    "post a fraction": _copy(**_NEXT, amount="0.5"),
    "post out of turn": _copy(**(_NEXT | {"credit_sequence": "4"})),
    "post beside the chain": _copy(**(_NEXT | {"credit_sequence": "NULL"})),
    "post onto itself": _copy(**_NEXT, debit_account="credit_account", debit_sequence="3"),
    "post into another ledger": _copy(**_NEXT, ledger="'other'"),
    "post to an account that is not there": _copy(**_NEXT, credit_account="77"),
    "overdraw": _copy(**(_NEXT | {"credit_sequence": "NULL"}), debit_account="credit_account", credit_account="debit_account",
                      debit_sequence="3", amount="61"),
    "reverse more than was posted": _copy(
        **(_NEXT | {"credit_sequence": "NULL"}), debit_account="credit_account", credit_account="debit_account", debit_sequence="3",
        amount="60", reverses="id"),
    "reverse in the same direction": _copy(**_NEXT, reverses="id"),
}
SQLITE_ATTACKS = {
    "replace an entry": f"INSERT OR REPLACE INTO sk_entry ({_COLUMNS}) SELECT "
                        + _COLUMNS.replace("memo", "'x'") + " FROM sk_entry WHERE key = 'first'",
    "replace an entry by key": _copy(id="1", hash="'x'", credit_sequence="3").replace("INSERT", "INSERT OR REPLACE"),
    "replace an account": "INSERT OR REPLACE INTO sk_account (id, ledger, kind, owner_id, created_at) VALUES (1, 'credit', 'holder', 1, '2024-01-01')",
    "update or replace": "UPDATE OR REPLACE sk_entry SET id = (SELECT max(id) FROM sk_entry)",
    "keep text as an amount": _copy(**_NEXT, amount="'many'"),
    "upsert": "INSERT INTO sk_account (id, ledger, kind, owner_id, created_at) SELECT id, ledger, kind, owner_id, created_at FROM sk_account "
              "WHERE owner_id = 1 ON CONFLICT DO UPDATE SET credits = 500",
}
POSTGRESQL_ATTACKS = {
    "truncate entries": "TRUNCATE sk_entry",
    "truncate accounts": "TRUNCATE sk_account CASCADE",
    "upsert": "INSERT INTO sk_account (id, ledger, kind, owner_id, created_at) SELECT id, ledger, kind, owner_id, created_at FROM sk_account "
              "WHERE owner_id = 1 ON CONFLICT (id) DO UPDATE SET credits = 500",
    "merge": "MERGE INTO sk_account a USING sk_entry e ON a.id = e.credit_account WHEN MATCHED THEN UPDATE SET credits = 500",
}


def _everything(books: Books) -> list[object]:
    with books.database.read() as connection:
        return [connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY id")).all() for table in ("sk_account", "sk_entry")]


def _refused(books: Books, statement: str) -> None:
    before = _everything(books)
    with pytest.raises(DBAPIError), books.database.write() as connection:
        connection.exec_driver_sql(statement)
    assert _everything(books) == before
    assert books.faults() == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(filled: Books, attack: str) -> None:
    _refused(filled, ATTACKS[attack])


@pytest.mark.parametrize("attack", SQLITE_ATTACKS)
def test_sqlite_refuses(sqlite_database: Database, attack: str) -> None:
    _refused(_filled_on(sqlite_database), SQLITE_ATTACKS[attack])


@pytest.mark.parametrize("attack", POSTGRESQL_ATTACKS)
def test_postgresql_refuses(postgresql_database: Database, attack: str) -> None:
    _refused(_filled_on(postgresql_database), POSTGRESQL_ATTACKS[attack])


@pytest.mark.parametrize("attack", [*ATTACKS, *SQLITE_ATTACKS])
def test_a_foreign_connection_without_our_settings_is_refused_too(sqlite_database: Database, attack: str) -> None:
    books = _filled_on(sqlite_database)
    if attack in {"post into another ledger", "post to an account that is not there"}:
        statement = "DELETE FROM sk_account"  # foreign keys are a setting of the connection; verify finds such entries
    else:
        statement = (ATTACKS | SQLITE_ATTACKS)[attack]
    before = _everything(books)
    foreign = sqlite3.connect(str(books.database.url.database))
    try:
        with pytest.raises(sqlite3.Error):
            foreign.execute(statement)
    finally:
        foreign.close()
    assert _everything(books) == before


def _filled_on(database: Database) -> Books:
    return _fill(Books(database, make_ledger()))


def _fill(books: Books) -> Books:
    books.post("give", 1, 100, key="first")
    books.post("take", 1, 40, key="second")
    books.post("give", 2, 5, key="third")
    return books


TAMPERINGS = {
    "an amount is changed": "UPDATE sk_entry SET amount = 101 WHERE key = 'first'",
    "an amount and the balance are changed": (
        "UPDATE sk_entry SET amount = 101 WHERE key = 'first'; UPDATE sk_account SET credits = 101 WHERE owner_id = 1"),
    "a memo is changed": "UPDATE sk_entry SET memo = 'x' WHERE key = 'second'",
    "a date is changed": "UPDATE sk_entry SET business_date = '2001-01-01' WHERE key = 'first'",
    "the last entry is deleted": "DELETE FROM sk_entry WHERE key = 'third'",
    "the last entry is deleted and the balance set": (
        "DELETE FROM sk_entry WHERE key = 'third'; UPDATE sk_account SET credits = 0, sequence = 0 WHERE owner_id = 2"),
    "an entry in the middle is deleted and the rest renumbered": (
        "DELETE FROM sk_entry WHERE key = 'first'; UPDATE sk_entry SET debit_sequence = 1 WHERE key = 'second'; "
        "UPDATE sk_account SET credits = 40, sequence = 1 WHERE owner_id = 1"),
    "a balance is changed": "UPDATE sk_account SET credits = credits + 1 WHERE owner_id = 2",
    "an entry moves to another account": (
        "UPDATE sk_entry SET credit_account = (SELECT id FROM sk_account WHERE owner_id = 1), credit_sequence = 3 WHERE key = 'third'; "
        "UPDATE sk_account SET credits = credits + 5, sequence = 3, head = (SELECT hash FROM sk_entry WHERE key = 'third') WHERE owner_id = 1; "
        "UPDATE sk_account SET credits = 0, sequence = 0, head = '' WHERE owner_id = 2"),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_verify_finds_when_guards_are_off_and(filled: Books, tampering: str) -> None:
    assert filled.faults() == []
    _without_guards(filled.database, lambda connection: [connection.exec_driver_sql(one) for one in TAMPERINGS[tampering].split("; ")])
    assert filled.faults() != []


def test_verify_finds_an_account_below_its_floor(sqlite_database: Database) -> None:
    books = _filled_on(sqlite_database)
    foreign = sqlite3.connect(str(books.database.url.database))
    foreign.execute("PRAGMA ignore_check_constraints = ON")
    foreign.execute("UPDATE sk_account SET floor = 61 WHERE owner_id = 1")
    foreign.commit()
    foreign.close()
    assert len(books.faults()) == 1


def _without_guards(database: Database, tamper: Callable[[sa.Connection], object]) -> None:
    with database.ddl_engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        tamper(connection)
