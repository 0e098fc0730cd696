"""Values for expressions that are evaluated in Python: rows in memory, with all that they link to loaded in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core.db import connection
from shuke.definitions.current import catalogue
from shuke.expressions import Env, Expression
from shuke.fields import FIELD_TYPES
from shuke.records.filters import variable
from shuke.records.kept import among, kept
from shuke.records.shapes import Shape, link_target, shape
from shuke.records.source import RecordSource
from shuke.records.virtual import compiled, is_computed, is_virtual, step_over

Path = tuple[str, ...]
_SYSTEM = Actor.system("expressions")
_CHUNK = 500


class Space:
    """Other records that expressions reach, each loaded once with just the members that are read."""

    def __init__(self, actor: Actor, unborn: Iterable[int] = ()) -> None:
        self.actor = actor
        self._unborn = frozenset(unborn)
        """Records that are not stored yet: nothing can point to them."""
        self._rows: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._collections: dict[tuple[str, str, int], list[RowEnv]] = {}

    def row(self, of: Shape, id_: int, names: Iterable[str]) -> dict[str, Any]:
        """The members of one row; loads what was not foreseen."""
        found = self._rows[of.name].get(id_)
        if found is None or any(name not in found for name in names):
            self.load(of, [id_], names)
            found = self._rows[of.name].get(id_, {})
        return found

    def load(self, of: Shape, ids: Iterable[int], names: Iterable[str]) -> None:
        """Load members of rows by id, in one statement for each 500."""
        known = self._rows[of.name]
        columns = [name for name in dict.fromkeys(names) if name != "id"]
        missing = sorted({id_ for id_ in ids if id_ and id_ not in self._unborn and any(name not in known.get(id_, ()) for name in columns)})
        if not missing:
            return
        statement = kept(_SYSTEM, ("members", of.name, *columns), lambda: _members(of, columns))
        for start in range(0, len(missing), _CHUNK):
            for row in connection().execute(statement, {"wanted": missing[start : start + _CHUNK]}):
                known.setdefault(row[0], {"id": row[0]}).update(zip(columns, row[1:], strict=True))

    def rows(self, of: Shape, id_: int, name: str, members: Iterable[str]) -> list["RowEnv"]:
        """The rows of a collection around a stored record."""
        key = (of.name, name, id_)
        if key not in self._collections:
            self.load_collections(of, [id_], name, members)
        return self._collections.get(key, [])

    def load_collections(self, of: Shape, ids: Iterable[int], name: str, members: Iterable[str]) -> None:
        wanted = sorted({id_ for id_ in ids if id_ and id_ not in self._unborn and (of.name, name, id_) not in self._collections})
        columns = [member for member in dict.fromkeys(members) if member != "id"]
        if not wanted:
            return
        statement, inner = kept(_SYSTEM, ("collection", of.name, name, *columns), lambda: _collection(of, name, columns))
        for start in range(0, len(wanted), _CHUNK):
            some = wanted[start : start + _CHUNK]
            for id_ in some:
                self._collections[of.name, name, id_] = []
            for owner, id_, *values in connection().execute(statement, {"wanted": some}):
                env = RowEnv(self, inner, {"id": id_, **dict(zip(columns, values, strict=True))})
                self._collections[of.name, name, owner].append(env)


class RowEnv(Env):
    """One row under evaluation. `values` holds stored Python values; a sub-table is a list of mappings."""

    __slots__ = ("extra", "of", "parent", "space", "values")

    def __init__(self, space: Space, of: Shape, values: Mapping[str, Any], *, parent: "RowEnv | None" = None, extra: "Mapping[str, RowEnv] | None" = None) -> None:
        self.space = space
        self.of = of
        self.values = values
        self.parent = parent
        self.extra = extra or {}

    def get(self, path: Path) -> Any:
        name, rest = path[0], path[1:]
        if name in self.extra:
            return self.extra[name].get(rest)
        if not rest:
            return self._own(name)
        if name == "parent" and self.parent is not None:
            return self.parent.get(rest)
        target = self._own(name)
        if target is None:
            return None
        of = shape(link_target(self.of.field(name)))
        return RowEnv(self.space, of, self.space.row(of, target, rest[:1])).get(rest)

    def rows(self, path: Path) -> Sequence["RowEnv"]:
        name, rest = path[0], path[1:]
        if name in self.extra:
            return self.extra[name].rows(rest)
        if rest:
            if name == "parent" and self.parent is not None:
                return self.parent.rows(rest)
            target = self._own(name)
            if target is None:
                return ()
            of = shape(link_target(self.of.field(name)))
            return RowEnv(self.space, of, {"id": target}).rows(rest)
        step = step_over(self.of, name)
        if step is not None and step.kind == "part" and name in self.values:
            inner = shape(step.far)
            return [RowEnv(self.space, inner, line, parent=self) for line in self.values[name] or ()]
        if step is not None and step.kind == "links" and name in self.values:
            inner = shape(step.far)
            return [RowEnv(self.space, inner, {"id": id_}) for id_ in self.values[name] or ()]
        id_ = self.values.get("id")
        return self.space.rows(self.of, id_, name, ()) if id_ else ()

    def variable(self, name: str) -> Any:
        first, _dot, rest = name.partition(".")
        if first in self.extra:
            return self.extra[first].get(tuple(rest.split(".")) if rest else ("id",))
        if rest:
            holder = shape({"me": "user", "my_unit": "unit"}[first])
            return RowEnv(self.space, holder, {"id": variable(self.space.actor, first)}).get(tuple(rest.split(".")))
        return variable(self.space.actor, name)

    def _own(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        field = self.of.members.get(name)
        if field is None:
            return None
        if is_computed(field) and is_virtual(self.of, field) and not field.option("ledger"):
            return compiled(self.of, field).evaluate(self)
        id_ = self.values.get("id")
        if id_:
            return self.space.row(self.of, id_, (name,)).get(name)
        return None


def environments(of: Shape, rows: Sequence[Mapping[str, Any]], expressions: Iterable[Expression], actor: Actor) -> list[RowEnv]:
    """Rows ready to be evaluated, with what the expressions read of other records loaded in a few statements."""
    space = Space(actor)
    envs = [RowEnv(space, of, row) for row in rows]
    prefetch(space, envs, expressions)
    return envs


def prefetch(space: Space, envs: Sequence[RowEnv], expressions: Iterable[Expression]) -> None:
    """Load what the paths of these expressions lead to, hop by hop, for all rows at once."""
    if not envs:
        return
    of = envs[0].of
    for path in sorted({path for one in expressions for path in _travels(of, one)}):
        _prefetch_path(space, of, envs, path)


def _travels(of: Shape, one: Expression) -> tuple[Path, ...]:
    """The paths of an expression that lead away from the row itself."""
    return catalogue().derived(("travels", of.name, one.source), lambda: tuple(_leading_away(of, one)))


def _leading_away(of: Shape, one: Expression) -> Iterable[Path]:
    paths = one.paths | one.collections
    hidden = {inner for path in paths for inner in _behind(of, path)}
    for path in paths | hidden:
        step = step_over(of, path[0])
        if step is not None and (step.kind != "link" or len(path) > 1):
            yield path


def _behind(of: Shape, path: Path) -> Iterable[Path]:
    """The paths that a virtual field at the head of a path reads."""
    field = of.members.get(path[0])
    if field is not None and is_computed(field) and is_virtual(of, field) and not field.option("ledger"):
        return compiled(of, field).paths
    return ()


def _prefetch_path(space: Space, of: Shape, envs: Sequence[RowEnv], path: Path) -> None:
    name, rest = path[0], path[1:]
    step = step_over(of, name)
    if step is None or not envs:
        return
    far = shape(step.far)
    if step.kind == "link" and rest:
        ids = [id_ for env in envs if (id_ := env.values.get(name) or env.get((name,)))]
        if _is_collection(far, rest[0]):
            _prefetch_path(space, far, [RowEnv(space, far, {"id": id_}) for id_ in dict.fromkeys(ids)], rest)
            return
        space.load(far, ids, rest[:1])
        if len(rest) > 1:
            _prefetch_path(space, far, [RowEnv(space, far, space.row(far, id_, rest[:1])) for id_ in dict.fromkeys(ids)], rest)
    elif step.kind == "part" and all(name in env.values for env in envs):
        lines = [RowEnv(space, far, line, parent=env) for env in envs for line in env.values[name] or ()]
        if rest:
            _prefetch_path(space, far, lines, rest)
    elif step.kind not in ("link", "parent"):
        stored_ids = [env.values["id"] for env in envs if env.values.get("id")]
        space.load_collections(of, stored_ids, name, rest[:1])


def _is_collection(of: Shape, name: str) -> bool:
    step = step_over(of, name)
    return step is not None and step.kind not in ("link", "parent")


def _members(of: Shape, names: Sequence[str]) -> sa.Select[Any]:
    """Reads members of records by their ids."""
    source = RecordSource(of, of.table, _SYSTEM)
    return sa.select(of.table.c.id, *(_labelled(source, name) for name in names)).where(among(of.table.c.id))


def _collection(of: Shape, name: str, members: Sequence[str]) -> tuple[sa.Select[Any], Shape]:
    """Reads the rows of a collection around records by the ids of these, and what the rows are."""
    owners = of.table.alias()
    rows, tie, inner = RecordSource(of, owners, _SYSTEM).collection((name,))
    chosen = [_labelled(inner, member) for member in members]
    return sa.select(owners.c.id, inner.table.c.id, *chosen).select_from(owners.join(rows, tie)).where(among(owners.c.id)).order_by(inner.table.c.id), inner.shape


def _labelled(source: RecordSource, name: str) -> sa.ColumnElement[Any]:
    field = source.shape.field(name)
    own = source.own(field)
    if not isinstance(own, sa.Column):
        column_type = FIELD_TYPES[field.type].column_type(field)
        own = sa.type_coerce(own, column_type) if column_type is not None else own
    return own.label(f"m_{name}")
