"""Stored formulas and roll-ups: who depends on whom, and bringing the dependents of a change up to date in SQL."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from shuke.access import Actor
from shuke.core.db import connection
from shuke.definitions.current import catalogue
from shuke.definitions.model import Catalogue, Field
from shuke.expressions import Expression
from shuke.records.kept import among
from shuke.records.shapes import Shape, collection_of, shape
from shuke.records.source import RecordSource
from shuke.records.tables import tables
from shuke.records.values import Change
from shuke.records.virtual import Step, compiled, is_computed, is_virtual, step_over, stored

CHUNK = 500
_EVERY_CHUNK = 2000
Key = tuple[str, str]
"""Shape name and field name."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A formula reads `key` at the end of `route`."""

    key: Key
    route: tuple[Step, ...]

    @property
    def is_local(self) -> bool:
        """Whether the route stays inside one record and its sub-tables."""
        return all(step.kind in ("part", "parent") for step in self.route)


@dataclass(frozen=True, slots=True)
class Computed:
    """One stored formula or roll-up."""

    shape: str
    field: Field
    expression: Expression
    dependencies: tuple[Dependency, ...]
    reads: frozenset[Key]
    reads_elsewhere: frozenset[Key]
    """Of these the ones that may stand in other records."""

    @property
    def key(self) -> Key:
        return self.shape, self.field.name


def formulas(of: Shape) -> tuple[Computed, ...]:
    """The stored computed fields of one shape, in the order in which they can be computed."""
    return catalogue().derived(("formulas", of.name), lambda: tuple(c for c in plan(catalogue()) if c.shape == of.name))


def plan(published: Catalogue) -> tuple[Computed, ...]:
    """All stored computed fields, each after those that it reads. `CycleError` where they read each other."""
    return published.derived("computed", lambda: _plan(published))


def propagate(changes: Sequence[Change]) -> list[Change]:
    """Recompute what depends on these changes in other records, and what depends on that; gives the changes it made.

    What a saved record computes from its own values is in the changes already.
    """
    computed = plan(catalogue())
    saved, updated = _dirty(changes), defaultdict[Key, set[int]](set)
    moved = _moved_links(changes)
    made: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in computed:
        if one.reads_elsewhere.isdisjoint(saved) and one.reads.isdisjoint(updated):
            continue
        affected: set[int] = set()
        for dependency in one.dependencies:
            ids = updated.get(dependency.key, set()) | (set() if dependency.is_local else saved.get(dependency.key, set()))
            affected |= _backwards(dependency, ids, moved)
        if affected and (ids := set(_recompute(one, sorted(affected)))):
            updated[one.key] |= ids
            of = shape(one.shape)
            owners = _owners(of, ids)
            if of.part:
                updated[of.entity.name, of.part.name] |= owners
            for id_ in owners:
                made[of.entity.name][id_].add(of.part.name if of.part else one.field.name)
    return [change for name, by_id in made.items() for change in _computed_changes(name, by_id, changes[0])]


def recompute_after(one: Computed, last: int) -> int:
    """Fill a stored formula for the next records after this id; gives the last of them, 0 when there are no more."""
    table = shape(one.shape).table
    ids = list(connection().scalars(sa.select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(_EVERY_CHUNK)))
    if ids:
        _recompute(one, ids)
    return ids[-1] if ids else 0


def _plan(published: Catalogue) -> tuple[Computed, ...]:
    found: dict[Key, Computed] = {}
    for entity in published.entities.values():
        names = [entity.name, *(f"{entity.name}.{field.name}" for field in entity.fields if field.fields)]
        for name in names:
            of = shape(name)
            for field in of.fields:
                if is_computed(field) and not is_virtual(of, field):
                    read = compiled(of, field)
                    found[name, field.name] = _computed(of, field, read)
    order = TopologicalSorter({key: {d.key for d in one.dependencies if d.key in found} | _parts_of(one, found) for key, one in found.items()})
    return tuple(found[key] for key in order.static_order())


def _computed(of: Shape, field: Field, read: Expression) -> Computed:
    found = tuple(_dependencies(of, read))
    return Computed(of.name, field, read, found, frozenset(one.key for one in found), frozenset(one.key for one in found if not one.is_local))


def _parts_of(one: Computed, found: Mapping[Key, Computed]) -> set[Key]:
    """A formula over a sub-table comes after the formulas in its lines."""
    tables_read = {f"{d.key[0]}.{d.key[1]}" for d in one.dependencies}
    return {key for key in found if key[0] in tables_read and key != one.key}


def _dependencies(of: Shape, read: Expression) -> Iterator[Dependency]:
    for path in read.paths | read.collections:
        yield from _dependencies_of_path(of, path, ())


def _dependencies_of_path(of: Shape, path: tuple[str, ...], route: tuple[Step, ...]) -> Iterator[Dependency]:
    """The field at the end of the path, and every link on the way: a changed link leads elsewhere."""
    name, rest = path[0], path[1:]
    step = step_over(of, name)
    if inverse := collection_of(of, name):
        assert step is not None
        part = shape(step.far).part
        if part:
            yield Dependency((step.entity.name, part.name), (*route, replace(step, kind="inverse_lines")))
        else:
            yield Dependency((step.entity.name, inverse.field.name), (*route, step))
        if rest:
            deeper = _dependencies_of_path(shape(step.far), rest, (*route, step))
            yield from (d for d in deeper if part is None or len(d.route) > len(route) + 1)
        return
    field = of.members.get(name)
    if field is None or name == "id":
        return
    if step is not None and step.kind == "part":
        yield Dependency((of.name, name), route)
        if rest:
            yield from (d for d in _dependencies_of_path(shape(step.far), rest, (*route, step)) if d.route[len(route) + 1 :])
        return
    if is_computed(field) and is_virtual(of, field) and not field.option("ledger"):
        for inner in compiled(of, field).paths:
            yield from _dependencies_of_path(of, inner, route)
        return
    if name != "parent":
        yield Dependency((of.name, name), route)
    if rest and step is not None:
        yield from _dependencies_of_path(shape(step.far), rest, (*route, step))


def _dirty(changes: Sequence[Change]) -> dict[Key, set[int]]:
    dirty: dict[Key, set[int]] = defaultdict(set)
    for change in changes:
        names = change.changed if change.action == "updated" else {*(f.name for f in change.entity.fields), "owner", "unit"}
        for name in names:
            dirty[change.entity.name, name].add(change.id)
    return dirty


def _moved_links(changes: Sequence[Change]) -> dict[tuple[str, str, int], object]:
    """Where links pointed before: their old targets have to be recomputed too."""
    return {
        (change.entity.name, name, change.id): change.before.get(name)
        for change in changes for name in change.changed if change.before.get(name) is not None
    }


def _backwards(dependency: Dependency, ids: set[int], moved: Mapping[tuple[str, str, int], object]) -> set[int]:
    """The ids at the beginning of the route whose formulas read these ids at its end."""
    for step in reversed(dependency.route):
        if not ids:
            return ids
        ids = _one_back(step, ids, moved)
    return ids


def _one_back(step: Step, ids: set[int], moved: Mapping[tuple[str, str, int], object]) -> set[int]:
    near, far = shape(step.near), shape(step.far)
    if step.kind == "link":
        return _select(near.table.c.id, near.table.c[step.field.column], ids)
    if step.kind == "inverse":
        column = far.table.c[step.field.column]
        found = _select(column, far.table.c.id, ids)
        for id_ in ids:
            before = moved.get((step.entity.name, step.field.name, id_))
            if isinstance(before, int):
                found.add(before)
        return found
    if step.kind == "inverse_lines":
        column = far.table.c[step.field.column]
        found = _select(column, far.table.c.parent_id, ids)
        assert far.part is not None
        for id_ in ids:
            lines = moved.get((step.entity.name, far.part.name, id_))
            found.update(line[step.field.name] for line in (lines if isinstance(lines, tuple) else ()) if line[step.field.name] is not None)
        return found
    if step.kind == "part":
        return _select(far.table.c.parent_id, far.table.c.id, ids)
    if step.kind == "parent":
        return _select(near.table.c.id, near.table.c.parent_id, ids)
    pairs = tables(catalogue()).association(step.entity, step.field)
    if step.kind == "links":
        return _select(pairs.c.source_id, pairs.c.target_id, ids)
    found = _select(pairs.c.target_id, pairs.c.source_id, ids)
    for id_ in ids:
        before = moved.get((step.entity.name, step.field.name, id_))
        found.update(before if isinstance(before, tuple) else ())
    return found


def _select(wanted: sa.Column[int], given: sa.Column[int], ids: set[int]) -> set[int]:
    found: set[int] = set()
    statement = catalogue().derived(("way back", wanted.table.name, wanted.name, given.name), lambda: _way_back(wanted, given))
    for some in chunks(sorted(ids), CHUNK):
        found.update(connection().scalars(statement, {"wanted": some}))
    found.discard(None)
    return found


def _way_back(wanted: sa.Column[int], given: sa.Column[int]) -> sa.Select[int]:
    return sa.select(wanted).where(among(given)).distinct()


def _recompute(one: Computed, ids: Sequence[int]) -> list[int]:
    """Write the formula's value where it differs; gives the ids that changed."""
    statement = catalogue().derived(("recomputing", one.key, connection().dialect.name), lambda: _recomputing(one))
    updated: list[int] = []
    for some in chunks(ids, CHUNK):
        updated.extend(connection().scalars(statement, {"wanted": some}))
    return updated


def _recomputing(one: Computed) -> ReturningUpdate[int]:
    """A stored formula never reads the clock, so one statement will do for as long as the definitions stand."""
    of = shape(one.shape)
    column = of.table.c[one.field.column]
    value = one.expression.sql(RecordSource(of, of.table, Actor.system("computed fields")))
    return sa.update(of.table).where(among(of.table.c.id), column.is_distinct_from(value)).values({column: value}).returning(of.table.c.id)


def _owners(of: Shape, ids: set[int]) -> set[int]:
    return _select(of.table.c.parent_id, of.table.c.id, ids) if of.part else ids


def _computed_changes(name: str, by_id: Mapping[int, set[str]], cause: Change) -> Iterator[Change]:
    of = shape(name)
    names = ["id", *(field.name for field in stored(of)), "owner", "unit"]
    statement = catalogue().derived(("as recomputed", name), lambda: _as_recomputed(of))
    for some in chunks(sorted(by_id), CHUNK):
        for row in connection().execute(statement, {"wanted": some}):
            after = dict(zip(names, row, strict=True))
            yield Change(of.entity, row[0], cause.actor, "updated", {}, after, frozenset(by_id[row[0]]), cause.depth)


def _as_recomputed(of: Shape) -> sa.Select[Any]:
    columns = [of.table.c.id, *(of.table.c[field.column] for field in stored(of)), of.table.c.owner_id, of.table.c.unit_id]
    return sa.select(*columns).where(among(of.table.c.id), of.table.c.deleted_at.is_(None))


def chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]

