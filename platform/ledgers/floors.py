"""How far an account may be drawn down: the ledger's floor, evaluated over the record whenever something is posted."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from shuke.access.actor import Actor
from shuke.definitions.current import catalogue
from shuke.definitions.model import Ledger
from shuke.expressions import NUMBER, Expression
from shuke.fields.scope import expression
from shuke.records.evaluation import RowEnv, Space, prefetch
from shuke.records.shapes import is_column, shape


def floors(ledger: Ledger, owners: Sequence[int]) -> Mapping[int, int]:
    """Owner → floor in units; an owner without an entry (no floor, or a blank one) may be drawn down without end."""
    if not ledger.floor or not owners:
        return {}
    constant = _constant(ledger.floor)
    if constant is not None:
        return dict.fromkeys(owners, _units(constant, ledger))
    source = expression(catalogue(), ledger.entity, ledger.floor, expect=NUMBER)
    found = zip(owners, (source.evaluate(env) for env in _environments(ledger, owners, source)), strict=True)
    return {owner: _units(value, ledger) for owner, value in found if isinstance(value, Decimal)}


def is_constant(floor: str) -> bool:
    """Whether the floor is the same for every record and at all times."""
    return not floor or _constant(floor) is not None


def _environments(ledger: Ledger, owners: Sequence[int], source: Expression) -> list[RowEnv]:
    """The records of the accounts, with what the floor reads of them loaded together."""
    of, space = shape(ledger.entity), Space(Actor.system("floor of an account"))
    space.load(of, owners, sorted(path[0] for path in source.paths if path[0] in of.members and is_column(of.members[path[0]])))
    envs = [RowEnv(space, of, {"id": owner}) for owner in owners]
    prefetch(space, envs, [source])
    return envs


def _constant(source: str) -> Decimal | None:
    """The floor when it is a plain number, as most are."""
    try:
        return Decimal(source)
    except InvalidOperation:
        return None


def _units(floor: Decimal, ledger: Ledger) -> int:
    return int(floor.scaleb(ledger.scale).to_integral_value(ROUND_CEILING))
