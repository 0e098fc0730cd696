"""Exact arithmetic, the same in Python and in SQL: half away from zero, `limits.DECIMALS` places, errors as exceptions.

Numbers are never computed with Python's operators or abs(): those round to the digits of the caller's own context.
"""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from shuke.expressions import limits

_TRAPS = [InvalidOperation, DivisionByZero, Overflow]
EXACT = Context(prec=100, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=_TRAPS)
BOUNDED = Context(prec=100, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=limits.DIGITS - 1, traps=_TRAPS)
"""Overflows where a result would be `limits.TOO_LARGE`."""

FAILURES = (ArithmeticError, ValueError)
"""What makes a result blank."""

ZERO, ONE = Decimal(0), Decimal(1)
_UNIT = ONE.scaleb(-limits.DECIMALS)


def settled(value: Decimal) -> Decimal:
    """The value with no more decimals than a result may have."""
    exponent = value.as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -limits.DECIMALS else EXACT.quantize(value, _UNIT)


def rounded(value: Decimal, places: int) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places >= 0:
        return value
    result = EXACT.quantize(value, Decimal(1).scaleb(-places))
    return result if result else result.copy_abs()


def plain(value: Decimal) -> str:
    """The digits without trailing zeros, grouping or exponent."""
    return format(EXACT.normalize(value), "f") if value else "0"


def multiply(left: Decimal, right: Decimal) -> Decimal:
    return settled(BOUNDED.multiply(left, right))


def divide(left: Decimal, right: Decimal) -> Decimal:
    return settled(BOUNDED.divide(left, right))


def power(base: Decimal, exponent: Decimal) -> Decimal | None:
    """Blank where the result is not a real number, or the exponent is beyond reason."""
    if exponent.copy_abs() > limits.EXPONENT or (not base and exponent <= 0) or (base < 0 and exponent != exponent.to_integral_value()):
        return None
    return settled(BOUNDED.power(base, exponent))
