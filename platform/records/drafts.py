"""A record on its way into the database: what was there, what was given, what it becomes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.records.filters import row_filter
from shuke.records.kept import among, kept
from shuke.records.shapes import Shape, is_column, shape
from shuke.records.source import RecordSource
from shuke.records.tables import tables
from shuke.records.validation import Errors, check_json
from shuke.records.values import Doubt, Input
from shuke.records.virtual import is_computed, stored

SYSTEM_COLUMNS = {
    "id": "id", "created_at": "created_at", "created_by": "created_by", "updated_at": "updated_at", "updated_by": "updated_by",
    "owner": "owner_id", "unit": "unit_id",
}
_ASSIGNABLE = ("owner", "unit")
USER = "user"
"""The system entity whose records belong to accounts."""


@dataclass(slots=True)
class Draft:
    """One input of a batch. `before` and `after` hold stored Python values by field; sub-tables are tuples of dicts."""

    input: Input
    id: int
    created: bool
    before: dict[str, Any]
    after: dict[str, Any]
    revision: int = 0
    errors: Errors = field(default_factory=lambda: defaultdict(list))
    doubts: list[tuple[str, Doubt]] = field(default_factory=list)
    """Field and warning; the actor may go on all the same."""
    alike: list[tuple[str, Doubt]] = field(default_factory=list)
    """Field and what is known of the record that it may not equal; the sentence stands in `errors` too."""
    failure: PlatformError | None = None

    @property
    def sound(self) -> bool:
        return self.failure is None and not self.errors

    def changed(self, entity: Entity) -> frozenset[str]:
        names = [*(one.name for one in entity.fields), *_ASSIGNABLE]
        return frozenset(name for name in names if self.before.get(name) != self.after.get(name))


def drafts_of(actor: Actor, entity: Entity, inputs: Sequence[Input]) -> list[Draft]:
    """The inputs with what is in the database; each refused one carries its failure."""
    rights = policy(actor, entity)
    operation = "transition" if any(one.transition for one in inputs) else "update"
    stored_rows = _load(actor, entity, [one.id for one in inputs if one.id is not None], operation)
    drafts = []
    for one in inputs:
        if one.id is None:
            draft = Draft(one, one.as_id or new_id(), True, {}, dict.fromkeys(_writable_names(entity)))
            draft.after.update(id=draft.id, owner=actor.id or None, unit=actor.unit)
            if not rights.may("create"):
                draft.failure = NotAllowed(_("You may not add records here."))
            elif entity.name == USER and one.as_id is None and not actor.is_system:
                # Without an account behind it nobody could sign in as this user.
                draft.failure = NotAllowed(_("Users are added in the administration, with their account."))
        elif one.id not in stored_rows:
            draft = Draft(one, one.id, False, {}, {}, failure=NotFound(_("This record does not exist.")))
        else:
            values, revision, may_update = stored_rows[one.id]
            draft = Draft(one, one.id, False, values, dict(values), revision)
            if not may_update:
                draft.failure = NotAllowed(_("You may see this record but not change it."))
            elif one.revision is not None and one.revision != revision:
                draft.failure = Conflict(_("Someone else saved this record before you."), revision=revision, theirs=values)
        drafts.append(draft)
    for draft in drafts:
        if draft.sound:
            merge(actor, entity, draft)
    return drafts


def stored_values(entity: Entity, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """All stored values of the given records, deleted ones too, without access rules; for events and history."""
    return {id_: values for id_, (values, _revision, _ok) in _load(Actor.system("stored values"), entity, list(ids), deleted=True).items()}


def reachable(actor: Actor, entity: Entity, ids: Sequence[int], operation: str) -> dict[int, tuple[dict[str, Any], int, bool]]:
    """Of these records those that the actor may see, locked: stored values, revision, and whether it may do this with them."""
    return _load(actor, entity, ids, operation)


def merge(actor: Actor, entity: Entity, draft: Draft) -> None:
    """Put the given JSON values into `after`, with a sentence for each that cannot go there."""
    given = draft.input.values
    own = {name: value for name, value in given.items() if _accepts(actor, entity, draft, name)}
    for path, sentences in check_json(entity, {name: value for name, value in own.items() if name not in _ASSIGNABLE}).items():
        draft.errors[path].extend(sentences)
    for name, value in own.items():
        one = entity.field(name)
        if not any(path.split(".")[0] == name for path in draft.errors):
            draft.after[name] = _merge_lines(actor, entity, one, draft, value or ()) if one.fields else load_value(one, value, draft.errors, name)


def _accepts(actor: Actor, entity: Entity, draft: Draft, name: str) -> bool:
    """Whether this actor may give this field a value now."""
    rights = policy(actor, entity)
    if name in draft.input.forced:
        return True
    if not entity.has(name) or rights.right(name) == "hidden":
        draft.errors[name].append(_("There is no such field: %(names)s.", names=name))
        return False
    one = entity.field(name)
    operation = "create" if draft.created else "transition" if draft.input.transition else "update"
    if name not in _ASSIGNABLE and (one.system or is_computed(one) or not actor.is_system and (one.read_only or is_filled_in(one))):
        draft.errors[name].append(_("This field is filled in by the system."))
        return False
    if one.option("workflow") and not actor.is_system and not _is_initial(one, draft, given=draft.input.values[name]):
        draft.errors[name].append(_("This state changes by its own buttons only."))
        return False
    if rights.right(name, operation) != "write":
        draft.errors[name].append(_("You may not change this field."))
        return False
    if one.option("frozen") and not draft.created and draft.before.get(name) is not None and not actor.is_system:
        if load_value(one, draft.input.values[name], {}, name) == draft.before.get(name):
            return False
        draft.errors[name].append(_("This field cannot be changed after the first save."))
        return False
    return True


def _is_initial(one: Field, draft: Draft, given: Any) -> bool:
    """A state may be named when it is the one that the record has anyway."""
    if draft.created:
        return bool(given == catalogue().workflows[one.option("workflow")].initial)
    return bool(given == draft.before.get(one.name))


def load_value(one: Field, value: Any, errors: Errors, path: str) -> Any:
    """A JSON value as it is stored; what is wrong with it stands in `errors` at its path."""
    if value is None or value == "" or value == []:
        return () if FIELD_TYPES[one.type].rows("", one) else None
    type_ = FIELD_TYPES[one.type]
    try:
        wrong = type_.check(value, one)
        if wrong and isinstance(value, str):  # the same value in another writing, such as a phone number with blanks
            value = type_.parse_plain(value, one)
            wrong = type_.check(value, one)
        if wrong:
            errors.setdefault(path, []).extend(wrong)
            return None
        return type_.load(value, one)
    except ValueError as wrong_value:
        errors.setdefault(path, []).append(str(wrong_value))
        return None


def _merge_lines(actor: Actor, entity: Entity, table: Field, draft: Draft, lines: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The lines as they will be: those with an id are kept and changed, the others are new; absent ones go."""
    known = {line["id"]: line for line in draft.before.get(table.name) or ()}
    rights = policy(actor, entity)
    operation = "create" if draft.created else "update"
    merged = []
    for index, line in enumerate(lines):
        path = f"{table.name}.{index}"
        id_ = int(line["id"]) if line.get("id") else None
        if id_ is not None and id_ not in known:
            draft.errors[path].append(_("This line does not exist any more."))
            continue
        values = dict(known[id_]) if id_ is not None else {"id": None, **{column.name: None for column in table.fields}}
        for name, value in line.items():
            if name == "id":
                continue
            column = table.child(name)
            if is_computed(column) or column.read_only or rights.right(f"{table.name}.{name}", operation) != "write":
                draft.errors[f"{path}.{name}"].append(_("You may not change this field."))
                continue
            values[name] = load_value(column, value, draft.errors, f"{path}.{name}")
        merged.append(values)
    return tuple(merged)


def _writable_names(entity: Entity) -> list[str]:
    return [*SYSTEM_COLUMNS, *(one.name for one in entity.fields if not FIELD_TYPES[one.type].rows("", one))]


def _load(actor: Actor, entity: Entity, ids: Sequence[int], operation: str = "update", *, deleted: bool = False) -> dict[int, tuple[dict[str, Any], int, bool]]:
    """The records that the actor may see, locked: values, revision, and whether the actor may change them."""
    if not ids:
        return {}
    of = shape(entity.name)
    statement = kept(actor, ("to be changed", entity.name, operation, deleted), lambda: _locking(actor, of, operation, deleted=deleted))
    names = [*SYSTEM_COLUMNS, *(one.name for one in stored(of))]
    found = {}
    for revision, may_update, *values in connection().execute(statement, {"wanted": list(ids)}):
        row = dict(zip(names, values, strict=True))
        found[row["id"]] = (row, revision, bool(may_update))
    for one in entity.fields:
        if one.fields:
            _attach(found, one.name, _lines(entity, one, list(found)))
        elif not is_column(one) and FIELD_TYPES[one.type].rows(entity.name, one):
            _attach(found, one.name, _links(entity, one, list(found)))
    return found


def _locking(actor: Actor, of: Shape, operation: str, *, deleted: bool) -> sa.Select[Any]:
    """Reads records and locks them: revision, whether the actor may change them, and all that is stored."""
    source = RecordSource(of, of.table, actor)
    columns = [of.table.c[column] for column in SYSTEM_COLUMNS.values()]
    seen = row_filter(actor, of.entity, "read", source)
    changeable = row_filter(actor, of.entity, operation, source)
    statement = sa.select(
        of.table.c.revision, (sa.true() if changeable is None else changeable).label("may_update"), *columns, *(of.table.c[one.column] for one in stored(of)),
    ).where(among(of.table.c.id))
    if not deleted:
        statement = statement.where(of.table.c.deleted_at.is_(None))
    if seen is not None:
        statement = statement.where(seen)
    return statement.order_by(of.table.c.id).with_for_update(of=of.table) if source.dialect == "postgresql" else statement


def _attach(found: Mapping[int, tuple[dict[str, Any], int, bool]], name: str, by_owner: Mapping[int, list[Any]]) -> None:
    for id_, (row, _revision, _ok) in found.items():
        row[name] = tuple(by_owner.get(id_, ()))


def _lines(entity: Entity, table: Field, ids: Sequence[int]) -> dict[int, list[Any]]:
    of = shape(f"{entity.name}.{table.name}")
    statement = catalogue().derived(("stored lines", of.name), lambda: _reading_lines(of))
    by_owner: dict[int, list[Any]] = defaultdict(list)
    names = ["id", *(one.name for one in stored(of))]
    for owner, *values in connection().execute(statement, {"wanted": ids}):
        by_owner[owner].append(dict(zip(names, values, strict=True)))
    return by_owner


def _reading_lines(of: Shape) -> sa.Select[Any]:
    table = of.table.c
    return sa.select(table.parent_id, table.id, *(table[one.column] for one in stored(of))).where(among(table.parent_id)).order_by(table.parent_id, table.position)


def _links(entity: Entity, one: Field, ids: Sequence[int]) -> dict[int, list[Any]]:
    pairs = tables(catalogue()).association(entity, one)
    statement = sa.select(pairs.c.source_id, pairs.c.target_id).where(pairs.c.source_id.in_(ids)).order_by(pairs.c.source_id, pairs.c.position)
    by_owner: dict[int, list[Any]] = defaultdict(list)
    for source_id, target_id in connection().execute(statement):
        by_owner[source_id].append(target_id)
    return by_owner


def is_filled_in(one: Field) -> bool:
    """Whether the platform gives the value, such as a number in a sequence."""
    return FIELD_TYPES[one.type].computed or is_computed(one)


def failure_of(draft: Draft) -> PlatformError:
    return draft.failure or InvalidInput(draft.errors)
