"""A field that one may not read is refused exactly like one that does not exist: same error, same words."""

import re
from collections.abc import Callable, Iterator

import pytest
from access.company import SHADOWS, Company

from shuke import records
from shuke.access import Actor
from shuke.core.errors import PlatformError
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields import FIELD_TYPES
from shuke.records import Condition, Query
from shuke.records.aggregating import FUNCTIONS
from shuke.records.shapes import link_target

UNKNOWN = "zzqx"
Ask = Callable[[str], object]


@pytest.mark.parametrize("username", [*SHADOWS, "clerk1"])
def test_hidden_and_masked_fields_are_unknown_to_every_question(company: Company, username: str) -> None:
    wrong: list[str] = []
    asked = 0
    with company.open():
        actor = company.actor(username)
        for entity in catalogue().entities.values():
            for path, ask in _questions(company, actor, entity):
                asked += 1
                name = path.rpartition(".")[2]
                found, wanted = _answer(ask, path), _answer(ask, path[:-len(name)] + UNKNOWN)
                if found.replace(name, UNKNOWN) != wanted:
                    wrong.append(f"{entity.name} {path}: {found} instead of {wanted}")
    assert asked
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong[:40])


def _questions(company: Company, actor: Actor, entity: Entity) -> Iterator[tuple[str, Ask]]:
    person = company.oracle.person(actor.id)
    if not company.oracle.grants(person, entity):
        return
    for path, operators in _unreadable(company, entity, person_id=actor.id):
        for operator in operators:
            yield path, lambda name, operator=operator: records.query(actor, entity, Query(conditions=(Condition(name, operator, ("1",)),)))  # type: ignore[misc]
        yield path, lambda name: records.query(actor, entity, Query(where=f"NOT(ISBLANK({name}))"))
        yield path, lambda name: records.query(actor, entity, Query(where=f"{name} = {name}"))
        for sort in ("{}", "-{}", "={}"):
            yield path, lambda name, sort=sort: records.query(actor, entity, Query(sort=(sort.format(name),)))  # type: ignore[misc]
        for part in ("", ":month"):
            yield path, lambda name, part=part: records.aggregate(actor, entity, (f"{name}{part}",), (("count", ""),))  # type: ignore[misc]
        for function in FUNCTIONS:
            yield path, lambda name, function=function: records.aggregate(actor, entity, (), ((function, name),))  # type: ignore[misc]
        yield path, lambda name: list(records.every(actor, entity, Query(where=f"ISBLANK({name})")))
        yield path, lambda name: records.count(actor, entity, Query(where=f"ISBLANK({name})"))


def _unreadable(company: Company, entity: Entity, person_id: int) -> Iterator[tuple[str, list[str]]]:
    """Fields of the entity, and of others over a link that can be read."""
    oracle, person = company.oracle, company.oracle.person(person_id)
    for one in entity.fields:
        right = oracle.best(person, entity, one.name)
        if right in ("hidden", "masked"):
            yield one.name, ["is", *(operator.name for operator in FIELD_TYPES[one.type].operators_of(one)[:3])]
        elif (name := link_target(one)) and not FIELD_TYPES[one.type].rows("", one):
            target = catalogue().entity(name)
            shut = [other.name for other in target.fields if oracle.best(person, target, other.name) in ("hidden", "masked")]
            yield from ((f"{one.name}.{other}", ["is", "blank"]) for other in shut[:2])


def _answer(ask: Ask, name: str) -> str:
    try:
        found = ask(name)
    except PlatformError as error:
        said = f"{type(error).__name__}: {error}"
        return re.sub(r"(; did you mean|；您是不是要写|[，；]?是不是).*", "", said).rstrip("。.")
    return f"answered {type(found).__name__}"
