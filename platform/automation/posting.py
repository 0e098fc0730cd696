"""Rules that move ledgers. A published rule needs no right to the account's record: whoever may save, may set it off."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from shuke import ledgers
from shuke.automation.occasions import Occasion, Step
from shuke.core.errors import Conflict, InvalidInput
from shuke.definitions.current import catalogue
from shuke.definitions.model import Ledger
from shuke.expressions import DATE, TEXT, Kind, Type


class Post:
    """Move an amount between the accounts of records, or of a record and the house; a blank account or amount moves nothing."""

    name = "post"
    writes_records = False

    def perform(self, step: Step) -> dict[int, str]:
        ledger = _ledger(step)
        account = step.expression("account", Type(Kind.LINK, ledger.entity))
        amount = step.expression("amount", Type(Kind.NUMBER, scale=ledger.scale))
        counterpart = step.expression("counterpart", Type(Kind.LINK, ledger.entity))
        key, memo, at = step.expression("key", TEXT), step.expression("memo", TEXT), step.expression("at", DATE)
        assert account is not None and amount is not None
        postings: dict[int, list[ledgers.Posting]] = defaultdict(list)
        for one in step.occasions(account, counterpart, amount, key, memo, at):
            owner, moved = account.evaluate(one.env), amount.evaluate(one.env)
            if not isinstance(owner, int) or not isinstance(moved, Decimal) or not moved:
                continue
            other = counterpart.evaluate(one.env) if counterpart else None
            if counterpart and not isinstance(other, int):
                continue
            day = at.evaluate(one.env) if at else None
            postings[one.change.id].append(ledgers.Posting(
                ledger, str(step.body["kind"]), owner, moved, one.key(key.evaluate(one.env)) if key else _own_key(step, one),
                (step.rule.entity, one.change.id), step.actor.id, _unit(step, one), str(memo.evaluate(one.env) or "") if memo else "",
                day if isinstance(day, date) else None, leg=0 if key else step.number, counterpart=other if isinstance(other, int) else 0))
        try:
            ledgers.post_many([posting for made in postings.values() for posting in made])
        except Conflict as taken:  # not somebody else's change of this record, so no reason to show two versions of it
            raise InvalidInput({"": [str(taken)]}) from taken
        return {id_: _told(made) for id_, made in postings.items()}


class Reverse:
    """Undo what was posted under a key, or all that this record has posted; what was undone already stays so."""

    name = "reverse"
    writes_records = False

    def perform(self, step: Step) -> dict[int, str]:
        ledger, key = _ledger(step), step.expression("key", TEXT)
        done: dict[int, int] = defaultdict(int)
        for one in step.occasions(key):
            source = (step.rule.entity, one.change.id)
            if key:
                undone = ledgers.undo(ledger, one.key(key.evaluate(one.env)), source=source, actor=step.actor, unit=_unit(step, one))
            else:
                undone = ledgers.undo_of(ledger, source, source=source, actor=step.actor, unit=_unit(step, one))
            done[one.change.id] += len(undone)
        return {id_: f"reverse {ledger.name} {count}" for id_, count in done.items()}


def _ledger(step: Step) -> Ledger:
    return catalogue().ledgers[str(step.body["ledger"])]


def _own_key(step: Step, one: Occasion) -> str:
    """Once for each rule and record: saving again, or importing again, posts nothing new."""
    return one.key(f"{step.rule.name}:{step.rule.entity}:{one.change.id}")


def _unit(step: Step, one: Occasion) -> int | None:
    """Movements belong to the unit of the record, which may differ from that of whoever saves it."""
    return one.change.after.get("unit") or step.actor.unit


def _told(made: list[ledgers.Posting]) -> str:
    return f"post {made[0].ledger.name} {made[0].kind} {sum(posting.amount for posting in made)}"
