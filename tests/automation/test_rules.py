"""Rules of a published office: what sets them off, what they do, and where they stop."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from office import INVOICE, SYSTEM, Office, ledger, publish_office, rule

from shuke import automation, ledgers, records, workflow
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import InvalidInput
from shuke.core.i18n import use_locale
from shuke.definitions.current import catalogue
from shuke.definitions.model import Document
from shuke.definitions.problems import DefinitionErrors
from shuke.records import Input

SENT = {"type": "entered", "field": "state", "state": "sent"}
GIVE = {"type": "post", "ledger": "credit", "kind": "give", "account": "firm", "amount": "amount"}
TAKE = GIVE | {"kind": "take"}
COUNT = {"type": "set", "on": "firm", "values": {"invoices_sent": "firm.invoices_sent + 1"}}


def _runs(office: Office, name: str) -> list[automation.RuleRun]:
    with office.at_work():
        return automation.runs(rule=name)


def _movements(office: Office, firm: int) -> Sequence[ledgers.Movement]:
    with office.at_work():
        return ledgers.entries(catalogue().ledgers["credit"], firm)


# What sets a rule off


def test_reaching_a_state_posts_in_the_same_transaction(database: Database) -> None:
    office = publish_office(database, rule("earn", SENT, GIVE | {"memo": "number", "at": "DATE(2020, 2, 29)"}))
    firm = office.firm()
    invoice = office.invoice(firm, number="2020-1")
    assert office.balance(firm) == 0
    office.fire(invoice, "send")
    (movement,) = _movements(office, firm)
    assert (movement.change, movement.balance, movement.entry.key) == (30, 30, f"earn:invoice:{invoice}")
    assert (movement.entry.source, movement.entry.memo, movement.entry.actor_id) == (("invoice", invoice), "2020-1", office.clerk.id)
    assert movement.entry.business_date == date(2020, 2, 29)
    (run,) = _runs(office, "earn")
    assert (run.record_id, run.outcome, run.depth, run.actor_id, run.detail) == (invoice, "done", 1, office.clerk.id, "post credit give 30")


def test_other_changes_do_not_set_it_off_again(database: Database) -> None:
    office = publish_office(database, rule("earn", SENT, GIVE))
    firm = office.firm()
    invoice = office.invoice(firm)
    office.fire(invoice, "send")
    office.save("invoice", invoice, number="changed")
    office.fire(invoice, "deliver")
    assert office.balance(firm) == 30


def test_a_new_record_enters_its_first_states(database: Database) -> None:
    office = publish_office(database, rule("earn", {"type": "entered", "field": "state", "state": "draft"}, GIVE))
    firm = office.firm()
    office.invoice(firm)
    assert office.balance(firm) == 30


def test_creation_and_change_are_told_apart(database: Database) -> None:
    office = publish_office(
        database, rule("made", {"type": "created"}, GIVE), rule("noted", {"type": "changed", "fields": ["reason"]}, GIVE),
        rule("touched", {"type": "changed"}, GIVE))
    firm = office.firm()
    invoice = office.invoice(firm)
    office.save("invoice", invoice, number="1")
    office.save("invoice", invoice, number="1")
    office.save("invoice", invoice, reason="why")
    assert [len(_runs(office, name)) for name in ("made", "noted", "touched")] == [1, 1, 2]
    assert office.balance(firm) == 90


def test_a_condition_and_a_disabled_rule_keep_it_from_running(database: Database) -> None:
    office = publish_office(
        database, rule("large", {"type": "created"}, GIVE, condition='AND(amount >= 100, firm.note = "good")'),
        rule("off", {"type": "created"}, GIVE, enabled=False))
    good, bad = office.firm(note="good"), office.firm(note="bad")
    for firm in (good, bad):
        for amount in (99, 100):
            office.invoice(firm, amount=amount)
    assert (office.balance(good), office.balance(bad)) == (100, 0)


# Posting


def test_an_overdraw_refuses_the_save_with_the_sentence(database: Database) -> None:
    office = publish_office(database, rule("spend", SENT, TAKE), rule("fill", {"type": "changed", "fields": ["reason"]}, GIVE))
    firm = office.firm()
    invoice = office.invoice(firm)
    office.save("invoice", invoice, reason="fill")
    office.save("invoice", invoice, amount=31)
    with pytest.raises(InvalidInput, match="Only 30 points are left"):
        office.fire(invoice, "send")
    assert office.read("invoice", invoice)["state"] == "draft"
    assert (office.balance(firm), _runs(office, "spend")) == (30, [])


def test_in_a_batch_only_the_record_that_overdraws_is_refused(database: Database) -> None:
    office = publish_office(database, rule("fill", {"type": "created"}, GIVE, condition="amount > 50"), rule("spend", SENT, TAKE))
    firm = office.firm()
    office.invoice(firm, amount=100)
    ids = [office.invoice(firm, amount=amount) for amount in (40, 50, 45, 10)]
    with office.at_work():
        answers = workflow.fire_many(office.clerk, catalogue().entity("invoice"), ids, "send")
    assert [isinstance(answer, InvalidInput) for answer in answers] == [False, False, True, False]
    assert office.balance(firm) == 0
    with office.at_work():
        assert ledgers.verify() == []


def test_nothing_is_posted_without_an_account_or_an_amount(database: Database) -> None:
    office = publish_office(database, rule("earn", {"type": "created"}, GIVE | {"account": "firm", "each": "lines", "amount": "quantity"}))
    firm = office.firm()
    office.invoice(firm, lines=[{"firm": str(firm), "quantity": 0}, {"quantity": 5}, {"firm": str(firm)}])
    assert office.balance(firm) == 0


def test_each_line_is_posted_under_its_own_key(database: Database) -> None:
    office = publish_office(database, rule("earn", {"type": "created"}, GIVE | {"each": "lines", "amount": "quantity", "memo": "parent.number"}))
    one, two = office.firm(), office.firm()
    office.invoice(one, number="N1", lines=[{"firm": str(one), "quantity": 2}, {"firm": str(one), "quantity": 2}, {"firm": str(two), "quantity": 7}])
    assert (office.balance(one), office.balance(two)) == (4, 7)
    assert len({movement.entry.key for movement in _movements(office, one)}) == 2


def test_two_posts_of_one_rule_do_not_take_each_others_key(database: Database) -> None:
    office = publish_office(database, ledger("growth"), rule("earn", SENT, GIVE, GIVE | {"amount": "1"}, GIVE | {"ledger": "growth"}))
    firm = office.firm()
    office.fire(office.invoice(firm), "send")
    assert (office.balance(firm), office.balance(firm, "growth")) == (31, 30)


def test_a_key_of_ones_own_makes_it_happen_once(database: Database) -> None:
    office = publish_office(database, rule("earn", {"type": "created"}, GIVE | {"key": '"welcome:" & firm.name', "amount": "MIN(amount, 30)"}))
    firm = office.firm()
    office.invoice(firm, amount=30)
    office.invoice(firm, amount=40)
    with pytest.raises(InvalidInput, match="already been used"):
        office.invoice(firm, amount=20)
    assert office.balance(firm) == 30


def test_entries_belong_to_the_unit_of_the_record(database: Database) -> None:
    office = publish_office(database, rule("earn", SENT, GIVE))
    unit = office.save("unit", actor=SYSTEM, name="North", kind="store")
    firm = office.firm()
    invoice = office.save("invoice", actor=SYSTEM, firm=str(firm), amount=3, unit=str(unit))
    office.fire(invoice, "send")
    assert _movements(office, firm)[0].entry.unit == unit


def test_a_rule_posts_though_the_actor_may_not_touch_the_account(database: Database) -> None:
    office = publish_office(database, rule("earn", SENT, GIVE))
    firm = office.firm()
    invoice = office.invoice(firm)
    office.fire(invoice, "send", Actor(9, "user", "Li", frozenset({"clerk"})))
    assert office.balance(firm) == 30


def test_amounts_are_rounded_to_the_ledger(database: Database) -> None:
    office = publish_office(database, rule("earn", SENT, GIVE | {"amount": "amount * 0.05"}))
    firm = office.firm()
    office.fire(office.invoice(firm, amount=50), "send")
    assert office.balance(firm) == 3


def test_a_floor_is_read_from_the_accounts_record(database: Database) -> None:
    office = publish_office(database, ledger(floor="-debt_allowed"), rule("spend", SENT, TAKE))
    trusted, other = office.firm(debt_allowed=30), office.firm(debt_allowed=29)
    office.fire(office.invoice(trusted), "send")
    with pytest.raises(InvalidInput, match="Only 29 points are left"):
        office.fire(office.invoice(other), "send")
    assert (office.balance(trusted), office.balance(other)) == (-30, 0)


def test_the_balance_is_a_field_of_the_record(database: Database) -> None:
    office = publish_office(database, rule("earn", SENT, GIVE))
    firm = office.firm()
    office.fire(office.invoice(firm), "send")
    assert office.read("firm", firm)["credit"] == 30


# Reversing


def test_a_reversal_undoes_what_the_record_posted_and_no_more(database: Database) -> None:
    office = publish_office(
        database, rule("earn", SENT, GIVE, GIVE | {"amount": "1"}),
        rule("back", {"type": "entered", "field": "state", "state": "void"}, {"type": "reverse", "ledger": "credit"}))
    firm = office.firm()
    kept, voided, never = (office.invoice(firm) for _ in range(3))
    office.fire(kept, "send")
    office.fire(voided, "send")
    office.fire(voided, "void", reason="x")
    office.fire(never, "void", reason="x")
    assert office.balance(firm) == 31


def test_a_reversal_finds_what_was_posted_under_a_key(database: Database) -> None:
    key = '"sent:" & number'
    office = publish_office(
        database, rule("earn", SENT, GIVE | {"key": key}),
        rule("back", {"type": "entered", "field": "delivery", "state": "done"}, {"type": "reverse", "ledger": "credit", "key": key}))
    firm = office.firm()
    invoice = office.invoice(firm, number="N1")
    office.fire(invoice, "send")
    office.fire(invoice, "deliver")
    assert office.balance(firm) == 0
    assert [movement.change for movement in _movements(office, firm)] == [-30, 30]


def test_what_was_undone_is_posted_again_when_it_happens_again(database: Database) -> None:
    posted, undone = {"type": "entered", "field": "state", "state": "sent"}, {"type": "entered", "field": "state", "state": "void"}
    office = publish_office(database, rule("earn", posted, GIVE), rule("back", undone, {"type": "reverse", "ledger": "credit"}))
    firm = office.firm()
    invoice = office.invoice(firm)
    for state in ("sent", "void", "sent", "void", "sent"):
        office.save("invoice", invoice, actor=SYSTEM, state=state)
    assert [movement.change for movement in _movements(office, firm)] == [30, -30, 30, -30, 30]
    with office.at_work():
        assert ledgers.verify() == []


PASS_ON = {"pass": {"label": {"zh": "Pass", "en": "Pass"}, "from": "holder", "to": "holder"}}
KINDS = {**ledger().body["kinds"], **PASS_ON}


def test_a_movement_goes_from_one_record_to_another(database: Database) -> None:
    moved = GIVE | {"kind": "pass", "account": "firm", "counterpart": "lead"}
    office = publish_office(
        database, ledger(kinds=KINDS), rule("earn", {"type": "created"}, GIVE), rule("hand", SENT, moved), _invoice_with_lead())
    firm, lead = office.firm(), office.firm()
    office.fire(office.invoice(firm, lead=str(lead)), "send")
    assert (office.balance(firm), office.balance(lead)) == (0, 30)
    office.fire(office.invoice(firm), "send")
    assert (office.balance(firm), office.balance(lead)) == (30, 30)


def test_a_record_can_be_the_account_itself(database: Database) -> None:
    welcome = {"type": "post", "ledger": "credit", "kind": "give", "account": "record", "amount": "debt_allowed"}
    office = publish_office(database, rule("welcome", {"type": "created"}, welcome, entity="firm"))
    assert office.balance(office.firm(debt_allowed=12)) == 12


def test_lines_can_name_the_record_that_they_stand_in(database: Database) -> None:
    lines = GIVE | {"each": "lines", "account": "record.firm", "amount": "quantity * record.amount"}
    office = publish_office(database, rule("earn", {"type": "created"}, lines))
    firm = office.firm()
    office.invoice(firm, amount=10, lines=[{"quantity": 1}, {"quantity": 2}])
    assert office.balance(firm) == 30


def test_an_amount_can_add_up_what_a_linked_record_has(database: Database) -> None:
    """Here: all that was ever written to the firm of a line, of which the invoice itself is a part."""
    lines = GIVE | {"each": "lines", "account": "firm", "amount": "SUM(firm.invoices.amount, number <> record.reason)"}
    office = publish_office(database, rule("earn", SENT, lines))
    one, two = office.firm(), office.firm()
    for firm, amount, number in ((one, 5, "a"), (one, 7, "b"), (two, 11, "c")):
        office.invoice(firm, amount=amount, number=number)
    office.fire(office.invoice(one, amount=1, number="d", reason="b", lines=[{"firm": str(one)}, {"firm": str(two)}]), "send")
    assert (office.balance(one), office.balance(two)) == (6, 11)


@pytest.mark.parametrize("action", [GIVE | {"kind": "pass"}, GIVE | {"counterpart": "firm"}, GIVE | {"kind": "pass", "counterpart": "amount"}])
def test_a_counterpart_belongs_to_movements_between_two_records(database: Database, action: dict[str, object]) -> None:
    with pytest.raises(DefinitionErrors):
        publish_office(database, ledger(kinds=KINDS), rule("hand", SENT, action))


def test_a_floor_follows_the_record_of_the_account(database: Database) -> None:
    office = publish_office(database, ledger(floor="-debt_allowed"), rule("spend", SENT, TAKE))
    firm = office.firm(debt_allowed=60)
    office.fire(office.invoice(firm), "send")
    office.save("firm", firm, actor=SYSTEM, debt_allowed=0)
    with pytest.raises(InvalidInput, match="nothing is left"):
        office.fire(office.invoice(firm), "send")
    office.save("firm", firm, actor=SYSTEM, debt_allowed=90)
    office.fire(office.invoice(firm), "send")
    assert office.balance(firm) == -60
    with office.at_work():
        assert ledgers.verify() == []


# Setting fields


def test_a_rule_sets_fields_of_a_linked_record_as_the_system(database: Database) -> None:
    office = publish_office(database, rule("count", SENT, COUNT))
    firm = office.firm(invoices_sent=0)
    for _ in range(2):
        office.fire(office.invoice(firm), "send")
    assert office.read("firm", firm)["invoices_sent"] == 2
    with office.at_work():
        newest = records.history(SYSTEM, catalogue().entity("firm"), firm, limit=1)[0]
        with use_locale("zh"):
            in_chinese = records.history(SYSTEM, catalogue().entity("firm"), firm, limit=1)[0]
    assert (newest.reason, in_chinese.reason) == ("Rule “Count”", "自动化规则“Count”")


def test_a_batch_counts_like_one_save_after_the_other(database: Database) -> None:
    office = publish_office(database, rule("count", {"type": "created"}, COUNT))
    firms = [office.firm(invoices_sent=0) for _ in range(2)]
    with office.at_work():
        inputs = [Input({"firm": str(firms[number % 2]), "amount": number}) for number in range(7)]
        records.save_many(office.clerk, catalogue().entity("invoice"), inputs)
    assert [office.read("firm", firm)["invoices_sent"] for firm in firms] == [4, 3]


def test_a_rule_can_move_a_state_and_so_set_off_another_rule(database: Database) -> None:
    office = publish_office(
        database, rule("forward", SENT, {"type": "set", "values": {"delivery": '"done"'}}),
        rule("earn", {"type": "entered", "field": "delivery", "state": "done"}, GIVE))
    firm = office.firm()
    invoice = office.invoice(firm)
    office.fire(invoice, "send")
    assert office.read("invoice", invoice)["delivery"] == "done"
    (movement,), (run,) = _movements(office, firm), _runs(office, "earn")
    assert (movement.entry.actor_id, run.depth) == (office.clerk.id, 2)


def test_a_later_action_reads_what_an_earlier_one_has_set(database: Database) -> None:
    office = publish_office(database, rule("both", SENT, {"type": "set", "values": {"amount": "amount * 2"}}, GIVE))
    firm = office.firm()
    office.fire(office.invoice(firm), "send")
    assert office.balance(firm) == 60


def test_what_does_not_fit_the_linked_record_refuses_the_save(database: Database) -> None:
    office = publish_office(database, rule("note", SENT, {"type": "set", "on": "firm", "values": {"note": "reason"}}))
    firm = office.firm()
    invoice = office.invoice(firm, reason="x" * 21)
    with pytest.raises(InvalidInput, match="Rule “Note”: Note: Enter at most 20 characters"):
        office.fire(invoice, "send")
    assert office.read("invoice", invoice)["state"] == "draft"


def test_a_blank_link_and_a_deleted_record_are_left_alone(database: Database) -> None:
    office = publish_office(database, rule("note", SENT, {"type": "set", "on": "lead", "values": {"note": '"x"'}}), _invoice_with_lead())
    firm, lead = office.firm(), office.firm()
    office.fire(office.invoice(firm), "send")
    led = office.invoice(firm, lead=str(lead))
    with office.at_work():
        records.delete(SYSTEM, catalogue().entity("firm"), lead)
    office.fire(led, "send")
    assert office.read("invoice", led)["state"] == "sent"


def _invoice_with_lead() -> Document:
    properties = dict(INVOICE.body["properties"])
    properties["lead"] = {**properties["firm"], "x-inverse": "led", "x-on-delete": "clear"}
    return Document(INVOICE.kind, INVOICE.name, INVOICE.app, {**INVOICE.body, "properties": properties})


# Limits


def test_rules_that_set_each_other_off_for_ever_are_stopped_and_say_so(database: Database) -> None:
    again = {"type": "set", "values": {"counted": "counted + 1"}}
    office = publish_office(database, rule("again", {"type": "changed", "fields": ["counted"]}, again))
    invoice = office.invoice(office.firm(), counted=0)
    office.save("invoice", invoice, counted=1)
    assert office.read("invoice", invoice)["counted"] == 6
    runs = _runs(office, "again")
    assert sorted((run.depth, run.outcome) for run in runs) == [(1, "done"), (2, "done"), (3, "done"), (4, "done"), (5, "done"), (6, "stopped")]
    assert "5 rules" in next(run.detail for run in runs if run.outcome == "stopped")


def test_one_change_sets_off_a_hundred_actions_at_most(database: Database) -> None:
    again = {"type": "set", "values": {"counted": "counted + 1"}}
    more = [{"type": "set", "values": {"secret": f'"{number}"'}} for number in range(40)]
    office = publish_office(database, rule("again", {"type": "changed", "fields": ["counted"]}, again, *more))
    invoice = office.invoice(office.firm(), counted=0)
    office.save("invoice", invoice, counted=1)
    assert office.read("invoice", invoice)["counted"] == 3
    assert [run.outcome for run in _runs(office, "again")].count("stopped") == 1


def test_a_rule_that_names_what_is_not_there_cannot_be_published(database: Database) -> None:
    with pytest.raises(DefinitionErrors) as refused:
        publish_office(database, rule("earn", SENT, GIVE | {"ledger": "credits", "amount": "amuont"}))
    assert "credits" in str(refused.value)


# Many at once


def test_many_clients_save_records_that_spend_and_exactly_what_is_covered_is_accepted(database: Database) -> None:
    office = publish_office(
        database, rule("fill", {"type": "created"}, GIVE, condition="amount > 50"), rule("spend", SENT, TAKE, COUNT))
    firm = office.firm(invoices_sent=0)
    office.invoice(firm, amount=200)

    def spend(_client: int) -> int:
        accepted = 0
        for _number in range(5):
            invoice = office.invoice(firm, amount=10)
            try:
                office.fire(invoice, "send")
                accepted += 1
            except InvalidInput:
                assert office.read("invoice", invoice)["state"] == "draft"
        return accepted

    with ThreadPoolExecutor(8) as clients:
        assert sum(clients.map(spend, range(8))) == 20
    assert (office.balance(firm), office.read("firm", firm)["invoices_sent"]) == (0, 20)
    with office.at_work():
        assert ledgers.verify() == []
