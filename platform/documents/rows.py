"""The tables of a document: rows of a sub-table or of a collection, as finished words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shuke import records
from shuke.access import Actor
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.documents.values import MOST_ROWS, collection, inverse
from shuke.documents.words import cell
from shuke.expressions import Kind
from shuke.fields import FIELD_TYPES
from shuke.records import Link, Query, Record, Row
from shuke.views.columns import Column, column

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What the template draws."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One column: its heading, and the words for a row by its place."""

    heading: Heading
    text: Callable[[int], str]


def table(actor: Actor, entity: Entity, record: Record, name: str, paths: Sequence[str]) -> Table:
    """The table of this sub-table or collection; columns that the reader may not see are left out."""
    if entity.has(name):
        part = entity.field(name)
        rows = [row for row in record.values.get(name) or () if isinstance(row, Row)][:MOST_ROWS]
        shown = [one for path in paths if (one := _of_part(actor, part, rows, path)) is not None]
        count = len(rows)
    else:
        other, _link = inverse(entity, name)
        found = collection(actor, entity, record.id, name, paths)
        shown = [_of_record(column(catalogue(), other, path), found) for path in paths if not found or any(path in one.values for one in found)]
        count = len(found)
    return Table(tuple(one.heading for one in shown), tuple(tuple(one.text(place) for one in shown) for place in range(count)))


def _of_record(shown: Column, found: Sequence[Record]) -> _Shown:
    return _Shown(Heading(pick(shown.label), shown.numeric), lambda place: cell(shown, found[place].values.get(shown.path)))


def _of_part(actor: Actor, part: Field, rows: Sequence[Row], path: str) -> _Shown | None:
    """A column of the sub-table, or a field of a record that a line links to."""
    first, _dot, rest = path.partition(".")
    field = part.child(first)
    if rows and not any(first in row.values for row in rows):
        return None
    if not rest:
        own = _column(field)
        return _Shown(Heading(pick(own.label), own.numeric), lambda place: cell(own, rows[place].values.get(first)))
    return _along(actor, field, rows, rest)


def _along(actor: Actor, field: Field, rows: Sequence[Row], rest: str) -> _Shown | None:
    target = catalogue().entity(FIELD_TYPES[field.type].expression_type(field).entity)
    shown = column(catalogue(), target, rest)
    links = [value if isinstance(value := row.values.get(field.name), Link) else None for row in rows]
    found = _linked(actor, target, {link.id for link in links if link}, rest)
    if found and not any(rest in one.values for one in found.values()):
        return None

    def text(place: int) -> str:
        link = links[place]
        other = found.get(link.id) if link else None
        return cell(shown, other.values.get(rest)) if other else ""

    return _Shown(Heading(pick(shown.label), shown.numeric), text)


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
