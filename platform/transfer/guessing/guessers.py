"""The guessers, one for each kind of column, asked in their order: the first that recognises a column says its type."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shuke.core import settings
from shuke.core.registry import Registry
from shuke.fields.reading import fold
from shuke.transfer.guessing import words
from shuke.transfer.guessing.columns import Column
from shuke.transfer.guessing.numbers import LEADING_ZERO, LONGEST, MOST_DECIMALS, currency_in, currency_of, decimals, digits, number_in
from shuke.transfer.guessing.reasons import Reason
from shuke.transfer.guessing.trying import Trial, trial

ENOUGH = 0.95
"""The share of the values that has to fit; rows with the others would stand in the file of refused rows."""
MOST_OPTIONS = 30
_REPEATED = 3
_LONGEST_OPTION = 40
_LONG = 200
_PAIRS = (
    frozenset({"是", "否"}), frozenset({"是", "不是"}), frozenset({"对", "错"}), frozenset({"有", "无"}), frozenset({"有", "没有"}), frozenset({"真", "假"}),
    frozenset({"yes", "no"}), frozenset({"y", "n"}), frozenset({"true", "false"}), frozenset({"t", "f"}), frozenset({"on", "off"}),
    frozenset({"√", "×"}), frozenset({"✓", "✗"}), frozenset({"✔", "✘"}), frozenset({"√", "x"}), frozenset({"1", "0"}),
)
_MOBILE = re.compile(r"(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\+\d[\d\s()-]{6,18}|0\d{2,3}-\d{7,8}")
_ADDRESS = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_CLOCK = re.compile(r"\d\s*[:时点]\s*\d|[ap]\.?m", re.IGNORECASE)
_MIDNIGHT = re.compile(r"\s0?0:00(:00)?$")


@dataclass(frozen=True, slots=True)
class Guess:
    """A type with its keywords, and why; `trial` says which values would not fit."""

    type: str
    reason: Reason
    trial: Trial
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guesser:
    name: str
    guess: Callable[[Column], Guess | None]


def guess_type(column: Column) -> Guess:
    """What the column holds."""
    for guesser in GUESSERS:
        if (found := guesser.guess(column)) is not None:
            return found
    raise AssertionError("the last guesser takes everything")


def _empty(column: Column) -> Guess | None:
    return Guess("text", Reason("empty"), Trial(0, 0)) if not column.filled else None


def _boolean(column: Column) -> Guess | None:
    """Words of one pair, and both of them: a column that only ever says yes might mean something else."""
    said = {fold(text).lower() for text in column.values} if len(column.values) <= 4 else frozenset()
    if said not in _PAIRS or said == {"1", "0"} and (words.says(column.heading, words.COUNT) or words.says(column.heading, words.CODE)):
        return None
    return _tried("boolean", column)


def _email(column: Column) -> Guess | None:
    return _tried("email", column) if _look(column, lambda text: "@" in text) else None


def _url(column: Column) -> Guess | None:
    return _tried("url", column) if _look(column, lambda text: _ADDRESS.match(text) is not None) else None


def _phone(column: Column) -> Guess | None:
    if words.says(column.heading, words.PHONE) or _look(column, lambda text: _MOBILE.fullmatch(fold(text)) is not None):
        return _tried("phone", column)
    return None


def _percent(column: Column) -> Guess | None:
    """All or none: 15 beside 15% could be either of two numbers."""
    texts = column.values
    if all(fold(text)[-1:] in ("%", "‰") for text in texts):
        scale = max(4, decimals(texts) + (3 if any(fold(text).endswith("‰") for text in texts) else 2))
        return _tried("percent", column, _scaled(scale), needed=1.0)
    if words.says(column.heading, words.SHARE) and all((number := number_in(text)) is not None and 0 <= number <= 1 for text in texts) and decimals(texts):
        return _tried("percent", column, _scaled(max(4, decimals(texts))), "share", needed=1.0)
    return None


def _money(column: Column) -> Guess | None:
    texts = column.values
    said = {currency for text in texts if (currency := currency_of(text))}
    if len(said) > 1 and _look(column, lambda text: bool(currency_of(text))):
        return Guess("text", Reason("currencies"), _whole(column))
    if said and not _look(column, lambda text: number_in(re.sub(r"[^\d.,()+-]", "", fold(text))) is not None):
        return None
    if not said and not (words.says(column.heading, words.MONEY) and _look(column, lambda text: number_in(text) is not None)):
        return None
    if _kept_as_text(column) is not None:
        return None
    currency = next(iter(said), "") or currency_in(column.heading) or settings.current().currency
    if decimals(texts) > MOST_DECIMALS:
        return None
    more = {"x-scale": max(2, decimals(texts)), **({"x-currency": currency} if currency != settings.current().currency else {})}
    return _tried("money", column, more, "money" if said else "amount", currency=currency)


def _day(column: Column) -> Guess | None:
    """With a year: a day without one would be given this year's. Eight digits only where the heading speaks of days."""
    heading = words.says(column.heading, words.DAY)

    def is_day(text: str) -> bool:
        folded = fold(text)
        return _COMPACT.fullmatch(folded) is not None if folded.isdigit() else _YEAR.search(folded) is not None and digits(folded) > 4 or any(
            word in folded.lower() for word in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")) and _YEAR.search(folded) is not None

    if not heading and any(text.isdigit() for text in column.values) or not _look(column, is_day):
        return None
    times = any(_CLOCK.search(text) and not _MIDNIGHT.search(text) for text in column.values)
    if found := _tried("datetime" if times else "date", column):
        return found
    return _tried("datetime", column) if not times and any(_MIDNIGHT.search(text) for text in column.values) else None


def _kept_as_text(column: Column) -> Guess | None:
    """Digits that are no number: they begin with zero, are too long, or are called a code."""
    if not _look(column, lambda text: number_in(text) is not None):
        return None
    zeros = next((text for text in column.values if LEADING_ZERO.fullmatch(text)), "")
    if zeros:
        return Guess("text", Reason("zeros", {"example": zeros[:40]}), _whole(column))
    long = next((text for text in column.values if digits(text) > LONGEST), "")
    if long:
        return Guess("text", Reason("long", {"example": long[:40]}), _whole(column))
    if words.says(column.heading, words.CODE) or words.says(column.heading, words.PHONE):
        return Guess("text", Reason("code"), _whole(column))
    return None


def _integer(column: Column) -> Guess | None:
    return _tried("integer", column) if _look(column, lambda text: number_in(text) is not None) else None


def _decimal(column: Column) -> Guess | None:
    places = decimals(column.values)
    if places > MOST_DECIMALS or not _look(column, lambda text: number_in(text) is not None):
        return None
    return _tried("decimal", column, {"x-scale": max(2, places)})


def _choice(column: Column) -> Guess | None:
    """Few short words that repeat; a column of codes or notes is none, however often they repeat."""
    distinct = len(column.values)
    if distinct > MOST_OPTIONS or column.filled < _REPEATED * distinct or words.says(column.heading, words.NOTES) or distinct < 2:
        return None
    if any("\n" in text or len(text) > _LONGEST_OPTION for text in column.values) or all(number_in(text) is not None for text in column.values):
        return None
    if len({fold(text).casefold() for text in column.values}) < distinct:
        return None
    return Guess("choice", Reason("choice", {"distinct": distinct, "filled": column.filled}), _whole(column), {"options": list(column.values)})


def _long(column: Column) -> Guess | None:
    if any("\n" in text or len(text) > _LONG for text in column.values) or words.says(column.heading, words.NOTES):
        return Guess("longtext", Reason("lines"), _whole(column)) if any("\n" in text or len(text) > _LONG // 3 for text in column.values) else None
    return None


_COUNTED = re.compile(r"(\D*?)(\d+)(\D*)")


def _text(column: Column) -> Guess | None:
    if column.is_unique and column.filled > 2:
        first, *rest = list(column.values)[:20]
        found = [_COUNTED.fullmatch(re.sub(r"\d+(?=\D+\d+)", "", text)) for text in (first, *rest)]
        if all(one is not None and one[1] for one in found) and len({one[1] for one in found if one}) == 1:
            return Guess("text", Reason("counted", {"example": ", ".join([first, *rest][:3])[:60]}), _whole(column))
    return Guess("text", Reason("text"), _whole(column))


GUESSERS: Registry[Guesser] = Registry("guesser", [
    Guesser("empty", _empty), Guesser("boolean", _boolean), Guesser("email", _email), Guesser("url", _url), Guesser("phone", _phone),
    Guesser("percent", _percent), Guesser("money", _money), Guesser("day", _day), Guesser("digits", _kept_as_text), Guesser("integer", _integer),
    Guesser("decimal", _decimal), Guesser("choice", _choice), Guesser("longtext", _long), Guesser("text", _text),
])


def _tried(type_: str, column: Column, more: Mapping[str, Any] | None = None, code: str = "", *, needed: float = ENOUGH, **values: Any) -> Guess | None:
    """The guess, if enough values can be read as this type."""
    found = trial(type_, more or {}, column.values)
    if found.share < needed:
        return None
    return Guess(type_, Reason(code or type_, {"fitting": found.fitting, "filled": found.filled, **values}), found, more or {})


def _look(column: Column, looks: Callable[[str], bool]) -> bool:
    """Whether enough of the first values look so; cheaper than to read them all."""
    found = filled = 0
    for number, (text, count) in enumerate(column.values.items()):
        if number == _LOOKED_AT:
            break
        filled += count
        found += count if looks(text) else 0
    return filled > 0 and found >= ENOUGH * filled


_LOOKED_AT = 1000


def _whole(column: Column) -> Trial:
    return Trial(column.filled, column.filled)


def _scaled(scale: int) -> Mapping[str, Any]:
    return {} if scale == 4 else {"x-scale": min(scale, 12)}
