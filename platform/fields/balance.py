"""What a ledger says a record has: credits minus debits of its account, read where it is kept."""

from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from shuke.core.i18n import format_number
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import ScaledDecimal
from shuke.definitions.current import catalogue
from shuke.definitions.model import Field
from shuke.expressions.types import Kind, Type
from shuke.fields.decimal import DecimalType
from shuke.fields.keywords import NAME

_SIDES = ("credits", "debits")


class _Amount(FunctionElement[Decimal]):
    """A number of smallest units read as `ScaledDecimal`, which SQLite keeps in just this form."""

    inherit_cache = True


@compiles(_Amount)
def _as_it_is(element: _Amount, compiler: SQLCompiler, **options: Any) -> str:
    units, _size = element.clauses
    return compiler.process(units, **options)


@compiles(_Amount, "postgresql")
def _times_its_size(element: _Amount, compiler: SQLCompiler, **options: Any) -> str:
    units, size = element.clauses
    return f"({compiler.process(units, **options)} * {compiler.process(size, **options)})"


def smallest_units(units: sa.ColumnElement[int], scale: int) -> sa.ColumnElement[Decimal]:
    amount = _Amount(units, sa.literal(Decimal(1).scaleb(-scale), sa.Numeric(38, scale)))
    return sa.type_coerce(amount, ScaledDecimal(scale))


class BalanceType(DecimalType):
    name = "balance"
    words = "Balance"
    options_schema: ClassVar = {"properties": {"x-ledger": NAME}, "required": ["x-ledger"]}
    stored = False
    computed = True
    in_table = False

    def scale(self, field: Field) -> int:
        """The ledger's."""
        return catalogue().ledgers[str(field.option("ledger"))].scale

    def column_type(self, field: Field) -> sa.types.TypeEngine[Any] | None:
        return ScaledDecimal(self.scale(field))

    def column(self, field: Field, table: sa.FromClause) -> sa.ColumnElement[Any]:
        return self.sql(field, table.c.id)

    def sql(self, field: Field, owner: sa.ColumnElement[Any]) -> sa.ColumnElement[Decimal]:
        """The balance of the record whose id is `owner`; nothing was posted yet: zero."""
        account = sa.table("sk_account", *(sa.column(name) for name in ("ledger", "owner_id", "kind")), *(sa.column(name, sa.BigInteger) for name in _SIDES))
        units = sa.select(account.c.credits - account.c.debits).where(
            account.c.ledger == field.option("ledger"), account.c.kind == "holder", account.c.owner_id == owner,
        ).correlate_except(account)
        return smallest_units(sa.func.coalesce(units.scalar_subquery(), sa.literal(0)), self.scale(field))

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.NUMBER)

    def format(self, value: Any, field: Field) -> str:
        return "" if value is None else format_number(value, self.scale(field))

    def typed(self, value: Any, field: Field) -> Any:
        return self.format(value, field)

    def problems(self, field: Field) -> list[tuple[str, str]]:
        return [] if field.option("ledger") else [("x-ledger", _("Name the ledger."))]
