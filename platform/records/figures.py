"""Formulas over one record, computed as far as its reader may see what they read."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core.db import connection
from shuke.core.errors import UnknownName
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.expressions import Expression, ExpressionError
from shuke.records.asking import reader_expression
from shuke.records.kept import kept
from shuke.records.shapes import shape
from shuke.records.source import RecordSource


def computed_for(actor: Actor, entity: Entity, id_: int, sources: Iterable[str]) -> dict[str, Any]:
    """The value of each formula, in at most one statement; one that reads what the actor may not see is left out."""
    known = {source: one for source in sources if (one := _readable(actor, entity, source)) is not None}
    fixed = {source: one.evaluate(_NOTHING) for source, one in known.items() if not (one.paths or one.collections or one.variables or one.volatile)}
    known = {source: one for source, one in known.items() if source not in fixed}
    if not known:
        return fixed
    statement = kept(actor, ("formulas", entity.name, tuple(known)), lambda: _statement(actor, entity, known))
    row = connection().execute(statement, {"wanted": id_}).first()
    return fixed | dict(zip(known, row, strict=True)) if row is not None else {}


class _Nothing:
    """What a formula without any names is computed over."""

    def get(self, path: tuple[str, ...]) -> Any:
        return None

    def rows(self, path: tuple[str, ...]) -> Sequence[Any]:
        return ()

    def variable(self, name: str) -> Any:
        return None


_NOTHING = _Nothing()


def _statement(actor: Actor, entity: Entity, known: Mapping[str, Expression]) -> sa.Select[Any]:
    of = shape(entity.name)
    reader = RecordSource(of, of.table, actor, guarded=True)
    columns = [one.sql(reader).label(f"f{index}") for index, one in enumerate(known.values())]
    return sa.select(*columns).select_from(of.table).where(of.table.c.id == sa.bindparam("wanted", type_=sa.BigInteger()))


def may_compute(actor: Actor, entity: Entity, source: str) -> bool:
    """Whether the actor sees, unmasked, all that a published formula reads."""
    return _readable(actor, entity, source) is not None


def _readable(actor: Actor, entity: Entity, source: str) -> Expression | None:
    known: dict[tuple[str, Hashable, str, str], Expression | None] = catalogue().derived("readable formulas", dict)
    key = (actor.kind, actor.rights, entity.name, source)
    if key not in known:
        try:
            known[key] = reader_expression(actor, entity.name, source)
        except (ExpressionError, UnknownName):
            known[key] = None
    return known[key]
