"""The wall clock for sessions, tokens and limits.

They must not follow the sandbox's clock: who moves it a month ahead would be signed out by that.
"""

from datetime import UTC, datetime


def real_now() -> datetime:
    return datetime.now(UTC)
