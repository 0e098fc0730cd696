"""An office that writes invoices to firms: definitions made in Python, so that each test can add its own rules."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shuke import ledgers, records, workflow
from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.i18n import use_locale
from shuke.definitions import store
from shuke.definitions.current import catalogue, use_catalogue
from shuke.definitions.model import Document
from shuke.publishing.publish import publish

SYSTEM = Actor.system("test")
Body = Mapping[str, Any]


def _label(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def _field(type_: str, words: str, **keywords: Any) -> dict[str, Any]:
    json_type: dict[str, Any] = {
        "integer": {"type": "integer"}, "money": {"type": "string", "format": "decimal"}, "boolean": {"type": "boolean"},
        "datetime": {"type": "string", "format": "date-time"}, "table": {"type": "array"},
    }.get(type_, {"type": "string"})
    renamed = {key.replace("_", "-") if key.startswith("x_") else key: value for key, value in keywords.items()}
    return {**json_type, "x-type": type_, "x-label": _label(words), **renamed}


def _link(words: str, entity: str, **keywords: Any) -> dict[str, Any]:
    return _field("link", words, x_entity=entity, **keywords)


def _entity(name: str, display: str, properties: Body, required: Iterable[str] = ()) -> Document:
    return Document("entity", name, "office", {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": name, "type": "object", "x-label": _label(name.title()),
        "x-display": display, "properties": properties, "required": list(required),
    })


def _states(*names: str) -> list[Body]:
    return [{"name": name, "label": _label(name.title())} for name in names]


FIRM = _entity("firm", "name", {
    "name": _field("text", "Name"),
    "invoices_sent": _field("integer", "Invoices sent"),
    "note": _field("text", "Note", maxLength=20),
    "debt_allowed": _field("integer", "Debt allowed"),
    "credit": _field("balance", "Credit", x_ledger="credit", readOnly=True),
}, ["name"])

INVOICE = _entity("invoice", "number", {
    "number": _field("text", "Number"),
    "firm": _link("Firm", "firm", x_inverse="invoices"),
    "amount": _field("integer", "Amount"),
    "state": _field("state", "State", x_workflow="invoice"),
    "delivery": _field("state", "Delivery", x_workflow="delivery"),
    "reason": _field("text", "Reason"),
    "sent_at": _field("datetime", "Sent at", readOnly=True),
    "counted": _field("integer", "Counted"),
    "secret": _field("text", "Secret"),
    "lines": _field("table", "Lines", items={"type": "object", "properties": {
        "firm": _link("Firm", "firm"), "quantity": _field("integer", "Quantity"),
    }}),
}, ["firm"])

INVOICE_FLOW = Document("workflow", "invoice", "office", {
    "name": "invoice", "entity": "invoice", "label": _label("Invoice"), "initial": "draft", "states": _states("draft", "sent", "paid", "void"),
    "transitions": [
        {"name": "send", "label": _label("Send"), "from": ["draft"], "to": "sent", "guard": "amount > 0",
         "guard_message": _label("Enter an amount first."), "set": {"sent_at": "NOW()", "counted": "counted + 1"}},
        {"name": "pay", "label": _label("Pay"), "from": ["sent"], "to": "paid", "guard": "NOT(ISBLANK(firm.note))"},
        {"name": "void", "label": _label("Void"), "from": ["draft", "sent"], "to": "void", "ask": ["reason", "amount"], "require": ["reason"]},
    ],
})
DELIVERY_FLOW = Document("workflow", "delivery", "office", {
    "name": "delivery", "entity": "invoice", "label": _label("Delivery"), "initial": "waiting", "states": _states("waiting", "done"),
    "transitions": [{"name": "deliver", "label": _label("Deliver"), "from": ["waiting"], "to": "done"}],
})


def ledger(name: str = "credit", **changes: Any) -> Document:
    return Document("ledger", name, "office", {
        "name": name, "label": _label(name.title()), "account": {"entity": "firm"}, "unit": _label("points"), "scale": 0, "floor": 0,
        "kinds": {
            "give": {"label": _label("Give"), "from": "house", "to": "holder"},
            "take": {"label": _label("Take"), "from": "holder", "to": "house"},
        }, **changes,
    })


def role(name: str, **grant: Any) -> Document:
    """A permission group with one grant on invoices, which sees all firms."""
    return Document("role", name, "office", {"name": name, "label": _label(name.title()), "grants": [
        {"entity": "invoice", "operations": ["read", "create", "update", "transition"], **grant}, {"entity": "firm", "operations": ["read"]},
    ]})


def rule(name: str, trigger: Body, *actions: Body, entity: str = "invoice", condition: str = "", enabled: bool = True) -> Document:
    body: dict[str, Any] = {"name": name, "entity": entity, "label": _label(name.title()), "trigger": trigger, "actions": list(actions)}
    return Document("rule", name, "office", body | ({"condition": condition} if condition else {}) | ({} if enabled else {"enabled": False}))


def documents(*more: Document) -> list[Document]:
    app = {"name": "office", "label": _label("Office"), "icon": "file", "color": "blue", "order": 1, "menu": [{"entity": "invoice"}]}
    template = {"name": "office", "version": "1.0.0", "label": _label("Office"), "unit_kinds": [{"code": "store", "label": _label("Store")}]}
    named = {document.key: document for document in (
        Document("template", "office", "", template), Document("app", "office", "office", app), FIRM, INVOICE, INVOICE_FLOW, DELIVERY_FLOW,
        ledger(), role("clerk"), *more,
    )}
    return list(named.values())


@dataclass
class Office:
    """A published office; each call is a unit of work of its own."""

    database: Database
    clerk: Actor = field(default_factory=lambda: Actor(7, "user", "Wang", frozenset({"clerk"}), locale="en"))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """A unit of work with the published catalogue."""
        with use_catalogue(store.current(self.database)), use_locale("en"), self.database.write():
            yield

    def save(self, entity: str, id_: int | None = None, actor: Actor | None = None, **values: Any) -> int:
        with self.at_work():
            return records.save(actor or self.clerk, catalogue().entity(entity), values, id=id_).id

    def firm(self, **values: Any) -> int:
        return self.save("firm", actor=SYSTEM, **{"name": "Chen & Co", **values})

    def invoice(self, firm: int, **values: Any) -> int:
        return self.save("invoice", firm=str(firm), **{"amount": 30, **values})

    def fire(self, id_: int, transition: str, actor: Actor | None = None, revision: int | None = None, **values: Any) -> None:
        with self.at_work():
            workflow.fire(actor or self.clerk, catalogue().entity("invoice"), id_, transition, values, revision)

    def read(self, entity: str, id_: int) -> Mapping[str, Any]:
        with self.at_work():
            return records.get(SYSTEM, catalogue().entity(entity), id_).values

    def balance(self, firm: int, name: str = "credit") -> int:
        with self.at_work():
            return int(ledgers.balance(catalogue().ledgers[name], firm))


def publish_office(database: Database, *more: Document) -> Office:
    publish(database, SYSTEM, documents(*more))
    return Office(database)
