"""A chart of a part's numbers as one SVG drawing."""

from functools import lru_cache

from markupsafe import Markup

from shuke.definitions.dashboards import Part
from shuke.reports.charts.axes import lying, standing
from shuke.reports.charts.canvas import WIDTH, legend, path, svg
from shuke.reports.charts.look import look
from shuke.reports.charts.shares import funnel, ring
from shuke.reports.numbers import Number, Numbers

_SPARK = (120, 32)


def chart(part: Part, numbers: Numbers, label: str, width: int = WIDTH) -> Markup:
    """The drawing; `label` is what it is called for those who do not see it. A narrow one has larger letters beside its shapes."""
    shown = look(part, numbers)
    drawn: list[Markup] = []
    top = 0.0
    if len(numbers.series) > 1:
        drawn, top = legend(((one.key.label, shown.colors[place]) for place, one in enumerate(numbers.series)), 0, width)
    draw = {"pie": ring, "funnel": funnel}.get(shown.kind) or (lying if shown.lying else standing)
    inside, bottom = draw(numbers, shown, top, width)
    return svg([*drawn, *inside], round(bottom + 2), label, width)


@lru_cache(maxsize=1000)
def spark(points: tuple[Number, ...]) -> Markup:
    """A small line without axes, beside a number."""
    width, height = _SPARK
    found = [float(value or 0) for value in points]
    low, high = min(0.0, *found), max(1.0, *found)
    step = (width - 4) / max(1, len(found) - 1)
    places = [(2 + step * place, height - 3 - (value - low) / (high - low) * (height - 6)) for place, value in enumerate(found)]
    line = "".join(f"{'L' if place else 'M'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(places))
    area = f"{line}L{places[-1][0]:.1f} {height - 1}L{places[0][0]:.1f} {height - 1}Z"
    inside = path(area, fill="indigo", opacity=0.12) + path(line, stroke="indigo", width=1.6)
    return Markup('<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>').format(width, height, inside)
