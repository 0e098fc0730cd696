"""From a number of a dashboard to the list of its records: the address names the part, whose condition the list takes over."""

from collections.abc import Iterable
from dataclasses import dataclass

from shuke.access import Actor
from shuke.core.errors import NotFound
from shuke.core.i18n import pick
from shuke.definitions.dashboards import Part
from shuke.reports.reach import dashboard_called, part_at


@dataclass(frozen=True, slots=True)
class Drilled:
    """What an address like `part=home.3` or `part=home.3.1` (the second measure) stands for."""

    entity: str
    label: str
    where: str


def part_name(dashboard: str, place: int, measure: int | None = None) -> str:
    return f"{dashboard}.{place}" + ("" if measure is None else f".{measure}")


def drilled(actor: Actor, name: str, entity: str) -> Drilled:
    """The part that the address names, if the actor has it and it is about this entity."""
    dashboard, *numbers = name.split(".")
    if not 1 <= len(numbers) <= 2 or not all(number.isdecimal() and len(number) < 4 for number in numbers):
        raise NotFound
    part = part_at(actor, dashboard_called(actor, dashboard), int(numbers[0]))
    if part.entity != entity:
        raise NotFound
    if len(numbers) == 1:
        return Drilled(entity, pick(part.label), part.where)
    measure = next(iter(part.measures[int(numbers[1]):]), None)
    if measure is None:
        raise NotFound
    return Drilled(entity, pick(measure.label) or pick(part.label), both((part.where, measure.where)))


def has_part(actor: Actor, name: str, entity: str) -> bool:
    """Whether the actor has the part that an address names, and it is about this entity."""
    try:
        drilled(actor, name, entity)
    except NotFound:
        return False
    return True


def needs_measure(part: Part, measure: int) -> bool:
    """Whether the measure counts other records than its part."""
    return bool(part.measures[measure].where)


def both(conditions: Iterable[str]) -> str:
    given = [one for one in conditions if one]
    return given[0] if len(given) == 1 else f"AND({', '.join(given)})" if given else ""
