"""The records that an actor may see, as a part of other statements."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity
from shuke.records.filters import any_grant, row_filter
from shuke.records.reading import conditions_of
from shuke.records.shapes import shape
from shuke.records.source import RecordSource
from shuke.records.values import Query


def visible_ids(actor: Actor, entity: Entity, asked: Query | None = None, clear: Sequence[str] = ()) -> sa.Select[tuple[int]]:
    """The ids of the records that are asked for; only of those in which the actor reads at least one of the fields `clear`."""
    of = shape(entity.name)
    conditions = conditions_of(actor, of, asked or Query(), "read")
    rights = policy(actor, entity)
    readable = [name for name in clear if rights.right(name) in ("read", "write")]
    if clear and not readable:
        raise InvalidInput({clear[0]: [_("There is no such field: %(names)s.", names=clear[0])]})
    if readable and all(rights.differs(name) for name in readable):
        source = RecordSource(of, of.table, actor)
        allowed = [any_grant(actor, rights.readable(name), source) for name in readable]
        conditions.append(sa.or_(*(sa.true() if one is None else one for one in allowed)))
    return sa.select(of.table.c.id).where(*conditions)


def visible_among(actor: Actor, entity: Entity, ids: Collection[int]) -> frozenset[int]:
    """Those of the given records that the actor may read, deleted ones too; nothing is asked where all may be read."""
    of = shape(entity.name)
    seen = row_filter(actor, entity, "read", RecordSource(of, of.table, actor))
    if seen is None:
        return frozenset(ids)
    return frozenset(connection().scalars(sa.select(of.table.c.id).where(of.table.c.id.in_(ids), seen)))
