"""The formulas that readers write themselves: in conditions and to sort by, over the names that they may read."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement

from shuke.access import Actor, policy
from shuke.core.errors import InvalidInput, UnknownName
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.expressions import STANDARD_VARIABLES, Expression, ExpressionError, Kind, Member, Type, check
from shuke.fields.scope import expression, scope
from shuke.records.columns import right_at
from shuke.records.shapes import collection_of, shape
from shuke.records.source import RecordSource

_READABLE = ("read", "write")
_MOST_KEPT = 2000


class ReaderScope:
    """The members that the actor reads unmasked; the others are as unknown as those that do not exist."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._members: dict[str, dict[str, Member]] = {}

    def member(self, entity: str, name: str) -> Member | None:
        return self._of(entity).get(name)

    def members(self, entity: str) -> Iterable[Member]:
        return self._of(entity).values()

    def label(self, entity: str) -> str:
        return scope(catalogue()).label(entity)

    def _of(self, entity: str) -> dict[str, Member]:
        if entity not in self._members:
            self._members[entity] = {one.name: one for one in scope(catalogue()).members(entity) if self._reads(entity, one.name)}
        return self._members[entity]

    def _reads(self, entity: str, name: str) -> bool:
        of = shape(entity)
        if inverse := collection_of(of, name):
            inner = shape(inverse.entity)
            return policy(self._actor, inner.entity).right(inner.right_name(inverse.field.name)) in _READABLE
        if of.part and of.members[name].system:
            return True
        return right_at(self._actor, of, (name,)) in _READABLE


def reader_expression(actor: Actor, entity: str, source: str, expect: Kind | None = None) -> Expression:
    """The checked formula of a reader; the same ones come back all day long with lists and boards."""
    if actor.is_system:
        return expression(catalogue(), entity, source, expect=expect)
    checked: dict[object, Expression] = catalogue().derived("formulas of readers", dict)
    key = (actor.kind, actor.rights, entity, source, expect)
    found = checked.get(key)
    if found is None:
        if len(checked) > _MOST_KEPT:
            checked.clear()
        known: ReaderScope = catalogue().derived(("reader's scope", actor.kind, actor.rights), lambda: ReaderScope(actor))
        found = checked[key] = check(source, known, entity, expect=Type(expect) if expect else None, variables=STANDARD_VARIABLES)
    return found


def where_filter(source_text: str, source: RecordSource) -> ColumnElement[bool]:
    """A reader's own condition over the fields that this reader may see."""
    try:
        return reader_expression(source.actor, source.shape.name, source_text, Kind.BOOL).sql(source)
    except ExpressionError as wrong:
        raise InvalidInput({"where": [str(wrong)]}) from None
    except UnknownName:
        raise InvalidInput({"where": [_("This filter uses a field that is not known.")]}) from None
