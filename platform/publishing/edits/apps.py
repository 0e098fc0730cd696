"""Whole apps: a copy of one with all that lies in it, and the entries of its menu."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shuke.core.i18n import Label
from shuke.definitions.load import without_physical
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch, adding, document_pointer, patched, pointer
from shuke.fields import FIELD_TYPES
from shuke.publishing.edits.labels import copied_label, free_name, taken_members
from shuke.publishing.edits.publics import closed_copy
from shuke.publishing.edits.removing import Uses, take_away
from shuke.publishing.edits.values import fields_of, insert_item, move_item, remove_item, set_value, value_at, wanted_body
from shuke.publishing.references import Reference, Target, references, renamed

_WITH_VARIANT = 3
"""`book.list.new`: a view besides the one that every entity has."""
Entry = Mapping[str, Any]


def copy_app(documents: Sequence[Document], name: str, label: Label | None = None) -> Patch:
    """The app once more: its documents name each other under new names, and what lies in other apps as before.

    Records of other apps lead to the first app only, so the copy has no sums and no lists of them.
    """
    there = wanted_body(documents, ("app", name))
    new = free_name(label or {"en": name}, _taken(documents, "app"), "app")
    names = {Target("app", "", name): new, **dict(_names(documents, name)), **dict(_other_ends(documents, name))}
    known = {one.key for one in documents}
    copies = [one for one in renamed(_alone(documents, name), names) if one.app == new and one.key not in known]
    last = max((one.body.get("order", 100) for one in documents if one.kind == "app"), default=0)
    steps: Patch = []
    for one in copies:
        body = dict(closed_copy(documents, without_physical(one.body)) if one.kind == "view" else without_physical(one.body))
        if one.kind == "app":
            body |= {"label": dict(label) if label else copied_label(there["label"]), "order": last + 10}
        steps += adding(document_pointer(one.key), {"app": new, "body": body})
    return steps


def add_entry(documents: Sequence[Document], app: str, entry: Entry, before: int | None = None) -> Patch:
    """Another entry of the menu, before the one with that number or last."""
    return insert_item(documents, ("app", app), ("menu",), before, dict(entry))


def move_entry(documents: Sequence[Document], app: str, number: int, to: int) -> Patch:
    """The entry at another place; `to` is where it stands afterwards."""
    count = len(value_at(documents, ("app", app), ("menu",)) or ())
    to = max(0, min(to, count - 1))
    return [] if to == number else move_item(documents, ("app", app), ("menu", number), ("menu", to))


def remove_entry(documents: Sequence[Document], app: str, number: int) -> Patch:
    return remove_item(documents, ("app", app), ("menu", number))


def word_entry(documents: Sequence[Document], app: str, number: int, label: Label, icon: str) -> Patch:
    """What the entry is called, and its picture; those of what it leads to where nothing is said."""
    entry = {key: value for key, value in (value_at(documents, ("app", app), ("menu", number)) or {}).items() if key not in ("label", "icon")}
    if label.get("zh") or label.get("en"):
        entry["label"] = in_both(label)
    return set_value(documents, ("app", app), ("menu", number), {**entry, **({"icon": icon} if icon else {})})


def in_both(label: Label) -> dict[str, str]:
    """In both languages; what is said in one only is missing in the other, as the check of the words says."""
    return {language: label.get(language, "").strip() for language in ("zh", "en")}


def _names(documents: Sequence[Document], app: str) -> Iterator[tuple[Target, str]]:
    """Free names for everything in the app; views go by their entities, those of others by what tells them apart."""
    taken = {kind: _taken(documents, kind) for kind in {one.kind for one in documents}}
    for one in documents:
        if one.app != app or one.kind == "app":
            continue
        if one.kind == "view":
            entity, kind, *variant = one.name.split(".")
            own = any(other.key == ("entity", entity) and other.app == app for other in documents)
            if own or len(one.name.split(".")) < _WITH_VARIANT:
                continue
            start = f"{entity}.{kind}."
            new = start + free_name({"en": variant[-1]}, {name.removeprefix(start) for name in taken["view"] if name.startswith(start)}, "view")
        else:
            new = free_name({"en": one.name}, taken[one.kind], one.kind)
        taken[one.kind].add(new)
        yield Target(one.kind, "", one.name), new


def _other_ends(documents: Sequence[Document], app: str) -> Iterator[tuple[Target, str]]:
    """Two links to the same entity of another app cannot share the name of their other end."""
    for one in _links(documents):
        if one.app == app and one.inverse and not _lies_in(documents, one.entity, app):
            yield Target("field", one.entity, one.inverse), free_name({"en": one.inverse}, taken_members(documents, one.entity), "field")


# What other apps lead to


@dataclass(frozen=True, slots=True)
class _Link:
    app: str
    owner: str
    name: str
    entity: str
    inverse: str


def _links(documents: Sequence[Document]) -> Iterator[_Link]:
    for one in documents:
        if one.kind == "entity":
            for name, schema in fields_of(documents, one.name).items():
                yield from _link(one, one.name, name, schema)
                for column, inner in fields_of(documents, f"{one.name}.{name}").items():
                    yield from _link(one, f"{one.name}.{name}", column, inner)


def _link(document: Document, owner: str, name: str, schema: Mapping[str, Any]) -> Iterator[_Link]:
    if schema["x-type"] in ("link", "links", "user", "unit"):
        yield _Link(document.app, owner, name, str(schema.get("x-entity") or schema["x-type"]), str(schema.get("x-inverse", "")))


def _alone(documents: Sequence[Document], app: str) -> Sequence[Document]:
    """The app without what is about records of other apps that lead to it: lists of them, and fields that sum them up."""
    inbound = [one for one in _links(documents) if one.app != app and _lies_in(documents, one.entity, app)]
    links = {Target("field", one.owner, one.name) for one in inbound}
    found = [one for one in references(documents) if not one.is_definition and _lies_in(documents, one.document[1], app, one.document[0])]
    inverses = {Target("field", one.entity, one.inverse) for one in inbound if one.inverse}
    gone = _computed_from(documents, found, inverses | set(_balances(documents, app)))
    going = [one for one in found if one.away and (one.target in gone or one.role == "related" and one.target in links)]
    fields = [one for one in gone if "." not in one.owner and one.name in fields_of(documents, one.owner)]
    documents = patched(documents, take_away(documents, Uses(tuple(one for one in going if not _within(one, fields)), ())))
    return patched(documents, [{"op": "remove", "path": pointer(("entity", one.owner), ("properties", one.name))} for one in fields])


def _balances(documents: Sequence[Document], app: str) -> Iterator[Target]:
    """Fields that show accounts of ledgers of other apps."""
    for one in documents:
        if one.kind == "entity" and one.app == app:
            for name, schema in fields_of(documents, one.name).items():
                if "x-ledger" in schema and not _lies_in(documents, str(schema["x-ledger"]), app, "ledger"):
                    yield Target("field", one.name, name)


def _computed_from(documents: Sequence[Document], found: Sequence[Reference], gone: set[Target]) -> set[Target]:
    """With the fields that are computed from what goes."""
    while True:
        more = {
            Target("field", one.document[1], str(one.path[1])) for one in found
            if one.document[0] == "entity" and one.path[:1] == ("properties",) and one.target in gone
            and FIELD_TYPES[fields_of(documents, one.document[1])[str(one.path[1])]["x-type"]].computed
        }
        if more <= gone:
            return gone
        gone = gone | more


def _within(one: Reference, fields: Sequence[Target]) -> bool:
    return one.document[0] == "entity" and one.path[:1] == ("properties",) and Target("field", one.document[1], str(one.path[1])) in fields


def _lies_in(documents: Sequence[Document], name: str, app: str, kind: str = "entity") -> bool:
    return any(one.key == (kind, name) and one.app == app for one in documents)


def _taken(documents: Sequence[Document], kind: str) -> set[str]:
    return {one.name for one in documents if one.kind == kind}
