"""What publishing would do, before it is done: each change with its class and what real rows say to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jsonschema_rs
import sqlalchemy as sa

from shuke.core.db import Database, connection
from shuke.core.i18n import gettext as _
from shuke.definitions import store
from shuke.definitions.current import use_catalogue
from shuke.definitions.diff import Difference, diff
from shuke.definitions.model import Catalogue, Document, Entity, Field
from shuke.definitions.parse import parse_documents
from shuke.fields import FIELD_TYPES
from shuke.publishing.checks import check, complete
from shuke.publishing.identity import identified
from shuke.publishing.storage import converts, is_computed, keeps_its_values, place
from shuke.records.conversion import convert
from shuke.records.tables import IndexPlan, Key, column_type, plans
from shuke.records.validation import fault_of

SAMPLES = 5
Class = Literal["safe", "checked", "converting", "lossy"]
_RANK = {"safe": 0, "checked": 1, "converting": 2, "lossy": 3}
_LIMITS = frozenset({
    "type", "format", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "enum", "minItems", "maxItems", "uniqueItems",
})
_HARMLESS = frozenset({
    "title", "description", "$comment", "readOnly", "x-label", "x-help", "x-placeholder", "x-message", "x-default", "x-visible-if",
    "x-required-if", "x-readonly-if", "x-index", "x-search", "x-mask", "x-frozen", "x-sensitive", "x-inverse", "x-inverse-label", "x-on-delete",
    "x-filter", "x-fill", "x-create", "x-formula", "x-via", "x-function", "x-field", "x-where", "x-control",
})


@dataclass(frozen=True, slots=True)
class Sample:
    """A row that stands against a change, or a value that cannot be carried over."""

    id: int
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `safe`: nothing can happen; `checked`: rows that do not fit stay as they are until somebody edits
    them; `converting`: values move to another type; `lossy`: values are not shown any more (they are kept)."""

    difference: Difference
    kind: Class = "safe"
    rows: int = 0
    """Rows that have a value here."""
    failing: int = 0
    """Of those, rows that do not fit, or whose value becomes blank."""
    samples: tuple[Sample, ...] = ()
    blocks: bool = False
    """The version cannot be published before these rows are different."""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    base: int
    changes: tuple[Change, ...]

    @property
    def is_blocked(self) -> bool:
        return any(change.blocks for change in self.changes)

    def of(self, action: str) -> tuple[Change, ...]:
        """The changes that are `added`, `changed`, `removed` or `renamed`."""
        return tuple(change for change in self.changes if change.difference.action == action)


def plan(database: Database, documents: Iterable[Document]) -> Plan:
    """What publishing these documents now would change; `DefinitionErrors` as `publish`."""
    current = store.current(database)
    wanted = complete(documents)
    check(wanted, current.version + 1)
    wanted = identified(database, wanted, current)
    with database.read():
        return _Planner(database.dialect, current, parse_documents(wanted, current.version + 1)).plan()


def blocking(database: Database, before: Catalogue, after: Catalogue) -> list[Change]:
    """Values that stand twice in fields that are to be unique."""
    with database.read():
        planner = _Planner(database.dialect, before, after)
        return [change for entity in after.entities.values() for change in planner.repeated(entity)]


def record_counts(database: Database, entities: Iterable[Entity]) -> dict[str, int]:
    """How many records each of the entities in force has, deleted ones included."""
    with database.read():
        return {entity.name: _count(_table(entity.table)) for entity in entities}


class _Planner:
    def __init__(self, dialect: str, before: Catalogue, after: Catalogue) -> None:
        self._dialect, self._before, self._after = dialect, before, after
        self._earlier = {entity.id: entity for entity in before.entities.values()}
        now = {entity.id: entity.name for entity in after.entities.values()}
        self._same_entity = {entity.name: now[entity.id] for entity in before.entities.values() if entity.id in now}

    def plan(self) -> Plan:
        with use_catalogue(self._after):
            changes = [change for difference in diff(self._before.documents, self._after.documents) for change in self._changes(difference)]
            changes += [change for entity in self._after.entities.values() for change in self.repeated(entity)]
        return Plan(self._before.version, tuple(changes))

    def _changes(self, difference: Difference) -> Iterator[Change]:
        if difference.kind != "entity":
            yield Change(difference)
        elif difference.action == "removed" and not difference.field:
            entity = self._before.entity(difference.name)
            rows = _count(_table(entity.table))
            yield Change(difference, "lossy" if rows else "safe", rows, sentence=_("The records are not shown any more; they are kept and come back with this version."))
        elif difference.field:
            yield self._field_change(difference)
        else:
            yield Change(difference)
            if "required" in difference.keys:
                yield from self._newly_required(difference)

    # Fields

    def _field_change(self, difference: Difference) -> Change:
        before, table = self._field_before(difference)
        if difference.action in ("added", "renamed") or before is None or table is None:
            return Change(difference)
        rows = _count(table, table.c[before.column].is_not(None)) if place(before) == "column" else _count(_table(before.column)) if place(before) else 0
        if difference.action == "removed":
            return Change(difference, "lossy" if rows and not is_computed(before) else "safe", rows, sentence=_("The values are not shown any more; they are kept and come back with this version."))
        after = self._field_after(difference)
        if not place(before) or is_computed(before):
            return Change(difference)
        if is_computed(after):
            said = _("A formula takes the place of what was entered; the values are kept and come back with this version.")
            return Change(difference, "lossy" if rows else "safe", rows, sentence=said if rows else "")
        if not keeps_its_values(before, after, self._same_entity):
            return self._converted(difference, before, after, table, rows)
        if set(difference.keys) <= _HARMLESS or place(before) != "column" or _covers(before, after):
            return Change(difference, rows=rows)
        return self._narrowed(difference, before, after, table, rows)

    def _field_before(self, difference: Difference) -> tuple[Field | None, sa.TableClause | None]:
        """The field as it was, and its table; nothing for a field that is new."""
        after = self._after.entities.get(difference.name)
        entity = self._earlier.get(after.id) if after else None
        if entity is None or difference.action == "added":
            return None, None
        first, _dot, column = (difference.was or difference.field).partition(".")
        field = entity.field(first) if entity.has(first) else self._before_rename(entity, difference, first)
        owner = entity.table
        if column:
            owner, field = field.column, field.child(column)
        table = _table(owner, field) if place(field) == "column" else _table(owner)
        return field, table

    def _before_rename(self, entity: Entity, difference: Difference, name: str) -> Field:
        """The field that is called `name` in the coming version."""
        id_ = self._after.entity(difference.name).field(name).id
        return next(field for field in entity.fields if field.id == id_)

    def _field_after(self, difference: Difference) -> Field:
        first, _dot, column = difference.field.partition(".")
        field = self._after.entity(difference.name).field(first)
        return field.child(column) if column else field

    def _converted(self, difference: Difference, before: Field, after: Field, table: sa.TableClause, rows: int) -> Change:
        if not converts(before, after):
            return Change(difference, "lossy" if rows else "safe", rows, rows, sentence=_("Values cannot be carried over to this type; they are kept and come back with this version."))
        failing, samples = _refused(_values(table, before), before, lambda value: convert(before, after, value))
        return Change(difference, "converting" if rows else "safe", rows, failing, samples, sentence=_("Values that cannot be converted become blank; they are kept and come back with this version."))

    def _narrowed(self, difference: Difference, before: Field, after: Field, table: sa.TableClause, rows: int) -> Change:
        failing, samples = _refused(_values(table, before), before, _Fits(after))
        said = _("Values that do not fit stay until somebody edits the record.") if failing else ""
        return Change(difference, "checked" if failing else "safe", rows, failing, samples, sentence=said)

    # Required and unique

    def _newly_required(self, difference: Difference) -> Iterator[Change]:
        after = self._after.entity(difference.name)
        before = self._earlier[after.id]
        earlier = {field.id: field for field in before.fields}
        for field in after.fields:
            was = earlier.get(field.id)
            if not field.required or was is None or was.required or place(was) != "column":
                continue
            table = _table(after.table, was)
            blank = sa.and_(table.c[was.column].is_(None), table.c.deleted_at.is_(None))
            if failing := _count(table, blank):
                ids = connection().scalars(sa.select(table.c.id).where(blank).order_by(table.c.id).limit(SAMPLES)).all()
                samples = tuple(Sample(id_, "", _("The field is blank.")) for id_ in ids)
                found = Difference("changed", "entity", after.name, field.name, keys=("required",))
                yield Change(found, "checked", _count(table), failing, samples, sentence=_("Records without a value stay until somebody edits them."))

    def repeated(self, entity: Entity) -> Iterator[Change]:
        """Groups of records that a new unique index would refuse."""
        earlier = self._earlier.get(entity.id)
        if earlier is None:
            return
        known = {index.name for index in plans(self._before)[earlier.table].indexes}
        fields = {field.column: field for field in earlier.fields if place(field) == "column"}
        for index in plans(self._after)[entity.table].indexes:
            if index.unique and index.name not in known and all(column in fields for column in index.columns):
                yield from self._repeated(entity, index, [fields[column] for column in index.columns])

    def _repeated(self, entity: Entity, index: IndexPlan, fields: Sequence[Field]) -> Iterator[Change]:
        table = _table(entity.table, *fields)
        columns = [table.c[field.column] for field in fields]
        groups = (
            sa.select(*columns, sa.func.count().label("size"), sa.func.min(table.c.id).label("first"))
            .where(table.c.deleted_at.is_(None), *(column.is_not(None) for column in columns))
            .group_by(*columns).having(sa.func.count() > 1)
        )
        failing = connection().scalar(sa.select(sa.func.coalesce(sa.func.sum(groups.subquery().c.size), 0))) or 0
        if not failing:
            return
        samples = tuple(
            Sample(row.first, ", ".join(FIELD_TYPES[field.type].plain(row[number], field) for number, field in enumerate(fields)), _("%(count)s records have this value.", count=row.size))
            for row in connection().execute(groups.limit(SAMPLES))
        )
        names = ", ".join(field.name for field in fields)
        yield Change(
            Difference("changed", "entity", entity.name, fields[0].name if len(fields) == 1 else "", keys=("x-unique",)), "checked",
            _count(table), failing, samples, blocks=True,
            sentence=_("%(names)s cannot be unique: %(count)s records have a value that another one has. Make them different first.", names=names, count=failing),
        )


class _Fits:
    """Refuses, by `ValueError`, stored values that the field as it is now would not take."""

    def __init__(self, field: Field) -> None:
        self._field, self._type = field, FIELD_TYPES[field.type]
        self._schema = jsonschema_rs.validator_for(_json_schema(field), validate_formats=False)

    def __call__(self, value: Any) -> None:
        written = self._type.dump(value, self._field)
        for error in self._schema.iter_errors(written):
            raise ValueError(fault_of(error, self._field))
        for problem in self._type.check(written, self._field):
            raise ValueError(problem)


def _json_schema(field: Field) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | {key: value for key, value in field.schema.items() if key in _LIMITS}


def _covers(before: Field, after: Field) -> bool:
    """Whether every value that was allowed still is, by proof."""
    keys = {key for key in (*before.schema, *after.schema) if before.schema.get(key) != after.schema.get(key)}
    if not keys - _HARMLESS <= _LIMITS:
        return False
    return str(jsonschema_rs.canonicalize(_json_schema(after)).covers(jsonschema_rs.canonicalize(_json_schema(before)))) == "yes"


def _refused(values: Iterable[tuple[Any, int, int]], field: Field, take: Any) -> tuple[int, tuple[Sample, ...]]:
    failing = 0
    samples: list[Sample] = []
    for value, count, first in values:
        try:
            take(value)
        except ValueError as refused:
            failing += count
            if len(samples) < SAMPLES:
                samples.append(Sample(first, FIELD_TYPES[field.type].plain(value, field), str(refused)))
    return failing, tuple(samples)


def _values(table: sa.TableClause, field: Field) -> Iterator[tuple[Any, int, int]]:
    """Each different value with the number of its rows and the id of one of them."""
    column = table.c[field.column]
    statement = sa.select(column, sa.func.count(), sa.func.min(table.c.id)).where(column.is_not(None)).group_by(column)
    for row in connection().execution_options(yield_per=1000).execute(statement):
        yield row[0], row[1], row[2]


def _count(table: sa.FromClause, *conditions: sa.ColumnElement[bool]) -> int:
    return connection().scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


def _table(name: str, *fields: Field) -> sa.TableClause:
    columns: list[sa.ColumnClause[Any]] = [sa.column(field.column, column_type(field)) for field in fields]
    return sa.table(name, sa.column("id", Key), sa.column("deleted_at"), *columns)
