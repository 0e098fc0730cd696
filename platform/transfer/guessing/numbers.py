"""Numbers as cells write them: their decimals, their currency, and when they are no numbers at all."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from shuke.core import settings
from shuke.fields.reading import fold, read_number

LEADING_ZERO = re.compile(r"[+-]?0\d+")
LONGEST = 15
"""Digits that a spreadsheet keeps; longer ones are the numbers of cards and accounts."""
MOST_DECIMALS = 6
_MARKS = (
    ("CNY", re.compile(r"^(?:CN¥|RMB|CNY|人民币)|(?:元|块|圆|CNY|RMB)$")), ("HKD", re.compile(r"^(?:HK\$|HKD)|HKD$|港[币元]$")),
    ("TWD", re.compile(r"^(?:NT\$|TWD)|TWD$")), ("USD", re.compile(r"^(?:US\$|USD)|USD$|美元$")), ("EUR", re.compile(r"^(?:€|EUR)|(?:€|EUR)$|欧元$")),
    ("GBP", re.compile(r"^(?:£|GBP)|GBP$")), ("JPY", re.compile(r"^JPY|JPY$|日元$|円$")),
)
_YEN, _DOLLAR = re.compile(r"^-?\s*¥"), re.compile(r"^-?\s*\$")
_HEADINGS = (
    ("USD", re.compile(r"\bUSD\b|美元|\$")), ("EUR", re.compile(r"\bEUR\b|欧元|€")), ("HKD", re.compile(r"\bHKD\b|港[币元]")), ("GBP", re.compile(r"\bGBP\b|£")),
    ("JPY", re.compile(r"\bJPY\b|日元")), ("CNY", re.compile(r"\b(?:CNY|RMB)\b|人民币|（元）|\(元\)|¥")),
)
_DOLLARS = frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD"})


def currency_of(text: str) -> str:
    """The currency that an amount says, or `""`."""
    folded = fold(text).upper()
    own = settings.current().currency
    for currency, pattern in _MARKS:
        if pattern.search(folded):
            return currency
    if _YEN.search(folded):
        return own if own in ("CNY", "JPY") else "CNY"
    if _DOLLAR.search(folded):
        return own if own in _DOLLARS else "USD"
    return ""


def currency_in(heading: str) -> str:
    """The currency that a heading says, or `""`."""
    folded = fold(heading).upper()
    return next((currency for currency, pattern in _HEADINGS if pattern.search(folded)), "")


def number_in(text: str) -> Decimal | None:
    """The number that the text is; None if it is none."""
    try:
        return read_number(text)
    except (ValueError, InvalidOperation):
        return None


def decimals(texts: Iterable[str]) -> int:
    """The most decimals of these numbers, marks of currencies and percent signs aside."""
    most = 0
    for text in texts:
        match = re.search(r"[.．](\d+)", text)
        most = max(most, len(match[1].rstrip("0")) if match else 0)
    return most


def digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)
