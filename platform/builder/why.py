"""“Why?”: for a person and a record, which group and rule allows or forbids what, each part of it in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response, request

from shuke import records
from shuke.access import Actor, policy
from shuke.builder.bar import page
from shuke.builder.blueprint import blueprint
from shuke.builder.formulas.conditions import in_words
from shuke.builder.outline import address_of, outline
from shuke.builder.right_words import field_word, operation_word, reach_words, right_word, rule_words
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import NotFound
from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.publishing.edits.rights import EVERYTHING, OPERATIONS
from shuke.records import Query, Record, load_actor
from shuke.records.explaining import Explanation, RuleWhy, explain
from shuke.records.titles import titles
from shuke.screens.screen import screen
from shuke.screens.visitor import actor

_MOST_PEOPLE = 200
_MOST_FOUND = 8
_FIRED = "transition:"
_SEEN = frozenset({"masked", "read", "write"})
_NEEDED: Mapping[str, frozenset[str]] = {"create": frozenset({"write"}), "update": frozenset({"write"}), "import": frozenset({"write"})}
"""The rights on a field that an operation needs; for all others it has to be seen."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a rule, and whether it holds."""

    holds: bool
    words: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class RuleShown:
    words: str
    address: str
    counts: bool
    parts: tuple[Part, ...]
    right: str


@dataclass(frozen=True, slots=True)
class RoleShown:
    """A group of the person's, with its rules about the entity."""

    label: str
    counts: bool
    rules: tuple[RuleShown, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer in a sentence, what leads to it, and what it is about."""

    sentence: str
    allowed: bool
    right: str
    remarks: tuple[str, ...]
    roles: tuple[RoleShown, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: who, which record, what with it, and which of its fields."""

    entity: Entity | None
    record: Record | None
    user: int | None
    operation: str
    field: str

    @property
    def transition(self) -> str:
        return self.operation.removeprefix(_FIRED) if self.operation.startswith(_FIRED) else ""


@screen(blueprint, "/build/why", permission="build")
def why() -> Response:
    """Choose a person and a record, and read why."""
    asked, text = _asked(), request.args.get("q", "").strip()
    shop = workshop()
    answer = _answer(shop, asked) if asked.entity and asked.record and asked.user else None
    found = records.query(actor(), asked.entity, Query(fields=("id",), search=text, limit=_MOST_FOUND)).records if asked.entity and not asked.record else ()
    return page(
        "builder/why.html", shop, apps=outline(shop), asked=asked, sought=text, found=found, answer=answer, people=_people(), entities=_entities(),
        operations=_operations(asked.entity), fields=_fields(asked.entity), unknown=bool(request.args.get("record")) and asked.record is None,
    )


def _asked() -> Asked:
    arguments = request.args
    entity = catalogue().entities.get(arguments.get("entity", ""))
    if entity is not None and not policy(actor(), entity).may("read"):
        entity = None
    operation, field = arguments.get("operation", "read"), arguments.get("field", "")
    if operation not in dict(_operations(entity)):
        operation = "read"
    if entity is None or field not in dict(_fields(entity)):
        field = ""
    return Asked(entity, _record(entity, arguments.get("record", type=whole)), arguments.get("user", type=whole), operation, field)


def _record(entity: Entity | None, id_: int | None) -> Record | None:
    """A record that the one who asks may see; any other is as unknown as one that does not exist."""
    try:
        return records.get(actor(), entity, id_) if entity and id_ is not None else None
    except NotFound:
        return None


def _people() -> list[tuple[int, str]]:
    found = records.query(actor(), catalogue().entity("user"), Query(fields=("name", "unit"), sort=("name",), limit=_MOST_PEOPLE)).records
    return [(one.id, " · ".join([one.title, unit.title] if (unit := one.values.get("unit")) else [one.title])) for one in found]


def _entities() -> list[tuple[str, str]]:
    return [(one.name, pick(one.label)) for one in catalogue().entities.values() if policy(actor(), one).may("read")]


def _operations(entity: Entity | None) -> list[tuple[str, str]]:
    flows = [flow for flow in catalogue().workflows.values() if entity and flow.entity == entity.name]
    plain = [(one, operation_word(one)) for one in OPERATIONS if one != "transition"]
    return [*plain, *((f"{_FIRED}{one.name}", f"{operation_word('transition')}: {pick(one.label) or one.name}") for flow in flows for one in flow.transitions)]


def _fields(entity: Entity | None) -> list[tuple[str, str]]:
    if entity is None:
        return []
    columns = ((f"{one.name}.{inner.name}", field_word(entity, f"{one.name}.{inner.name}")) for one in entity.fields for inner in one.fields)
    return [*((one.name, field_word(entity, one.name)) for one in entity.fields), *columns]


# The answer


def _answer(shop: Workshop, asked: Asked) -> Answer | None:
    assert asked.entity is not None and asked.record is not None and asked.user is not None
    try:
        person = load_actor(asked.user)
    except NotFound:
        return Answer(_("This user may not sign in, and so may do nothing at all."), allowed=False, right="", remarks=(), roles=(), facts=())
    operation = "transition" if asked.transition else asked.operation
    found = explain(person, asked.entity, asked.record.id, operation, field=asked.field, transition=asked.transition)
    allowed = found.allowed and (not asked.field or found.right in _NEEDED.get(operation, _SEEN))
    return Answer(
        _sentence(person, asked, allowed=allowed), allowed, right_word(found.right) if found.right and found.allowed else "", tuple(_remarks(person, asked, found)),
        tuple(_roles(shop, person, asked, found)), tuple(_facts(person, found)),
    )


def _sentence(person: Actor, asked: Asked, *, allowed: bool) -> str:
    assert asked.record is not None
    said = {"name": person.name, "operation": dict(_operations(asked.entity))[asked.operation], "record": asked.record.title}
    if asked.field:
        said["record"] = _("%(record)s · %(field)s", record=asked.record.title, field=field_word(asked.entity, asked.field))
    return _("%(name)s may do this with “%(record)s”: %(operation)s.", **said) if allowed else _("%(name)s may not do this with “%(record)s”: %(operation)s.", **said)


def _remarks(person: Actor, asked: Asked, found: Explanation) -> Iterator[str]:
    assert asked.entity is not None
    if not person.roles:
        yield _("This person is in no permission group.")
    elif found.allowed:
        yield _("One rule that counts is enough; several rules add up.")
    elif any(one.gives for one in found.rules):
        yield _("There are rules about this, but none of them is about this very record.")
    else:
        yield _("No rule of this person's groups is about this.")
    if not found.is_inside:
        yield _("Records of this entity are kept inside of units, and this one lies in another: no rule reaches over that wall.")
    if not found.allowed and (lookup := policy(person, asked.entity).lookup):
        yield _("The record can still be found, masked, by the whole value of: %(fields)s.", fields=_(", ").join(field_word(asked.entity, one) for one in lookup))


def _roles(shop: Workshop, person: Actor, asked: Asked, found: Explanation) -> Iterator[RoleShown]:
    units = titles(actor(), "unit", {one for one in (found.unit, person.unit) if one})
    owners = titles(actor(), "user", {found.owner}) if found.owner else {}
    for name in (*sorted(person.roles), ""):
        rules = tuple(_rule(shop, one, asked, found, units, owners) for one in found.rules if one.role == name)
        if name or rules:
            role = catalogue().roles.get(name)
            label = (pick(role.label) or name) if role else name if name else _("Everybody who signs in")
            yield RoleShown(label, found.is_inside and any(rule.counts for rule in rules), rules)


def _rule(shop: Workshop, one: RuleWhy, asked: Asked, found: Explanation, units: Mapping[int, str], owners: Mapping[int, str]) -> RuleShown:
    grant, parts = one.grant, [Part(one.gives, _given(one, asked))]
    if grant.scope in ("own", "subordinates"):
        about = _("its owner is %(name)s", name=owners.get(found.owner or 0, "")) if found.owner else _("it has no owner")
        parts.append(Part(one.reaches, f"{reach_words(catalogue(), grant.scope)}: {about}"))
    elif grant.scope == "all":
        parts.append(Part(holds=True, words=reach_words(catalogue(), "all")))
    else:
        about = _("it belongs to %(unit)s", unit=units.get(found.unit or 0, "")) if found.unit else _("it belongs to no unit")
        parts.append(Part(one.reaches, f"{reach_words(catalogue(), grant.scope)}: {about}"))
    if grant.where:
        parts.append(condition_part(shop, one))
    entity = "" if grant.entity == EVERYTHING else grant.entity
    address = f"{address_of('role', one.role)}?tab=rights&entity={entity or '*'}" if one.role else ""
    return RuleShown(rule_words(catalogue(), grant), address, one.counts and found.is_inside, tuple(parts), right_word(one.right) if one.right else "")


def condition_part(shop: Workshop, one: RuleWhy) -> Part:
    """The condition of a rule in words, read where it stands in the draft; as the formula where it stands there no more or only that says it."""
    grants = shop.document("role", one.role).body.get("grants", ()) if shop.has("role", one.role) else ()
    at = next((number for number, other in enumerate(grants) if (other.get("entity"), other.get("where")) == (one.grant.entity, one.grant.where)), None)
    if at is not None and (said := in_words(shop, shop.document("role", one.role), f"/grants/{at}/where", one.grant.where)):
        return Part(one.fulfils, _("The condition holds: %(condition)s", condition=said) if one.fulfils else _("The condition does not hold: %(condition)s", condition=said))
    return Part(one.fulfils, _("The condition holds") if one.fulfils else _("The condition does not hold"), one.grant.where)


def _given(one: RuleWhy, asked: Asked) -> str:
    done = dict(_operations(asked.entity))[asked.operation]
    return _("Is about this: %(operation)s", operation=done) if one.gives else _("Is not about this: %(operation)s", operation=done)


def _facts(person: Actor, found: Explanation) -> Iterator[tuple[str, str]]:
    units = titles(actor(), "unit", {one for one in (found.unit, person.unit) if one})
    owners = titles(actor(), "user", {found.owner}) if found.owner else {}
    yield _("Owner of the record"), owners.get(found.owner or 0, "") or _("Nobody")
    yield _("Unit of the record"), units.get(found.unit or 0, "") or _("None")
    yield _("Unit of the person"), units.get(person.unit or 0, "") or _("None")
    yield _("Leads"), _("%(count)s people", count=len(person.subordinates))
    if found.is_deleted:
        yield _("State of the record"), _("In the recycle bin")
