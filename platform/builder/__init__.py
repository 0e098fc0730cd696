"""The builder: where administrators make and change apps; everything happens in one draft until it is published."""

from shuke.builder import bar, changes, editing, home, planning, rights, versions
from shuke.builder.blueprint import blueprint
from shuke.builder.panels import editors

SCREENS = (bar, changes, editing, editors, home, planning, rights, versions)
"""The modules whose screens the blueprint serves."""

__all__ = ["SCREENS", "blueprint"]
