"""Time zones as choices: the place in the reader's language, and how far it is from UTC today."""

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_gmt, get_timezone_location

from shuke.core import clock
from shuke.core.i18n import locale

_UNIVERSAL = "UTC"
_UNTRANSLATED = re.compile(r"[A-Za-z]{3}")


def time_zones(chosen: str = "") -> list[tuple[str, str]]:
    """Name and description by offset, west to east; `chosen` is there even if it goes by an old name."""
    known = _places(locale())
    places = {chosen: chosen, **known} if chosen in available_timezones() else known
    now = clock.now()
    offsets = {name: now.astimezone(ZoneInfo(name)) for name in places}
    return sorted(
        ((name, f"{get_timezone_gmt(offsets[name], 'long', locale='en').replace('GMT', 'UTC')} {place}".strip()) for name, place in places.items()),
        key=lambda item: (offsets[item[0]].utcoffset(), item[1]),
    )


@lru_cache(maxsize=4)
def _places(language: str) -> dict[str, str]:
    """The zones whose place has a name in the language."""
    known = available_timezones()
    names = sorted(name for name in get_global("zone_territories") if not name.startswith("Etc/") and name in known)
    located = {name: get_timezone_location(name, locale=language) for name in names}
    return {_UNIVERSAL: ""} | {name: place for name, place in located.items() if language != "zh" or not _UNTRANSLATED.search(place)}
