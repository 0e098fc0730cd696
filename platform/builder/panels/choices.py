"""What can be chosen for a keyword that names something: fields, paths, entities, states, roles."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from shuke.builder.panels.model import Choice
from shuke.builder.panels.scopes import Scope, fields_of
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import inverses, unnamed
from shuke.publishing.public_checks import can_be_public, tells

Offer = Callable[[Scope], Iterable[Choice]]
_TIMES = frozenset({"date", "datetime", "created_at", "updated_at"})


def choices_for(scope: Scope, key: str, ref: str) -> tuple[Choice, ...] | None:
    """What is offered for a keyword; None where anything may be written."""
    offer = _OFFERS.get(f"{scope.document.kind}.{key}") or _OFFERS.get(key)
    if offer is None and ref in {"path", "paths"}:
        offer = paths
    return tuple(dict.fromkeys(offer(scope))) if offer else None


def map_choices(scope: Scope, key: str) -> tuple[Choice, ...] | None:
    """The keys that an object of free keys can have; None where they are made up."""
    if key == "fields":
        return (("*", _("All others")), *fields(scope), *_columns(scope))
    if key == "choices":
        return tuple((field.name, pick(field.label) or field.name) for field in scope.fields() if field.entity and field.type != "links")
    if key in {"values", "set"}:
        return tuple(fields(_of_values(scope)))
    if key == "columns" and scope.document.kind == "entity":
        return tuple(_filled(scope))
    return None


def fields(scope: Scope) -> Iterator[Choice]:
    for field in scope.fields():
        yield field.name, pick(field.label) or field.name


def paths(scope: Scope) -> Iterator[Choice]:
    """Fields, and those of the records that they lead to."""
    for field in scope.fields():
        label = pick(field.label) or field.name
        yield field.name, label
        target = scope.catalogue.entities.get(field.entity)
        inner = fields_of(target) if target and field.type != "links" else field.fields
        for one in inner:
            yield f"{field.name}.{one.name}", f"{label} · {pick(one.label) or one.name}"


def _lines(scope: Scope) -> Iterator[Choice]:
    """The sub-tables of the records that links lead to."""
    entity = scope.record()
    for field in fields_of(entity) if entity else ():
        target = scope.catalogue.entities.get(field.entity) if field.type != "links" else None
        for table in target.fields if target else ():
            if table.fields:
                yield f"{field.name}.{table.name}", f"{pick(field.label) or field.name} · {pick(table.label) or table.name}"


def filling_lines(scope: Scope) -> tuple[Field, ...]:
    """The columns of the lines that fill a sub-table."""
    link, _dot, table = str(scope.nearest("from") or "").partition(".")
    entity = scope.record()
    target = scope.catalogue.entities.get(entity.field(link).entity) if entity and entity.has(link) else None
    return target.field(table).fields if target and target.has(table) else ()


def filled_columns(scope: Scope) -> Mapping[str, Any]:
    """The columns of the sub-table whose lines come from another record."""
    table: Mapping[str, Any] = next((one for one in reversed(scope.around) if "items" in one), {})
    found: Mapping[str, Any] = table.get("items", {}).get("properties", {})
    return found


def _filled(scope: Scope) -> Iterator[Choice]:
    for name, column in filled_columns(scope).items():
        yield name, pick(column.get("x-label") or {}) or name


def _sorting(scope: Scope) -> Iterator[Choice]:
    for path, label in paths(scope):
        yield path, f"{label} ↑"
        yield f"-{path}", f"{label} ↓"


def _grouping(scope: Scope) -> Iterator[Choice]:
    if scope.nearest("ledger") and scope.document.kind == "dashboard":
        yield from (("kind", _("Kind of entry")), ("direction", _("Direction")), ("unit", _("Unit")), ("at", _("When")))
        yield from (("at:day", _("Day")), ("at:week", _("Week")), ("at:month", _("Month")), ("at:year", _("Year")))
    words = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "year": _("Year")}
    times = {field.name for field in scope.fields() if field.type in _TIMES}
    for path, label in paths(scope):
        yield path, label
        if path in times:
            yield from ((f"{path}:{step}", f"{label} · {word}") for step, word in words.items())


def _entities(scope: Scope) -> Iterator[Choice]:
    if scope.document.kind == "role":
        yield "*", _("All entities")
    for entity in scope.catalogue.entities.values():
        yield entity.name, pick(entity.label) or entity.name


def _documents(attribute: str) -> Offer:
    def offered(scope: Scope) -> Iterator[Choice]:
        for name, one in getattr(scope.catalogue, attribute).items():
            yield name, pick(one.label) or name

    return offered


def _kinds(scope: Scope) -> Iterator[Choice]:
    ledger = scope.catalogue.ledgers.get(str(scope.nearest("ledger")))
    for kind in ledger.kinds.values() if ledger else ():
        yield kind.name, pick(kind.label) or kind.name


def _states(scope: Scope) -> Iterator[Choice]:
    """The states of this workflow, or of the one that the field follows."""
    if scope.document.kind == "workflow":
        found = scope.catalogue.workflows.get(scope.document.name)
    else:
        entity, field = scope.record(), str(scope.nearest("field") or "")
        found = scope.catalogue.workflows.get(str(entity.field(field).option("workflow", ""))) if entity and entity.has(field) else None
    for state in found.states if found else ():
        yield state.name, pick(state.label) or state.name


def _transitions(scope: Scope) -> Iterator[Choice]:
    yield "*", _("All of them")
    for workflow in scope.catalogue.workflows.values():
        if workflow.entity == scope.entity:
            yield from ((one.name, pick(one.label) or one.name) for one in workflow.transitions)


def _of_type(*types: str) -> Offer:
    def offered(scope: Scope) -> Iterator[Choice]:
        yield from ((field.name, pick(field.label) or field.name) for field in scope.fields() if field.type in types)

    return offered


def _for_strangers(scope: Scope) -> Iterator[Choice]:
    """What a public form can ask for."""
    entity = scope.record()
    for field in scope.fields() if entity else ():
        if entity and can_be_public(entity, field) and not tells(entity, field.name):
            yield field.name, pick(field.label) or field.name


def _from_address(scope: Scope) -> Iterator[Choice]:
    """What the address of a public form can give."""
    files = {field.name for field in scope.fields() if FIELD_TYPES[field.type].holds_file}
    return ((name, label) for name, label in _for_strangers(scope) if name not in files)


def _kinds_of_file(scope: Scope) -> Iterator[Choice]:
    pictures = (("image/*", _("Pictures")), ("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WebP"), ("image/gif", "GIF"))
    if scope.object.get("x-type") == "image":
        yield from pictures
        return
    office = "application/vnd.openxmlformats-officedocument."
    yield from (
        pictures[0], ("application/pdf", "PDF"), (f"{office}wordprocessingml.document", "Word"), (f"{office}spreadsheetml.sheet", "Excel"),
        (f"{office}presentationml.presentation", "PowerPoint"), ("text/csv", "CSV"), ("text/plain", _("Plain text")), ("audio/*", _("Sound")), ("video/*", _("Videos")),
        ("application/zip", "ZIP"),
    )


def _links(scope: Scope) -> Iterator[Choice]:
    """Links of the entity that lead away, over further links as well."""
    for path, label in paths(scope):
        if _is_link(scope, path):
            yield path, label


def _is_link(scope: Scope, path: str) -> bool:
    entity: Entity | None = scope.record()
    for name in path.split("."):
        if entity is None or not entity.has(name):
            return False
        found: Field = entity.field(name)
        entity = scope.catalogue.entities.get(found.entity)
    return entity is not None


def _sources(scope: Scope) -> Iterator[Choice]:
    """What a look-up goes over, links to one record; or a roll-up, collections: sub-tables, and links of others that lead here."""
    sums, entity = scope.object.get("x-type") == "rollup", scope.record()
    for field in scope.fields():
        if (field.fields or field.type == "links") if sums else (field.entity and field.type != "links"):
            yield field.name, pick(field.label) or field.name
    if not sums or entity is None or scope.part:
        return
    for inverse in inverses(scope.catalogue, entity.name):
        yield inverse.name, _from(scope, inverse.entity, inverse.field)
    for owner, field in unnamed(scope.catalogue, entity.name):
        yield f"{owner}.{field.name}", _from(scope, owner, field)


def _from(scope: Scope, owner: str, field: Field) -> str:
    """A link seen from its other end: “Loan · Reader”."""
    name, _dot, part = owner.partition(".")
    entity = scope.catalogue.entities[name]
    inside = [pick(entity.field(part).label)] if part else []
    return " · ".join([pick(entity.label) or name, *inside, pick(field.label) or field.name])


def _beyond(scope: Scope) -> Iterator[Choice]:
    """The fields on the other side of what `x-via` names."""
    entity, via = scope.record(), str(scope.object.get("x-via", ""))
    if entity is None:
        return
    found: tuple[Field, ...] = ()
    direct = next((field for field in scope.fields() if field.name == via), None)
    if direct is not None:
        target = scope.catalogue.entities.get(direct.entity)
        found = fields_of(target) if target else direct.fields
    else:
        inverse = next((one for one in inverses(scope.catalogue, entity.name) if one.name == via), None)
        found = _rows_of(scope, inverse.entity) if inverse else ()
    yield from ((field.name, pick(field.label) or field.name) for field in found)


def _rows_of(scope: Scope, owner: str) -> tuple[Field, ...]:
    """The fields of an entity, or the columns of `entity.field`."""
    name, _dot, part = owner.partition(".")
    entity = scope.catalogue.entities[name]
    return entity.field(part).fields if part else fields_of(entity)


def _views(scope: Scope) -> Iterator[Choice]:
    """The views of the entity, by the part of their names that tells them apart where only that is meant."""
    is_variant = scope.document.kind in {"app", "dashboard"}
    for view in scope.shop.of_kind("view"):
        if view.body["entity"] != scope.entity or (scope.document.kind != "app" and view.body["kind"] != "form"):
            continue
        short = view.name.split(".")[2] if view.name.count(".") > 1 else ""
        if short or not is_variant:
            yield (short if is_variant else view.name), pick(view.body.get("label") or {}) or view.name


def _parts_of(scope: Scope) -> Iterator[Choice]:
    yield from _of_type("table")(scope)


def _unit_kinds(scope: Scope) -> Iterator[Choice]:
    yield from ((kind.code, pick(kind.label) or kind.code) for kind in scope.catalogue.unit_kinds)


def _scopes(scope: Scope) -> Iterator[Choice]:
    yield from (("own", _("Own")), ("subordinates", _("Own and of subordinates")), ("unit", _("My unit and below")), ("all", _("Everything")))
    yield from _unit_kinds(scope)


def _columns(scope: Scope) -> Iterator[Choice]:
    yield from ((path, label) for path, label in paths(scope) if any(field.fields and path.startswith(f"{field.name}.") for field in scope.fields()))


def _of_values(scope: Scope) -> Scope:
    """Values are set on this record, on the one that a path leads to, or on a new one of the named entity."""
    path, entity = str(scope.object.get("on", "")), scope.record()
    for name in path.split(".") if path else ():
        entity = scope.catalogue.entities.get(entity.field(name).entity) if entity and entity.has(name) else None
    return Scope(scope.shop, scope.document, entity.name if entity else "")


def _of_block(scope: Scope) -> Iterator[Choice]:
    """The columns that a block of a print shows: those of its sub-table, or paths over the entity that it names."""
    part = str(scope.object.get("field", "")) if scope.object.get("type") == "table" else ""
    yield from paths(replace(scope, part=part))


def _by_block(scope: Scope) -> Iterator[Choice]:
    """The field that a block of a print is about."""
    match scope.object.get("type"):
        case "table":
            yield from _parts_of(scope)
        case "image":
            yield from _pictures(scope)
        case _:
            yield from paths(scope)


def _pictures(scope: Scope) -> Iterator[Choice]:
    """Pictures of the record, and of those that its links lead to."""
    yield from _of_type("image")(scope)
    for field in scope.fields():
        target = scope.catalogue.entities.get(field.entity) if field.type != "links" else None
        for one in target.fields if target else ():
            if one.type == "image":
                yield f"{field.name}.{one.name}", f"{pick(field.label) or field.name} · {pick(one.label) or one.name}"


def _linked_columns(scope: Scope) -> Iterator[Choice]:
    """Paths over the entity that the link leads to."""
    yield from paths(Scope(scope.shop, scope.document, str(scope.object.get("x-entity") or scope.object.get("x-type", ""))))


_OFFERS: Mapping[str, Offer] = {
    "entity": _entities, "x-entity": _entities, "ledger": _documents("ledgers"), "x-ledger": _documents("ledgers"), "x-workflow": _documents("workflows"),
    "dashboard": _documents("dashboards"), "roles": _documents("roles"), "rule.kind": _kinds, "dashboard.kinds": _kinds, "initial": _states, "state": _states,
    "workflow.from": _states, "workflow.to": _states, "role.transitions": _transitions, "x-display": fields, "entity.fields": fields, "entity.x-unique": fields,
    "entity.from": _lines, "rule.fields": fields, "field": paths, "ask": fields, "require": fields, "edit": fields, "lookup": fields, "x-depends": fields, "via": _links,
    "each": _parts_of, "on": _links, "x-via": _sources, "x-field": _beyond, "view": _views, "sort": _sorting, "group": _grouping, "series": _grouping,
    "x-scope": _unit_kinds, "scope": _scopes, "x-columns": _linked_columns, "columns": paths, "view.by": _of_type("choice", "state"), "view.start": _of_type(*_TIMES), "view.end": _of_type(*_TIMES), "view.image": _of_type("image"), "document.fields": paths, "document.columns": _of_block, "document.sums": _of_block, "document.field": _by_block, "view.fields": _for_strangers, "view.prefill": _from_address, "x-accept": _kinds_of_file, "entity.required": fields,
}
"""By keyword, or by kind of document and keyword."""
