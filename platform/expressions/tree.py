"""The syntax tree: what was written, with its position, before names and types are known."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Syntax:
    """Part of the source from `start` to `end`; `depth` and `size` are counted as it grows."""

    start: int
    end: int
    depth: int
    size: int


@dataclass(frozen=True, slots=True)
class Literal(Syntax):
    value: Decimal | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    """One segment of a path."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PathSyntax(Syntax):
    names: tuple[Name, ...]

    @property
    def text(self) -> str:
        return ".".join(name.text for name in self.names)


@dataclass(frozen=True, slots=True)
class CallSyntax(Syntax):
    """A function, or an operator under its sign."""

    name: Name
    arguments: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class OperatorSyntax(CallSyntax):
    """`a + b`, `-a`, `a%`, `a IN (…)`."""
