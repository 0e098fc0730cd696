"""The grid of rights: what a permission group does with the records of an entity, operation by operation."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shuke.builder.outline import address_of
from shuke.builder.right_words import entity_word, operation_word, reach_word, reach_words, reaches
from shuke.builder.words import ICONS
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue, Entity, Grant, Role
from shuke.publishing.edits.rights import EVERYTHING, OPERATIONS

OF_ACCOUNTS = frozenset({"read", "export"})
"""What people who do not administer can be allowed on accounts and units."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One operation: how far it reaches by a plain rule, what is added by conditions, what holds for all entities anyway."""

    id: str
    operation: str
    label: str
    reach: str
    word: str
    level: int
    """0 nothing, 1 own records, 2 the team's, 3 those of units, 4 all: how strongly it is drawn."""
    conditions: int
    anyway: str
    """The reach that the rules about all entities give."""
    said: str
    """The cell as a sentence, for its title and for screen readers."""
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A group and an entity."""

    id: str
    role: str
    entity: str
    label: str
    icon: str
    address: str
    cells: tuple[Cell, ...]
    rules: int

    @property
    def is_empty(self) -> bool:
        return all(not cell.reach and not cell.conditions and not cell.anyway for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one app."""

    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A reach that can be chosen, with the key that chooses it."""

    value: str
    word: str
    help: str
    level: int
    key: str


def of_role(catalogue: Catalogue, role: str) -> list[Part]:
    """All entities by app, beginning with the rules about all of them."""
    group = catalogue.roles[role]
    apps = sorted(catalogue.apps.values(), key=lambda app: (app.order, app.name))
    own = [one for one in catalogue.entities.values() if not one.system]
    parts = [Part("", (row(catalogue, group, EVERYTHING, by_entity=True),))]
    parts += [Part(pick(app.label) or app.name, _rows(catalogue, group, (one for one in own if one.app == app.name))) for app in apps]
    parts.append(Part(_("Organisation"), _rows(catalogue, group, (one for one in catalogue.entities.values() if one.system))))
    return [part for part in parts if part.rows]


def of_entity(catalogue: Catalogue, entity: str) -> list[Part]:
    """All groups, side by side."""
    return [Part("", tuple(row(catalogue, role, entity, by_entity=False) for role in catalogue.roles.values()))]


def row(catalogue: Catalogue, role: Role, entity: str, *, by_entity: bool) -> Row:
    """`by_entity` says what tells the rows apart: entities in the grid of a group, groups in the grid of an entity."""
    found = catalogue.entities.get(entity)
    own = [grant for grant in role.grants if grant.entity == entity]
    everywhere = [grant for grant in role.grants if grant.entity == EVERYTHING] if entity != EVERYTHING else []
    id_ = f"right-{role.name}-{'all' if entity == EVERYTHING else entity}"
    cells = tuple(_cell(catalogue, f"{id_}-{operation}", operation, own, everywhere, is_offered=_is_offered(catalogue, role, found, operation)) for operation in OPERATIONS)
    label = entity_word(catalogue, entity) if by_entity else pick(role.label) or role.name
    kind, name, other = ("role", role.name, f"entity={entity}") if by_entity else ("entity", entity, f"role={role.name}")
    picture = (found.icon if found else "") or ICONS["entity"] if by_entity else ICONS["role"]
    return Row(id_, role.name, entity, label, "database" if entity == EVERYTHING else picture, f"{address_of(kind, name)}?tab=rights&{other}", cells, len(own))


def choices(catalogue: Catalogue) -> list[Choice]:
    """What the menu of a cell offers."""
    return [Choice(one, reach_word(catalogue, one) if one else _("None"), reach_words(catalogue, one), level(one), str(number)) for number, one in enumerate(("", *reaches(catalogue)))]


def columns() -> list[tuple[str, str]]:
    return [(one, operation_word(one)) for one in OPERATIONS]


def level(reach: str) -> int:
    return {"": 0, "own": 1, "subordinates": 2, "all": 4}.get(reach, 3)


def _rows(catalogue: Catalogue, role: Role, entities: Iterable[Entity]) -> tuple[Row, ...]:
    return tuple(row(catalogue, role, entity.name, by_entity=True) for entity in entities)


def _cell(catalogue: Catalogue, id_: str, operation: str, own: Sequence[Grant], everywhere: Sequence[Grant], *, is_offered: bool) -> Cell:
    doing = [grant for grant in own if operation in grant.operations]
    reach = _widest(catalogue, (grant.scope for grant in doing if not grant.where))
    conditions = sum(1 for grant in doing if grant.where)
    anyway = _widest(catalogue, (grant.scope for grant in everywhere if operation in grant.operations and not grant.where))
    word = reach_word(catalogue, reach) if reach else ""
    said = ". ".join(_said(catalogue, operation, reach, conditions, anyway))
    return Cell(id_, operation, operation_word(operation), reach, word, level(reach), conditions, reach_word(catalogue, anyway) if anyway else "", said, is_offered or bool(doing))


def _said(catalogue: Catalogue, operation: str, reach: str, conditions: int, anyway: str) -> Iterator[str]:
    yield f"{operation_word(operation)}: {reach_words(catalogue, reach)}"
    if conditions:
        yield _("More records under a condition")
    if anyway:
        yield _("By the rule about all entities: %(records)s", records=reach_words(catalogue, anyway))


def _widest(catalogue: Catalogue, scopes: Iterable[str]) -> str:
    known, found = reaches(catalogue), set(scopes)
    return next((one for one in reversed(known) if one in found), next(iter(found), ""))


def _is_offered(catalogue: Catalogue, role: Role, entity: Entity | None, operation: str) -> bool:
    """Whether the operation can mean anything here."""
    if entity is None:
        return True
    if entity.system and "administer" not in role.abilities:
        return operation in OF_ACCOUNTS
    return operation != "transition" or any(flow.entity == entity.name for flow in catalogue.workflows.values())
