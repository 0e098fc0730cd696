"""What stands between a draft and the database: conditions, required fields, links, uniqueness, likely duplicates."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, policy
from shuke.core.db import connection
from shuke.core.errors import NotAllowed
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import DedupeRule, Entity, Field
from shuke.expressions import Expression, Kind, Type
from shuke.fields import FIELD_TYPES
from shuke.fields.base import FieldType
from shuke.fields.scope import expression
from shuke.records.drafts import Draft, is_filled_in
from shuke.records.evaluation import RowEnv, prefetch
from shuke.records.files import attachable
from shuke.records.filters import row_filter
from shuke.records.kept import among, kept
from shuke.records.lookups import found_before
from shuke.records.shapes import Shape, holds_file, is_column, link_target, shape
from shuke.records.source import RecordSource
from shuke.records.stated_checks import check_stated
from shuke.records.values import Doubt, NeedsConfirmation
from shuke.records.virtual import is_computed


def check(actor: Actor, entity: Entity, drafts: Sequence[Draft], envs: Sequence[RowEnv], *, accept_warnings: bool) -> None:
    """Add a sentence to each draft for everything that is wrong with it."""
    _check_conditions(entity, drafts, envs)
    _check_line_conditions(entity, drafts, envs)
    _check_beside(entity, drafts)
    _check_links(actor, entity, drafts, envs)
    _check_files(actor, entity, drafts)
    _check_unique(actor, entity, drafts)
    _check_duplicates(actor, entity, drafts, accept_warnings=accept_warnings)
    check_stated(entity, drafts, envs, accept_warnings=accept_warnings)


def conditions(entity: Entity) -> tuple[tuple[Field, str, Expression], ...]:
    """Field, `visible`, `required` or `read_only`, and the condition."""
    return catalogue().derived(("conditions", entity.name), lambda: _conditions(entity.name, entity.fields))


def _conditions(name: str, fields: Sequence[Field]) -> tuple[tuple[Field, str, Expression], ...]:
    kinds = (("visible", "visible_if"), ("required", "required_if"), ("read_only", "read_only_if"))
    return tuple((one, kind, expression(catalogue(), name, source)) for one in fields for kind, attribute in kinds if (source := getattr(one, attribute)))


def flags(entity: Entity, env: RowEnv) -> dict[str, dict[str, bool]]:
    """The conditions of one record: kind → field → truth."""
    found: dict[str, dict[str, bool]] = {"visible": {}, "required": {}, "read_only": {}}
    for one, kind, compiled in conditions(entity):
        found[kind][one.name] = compiled.evaluate(env) is True
    return found


def _check_conditions(entity: Entity, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> None:
    compiled = conditions(entity)
    if compiled:
        prefetch(envs[0].space, envs, [one for _field, _kind, one in compiled])
    for draft, env in zip(drafts, envs, strict=True):
        true = flags(entity, env) if compiled else {"visible": {}, "required": {}, "read_only": {}}
        for one in entity.fields:
            _check_required(one, draft, visible=true["visible"].get(one.name, True), required=one.required or true["required"].get(one.name, False))
            given = one.name in draft.input.values and one.name not in draft.input.forced
            if true["read_only"].get(one.name) and given and not draft.created and draft.before.get(one.name) != draft.after.get(one.name):
                draft.errors[one.name].append(_("This field cannot be changed now."))


def _fields_where(entity: Entity, name: str, wanted: Callable[[Field], bool]) -> tuple[Field, ...]:
    """The entity's fields of one sort, found once."""
    return catalogue().derived(("fields where", entity.name, name), lambda: tuple(one for one in entity.fields if wanted(one)))


def _check_required(one: Field, draft: Draft, *, visible: bool, required: bool) -> None:
    if required and visible and _is_blank(draft.after.get(one.name)) and not is_filled_in(one):
        draft.errors[one.name].append(_("Fill this in."))
    needed = one.schema.get("items", {}).get("required", ()) if one.fields else ()
    for index, line in enumerate(draft.after.get(one.name) or () if needed else ()):
        for name in needed:
            if _is_blank(line.get(name)):
                draft.errors[f"{one.name}.{index}.{name}"].append(_("Fill this in."))


def line_conditions(entity: Entity, table: Field) -> tuple[tuple[Field, str, Expression], ...]:
    """The conditions of the columns of a sub-table, about each line."""
    name = f"{entity.name}.{table.name}"
    return catalogue().derived(("conditions", name), lambda: _conditions(name, table.fields))


def _check_line_conditions(entity: Entity, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> None:
    for table in _fields_where(entity, "conditions in lines", lambda one: bool(one.fields and line_conditions(entity, one))):
        compiled = line_conditions(entity, table)
        rows = [
            (draft, f"{table.name}.{index}", line, RowEnv(env.space, shape(f"{entity.name}.{table.name}"), line, parent=env))
            for draft, env in zip(drafts, envs, strict=True) for index, line in enumerate(draft.after.get(table.name) or ())
        ]
        prefetch(envs[0].space, [env for *_rest, env in rows], [one for _column, _kind, one in compiled])
        hidden = {(path, column.name) for _draft, path, _line, env in rows for column, kind, one in compiled if kind == "visible" and one.evaluate(env) is not True}
        for draft, path, line, env in rows:
            for column, kind, one in compiled:
                if kind == "required" and (path, column.name) not in hidden and _is_blank(line.get(column.name)) and one.evaluate(env) is True:
                    draft.errors[f"{path}.{column.name}"].append(_("Fill this in."))


def _check_beside(entity: Entity, drafts: Sequence[Draft]) -> None:
    """Values that are right only together, such as a choice that depends on another."""
    for one in _fields_where(entity, "beside", lambda one: type(FIELD_TYPES[one.type]).check_with is not FieldType.check_with):
        type_ = FIELD_TYPES[one.type]
        for draft in drafts:
            if one.name in draft.input.values and draft.after.get(one.name) is not None:
                if wrong := type_.check_with(draft.input.values[one.name], one, _json(entity, draft)):
                    draft.errors[one.name].extend(wrong)


def _json(entity: Entity, draft: Draft) -> Mapping[str, Any]:
    return {one.name: FIELD_TYPES[one.type].dump(draft.after[one.name], one) for one in entity.fields if is_column(one) and draft.after.get(one.name) is not None}


# Links: every id that was given is authorised as if it stood in a URL.

def _check_links(actor: Actor, entity: Entity, drafts: Sequence[Draft], envs: Sequence[RowEnv]) -> None:
    wanted: dict[str, dict[int, list[tuple[Draft, str]]]] = defaultdict(lambda: defaultdict(list))
    filtered: list[tuple[Draft, RowEnv, Field, str, int]] = []
    for draft, env in zip(drafts, envs, strict=True):
        for one, path, id_, row in _new_links(entity, draft, env):
            if path in draft.input.forced:
                continue
            wanted[link_target(one)][id_].append((draft, path))
            if one.option("filter"):
                filtered.append((draft, row, one, path, id_))
    for target, by_id in wanted.items():
        for id_ in set(by_id) - linkable(actor, catalogue().entity(target), by_id):
            for draft, path in by_id[id_]:
                draft.errors[path].append(_("This record does not exist. Choose another one."))
    for draft, row, one, path, id_ in filtered:
        if path not in draft.errors and not fits_filter(row, one, id_):
            draft.errors[path].append(_("This choice does not fit the other fields."))


def linkable(actor: Actor, target: Entity, ids: Iterable[int]) -> set[int]:
    """Which of these records the actor may link to: those it sees, and those it found by their full number."""
    of, wanted = shape(target.name), {"wanted": list(ids)}
    visible = set(connection().scalars(kept(actor, ("linkable", target.name), lambda: _linkable(actor, of)), wanted))
    rest = set(ids) - visible
    if rest and policy(actor, target).lookup:
        found = sa.select(of.table.c.id).where(of.table.c.id.in_(found_before(actor, target, rest)), of.table.c.deleted_at.is_(None))
        visible |= set(connection().scalars(found))
    return visible


def _linkable(actor: Actor, of: Shape) -> sa.Select[int]:
    statement = _wanted(of).where(of.table.c.deleted_at.is_(None))
    seen = row_filter(actor, of.entity, "read", RecordSource(of, of.table, actor))
    return statement if seen is None else statement.where(seen)


def _wanted(of: Shape) -> sa.Select[int]:
    """The ids of the records whose ids are the parameter `wanted`."""
    return sa.select(of.table.c.id).where(among(of.table.c.id))


def fits_filter(row: RowEnv, one: Field, id_: int) -> bool:
    """Whether the target fulfils the link's own condition for the record being edited."""
    target = link_target(one)
    compiled = filter_expression(row.of, one)
    return compiled.evaluate(RowEnv(row.space, shape(target), {"id": id_}, extra={"record": row})) is True


def filter_expression(of: Shape, one: Field) -> Expression:
    return expression(catalogue(), link_target(one), one.option("filter"), variables={"record": Type(Kind.LINK, of.name)})


def _new_links(entity: Entity, draft: Draft, env: RowEnv) -> Iterator[tuple[Field, str, int, RowEnv]]:
    """The links that this save sets: field, path, id, and the row that holds it."""
    for name in ("owner", "unit"):
        if name in draft.input.values and draft.after.get(name) is not None and draft.after[name] != draft.before.get(name):
            yield entity.field(name), name, draft.after[name], env
    for one in _fields_where(entity, "links", lambda one: bool(one.fields or link_target(one) and not is_computed(one))):
        if one.fields:
            yield from _new_line_links(one, draft, env)
        else:
            before, after = draft.before.get(one.name), draft.after.get(one.name)
            new: set[Any] = set(after) - set(before or ()) if isinstance(after, tuple) else {after} - {before, None}
            for id_ in new:
                yield one, one.name, int(id_), env


def _new_line_links(table: Field, draft: Draft, env: RowEnv) -> Iterator[tuple[Field, str, int, RowEnv]]:
    known = {line["id"]: line for line in draft.before.get(table.name) or ()}
    of = shape(f"{env.of.name}.{table.name}")
    for index, line in enumerate(draft.after.get(table.name) or ()):
        for column in table.fields:
            if link_target(column) and not is_computed(column):
                id_ = line.get(column.name)
                if id_ is not None and id_ != known.get(line["id"], {}).get(column.name):
                    yield column, f"{table.name}.{index}.{column.name}", id_, RowEnv(env.space, of, line, parent=env)


def new_files(entity: Entity, draft: Draft) -> Iterator[tuple[str, str, int]]:
    """The files that this save brings: field, path and id."""
    for one in _fields_where(entity, "files", lambda one: holds_file(one) or any(map(holds_file, one.fields))):
        if not one.fields:
            id_ = draft.after.get(one.name)
            if id_ is not None and id_ != draft.before.get(one.name):
                yield one.name, one.name, id_
        for column in one.fields:
            if holds_file(column):
                known = {line[column.name] for line in draft.before.get(one.name) or ()}
                for index, line in enumerate(draft.after.get(one.name) or ()):
                    if line.get(column.name) is not None and line[column.name] not in known:
                        yield f"{one.name}.{column.name}", f"{one.name}.{index}.{column.name}", line[column.name]


def _check_files(actor: Actor, entity: Entity, drafts: Sequence[Draft]) -> None:
    """A file is one's own upload, or stands in this record already."""
    for draft in drafts:
        new = list(new_files(entity, draft))
        if not new:
            continue
        known = attachable(actor, [id_ for _field, _path, id_ in new], entity.name, draft.id)
        for _field, path, id_ in new:
            if id_ not in known:
                draft.errors[path].append(_("This file does not exist any more. Upload it again."))


# Uniqueness and likely duplicates

def unique_groups(entity: Entity) -> tuple[tuple[str, ...], ...]:
    singles = tuple((one.name,) for one in entity.fields if one.option("unique") is True)
    return tuple(dict.fromkeys((*singles, *entity.unique)))


def _check_unique(actor: Actor, entity: Entity, drafts: Sequence[Draft]) -> None:
    for names in unique_groups(entity):
        for draft, twin in _twins(entity, drafts, names):
            draft.errors[names[0]].append(_("Another record has this already: %(title)s.", title=_title_of(actor, entity, twin)))


def _check_duplicates(actor: Actor, entity: Entity, drafts: Sequence[Draft], *, accept_warnings: bool) -> None:
    for rule in entity.dedupe:
        if rule.action == "warn" and accept_warnings:
            continue
        for draft, twin in _twins(entity, drafts, rule.fields):
            if draft.failure is None:
                _report_duplicate(actor, entity, rule, draft, twin)


def _report_duplicate(actor: Actor, entity: Entity, rule: DedupeRule, draft: Draft, twin: int | None) -> None:
    title = _title_of(actor, entity, twin)
    sentence = pick(rule.message) or _("A record like this exists already: %(title)s.", title=title)
    visible = twin if twin is not None and twin in linkable(actor, entity, [twin]) else None
    doubt = Doubt(sentence, entity.name, visible, title if visible is not None else "")
    if rule.action == "block":
        draft.errors[rule.fields[0]].append(sentence)
        draft.alike.append((rule.fields[0], doubt))
    else:
        draft.doubts.append((rule.fields[0], doubt))


def settle_doubts(drafts: Iterable[Draft]) -> None:
    """Drafts with nothing but warnings wait for a yes."""
    for draft in drafts:
        if draft.sound and draft.doubts:
            by_field: dict[str, tuple[str, ...]] = defaultdict(tuple)
            for name, doubt in draft.doubts:
                by_field[name] += (doubt.sentence,)
            draft.failure = NeedsConfirmation(by_field, tuple(doubt for _name, doubt in draft.doubts))


def _twins(entity: Entity, drafts: Sequence[Draft], names: tuple[str, ...]) -> Iterator[tuple[Draft, int | None]]:
    """Drafts whose values of these fields stand in another record (its id), or earlier in the batch (None)."""
    by_key: dict[tuple[Any, ...], list[Draft]] = defaultdict(list)
    for draft in drafts:
        key = tuple(draft.after.get(name) for name in names)
        touched = draft.created or any(draft.before.get(name) != draft.after.get(name) for name in names)
        if touched and draft.failure is None and not any(_is_blank(value) for value in key):
            by_key[key].append(draft)
    if not by_key:
        return
    if len(names) == 1:
        rows = connection().execute(catalogue().derived(("twins", entity.name, names), lambda: _holders(entity, names[0])), {"wanted": [key[0] for key in by_key]})
    else:
        rows = connection().execute(_holders_of_all(entity, names, by_key))
    stored: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for id_, *found in rows:
        stored[tuple(found)].append(id_)
    for key, same in by_key.items():
        for index, draft in enumerate(same):
            others = [id_ for id_ in stored[key] if id_ != draft.id]
            if others or index:
                yield draft, (others[0] if others else None)


def _holders(entity: Entity, name: str) -> sa.Select[Any]:
    """The records with one of these values in the field."""
    table = shape(entity.name).table
    column = table.c[entity.field(name).column]
    return sa.select(table.c.id, column).where(among(column), table.c.deleted_at.is_(None))


def _holders_of_all(entity: Entity, names: Iterable[str], keys: Iterable[tuple[Any, ...]]) -> sa.Select[Any]:
    """The records with one of these combinations of values in the fields."""
    table = shape(entity.name).table
    columns = [table.c[entity.field(name).column] for name in names]
    match = sa.or_(*(sa.and_(*(column == value for column, value in zip(columns, key, strict=True))) for key in keys))
    return sa.select(table.c.id, *columns).where(match, table.c.deleted_at.is_(None))


def _title_of(actor: Actor, entity: Entity, id_: int | None) -> str:
    """The title of a record as far as the actor may know it."""
    if id_ is None:
        return _("an earlier line of the same input")
    if id_ not in linkable(actor, entity, [id_]) or not entity.display:
        return _("a record that you may not see")
    of = shape(entity.name)
    one = entity.field(entity.display)
    if not is_column(one) or policy(actor, entity).right(one.name) not in ("read", "write"):
        return f"#{id_}"
    value = connection().scalar(sa.select(of.table.c[one.column]).where(of.table.c.id == id_))
    return FIELD_TYPES[one.type].format(value, one) if value is not None else f"#{id_}"


# The resulting row has to lie where the actor may write.

def check_reach(actor: Actor, entity: Entity, ids: Sequence[int], operation: str) -> None:
    """After writing: refuse records that the actor put outside its own reach."""
    statement = kept(actor, ("within reach", entity.name, operation), lambda: _within_reach(actor, shape(entity.name), operation)) if ids else None
    if statement is not None and set(ids) - set(connection().scalars(statement, {"wanted": list(ids)})):
        raise NotAllowed(_("You may not save a record with these values: it would lie outside your own area."))


def _within_reach(actor: Actor, of: Shape, operation: str) -> sa.Select[int] | None:
    """None: the actor may do this with every record."""
    allowed = row_filter(actor, of.entity, operation, RecordSource(of, of.table, actor))
    return None if allowed is None else _wanted(of).where(allowed)


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", (), [])

