"""Currencies and countries as choices, in the reader's language."""

from functools import lru_cache

from babel import Locale
from babel.numbers import get_territory_currencies

from shuke.core.i18n import locale

_FIRST_CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "SGD", "KRW", "AUD", "CAD")
_FIRST_COUNTRIES = ("CN", "HK", "MO", "TW", "SG", "US", "GB", "JP", "KR", "DE", "FR")


def currencies() -> list[tuple[str, str]]:
    """Code and name, the frequent ones first."""
    return _currencies(locale())


def countries() -> list[tuple[str, str]]:
    return _countries(locale())


@lru_cache(maxsize=4)
def _currencies(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).currencies
    used = {code for territory, _name in _countries(language) for code in get_territory_currencies(territory)}
    known = sorted(code for code in used if code in names)
    return [(code, f"{code} · {names.get(code, code)}") for code in dict.fromkeys((*_FIRST_CURRENCIES, *known))]


@lru_cache(maxsize=4)
def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).territories
    known = sorted(code for code in map(str, names) if len(code) == 2 and code.isalpha())
    return [(code, f"{names[code]} ({code})") for code in dict.fromkeys((*_FIRST_COUNTRIES, *known)) if code in names]
