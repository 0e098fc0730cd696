"""What a document is made of once it is ready: finished words, pictures and codes, nothing left to look up."""

from dataclasses import dataclass, field

from markupsafe import Markup

from shuke.documents.paper import Grid, Paper


@dataclass(frozen=True, slots=True)
class Item:
    """A field with its name; `wide` ones take a whole line, a `strong` one matters most."""

    label: str
    text: str
    wide: bool = False
    strong: bool = False
    note: str = ""
    """Small words under a figure."""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as an address of its own bytes; `width` in millimetres at most."""

    source: str
    width: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block as the template draws it; what does not belong to its type is empty."""

    type: str
    text: str = ""
    label: str = ""
    level: int = 1
    align: str = "start"
    columns: int = 1
    items: tuple[Item, ...] = ()
    heads: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    sums: tuple[Cell, ...] = ()
    blank: str = ""
    """What a table without rows says."""
    is_stacked: bool = False
    """Words and numbers of a row stand under each other, since the paper is narrow."""
    code: Markup = Markup()
    picture: Picture | None = None
    parts: "tuple[Part, ...]" = ()
    height: float = 0.0
    """In millimetres."""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the blocks' columns; `width` in percent."""

    width: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of sheets and receipts."""

    company: str
    logo: Picture | None = None
    contact: tuple[str, ...] = ()
    title: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document, ready to be drawn."""

    title: str
    paper: Paper
    printed: str
    language: str
    blocks: tuple[Block, ...]
    head: Head | None = None
    footer: str = ""
    color: str = "#000000"
    pages: tuple[str, str, str] = field(default=("", " / ", ""))
    """What stands before, between and after the number of the page and the number of pages."""
    grid: Grid | None = None
    """Labels that stand on sheets beside each other."""
