"""The staff's face: home, lists, forms, record pages and search, for whatever is published."""

from shuke.runtime import (
    bulk,
    cell_edit,
    comments,
    condition_editor,
    control_html,
    dashboards,
    deletion,
    exports,
    files,
    forms,
    formulas,
    home,
    imports,
    lanes,
    list_groups,
    list_layout,
    lists,
    live,
    movements,
    moving,
    palette,
    picking,
    printing,
    quick_add,
    record,
    record_finds,
    record_history,
    related,
    saved_views,
    search,
    timeline,
    transitions,
)
from shuke.runtime.blueprint import blueprint

SCREENS = (
    bulk, cell_edit, condition_editor, lanes, list_groups, list_layout, moving, saved_views,
    comments, dashboards, deletion, exports, files, forms, formulas, home, imports, lists, live, movements, palette, picking, printing, quick_add, record, record_finds,
    record_history, related, search, timeline, transitions,
)
"""The modules whose screens the blueprint serves."""
TEMPLATE_WORDS = (control_html,)
"""Modules that give words to templates."""

__all__ = ["SCREENS", "TEMPLATE_WORDS", "blueprint"]
