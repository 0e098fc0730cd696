"""Colours as `#rrggbb`: how readable one is on another, and shades of it that are readable."""

import re

WHITE = "#ffffff"
READABLE = 4.5
"""The contrast that text needs (WCAG 2.2, level AA)."""
_HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_STEP = 0.04


def is_color(text: str) -> bool:
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """From 1 (alike) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`share` of the other colour in this one."""
    parts = (round(mine + (theirs - mine) * share) for mine, theirs in zip(parts_of(one), parts_of(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def readable_on(color: str, ground: str, least: float = READABLE) -> str:
    """The colour itself, or the nearest darker or lighter shade of it that can be read on the ground."""
    end = "#000000" if _luminance(ground) > 0.18 else WHITE
    for step in range(round(1 / _STEP) + 1):
        shade = mix(color, end, min(1.0, step * _STEP))
        if contrast(shade, ground) >= least:
            return shade
    return end


def parts_of(color: str) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(part / 255) for part in parts_of(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
