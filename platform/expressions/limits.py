"""What an expression may cost: size, depth, digits, text and rows."""

from decimal import Decimal

SOURCE_LENGTH = 4_000
NODES = 500
DEPTH = 60
HOPS = 3
"""Links that one path may follow."""
TEXT_LENGTH = 20_000
"""The longest text that a function may build."""
ROWS = 100_000
"""The most rows that one aggregate reads."""
DECIMALS = 20
"""Decimal places of a result that does not end, such as 1/3; with `DIGITS` before the point they make 38 digits."""
DIGITS = 18
TOO_LARGE = Decimal(10) ** DIGITS
"""Products, quotients, powers and sums this large are errors, and so blank."""
EXPONENT = 100
DAYS, MONTHS = 200_000, 48_000
"""The farthest that a day can be moved."""
SQL_DECIMALS = 6
"""Decimal places of a number of unknown scale that leaves SQL."""
STEPS = 40_000_000
"""The most hours, minutes or seconds that an instant can be moved by."""
