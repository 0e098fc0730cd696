"""The map: all entities and their links, drawn by the server; the same as a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Response, request

from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.layering import HEIGHT, WIDTH, Plan, layered
from shuke.builder.outline import address_of, outline
from shuke.builder.words import ICONS
from shuke.builder.workshop import workshop
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue, Entity
from shuke.screens.assets import icon_url
from shuke.screens.screen import screen

_LONGEST_LABEL, _LONGEST_ABOUT = 20, 26
_BEND = 36


@dataclass(frozen=True, slots=True)
class Box:
    """An entity on the map."""

    name: str
    label: str
    short: str
    about: str
    about_short: str
    icon: str
    color: str
    address: str
    x: int
    y: int
    is_guest: bool
    """It lies in another app and is shown for a link."""


@dataclass(frozen=True, slots=True)
class Line:
    """The links from one entity to another, drawn once."""

    source: str
    target: str
    path: str
    words: str
    x: int
    y: int
    is_many: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A field that leads from one entity to another."""

    source: str
    target: str
    label: str
    address: str
    is_many: bool
    target_label: str
    target_address: str


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """An entity in the list: where it leads to, and what leads to it."""

    box: Box
    leads: tuple[Link, ...]
    comes: tuple[tuple[str, Link], ...]


@blueprint.app_template_global()
def icon_address(name: str) -> str:
    """Where an icon stands, for drawings that place it themselves."""
    return icon_url(name)


@screen(blueprint, "/build/map", permission="build")
def draw_map() -> Response:
    """All entities of all apps, or of one app with what it is linked to."""
    shop = workshop()
    catalogue, app = shop.catalogue, request.args.get("app", "")
    if app not in catalogue.apps:
        app = ""
    links = list(_links(catalogue))
    own = [one.name for one in catalogue.entities.values() if (one.app == app if app else not one.system)]
    shown = [link for link in links if link.source in own or (app and link.target in own)]
    names = list(dict.fromkeys([*own, *(name for link in shown for name in (link.source, link.target))]))
    plan = layered(names, [(link.source, link.target) for link in shown])
    boxes = [_box(catalogue, catalogue.entities[name], plan, is_guest=name not in own) for name in names]
    return page(
        "builder/map.html", shop, apps=outline(shop), chosen=app, choices=[(one.name, pick(one.label) or one.name) for one in catalogue.apps.values()],
        boxes=boxes, lines=list(_lines(plan, shown)), width=plan.width, height=plan.height, box_width=WIDTH, box_height=HEIGHT, listed=_listed(boxes, shown),
    )


def _links(catalogue: Catalogue) -> Iterator[Link]:
    for entity in catalogue.entities.values():
        for one in () if entity.system else entity.fields:
            for field, name, label in ((one, one.name, pick(one.label)), *((inner, f"{one.name}.{inner.name}", f"{pick(one.label)} · {pick(inner.label)}") for inner in one.fields)):
                if target := catalogue.entities.get(field.entity):
                    yield Link(
                        entity.name, target.name, label or name, f"{address_of('entity', entity.name)}?field={name}", field.type == "links",
                        pick(target.label) or target.name, address_of("entity", target.name),
                    )


def _box(catalogue: Catalogue, entity: Entity, plan: Plan, *, is_guest: bool) -> Box:
    spot, label = plan.spots[entity.name], pick(entity.label) or entity.name
    app = catalogue.apps.get(entity.app)
    about = _("%(app)s · %(count)s fields", app=(pick(app.label) if app else "") or _("System"), count=len(entity.fields))
    short = label if len(label) <= _LONGEST_LABEL else f"{label[:_LONGEST_LABEL - 1]}…"
    color = app.color if app else ""
    about_short = about if len(about) <= _LONGEST_ABOUT else _("%(count)s fields", count=len(entity.fields))
    return Box(entity.name, label, short, about, about_short, entity.icon or ICONS["entity"], color or "gray", address_of("entity", entity.name), spot.x, spot.y, is_guest)


def _lines(plan: Plan, links: Sequence[Link]) -> Iterator[Line]:
    by_ends: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        by_ends.setdefault((link.source, link.target), []).append(link)
    for (source, target), some in by_ends.items():
        words = _(", ").join(link.label for link in some)
        is_many = any(link.is_many for link in some)
        if source == target:
            spot = plan.spots[source]
            x, y = spot.x + WIDTH - 30, spot.y
            yield Line(source, target, f"M{x},{y} c0,-22 24,-22 24,0", words, x + 12, y - 20, is_many)
        else:
            corners = plan.lines[source, target]
            middle = corners[len(corners) // 2 - 1], corners[len(corners) // 2]
            yield Line(source, target, _curve(corners), words, (middle[0][0] + middle[1][0]) // 2, (middle[0][1] + middle[1][1]) // 2 - 5, is_many)


def _curve(corners: Sequence[tuple[int, int]]) -> str:
    """A soft line: across each gap in a bend, straight beside the boxes."""
    said = f"M{corners[0][0]},{corners[0][1]}"
    for (x, y), (to_x, to_y) in pairwise(corners):
        bend = _BEND if to_x > x else -_BEND
        said += f" L{to_x},{to_y}" if y == to_y else f" C{x + bend},{y} {to_x - bend},{to_y} {to_x},{to_y}"
    return said


def _listed(boxes: Sequence[Box], links: Sequence[Link]) -> list[ListedEntity]:
    labels: Mapping[str, str] = {box.name: box.label for box in boxes}
    return [
        ListedEntity(
            box, tuple(link for link in links if link.source == box.name),
            tuple((labels[link.source], link) for link in links if link.target == box.name and link.source != box.name),
        )
        for box in sorted(boxes, key=lambda box: box.label)
    ]
