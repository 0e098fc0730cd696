"""Text that is shown as a bar code or QR code."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import barcode as python_barcode
import segno
from markupsafe import Markup

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Field
from shuke.fields.reading import fold
from shuke.fields.text import TextType

SYMBOLOGIES = ("qr", "code128", "ean13")
_EAN = re.compile(r"\d{13}", re.ASCII)


class BarcodeType(TextType):
    name = "barcode"
    words = "Bar code"
    options_schema: ClassVar = {"properties": {"x-symbology": {"enum": list(SYMBOLOGIES)}}}

    def symbology(self, field: Field) -> str:
        return str(field.option("symbology", "qr"))

    def parse_plain(self, text: str, field: Field) -> Any:
        word = fold(text) if self.symbology(field) != "qr" else text.strip()
        if self.symbology(field) == "ean13" and re.fullmatch(r"\d{12}", word, re.ASCII):
            word += check_digit(word)
        if word and (wrong := self.faults(word, field)):
            raise ValueError(wrong[0])
        return word or None

    def faults(self, value: Any, field: Field) -> list[str]:
        symbology = self.symbology(field)
        if symbology == "ean13" and not (_EAN.fullmatch(value) and check_digit(value[:12]) == value[12]):
            return [_("“%(text)s” is not an EAN-13 number.", text=value[:60])]
        if symbology == "code128" and not (len(value) <= 80 and all(" " <= character <= "~" for character in value)):
            return [_("This bar code takes at most 80 letters, digits and signs without accents.")]
        if symbology == "qr" and len(value.encode("utf-8", "replace")) > 1000:
            return [_("The text is too long for a QR code.")]
        return super().faults(value, field)

    def shown(self, value: Any, field: Field) -> Any:
        return {"text": value, "svg": svg(value, self.symbology(field))} if value else None


@dataclass(frozen=True, slots=True)
class Code:
    """A drawn code; its width and height in modules, the narrowest stretches of black."""

    svg: Markup
    width: int
    height: int


def svg(value: str, symbology: str) -> Markup:
    """The code as an inline SVG; blank where it cannot be drawn."""
    drawn = code(value, symbology)
    return drawn.svg if drawn else Markup()


def code(value: str, symbology: str) -> Code | None:
    """The code as an inline SVG of black modules, free of styles and scripts; None where it cannot be drawn."""
    try:
        rows = _qr(value) if symbology == "qr" else _bars(value, symbology)
    except (ValueError, segno.DataOverflowError, python_barcode.errors.BarcodeError):
        return None
    width, height = len(rows[0]), len(rows) if symbology == "qr" else max(24, len(rows[0]) // 3)
    path = "".join(
        f"M{x} {y}h{length}v{1 if symbology == 'qr' else height}h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
    )
    drawn = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="barcode barcode-{kind}" role="img" aria-label="{text}" viewBox="0 0 {width} {height}" '
        'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{height}H0z"/><path fill="#000" d="{path}"/></svg>'
    ).format(kind="qr" if symbology == "qr" else "bars", text=value, width=width, height=height, path=path)
    return Code(drawn, width, height)


def check_digit(twelve: str) -> str:
    """The thirteenth digit of an EAN-13."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(twelve))
    return str(-total % 10)


def _qr(value: str) -> list[list[bool]]:
    matrix = segno.make(value, micro=False, error="m").matrix_iter(border=4)
    return [[bool(module) for module in row] for row in matrix]


def _bars(value: str, symbology: str) -> list[list[bool]]:
    modules = python_barcode.get_barcode_class(symbology)(value).build()[0]
    return [[False] * 10 + [module != "0" for module in modules] + [False] * 10]


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where the black stretches begin and how long they are."""
    runs: list[tuple[int, int]] = []
    for x, black in enumerate(row):
        if black and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif black:
            runs.append((x, 1))
    return runs
