"""Results of formulas in the form in which a field stores them."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import ScaledDecimal
from shuke.definitions.model import Field
from shuke.fields import FIELD_TYPES

_LARGEST = 9_000_000_000_000_000_000


def fit(one: Field, value: Any) -> Any:
    """A result of an expression in the form in which the field stores it."""
    if value is None or not isinstance(value, Decimal):
        return value
    column_type = FIELD_TYPES[one.type].column_type(one)
    try:
        if isinstance(column_type, ScaledDecimal):
            rounded = value.quantize(Decimal(1).scaleb(-column_type.scale), rounding=ROUND_HALF_UP)
            too_large = abs(rounded.scaleb(column_type.scale)) > _LARGEST
        elif isinstance(column_type, sa.Integer):
            rounded = value.quantize(Decimal(1), rounding=ROUND_HALF_UP)
            too_large = abs(rounded) > _LARGEST
        else:
            return value
    except InvalidOperation:
        too_large = True
    if too_large:
        raise ValueError(_("The result is too large."))
    return int(rounded) if isinstance(column_type, sa.Integer) else rounded


def as_json(one: Field, value: Any) -> Any:
    """A result of an expression as a value to be saved in the field; ValueError when it is too large for it."""
    fitting = fit(one, value)
    return None if fitting is None else FIELD_TYPES[one.type].dump(fitting, one)
