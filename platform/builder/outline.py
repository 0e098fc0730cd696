"""The second level of navigation: apps with what lies in them, and searching over everything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shuke.builder.words import icon_of, is_own, kind_word, kind_words, label_of, type_word
from shuke.builder.workshop import Workshop
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Document
from shuke.records.words import keys, normalise

KINDS = ("entity", "dashboard", "workflow", "rule", "ledger", "document", "message", "role")
"""What stands in the navigation of an app, in this order; views stand with their entities."""
MOST_FOUND = 40


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    icon: str
    address: str
    about: str = ""
    is_here: bool = False
    uses: str = ""
    """The page that says where it is used."""


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of one kind in an app."""

    kind: str
    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class AppShown:
    name: str
    label: str
    icon: str
    color: str
    address: str
    groups: tuple[Group, ...]
    is_here: bool

    def count(self, kind: str) -> int:
        return sum(len(group.entries) for group in self.groups if group.kind == kind)

    def of(self, kind: str) -> tuple[Entry, ...]:
        return tuple(entry for group in self.groups if group.kind == kind for entry in group.entries)


def address_of(kind: str, name: str) -> str:
    return f"/build/{kind}/{name}"


def address_of_uses(kind: str, owner: str, name: str) -> str:
    """The page that says where a thing is used."""
    return f"/build/where?{urlencode({'kind': kind, 'owner': owner, 'name': name})}"


def outline(shop: Workshop, place: str = "") -> tuple[AppShown, ...]:
    """All apps in their order; `place` is `kind/name` of what is open."""
    by_app: dict[str, list[Document]] = {}
    for document in shop.documents:
        if is_own(document):
            by_app.setdefault(document.app, []).append(document)
    return tuple(_app(app.name, by_app, shop, place) for app in shop.catalogue.apps.values())


def _app(name: str, by_app: Mapping[str, Sequence[Document]], shop: Workshop, place: str) -> AppShown:
    app, documents = shop.catalogue.apps[name], by_app.get(name, ())
    groups = tuple(
        Group(kind, kind_words(kind), tuple(_entry(one, place) for one in documents if one.kind == kind))
        for kind in KINDS if any(one.kind == kind for one in documents)
    )
    is_here = any(place == f"{one.kind}/{one.name}" for one in documents)
    return AppShown(name, pick(app.label), app.icon or "apps", app.color, address_of("app", name), groups, is_here)


def _entry(document: Document, place: str) -> Entry:
    is_here = place == f"{document.kind}/{document.name}"
    return Entry(label_of(document), icon_of(document), address_of(document.kind, document.name), is_here=is_here)


def search(shop: Workshop, text: str) -> list[Entry]:
    """Documents, fields and options whose words or names hold the text, in any language, by pinyin as well."""
    wanted = normalise(text)
    if not wanted:
        return []
    found: list[tuple[int, Entry]] = []
    for document in shop.documents:
        if is_own(document):
            found += [(rank, entry) for rank, entry in _found(document, wanted)]
    return [entry for _rank, entry in sorted(found, key=lambda one: one[0])[:MOST_FOUND]]


def _found(document: Document, wanted: str) -> Iterator[tuple[int, Entry]]:
    address, icon, label = address_of(document.kind, document.name), icon_of(document), label_of(document)
    if rank := _rank(wanted, document.name, document.body.get("x-label") or document.body.get("label")):
        yield rank, Entry(label, icon, address, kind_word(document.kind), uses=address_of_uses(document.kind, "", document.name))
    if document.kind == "entity":
        yield from _found_fields(document.body.get("properties", {}), wanted, address, label, document.name)


def _found_fields(properties: Mapping[str, Any], wanted: str, address: str, within: str, owner: str) -> Iterator[tuple[int, Entry]]:
    part = owner.partition(".")[2]
    start = f"{part}." if part else ""
    for name, schema in properties.items():
        label = pick(schema.get("x-label") or {}) or name
        about, there = f"{type_word(schema['x-type'])} · {within}", f"{address}?field={start}{name}"
        if rank := _rank(wanted, name, schema.get("x-label")):
            yield rank + 1, Entry(label, "forms", there, about, uses=address_of_uses("field", owner, name))
        for option in schema.get("x-options", ()):
            if rank := _rank(wanted, option["code"], option.get("label")):
                said = _("Option · %(field)s · %(entity)s", field=label, entity=within)
                uses = address_of_uses("option", f"{owner}.{name}", option["code"])
                yield rank + 2, Entry(pick(option.get("label") or {}) or option["code"], "circle-dot", there, said, uses=uses)
        yield from _found_fields(schema.get("items", {}).get("properties", {}), wanted, address, f"{within} · {label}", f"{owner}.{name}")


def _rank(wanted: str, name: str, label: Mapping[str, str] | None) -> int:
    """How well the text fits: 1 from its beginning, 4 anywhere in it, 7 by pinyin, 0 not at all."""
    texts = [name, *(normalise(words) for words in (label or {}).values())]
    if any(text.startswith(wanted) for text in texts):
        return 1
    if any(wanted in text for text in texts):
        return 4
    return 7 if any(key.startswith(wanted) for words in (label or {}).values() for key in keys(words)) else 0
