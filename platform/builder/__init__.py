"""The builder: where administrators make and change apps; everything happens in one draft until it is published."""

from shuke.builder import apps, bar, beginning, changes, editing, exporting, gallery, home, map, menus, planning, prints, rights, versions, why
from shuke.builder.blueprint import blueprint
from shuke.builder.forms import screens as forms
from shuke.builder.formulas import conditions
from shuke.builder.formulas import screens as formulas
from shuke.builder.panels import editors, trials

SCREENS = (apps, bar, beginning, changes, conditions, editing, editors, exporting, forms, formulas, gallery, home, map, menus, planning, prints, rights, trials, versions, why)
"""The modules whose screens the blueprint serves."""

__all__ = ["SCREENS", "blueprint"]
