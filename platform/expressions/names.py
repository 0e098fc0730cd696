"""Finding members and variables by what is written, and saying what is wrong with a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.expressions import limits
from shuke.expressions.errors import ExpressionError
from shuke.expressions.tree import Name
from shuke.expressions.types import BLANK, Kind, Member, Path, Scope, Type


@dataclass(frozen=True, slots=True)
class Found:
    """Where a path leads: the members that it passes."""

    members: tuple[Member, ...]
    names: tuple[Name, ...]
    variable: str = ""
    """The linked variable that it starts from."""
    type: Type = BLANK
    row: bool = False
    """It starts from the row that an aggregate is at."""

    @property
    def path(self) -> Path:
        return tuple(member.name for member in self.members)

    @property
    def many(self) -> int | None:
        """How many members lead to the collection that the path passes, or None."""
        return next((index + 1 for index, member in enumerate(self.members) if member.many), None)

    def part(self, start: int, stop: int | None = None) -> "Found":
        members = self.members[start:stop]
        return Found(members, self.names[start:stop], self.variable, members[-1].type if members else self.type, self.row)


class Names:
    """The names that one expression can use."""

    def __init__(self, scope: Scope, entity: str, variables: Mapping[str, Type]) -> None:
        self.scope, self.entity, self.variables = scope, entity, variables

    def find(self, names: tuple[Name, ...], row_entity: str = "", collection: Path = ()) -> Found:
        """What the path means; inside an aggregate its row comes before the record."""
        variable = self.variables.get(names[0].text)
        if variable is not None:
            return self._from_variable(names, variable)
        if row_entity and self._starts_with(names, collection):
            rest = self._walk(self.entity, names).part(len(collection))
            return Found(rest.members, rest.names, type=rest.type, row=True)
        if row_entity and self.member(row_entity, names[0].text):
            return self._walk(row_entity, names, row=True)
        return self._walk(self.entity, names)

    def _starts_with(self, names: tuple[Name, ...], collection: Path) -> bool:
        """Whether the names lead to the collection, or through it."""
        entity = self.entity
        for name, expected in zip_longest(names[: len(collection)], collection):
            found = self.member(entity, name.text) if name else None
            if found is None or found.name != expected:
                return False
            entity = found.type.entity
        return True

    def member(self, entity: str, text: str) -> Member | None:
        """By name, or by a label that only one member has."""
        if found := self.scope.member(entity, text):
            return found
        labelled = [member for member in self.scope.members(entity) if text in member.label.values()]
        return labelled[0] if len(labelled) == 1 else None

    def _from_variable(self, names: tuple[Name, ...], variable: Type) -> Found:
        if len(names) == 1:
            return Found((), names, names[0].text, variable)
        if variable.kind is not Kind.LINK:
            raise _no_parts(names[0], names[1])
        found = self._walk(variable.entity, names[1:])
        if found.many is not None:
            raise collection_error(found.names[found.many - 1], names)
        return Found(found.members, names, names[0].text, found.type)

    def _walk(self, entity: str, names: tuple[Name, ...], *, row: bool = False) -> Found:
        if len(names) > limits.HOPS + 1:
            raise ExpressionError("too_far", names[0].start, names[-1].end, _(
                "A path follows at most %(limit)s links.", limit=limits.HOPS))
        members: list[Member] = []
        for index, name in enumerate(names):
            found = self.member(entity, name.text)
            if found is None:
                raise self._unknown(entity, name, first=index == 0)
            members.append(found)
            if index + 1 < len(names) and found.type.kind is not Kind.LINK:
                raise _no_parts(name, names[index + 1])
            entity = found.type.entity
        return Found(tuple(members), names, type=members[-1].type, row=row)

    def _unknown(self, entity: str, name: Name, *, first: bool) -> ExpressionError:
        known = {member.name: member.name for member in self.scope.members(entity)}
        known |= {label: label for member in self.scope.members(entity) for label in member.label.values()}
        known |= {variable: variable for variable in self.variables} if first else {}
        near = close(name.text, known)
        said = _("There is no field called “%(name)s”; did you mean “%(near)s”?", name=name.text, near=near) if near else _(
            "There is no field called “%(name)s”.", name=name.text)
        return ExpressionError("unknown_field", name.start, name.end, said)


def close(text: str, known: Iterable[str]) -> str:
    """The known name that is most like the text, or ""."""
    by_folded: dict[str, str] = {}
    for name in known:
        by_folded.setdefault(name.casefold(), name)
    near = get_close_matches(text.casefold(), list(by_folded), n=1, cutoff=0.5)
    return by_folded[near[0]] if near else ""


def label_of(member: Member) -> str:
    return pick(member.label) or member.name


def collection_error(name: Name, names: tuple[Name, ...]) -> ExpressionError:
    return ExpressionError("collection", names[0].start, names[-1].end, _(
        "“%(name)s” stands for several records. Put it into a function that sums them up, such as SUM or COUNT.", name=name.text))


def _no_parts(name: Name, part: Name) -> ExpressionError:
    return ExpressionError("no_parts", name.start, part.end, _(
        "“%(name)s” is not a link to a record, so nothing can follow its dot.", name=name.text))
