"""What the page of a document shows, tab by tab: its designers first, its settings and its uses at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field

from shuke.builder.workshop import Workshop
from shuke.definitions.model import Document

SETTINGS = "settings"
"""The tab that every document has: all its keywords, and where it is used."""


def _always(_shop: Workshop, _document: Document) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Tab:
    """A designer for documents of some kinds; `draw` answers the inside of the page as HTML."""

    name: str
    kinds: tuple[str, ...]
    order: int
    """Designers stand by this; the lowest is what a document opens with."""
    label: Callable[[], str]
    draw: Callable[[Workshop, Document], str]
    applies: Callable[[Workshop, Document], bool] = _always
    scripts: tuple[str, ...] = field(default=())
    """Modules that it needs: `builder/canvas.js`."""
    styles: tuple[str, ...] = field(default=())


_TABS: list[Tab] = []


def tab(made: Tab) -> Tab:
    """Make a designer known; its module is named in `shuke.builder.SCREENS`."""
    _TABS.append(made)
    return made


def tabs_of(shop: Workshop, document: Document) -> tuple[Tab, ...]:
    """The designers of a document in their order."""
    return tuple(sorted((one for one in _TABS if document.kind in one.kinds and one.applies(shop, document)), key=lambda one: one.order))
