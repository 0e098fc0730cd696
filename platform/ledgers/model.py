"""What other packages see of ledgers: postings to make, entries that were made."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal, localcontext

from shuke.core.errors import InvalidInput
from shuke.core.i18n import format_number, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Ledger

_LARGEST = 2**63 - 1
_DIGITS = 80


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement to be made: `amount` by the `kind` of `ledger` on the account of the record `account`.

    A kind whose two sides are holders moves it from `account` to `counterpart`. `key` makes it happen once.
    """

    ledger: Ledger
    kind: str
    account: int
    amount: Decimal
    key: str
    source: tuple[str, int]
    actor_id: int
    unit: int | None = None
    memo: str = ""
    at: date | None = None
    """The business date; today if not given."""
    leg: int = 0
    counterpart: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement that was made: it debited one account and credited another."""

    id: int
    ledger: str
    debit_account: int
    credit_account: int
    debit_sequence: int | None
    credit_sequence: int | None
    amount: Decimal
    kind: str
    source: tuple[str, int]
    key: str
    leg: int
    reverses: int | None
    actor_id: int
    unit: int | None
    created_at: datetime
    business_date: date
    memo: str
    hash: str


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry as the holder of an account sees it: what it changed, and the balance afterwards."""

    entry: Entry
    sequence: int
    change: Decimal
    balance: Decimal


class Overdrawn(InvalidInput):
    """A posting would take an account below its floor; `left` is what can still be taken."""

    def __init__(self, ledger: Ledger, left: int) -> None:
        self.ledger, self.left = ledger.name, from_units(left, ledger)
        # Not how much was asked for: a rule may have taken it from a field that the person may not see.
        words = {"ledger": pick(ledger.label), "unit": pick(ledger.unit), "left": format_number(self.left, ledger.scale)}
        if left > 0:
            said = _("%(ledger)s: this takes more than is there. Only %(left)s %(unit)s are left.", **words)
        else:
            said = _("%(ledger)s: nothing is left. Add to the balance first.", **words)
        super().__init__({"": [said]})


def to_units(amount: Decimal, ledger: Ledger) -> int:
    """The amount in the ledger's smallest units; refused when it is negative, too fine or too large."""
    if not amount.is_finite() or amount < 0:
        raise _refused(ledger, _("Enter an amount of zero or more."))
    with localcontext(Context(prec=_DIGITS)):  # more digits than an expression can yield, so that nothing is rounded away
        exact = amount.scaleb(ledger.scale)
    if exact > _LARGEST:
        raise _refused(ledger, _("The amount is too large."))
    if exact != int(exact):
        said = _("Enter at most %(places)d decimals.", places=ledger.scale) if ledger.scale else _("Enter a whole number.")
        raise _refused(ledger, said)
    return int(exact)


def from_units(units: int | Decimal, ledger: Ledger) -> Decimal:
    return Decimal(units).scaleb(-ledger.scale)


def check_total(total: int, ledger: Ledger) -> None:
    """A total has to fit into 64 bits."""
    if total > _LARGEST:
        raise _refused(ledger, _("The amount is too large."))


def _refused(ledger: Ledger, said: str) -> InvalidInput:
    return InvalidInput({"": [f"{pick(ledger.label)}: {said}"]})
