"""Round values for the axis of a chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10

_STEPS = (1, 2, 2.5, 5, 10)
_WANTED = 4


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` in steps; both are round, and zero is among them."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + place * self.step for place in range(count + 1)]

    def share(self, value: float) -> float:
        """How far along the axis the value lies, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def scale_for(values: Iterable[Decimal | int | None], *, whole: bool) -> Scale:
    """A scale that holds all values; in whole steps for counts."""
    found = [float(value) for value in values if value is not None]
    high, low = max([0.0, *found]), min([0.0, *found])
    if high == low:
        return Scale(0.0, 1.0 if whole else 4.0, 1.0)
    raw = (high - low) / _WANTED
    magnitude = 10.0 ** floor(log10(raw))
    step = next(unit * magnitude for unit in _STEPS if unit * magnitude >= raw * 0.999)
    if whole:
        step = max(1.0, float(round(step)))
    return Scale(-_ceiling(-low / step) * step, _ceiling(high / step) * step, step)


def _ceiling(value: float) -> int:
    return int(-(-value // 1)) if value % 1 > 1e-9 else round(value)
