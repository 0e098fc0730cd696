"""What the database itself refuses, whoever writes the SQL; the same rules for SQLite and PostgreSQL.

- Entries are never changed, deleted or replaced; accounts are opened empty and never deleted.
- An entry is the next one of its holder accounts; inserting it moves their balances.
- A balance moves only together with such an entry: an update of an account is checked against the entry that it claims.
- A reversal is the exact opposite of an entry that is not a reversal itself.
"""

_NOT_NEXT = "an entry must be the next one of its accounts"
_APPEND_ONLY = "entries are append-only"
_THROUGH_ENTRIES = "balances change only through entries"
_KEPT = "accounts are never deleted, and keep their ledger and owner"
_EMPTY = "accounts are opened empty"
_OPPOSITE = "a reversal must be the opposite of an entry that is not a reversal"

_IS_OPPOSITE = """EXISTS (SELECT 1 FROM sk_entry original WHERE original.id = NEW.reverses AND original.reverses IS NULL
  AND original.ledger = NEW.ledger AND original.amount = NEW.amount
  AND original.debit_account = NEW.credit_account AND original.credit_account = NEW.debit_account)"""


def _is_next(side: str) -> str:
    return f"""EXISTS (SELECT 1 FROM sk_account WHERE id = NEW.{side}_account AND (
  (kind = 'house' AND NEW.{side}_sequence IS NULL) OR (kind = 'holder' AND sequence = NEW.{side}_sequence AND head = NEW.hash)))"""


def _apply(side: str) -> str:
    return f"""UPDATE sk_account SET {side}s = {side}s + NEW.amount, sequence = NEW.{side}_sequence, head = NEW.hash
  WHERE id = NEW.{side}_account AND kind = 'holder' AND sequence = NEW.{side}_sequence - 1"""


def _follows(side: str, other: str) -> str:
    return f"""EXISTS (SELECT 1 FROM sk_entry WHERE {side}_account = OLD.id AND {side}_sequence = OLD.sequence + 1 AND hash = NEW.head
  AND NEW.{side}s = OLD.{side}s + amount AND NEW.{other}s = OLD.{other}s)"""


_MOVED = "(NEW.debits <> OLD.debits OR NEW.credits <> OLD.credits OR NEW.sequence <> OLD.sequence OR NEW.head <> OLD.head)"
_COVERED = f"(NEW.sequence = OLD.sequence + 1 AND ({_follows('debit', 'credit')} OR {_follows('credit', 'debit')}))"
_OTHER = "(NEW.id <> OLD.id OR NEW.ledger <> OLD.ledger OR NEW.owner_id <> OLD.owner_id OR NEW.kind <> OLD.kind)"
_NOT_EMPTY = "(NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.sequence <> 0 OR NEW.head <> '')"


def _sqlite(name: str, when: str, *checks: tuple[str, str], first: tuple[str, ...] = ()) -> str:
    body = [*first, *(f"SELECT RAISE(ABORT, '{sentence}') WHERE {refused}" for sentence, refused in checks)]
    return f"CREATE TRIGGER {name} {when} BEGIN {' '.join(f'{part};' for part in body)} END"


def _postgresql(name: str, when: str, *checks: tuple[str, str], first: tuple[str, ...] = (), options: str = "") -> tuple[str, str]:
    body = [*first, *(f"IF {refused} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END IF"
                      for sentence, refused in checks)]
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {options} AS $$ BEGIN {' '.join(f'{part};' for part in body)} RETURN NEW; END $$",
        f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()",
    )


# REPLACE deletes the row in its way without firing a trigger, unless the connection has recursive triggers on.
_IN_THE_WAY = """EXISTS (SELECT 1 FROM sk_entry WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM sk_entry WHERE ledger = NEW.ledger AND key = NEW.key AND leg = NEW.leg AND occurrence = NEW.occurrence)
  OR EXISTS (SELECT 1 FROM sk_entry WHERE reverses = NEW.reverses)
  OR EXISTS (SELECT 1 FROM sk_entry WHERE debit_account = NEW.debit_account AND debit_sequence = NEW.debit_sequence)
  OR EXISTS (SELECT 1 FROM sk_entry WHERE credit_account = NEW.credit_account AND credit_sequence = NEW.credit_sequence)"""
_SAME_ACCOUNT = """EXISTS (SELECT 1 FROM sk_account WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM sk_account WHERE ledger = NEW.ledger AND owner_id = NEW.owner_id)"""

_OPENED = (_EMPTY, _NOT_EMPTY)
_BOUND = (_KEPT, _OTHER)
_BALANCED = (_THROUGH_ENTRIES, f"{_MOVED} AND NOT {_COVERED}")
_REVERSED = (_OPPOSITE, f"NEW.reverses IS NOT NULL AND NOT {_IS_OPPOSITE}")
_CHAINED = (_NOT_NEXT, f"NOT {_is_next('debit')} OR NOT {_is_next('credit')}")

# Two accounts are always locked in the order of their ids, so that two opposite transfers cannot block each other.
_APPLY_IN_ORDER = (
    f"IF NEW.debit_account < NEW.credit_account THEN {_apply('debit')}; {_apply('credit')}; "
    f"ELSE {_apply('credit')}; {_apply('debit')}; END IF"
)

# A plan made while the tables were empty would read them from end to end for ever. This holds for the guard of the accounts
# too, which runs inside.
_BY_INDEX = "SET enable_seqscan = off"

ACCOUNT_TRIGGERS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        _sqlite("sk_account_open", "BEFORE INSERT ON sk_account", _OPENED, (_KEPT, _SAME_ACCOUNT)),
        _sqlite("sk_account_guard", "BEFORE UPDATE ON sk_account", _BOUND, _BALANCED),
        _sqlite("sk_account_keep", "BEFORE DELETE ON sk_account", (_KEPT, "1")),
    ),
    "postgresql": (
        *_postgresql("sk_account_open", "BEFORE INSERT ON sk_account FOR EACH ROW", _OPENED),
        *_postgresql("sk_account_guard", "BEFORE UPDATE ON sk_account FOR EACH ROW", _BOUND, _BALANCED),
        *_postgresql("sk_account_keep", "BEFORE DELETE ON sk_account FOR EACH ROW", (_KEPT, "true")),
        "CREATE TRIGGER sk_account_whole BEFORE TRUNCATE ON sk_account FOR EACH STATEMENT EXECUTE FUNCTION sk_account_keep()",
    ),
}

ENTRY_TRIGGERS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        _sqlite("sk_entry_check", "BEFORE INSERT ON sk_entry", (_APPEND_ONLY, _IN_THE_WAY), _REVERSED),
        _sqlite("sk_entry_apply", "AFTER INSERT ON sk_entry", _CHAINED, first=(_apply("debit"), _apply("credit"))),
        _sqlite("sk_entry_keep", "BEFORE UPDATE ON sk_entry", (_APPEND_ONLY, "1")),
        _sqlite("sk_entry_stay", "BEFORE DELETE ON sk_entry", (_APPEND_ONLY, "1")),
    ),
    "postgresql": (
        *_postgresql("sk_entry_check", "BEFORE INSERT ON sk_entry FOR EACH ROW", _REVERSED),
        *_postgresql("sk_entry_apply", "AFTER INSERT ON sk_entry FOR EACH ROW", _CHAINED, first=(_APPLY_IN_ORDER,), options=_BY_INDEX),
        *_postgresql("sk_entry_keep", "BEFORE UPDATE OR DELETE ON sk_entry FOR EACH ROW", (_APPEND_ONLY, "true")),
        "CREATE TRIGGER sk_entry_whole BEFORE TRUNCATE ON sk_entry FOR EACH STATEMENT EXECUTE FUNCTION sk_entry_keep()",
    ),
}
