"""Lines of a new record for which nobody gives any: those of the record that it links to, as far as its author may see them."""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from office import Office, publish_office

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database, connection
from shuke.core.errors import InvalidInput
from shuke.definitions.current import catalogue
from shuke.definitions.model import Document
from shuke.records import Input

LABEL = {"zh": "催单", "en": "Reminder"}
QUANTITY = {"type": "integer", "x-type": "integer", "maximum": 90}
FIRM = {"type": "string", "x-type": "link", "x-entity": "firm"}
REMINDER = Document("entity", "reminder", "office", {
    "$id": "reminder", "type": "object", "x-label": LABEL, "x-display": "note", "properties": {
        "note": {"type": "string", "x-type": "text"},
        "earlier": {"type": "string", "x-type": "link", "x-entity": "reminder"},
        "invoice": {"type": "string", "x-type": "link", "x-entity": "invoice", "x-default": "earlier.invoice"},
        "lines": {
            "type": "array", "x-type": "table", "x-label": LABEL, "items": {"properties": {
                "firm": FIRM, "quantity": QUANTITY, "price": {"type": "string", "format": "decimal", "x-type": "money"}, "about": {"type": "string", "x-type": "text", "x-default": "parent.note"},
                "twice": {**QUANTITY, "readOnly": True, "x-formula": "quantity * 2"},
            }, "required": ["quantity"]},
            "x-fill": {"from": "invoice.lines", "columns": {"firm": "firm", "quantity": "quantity + 1", "price": "quantity / 4"}},
        },
    },
})


def _clerk(name: str = "clerk", **invoices: Any) -> Document:
    grants = [
        {"entity": "reminder", "operations": ["read", "create", "update"]}, {"entity": "firm", "operations": ["read"]},
        {"entity": "invoice", "operations": ["read", "create", "update"], **invoices},
    ]
    return Document("role", name, "office", {"name": name, "label": LABEL, "grants": grants})


@pytest.fixture
def office(database: Database) -> Office:
    return publish_office(database, REMINDER, _clerk())


def _lines(office: Office, reminder: int) -> list[Mapping[str, Any]]:
    return [line.values for line in office.read("reminder", reminder)["lines"]]


def _invoice(office: Office, *quantities: int, firm: int | None = None) -> int:
    firm = firm or office.firm()
    return office.invoice(firm, lines=[{"firm": str(firm), "quantity": quantity} for quantity in quantities])


def test_they_are_filled_in_their_order_with_defaults_and_formulas_of_their_own(office: Office) -> None:
    made = office.save("reminder", invoice=str(_invoice(office, 3, 1)), note="Soon")
    lines = _lines(office, made)
    assert [(line["quantity"], str(line["price"]), line["twice"], line["about"]) for line in lines] == [(4, "0.75", 8, "Soon"), (2, "0.25", 4, "Soon")]
    assert lines[0]["firm"].title == "Chen & Co"
    by_default = office.save("reminder", earlier=str(made))
    assert [line["quantity"] for line in _lines(office, by_default)] == [4, 2]


def test_given_lines_win_even_when_there_are_none_and_later_saves_leave_them_alone(office: Office) -> None:
    for given in ([{"quantity": 7}], []):
        made = office.save("reminder", invoice=str(_invoice(office, 3, 1)), lines=given)
        assert [line["quantity"] for line in _lines(office, made)] == [line["quantity"] for line in given]
    made = office.save("reminder", note="Nothing yet")
    office.save("reminder", made, invoice=str(_invoice(office, 3)))
    assert _lines(office, made) == []


def test_a_value_that_does_not_fit_is_refused_where_it_stands_and_a_link_to_what_is_gone_stays_blank(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.save("reminder", invoice=str(_invoice(office, 3, 90)))
    assert refused.value.by_field == {"lines.1.quantity": ("Enter 90 or less.",)}
    firm, other = office.firm(), office.firm(name="Gone")
    invoice = office.invoice(firm, lines=[{"firm": str(other), "quantity": 3}])
    with office.at_work():
        connection().execute(sa.text("UPDATE e_firm SET deleted_at = created_at WHERE id = :id"), {"id": other})
    assert [line["firm"] for line in _lines(office, office.save("reminder", invoice=str(invoice)))] == [None]


RESTRICTED = {
    "blind": ({"fields": {"lines": "hidden"}}, []),
    "half_blind": ({"fields": {"lines.firm": "hidden"}}, [(None, 4)]),
    "elsewhere": ({"where": "amount > 1000"}, []),
}


def test_nobody_copies_what_they_may_not_see(database: Database) -> None:
    office = publish_office(database, REMINDER, _clerk(), *(_clerk(name, **rights) for name, (rights, _seen) in RESTRICTED.items()))
    invoice = _invoice(office, 3)
    for number, (name, (_rights, seen)) in enumerate(RESTRICTED.items()):
        with office.at_work():
            person = Actor(20 + number, "user", name, frozenset({name}), locale="en")
            preview = records.preview(person, catalogue().entity("reminder"), {"invoice": str(invoice)})
            assert [(line["firm"], line["quantity"]) for line in preview.values.get("lines") or ()] == seen


def test_many_records_are_filled_by_the_same_few_statements(office: Office) -> None:
    invoices = [_invoice(office, quantity) for quantity in (1, 2, 3)]

    def statements(inputs: list[Input]) -> int:
        seen: list[str] = []
        with office.at_work():
            def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
                seen.append(statement)

            sa.event.listen(office.database.engine, "before_cursor_execute", note)
            try:
                saved = records.save_many(Actor.system("test"), catalogue().entity("reminder"), inputs)
            finally:
                sa.event.remove(office.database.engine, "before_cursor_execute", note)
        assert all(isinstance(one, records.Saved) for one in saved)
        return len(seen)

    one, three = (statements([Input({"invoice": str(id_)}) for id_ in some]) for some in (invoices[:1], invoices))
    assert one == three
