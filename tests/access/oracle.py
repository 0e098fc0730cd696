"""Who may see what, worked out in Python over all rows of all tables: no filter of the product takes part in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shuke.core.db import connection
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field, Grant
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import expression, inverses
from shuke.records.tables import tables

ORDER = ("hidden", "masked", "read", "write")
KEPT = ("id", "created_at", "created_by", "updated_at", "updated_by")
_COLUMNS = {"owner": "owner_id", "unit": "unit_id"}
_DIRECTORY = {
    "user": {"*": "hidden", "username": "read", "name": "read", "unit": "read", "superior": "read", "active": "read"},
    "unit": {"*": "read"},
}


@dataclass(frozen=True)
class Person:
    """A user with roles, place in the tree of units and in the reporting line."""

    id: int
    roles: frozenset[str]
    unit: int | None
    tree: frozenset[int]
    kin: Mapping[str, frozenset[int]]
    below: frozenset[int]

    def variable(self, name: str) -> Any:
        return {"me": self.id, "my_unit": self.unit, "my_unit_tree": tuple(self.tree), "my_subordinates": tuple(self.below)}[name]


class Oracle:
    """All rows, and what follows from them."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, dict[str, Any]]] = {}
        self.lines: dict[tuple[str, str], dict[int, list[dict[str, Any]]]] = {}
        self.links: dict[tuple[str, str], dict[int, list[int]]] = {}
        for entity in catalogue().entities.values():
            self._load(entity)
        self._seen: dict[tuple[int, str, Grant], frozenset[int]] = {}

    def _load(self, entity: Entity) -> None:
        made = tables(catalogue())
        self.rows[entity.name] = {row["id"]: dict(row) for row in connection().execute(sa.select(made.of(entity))).mappings()}
        for one in entity.fields:
            if one.fields:
                found: dict[int, list[dict[str, Any]]] = defaultdict(list)
                child = made.child(entity, one)
                for line in connection().execute(sa.select(child).order_by(child.c.parent_id, child.c.position)).mappings():
                    found[line["parent_id"]].append(dict(line))
                self.lines[entity.name, one.name] = found
            elif FIELD_TYPES[one.type].rows(entity.name, one):
                pairs = made.association(entity, one)
                linked: dict[int, list[int]] = defaultdict(list)
                for source, target in connection().execute(sa.select(pairs.c.source_id, pairs.c.target_id).order_by(pairs.c.source_id, pairs.c.position)):
                    linked[source].append(target)
                self.links[entity.name, one.name] = linked

    # People

    def person(self, id_: int) -> Person:
        roles = connection().scalars(sa.text("SELECT r.name FROM ab_role r JOIN ab_user_role u ON u.role_id = r.id WHERE u.user_id = :id"), {"id": id_})
        unit = self.rows["user"][id_]["unit_id"]
        units = {key: row for key, row in self.rows["unit"].items() if row["deleted_at"] is None}
        kin: dict[str, frozenset[int]] = {}
        at = unit
        while at in units:
            kin.setdefault(units[at]["kind"], frozenset(self._under(at, units, "parent")) | {at})
            at = units[at]["parent"]
        tree = frozenset(self._under(unit, units, "parent")) | {unit} if unit in units else frozenset()
        users = {key: row for key, row in self.rows["user"].items() if row["deleted_at"] is None}
        return Person(id_, frozenset(roles), unit, tree, kin, frozenset(self._under(id_, users, "superior")))

    @staticmethod
    def _under(top: int, rows: Mapping[int, Mapping[str, Any]], upwards: str) -> set[int]:
        found: set[int] = set()
        while more := {key for key, row in rows.items() if row[upwards] in found | {top} and key not in found}:
            found |= more
        return found - {top}

    # Rights

    def grants(self, person: Person, entity: Entity, operation: str = "read") -> list[Grant]:
        roles = [catalogue().roles[name] for name in sorted(person.roles) if name in catalogue().roles]
        found = [grant for role in roles for grant in role.grants if grant.entity in ("*", entity.name) and operation in grant.operations]
        if entity.system:
            if not any("administer" in role.abilities for role in roles):
                found = [grant for grant in found if grant.entity != "*" and operation in ("read", "export")]
            if operation == "read":
                found.append(Grant(entity.name, frozenset({"read"}), fields=_DIRECTORY[entity.name]))
        return found

    def covered(self, person: Person, entity: Entity, grant: Grant) -> frozenset[int]:
        """The ids of the rows that one grant covers."""
        key = (person.id, entity.name, _Same(grant))
        if key not in self._seen:
            self._seen[key] = frozenset(id_ for id_, row in self.rows[entity.name].items() if self._covers(person, entity, grant, row))
        return self._seen[key]

    def _covers(self, person: Person, entity: Entity, grant: Grant, row: Mapping[str, Any]) -> bool:
        scope = grant.scope
        if scope == "own" and row["owner_id"] != person.id:
            return False
        if scope == "subordinates" and row["owner_id"] not in {person.id, *person.below}:
            return False
        if scope not in ("own", "subordinates", "all"):
            units = person.tree if scope == "unit" else person.kin.get(scope, person.tree)
            if row["unit_id"] not in units:
                return False
        if entity.scope and row["unit_id"] not in person.kin.get(entity.scope, person.tree):
            return False
        if not grant.where:
            return True
        compiled = expression(catalogue(), entity.name, grant.where)
        if any(person.variable(name) in (None, ()) for name in compiled.variables):
            return False
        return compiled.evaluate(_Row(self, person, entity.name, row)) is True

    def visible(self, person: Person, entity: Entity, operation: str = "read", *, deleted: bool = False) -> frozenset[int]:
        found: set[int] = set()
        for grant in self.grants(person, entity, operation):
            found |= self.covered(person, entity, grant)
        return frozenset(id_ for id_ in found if (self.rows[entity.name][id_]["deleted_at"] is not None) == deleted)

    def right(self, person: Person, entity: Entity, id_: int, name: str) -> str:
        """The best right that a grant covering this very row gives."""
        ranks = [ORDER.index(_right(grant, name)) for grant in self.grants(person, entity) if id_ in self.covered(person, entity, grant)]
        if not ranks:
            return "hidden"
        return "read" if name in KEPT else ORDER[max(ranks)]

    def best(self, person: Person, entity: Entity, name: str) -> str:
        """The best right on any row."""
        grants = self.grants(person, entity)
        if not grants:
            return "hidden"
        return "read" if name in KEPT else ORDER[max(ORDER.index(_right(grant, name)) for grant in grants)]

    def clear(self, person: Person, entity: Entity, id_: int, name: str) -> bool:
        return self.right(person, entity, id_, name) in ("read", "write")

    # Values

    def value(self, entity: Entity, id_: int, name: str) -> Any:
        return self.rows[entity.name][id_][_COLUMNS.get(name, entity.field(name).column or name)]

    def line_rights(self, person: Person, entity: Entity, id_: int, table: Field) -> dict[str, str]:
        return {column.name: self.right(person, entity, id_, f"{table.name}.{column.name}") for column in table.fields}


class _Same:
    """A grant told apart by identity: its mapping cannot be hashed."""

    def __init__(self, grant: Grant) -> None:
        self._grant = (grant.entity, grant.scope, grant.where)

    def __hash__(self) -> int:
        return hash(self._grant)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._grant == other._grant


class _Row:
    """A row for expressions, with the rows around it."""

    def __init__(self, oracle: Oracle, person: Person, entity: str, row: Mapping[str, Any], parent: Mapping[str, Any] | None = None) -> None:
        self._oracle, self._person, self._entity, self._row, self._parent = oracle, person, entity, row, parent

    def get(self, path: tuple[str, ...]) -> Any:
        entity, table = catalogue().entity(self._entity.partition(".")[0]), self._entity.partition(".")[2]
        name = path[0]
        if table and name == "parent":
            return _Row(self._oracle, self._person, entity.name, self._oracle.rows[entity.name][self._row["parent_id"]]).get(path[1:] or ("id",))
        field = entity.field(table).child(name) if table and name not in ("id", "position") else entity.field(name) if not table else None
        value = self._row[_COLUMNS.get(name, field.column or name) if field and not table else (field.column if field else name)]
        if len(path) == 1 or value is None:
            return value
        assert field is not None
        target = FIELD_TYPES[field.type].expression_type(field).entity
        return _Row(self._oracle, self._person, target, self._oracle.rows[target][value]).get(path[1:])

    def rows(self, path: tuple[str, ...]) -> Sequence["_Row"]:
        return list(self._rows(path))

    def _rows(self, path: tuple[str, ...]) -> Iterator["_Row"]:
        *before, name = path
        entity, id_ = catalogue().entity(self._entity), self._row["id"]
        if before:
            raise NotImplementedError(path)
        if entity.has(name):
            for line in self._oracle.lines[entity.name, name].get(id_, ()):
                yield _Row(self._oracle, self._person, f"{entity.name}.{name}", line)
            return
        inverse = next(one for one in inverses(catalogue(), entity.name) if one.name == name)
        for row in self._oracle.rows[inverse.entity].values():
            if row[inverse.field.column] == id_ and row["deleted_at"] is None:
                yield _Row(self._oracle, self._person, inverse.entity, row)

    def variable(self, name: str) -> Any:
        return self._person.variable(name)


def _right(grant: Grant, name: str) -> str:
    if name in grant.fields:
        return grant.fields[name]
    table = name.partition(".")[0]
    return _right(grant, table) if table != name else grant.fields.get("*", "write")


def readable_names(entity: Entity) -> Iterable[str]:
    yield from (one.name for one in entity.fields)
    yield from ("owner", "unit")
