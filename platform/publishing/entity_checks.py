"""Checks of entities: names, fields of every type, links and their other ends, formulas and their circles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

import re2

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity, EntityCheck, Field
from shuke.definitions.names import RESERVED_COLUMNS, RESERVED_MEMBERS, is_identifier
from shuke.definitions.parse import IN_OWN_TABLE
from shuke.expressions import BOOL, Expression, Kind, Type
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import line_variables, scope
from shuke.publishing.checking import Checking, Place, type_of
from shuke.publishing.fill_checks import check_fill
from shuke.records.shapes import shape
from shuke.records.virtual import is_computed, source_of

_CONDITIONS = (("x-visible-if", "visible_if"), ("x-required-if", "required_if"), ("x-readonly-if", "read_only_if"))
Key = tuple[str, str]


def check_entities(checking: Checking) -> None:
    """First what formulas stand on, then the formulas."""
    places = [(place, checking.catalogue.entity(place.document.name)) for place in checking.of_kind("entity")]
    for place, entity in places:
        _check_names(place, entity)
        for at, owner, field in _fields(place, entity):
            _check_field(at, owner, entity, field)
    _check_collections(places)
    if checking.problems:
        return
    formulas: dict[Key, Expression] = {}
    for place, entity in places:
        for at, owner, field in _fields(place, entity):
            _check_conditions(at, owner, field)
            if field.fill is not None:
                check_fill(at.at("x-fill"), entity, field, field.fill)
            if (compiled := _computed(at, owner, field)) is not None:
                formulas[owner, field.name] = compiled
        _check_record_checks(place, entity)
        _check_leads_to(place.at("x-leads-to"), entity)
    _check_circles(checking, formulas)


def _fields(place: Place, entity: Entity) -> Iterator[tuple[Place, str, Field]]:
    """Every field with where it stands and the name of its owner: the entity, or `entity.field` for a sub-table."""
    for field in entity.fields:
        at = place.at("properties", field.name)
        yield at, entity.name, field
        for column in field.fields:
            yield at.at("items", "properties", column.name), f"{entity.name}.{field.name}", column


# Names


def _check_names(place: Place, entity: Entity) -> None:
    if not is_identifier(entity.name):
        place.at("$id").note(_("An entity cannot be called “%(name)s”; choose a name of small letters, digits and _ that is not one of the system's.", name=entity.name))
    if entity.schema.get("x-display") and not entity.has(entity.display):
        place.at("x-display").missing_field(entity.name, entity.display, [field.name for field in entity.fields])
    elif entity.display and entity.field(entity.display).type in IN_OWN_TABLE:
        place.at("x-display").note(_("Records cannot be called by “%(name)s”, which holds several values; choose another field.", name=entity.display))
    if entity.scope and entity.scope not in {kind.code for kind in place.catalogue.unit_kinds}:
        known = ", ".join(kind.code for kind in place.catalogue.unit_kinds)
        place.at("x-scope").note(_("There is no kind of unit “%(name)s”; the template names %(known)s.", name=entity.scope, known=known or "-"))
    for number, names in enumerate(entity.unique):
        for name in names:
            if (field := place.at("x-unique", number).field(entity, name)) and not field.system and not _is_comparable(field):
                place.at("x-unique", number).note(_("The values of “%(name)s” have several parts and cannot be compared.", name=name))
    for number, rule in enumerate(entity.dedupe):
        for name in rule.fields:
            at = place.at("x-dedupe", number, "fields")
            if (field := at.field(entity, name)) and not field.system and not _is_comparable(field):
                at.note(_("The values of “%(name)s” have several parts and cannot be compared.", name=name))


def _check_name(at: Place, owner: str, field: Field) -> None:
    reserved = RESERVED_COLUMNS if "." in owner else RESERVED_MEMBERS
    if field.name in reserved:
        at.note(_("A field cannot be called “%(name)s”: the word has a meaning of its own. Choose another name.", name=field.name))
    elif not is_identifier(field.name):
        at.note(_("A field cannot be called “%(name)s”: small letters, digits and _ only, beginning with a letter, at most 40.", name=field.name))


# Fields


def _check_field(at: Place, owner: str, entity: Entity, field: Field) -> None:
    _check_name(at, owner, field)
    for key, message in _problems(field):
        at.at(key).note(message)
    if pattern := field.schema.get("pattern"):
        _check_pattern(at.at("pattern"), pattern)
    if field.option("entity") and field.entity not in at.catalogue.entities:
        at.at("x-entity").entity(field.entity)
    if target := at.catalogue.entities.get(field.entity):
        for number, path in enumerate(field.option("columns", ())):
            at.at("x-columns", number).path(target, path)
    if workflow := field.option("workflow"):
        found = at.at("x-workflow").one_of(_("workflow"), workflow, at.catalogue.workflows)
        if found and found.entity != entity.name and found.entity in at.catalogue.entities:
            at.at("x-workflow").note(_("The workflow “%(name)s” belongs to “%(entity)s”; choose one of this entity.", name=workflow, entity=found.entity))
    if ledger := field.option("ledger"):
        found = at.at("x-ledger").one_of(_("ledger"), ledger, at.catalogue.ledgers)
        if found and found.entity != entity.name and found.entity in at.catalogue.entities:
            at.at("x-ledger").note(_("The accounts of the ledger “%(name)s” belong to “%(entity)s”, not to this entity.", name=ledger, entity=found.entity))
    if depends := field.option("depends"):
        siblings = entity.fields if "." not in owner else entity.field(owner.partition(".")[2]).fields
        if depends not in {sibling.name for sibling in siblings}:
            at.at("x-depends").missing_field(owner, depends, [sibling.name for sibling in siblings])


def _problems(field: Field) -> Iterator[tuple[str, str]]:
    yield from FIELD_TYPES[field.type].problems(field)
    if field.option("unique") and not _is_comparable(field):
        yield "x-unique", _("The values of “%(name)s” have several parts and cannot be compared.", name=field.name)


def _check_pattern(at: Place, pattern: str) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        at.note(_("The pattern cannot be used: %(detail)s.", detail=str(error).strip("b'\"")))


def _is_comparable(field: Field) -> bool:
    return FIELD_TYPES[field.type].stored and FIELD_TYPES[field.type].comparable


def _check_collections(places: Sequence[tuple[Place, Entity]]) -> None:
    """The other end of a link has a name that nothing else on the target has."""
    seen: dict[Key, str] = {}
    for place, entity in places:
        for at, owner, field in _fields(place, entity):
            inverse, target = field.option("inverse"), at.catalogue.entities.get(field.entity)
            if not inverse or target is None:
                continue
            taken = seen.setdefault((target.name, inverse), f"{owner}.{field.name}")
            if target.has(inverse) or inverse in RESERVED_MEMBERS:
                at.at("x-inverse").note(_("“%(entity)s” has a member “%(name)s” already; give the other end of this link another name.", entity=target.name, name=inverse))
            elif taken != f"{owner}.{field.name}":
                at.at("x-inverse").note(_("“%(other)s” names its other end “%(name)s” too; give one of them another name.", other=taken, name=inverse))


# Formulas


def _check_conditions(at: Place, owner: str, field: Field) -> None:
    for key, attribute in _CONDITIONS:
        if source := getattr(field, attribute):
            at.at(key).expression(owner, source, BOOL)
    if field.default:
        at.at("x-default").expression(owner, field.default, _expected(field))
    if source := field.option("filter"):
        at.at("x-filter").expression(field.entity, source, BOOL, {"record": Type(Kind.LINK, owner)})


def _check_record_checks(place: Place, entity: Entity) -> None:
    """Formulas over the record or each line of a sub-table, and where their messages stand."""
    for number, one in enumerate(entity.checks):
        at = place.at("x-checks", number)
        table = at.at("each").field(entity, one.each) if one.each else None
        if one.each and table is None:
            continue
        if table and not table.fields:
            at.at("each").note(_("“%(name)s” is no sub-table.", name=one.each))
            continue
        owner = f"{entity.name}.{one.each}" if one.each else entity.name
        at.at("when").expression(owner, one.when, BOOL, line_variables(owner) if one.each else None)
        _check_marked(at.at("field"), entity, one)


def _check_leads_to(at: Place, entity: Entity) -> None:
    compiled = at.expression(entity.name, entity.leads_to) if entity.leads_to else None
    if compiled is not None and (compiled.type.kind is not Kind.LINK or compiled.type.entity not in at.catalogue.entities):
        at.note(_("“%(source)s” gives no record; name a link.", source=entity.leads_to))


def _check_marked(at: Place, entity: Entity, check: EntityCheck) -> None:
    """The field that a check's message stands beside."""
    name, _dot, column = check.field.partition(".")
    field = at.field(entity, name) if name else None
    if field is None or not column:
        return
    if column not in {one.name for one in field.fields}:
        at.missing_field(f"{entity.name}.{name}", column, [one.name for one in field.fields])
    elif check.each != name:
        at.note(_("“%(field)s” stands in each line; name the sub-table as “each”, or only “%(name)s” here.", field=check.field, name=name))


def _computed(at: Place, owner: str, field: Field) -> Expression | None:
    if field.formula:
        return at.at("x-formula").expression(owner, field.formula, _expected(field))
    if field.option("ledger") or not is_computed(field):
        return None
    if not _check_via(at, owner, field):
        return None
    return at.expression(owner, source_of(shape(owner), field), _expected(field))


def _check_via(at: Place, owner: str, field: Field) -> bool:
    """Look-ups go over a link to one record, roll-ups over a collection."""
    via, of = str(field.option("via")), scope(at.catalogue)
    member = of.member(owner, via)
    collections = field.option("function") is not None
    if member is None:
        at.at("x-via").missing_field(owner, via, [one.name for one in of.members(owner) if one.many == collections and one.type.entity])
        return False
    if member.many != collections or not member.type.entity:
        said = _("“%(name)s” is no collection; a roll-up needs a sub-table or the other end of a link.") if collections else _("“%(name)s” is no link to one record.")
        at.at("x-via").note(said % {"name": via})
        return False
    if (name := field.option("field")) and of.member(member.type.entity, name) is None:
        at.at("x-field").missing_field(member.type.entity, name, [one.name for one in of.members(member.type.entity)])
        return False
    return True


def _expected(field: Field) -> Type | None:
    wanted = type_of(field)
    return None if wanted.kind is Kind.BLANK else wanted


def _check_circles(checking: Checking, formulas: dict[Key, Expression]) -> None:
    graph: dict[Key, set[Key]] = defaultdict(set)
    for key, compiled in formulas.items():
        graph[key] = {read for path in compiled.paths for read in _read(checking, key[0], path) if read in formulas}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[Key] = error.args[1]
        names = " → ".join(f"{owner}.{name}" for owner, name in reversed(circle))
        owner, name = circle[0]
        entity, _dot, part = owner.partition(".")
        place = next(place for place in checking.of_kind("entity") if place.document.name == entity)
        at = place.at("properties", part, "items", "properties", name) if part else place.at("properties", name)
        at.note(_("These formulas need each other in a circle: %(names)s. Change one of them.", names=names))


def _read(checking: Checking, owner: str, path: Iterable[str]) -> Iterator[Key]:
    """Every member that is read on the way along the path."""
    for name in path:
        yield owner, name
        member = scope(checking.catalogue).member(owner, name)
        if member is None or not member.type.entity:
            return
        owner = member.type.entity
