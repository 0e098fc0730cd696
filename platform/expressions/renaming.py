"""What an expression names, and renaming it there, so that a renamed field breaks no formula."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from shuke.expressions.check import COMPARISONS, Checker
from shuke.expressions.errors import ExpressionError
from shuke.expressions.names import Found
from shuke.expressions.nodes import Node
from shuke.expressions.parse import parse
from shuke.expressions.tree import CallSyntax, Literal, Name, OperatorSyntax, PathSyntax, Syntax
from shuke.expressions.types import STANDARD_VARIABLES, Scope, Type


@dataclass(frozen=True, slots=True)
class Mention:
    """A member that is named from `start` to `end`; or a text there that is compared with the member."""

    owner: str
    name: str
    start: int
    end: int
    by_label: bool = False
    """It was written by its label, which a new name does not change."""
    compared: str | None = None


def mentions(
    source: str, scope: Scope, entity: str, *, variables: Mapping[str, Type] = STANDARD_VARIABLES, gives: tuple[str, str] | None = None,
) -> list[Mention]:
    """Everything that the source names, in its order; of a formula with a mistake as much as can be understood.

    `gives` is the member that gets the result: a text that is the whole formula is a value of it.
    """
    try:
        syntax = _syntax(source)
    except ExpressionError:
        return []
    recorder = _Recorder(scope, entity, variables)
    try:
        recorder.node(syntax)
    except ExpressionError:
        recorder.look_at_each(syntax)
    found = [mention for one in recorder.found for mention in _mentioned(one)]
    found += recorder.compared
    if gives and isinstance(syntax, Literal) and isinstance(syntax.value, str):
        found.append(_compared(gives, syntax))
    return sorted(dict.fromkeys(found), key=lambda mention: mention.start)


def rename(
    source: str, scope: Scope, entity: str, renames: Mapping[tuple[str, str], str], *, variables: Mapping[str, Type] = STANDARD_VARIABLES,
) -> str:
    """The source with the new names; `renames` maps (entity, member) to the new name, `scope` knows the old ones.

    Layout stays as it is. What was written by a label keeps the label.
    """
    named = [one for one in mentions(source, scope, entity, variables=variables) if one.compared is None and not one.by_label]
    for one in reversed(named):
        if (new := renames.get((one.owner, one.name))) is not None:
            source = source[: one.start] + new + source[one.end :]
    return source


@lru_cache(maxsize=2048)
def _syntax(source: str) -> Syntax:
    """Kept, because a draft is looked through after each of its edits."""
    return parse(source)


class _Recorder(Checker):
    """A checker that remembers where each path led, and with what texts it was compared."""

    def __init__(self, scope: Scope, entity: str, variables: Mapping[str, Type]) -> None:
        super().__init__(scope, entity, variables)
        self.found: list[tuple[Found, tuple[Name, ...], str]] = []
        self.compared: list[Mention] = []

    def look_at_each(self, syntax: Syntax) -> None:
        """Find every path by itself, where the whole cannot be understood."""
        if isinstance(syntax, PathSyntax):
            with suppress(ExpressionError):
                self._find(syntax)
        if isinstance(syntax, CallSyntax):
            for argument in syntax.arguments:
                self.look_at_each(argument)

    def _find(self, syntax: PathSyntax) -> Found:
        found = super()._find(syntax)
        self.found.append((found, syntax.names, self._start_of(found)))
        if found.row and len(found.names) < len(syntax.names):
            outer = self.names.find(syntax.names[: len(self._collection)])
            self.found.append((outer, outer.names, self.names.entity))
        return found

    def _start_of(self, found: Found) -> str:
        if found.variable:
            return self.names.variables[found.variable].entity
        return self._row_entity if found.row else self.names.entity

    def _operator(self, syntax: OperatorSyntax) -> Node:
        node = super()._operator(syntax)
        if syntax.name.text in (*COMPARISONS, "IN"):
            texts = [one for one in syntax.arguments if isinstance(one, Literal) and isinstance(one.value, str)]
            for path in (one for one in syntax.arguments if isinstance(one, PathSyntax)):
                if texts and (member := self._member_at(path)):
                    self.compared += [_compared(member, text) for text in texts]
        return node

    def _member_at(self, syntax: PathSyntax) -> tuple[str, str] | None:
        """The owner and the name of the member at the end of the path."""
        found = super()._find(syntax)
        if not found.members:
            return None
        before = found.members[-2].type.entity if len(found.members) > 1 else self._start_of(found)
        return before, found.members[-1].name


def _compared(member: tuple[str, str], text: Literal) -> Mention:
    return Mention(*member, text.start + 1, text.end - 1, compared=str(text.value))


def _mentioned(recorded: tuple[Found, tuple[Name, ...], str]) -> Iterator[Mention]:
    """Each written name with the entity that it was looked up in."""
    found, names, entity = recorded
    for name, member in zip(names[len(names) - len(found.members) :], found.members, strict=True):
        bracketed = name.end - name.start - len(name.text)  # {a name} stands in braces
        inner = bracketed // 2 if bracketed else 0
        yield Mention(entity, member.name, name.start + inner, name.end - inner, by_label=name.text != member.name)
        entity = member.type.entity
