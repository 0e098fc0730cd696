"""Marks rows and single cells of a list by the conditions of its view."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue
from shuke.expressions import Expression
from shuke.fields.scope import expression
from shuke.records import Link, Masked, Record
from shuke.views import ListPlan
from shuke.views.lists import RowColor


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
    return tuple(sorted({".".join(path) for when, _mark in _conditions(catalogue, plan) for path in when.paths}))


def row_color(catalogue: Catalogue, plan: ListPlan) -> Callable[[Record], str]:
    """The colour of a row: that of the first condition that holds."""
    conditions = [(when, mark.color) for when, mark in _conditions(catalogue, plan) if not mark.field]
    if not conditions:
        return lambda record: ""

    def color(record: Record) -> str:
        values = _RecordValues(record)
        return next((color for when, color in conditions if when.evaluate(values) is True), "")

    return color


def cell_colors(catalogue: Catalogue, plan: ListPlan) -> Callable[[Record], Mapping[str, str]]:
    """The colours of single cells, by the paths of their columns."""
    conditions = [(when, mark) for when, mark in reversed(_conditions(catalogue, plan)) if mark.field]
    if not conditions:
        return lambda record: _NONE

    def colors(record: Record) -> Mapping[str, str]:
        values = _RecordValues(record)
        return {mark.field: mark.color for when, mark in conditions if when.evaluate(values) is True}

    return colors


_NONE: Mapping[str, str] = MappingProxyType({})


def legend(plan: ListPlan) -> tuple[tuple[str, str], ...]:
    """Colour and meaning of the marks that say what they mean."""
    return tuple((mark.color, pick(mark.label)) for mark in plan.colors if mark.label)


def _conditions(catalogue: Catalogue, plan: ListPlan) -> list[tuple[Expression, RowColor]]:
    return [(expression(catalogue, plan.entity.name, mark.when), mark) for mark in plan.colors]
