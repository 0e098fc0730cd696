"""Parts of a whole: a ring with its slices, and a funnel of stages."""

from decimal import Decimal
from math import cos, pi, sin

from markupsafe import Markup

from shuke.core.i18n import format_number
from shuke.reports.charts.canvas import compact, cut, path, rectangle, width_of, words
from shuke.reports.charts.look import Look
from shuke.reports.numbers import Numbers

_HEIGHT = 240
_OUTER, _INNER = 105.0, 0.6
"""The radius, and the share of it that is left open inside."""
_STAGE = 38
_LEGEND_ROW = 22
_LEGEND = 230
_MOST_NAME = 0.36
_BELOW = 62.0
"""The radius of a ring over its list."""


def ring(numbers: Numbers, look: Look, top: float, width: int) -> tuple[list[Markup], float]:
    """Slices with a list of names, numbers and shares beside them."""
    one = numbers.series[0]
    height = max(_HEIGHT, _LEGEND_ROW * len(numbers.keys) + 16)
    if width < 2 * _LEGEND:  # the list stands under the ring
        height = round(2 * _BELOW) + _LEGEND_ROW * len(numbers.keys) + 16
        x, y, radius, names, first = width / 2, top + _BELOW + 4, _BELOW, 0.0, top + 2 * _BELOW + 12
    else:
        x, y, radius, names = (width - _LEGEND) / 2, top + height / 2, min(_OUTER, (width - _LEGEND) / 2 - 10), width - _LEGEND
        first = y - _LEGEND_ROW * len(numbers.keys) / 2
    drawn: list[Markup] = []
    angle = -pi / 2
    total = one.total
    for place, key in enumerate(numbers.keys):
        share = share_of(one.values[place], total)
        said = f"{key.label}: {one.write(one.values[place])} ({percent(share)})"
        if share > 0:
            drawn.append(path(_slice(x, y, radius, angle, angle + 2 * pi * min(share, 0.9999)), fill=look.colors[place], title=said))
        angle += 2 * pi * share
        row = first + _LEGEND_ROW * place
        value = f"{one.write(one.values[place])} · {percent(share)}"
        drawn += [
            rectangle(names, row + 5, 10, 10, look.colors[place]), words(names + 16, row + 14, cut(key.label, width - names - 30 - width_of(value))),
            words(width - 4, row + 14, value, anchor="end"),
        ]
    if numbers.adds_up or not numbers.heading:
        whole = one.write(total)
        drawn.append(words(x, y + 5, whole if width_of(whole) < 2 * radius * _INNER else compact(total), anchor="middle", strong=True))
    return drawn, top + height


def funnel(numbers: Numbers, look: Look, top: float, width: int) -> tuple[list[Markup], float]:
    """Stages one below the other, each as wide as its number, with its share of the first."""
    one = numbers.series[0]
    largest = max([Decimal(value or 0) for value in one.values] or [Decimal(0)]) or Decimal(1)
    left = min(width * _MOST_NAME, max((width_of(key.label) for key in numbers.keys), default=0)) + 12
    room = max((width_of(_stage_words(numbers, place)) for place in range(len(numbers.keys))), default=0) + 12
    widest, middle = width - left - room, left + (width - left - room) / 2
    drawn: list[Markup] = []
    for place, key in enumerate(numbers.keys):
        half = float(Decimal(one.values[place] or 0) / largest) * widest / 2
        following = one.values[place + 1] if place + 1 < len(numbers.keys) else one.values[place]
        below = float(min(Decimal(following or 0), Decimal(one.values[place] or 0)) / largest) * widest / 2
        y = top + _STAGE * place
        shape = f"M{middle - half:.1f} {y:.1f}L{middle + half:.1f} {y:.1f}L{middle + below:.1f} {y + _STAGE - 3:.1f}L{middle - below:.1f} {y + _STAGE - 3:.1f}Z"
        drawn += [
            path(shape, fill=look.colors[place], title=f"{key.label}: {_stage_words(numbers, place)}"),
            words(left - 10, y + _STAGE / 2 + 3, cut(key.label, width * _MOST_NAME), anchor="end"), words(width - 2, y + _STAGE / 2 + 3, _stage_words(numbers, place), anchor="end"),
        ]
    return drawn, top + _STAGE * len(numbers.keys)


def share_of(value: Decimal | int | None, total: Decimal) -> float:
    return float(Decimal(value or 0) / total) if total > 0 else 0.0


def percent(share: float) -> str:
    return f"{format_number(Decimal(str(round(share * 100, 1))), 1)}%"


def _stage_words(numbers: Numbers, place: int) -> str:
    one = numbers.series[0]
    first = Decimal(one.values[0] or 0)
    return f"{one.write(one.values[place])} · {percent(share_of(one.values[place], first))}"


def _slice(x: float, y: float, radius: float, start: float, end: float) -> str:
    large = 1 if end - start > pi else 0
    hole = radius * _INNER
    outer = [(x + radius * cos(angle), y + radius * sin(angle)) for angle in (start, end)]
    inner = [(x + hole * cos(angle), y + hole * sin(angle)) for angle in (end, start)]
    return (
        f"M{outer[0][0]:.1f} {outer[0][1]:.1f}A{radius:.1f} {radius:.1f} 0 {large} 1 {outer[1][0]:.1f} {outer[1][1]:.1f}"
        f"L{inner[0][0]:.1f} {inner[0][1]:.1f}A{hole:.1f} {hole:.1f} 0 {large} 0 {inner[1][0]:.1f} {inner[1][1]:.1f}Z"
    )
