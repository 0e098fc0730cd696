"""The builder: where administrators make and change apps; everything happens in one draft until it is published."""

from shuke.builder import bar, changes, editing, home, planning, rights, versions
from shuke.builder.blueprint import blueprint
from shuke.builder.formulas import conditions
from shuke.builder.formulas import screens as formulas
from shuke.builder.panels import editors

SCREENS = (bar, changes, conditions, editing, editors, formulas, home, planning, rights, versions)
"""The modules whose screens the blueprint serves."""

__all__ = ["SCREENS", "blueprint"]
