"""Renaming members inside of expressions, so that a renamed field breaks no formula."""

from collections.abc import Iterator, Mapping

from shuke.expressions.check import Checker
from shuke.expressions.names import Found
from shuke.expressions.parse import parse
from shuke.expressions.tree import Name, PathSyntax
from shuke.expressions.types import STANDARD_VARIABLES, Scope, Type


def rename(
    source: str, scope: Scope, entity: str, renames: Mapping[tuple[str, str], str], *, variables: Mapping[str, Type] = STANDARD_VARIABLES,
) -> str:
    """The source with the new names; `renames` maps (entity, member) to the new name, `scope` knows the old ones.

    Layout stays as it is. What was written by a label keeps the label.
    """
    checker = _Recorder(scope, entity, variables)
    checker.node(parse(source))
    changes = {}
    for found in checker.found:
        for owner, written in _written(found):
            new = renames.get((owner, written.text))
            if new is not None:
                changes[written.start, written.end] = new
    for (start, end), new in sorted(changes.items(), reverse=True):
        source = source[:start] + ("{" + new + "}" if source[start] in "{｛" else new) + source[end:]
    return source


class _Recorder(Checker):
    """A checker that remembers where each path led."""

    def __init__(self, scope: Scope, entity: str, variables: Mapping[str, Type]) -> None:
        super().__init__(scope, entity, variables)
        self.found: list[tuple[Found, tuple[Name, ...], str]] = []

    def _find(self, syntax: PathSyntax) -> Found:
        found = super()._find(syntax)
        entity = self.names.entity
        if found.variable:
            entity = self.names.variables[found.variable].entity
        elif found.row:
            entity = self._row_entity
        self.found.append((found, syntax.names, entity))
        if found.row and len(found.names) < len(syntax.names):
            outer = self.names.find(syntax.names[: len(self._collection)])
            self.found.append((outer, outer.names, self.names.entity))
        return found


def _written(recorded: tuple[Found, tuple[Name, ...], str]) -> Iterator[tuple[str, Name]]:
    """Each written name with the entity that it was looked up in."""
    found, names, entity = recorded
    for name, member in zip(names[len(names) - len(found.members) :], found.members, strict=True):
        yield entity, name
        entity = member.type.entity

