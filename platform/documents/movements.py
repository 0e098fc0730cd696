"""The movements of a record's account as a table, for who may read the balance they lead to."""

from shuke import ledgers
from shuke.core.i18n import format_day, format_number, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Field, Ledger
from shuke.documents.rows import Table
from shuke.ledgers import Movement
from shuke.records import Record

_USUAL = 100
_SEEN = frozenset({"read", "write"})


def balance_field(record: Record, ledger: str) -> Field | None:
    """The field that shows the balance, if its reader sees it unmasked."""
    return next((
        field for field in record.entity.fields if field.option("ledger") == ledger and record.rights.get(field.name) in _SEEN
    ), None)


def movements(record: Record, name: str, limit: int | None) -> Table | None:
    """The newest first, each with the balance after it."""
    if balance_field(record, name) is None:
        return None
    ledger = catalogue().ledgers[name]
    found = ledgers.entries(ledger, record.id, limit=limit or _USUAL)
    headings = ((_("Date"), False), (_("Kind"), False), (_("Reason"), False), (_("Change"), True), (_("Balance"), True))
    return Table(headings, tuple(_row(movement, ledger) for movement in found))


def _row(movement: Movement, ledger: Ledger) -> tuple[str, ...]:
    entry = movement.entry
    change = format_number(movement.change, ledger.scale)
    return (
        format_day(entry.business_date), pick(ledger.kinds[entry.kind].label) if entry.kind in ledger.kinds else entry.kind, entry.memo or "",
        f"+{change}" if movement.change > 0 else change, format_number(movement.balance, ledger.scale),
    )
