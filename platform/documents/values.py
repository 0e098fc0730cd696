"""The values of one record as its reader may see them, for the expressions of a document."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shuke import records
from shuke.access import Actor
from shuke.core.errors import UnknownName
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.expressions import Env, Expression, Value
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import inverses
from shuke.records import Condition, Link, Masked, Query, Record, Row

MOST_ROWS = 1000
"""A table of a document never has more rows: drawing takes ten milliseconds for each."""

Path = tuple[str, ...]


class ReaderEnv:
    """Evaluates expressions on what `records` gives this reader: hidden values are blank, masked ones are masked text."""

    def __init__(self, actor: Actor, entity: Entity, values: Mapping[str, Any], id_: int) -> None:
        self._actor = actor
        self._entity = entity
        self._values = values
        self._id = id_

    def get(self, path: Path) -> Value:
        return _plain(self._values.get(".".join(path), self._id if path == ("id",) else None))

    def rows(self, path: Path) -> Sequence[Env]:
        if len(path) > 1:
            return ()
        return [ReaderEnv(self._actor, self._entity, values, id_) for id_, values in self._rows(path[0])]

    def _rows(self, name: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
        if self._entity.has(name):
            return [(row.id, row.values) for row in self._values.get(name) or () if isinstance(row, Row)]
        return [(record.id, record.values) for record in collection(self._actor, self._entity, self._id, name)]

    def variable(self, name: str) -> Value:
        known: dict[str, Value] = {"me": self._actor.id or None, "my_unit": self._actor.unit, "my_unit_tree": self._actor.units}
        return known.get(name, self._actor.subordinates)


def collection(actor: Actor, entity: Entity, id_: int, name: str, columns: Sequence[str] = ()) -> tuple[Record, ...]:
    """The records of an inverse collection that the reader may see, the oldest first."""
    other, field = inverse(entity, name)
    shown = columns or [column.name for column in other.fields if FIELD_TYPES[column.type].stored]
    found: list[Record] = []
    after = ""
    while len(found) < MOST_ROWS:
        page = records.query(actor, other, Query(
            fields=tuple(shown), conditions=(Condition(field.name, HAS_OR_IS[FIELD_TYPES[field.type].stored], (str(id_),)),),
            sort=("created_at",), limit=200, after=after, count=False,
        ))
        found += page.records
        if not page.next:
            break
        after = page.next
    return tuple(found[:MOST_ROWS])


HAS_OR_IS = {True: "is", False: "has"}
"""A link says who it is; a list of links has one."""


def inverse(entity: Entity, name: str) -> tuple[Entity, Field]:
    """The other end of the link that makes this collection; a column of a sub-table makes none that can be listed."""
    for link in inverses(catalogue(), entity.name):
        if link.name == name and "." not in link.entity:
            return catalogue().entity(link.entity), link.field
    raise UnknownName("collection", name, [link.name for link in inverses(catalogue(), entity.name)])


def needed(expressions: Iterable[Expression]) -> tuple[str, ...]:
    """The fields and dotted paths that these expressions read of the record itself."""
    paths: set[str] = set()
    for expression in expressions:
        heads = {collected[0] for collected in expression.collections}
        paths |= {".".join(path) for path in expression.paths if path[0] not in heads}
        paths |= heads
    return tuple(sorted(paths))


def _plain(value: Any) -> Value:
    match value:
        case Link():
            return value.id
        case Masked():
            return value.text
        case tuple():
            return tuple(_plain(one) for one in value)
        case _:
            return value  # type: ignore[no-any-return]
