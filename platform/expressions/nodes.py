"""The typed tree that the checker makes and both back ends read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shuke.expressions.types import Path, Type, Value

if TYPE_CHECKING:
    from shuke.expressions.functions.base import Function


@dataclass(frozen=True, slots=True)
class Node:
    """Part of an expression with its type and its place in the source."""

    type: Type
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Field(Node):
    """A member read from the record, or with `row` from the row that an aggregate is at.

    `fill`: a blank counts as 0, "" or FALSE, because the value goes into a computation.
    """

    path: Path
    fill: bool = False
    row: bool = False


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """`me`, or a member of a linked variable under its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: "Function"
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """A function over the rows of a collection for which the condition holds; `value` is computed in each row."""

    function: "Function"
    collection: Path
    value: Node | None
    condition: Node | None
