"""The reader's language: catalogues, the current locale, and how numbers, dates and money are written."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from string import ascii_uppercase

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from babel.support import NullTranslations, Translations

from shuke.core import clock, settings

LOCALES = ("zh", "en")
_locale: ContextVar[str] = ContextVar("locale", default="zh")

Label = Mapping[str, str]
"""Words that an administrator wrote, by language: `{"zh": …, "en": …}`."""


def locale() -> str:
    return _locale.get()


def set_locale(name: str) -> None:
    _locale.set(name if name in LOCALES else LOCALES[0])


@contextmanager
def use_locale(name: str) -> Iterator[None]:
    token = _locale.set(name if name in LOCALES else LOCALES[0])
    try:
        yield
    finally:
        _locale.reset(token)


def pick(label: Label, name: str | None = None) -> str:
    """The words in the reader's language, or in any other rather than none."""
    return label.get(name or _locale.get()) or next((words for words in label.values() if words), "")


def label_of(text: str) -> dict[str, str]:
    """Words as a label: in the language that they are written in, so that the other is seen to be missing; what is no words stands for both."""
    if any("\u3400" <= character <= "\u9fff" for character in text):
        return {"zh": text, "en": ""}
    return {"zh": "" if any(character.isalpha() for character in text) else text, "en": text}


def compile_catalogues(folder: Path | None = None) -> None:
    """Compile each `messages.po` that is newer than its `messages.mo`."""
    for source in (folder or _folder()).glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as reading:
            catalogue = read_po(reading, locale=source.parts[-3])
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        with temporary.open("wb") as writing:
            write_mo(writing, catalogue)
        temporary.replace(target)


def gettext(message: str, /, **values: object) -> str:
    """The sentence in the reader's language; `%(name)s` are filled from `values`."""
    said = _translations(_locale.get()).ugettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    return _translations(_locale.get()).ungettext(one, many, number) % {"number": number, **values}


_ = gettext


def format_number(value: Decimal | int, places: int | None = None) -> str:
    """Grouped digits; `places` decimals, or as many as the value has."""
    exact = Decimal(value)
    if places is None:
        places = max(0, -int(exact.normalize().as_tuple().exponent)) if exact else 0
    return _grouped(_rounded(exact, places))


def format_money(value: Decimal, currency: str) -> str:
    prefix, suffix, places = _money_shape(_locale.get(), currency, currency == settings.current().currency)
    return f"{'-' if value < 0 else ''}{prefix}{_grouped(_rounded(abs(value), places))}{suffix}"


def currency_symbol(currency: str) -> str:
    """The sign of a currency: the company's own needs no country before it ("¥"), others keep it ("US$")."""
    return _symbol(_locale.get(), currency, currency == settings.current().currency)


def format_day(value: date) -> str:
    return _day(value, _locale.get(), settings.current().date_style)


def format_month(value: date) -> str:
    """The month of a day with its year."""
    return format_date(value, _MONTHS[_locale.get()], locale=_babel(_locale.get()))


def format_weekday(value: date) -> str:
    """The weekday of a day, in short."""
    return format_date(value, "EEE", locale=_babel(_locale.get()))


def format_instant(value: datetime) -> str:
    """Date and time on the company's wall clock."""
    return _instant(clock.local(value).replace(tzinfo=None, second=0, microsecond=0), _locale.get(), settings.current().date_style)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)  # Babel alone would round half to even


def _grouped(value: Decimal) -> str:
    # Both locales group by thousands with a comma; Python writes that many times faster than a pattern is applied.
    return f"{value:f}" if settings.current().number_style == "plain" else f"{value:,f}"


_MONTHS = {"zh": "yyyy年M月", "en": "MMMM yyyy"}
_DAYS = {
    ("language", "zh"): "yyyy-MM-dd", ("language", "en"): "MMM d, yyyy", ("iso", "zh"): "yyyy-MM-dd", ("iso", "en"): "yyyy-MM-dd",
    ("long", "zh"): "yyyy年M月d日", ("long", "en"): "MMMM d, yyyy",
}


@lru_cache(maxsize=4096)
def _day(value: date, name: str, style: str) -> str:
    return format_date(value, _DAYS[style, name], locale=_babel(name))


@lru_cache(maxsize=4096)
def _instant(value: datetime, name: str, style: str) -> str:
    return format_datetime(value, f"{_DAYS[style, name]} HH:mm", locale=_babel(name))


@lru_cache(maxsize=64)
def _money_shape(name: str, currency: str, is_own: bool) -> tuple[str, str, int]:
    """What is written before and after an amount of this currency, and its decimals."""
    shape = format_currency(7, currency, locale=_babel(name)).replace(_symbol(name, currency, False), _symbol(name, currency, is_own))
    before, _digit, after = shape.partition("7")
    return before, after.lstrip(".0"), get_currency_precision(currency)


def _symbol(name: str, currency: str, is_own: bool) -> str:
    symbol = str(get_currency_symbol(currency, locale=_babel(name)))
    sign = symbol.lstrip(ascii_uppercase)
    return sign if is_own and sign and currency.startswith(symbol.removesuffix(sign)) else symbol


@lru_cache(maxsize=8)
def _babel(name: str) -> Locale:
    return Locale.parse("zh_Hans_CN" if name == "zh" else "en_US")


@lru_cache(maxsize=8)
def _translations(name: str) -> NullTranslations:
    folder = _folder()
    with suppress(OSError):  # an installation that nobody may write to carries them compiled
        compile_catalogues(folder)
    return Translations.load(str(folder), [name]) if (folder / name).is_dir() else NullTranslations()


def _folder() -> Path:
    return Path(str(files("shuke.i18n")))
