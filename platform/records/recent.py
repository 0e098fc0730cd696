"""What a person was working on: the records that the actor opened or changed last, as far as the actor still sees them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records.history import history_table
from shuke.records.reading import query
from shuke.records.values import Query

_LOOKED_AT = 60
_ENTITIES = 4
_history = history_table.c
_CHANGED = (
    sa.select(_history.entity, _history.record_id, _history.at)
    .where(_history.actor_id == sa.bindparam("actor", type_=_history.actor_id.type)).order_by(_history.id.desc()).limit(_LOOKED_AT)
)

@dataclass(frozen=True, slots=True)
class Seen:
    """A record that somebody says to have opened; nothing about it is believed but that."""

    entity: str
    id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Recent:
    """One record, and when the actor opened or changed it last."""

    entity: Entity
    id: int
    title: str
    at: datetime


def recent(actor: Actor, limit: int = 8, seen: Iterable[Seen] = ()) -> list[Recent]:
    """The last one first; at most four kinds of records, so that the number of statements is bounded."""
    last = dict(sorted(_last(actor, seen).items(), key=lambda item: item[1], reverse=True))
    titles = dict(_titles(actor, last))
    return [Recent(catalogue().entity(name), id_, titles[name, id_], at) for (name, id_), at in last.items() if (name, id_) in titles][:limit]


def _last(actor: Actor, seen: Iterable[Seen]) -> dict[tuple[str, int], datetime]:
    rows = connection().execute(_CHANGED, {"actor": actor.id})
    last: dict[tuple[str, int], datetime] = {}
    for name, id_, at in rows:
        last.setdefault((name, id_), at)
    for one in seen:
        key = (one.entity, one.id)
        last[key] = max(one.at, last.get(key, one.at))
    return last


def _titles(actor: Actor, wanted: Iterable[tuple[str, int]]) -> Iterator[tuple[tuple[str, int], str]]:
    ids: dict[str, list[int]] = defaultdict(list)
    for name, id_ in wanted:
        entity = catalogue().entities.get(name)
        if entity is not None and policy(actor, entity).may("read"):
            ids[name].append(id_)
    for name in list(ids)[:_ENTITIES]:
        entity = catalogue().entity(name)
        for record in query(actor, entity, Query(fields=("id",), ids=tuple(ids[name]), limit=len(ids[name]), count=False)).records:
            yield (name, record.id), record.title
