"""What a record is called: the value of its display field, as far as the reader may know it."""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.records.filters import any_grant, row_filter
from shuke.records.kept import among, kept
from shuke.records.shapes import link_target, shape
from shuke.records.source import RecordSource

_DEEPEST = 3


def title_field(entity: Entity, depth: int = 0) -> Field | None:
    """The field whose value is the title; a display field that links leads on to the other record's."""
    if not entity.display:
        return None
    one = entity.field(entity.display)
    if (target := link_target(one)) and depth < _DEEPEST:
        return title_field(catalogue().entity(target), depth + 1)
    return one


def title_column(source: RecordSource, depth: int = 0) -> sa.ColumnElement[Any]:
    """The raw value of the title in SQL, which `title_text` masks; blank in rows where the reader may not see it at all."""
    entity = source.shape.entity
    if not entity.display:
        return source.table.c.id
    one = entity.field(entity.display)
    if link_target(one) and depth < _DEEPEST:
        return source.hop(one.name, lambda inner: title_column(inner, depth + 1))
    own, rights = source.own(one), policy(source.actor, entity)
    if not rights.differs(one.name):
        return own
    allowed = any_grant(source.actor, rights.masked(one.name) if rights.right(one.name) == "masked" else rights.readable(one.name), source)
    return own if allowed is None else sa.case((allowed, own))


def title_text(actor: Actor, entity: Entity, value: Any, *, visible: bool) -> str:
    """The words for a raw title; masked for records that the reader can only look up, blank for others it cannot see."""
    return title_writer(actor, entity)(value, visible)


def title_writer(actor: Actor, entity: Entity) -> Callable[[Any, bool], str]:
    """What makes the words for raw titles of an entity, given whether the reader sees the record; decided once."""
    rights = policy(actor, entity)
    one = title_field(entity)
    if one is None:
        return lambda value, visible: "" if value is None else f"#{value}"
    type_ = FIELD_TYPES[one.type]
    hint: Callable[[Any], str] = lambda value: type_.mask(value, one)  # noqa: E731
    clear: Callable[[Any], str] = lambda value: type_.format(value, one)  # noqa: E731
    nothing: Callable[[Any], str] = lambda _value: ""  # noqa: E731
    seen = {"hidden": nothing, "masked": hint}.get(rights.right(entity.display), clear)
    unseen = hint if rights.lookup else nothing
    return lambda value, visible: "" if value is None else (seen if visible else unseen)(value)


def titles(actor: Actor, target: str, ids: Iterable[int]) -> dict[int, str]:
    """The titles of some records, deleted ones too; those without one for this reader are left out."""
    wanted = list(ids)
    if not wanted:
        return {}
    statement, write = kept(actor, ("titles", target), lambda: _titles(actor, catalogue().entity(target)))
    found = {id_: write(value, bool(visible)) for id_, value, visible in connection().execute(statement, {"wanted": wanted})}
    return {id_: title for id_, title in found.items() if title}


def _titles(actor: Actor, entity: Entity) -> tuple[sa.Select[Any], Callable[[Any, bool], str]]:
    of = shape(entity.name)
    source = RecordSource(of, of.table, actor)
    seen = row_filter(actor, entity, "read", source)
    visible = (sa.true() if seen is None else seen).label("visible")
    return sa.select(of.table.c.id, title_column(source), visible).where(among(of.table.c.id)), title_writer(actor, entity)
