"""How many records point to one record, for several lists at once, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core.db import connection
from shuke.definitions.model import Entity
from shuke.records.kept import kept
from shuke.records.reading import conditions_of
from shuke.records.shapes import shape
from shuke.records.source import RecordSource
from shuke.records.values import Query

MOST_COUNTED = 999


@dataclass(frozen=True, slots=True)
class Pointing:
    """The records of an entity whose link `via` points to one record, of these those for which `where` holds."""

    entity: Entity
    via: str
    where: str = ""


def counts_of(actor: Actor, id_: int, lists: Sequence[Pointing]) -> list[int]:
    """How many the actor sees in each list; beyond `MOST_COUNTED` they are not counted on. Who asks has checked the rights on the links."""
    if not lists:
        return []
    wanted = tuple((one.entity.name, one.via, one.where) for one in lists)
    statement = kept(actor, ("counts", wanted), lambda: sa.select(*(_count(actor, one) for one in lists)))
    return list(connection().execute(statement, {"linked": id_}).one())


def _count(actor: Actor, one: Pointing) -> sa.ScalarSelect[Any]:
    of = shape(one.entity.name)
    linked = RecordSource(of, of.table, actor, guarded=True).column((one.via,)) == sa.bindparam("linked", type_=sa.BigInteger())
    conditions = conditions_of(actor, of, Query(where=one.where), "read")
    some = sa.select(sa.literal(1)).select_from(of.table).where(*conditions, linked).limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()
