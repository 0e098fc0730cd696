"""Where something is used: every place in every document that names a field, an option, a state or a document, with a link to it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Response, request

from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.outline import address_of, address_of_uses, outline
from shuke.builder.words import icon_of, is_own, kind_word, label_of, place_word, role_word
from shuke.builder.workshop import Workshop, workshop
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Document
from shuke.definitions.patches import escaped
from shuke.definitions.problems import KINDS
from shuke.publishing.references import Reference, Target, references_in
from shuke.screens.screen import screen

_ORDER = ("entity", "view", "workflow", "rule", "ledger", "role", "dashboard", "document", "message", "app", "template")
_LONGEST = 160
_WITHIN = 60
_MOST_MEMBERS = 400
_KINDS_OF_PARTS = frozenset({"field", "option", "state", "transition", "kind", "unit_kind"})


@dataclass(frozen=True, slots=True)
class Place:
    """One place that names it: what for, where in the document, and what stands there with the name marked."""

    role: str
    where: str
    before: str
    named: str
    after: str
    address: str


@dataclass(frozen=True, slots=True)
class DocumentUsing:
    label: str
    kind: str
    icon: str
    address: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Something that lies in what is asked for, and how often it is used itself."""

    label: str
    name: str
    kind: str
    address: str
    count: int


@blueprint.app_template_global()
def uses_address(kind: str, name: str, owner: str = "") -> str:
    return address_of_uses(kind, owner, name)


@screen(blueprint, "/build/where", permission="build")
def where_used() -> Response:
    """All uses of one thing, by document."""
    shop, arguments = workshop(), request.args
    target = Target(arguments.get("kind", ""), arguments.get("owner", ""), arguments.get("name", ""))
    label = _label(shop, target)
    found = uses_of(shop, target) if label else []
    return page(
        "builder/uses.html", shop, apps=outline(shop), target=target, label=label or _("Where it is used"), is_known=bool(label), about=_about(shop, target), found=found,
        count=sum(len(one.places) for one in found), members=_members(shop, target) if label else (), address=_home_of(target),
    )


# What it is


def _label(shop: Workshop, target: Target) -> str:
    """What people call it; `""` when there is no such thing."""
    if target.kind in KINDS:
        return label_of(shop.document(target.kind, target.name)) if shop.has(target.kind, target.name) else ""
    if target.kind in _KINDS_OF_PARTS:
        return next((label for name, label in _parts(shop, target.kind, target.owner) if name == target.name), "")
    return ""


def _parts(shop: Workshop, kind: str, owner: str) -> Iterator[tuple[str, str]]:
    """The parts of a kind that an owner has, with their labels."""
    catalogue, (entity, _dot, part) = shop.catalogue, owner.partition(".")
    found = catalogue.entities.get(entity)
    match kind:
        case "field" if found is not None:
            fields = found.fields if not part else found.field(part).fields if found.has(part) else ()
            yield from ((one.name, pick(one.label) or one.name) for one in (*fields, *((found.field("owner"), found.field("unit")) if not part else ())))
        case "option" if found is not None:
            *before, name = part.split(".")
            fields = found.field(before[0]).fields if before and found.has(before[0]) else found.fields
            yield from ((option.code, pick(option.label) or option.code) for one in fields if one.name == name for option in one.options)
        case "state" if flow := catalogue.workflows.get(owner):
            yield from ((one.name, pick(one.label) or one.name) for one in flow.states)
        case "transition":
            yield from ((one.name, pick(one.label) or one.name) for flow in catalogue.workflows.values() if flow.entity == owner for one in flow.transitions)
        case "kind" if ledger := catalogue.ledgers.get(owner):
            yield from ((one.name, pick(one.label) or one.name) for one in ledger.kinds.values())
        case "unit_kind":
            yield from ((one.code, pick(one.label) or one.code) for one in catalogue.unit_kinds)


def _about(shop: Workshop, target: Target) -> str:
    words = {
        "field": _("Field"), "option": _("Option"), "state": _("State"), "transition": _("Transition"), "kind": _("Kind of entry"), "unit_kind": _("Kind of unit"),
    }
    said = words.get(target.kind) or kind_word(target.kind)
    entity = shop.catalogue.entities.get(target.owner.partition(".")[0])
    if entity is not None and target.kind in ("field", "option", "transition"):
        return f"{said} · {pick(entity.label)}"
    return said


def _home_of(target: Target) -> str:
    """The page of the thing itself."""
    if target.kind in KINDS:
        return address_of(target.kind, target.name)
    entity, _dot, part = target.owner.partition(".")
    match target.kind:
        case "field":
            return f"{address_of('entity', entity)}?field={part + '.' if part else ''}{target.name}"
        case "option":
            return f"{address_of('entity', entity)}?field={part}"
        case "state":
            return address_of("workflow", target.owner)
        case "kind":
            return address_of("ledger", target.owner)
    return ""


def _members(shop: Workshop, target: Target) -> list[Member]:
    """The fields of an entity, the options of a field, the states and transitions of a workflow: how often each is used."""
    inner: list[tuple[str, str]] = []
    match target.kind:
        case "entity":
            inner = [("field", target.name), *(("field", f"{target.name}.{one.name}") for one in shop.catalogue.entities[target.name].fields if one.fields)]
        case "field":
            inner = [("option", f"{target.owner}.{target.name}"), ("field", f"{target.owner}.{target.name}")] if "." not in target.owner else [("option", f"{target.owner}.{target.name}")]
        case "workflow":
            inner = [("state", target.name), ("transition", shop.catalogue.workflows[target.name].entity)]
        case "ledger":
            inner = [("kind", target.name)]
    counts = Counter(one.target for one in references_in(shop.catalogue) if not one.is_definition)
    found = []
    for kind, owner in inner:
        for name, label in _parts(shop, kind, owner):
            one = Target(kind, owner, name)
            column = f"{owner.partition('.')[2]}." if kind == "field" and target.kind == "entity" and "." in owner else ""
            found.append(Member(label, f"{column}{name}", kind, address_of_uses(kind, owner, name), counts[one]))
    return found[:_MOST_MEMBERS]


# Its uses


def uses_of(shop: Workshop, target: Target) -> list[DocumentUsing]:
    """The documents that name the thing, each with all the places where it does."""
    by_key = {one.key: one for one in shop.documents}
    found: dict[tuple[str, str], list[Reference]] = {}
    for one in references_in(shop.catalogue):
        if one.target == target and not one.is_definition:
            found.setdefault(one.document, []).append(one)
    made = [_using(by_key[key], places) for key, places in found.items() if key in by_key]
    return [one for _rank, one in sorted(made, key=lambda one: one[0])]


def _using(document: Document, places: Sequence[Reference]) -> tuple[tuple[int, str], DocumentUsing]:
    address = address_of(document.kind, document.name) if is_own(document) else ""
    shown = DocumentUsing(label_of(document), kind_word(document.kind), icon_of(document), address, tuple(_place(document, one) for one in places))
    return (_ORDER.index(document.kind) if document.kind in _ORDER else len(_ORDER), shown.label), shown


def _place(document: Document, one: Reference) -> Place:
    text, start, end = _text(document, one), one.start, one.end
    if start == end:  # the name of a view without a variant
        start, end = 0, len(text)
    before, after = text[:start], text[end:]
    if len(text) > _LONGEST:
        before, after = (f"…{before[-_WITHIN:]}" if len(before) > _WITHIN else before), (f"{after[:_WITHIN]}…" if len(after) > _WITHIN else after)
    return Place(role_word(one.role), place_word(document, one.path), before, text[start:end], after, _address(document, one))


def _text(document: Document, one: Reference) -> str:
    """What stands at the place: the value, or the key."""
    if one.where == "value":
        found: Any = document.body
        for part in one.path:
            found = found[part]
        return str(found)
    return str(one.path[-1]) if one.where == "key" and one.path else one.target.name


def _address(document: Document, one: Reference) -> str:
    """The page on which it can be changed."""
    if not is_own(document):
        return ""
    address, path = address_of(document.kind, document.name), one.path
    if document.kind == "entity" and len(path) > 1 and path[0] == "properties":
        is_column = len(path) > 4 and path[2:4] == ("items", "properties")
        return f"{address}?field={path[1]}{f'.{path[4]}' if is_column else ''}"
    if document.kind == "role" and len(path) > 1 and path[0] == "grants" and isinstance(path[1], int):
        return f"{address}?tab=rights&entity={quote(str(document.body['grants'][path[1]]['entity']))}"
    at = "/".join(escaped(str(part)) for part in path)
    return f"{address}?at={quote(at, safe='')}" if at else address
