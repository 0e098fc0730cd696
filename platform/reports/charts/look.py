"""How a part is drawn, and in which colours; the browser and the server draw alike."""

from dataclasses import dataclass
from types import MappingProxyType

from shuke.definitions.dashboards import Part
from shuke.reports.numbers import Numbers

COLORS = MappingProxyType({
    "indigo": "#4263eb", "teal": "#0ca678", "orange": "#f76707", "purple": "#ae3ec9", "azure": "#4299e1", "yellow": "#f59f00", "pink": "#d6336c",
    "lime": "#74b816", "cyan": "#17a2b8", "blue": "#206bc4", "red": "#d63939", "green": "#2fb344", "gray": "#8b93a5", "black": "#3b4252",
})
"""Names of colours in definitions → what paper shows; pages take the colours of their theme."""
SEQUENCE = ("indigo", "teal", "orange", "purple", "azure", "yellow", "pink", "lime")
_SAME = MappingProxyType({
    "primary": "indigo", "secondary": "gray", "success": "green", "info": "azure", "warning": "orange", "danger": "red", "dark": "black", "": "",
})
_FEWEST_STACKED = 3


@dataclass(frozen=True, slots=True)
class Look:
    """`bar`, `line`, `area`, `pie` or `funnel`; bars of things lie, so that their names can be read; bars of days stand."""

    kind: str
    lying: bool
    stacked: bool
    colors: tuple[str, ...]
    """Names of colours: one for each series, or for each slice of a pie and stage of a funnel."""


def look(part: Part, numbers: Numbers) -> Look:
    by_key = part.chart in ("pie", "funnel")
    named = [key.color for key in numbers.keys] if by_key else [one.key.color for one in numbers.series]
    stacked = bool(part.series) and numbers.adds_up and len(numbers.series) >= _FEWEST_STACKED
    return Look(part.chart, part.chart == "bar" and not numbers.is_time, stacked, tuple(_colors(named)))


def _colors(named: list[str]) -> list[str]:
    """The colours that the definition gives; for the others those of the sequence that are still free."""
    given = [_SAME.get(name, name) if name in COLORS or name in _SAME else "" for name in named]
    free = [name for name in SEQUENCE if name not in given] or list(SEQUENCE)
    places = iter(range(len(named)))
    return [name or free[next(places) % len(free)] for name in given]
