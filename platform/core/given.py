"""Numbers and JSON that come from outside, within the bounds of what a database and a reader can hold."""

import json
from typing import Any

LARGEST = 2**63 - 1
"""The largest number that a column of numbers or ids holds."""


def whole(text: str) -> int:
    """The whole number; `ValueError` for anything else, and for one that no column holds."""
    number = int(text)
    if not -LARGEST <= number <= LARGEST:
        raise ValueError("The number is too large.")
    return number


def json_of(text: str | bytes) -> Any:
    """What the JSON says; `ValueError` also where it is nested deeper than anybody means."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("The JSON is nested too deep.") from None
