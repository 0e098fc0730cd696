"""The builder: where administrators make and change apps; everything happens in one draft until it is published."""

from shuke.builder import (
    apps,
    bar,
    beginning,
    changes,
    checklist,
    editing,
    entity_map,
    exporting,
    gallery,
    home,
    menus,
    planning,
    prints,
    publics,
    removal,
    rights,
    rule_list,
    sheets,
    uses,
    versions,
    view_design,
    views,
    why,
    wording,
)
from shuke.builder.blueprint import blueprint
from shuke.builder.forms import screens as forms
from shuke.builder.formulas import conditions
from shuke.builder.formulas import screens as formulas
from shuke.builder.panels import columns, editors, trials

SCREENS = (
    apps, bar, beginning, changes, checklist, columns, conditions, editing, editors, entity_map, exporting, forms, formulas, gallery, home, menus,
    planning, prints, publics, removal, rights, rule_list, sheets, trials, uses, versions, view_design, views, why, wording,
)
"""The modules whose screens the blueprint serves."""

__all__ = ["SCREENS", "blueprint"]
