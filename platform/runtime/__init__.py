"""The staff's face: home, lists, forms, record pages and search, for whatever is published."""

from shuke.runtime import (
    comments,
    dashboards,
    deletion,
    exports,
    files,
    filters,
    forms,
    formulas,
    home,
    imports,
    lists,
    live,
    movements,
    picking,
    printing,
    quick_add,
    record,
    record_finds,
    record_history,
    related,
    search,
    timeline,
    transitions,
)
from shuke.runtime.blueprint import blueprint

SCREENS = (
    comments, dashboards, deletion, exports, files, filters, forms, formulas, home, imports, lists, live, movements, picking, printing, quick_add, record, record_finds,
    record_history, related, search, timeline, transitions,
)
"""The modules whose screens the blueprint serves."""

__all__ = ["SCREENS", "blueprint"]
