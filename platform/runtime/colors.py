"""Marks rows of a list by the conditions of its view."""

from collections.abc import Callable, Sequence
from typing import Any

from shuke.definitions.model import Catalogue
from shuke.expressions import Expression
from shuke.fields.scope import expression
from shuke.records import Link, Masked, Record
from shuke.views import ListPlan


class _RecordValues:
    """A record as an expression reads it: what the actor does not see is blank."""

    def __init__(self, record: Record) -> None:
        self._values = record.values

    def get(self, path: tuple[str, ...]) -> Any:
        value = self._values.get(".".join(path))
        if isinstance(value, Link):
            return value.id
        return None if isinstance(value, Masked) else value

    def rows(self, path: tuple[str, ...]) -> Sequence[Any]:
        return ()

    def variable(self, name: str) -> Any:
        return None


def color_fields(catalogue: Catalogue, plan: ListPlan) -> tuple[str, ...]:
    """The paths that the view's colour conditions read."""
    return tuple({".".join(path) for when, _color in _conditions(catalogue, plan) for path in when.paths})


def row_color(catalogue: Catalogue, plan: ListPlan) -> Callable[[Record], str]:
    """The colour of a row: that of the first condition that holds."""
    conditions = _conditions(catalogue, plan)
    if not conditions:
        return lambda record: ""

    def color(record: Record) -> str:
        values = _RecordValues(record)
        return next((color for when, color in conditions if when.evaluate(values) is True), "")

    return color


def _conditions(catalogue: Catalogue, plan: ListPlan) -> list[tuple[Expression, str]]:
    return [(expression(catalogue, plan.entity.name, color.when), color.color) for color in plan.colors]
