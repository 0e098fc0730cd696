"""What a function is: its parameters, its words, its examples, and its two implementations."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from shuke.core.i18n import Label
from shuke.expressions.nodes import Call, Node
from shuke.expressions.types import Type, Value

Closure = Callable[[Any], Value]
"""Computes a value from an environment."""

Sql = sa.ColumnElement[Any]

_PARAMETER = re.compile(r"(\w+):(=?\w+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind`: number, text, bool, date, moment (date or instant), list, any; `same` and `case`: all of one type;
    `=integer` and `=text`: written out in the formula."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """`before`, then `group` once or more, then the optional ones of `after`."""

    before: tuple[Parameter, ...]
    group: tuple[Parameter, ...]
    after: tuple[Parameter, ...]

    @classmethod
    def read(cls, text: str) -> "Parameters":
        """`"value:case (case:case result:same)+ default:same?"`"""
        before, group, after = re.fullmatch(r"([^(?]*?)(?:\(([^)]*)\)\+)?((?: ?\w+:=?\w+\?)*)", text).groups()  # type: ignore[union-attr]
        return cls(*(tuple(Parameter(*found) for found in _PARAMETER.findall(part or "")) for part in (before, group, after)))

    def given(self, count: int) -> tuple[Parameter, ...] | None:
        """The parameters of a call with so many arguments, or None if there cannot be so many."""
        rest = count - len(self.before)
        if not self.group:
            return self.before + self.after[:rest] if 0 <= rest <= len(self.after) else None
        times, left = divmod(rest, len(self.group))
        return self.before + self.group * times + self.after[:left] if times >= 1 and left <= len(self.after) else None

    def __str__(self) -> str:
        group = [parameter.name for parameter in self.group]
        return ", ".join([
            *(parameter.name for parameter in self.before), *group, *(["…"] if group else []),
            *(f"[{parameter.name}]" for parameter in self.after)])


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """One function of the language. `evaluate` and `sql` get the arguments; neither sees a blank where it is `strict`.

    `sql` is for PostgreSQL; on SQLite `evaluate` itself is called by the database.
    """

    name: str
    category: str
    takes: str
    gives: Type | str | Callable[[Sequence[Node]], Type]
    """A type, `"same"` for that of the `same` parameters, or how it follows from the arguments."""
    descriptions: Label
    examples: tuple[tuple[str, Any], ...]
    evaluate: Callable[..., Value]
    sql: Callable[..., Sql] | None = None
    """Called with the call and its compiled arguments."""
    strict: bool = True
    make: Callable[[Call, Sequence[Closure]], Closure] | None = None
    """Makes the closure itself, where `evaluate` on the values of all arguments would not do."""
    results: Callable[[int], Iterable[int]] | None = None
    """Which of so many arguments can be the result as they are, such as the branches of IF."""
    aggregate: str = ""
    """The aggregation it does over a collection."""
    volatile: bool = False
    check: Callable[..., None] | None = None
    """Called with the arguments, where their types alone do not tell whether they are right."""
    parameters: Parameters = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", Parameters.read(self.takes))

    @property
    def signature(self) -> str:
        return f"{self.name}({self.parameters})"


def words(zh: str, en: str) -> Label:
    return {"zh": zh, "en": en}
