"""Bars, lines and areas along two axes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from shuke.reports.charts.canvas import compact, cut, dot, path, rectangle, rule, width_of, words
from shuke.reports.charts.look import Look
from shuke.reports.charts.scale import Scale, scale_for
from shuke.reports.numbers import Number, Numbers, Series

HEIGHT = 260
_LOWEST, _RATIO = 150, 0.42
_BOTTOM = 26
_ROW = 28
_MOST_NAME = 0.36
"""The share of the width that names may take."""
_GAP = 0.28


@dataclass(frozen=True, slots=True)
class Field:
    """The rectangle in which values are drawn."""

    left: float
    top: float
    width: float
    height: float


def standing(numbers: Numbers, look: Look, top: float, width: int) -> tuple[list[Markup], float]:
    """Bars, lines or areas over a horizontal axis of days or things."""
    scale = _scale(numbers, look)
    left = max(width_of(compact(tick)) for tick in scale.ticks) + 10
    field = Field(left, top + 6, width - left - 8, min(HEIGHT, max(_LOWEST, width * _RATIO)) - _BOTTOM)
    drawn = [*_grid(scale, field), *_names(numbers, field)]
    drawn += _bars(numbers, look, scale, field) if look.kind == "bar" else _lines(numbers, look, scale, field)
    return drawn, field.top + field.height + _BOTTOM


def lying(numbers: Numbers, look: Look, top: float, width: int) -> tuple[list[Markup], float]:
    """Bars with their names on the left and their values behind them."""
    scale = _scale(numbers, look)
    many = 1 if look.stacked else len(numbers.series)
    row = _ROW if many == 1 else 12 * many + 12
    most = width * _MOST_NAME
    left = min(most, max((width_of(key.label) for key in numbers.keys), default=0)) + 12
    room = max((width_of(_written(one, place)) for one in numbers.series for place in range(len(numbers.keys))), default=0) + 14
    field = Field(left, top, width - left - room, row * len(numbers.keys))
    drawn: list[Markup] = []
    for place, key in enumerate(numbers.keys):
        middle = top + row * place + row / 2
        drawn.append(words(left - 10, middle + 4, cut(key.label, most), anchor="end"))
        drawn += _lying_bars(numbers, look, scale, field, place, middle, row)
    return drawn, top + field.height + 4


def _lying_bars(numbers: Numbers, look: Look, scale: Scale, field: Field, place: int, middle: float, row: float) -> Iterator[Markup]:
    zero = field.left + scale.share(0) * field.width
    thick = row * (1 - _GAP) if look.stacked or len(numbers.series) == 1 else (row - 8) / len(numbers.series)
    start, end = zero, zero
    for number, one in enumerate(numbers.series):
        length = scale.share(float(one.values[place] or 0)) * field.width + field.left - zero
        y = middle - thick / 2 if look.stacked else middle - thick * len(numbers.series) / 2 + thick * number
        begin = start if look.stacked else zero
        yield rectangle(min(begin, begin + length), y + 0.5, abs(length), thick - 1, look.colors[number], _said(numbers, one, place))
        start, end = begin + length, max(end, begin + length)
        if not look.stacked:
            yield words(max(zero, zero + length) + 6, y + thick / 2 + 4, _written(one, place))
    if look.stacked:
        total = sum((Decimal(one.values[place] or 0) for one in numbers.series), Decimal(0))
        yield words(end + 6, middle + 4, numbers.series[0].write(total))


def _scale(numbers: Numbers, look: Look) -> Scale:
    values = [value for one in numbers.series for value in one.values]
    if look.stacked:
        values = [sum((Decimal(one.values[place] or 0) for one in numbers.series), Decimal(0)) for place in range(len(numbers.keys))]
    return scale_for(values, whole=all(value is None or value == int(value) for value in values))


def _grid(scale: Scale, field: Field) -> Iterator[Markup]:
    for tick in scale.ticks:
        y = field.top + field.height * (1 - scale.share(tick))
        yield rule(field.left, y, field.left + field.width, y)
        yield words(field.left - 6, y + 4, compact(tick), anchor="end")


def _names(numbers: Numbers, field: Field) -> Iterator[Markup]:
    """As many names under the axis as there is room for."""
    step = field.width / max(1, len(numbers.keys))
    widest = max((width_of(key.label) for key in numbers.keys), default=0) + 10
    every = max(1, -int(-widest // step))
    for place, key in enumerate(numbers.keys):
        if place % every == 0:
            yield words(field.left + step * (place + 0.5), field.top + field.height + 18, key.label, anchor="middle")


def _bars(numbers: Numbers, look: Look, scale: Scale, field: Field) -> Iterator[Markup]:
    step = field.width / max(1, len(numbers.keys))
    many = 1 if look.stacked else len(numbers.series)
    thick = min(44.0, step * (1 - _GAP) / many)
    for place in range(len(numbers.keys)):
        base = 0.0
        for number, one in enumerate(numbers.series):
            value = float(one.values[place] or 0)
            x = field.left + step * (place + 0.5) - thick * many / 2 + (0 if look.stacked else thick * number)
            low, high = sorted((base, base + value))
            y, end = _y(scale, field, high), _y(scale, field, low)
            yield rectangle(x + 0.5, y, thick - 1, end - y, look.colors[number], _said(numbers, one, place))
            base = base + value if look.stacked else 0.0


def _lines(numbers: Numbers, look: Look, scale: Scale, field: Field) -> Iterator[Markup]:
    bases = [0.0] * len(numbers.keys)
    for number, one in enumerate(numbers.series):
        tops = [base + float(value or 0) for base, value in zip(bases, one.values, strict=True)]
        points = [(_x(numbers, field, place), _y(scale, field, top)) for place, top in enumerate(tops)]
        if look.kind == "area" and points:
            floor = [(_x(numbers, field, place), _y(scale, field, base)) for place, base in reversed(list(enumerate(bases)))]
            yield path(_through([*points, *floor]) + "Z", fill=look.colors[number], opacity=0.22)
        yield path(_through(points), stroke=look.colors[number])
        for place, (x, y) in enumerate(points):
            yield dot(x, y, look.colors[number], _said(numbers, one, place))
        bases = tops if look.stacked else bases


def _through(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if place else 'M'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(points))


def _x(numbers: Numbers, field: Field, place: int) -> float:
    return field.left + field.width / max(1, len(numbers.keys)) * (place + 0.5)


def _y(scale: Scale, field: Field, value: float) -> float:
    return field.top + field.height * (1 - scale.share(value))


def _written(one: Series, place: int) -> str:
    value: Number = one.values[place]
    return one.write(value)


def _said(numbers: Numbers, one: Series, place: int) -> str:
    name = f"{one.key.label}, " if len(numbers.series) > 1 else ""
    return f"{name}{numbers.keys[place].label}: {_written(one, place)}"
