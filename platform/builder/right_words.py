"""Words for rights: operations, how far they reach, what is seen of a field, and whole rules as sentences."""

from collections.abc import Callable, Mapping

from shuke.builder.panels.words import value_word
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue, Entity, Field, Grant
from shuke.publishing.edits.rights import EVERYTHING, OPERATIONS

Words = Mapping[str, Callable[[], str]]
RIGHTS = ("write", "read", "masked", "hidden")
_OWNERS: Words = {"own": lambda: _("Own"), "subordinates": lambda: _("Team"), "unit": lambda: _("My unit")}
_OWNERS_LONG: Words = {
    "own": lambda: _("Records that one owns"), "subordinates": lambda: _("Own records and those of subordinates"),
    "unit": lambda: _("Records of one's unit and of those below it"), "all": lambda: _("All records"), "": lambda: _("Nothing"),
}
_RIGHTS: Words = {
    "write": lambda: _("Write"), "read": lambda: _("Read"), "masked": lambda: _("Masked"), "hidden": lambda: _("Hidden"), "": lambda: _("As all others"),
}


class Said:
    """Words in the language that is in force when they are written."""

    def __init__(self, say: Callable[[], str]) -> None:
        self._say = say

    def __str__(self) -> str:
        return self._say()


def operation_word(operation: str) -> str:
    return value_word(operation)


def right_word(right: str) -> str:
    return _RIGHTS[right]() if right in _RIGHTS else right


def reaches(catalogue: Catalogue) -> tuple[str, ...]:
    """Every reach from the narrowest to the widest; kinds of unit from the leaves of the tree up to its root."""
    return ("own", "subordinates", "unit", *(kind.code for kind in reversed(catalogue.unit_kinds)), "all")


def reach_word(catalogue: Catalogue, reach: str) -> str:
    """One word for a cell of the grid."""
    if reach == "all":
        return _("All")
    if reach in _OWNERS:
        return _OWNERS[reach]()
    return next((pick(kind.label) or kind.code for kind in catalogue.unit_kinds if kind.code == reach), reach)


def reach_words(catalogue: Catalogue, reach: str) -> str:
    """What a reach means."""
    if reach in _OWNERS_LONG:
        return _OWNERS_LONG[reach]()
    return _("Records of one's %(kind)s and of those below it", kind=reach_word(catalogue, reach).lower())


def entity_word(catalogue: Catalogue, name: str) -> str:
    if name == EVERYTHING:
        return _("All entities")
    found = catalogue.entities.get(name)
    return (pick(found.label) or name) if found else name


def field_word(entity: Entity | None, name: str) -> str:
    """`lines.cost` as people call it."""
    if name == EVERYTHING:
        return _("All other fields")
    table, _dot, column = name.partition(".")
    if entity is None or not entity.has(table):
        return name
    of: Field = entity.field(table)
    words = pick(of.label) or table
    if not column:
        return words
    inner = next((one for one in of.fields if one.name == column), None)
    return f"{words} · {(pick(inner.label) if inner else '') or column}"


def rule_words(catalogue: Catalogue, grant: Grant) -> str:
    """“Read, change: records of one's store, if …”"""
    done = _(", ").join(operation_word(one) for one in OPERATIONS if one in grant.operations) or _("Nothing")
    reach = reach_words(catalogue, grant.scope)
    return _("%(operations)s: %(records)s, under a condition", operations=done, records=reach) if grant.where else _("%(operations)s: %(records)s", operations=done, records=reach)
