"""The pieces of an SVG drawing: shapes whose colours a page's style sheet may replace, and text that stays text."""

from collections.abc import Iterable
from decimal import Decimal

from markupsafe import Markup, escape

from shuke.core.i18n import format_number, locale
from shuke.reports.charts.look import COLORS

WIDTH = 640
FONT = 12
LINE, WORDS, FAINT = "#e4e7ed", "#5b6477", "#5b6477"
_WIDE_FROM = "\u2e80"
_NARROW = 0.56


def svg(parts: Iterable[Markup], height: int, label: str, width: int = WIDTH) -> Markup:
    inside = Markup("").join(parts)
    return Markup('<svg class="chart-svg" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}" font-size="{}">{}</svg>').format(
        width, height, width, height, label, FONT, inside,
    )


def rectangle(x: float, y: float, width: float, height: float, color: str, title: str = "") -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="fill-{}" fill="{}">{}</rect>').format(
        _round(x), _round(y), _round(max(width, 0)), _round(max(height, 0)), color, COLORS[color], _title(title),
    )


def path(commands: str, *, stroke: str = "", fill: str = "", opacity: float = 1, width: float = 2, title: str = "") -> Markup:
    classes = " ".join(name for name in (f"stroke-{stroke}" if stroke else "", f"fill-{fill}" if fill else "") if name)
    return Markup('<path d="{}" class="{}" fill="{}" fill-opacity="{}" stroke="{}" stroke-width="{}" stroke-linejoin="round">{}</path>').format(
        commands, classes, COLORS[fill] if fill else "none", opacity, COLORS[stroke] if stroke else "none", width, _title(title),
    )


def dot(x: float, y: float, color: str, title: str = "") -> Markup:
    return Markup('<circle cx="{}" cy="{}" r="2.5" class="fill-{}" fill="{}">{}</circle>').format(_round(x), _round(y), color, COLORS[color], _title(title))


def rule(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="chart-line" stroke="{}"/>').format(_round(x1), _round(y1), _round(x2), _round(y2), LINE)


def words(x: float, y: float, text: str, *, anchor: str = "start", strong: bool = False) -> Markup:
    look = Markup('class="chart-strong" fill="#1b2130" font-weight="700"') if strong else Markup('class="chart-words" fill="{}"').format(WORDS)
    return Markup('<text x="{}" y="{}" text-anchor="{}" {}>{}</text>').format(_round(x), _round(y), anchor, look, text)


def width_of(text: str) -> float:
    """About how wide the text is drawn."""
    return sum(FONT if character >= _WIDE_FROM else FONT * _NARROW for character in text)


def cut(text: str, room: float) -> str:
    """The text, or its beginning with an ellipsis."""
    if width_of(text) <= room:
        return text
    while text and width_of(text) > room - FONT:
        text = text[:-1]
    return f"{text.rstrip()}…"


def legend(entries: Iterable[tuple[str, str]], y: float, width: int = WIDTH) -> tuple[list[Markup], float]:
    """Names with their colours, in as many lines as they need; and where the drawing goes on."""
    drawn: list[Markup] = []
    x = 0.0
    for name, color in entries:
        shown = cut(name, 200)
        needed = width_of(shown) + 34
        if x and x + needed > width:
            x, y = 0.0, y + 20
        drawn += [rectangle(x, y + 1, 10, 10, color), words(x + 15, y + 10, shown)]
        x += needed
    return drawn, y + 24


def compact(value: float | Decimal) -> str:
    """A short number for an axis: 1.2万 in Chinese, 12K in English."""
    units = ((100_000_000, "亿"), (10_000, "万")) if locale() == "zh" else ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"))
    number = Decimal(str(value))
    for size, unit in units:
        if abs(number) >= size:
            return format_number(round(number / size, 2).normalize() + 0) + unit
    return format_number(round(number, 2).normalize() + 0)


def _title(text: str) -> Markup:
    return Markup("<title>{}</title>").format(text) if text else Markup("")


def _round(value: float) -> str:
    return str(escape(f"{value:.1f}".removesuffix(".0")))
