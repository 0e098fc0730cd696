"""The balances of a record whose movements its reader may see."""

from shuke.definitions.model import Field
from shuke.records import Record


def balances(record: Record) -> list[Field]:
    """The balance fields that the reader sees unmasked."""
    return [field for field in record.entity.fields if field.option("ledger") and record.rights.get(field.name) in {"read", "write"}]
