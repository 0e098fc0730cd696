"""The published definitions, settings, clock and language outside a request, without a unit of work of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database
from shuke.core.i18n import use_locale
from shuke.core.settings import load_settings, use_settings
from shuke.definitions.current import use_catalogue
from shuke.definitions.store import current


@contextmanager
def standing(database: Database, locale: str = "") -> Iterator[None]:
    """Have them in use, so that commands can open units of work as they need them."""
    with database.read():
        settings = load_settings()
        catalogue = current(database)
    clock = Clock(ZoneInfo(settings.time_zone), timedelta(seconds=settings.clock_offset))
    with use_catalogue(catalogue), use_settings(settings), use_clock(clock), use_locale(locale or settings.locale):
        yield
