"""Ledgers: the balance and movements of a record's account, and postings that count once."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Response, request

from shuke import ledgers, records
from shuke.access import has_ability, policy
from shuke.api import parameters as given
from shuke.api.answers import answer, plain_json
from shuke.api.blueprint import Parameter, operation
from shuke.api.idempotency import HEADER, once
from shuke.api.requests import checked_id, entity_called, json_body, number
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Ledger
from shuke.ledgers import Entry, Movement
from shuke.screens.visitor import actor

_TAG = "ledgers"
LEDGER = Parameter("ledger", "path", {"zh": "账本名称", "en": "The name of the ledger"}, required=True)
ACCOUNT = Parameter("id", "path", {"zh": "账户所属记录的编号", "en": "The id of the record that has the account"}, required=True)


@operation("GET", "/ledgers", {"zh": "账本", "en": "The ledgers"}, tag=_TAG, answer="ledgers")
def list_ledgers() -> Response:
    seen = [one for one in catalogue().ledgers.values() if _may_see(one)]
    return answer({"ledgers": [
        {
            "name": one.name, "label": dict(one.label), "entity": one.entity, "unit": dict(one.unit), "scale": one.scale,
            "kinds": {name: dict(kind.label) for name, kind in one.kinds.items()},
        }
        for one in seen
    ]})


@operation(
    "GET", "/ledgers/<ledger>/accounts/<int:id>", {"zh": "余额和流水", "en": "Balance and movements"}, tag=_TAG,
    parameters=(LEDGER, ACCOUNT, given.LIMIT, Parameter("before", "query", {"zh": "上一页最后的序号", "en": "The last sequence seen"})), answer="account",
)
def get_account(ledger: str, id: int) -> Response:
    of = _ledger_of(ledger, id)
    before = request.args.get("before", "")
    movements = ledgers.entries(of, id, limit=number("limit", 50, 200), before=int(before) if before.isdigit() else None)
    return answer({"balance": plain_json(ledgers.balance(of, id)), "movements": [_movement(one) for one in movements]})


@operation(
    "POST", "/ledgers/<ledger>/accounts/<int:id>/entries", {"zh": "记一笔账", "en": "Post an entry"}, tag=_TAG,
    parameters=(LEDGER, ACCOUNT, given.REQUIRED_KEY), body="posting", answer="entry", status=201,
)
def post_entry(ledger: str, id: int) -> Response:
    of = _ledger_of(ledger, id)
    if not has_ability(actor(), "administer"):
        raise NotAllowed(_("Only administrators may post to a ledger directly; everybody else does so by the rules of a form."))
    return once(lambda: _posted(of, id), required=True)


def _posted(of: Ledger, id_: int) -> Response:
    body = json_body()
    kind, amount = _checked(of, body)
    posted = ledgers.post(
        of, kind, id_, amount, key=f"api {actor().id} {request.headers[HEADER]}", source=(of.entity, id_), actor=actor(),
        unit=actor().unit, memo=str(body.get("memo", ""))[:200],
    )
    balance = plain_json(ledgers.balance(of, id_))
    return answer({"balance": balance, "entry": _entry(posted) if posted else None}, 201)


def _checked(of: Ledger, body: dict[str, Any]) -> tuple[str, Decimal]:
    problems: dict[str, list[str]] = {name: [_("There is no such field.")] for name in body if name not in ("kind", "amount", "memo")}
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in of.kinds:
        problems["kind"] = [_("Give one of these kinds: %(kinds)s.", kinds=", ".join(of.kinds))]
    amount = _amount(body.get("amount"))
    if amount is None or amount <= 0 or -int(amount.normalize().as_tuple().exponent) > of.scale:
        problems["amount"] = [_("Give a positive amount with at most %(scale)s decimals.", scale=of.scale)]
    if problems:
        raise InvalidInput(problems)
    assert isinstance(kind, str) and amount is not None
    return kind, amount


def _amount(given_amount: Any) -> Decimal | None:
    if isinstance(given_amount, bool) or not isinstance(given_amount, int | str):
        return None
    try:
        amount = Decimal(given_amount)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _ledger_of(name: str, id_: int) -> Ledger:
    """The ledger, if the actor may see the record that has the account and its balance."""
    of = catalogue().ledgers.get(name)
    if of is None or not _may_see(of):
        raise NotFound(_("There is no such ledger."))
    entity = entity_called(actor(), of.entity)
    records.get(actor(), entity, checked_id(id_), fields=("id",))
    return of


def _may_see(of: Ledger) -> bool:
    """Hidden balances hide the ledger; without a balance field, reading the record is enough."""
    entity = catalogue().entity(of.entity)
    rights = policy(actor(), entity)
    shown = [field.name for field in entity.fields if field.option("ledger") == of.name]
    return rights.may("read") and (not shown or any(rights.right(name) in ("read", "write") for name in shown))


def _movement(movement: Movement) -> dict[str, Any]:
    return {
        "sequence": movement.sequence, "change": plain_json(movement.change), "balance": plain_json(movement.balance), **_entry(movement.entry),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.id), "kind": entry.kind, "amount": plain_json(entry.amount), "at": plain_json(entry.created_at),
        "date": entry.business_date.isoformat(), "memo": entry.memo,
    }
