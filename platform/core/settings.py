"""The company's settings: one row each in `sk_setting`, read with the catalogue's version and kept in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa

from shuke.core.db import connection, metadata
from shuke.core.sqltypes import Json

setting_table = sa.Table(
    "sk_setting", metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("value", Json),
)

DATE_STYLES = ("language", "iso", "long")
NUMBER_STYLES = ("grouped", "plain")
WEEK_STARTS = ("monday", "sunday")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator sets for the whole company."""

    company: str = "Shuke"
    locale: str = "zh"
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    country: str = "CN"
    """Region of phone numbers that are typed without a country code."""
    clock_offset: float = 0.0
    """Seconds by which the sandbox's clock is moved."""
    logo: int = 0
    """The file of the company's logo, or 0."""
    color: str = ""
    """The company's colour as `#rrggbb`; blank for the product's own."""
    address: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""
    footer: Mapping[str, str] = field(default_factory=dict)
    """What stands under every printed document, by language."""
    date_style: str = "language"
    number_style: str = "grouped"
    week_start: str = "monday"


_settings: ContextVar[Settings] = ContextVar("settings", default=Settings())


def current() -> Settings:
    """The settings of the unit of work that is open; a face sets them with `use_settings`."""
    return _settings.get()


@contextmanager
def use_settings(settings: Settings) -> Iterator[None]:
    token = _settings.set(settings)
    try:
        yield
    finally:
        _settings.reset(token)


_NAMES = {field.name for field in fields(Settings)}


def load_settings() -> Settings:
    rows = connection().execute(sa.select(setting_table.c.name, setting_table.c.value))
    return Settings(**{name: value for name, value in rows if name in _NAMES})


def save_settings(values: Mapping[str, Any]) -> None:
    """Store the given settings; unknown names are refused."""
    if unknown := set(values) - _NAMES:
        raise ValueError(f"Unknown settings: {', '.join(sorted(unknown))}.")
    names = list(values)
    connection().execute(sa.delete(setting_table).where(setting_table.c.name.in_(names)))
    connection().execute(sa.insert(setting_table), [{"name": name, "value": values[name]} for name in names])
