"""Ledgers: accounts whose balances are nothing but the sum of append-only, double-sided, hash-chained entries."""

from shuke.ledgers.model import Entry, Movement, Overdrawn, Posting
from shuke.ledgers.posting import post, post_many, reverse, undo, undo_of
from shuke.ledgers.reading import balance, balances, entries, outstanding
from shuke.ledgers.totals import Span, Total, totals
from shuke.ledgers.verify import verify

__all__ = [
    "Entry", "Movement", "Overdrawn", "Posting", "Span", "Total", "balance", "balances", "entries", "outstanding", "post", "post_many", "reverse",
    "totals", "undo", "undo_of", "verify",
]
