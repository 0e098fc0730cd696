"""The tables of a document: rows of a sub-table, of a collection or of a link from elsewhere, as finished words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from shuke import records
from shuke.access import Actor, policy
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.documents.values import HAS_OR_IS, MOST_ROWS, collection, inverse
from shuke.documents.words import cell
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES
from shuke.records import Condition, Link, Query, Record, Row
from shuke.views.columns import Column, column

_PAGE = 200
_SEEN = frozenset({"read", "write"})


@dataclass(frozen=True, slots=True)
class Table:
    """What the template draws; `sums` are blank where nothing is added up, and absent where nothing is at all."""

    headings: tuple[tuple[str, bool], ...]
    """Words, and whether numbers stand under them."""
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shown:
    """One column, and its value in a row by the row's place."""

    path: str
    column: Column
    value: Callable[[int], Any]

    def text(self, place: int) -> str:
        return cell(self.column, self.value(place))

    def sum(self, count: int) -> str:
        values = [value for place in range(count) if (value := self.value(place)) is not None]
        if not values or not all(isinstance(value, Decimal | int) for value in values):
            return ""  # masked: what cannot be read is not added up
        return self.column.type.format(sum(values[1:], values[0]), self.column.field)


def table(actor: Actor, entity: Entity, record: Record, name: str, paths: Sequence[str], sums: Sequence[str] = ()) -> Table:
    """The table of this sub-table or collection; columns that the reader may not see are left out."""
    if entity.has(name):
        part = entity.field(name)
        rows = [row for row in record.values.get(name) or () if isinstance(row, Row)][:MOST_ROWS]
        shown = [one for path in paths if (one := _of_part(actor, part, rows, path)) is not None]
        return _made(shown, len(rows), sums)
    other, _link = inverse(entity, name)
    return _of_records(other, collection(actor, entity, record.id, name, paths), paths, sums)


def related(actor: Actor, record: Record, block: Mapping[str, Any]) -> Table | None:
    """The records whose link leads here; None where the reader may see neither them nor their link."""
    other = catalogue().entity(block["entity"])
    rights = policy(actor, other)
    if not rights.may("read") or rights.right(block["via"]) not in _SEEN:
        return None
    link = other.field(block["via"])
    here = Condition(link.name, HAS_OR_IS[FIELD_TYPES[link.type].stored], (str(record.id),))
    most = block.get("limit", MOST_ROWS)
    query = Query(
        fields=tuple(block["columns"]), where=block.get("where", ""), conditions=(here,), sort=tuple(block.get("sort", ("created_at",))), count=False,
    )
    return _of_records(other, every(actor, other, query, most), block["columns"], block.get("sums", ()))


def every(actor: Actor, entity: Entity, query: Query, most: int) -> tuple[Record, ...]:
    """The records of the query, page after page, at most so many."""
    found: list[Record] = []
    after = ""
    while len(found) < most:
        page = records.query(actor, entity, replace(query, limit=min(_PAGE, most - len(found)), after=after))
        found += page.records
        if not page.next:
            break
        after = page.next
    return tuple(found)


def _of_records(entity: Entity, found: Sequence[Record], paths: Sequence[str], sums: Sequence[str]) -> Table:
    shown = [_of_record(column(catalogue(), entity, path), found) for path in paths if not found or any(path in one.values for one in found)]
    return _made(shown, len(found), sums)


def _made(shown: Sequence[_Shown], count: int, sums: Sequence[str]) -> Table:
    """The table without the columns that say nothing in any row."""
    texts = {one.path: [one.text(place) for place in range(count)] for one in shown}
    said = [one for one in shown if any(texts[one.path])] if count else shown
    added = [one.sum(count) if one.path in sums else "" for one in said]
    return Table(
        tuple((pick(one.column.label), one.column.numeric) for one in said), tuple(zip(*(texts[one.path] for one in said), strict=True)),
        tuple(added) if any(added) else (),
    )


def _of_record(shown: Column, found: Sequence[Record]) -> _Shown:
    return _Shown(shown.path, shown, lambda place: found[place].values.get(shown.path))


def _of_part(actor: Actor, part: Field, rows: Sequence[Row], path: str) -> _Shown | None:
    """A column of the sub-table, or a field of a record that a line links to."""
    first, _dot, rest = path.partition(".")
    field = part.child(first)
    if rows and not any(first in row.values for row in rows):
        return None
    if not rest:
        return _Shown(path, _column(field), lambda place: rows[place].values.get(first))
    return _along(actor, field, rows, path, rest)


def _along(actor: Actor, field: Field, rows: Sequence[Row], path: str, rest: str) -> _Shown | None:
    target = catalogue().entity(FIELD_TYPES[field.type].expression_type(field).entity)
    shown = column(catalogue(), target, rest)
    links = [value if isinstance(value := row.values.get(field.name), Link) else None for row in rows]
    found = _linked(actor, target, {link.id for link in links if link}, rest)
    if found and not any(rest in one.values for one in found.values()):
        return None

    def linked(place: int) -> Any:
        link = links[place]
        other = found.get(link.id) if link else None
        return other.values.get(rest) if other else None

    return _Shown(path, shown, linked)


def _linked(actor: Actor, target: Entity, ids: Iterable[int], path: str) -> dict[int, Record]:
    """The linked records that the reader may see, with the one field that is shown."""
    wanted = sorted(ids)
    found: dict[int, Record] = {}
    for start in range(0, len(wanted), _PAGE):
        some = tuple(wanted[start : start + _PAGE])
        page = records.query(actor, target, Query(fields=(path,), ids=some, limit=_PAGE, sort=("id",), count=False))
        found |= {record.id: record for record in page.records}
    return found


def _column(field: Field) -> Column:
    type_ = FIELD_TYPES[field.type]
    return Column(field.name, field, type_, field.label, (), sortable=False, numeric=type_.expression_type(field).kind is Kind.NUMBER)
