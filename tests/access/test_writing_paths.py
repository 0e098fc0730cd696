"""Writing, for every kind of person: only inside one's reach, only fields that one may write, and nothing by GET."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from access.company import PEOPLE, Company
from access.faces import UNKNOWN_ID, Ask, Visit, digest, same
from access.oracle import Oracle, Person
from access.test_faces import ELSEWHERE, READS

from shuke import records, workflow
from shuke.access import Actor
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, PlatformError
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Input
from shuke.records.comments import add_comment
from shuke.records.virtual import is_computed

WRITERS = ("clerk1", "sales1", "service1", "keeper", "online1", "nobody", "conditions", "in_store", "in_subordinates", "mixed", "shadow0")
REFUSED = (403, 404, 405)


class _Undo(Exception):
    """Leaves a unit of work so that nothing of it stays."""


def _refused(company: Company, act: Callable[[], object]) -> str:
    """How it ended, with everything taken back."""
    try:
        with company.open(write=True):
            act()
            raise _Undo
    except _Undo:
        return "done"
    except PlatformError as error:
        return type(error).__name__


@pytest.mark.parametrize("username", WRITERS)
def test_only_records_within_reach_are_written(company: Company, username: str) -> None:
    wrong: list[str] = []
    with company.open():
        oracle, actor = company.oracle, company.actor(username)
        person = oracle.person(company.users[username])
        steps: dict[str, list[str]] = {}
        for flow in catalogue().workflows.values():
            steps.setdefault(flow.entity, []).extend(step.name for step in flow.transitions)
        tried = [
            (entity, id_, {name: _wanted(oracle, person, entity, id_, name) for name in ("update", "delete", "restore", "transition", "comment")})
            for entity in catalogue().entities.values() for id_ in _some(oracle, person, entity)
        ]
    for entity, id_, allowed in tried:
        for operation, act in _acts(actor, entity, id_, steps.get(entity.name, [])[:3]):
            found = _refused(company, act)
            if found not in allowed[operation]:
                wrong.append(f"{operation} {entity.name} {id_}: {found}, not {allowed[operation]}")
    assert tried
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:40])


def _some(oracle: Oracle, person: Person, entity: Entity) -> Iterator[int]:
    """A record for each way of reaching it: all operations differ between them."""
    seen: dict[tuple[bool, ...], int] = {}
    for id_ in oracle.rows[entity.name]:
        key = tuple(id_ in oracle.visible(person, entity, operation) for operation in ("read", "update", "delete", "transition"))
        if oracle.rows[entity.name][id_]["deleted_at"] is None:
            seen.setdefault(key, id_)
    yield from seen.values()


def _acts(actor: Actor, entity: Entity, id_: int, steps: list[str]) -> Iterator[tuple[str, Callable[[], object]]]:
    def here(act: Callable[[Entity], object]) -> Callable[[], object]:
        return lambda: act(catalogue().entity(entity.name))

    yield "update", here(lambda of: records.save(actor, of, {}, id=id_))
    yield "update", here(lambda of: _raised(records.save_many(actor, of, [Input({}, id_)])[0]))
    yield "delete", here(lambda of: records.delete(actor, of, id_))
    yield "restore", here(lambda of: records.restore(actor, of, id_))
    yield "comment", here(lambda of: add_comment(actor, of, id_, "Seen."))
    for step in steps:
        yield "transition", here(lambda of, step=step: workflow.fire(actor, of, id_, step, {}))  # type: ignore[misc]


def _raised(result: object) -> object:
    if isinstance(result, PlatformError):
        raise result
    return result


def _wanted(oracle: Oracle, person: Person, entity: Entity, id_: int, operation: str) -> set[str]:
    if operation == "comment":
        return {"done", "NotAllowed"} if id_ in oracle.visible(person, entity) else {"NotFound"}
    if operation == "restore":  # living records are not in the recycle bin
        return {"NotFound"}
    if id_ not in oracle.visible(person, entity):
        return {"NotFound", "NotAllowed"} if operation == "transition" else {"NotFound"}  # nobody may do it, or not this person: whichever record
    if id_ not in oracle.visible(person, entity, operation):
        return {"NotAllowed"}
    return {"done", "InvalidInput", "NeedsConfirmation", "Conflict", "Overdrawn"} | ({"NotAllowed"} if operation != "delete" else set())


@pytest.mark.parametrize("username", WRITERS)
def test_only_fields_with_the_right_are_written(company: Company, username: str) -> None:
    """Each field by itself: refused unless a grant of updating says write; hidden ones like unknown ones."""
    wrong: list[str] = []
    with company.open():
        oracle, actor = company.oracle, company.actor(username)
        person = oracle.person(company.users[username])
        for entity in catalogue().entities.values():
            id_ = next(iter(oracle.visible(person, entity, "update") & oracle.visible(person, entity)), 0)
            if not id_ or entity.system:
                continue
            unknown = _errors(actor, entity, id_, "zzqx", None)
            for one in entity.fields:
                found = _errors(actor, entity, id_, one.name, None)
                rights = {_written(grant.fields, one.name) for grant in oracle.grants(person, entity, "update")}
                if oracle.best(person, entity, one.name) == "hidden" and found != [sentence.replace("zzqx", one.name) for sentence in unknown]:
                    wrong.append(f"{entity.name}.{one.name}: hidden, says {found}, not {unknown}")
                elif "write" not in rights and not found:
                    wrong.append(f"{entity.name}.{one.name}: accepted with {rights}")
                elif is_computed(one) and not found:
                    wrong.append(f"{entity.name}.{one.name}: a computed field was accepted")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:40])


def _written(fields: Any, name: str) -> str:
    return str(fields.get(name, fields.get("*", "write")))


def _errors(actor: Actor, entity: Entity, id_: int, name: str, value: Any) -> list[str]:
    """What a preview says about a value for this field; it refuses what saving refuses."""
    try:
        return list(records.preview(actor, entity, {name: value}, id_).errors.get(name, ()))
    except (InvalidInput, NotAllowed, NotFound, Conflict) as error:
        return [str(error)]


def test_a_record_cannot_be_moved_or_made_outside_of_one_s_reach(company: Company) -> None:
    with company.open():
        oracle, actor = company.oracle, company.actor("in_store")
        person = oracle.person(company.users["in_store"])
        far = next(id_ for id_, row in oracle.rows["unit"].items() if id_ not in person.kin["store"] and row["kind"] == "store")
        inside = next(iter(oracle.visible(person, catalogue().entity("contact"))))
    move = _refused(company, lambda: records.save(actor, catalogue().entity("contact"), {"unit": str(far)}, id=inside))
    make = _refused(company, lambda: records.save(actor, catalogue().entity("customer"), {"name": "Far", "channel": "store", "unit": str(far)}))
    near = _refused(company, lambda: records.save(actor, catalogue().entity("customer"), {"name": "Near", "channel": "store"}, accept_warnings=True))
    assert (move, make, near) == ("NotAllowed", "NotAllowed", "done")


@pytest.mark.parametrize("username", PEOPLE)
def test_who_may_not_add_adds_nothing(sqlite_company: Company, username: str) -> None:
    company, wrong = sqlite_company, []
    with company.open():
        actor, person = company.actor(username), company.oracle.person(company.users[username])
        names = [entity.name for entity in catalogue().entities.values() if not company.oracle.grants(person, entity, "create")]
    for name in names:
        found = _refused(company, lambda name=name: records.save(actor, catalogue().entity(name), {}))  # type: ignore[misc]
        if found != "NotAllowed":
            wrong.append(f"{name}: {found}")
    assert not wrong


# Over HTTP

def test_reading_changes_nothing(own_company: Company) -> None:
    """Every address that reads, asked for twice by somebody who sees everything, leaves the database as it was."""
    company = own_company
    with company.open():
        visit = Visit(company, "admin", company.oracle.person(company.users["admin"]))
        asked = []
        for entity in catalogue().entities.values():
            id_ = next(iter(company.oracle.visible(visit.person, entity)), UNKNOWN_ID)
            asked += [ask for name, asks in READS.items() if "print" not in name for ask in asks(visit, entity, id_)]
    _ = (visit.browser, visit.key, visit.forgery_token)
    before = digest(company)
    for ask in asked:
        visit.ask(ask)
        if ask.method == "GET" and ask.id:
            visit.ask(ask)
    assert digest(company) == before


@pytest.mark.parametrize("username", ["clerk1", "shadow0", "nobody"])
def test_forbidden_records_cannot_be_written_by_any_address(own_company: Company, username: str) -> None:
    company, wrong = own_company, []
    with company.open():
        visit = Visit(company, username, company.oracle.person(company.users[username]))
        asked = []
        for entity in catalogue().entities.values():
            steps = [step.name for flow in catalogue().workflows.values() if flow.entity == entity.name for step in flow.transitions]
            binned = company.oracle.visible(visit.person, entity, deleted=True)
            shut = next((id_ for id_ in company.oracle.rows[entity.name] if not visit.sees(entity, id_) and id_ not in binned), UNKNOWN_ID)
            page, api = f"/r/{entity.name}/{shut}", f"/api/v1/records/{entity.name}/{shut}"
            asked += [Ask(f"{page}/{end}", "POST", id=shut) for end in ("delete", "restore", "edit", *(f"do/{step}" for step in steps[:2]))]
            asked += [Ask(api, "PATCH", id=shut), Ask(api, "DELETE", id=shut), Ask(f"{api}/restore", "POST", id=shut)]
            asked += [Ask(f"{api}/transitions/{step}", "POST", id=shut) for step in steps[:2]]
        asked += [Ask(f"/api/v1/ledgers/{name}/accounts/{UNKNOWN_ID}/entries", "POST", id=UNKNOWN_ID) for name in catalogue().ledgers]
    _ = (visit.browser, visit.key, visit.forgery_token)
    before = digest(company)
    for ask in asked:
        answer, unknown = visit.ask(ask), visit.ask(ask.about(UNKNOWN_ID + 1))
        if answer.status_code not in REFUSED or same(answer) != same(unknown):
            wrong.append(f"{ask.method} {ask.address}: {answer.status_code}, unknown {unknown.status_code}")
    assert not wrong, "\n".join(wrong[:30])
    assert digest(company) == before


def test_an_import_is_its_owner_s_alone(own_company: Company) -> None:
    company = own_company
    with company.open():
        visits = {name: Visit(company, name, company.oracle.person(company.users[name])) for name in ("admin", "keeper", "manager", "clerk1")}
    admin = visits["admin"]
    sent = admin.browser.post("/r/customer/import", data={
        "file": (io.BytesIO(b"name,mobile\nQmark9999zq,13912349999\n"), "people.csv"), "csrf_token": admin.forgery_token,
    })
    assert sent.status_code == 303, sent.text
    own = int(sent.headers["Location"].rpartition("/")[2])
    assert "Qmark9999zq" in admin.browser.get(f"/imports/{own}").text
    rules = [rule for rule in company.app.url_map.iter_rules() if ELSEWHERE.get(rule.endpoint) == "test_an_import_is_its_owner_s_alone"]
    assert rules
    for name in ("keeper", "manager", "clerk1"):
        for rule in rules:
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                ask = Ask(rule.rule.replace("<int:id>", str(own)), method, id=own)
                answer = visits[name].ask(ask)
                assert answer.status_code == 404, (name, ask, answer.status_code)
                assert same(answer) == same(visits[name].ask(ask.about(UNKNOWN_ID))), (name, ask)
        assert "people.csv" not in visits[name].browser.get("/imports").text
    refused = visits["clerk1"].browser.post("/r/customer/import", data={
        "file": (io.BytesIO(b"name\nA\n"), "people.csv"), "csrf_token": visits["clerk1"].forgery_token,
    })
    assert refused.status_code in REFUSED


def test_administration_is_closed_to_everybody_else(sqlite_company: Company) -> None:
    company = sqlite_company
    rules = [rule for rule in company.app.url_map.iter_rules() if ELSEWHERE.get(rule.endpoint) == "test_administration_is_closed_to_everybody_else"]
    assert rules
    with company.open():
        visits = [Visit(company, name, company.oracle.person(company.users[name])) for name in ("manager", "clerk1", "nobody", "shadow0")]
    for visit in visits:
        for rule in rules:
            address = rule.rule.replace("<int:user_id>", "1").replace("<int:unit_id>", "1").replace("<int:token_id>", "1")
            address = address.replace("<int(max=9223372036854775807):job_id>", "1").replace("<kind>", "entity").replace("<name>", "customer")
            address = re.sub(r"<any\([^)]*\):kind>", "entity", address).replace("<int(max=2147483647):number>", "1")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                answer = visit.ask(Ask(address, method))
                assert answer.status_code in REFUSED, (visit.username, method, address, answer.status_code)


def test_files_follow_the_rights_on_their_field(own_company: Company) -> None:
    company, wrong = own_company, []
    picture = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    with company.open():
        admin = Visit(company, "admin", company.oracle.person(company.users["admin"]))
        product = next(iter(company.oracle.visible(admin.person, catalogue().entity("product"))))
    sent = admin.browser.post("/files?entity=product&field=image", data={"file": (io.BytesIO(picture), "p.gif"), "csrf_token": admin.forgery_token})
    assert sent.status_code == 200, sent.text
    file = sent.json["id"]  # type: ignore[index]
    with company.open():
        others = [Visit(company, name, company.oracle.person(company.users[name])) for name in ("clerk1", "nobody", "mixed", "in_own", "shadow0", "shadow1", "shadow2")]
    for visit in others:
        assert visit.ask(Ask(f"/files/{file}")).status_code == 404, "an upload that no record names is its owner's alone"
    with company.open(write=True):
        records.save(company.actor("admin"), catalogue().entity("product"), {"image": file}, id=product)
    with company.open():
        oracle, entity = company.oracle, catalogue().entity("product")
        seen = {visit.username: visit.sees(entity, product) and oracle.clear(visit.person, entity, product, "image") for visit in others}
    assert set(seen.values()) == {True, False}
    for visit in others:
        answer = visit.ask(Ask(f"/files/{file}"))
        if (answer.status_code == 200) != seen[visit.username]:
            wrong.append(f"{visit.username}: {answer.status_code}")
        if answer.status_code != 200 and same(answer) != same(visit.ask(Ask(f"/files/{UNKNOWN_ID}"))):
            wrong.append(f"{visit.username}: not as an unknown file")
        upload = visit.browser.post("/files?entity=product&field=image", data={"file": (io.BytesIO(picture), "p.gif"), "csrf_token": visit.forgery_token})
        with company.open():
            may = any(_written(grant.fields, "image") == "write" for operation in ("create", "update") for grant in oracle.grants(visit.person, entity, operation))
        if (upload.status_code == 200) != may:
            wrong.append(f"{visit.username} uploads: {upload.status_code}")
    assert not wrong
