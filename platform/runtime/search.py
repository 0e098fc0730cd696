"""The search over everything that the visitor may read."""

from collections import defaultdict
from dataclasses import dataclass

from flask import Response, request

from shuke import records
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.records import Hit
from shuke.runtime.blueprint import blueprint
from shuke.runtime.list_request import ListRequest
from shuke.runtime.reach import plural
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor

_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Found:
    """The finds of one entity."""

    label: str
    icon: str
    more_url: str
    hits: tuple[tuple[Hit, str], ...]
    """Each with the label of the field in which it was found."""


@screen(blueprint, "/search", permission="signed_in")
def search() -> Response:
    """Records of all entities whose words, digits or pinyin begin like the text."""
    text = request.args.get("q", "").strip()
    hits = records.search_everywhere(actor(), text, limit=_LIMIT) if text else []
    return render("runtime/search.html", fragment="runtime/_search.html", text=text, groups=_grouped(hits, text))


def _grouped(hits: list[Hit], text: str) -> list[Found]:
    by_entity: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_entity[hit.entity.name].append(hit)
    places = _places()
    return [_group(found, text) for _name, found in sorted(by_entity.items(), key=lambda item: places.get(item[0], len(places)))]


def _places() -> dict[str, int]:
    """Where entities stand in the menus: what people need most comes first."""
    names = (item.entity for app in catalogue().apps.values() for item in app.menu if item.entity)
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _group(hits: list[Hit], text: str) -> Found:
    entity = hits[0].entity
    named = tuple((hit, pick(entity.field(hit.field).label) if entity.has(hit.field) else "") for hit in hits)
    return Found(plural(entity), entity.icon, ListRequest(entity.name, search=text).url(), named)
