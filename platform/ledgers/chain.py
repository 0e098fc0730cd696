"""The hash of an entry: it covers everything in the row and the heads of the accounts that it found."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

GENESIS = ""
"""The head of an account without entries, and of a house account."""

_COVERED = (
    "id", "ledger", "debit_account", "credit_account", "debit_sequence", "credit_sequence", "kind", "source_entity", "source_id",
    "key", "leg", "occurrence", "reverses", "actor_id", "unit_id", "memo",
)


def entry_hash(row: Mapping[str, Any], debit_head: str, credit_head: str) -> str:
    content = [row[name] for name in _COVERED]
    content += [int(row["amount"]), row["created_at"].astimezone(UTC).isoformat(), row["business_date"].isoformat(), debit_head, credit_head]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
