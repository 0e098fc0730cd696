"""The staff's face: home, lists, forms, record pages and search, for whatever is published."""

from shuke.runtime import (
    deletion,
    exports,
    files,
    filters,
    forms,
    formulas,
    home,
    imports,
    lists,
    movements,
    picking,
    printing,
    record,
    search,
    transitions,
)
from shuke.runtime.blueprint import blueprint

SCREENS = (deletion, exports, files, filters, forms, formulas, home, imports, lists, movements, picking, printing, record, search, transitions)
"""The modules whose screens the blueprint serves."""

__all__ = ["SCREENS", "blueprint"]
