"""The search over everything: the best records of each entity that the actor may see, in one statement over all of them.

Whole numbers and codes come first, then titles, then other fields; among equals what was touched last. Of a word that
stands in very many records only the newest are looked at, so that no word takes long.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import ARRAY

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields import FIELD_TYPES
from shuke.records.filters import any_grant, row_filter
from shuke.records.kept import kept
from shuke.records.reading import query
from shuke.records.search import (
    MOST_WORDS,
    Searched,
    entity_mark,
    index_table,
    parts,
    search_table,
    searched_fields,
    sqlite_query,
    title_mark,
    whole_mark,
)
from shuke.records.shapes import shape
from shuke.records.source import RecordSource
from shuke.records.values import Found, Hit, Masked, Query, Record
from shuke.records.words import compact, runs

Columns = Callable[[Entity], Sequence[str]]

_OF_ALL, _OF_SOME = 600, 4000
"""How many rows of the index are looked at for each entity: for who sees all records, and for who sees some."""
_WHOLES = 50
_SHORT = 2
_CLEAR = ("read", "write")
_WHOLE, _IN_TITLE, _ANYWHERE = range(3)
_Grams = ARRAY(sa.Text())


def search_everywhere(
    actor: Actor, text: str, *, limit: int = 8, kinds: int = 0, places: Mapping[str, int] | None = None, columns: Columns | None = None,
) -> list[Found]:
    """For each entity at most `limit` records that hold every word, with these columns of theirs.

    Entities with a whole number come first, then the others by their `places`; with `kinds` so many entities at most.
    """
    words = sorted(runs(text)[:MOST_WORDS], key=len, reverse=True)
    if not words:
        return []
    candidates = _candidates(actor, text, words, limit)
    if not candidates:
        return []
    order = places or {}
    chosen = sorted(candidates, key=lambda name: (not any(whole for _id, whole in candidates[name].ids), order.get(name, len(order))))
    candidates = {name: candidates[name] for name in chosen[:kinds or len(chosen)]}
    held = _places([*words, compact(text)], [(name, id_) for name, rows in candidates.items() for id_, _whole in rows.ids])
    found = [_found(actor, catalogue().entity(name), rows, held, compact(text), columns) for name, rows in candidates.items()]
    return [one for one in found if one.hits]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The records of one entity, the best first, each with whether a whole value was found; how many there are, and whether there are more."""

    ids: tuple[tuple[int, bool], ...]
    total: int
    capped: bool


def _candidates(actor: Actor, text: str, words: Sequence[str], limit: int) -> dict[str, _Rows]:
    statement, names = _statement(actor, len(words), rare=len(words[0]) > _SHORT)
    if statement is None:
        return {}
    values: dict[str, Any] = {"most": limit, **{f"like{index}": f"%{word}%" for index, word in enumerate(words)}}
    if connection().dialect.name == "sqlite":
        values |= {"word": sqlite_query(words[0]), "whole": f'"{whole_mark(text)}"'}
    else:
        for place, name in enumerate(names):
            mark = entity_mark(catalogue().entity(name))
            values |= {
                f"whole{place}": [mark + whole_mark(text)], f"word{place}": parts(words[0], mark),
                f"title{place}": parts(words[0], title_mark(catalogue().entity(name))),
            }
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in connection().execute(statement, values):
        rows[names[row.place]].append(row)
    return {name: _ranked(rows[name]) for name in names if name in rows}


def _ranked(rows: list[Any]) -> _Rows:
    rows.sort(key=lambda row: (row.rank, -row.at.timestamp(), -row.record_id))
    return _Rows(tuple((row.record_id, row.rank == _WHOLE) for row in rows), rows[0].total, bool(rows[0].capped))


def _statement(actor: Actor, words: int, *, rare: bool) -> tuple[sa.CompoundSelect[Any] | None, tuple[str, ...]]:
    """The statement over all entities that this actor reads; made once, because it is long."""
    return kept(actor, ("search everywhere", words, rare), lambda: _make_statement(actor, words, rare=rare))


def _make_statement(actor: Actor, words: int, *, rare: bool) -> tuple[sa.CompoundSelect[Any] | None, tuple[str, ...]]:
    names = tuple(one.name for one in catalogue().entities.values() if policy(actor, one).may("read") and clear_fields(actor, one))
    branches = [_branch(actor, catalogue().entity(name), place, words, rare=rare) for place, name in enumerate(names)]
    return (sa.union_all(*branches) if branches else None), names


def clear_fields(actor: Actor, entity: Entity) -> tuple[Searched, ...]:
    """The searched fields that the actor reads unmasked, at least in some records."""
    rights = policy(actor, entity)
    return tuple(one for one in searched_fields(entity) if {rights.right(one.name), rights.right(one.holder)} <= set(_CLEAR))


def _branch(actor: Actor, entity: Entity, place: int, words: int, *, rare: bool) -> sa.Select[Any]:
    """The best records of one entity, each once."""
    of = shape(entity.name)
    source = RecordSource(of, of.table, actor)
    seen = row_filter(actor, entity, "read", source)
    most = _OF_ALL if seen is None else _OF_SOME
    index, rows, table = _index_rows(entity, place, most, rare=rare), search_table.alias(), of.table.c
    conditions = [rows.c.entity == entity.name, table.deleted_at.is_(None), _readable(actor, entity, source, rows)]
    if seen is not None:
        conditions.append(seen)
    for number in range(1, words):
        other = search_table.alias()
        conditions.append(sa.exists(sa.select(sa.literal(1)).select_from(other).where(
            other.c.record_id == rows.c.record_id, other.c.entity == entity.name, _holds(other, number), _readable(actor, entity, source, other),
        )))
    capped = sa.select(sa.func.count() >= most).select_from(index).where(index.c.rank == _ANYWHERE).scalar_subquery()
    best = (
        sa.select(
            sa.literal(place).label("place"), table.id.label("record_id"), sa.func.min(index.c.rank).label("rank"), table.updated_at.label("at"),
            sa.func.count().over().label("total"), capped.label("capped"),
        )
        .select_from(index.join(rows, rows.c.id == index.c.id).join(of.table, table.id == rows.c.record_id))
        .where(*conditions).group_by(table.id, table.updated_at)
        .order_by(sa.func.min(index.c.rank), table.updated_at.desc(), table.id.desc()).limit(sa.bindparam("most", type_=sa.Integer()))
        .subquery()
    )
    return sa.select(*best.c)


def _index_rows(entity: Entity, place: int, most: int, *, rare: bool) -> sa.CTE:
    """Rows of the index that hold the longest word: as a whole value, in the title, anywhere; of each the newest.

    PostgreSQL takes the pairs of a word for independent, and may walk through all rows from the newest on where none has
    them together: for a `rare` word it has to sort what the index finds.
    """
    sqlite = connection().dialect.name == "sqlite"
    rows = _rows_of_sqlite(entity) if sqlite else _rows_of_postgresql(place)
    newest = []
    for rank, one in enumerate(rows):
        id_ = one.selected_columns.id
        newest.append(one.order_by((id_ + 0 if rare and not sqlite else id_).desc()).limit(_WHOLES if rank == _WHOLE else most).subquery())
    return sa.union_all(*(sa.select(one.c.id, sa.literal_column(str(rank)).label("rank")) for rank, one in enumerate(newest))).cte(f"rows_{place}")


def _rows_of_sqlite(entity: Entity) -> list[sa.Select[Any]]:
    marks = ((entity_mark(entity), "whole"), (title_mark(entity), "word"), (entity_mark(entity), "word"))
    asked = [sa.literal(f'"{mark}" AND ') + sa.bindparam(name, type_=sa.Text()) for mark, name in marks]
    return [sa.select(index_table.c.rowid.label("id")).where(sa.literal_column("sk_search_index").op("MATCH")(one)) for one in asked]


def _rows_of_postgresql(place: int) -> list[sa.Select[Any]]:
    """A word's pairs can also stand apart from each other, so the word itself is looked for too."""
    whole, title, word = (_with_grams(f"{name}{place}") for name in ("whole", "title", "word"))
    return [whole, title.where(_holds(search_table, 0)), word.where(_holds(search_table, 0))]


def _with_grams(name: str) -> sa.Select[Any]:
    return sa.select(search_table.c.id.label("id")).where(sa.type_coerce(search_table.c.grams, _Grams).contains(sa.bindparam(name, type_=_Grams)))


def _holds(rows: sa.FromClause, number: int) -> ColumnElement[bool]:
    """The text contains the word of this number; no word has a `%` or `_`."""
    return rows.c.text.like(sa.bindparam(f"like{number}", type_=sa.Text()))


def _readable(actor: Actor, entity: Entity, source: RecordSource, rows: sa.FromClause) -> ColumnElement[bool]:
    """The row's field is one that the actor reads unmasked in this record."""
    rights = policy(actor, entity)
    always, sometimes = [], []
    for one in clear_fields(actor, entity):
        granted = [any_grant(actor, rights.readable(name), source) for name in dict.fromkeys((one.name, one.holder)) if rights.differs(name)]
        needed = [allowed for allowed in granted if allowed is not None]
        if needed:
            sometimes.append(sa.and_(rows.c.field == one.name, *needed))
        else:
            always.append(one.name)
    return sa.or_(rows.c.field.in_(always), *sometimes)


def _places(words: Sequence[str], found: Sequence[tuple[str, int]]) -> dict[tuple[str, int], list[str]]:
    """For each record the fields that hold any of the words, those that hold most of them first; a whole number may stand there in parts."""
    table = search_table.c
    together = sa.func.replace(table.text, " ", "")
    holding = sa.or_(*(together.contains(word, autoescape=True) for word in words))
    rows = connection().execute(sa.select(table.entity, table.record_id, table.field, together).where(table.record_id.in_([id_ for _name, id_ in found]), holding))
    by_record: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
    for name, id_, field, text in rows:
        by_record[name, id_].append((-sum(word in text for word in words), field))
    return {key: [field for _count, field in sorted(fields)] for key, fields in by_record.items()}


def _found(
    actor: Actor, entity: Entity, rows: _Rows, places: Mapping[tuple[str, int], Sequence[str]], wanted: str, columns: Columns | None,
) -> Found:
    clear = {one.name: one for one in clear_fields(actor, entity)}
    held = {id_: [clear[name] for name in places.get((entity.name, id_), ()) if name in clear] for id_, _whole in rows.ids}
    holders = (one.holder for fields in held.values() for one in fields)
    fields = tuple(dict.fromkeys((entity.display or "id", *(columns(entity) if columns else ()), *holders)))
    read = query(actor, entity, Query(fields=fields, ids=tuple(held), limit=len(held), count=False)).records
    by_id = {record.id: _hit(record, held[record.id], wanted, whole=dict(rows.ids)[record.id]) for record in read}
    hits = [by_id[id_] for id_ in held if id_ in by_id]
    hits.sort(key=lambda hit: (not hit.whole, not compact(hit.record.title).startswith(wanted)))
    return Found(entity, tuple(hits), rows.total, rows.capped)


def _hit(record: Record, held: Sequence[Searched], wanted: str, *, whole: bool) -> Hit:
    """With the field in which it was found, unless that is the title; a whole value before the title, the title before parts."""
    display = record.entity.display
    values = [(one, text) for one in held for text in _texts(record, one)]
    values.sort(key=lambda value: (compact(value[1]) != wanted, value[0].name != display, wanted not in compact(value[1])))
    if not values or values[0][0].name == display:
        return Hit(record, whole=whole)
    one, text = values[0]
    return Hit(record, one.field, text, whole)


def _texts(record: Record, one: Searched) -> list[str]:
    """What the reader sees in the field, in words; nothing where it is masked or blank."""
    value = record.values.get(one.holder)
    if value is None or isinstance(value, Masked):
        return []
    values = [row.values.get(one.field.name) for row in value] if one.table else [value]
    type_ = FIELD_TYPES[one.field.type]
    return [type_.format(each, one.field) for each in values if each is not None and not isinstance(each, Masked)]
