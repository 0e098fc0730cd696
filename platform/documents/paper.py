"""The papers that documents are printed on: sheets with pages, receipts as long as their content, labels of one page."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from shuke.documents.drawing import GROWS

DOT = 25.4 / 203
"""Millimetres of one dot of a label or receipt printer."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Measures in millimetres; `height` is 0 for a receipt."""

    name: str
    kind: Literal["sheet", "receipt", "label"]
    width: float
    height: float
    margin: tuple[float, float, float, float]
    """Top, right, bottom, left."""

    @property
    def inside(self) -> float:
        """How wide the content may be."""
        return self.width - self.margin[1] - self.margin[3]

    @property
    def page(self) -> str:
        """The rule of the page; a receipt's height is found when it is drawn."""
        height = f"{self.height}mm" if self.height else GROWS
        margin = " ".join(f"{side}mm" for side in self.margin)
        bare = "" if self.kind == "sheet" else " @top-right { content: none; } @bottom-right { content: none; }"
        return f"@page {{ size: {self.width}mm {height}; margin: {margin};{bare} }}"


PAPERS = MappingProxyType({paper.name: paper for paper in (
    Paper("A4", "sheet", 210, 297, (16, 16, 20, 16)),
    Paper("A5", "sheet", 148, 210, (12, 12, 16, 12)),
    Paper("80mm", "receipt", 80, 0, (4, 4, 6, 4)),
    Paper("58mm", "receipt", 58, 0, (3, 3, 5, 3)),
    Paper("label_50x30", "label", 50, 30, (2, 2, 2, 2)),
    Paper("label_60x40", "label", 60, 40, (2.5, 2.5, 2.5, 2.5)),
    Paper("label_100x70", "label", 100, 70, (4, 4, 4, 4)),
)})


def module_size(modules: int, most: float) -> float:
    """Millimetres of one module so that all together are at most so wide, in whole dots; at least one dot."""
    return max(1, int(most / DOT / modules + 1e-6)) * DOT
