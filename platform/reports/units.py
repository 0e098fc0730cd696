"""The choice of a unit on a page: offered to those who see the records of several."""

from dataclasses import dataclass

from shuke.access import Actor, policy
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Dashboard
from shuke.records import Link, Query, query
from shuke.reports.asking import Scope
from shuke.reports.periods import Days
from shuke.reports.reach import parts_of

_MOST = 200


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the tree; `depth` says how far it is indented."""

    id: int
    name: str
    depth: int
    below: tuple[int, ...]
    """Itself and all units under it."""


def units_for(actor: Actor, dashboard: Dashboard) -> list[Unit]:
    """The units that the actor can choose from, as a tree; none where there is nothing to choose. One statement."""
    wide = _sees_all(actor, dashboard)
    if not wide and len(actor.units) < 2 and not any(len(kin) > 1 for kin in actor.kin.values()):
        return []
    entity = catalogue().entity("unit")
    found = query(actor, entity, Query(fields=("name", "parent", "active"), sort=("name",), limit=_MOST, count=False)).records
    reached = {unit for units in (actor.units, *actor.kin.values()) for unit in units}
    parents = {one.id: one.values["parent"].id if isinstance(one.values.get("parent"), Link) else None for one in found}
    names = {one.id: one.title for one in found if wide or one.id in reached}
    tree: list[Unit] = []

    def add(id_: int, depth: int) -> tuple[int, ...]:
        place = len(tree)
        tree.append(Unit(id_, names[id_], depth, ()))
        below = [inner for child in names if parents[child] == id_ and child != id_ for inner in add(child, depth + 1)]
        tree[place] = Unit(id_, names[id_], depth, (id_, *below))
        return (id_, *below)

    for id_ in names:
        if parents[id_] not in names:
            add(id_, 0)
    return tree if len(tree) > 1 else []


def scope_of(days: Days, units: list[Unit], chosen: str) -> Scope:
    """The scope with the unit that the address names, if it is one of those offered."""
    unit = next((one for one in units if str(one.id) == chosen), None)
    return Scope(days, unit.id, unit.below) if unit else Scope(days)


def _sees_all(actor: Actor, dashboard: Dashboard) -> bool:
    """Whether the records of some part are seen across all units."""
    names = {part.entity or catalogue().ledgers[part.ledger].entity for _place, part in parts_of(actor, dashboard) if part.entity or part.ledger}
    rights = [policy(actor, catalogue().entity(name)) for name in names]
    return any(one.unlimited or any(grant.scope == "all" and "read" in grant.operations and not grant.where for grant in one.grants) for one in rights)
