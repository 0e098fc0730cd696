"""The menu of an app: its entries in their order, and what else could stand there."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template, request

from shuke.builder.blueprint import blueprint
from shuke.builder.gestures import gesture, refuse
from shuke.builder.outline import address_of
from shuke.builder.titles import both
from shuke.builder.words import icon_of, is_own, kind_word, label_of, view_kind
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Document, MenuItem
from shuke.publishing import edits
from shuke.screens.screen import screen

_LONGEST = 80
_WITH_VARIANT = 3
_NOT_IN_MENUS = frozenset({"form", "record"})
"""Kinds of view that are about one record."""


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry as it is read in the menu."""

    number: int
    label: str
    icon: str
    about: str
    address: str
    zh: str
    en: str
    own_icon: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can stand in a menu; `value` is `entity/book`."""

    value: str
    label: str
    is_there: bool


@screen(blueprint, "/build/app/<name>/menu", permission="build", methods=("POST",), transaction="write")
def edit_menu(name: str) -> Response:
    """`add`, `move`, `word` or `remove` an entry."""
    shop, form = workshop(), request.form
    label, number = shop.body("app", name)["label"], form.get("number", -1, type=int)
    count = len(shop.catalogue.apps[name].menu)

    def draw(shop: Workshop) -> str:
        return render_template("builder/apps/_menu.html", app=shop.document("app", name), menu=menu_shown(shop, name), offers=offers(shop, name))

    match form.get("action", ""):
        case "add":
            kind, _slash, target = form.get("value", "").partition("/")
            if kind not in ("entity", "view", "dashboard") or not shop.has(kind, target):
                return refuse([_("Choose what the new entry leads to.")], draw)
            return gesture(lambda documents: edits.add_entry(documents, name, {kind: target}), both("%(thing)s: entry added to the menu", thing=label), draw)
        case "move" if 0 <= number < count:
            to = form.get("to", -1, type=int)
            return gesture(lambda documents: edits.move_entry(documents, name, number, to), both("%(thing)s: menu in another order", thing=label), draw)
        case "word" if 0 <= number < count:
            words, icon = {one: form.get(one, "").strip()[:_LONGEST] for one in ("zh", "en")}, form.get("icon", "").strip()
            return gesture(lambda documents: edits.word_entry(documents, name, number, words, icon), both("%(thing)s: entry of the menu renamed", thing=label), draw)
        case "remove" if 0 <= number < count:
            return gesture(lambda documents: edits.remove_entry(documents, name, number), both("%(thing)s: entry taken out of the menu", thing=label), draw)
    raise NotFound(_("What you want to change is not there any more."))


def menu_shown(shop: Workshop, app: str) -> list[EntryShown]:
    return [_entry(shop, number, item) for number, item in enumerate(shop.catalogue.apps[app].menu)]


def offers(shop: Workshop, app: str) -> dict[str, list[Offer]]:
    """What a menu can lead to, by kind; what lies in this app stands first."""
    there = {(kind, name) for item in shop.catalogue.apps[app].menu for kind, name in _targets(item)}
    found: dict[str, list[Offer]] = {}
    for one in sorted(shop.documents, key=lambda one: one.app != app):
        if _is_offered(one):
            label = label_of(one) if one.app in (app, "system") else f"{label_of(one)} · {_app_word(shop, one.app)}"
            found.setdefault(kind_word(one.kind), []).append(Offer(f"{one.kind}/{one.name}", label, one.key in there))
    return found


def _is_offered(one: Document) -> bool:
    if one.kind == "view":
        return one.body["kind"] not in _NOT_IN_MENUS and len(one.name.split(".")) >= _WITH_VARIANT
    return one.kind in ("entity", "dashboard")


def _targets(item: MenuItem) -> Iterator[tuple[str, str]]:
    yield from ((kind, name) for kind, name in (("entity", item.entity), ("view", item.view), ("dashboard", item.dashboard)) if name)


def _entry(shop: Workshop, number: int, item: MenuItem) -> EntryShown:
    kind, name = next(_targets(item), ("", ""))
    there = next((one for one in shop.documents if one.key == (kind, name)), None)
    label = pick(item.label) or (_called(there) if there else name) or _("Entry %(number)s", number=number + 1)
    about = "" if there is None else kind_word(kind) if kind != "view" else f"{view_kind(str(there.body['kind']))} · {_entity_word(shop, str(there.body['entity']))}"
    return EntryShown(
        number, label, item.icon or (icon_of(there) if there else "alert-triangle"), about or _("leads nowhere any more"),
        address_of(kind, name) if there and is_own(there) else "", item.label.get("zh", ""), item.label.get("en", ""), item.icon,
    )


def _called(document: Document) -> str:
    """An entity stands in menus by the label of many, as everywhere in the product."""
    return pick(document.body.get("x-plural") or {}) or pick(document.body.get("x-label") or document.body.get("label") or {}) or document.name


def _entity_word(shop: Workshop, entity: str) -> str:
    found = shop.catalogue.entities.get(entity)
    return pick(found.label) if found else entity


def _app_word(shop: Workshop, app: str) -> str:
    found = shop.catalogue.apps.get(app)
    return pick(found.label) if found else app
