"""Finding records by what people type: parts of words, one or two Chinese characters, pinyin, initials, last digits.

`sk_search` holds one row for each searched field of a record: its words and their pinyin, without case. SQLite finds
pairs of neighbouring characters with FTS5, PostgreSQL with an array of them; both mean "contains this part". Short values
stand there as a whole too. FTS5 joins a mark of the entity or field with the pairs; PostgreSQL cannot guess how often two
of its words meet, so there every pair bears the entity's mark, and in titles the title's too. Nobody types the marks.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy import ColumnElement, event
from sqlalchemy.dialects.postgresql import ARRAY

from shuke.access import Actor, policy
from shuke.core.db import connection, metadata
from shuke.core.sqltypes import Id
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.records.filters import any_grant
from shuke.records.shapes import Shape, shape
from shuke.records.source import RecordSource
from shuke.records.values import Change
from shuke.records.virtual import stored
from shuke.records.words import compact, keys, runs

_Grams = sa.Text().with_variant(ARRAY(sa.Text()), "postgresql")

search_table = sa.Table(
    "sk_search", metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("record_id", Id, nullable=False),
    sa.Column("field", sa.String(60), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("grams", _Grams, nullable=False),
    sa.Index("ix_sk_search_record", "record_id", "entity"),
    # What is not yet sorted in is read in full by each of the sixty or so look-ups of a search: kilobytes of it, not the usual four megabytes.
    sa.Index("ix_sk_search_grams", "grams", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 128}).ddl_if(dialect="postgresql"),
)
for _sql in (
    "CREATE VIRTUAL TABLE sk_search_index USING fts5(grams, content='sk_search', content_rowid='id', tokenize=\"unicode61 remove_diacritics 0\", prefix='1')",
    "CREATE TRIGGER sk_search_added AFTER INSERT ON sk_search BEGIN INSERT INTO sk_search_index(rowid, grams) VALUES (new.id, new.grams); END",
    (
        "CREATE TRIGGER sk_search_removed AFTER DELETE ON sk_search BEGIN "
        "INSERT INTO sk_search_index(sk_search_index, rowid, grams) VALUES ('delete', old.id, old.grams); END"
    ),
):
    event.listen(search_table, "after_create", sa.DDL(_sql).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]

_GIVEN = (
    sa.func.json_to_recordset(sa.cast(sa.bindparam("rows", type_=sa.Text()), sa.JSON()))
    .table_valued(*(sa.column(name, search_table.c[name].type) for name in ("entity", "record_id", "field", "text", "grams")))
    .render_derived(name="given", with_types=True)
)
_INSERT_GIVEN = sa.insert(search_table).from_select([column.name for column in _GIVEN.c], sa.select(*_GIVEN.c))
index_table = sa.table("sk_search_index", sa.column("rowid"), sa.column("grams"))
MOST_WORDS = 6
_LONGEST = 2000
_LONGEST_WHOLE = 60
_CHUNK = 500
_ENTITY, _TITLE, _WHOLE = "\ue000", "\ue001", "\ue002"
_MARKS = 1 << 20


@dataclass(frozen=True, slots=True)
class Searched:
    """A field that the search looks at; the column of a sub-table is called `lines.note`."""

    field: Field
    table: Field | None = None

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.field.name}" if self.table else self.field.name

    @property
    def holder(self) -> str:
        """The field of the record whose change changes the words."""
        return (self.table or self.field).name

    def values(self, stored_values: Mapping[str, Any]) -> list[Any]:
        held = stored_values.get(self.holder)
        return [line.get(self.field.name) for line in held or ()] if self.table else [held]


def entity_mark(entity: Entity) -> str:
    """Made of the table's name, which no renaming changes; two entities may have the same."""
    return f"{_ENTITY}{crc32(entity.table.encode()) % _MARKS:05x}"


def title_mark(entity: Entity) -> str:
    return f"{_TITLE}{crc32(entity.table.encode()) % _MARKS:05x}"


def whole_mark(text: str) -> str:
    """Stands in the rows one of whose values is this text, however it is spaced and hyphenated."""
    return _WHOLE + compact(text)


def searched_fields(entity: Entity) -> tuple[Searched, ...]:
    """The stored fields that the search looks at; options are filtered by, not searched, unless `x-search` says so."""
    return catalogue().derived(("searched", entity.name), lambda: tuple(_searched(entity)))


def _searched(entity: Entity) -> Iterable[Searched]:
    yield from (Searched(one) for one in stored(shape(entity.name)) if _is_searched(one))
    for table in entity.fields:
        if table.fields and table.option("search", True):
            yield from (Searched(one, table) for one in stored(shape(f"{entity.name}.{table.name}")) if _is_searched(one))


def _is_searched(one: Field) -> bool:
    return bool(one.option("search", FIELD_TYPES[one.type].searchable and not one.options and not one.option("workflow")))


def index_changes(changes: Sequence[Change]) -> None:
    """Bring the search up to date with a batch of changes of one entity."""
    if not changes:
        return
    fields = {one.name: one for one in searched_fields(changes[0].entity)}
    stale: dict[int, list[str]] = {}
    fresh: list[dict[str, Any]] = []
    for change in changes:
        for name, one in fields.items():
            if change.action == "updated" and one.holder not in change.changed:
                continue
            if change.action != "created":
                stale.setdefault(change.id, []).append(name)
            if change.action != "deleted" and (row := _row(change.entity, change.id, one, one.values(change.after))):
                fresh.append(row)
    _remove(changes[0].entity, stale)
    _insert(fresh)


def reindex_after(entity: Entity, names: Collection[str], last: int) -> int:
    """Write the search rows of these fields anew for the next records after this id; gives the last of them, 0 at the end.

    Names of fields that are searched no more are among them: their rows go.
    """
    of = shape(entity.name)
    fields = [one for one in searched_fields(entity) if one.name in names]
    columns = [of.table.c[one.field.column] for one in fields if one.table is None]
    rows = connection().execute(
        sa.select(of.table.c.id, of.table.c.deleted_at, *columns).where(of.table.c.id > last).order_by(of.table.c.id).limit(_CHUNK)
    ).all()
    if not rows:
        return 0
    connection().execute(sa.delete(search_table).where(
        search_table.c.entity == entity.name, search_table.c.record_id.in_([row[0] for row in rows]), search_table.c.field.in_(names),
    ))
    own = [one for one in fields if one.table is None]
    alive = [row[0] for row in rows if row[1] is None]
    made = [
        found for row in rows if row[1] is None
        for one, value in zip(own, row[2:], strict=True) if (found := _row(entity, row[0], one, [value]))
    ]
    for one in fields:
        if one.table is not None:
            made += [found for id_, values in _in_lines(entity, one, alive).items() if (found := _row(entity, id_, one, values))]
    _insert(made)
    return int(rows[-1][0])


def search_filter(actor: Actor, of: Shape, text: str) -> ColumnElement[bool]:
    """The records of one shape that hold every word, in fields that the actor reads unmasked."""
    words = runs(text)[:MOST_WORDS]
    if not words:
        return sa.false()
    rights = policy(actor, of.entity)
    searched = {one.name: one.holder for one in searched_fields(of.entity)}
    names = [name for name, holder in searched.items() if {rights.right(name), rights.right(holder)} <= {"read", "write"}]
    differing = [name for name in names if rights.differs(name) or rights.differs(searched[name])]
    source = RecordSource(of, of.table, actor)
    filters = []
    for word in words:
        ways: list[ColumnElement[bool]] = [of.table.c.id.in_(_matching(of.entity, word, [name for name in names if name not in differing]))]
        for name in differing:
            hit = of.table.c.id.in_(_matching(of.entity, word, [name]))
            granted = [any_grant(actor, rights.readable(one), source) for one in dict.fromkeys((name, searched[name]))]
            ways.append(sa.and_(hit, *(allowed for allowed in granted if allowed is not None)))
        filters.append(sa.or_(*ways))
    return sa.and_(*filters)


def _matching(entity: Entity, word: str, names: Sequence[str]) -> sa.Select[Any]:
    table = search_table.c
    statement = sa.select(table.record_id).where(table.entity == entity.name, table.field.in_(names))
    if connection().dialect.name == "sqlite":
        query = sqlite_query(word)
        found = sa.select(index_table.c.rowid).where(sa.literal_column("sk_search_index").op("MATCH")(query))
        return statement.where(table.id.in_(found))
    grams = sa.cast(parts(word, entity_mark(entity)), ARRAY(sa.Text()))
    statement = statement.where(sa.type_coerce(table.grams, ARRAY(sa.Text())).contains(grams))
    return statement.where(table.text.contains(word, autoescape=True)) if len(word) > 2 else statement


def sqlite_query(word: str) -> str:
    """What FTS5 is asked for a part of a word."""
    return f"{word}*" if len(word) == 1 else '"' + " ".join(_pairs(word)) + '"'


def parts(word: str, mark: str) -> list[str]:
    """What PostgreSQL's rows under a mark hold when they contain the part of a word."""
    return [mark + part for part in ([word] if len(word) == 1 else _pairs(word))]


def _in_lines(entity: Entity, one: Searched, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The values of a sub-table's column, by record."""
    lines = shape(f"{entity.name}.{one.holder}").table.c
    found: dict[int, list[Any]] = {}
    for id_, value in connection().execute(sa.select(lines.parent_id, lines[one.field.column]).where(lines.parent_id.in_(ids)).order_by(lines.position)):
        found.setdefault(id_, []).append(value)
    return found


def _row(entity: Entity, id_: int, one: Searched, values: Iterable[Any]) -> dict[str, Any] | None:
    said = list(dict.fromkeys(text[:_LONGEST] for value in values if value is not None for text in FIELD_TYPES[one.field.type].search_words(value, one.field)))
    words = list(dict.fromkeys(word for text in said for word in _spelled(text)))
    if not words:
        return None
    marks = [entity_mark(entity), *([title_mark(entity)] if one.name == entity.display else [])]
    return {"entity": entity.name, "record_id": id_, "field": one.name, "text": " ".join(words), "grams": _grams(words, marks, list(_wholes(said)))}


def _wholes(said: Iterable[str]) -> Iterable[str]:
    """Short values as a whole; numbers with letters also without them."""
    for text in said:
        plain = compact(text)
        if not plain or len(plain) > _LONGEST_WHOLE:
            continue
        yield _WHOLE + plain
        digits = "".join(filter(str.isdecimal, plain))
        if digits and digits != plain and plain.isascii():
            yield _WHOLE + digits


@lru_cache(maxsize=20_000)
def _spelled(text: str) -> tuple[str, ...]:
    """The words of a text, then their pinyin and initials."""
    return (*runs(text), *(word for key in keys(text) for word in ([key] if key.isascii() and key.isalnum() else runs(key))))


def _grams(words: Iterable[str], marks: Sequence[str], wholes: Sequence[str]) -> str | list[str]:
    """Each word as its pairs of neighbours and its last character, so that a prefix finds single characters."""
    if connection().dialect.name == "sqlite":
        return " ".join([*(gram for word in words for gram in (*_pairs(word), word[-1])), *marks, *wholes])
    found: dict[str, None] = {}
    for word in words:
        found.update(dict.fromkeys(word))
        found.update(dict.fromkeys(_pairs(word)))
    return [mark + gram for mark in marks for gram in (*found, *wholes)]


def _pairs(word: str) -> list[str]:
    return [one + other for one, other in pairwise(word)]


def _insert(rows: Sequence[Mapping[str, Any]]) -> None:
    """PostgreSQL gets all rows as one value: to write out each array and plan each row by itself takes several times as long."""
    if rows and connection().dialect.name == "postgresql":
        connection().execute(_INSERT_GIVEN, {"rows": json.dumps(rows)})
    elif rows:
        connection().execute(sa.insert(search_table), rows)


def _remove(entity: Entity, stale: Mapping[int, Sequence[str]]) -> None:
    """The rows of these fields, by record; records that lose those of the same fields lose them together."""
    table = search_table.c
    by_names: dict[tuple[str, ...], list[int]] = {}
    for id_, names in stale.items():
        by_names.setdefault(tuple(names), []).append(id_)
    for names, ids in by_names.items():
        for start in range(0, len(ids), _CHUNK):
            connection().execute(sa.delete(search_table).where(table.record_id.in_(ids[start:start + _CHUNK]), table.entity == entity.name, table.field.in_(names)))
