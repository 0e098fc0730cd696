"""What “Why?” answers, and what is seen when one looks as somebody else, against the oracle: for every person, rule and record."""

import random
from dataclasses import replace

import pytest
from access.company import PEOPLE, Company
from access.oracle import ORDER, readable_names

from shuke import records
from shuke.access import policy
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field
from shuke.records import Masked, Query
from shuke.records.explaining import explain
from shuke.records.shapes import is_column, shape
from shuke.records.virtual import is_virtual

OPERATIONS = ("read", "create", "update", "delete", "export", "print", "transition")
MOST_RECORDS = 3
SEEN = ("read", "write")


THOSE_ON_POSTGRESQL = ("clerk1", "mixed", "conditions")


@pytest.mark.parametrize(("kind", "username"), [*(("sqlite", one) for one in PEOPLE), *(("postgresql", one) for one in THOSE_ON_POSTGRESQL)])
def test_why_says_what_the_oracle_says(request: pytest.FixtureRequest, kind: str, username: str) -> None:
    wrong = []
    company: Company = request.getfixturevalue(f"{kind}_company")
    chance = random.Random(username)
    with company.open():
        oracle, actor = company.oracle, company.actor(username)
        person = oracle.person(company.users[username])
        for entity in catalogue().entities.values():
            rows = oracle.rows[entity.name]
            names = chance.sample(list(readable_names(entity)), 3)
            for id_ in chance.sample(sorted(rows), min(MOST_RECORDS, len(rows))):
                operation = chance.choice(OPERATIONS)
                found = explain(actor, entity, id_, operation)
                seen = oracle.visible(person, entity, operation) | oracle.visible(person, entity, operation, deleted=True)
                if found.allowed != (id_ in seen) or found.is_deleted != (rows[id_]["deleted_at"] is not None):
                    wrong.append((entity.name, id_, operation, found))
                for name in names:
                    right, wanted = explain(actor, entity, id_, "read", field=name).right, oracle.right(person, entity, id_, name)
                    if right != wanted:
                        wrong.append((entity.name, id_, name, right, wanted))
    assert not wrong, wrong[:5]


PAIRS = (("shadow0", "clerk1"), ("clerk1", "mixed"), ("mixed", "conditions"), ("in_store", "shadow1"), ("conditions", "admin"))


@pytest.mark.parametrize(("kind", "looker", "username"), [*(("sqlite", *pair) for pair in PAIRS), ("postgresql", *PAIRS[1])])
def test_who_looks_as_another_sees_what_both_may_see(request: pytest.FixtureRequest, kind: str, looker: str, username: str) -> None:
    wrong = []
    company: Company = request.getfixturevalue(f"{kind}_company")
    with company.open():
        oracle = company.oracle
        actor = replace(company.actor(username), through=company.actor(looker))
        people = [oracle.person(company.users[name]) for name in (looker, username)]
        for entity in catalogue().entities.values():
            visible = frozenset.intersection(*(oracle.visible(person, entity) for person in people))
            if not all(oracle.grants(person, entity) for person in people):
                continue
            names = [
                name for name in readable_names(entity)
                if all(oracle.best(person, entity, name) != "hidden" for person in people) and _is_stored(entity, entity.field(name))
            ]
            found = records.query(actor, entity, Query(fields=("id", *names), limit=60)).records
            if {record.id for record in found} - visible or (len(visible) <= 60 and {record.id for record in found} != visible):
                wrong.append((entity.name, "rows"))
            for record in found:
                for name in names:
                    wanted = min((oracle.right(person, entity, record.id, name) for person in people), key=ORDER.index)
                    value = record.values[name]
                    is_clear = value is not None and not isinstance(value, Masked)
                    if oracle.value(entity, record.id, name) is not None and (is_clear != (wanted in SEEN) or (wanted == "hidden" and value is not None)):
                        wrong.append((entity.name, record.id, name, value, wanted))
    assert not wrong, wrong[:5]


def _is_stored(entity: Entity, one: Field) -> bool:
    return is_column(one) and not is_virtual(shape(entity.name), one)


def test_a_look_at_nothing_in_common_shows_nothing(sqlite_company: Company) -> None:
    company = sqlite_company
    with company.open():
        actor = replace(company.actor("in_own"), through=company.actor("nobody"))
        for entity in catalogue().entities.values():
            if not entity.system:
                assert not policy(actor, entity).may("read")
