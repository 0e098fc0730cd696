"""Choosing the target of a link: candidates that fit the form so far, searched on the server."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.records.checks import filter_expression
from shuke.records.columns import columns_of, readable_fields, spans_of
from shuke.records.drafts import Draft, merge
from shuke.records.evaluation import RowEnv, Space
from shuke.records.filters import row_filter
from shuke.records.lookups import look_up
from shuke.records.search import search_filter
from shuke.records.shapes import Shape, is_column, link_target, shape
from shuke.records.source import RecordSource
from shuke.records.tables import tables
from shuke.records.titles import title_column, title_text
from shuke.records.values import Input, Link, Masked, Record
from shuke.records.virtual import stored


def pick(actor: Actor, entity: Entity, field: str, text: str, values: Mapping[str, Any], *, limit: int = 20, after: int | None = None) -> list[Link]:
    """Candidates of a link field (`lines.product` for a column), newest first; `values` are the form's JSON values so far."""
    choice = _Choice(actor, entity, field, values)
    statement = choice.statement.limit(limit)
    if text.strip():
        statement = statement.where(search_filter(actor, choice.of, text))
    if after is not None:
        statement = statement.where(choice.of.table.c.id < after)
    return choice.links(statement)


def pick_exactly(actor: Actor, entity: Entity, field: str, text: str, values: Mapping[str, Any]) -> list[Link]:
    """Candidates one of whose numbers, codes or phones is this text, as when a code is scanned; at most two."""
    choice = _Choice(actor, entity, field, values)
    matches = list(_matches(actor, choice.of, text))
    return choice.links(choice.statement.where(sa.or_(*matches)).limit(2)) if matches else []


def pick_lately(actor: Actor, entity: Entity, field: str, values: Mapping[str, Any], *, limit: int = 5) -> list[Link]:
    """The candidates that the actor chose last in this field, the last first."""
    choice = _Choice(actor, entity, field, values)
    ids = _chosen_lately(actor, entity, choice.holder, choice.field)
    if not ids:
        return []
    found = {link.id: link for link in choice.links(choice.statement.where(choice.of.table.c.id.in_(ids)))}
    return [found[id_] for id_ in ids if id_ in found][:limit]


class _Choice:
    """What can be chosen in a link field, given the form so far."""

    def __init__(self, actor: Actor, entity: Entity, field: str, values: Mapping[str, Any]) -> None:
        self.field, self.holder = link_field(actor, entity, field)
        self._actor, self._target = actor, catalogue().entity(link_target(self.field))
        self.of = shape(self._target.name)
        table = self.of.table
        source = RecordSource(self.of, table, actor)
        statement = sa.select(table.c.id, title_column(source)).where(table.c.deleted_at.is_(None)).order_by(table.c.id.desc())
        if (seen := row_filter(actor, self._target, "read", source)) is not None:
            statement = statement.where(seen)
        if self.field.option("filter"):
            statement = statement.where(_fitting(actor, entity, self.holder, self.field, source, values))
        self.statement = statement

    def links(self, statement: sa.Select[Any]) -> list[Link]:
        rows = connection().execute(statement)
        return [Link(self._target.name, id_, title_text(self._actor, self._target, title, visible=True) or f"#{id_}") for id_, title in rows]


def _matches(actor: Actor, of: Shape, text: str) -> Iterator[sa.ColumnElement[bool]]:
    """The whole text in a field that tells records apart, as far as the actor sees that field in clear."""
    rights = policy(actor, of.entity)
    for one in of.entity.fields:
        if not (is_column(one) and (one.type in _TELLING or one.option("unique") is True)) or rights.differs(one.name) or rights.right(one.name) not in _CLEAR:
            continue
        type_ = FIELD_TYPES[one.type]
        try:
            value = type_.load(type_.parse(text, one), one)
        except ValueError:
            continue
        if value is not None:
            yield of.table.c[one.column] == value


_TELLING = frozenset({"autonumber", "barcode", "phone"})
_CLEAR = frozenset({"read", "write"})
_LOOKED_AT = 60


def _chosen_lately(actor: Actor, entity: Entity, holder: Shape, one: Field) -> list[int]:
    """The targets in the records that the actor added last."""
    records = shape(entity.name).table
    table = holder.table
    joined: sa.FromClause = records
    column: sa.ColumnElement[int]
    if not is_column(one):
        pairs = tables(catalogue()).association(entity, one)
        column, joined = pairs.c.target_id, records.join(pairs, pairs.c.source_id == records.c.id)
    elif holder.part:
        column, joined = table.c[one.column], records.join(table, table.c.parent_id == records.c.id)
    else:
        column = table.c[one.column]
    newest = sa.select(records.c.id).where(records.c.created_by == actor.id, records.c.deleted_at.is_(None)).order_by(records.c.id.desc()).limit(_LOOKED_AT)
    statement = sa.select(column).select_from(joined).where(records.c.id.in_(newest), column.is_not(None)).order_by(records.c.id.desc())
    return list(dict.fromkeys(connection().scalars(statement)))[:_CANDIDATES]


_CANDIDATES = 20


def link_field(actor: Actor, entity: Entity, name: str) -> tuple[Field, Shape]:
    """A link field by its name, and the shape that holds it; a hidden one does not exist."""
    table, _dot, column = name.rpartition(".")
    of = shape(f"{entity.name}.{table}" if table else entity.name)
    one = of.members.get(column)
    if one is None or not link_target(one) or not any(policy(actor, entity).right(name, operation) != "hidden" for operation in ("read", "create", "update")):
        raise NotFound(_("This record does not exist."))
    return one, of


def lookup(actor: Actor, entity: Entity, text: str) -> list[Record]:
    """Records found by their full number across the walls between units, masked; needs a writing unit of work."""
    ids = look_up(actor, entity, text)
    if not ids:
        return []
    of = shape(entity.name)
    columns, _collections = columns_of(actor, of, readable_fields(actor, entity))
    source = RecordSource(of, of.table, actor)
    seen = row_filter(actor, entity, "read", source)
    first = [of.table.c.id, of.table.c.revision, title_column(source), (sa.true() if seen is None else seen)]
    selected = [*first, *(element for column in columns for element in column.select)]
    rows = connection().execute(sa.select(*(one.label(f"c{index}") for index, one in enumerate(selected))).where(of.table.c.id.in_(ids)))
    spans = tuple(spans_of(columns, len(first)))
    found = []
    for row in rows:
        visible = bool(row[3])
        values: dict[str, Any] = {}
        for name, start, end, decode in spans:
            value = decode(row[start:end])
            if visible:
                values[name] = value
            elif value is not None and name == entity.display:
                values[name] = Masked(title_text(actor, entity, row[2], visible=False))
        found.append(Record(entity, row[0], row[1], values, title_text(actor, entity, row[2], visible=visible) or f"#{row[0]}"))
    return found


def _fitting(actor: Actor, entity: Entity, of: Shape, one: Field, source: RecordSource, values: Mapping[str, Any]) -> sa.ColumnElement[bool]:
    """The link's own condition, with the values of the form in the place of `record`."""
    draft = Draft(Input(values), 0, True, {}, {field.name: None for field in stored(shape(entity.name))})
    draft.after.update(owner=actor.id or None, unit=actor.unit)
    merge(actor, entity, draft)
    row = RowEnv(Space(actor), shape(entity.name), draft.after)
    if of.part:
        lines = draft.after.get(of.part.name)
        row = RowEnv(row.space, of, lines[-1] if lines else {}, parent=row)
    compiled = filter_expression(of, one)
    return compiled.sql(_FormSource(source, row))


class _FormSource(RecordSource):
    """The target's columns, with the values of a form that is not stored yet as `record.…`."""

    def __init__(self, source: RecordSource, row: RowEnv) -> None:
        super().__init__(source.shape, source.table, source.actor)
        self._row = row

    def variable(self, name: str) -> object:
        first, _dot, rest = name.partition(".")
        return self._row.get(tuple(rest.split(".")) if rest else ("id",)) if first == "record" else super().variable(name)

