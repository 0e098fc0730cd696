"""The tabs of a record page: overview, a tab for each balance, history."""

from dataclasses import dataclass

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Field
from shuke.records import Record

OVERVIEW, HISTORY = "", "-history"


@dataclass(frozen=True, slots=True)
class RecordTab:
    label: str
    url: str
    active: bool


def record_tabs(record: Record, current: str) -> list[RecordTab]:
    """The tabs; `current` is a balance field's name, `OVERVIEW` or `HISTORY`."""
    start = f"/r/{record.entity.name}/{record.id}"
    middle = [RecordTab(pick(field.label), f"{start}/movements/{field.name}", field.name == current) for field in balances(record)]
    return [
        RecordTab(_("Overview"), start, current == OVERVIEW), *middle,
        RecordTab(_("History"), f"{start}/history", current == HISTORY),
    ]


def balances(record: Record) -> list[Field]:
    """The balance fields that the reader sees unmasked."""
    return [field for field in record.entity.fields if field.option("ledger") and record.rights.get(field.name) in {"read", "write"}]
