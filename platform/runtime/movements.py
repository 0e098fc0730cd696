"""The movements behind a balance of a record: what came, what went, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Response, request

from shuke import ledgers, records
from shuke.core.errors import NotFound
from shuke.core.given import whole
from shuke.core.i18n import format_day, format_number, pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Field, Ledger
from shuke.ledgers import Movement
from shuke.records import Masked, Record
from shuke.records.visible import visible_among
from shuke.runtime.addresses import RECORD
from shuke.runtime.balances import balances
from shuke.runtime.blueprint import blueprint
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.record_values import head
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import record_plan

_PAGE = 50


@dataclass(frozen=True, slots=True)
class MovementShown:
    day: str
    kind: str
    memo: str
    source_url: str
    change: str
    is_less: bool
    balance: str


@screen(blueprint, f"/r/<entity>/{RECORD}/movements/<field>", permission="signed_in")
def record_movements(entity: str, id: int, field: str) -> Response:
    """The newest movements of the account behind a balance field."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    shown = next((one for one in balances(record) if one.name == field), None)
    if shown is None:
        raise NotFound
    ledger = catalogue().ledgers[str(shown.option("ledger"))]
    found = ledgers.entries(ledger, id, limit=_PAGE, before=request.args.get("before", type=whole))
    return render(
        "runtime/movements.html", fragment="runtime/_movements.html", entity=visited, record=record, app=app_label(visited), plural=plural(visited),
        head=head(record_plan(catalogue(), entity), record), label=pick(shown.label), field=field, balance=_balance(record, shown, ledger), unit=pick(ledger.unit),
        rows=list(_rows(found, ledger)), older=found[-1].sequence if len(found) == _PAGE else None,
    )


def _balance(record: Record, field: Field, ledger: Ledger) -> str:
    value = record.values.get(field.name)
    if isinstance(value, Masked):
        return value.text
    return format_number(value, ledger.scale) if value is not None else format_number(0, ledger.scale)


def source_urls(found: Iterable[Movement]) -> dict[tuple[str, int], str]:
    """Where the records stand from which the movements came; those that the reader may not see are left out."""
    ids: dict[str, set[int]] = defaultdict(set)
    for movement in found:
        entity, id_ = movement.entry.source
        if entity in catalogue().entities:
            ids[entity].add(id_)
    return {(entity, id_): f"/r/{entity}/{id_}" for entity, wanted in ids.items() for id_ in visible_among(actor(), catalogue().entity(entity), wanted)}


def _rows(found: tuple[Movement, ...], ledger: Ledger) -> Iterator[MovementShown]:
    urls = source_urls(found)
    for movement in found:
        entry = movement.entry
        change = format_number(movement.change, ledger.scale)
        yield MovementShown(
            format_day(entry.business_date), pick(ledger.kind(entry.kind).label) if entry.kind in ledger.kinds else entry.kind, entry.memo,
            urls.get(entry.source, ""), f"+{change}" if movement.change > 0 else change,
            movement.change < 0, format_number(movement.balance, ledger.scale),
        )
