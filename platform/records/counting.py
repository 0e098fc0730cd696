"""How many records point to one record, for several lists at once, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock
from shuke.core.db import connection
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields.scope import expression
from shuke.records.reading import conditions_of
from shuke.records.shapes import shape
from shuke.records.source import RecordSource
from shuke.records.values import Query

MOST_COUNTED = 999
_KEPT = 1000


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
    known: dict[Any, tuple[Actor, sa.Select[Any]]] = catalogue().derived("counts of lists", dict)
    key = (id(actor), tuple((one.entity.name, one.via, one.where) for one in lists), _moment(lists))
    found = known.get(key)
    if found is None or found[0] is not actor:
        if len(known) > _KEPT:
            known.clear()
        found = known[key] = (actor, sa.select(*(_count(actor, one) for one in lists)))
    return list(connection().execute(found[1], {"linked": id_}).one())


def _count(actor: Actor, one: Pointing) -> sa.ScalarSelect[Any]:
    of = shape(one.entity.name)
    linked = RecordSource(of, of.table, actor, guarded=True).column((one.via,)) == sa.bindparam("linked", type_=sa.BigInteger())
    conditions = conditions_of(actor, of, Query(where=one.where), "read")
    some = sa.select(sa.literal(1)).select_from(of.table).where(*conditions, linked).limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _moment(lists: Sequence[Pointing]) -> Any:
    """Conditions that read the clock hold for a moment; the statement of others lasts as long as the actor's rights."""
    by_clock = grants_read_the_clock() or any(one.where and expression(catalogue(), one.entity.name, one.where).volatile for one in lists)
    return clock.now() if by_clock else None


def grants_read_the_clock() -> bool:
    """Whether what anybody may see depends on the time of the day."""
    grants = (grant for role in catalogue().roles.values() for grant in role.grants if grant.where and grant.entity != "*")
    return catalogue().derived(
        "any grant by the clock", lambda: any(expression(catalogue(), grant.entity, grant.where).volatile for grant in grants),
    )
