"""The names that expressions can use, and expressions compiled once for each version of the catalogue."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shuke.core.errors import UnknownName
from shuke.core.i18n import pick
from shuke.definitions.model import SYSTEM_FIELDS, Catalogue, Entity, Field
from shuke.expressions import STANDARD_VARIABLES, Expression, Member, Type, check
from shuke.expressions.types import Kind
from shuke.fields import FIELD_TYPES


@dataclass(frozen=True, slots=True)
class Inverse:
    """A link that leads here: `entity` is where it comes from, with the sub-table's name for a column (`invoice.lines`)."""

    entity: str
    field: Field

    @property
    def name(self) -> str:
        return str(self.field.option("inverse"))


class CatalogueScope:
    """The members of every entity: fields, system fields, the other end of links; `entity.field` names the rows of a sub-table."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._members: dict[str, Mapping[str, Member]] = {}

    def member(self, entity: str, name: str) -> Member | None:
        return self._of(entity).get(name)

    def members(self, entity: str) -> Iterable[Member]:
        return self._of(entity).values()

    def label(self, entity: str) -> str:
        owner, _dot, part = entity.partition(".")
        if (found := self._catalogue.entities.get(owner)) is None:
            return entity
        return " · ".join(pick(one.label) or one.name for one in ((found, found.field(part)) if part else (found,)))

    def _of(self, entity: str) -> Mapping[str, Member]:
        if entity not in self._members:
            self._members[entity] = {member.name: member for member in _members(self._catalogue, entity)}
        return self._members[entity]


def scope(catalogue: Catalogue) -> CatalogueScope:
    return catalogue.derived("scope", lambda: CatalogueScope(catalogue))


def expression(
    catalogue: Catalogue, entity: str, source: str, expect: Type | str | None = None, variables: Mapping[str, Type] | None = None,
) -> Expression:
    """The checked expression about a record of `entity`, made once; `expect` is a type or the name of its kind."""
    wanted = Type(Kind(expect)) if isinstance(expect, str) else expect
    named = STANDARD_VARIABLES if variables is None else {**STANDARD_VARIABLES, **variables}
    key = ("expression", entity, source, wanted, tuple(sorted(named.items(), key=lambda item: item[0])))
    return catalogue.derived(key, lambda: check(source, scope(catalogue), entity, expect=wanted, variables=named))


def rule_variables(entity: str) -> Mapping[str, Type]:
    """What the formulas of a rule's postings can name besides fields: `record`, the record that set the rule off."""
    return {"record": Type(Kind.LINK, entity)}


def line_variables(owner: str) -> Mapping[str, Type]:
    """What checks of lines can name besides fields: `record`, the line itself, from within sums over other lines."""
    return {"record": Type(Kind.LINK, owner)}


def inverses(catalogue: Catalogue, entity: str) -> tuple[Inverse, ...]:
    """The links that declare a collection on `entity`."""
    return catalogue.derived(("inverses", entity), lambda: tuple(_inverses(catalogue, entity)))


def _inverses(catalogue: Catalogue, entity: str) -> Iterator[Inverse]:
    for source in catalogue.entities.values():
        for name, field in _links(source):
            if field.entity == entity and field.option("inverse"):
                yield Inverse(name, field)


def unnamed(catalogue: Catalogue, entity: str) -> Iterator[tuple[str, Field]]:
    """The links that lead to `entity` and declare no collection on it yet, with the entity or `entity.field` that they stand in."""
    for source in catalogue.entities.values():
        for owner, field in _links(source):
            if field.entity == entity and field.type != "links" and not field.option("inverse"):
                yield owner, field


def _links(source: Entity) -> Iterator[tuple[str, Field]]:
    for field in source.fields:
        yield source.name, field
        for column in field.fields:
            yield f"{source.name}.{field.name}", column


def _members(catalogue: Catalogue, name: str) -> Iterator[Member]:
    owner, _dot, part = name.partition(".")
    entity = catalogue.entities.get(owner)
    if entity is None:
        return
    if part:
        yield from _row_members(entity, part)
        return
    for field in _all_fields(entity):
        yield from _of_field(entity.name, field)
    for inverse in inverses(catalogue, name):
        label = inverse.field.option("inverse-label") or catalogue.entity(inverse.entity.partition(".")[0]).label
        yield Member(inverse.name, Type(Kind.LINK, inverse.entity), many=True, label=label)


def _row_members(entity: Entity, part: str) -> Iterator[Member]:
    """The columns of a sub-table, the record they belong to, and their place."""
    field = entity.field(part)
    yield Member("id", Type(Kind.NUMBER, scale=0))
    yield Member("parent", Type(Kind.LINK, entity.name), label=entity.label)
    yield Member("position", Type(Kind.NUMBER, scale=0), label={"zh": "行号", "en": "Line"})
    for column in field.fields:
        yield from _of_field(f"{entity.name}.{part}", column)


def _all_fields(entity: Entity) -> Iterator[Field]:
    yield from entity.fields
    for name in SYSTEM_FIELDS:
        if entity.has(name):
            yield entity.field(name)


def _of_field(owner: str, field: Field) -> Iterator[Member]:
    try:
        type_ = FIELD_TYPES[field.type]
    except UnknownName:  # the check of the property says so, where it is
        return
    if rows := type_.rows(owner, field):
        yield Member(field.name, Type(Kind.LINK, rows), many=True, label=field.label)
    elif (result := type_.expression_type(field)).kind is not Kind.BLANK:
        yield Member(field.name, result, label=field.label)
