"""Which dashboards an actor has, and which of their parts: one that needs something unreadable is left out without a trace."""

from collections.abc import Iterable, Sequence

from shuke.access import Actor, policy
from shuke.core.errors import NotFound, UnknownName
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Dashboard, NewRecord, Part
from shuke.definitions.model import Entity, Ledger
from shuke.expressions import ExpressionError, Kind
from shuke.records.asking import reader_expression
from shuke.records.columns import right_at
from shuke.records.shapes import Shape, shape

CLEAR = ("read", "write")


def dashboards_of(actor: Actor) -> tuple[Dashboard, ...]:
    """In their order; one of whose parts the actor may see none is left out."""
    return catalogue().derived(("dashboards", actor.kind, actor.rights), lambda: tuple(_dashboards(actor)))


def dashboard_called(actor: Actor, name: str) -> Dashboard:
    for one in dashboards_of(actor):
        if one.name == name:
            return one
    raise NotFound


def home_of(actor: Actor) -> Dashboard | None:
    """The start page of the actor's roles, if one is defined."""
    return next((one for one in dashboards_of(actor) if one.home), None)


def parts_of(actor: Actor, dashboard: Dashboard) -> tuple[tuple[int, Part], ...]:
    """The parts that the actor may see, with their places in the definition."""
    key = ("dashboard parts", dashboard.name, actor.kind, actor.rights)
    return catalogue().derived(key, lambda: tuple((place, part) for place, part in enumerate(dashboard.parts) if sees(actor, part)))


def part_at(actor: Actor, dashboard: Dashboard, place: int) -> Part:
    for known, part in parts_of(actor, dashboard):
        if known == place:
            return part
    raise NotFound


def actions_of(actor: Actor, actions: Iterable[NewRecord]) -> list[tuple[NewRecord, Entity]]:
    """The buttons whose records the actor may make."""
    found = ((action, catalogue().entities.get(action.entity)) for action in actions)
    return [(action, entity) for action, entity in found if entity is not None and policy(actor, entity).may("create")]


def columns_of(actor: Actor, part: Part) -> tuple[str, ...]:
    """The columns of a list of which the actor sees something."""
    of = shape(part.entity)
    return tuple(path for path in part.columns if _right(actor, of, path) != "hidden")


def balance_fields(ledger: Ledger) -> Sequence[str]:
    """The fields that show the ledger's balance: who may read none of them may not see its movements."""
    return [field.name for field in catalogue().entity(ledger.entity).fields if field.option("ledger") == ledger.name]


def _dashboards(actor: Actor) -> Iterable[Dashboard]:
    for one in sorted(catalogue().dashboards.values(), key=lambda found: (found.order, found.name)):
        if (not one.roles or actor.roles.intersection(one.roles)) and parts_of(actor, one):
            yield one


def sees(actor: Actor, part: Part) -> bool:
    """Whether the actor may know all that the part is made of."""
    if part.type == "actions":
        return bool(actions_of(actor, part.actions))
    if part.ledger:
        return _sees_ledger(actor, part)
    if not part.entity:
        return True
    entity = catalogue().entity(part.entity)
    if not policy(actor, entity).may("read"):
        return False
    of = shape(part.entity)
    paths = [part.date, part.due, part.group, part.series, *(measure.field for measure in part.measures), *(path.removeprefix("-") for path in part.sort)]
    if part.type == "list" and not columns_of(actor, part):
        return False
    conditions = (part.where, *(measure.where for measure in part.measures))
    return all(_right(actor, of, path) in CLEAR for path in paths if path) and all(_may_ask(actor, part.entity, one) for one in conditions if one)


def _sees_ledger(actor: Actor, part: Part) -> bool:
    ledger = catalogue().ledgers[part.ledger]
    entity = catalogue().entity(ledger.entity)
    rights, shown = policy(actor, entity), balance_fields(ledger)
    if not rights.may("read") or part.where and not _may_ask(actor, entity.name, part.where):
        return False
    return not shown or any(rights.right(name) in CLEAR for name in shown)


def _may_ask(actor: Actor, entity: str, source: str) -> bool:
    try:
        reader_expression(actor, entity, source, Kind.BOOL)
    except (ExpressionError, UnknownName):
        return False
    return True


def _right(actor: Actor, of: Shape, name: str) -> str:
    """The best right on the field at a path, which may start in a sub-table."""
    path = tuple(name.partition(":")[0].split("."))
    first = of.members.get(path[0])
    try:
        if first is not None and first.fields and len(path) > 1:
            if policy(actor, of.entity).right(path[0]) not in CLEAR:
                return "hidden"
            return right_at(actor, shape(f"{of.name}.{path[0]}"), path[1:])
        return right_at(actor, of, path)
    except UnknownName:
        return "hidden"
