"""The HTML of documents; the only templates are ours, and everything in them is escaped."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from shuke.core.colors import WHITE, mix
from shuke.core.i18n import gettext
from shuke.documents.blocks import Sheet
from shuke.documents.paper import Grid


def laid_out(sheets: Sequence[Sheet], start: int = 1) -> list[str]:
    """Documents of one kind for the printer: each by itself, or labels beside each other on sheets, the first in the place `start`."""
    grid = sheets[0].grid
    return [html(one) for one in sheets] if grid is None else [_label_sheets(sheets, grid, start)]


def html(sheet: Sheet) -> str:
    """The whole document but for the style sheet that all share; its page is described in it."""
    return _environment().get_template("documents/document.html").render(sheet=sheet, own_style=_own_style(sheet), _=gettext)


def _label_sheets(sheets: Sequence[Sheet], grid: Grid, start: int) -> str:
    """All labels in one document; places before the first stay blank, for sheets that were begun before."""
    count = len(grid.places)
    blank = min(max(1, start), count) - 1
    cells: list[Sheet | None] = [*([None] * blank), *sheets]
    pages = [cells[first:first + count] for first in range(0, len(cells), count)]
    return _environment().get_template("documents/label_sheets.html").render(pages=pages, sheet=sheets[0], own_style=_grid_style(sheets[0], grid))


def _grid_style(sheet: Sheet, grid: Grid) -> Markup:
    """The page without edges, and the place of each label on it within the edges of the label."""
    top, _right, bottom, left = sheet.paper.margin
    size = f"width: {sheet.paper.inside:.2f}mm; height: {sheet.paper.height - top - bottom:.2f}mm"
    lines = [grid.paper.bare, f".label-sheet {{ height: {grid.paper.height}mm }}", f".label-place {{ {size} }}"]
    lines += [f".place-{number} {{ left: {x + left:.2f}mm; top: {y + top:.2f}mm }}" for number, (x, y) in enumerate(grid.places, 1)]
    return Markup("\n".join(lines))  # noqa: S704 - numbers


def _own_style(sheet: Sheet) -> Markup:
    """What differs between documents: colour, page, and the words around page numbers."""
    before, between, after = (_quoted(words) for words in sheet.pages)
    numbers = f"{before} counter(page) {between} counter(pages) {after}"
    lines = [f":root {{ --brand: {sheet.color}; --brand-soft: {mix(sheet.color, WHITE, 0.9)}; }}", sheet.paper.page]
    lines.append(f".pagenumber::before {{ content: {numbers}; }}")
    if sheet.paper.kind == "sheet":
        lines.append(f'@page {{ @bottom-right {{ content: string(printed) "\\2003" {numbers}; }} @bottom-left {{ content: {_quoted(sheet.footer)}; }} }}')
    return Markup("\n".join(lines))  # noqa: S704 - a checked colour, numbers, and words with everything but letters escaped


def _quoted(words: str) -> str:
    """A CSS string; whatever is no letter, digit or blank is escaped, so that it ends neither the string nor the style element."""
    return '"' + "".join(character if character.isalnum() or character == " " else f"\\{ord(character):x} " for character in words) + '"'


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("shuke.documents"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )


@cache
def style() -> str:
    """The style sheet of all documents."""
    return (files("shuke.documents") / "templates" / "documents" / "print.css").read_text("utf-8")
