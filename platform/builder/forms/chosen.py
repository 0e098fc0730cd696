"""The settings of what is chosen: of a field in its entity, or of the part on this form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from shuke.builder.forms.parts import PartShown
from shuke.builder.panels.editors import datalists
from shuke.builder.panels.model import Panel
from shuke.builder.panels.panel import panel
from shuke.builder.words import is_own
from shuke.builder.workshop import Workshop
from shuke.definitions.patches import Path, escaped
from shuke.publishing.edits.layouts import Layout, Place
from shuke.publishing.edits.values import value_at

FIELD, PART = "field", "part"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One part with the panel that is open for it."""

    part: PartShown
    side: str
    """`field`: what holds in every form; `part`: what holds on this one."""
    panel: Panel | None
    """None where the form is not written down yet."""
    lists: dict[str, tuple[str, ...]]
    has_field: bool


def chosen_one(shop: Workshop, form: str, _layout: Layout, chosen: Sequence[PartShown]) -> Chosen | None:
    """What is chosen, if it is one part alone."""
    if len(chosen) != 1:
        return None
    part = chosen[0]
    entity = shop.catalogue.entity(form.split(".", 1)[0])
    has_field = bool(part.field) and entity.has(part.field) and not entity.field(part.field).system and is_own(shop.document("entity", entity.name))
    side = PART if not has_field or request.values.get("side") == PART else FIELD
    made = panel(shop, "entity", entity.name, part.field) if side == FIELD else _part_panel(shop, form, part.place)
    return Chosen(part, side, made, datalists([one for group in made.groups for one in group.inputs]) if made else {}, has_field)


def _part_panel(shop: Workshop, form: str, place: Place) -> Panel | None:
    path = layout_path(place)
    if not shop.has("view", form) or value_at(shop.documents, ("view", form), path) is None:
        return None
    return panel(shop, "view", form, at="".join(f"/{escaped(str(part))}" for part in path))


def layout_path(place: Place) -> Path:
    path: list[Any] = ["layout"]
    for number in place:
        path += [*(["nodes"] if len(path) > 1 else []), number]
    return tuple(path)
