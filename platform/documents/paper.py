"""The papers that documents are printed on: sheets with pages, receipts as long as their content, labels of one page."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from shuke.definitions.model import LabelSheet, Print
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
    def bare(self) -> str:
        """The rule of a page without edges, on which everything is placed."""
        return f"@page {{ size: {self.width}mm {self.height}mm; margin: 0; @top-right {{ content: none; }} @bottom-right {{ content: none; }} }}"

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


@dataclass(frozen=True, slots=True)
class Grid:
    """Where labels stand on a sheet: the corners of their places in millimetres, row by row."""

    paper: Paper
    places: tuple[tuple[float, float], ...]
    """Left and top of each."""


def paper_of(printed: Print) -> Paper:
    """The paper of a document; only sheets can be turned."""
    paper = PAPERS[printed.paper]
    if printed.orientation == "landscape" and paper.kind == "sheet":
        return replace(paper, width=paper.height, height=paper.width)
    return paper


def grid_of(printed: Print) -> Grid | None:
    """The places of the labels of a document on its sheets; None when each label is a page of its own."""
    label, wanted = PAPERS[printed.paper], printed.sheet
    if wanted is None or label.kind != "label":
        return None
    sheet, wanted = PAPERS["A4"], filled(label, wanted)
    across, down = room(label, wanted)
    left, top = across / 2 if wanted.left is None else wanted.left, down / 2 if wanted.top is None else wanted.top
    places = tuple(
        (left + column * (label.width + wanted.gap_across), top + row * (label.height + wanted.gap_down))
        for row in range(wanted.rows) for column in range(wanted.columns)
    )
    return Grid(sheet, places)


def filled(label: Paper, wanted: LabelSheet) -> LabelSheet:
    """With as many labels across and down as fit, where that is not said."""
    sheet = PAPERS["A4"]
    return replace(
        wanted,
        columns=wanted.columns or int((sheet.width - (wanted.left or 0) + wanted.gap_across) // (label.width + wanted.gap_across)),
        rows=wanted.rows or int((sheet.height - (wanted.top or 0) + wanted.gap_down) // (label.height + wanted.gap_down)),
    )


def room(label: Paper, wanted: LabelSheet) -> tuple[float, float]:
    """What the labels and the edges that are said leave free, across and down; less than nothing when they do not fit."""
    sheet = PAPERS["A4"]
    return (
        sheet.width - (wanted.left or 0) - wanted.columns * label.width - (wanted.columns - 1) * wanted.gap_across,
        sheet.height - (wanted.top or 0) - wanted.rows * label.height - (wanted.rows - 1) * wanted.gap_down,
    )


def module_size(modules: int, most: float) -> float:
    """Millimetres of one module so that all together are at most so wide, in whole dots; at least one dot."""
    return max(1, int(most / DOT / modules + 1e-6)) * DOT
