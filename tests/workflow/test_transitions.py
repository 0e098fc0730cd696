"""Transitions: which are offered, what they demand, what they save."""

from collections.abc import Sequence
from typing import Any

import pytest
from office import SYSTEM, Office, publish_office, role

from shuke import records, workflow
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, PlatformError, UnknownName
from shuke.definitions.current import catalogue


@pytest.fixture
def office(database: Database) -> Office:
    return publish_office(
        database, role("reader", operations=["read"]), role("sender", transitions=["send"]), role("mover", operations=["read", "transition"]),
        role("own", scope="own"), role("drafts", where='state = "draft"'), role("blind", fields={"state": "hidden", "secret": "read"}))


def _person(role_name: str) -> Actor:
    return Actor(8, "user", "Li", frozenset({role_name}), locale="en")


def _offered(office: Office, id_: int, actor: Actor | None = None) -> list[str]:
    with office.at_work():
        record = records.get(actor or office.clerk, catalogue().entity("invoice"), id_)
        return [transition.name for transition in workflow.available(actor or office.clerk, record)]


def _refused(office: Office, id_: int, transition: str, actor: Actor | None = None, **values: Any) -> dict[str, Sequence[str]]:
    with pytest.raises(InvalidInput) as refused:
        office.fire(id_, transition, actor, **values)
    return dict(refused.value.by_field)


def test_a_new_record_stands_at_the_first_states_and_offers_what_starts_there(office: Office) -> None:
    invoice = office.invoice(office.firm())
    assert (office.read("invoice", invoice)["state"], office.read("invoice", invoice)["delivery"]) == ("draft", "waiting")
    assert _offered(office, invoice) == ["send", "void", "deliver"]


def test_firing_moves_the_state_and_sets_what_it_says(office: Office) -> None:
    invoice = office.invoice(office.firm(), counted=4)
    office.fire(invoice, "send")
    values = office.read("invoice", invoice)
    assert (values["state"], values["counted"], values["delivery"]) == ("sent", 5, "waiting")
    assert values["sent_at"] is not None
    office.fire(invoice, "deliver")
    assert office.read("invoice", invoice)["delivery"] == "done"


def test_the_history_names_who_fired(office: Office) -> None:
    invoice = office.invoice(office.firm())
    office.fire(invoice, "send")
    assert office.read("invoice", invoice)["updated_by"].id == office.clerk.id


def test_a_guard_keeps_a_transition_back_and_says_why(office: Office) -> None:
    invoice = office.invoice(office.firm(), amount=0)
    assert "send" not in _offered(office, invoice)
    with office.at_work():
        offers = workflow.offers(office.clerk, records.get(office.clerk, catalogue().entity("invoice"), invoice))
    assert {offer.transition.name: offer.objection for offer in offers}["send"] == "Enter an amount first."
    assert _refused(office, invoice, "send") == {"": ("Enter an amount first.",)}


def test_a_guard_looks_through_links(office: Office) -> None:
    invoice = office.invoice(office.firm())
    office.fire(invoice, "send")
    assert "pay" not in _offered(office, invoice)
    assert "“Pay” is not possible" in _refused(office, invoice, "pay")[""][0]
    paying = office.invoice(office.firm(note="pays"))
    office.fire(paying, "send")
    assert "pay" in _offered(office, paying)
    office.fire(paying, "pay")


def test_a_transition_starts_only_at_its_states(office: Office) -> None:
    invoice = office.invoice(office.firm())
    assert _refused(office, invoice, "pay") == {"": ("“Pay” is not possible from “Draft”.",)}
    office.fire(invoice, "send")
    assert _refused(office, invoice, "send") == {"": ("“Send” is not possible from “Sent”.",)}


def test_required_fields_have_to_be_given(office: Office) -> None:
    invoice = office.invoice(office.firm())
    assert _refused(office, invoice, "void") == {"reason": ("Fill this in.",)}
    assert _refused(office, invoice, "void", reason="") == {"reason": ("Fill this in.",)}
    office.fire(invoice, "void", reason="A mistake")
    assert office.read("invoice", invoice)["reason"] == "A mistake"


def test_only_the_fields_that_are_asked_for_are_taken(office: Office) -> None:
    invoice = office.invoice(office.firm())
    assert set(_refused(office, invoice, "void", reason="x", secret="y")) == {"secret"}
    assert set(_refused(office, invoice, "void", reason="x", state="paid")) == {"state"}
    assert set(_refused(office, invoice, "void", reason="x", amount="many")) == {"amount"}


def test_a_state_cannot_be_saved_past_its_transitions(office: Office) -> None:
    invoice = office.invoice(office.firm())
    for state in ("paid", "nonsense"):
        with pytest.raises(InvalidInput):
            office.save("invoice", invoice, state=state)
    with pytest.raises(InvalidInput):
        office.invoice(office.firm(), state="paid")
    assert office.read("invoice", invoice)["state"] == "draft"


def test_an_unknown_transition_is_named_with_the_known_ones(office: Office) -> None:
    with pytest.raises(UnknownName, match="send"):
        office.fire(office.invoice(office.firm()), "sennd")


def test_firing_after_somebody_else_saved_is_a_conflict(office: Office) -> None:
    invoice = office.invoice(office.firm())
    office.save("invoice", invoice, amount=31)
    with pytest.raises(Conflict):
        office.fire(invoice, "send", revision=1)
    assert office.read("invoice", invoice)["state"] == "draft"


def test_whoever_may_only_read_is_offered_nothing_and_cannot_fire(office: Office) -> None:
    invoice = office.invoice(office.firm())
    assert _offered(office, invoice, _person("reader")) == []
    with pytest.raises(NotAllowed):
        office.fire(invoice, "send", _person("reader"))


def test_a_grant_can_name_single_transitions(office: Office) -> None:
    invoice = office.invoice(office.firm())
    assert _offered(office, invoice, _person("sender")) == ["send"]
    with pytest.raises(NotAllowed):
        office.fire(invoice, "deliver", _person("sender"))
    office.fire(invoice, "send", _person("sender"))


def test_the_right_to_a_transition_needs_no_right_to_update(office: Office) -> None:
    invoice = office.invoice(office.firm())
    office.fire(invoice, "void", _person("mover"), reason="A mistake")
    assert office.read("invoice", invoice)["state"] == "void"
    with pytest.raises(NotAllowed):
        office.save("invoice", invoice, _person("mover"), reason="Another")


def test_a_record_out_of_reach_looks_as_if_it_were_not_there(office: Office) -> None:
    invoice = office.invoice(office.firm(), amount=0)
    for id_ in (invoice, 4711):
        with pytest.raises(NotFound):
            office.fire(id_, "send", _person("own"))


def test_a_transition_may_lead_out_of_the_own_reach(office: Office) -> None:
    invoice = office.invoice(office.firm())
    office.fire(invoice, "send", _person("drafts"))
    assert office.read("invoice", invoice)["state"] == "sent"


def test_guards_and_states_do_not_depend_on_what_the_actor_may_read(office: Office) -> None:
    invoice = office.invoice(office.firm())
    assert "send" in _offered(office, invoice, _person("blind"))
    office.fire(invoice, "send", _person("blind"))
    assert office.read("invoice", invoice)["state"] == "sent"


def test_many_are_fired_together_and_each_has_its_own_answer(office: Office) -> None:
    firm = office.firm()
    ids = [office.invoice(firm, amount=amount) for amount in (1, 0, 3)]
    with office.at_work():
        first, second, third, missing = workflow.fire_many(SYSTEM, catalogue().entity("invoice"), [*ids, 4711], "send")
    assert isinstance(second, InvalidInput) and isinstance(missing, NotFound)
    assert not isinstance(first, PlatformError) and not isinstance(third, PlatformError)
    assert [office.read("invoice", id_)["state"] for id_ in ids] == ["sent", "draft", "sent"]
