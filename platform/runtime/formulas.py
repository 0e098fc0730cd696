"""The help on formulas: every function with its words and examples, as the language itself knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, request

from shuke.core.i18n import format_day, format_number, pick
from shuke.core.i18n import gettext as _
from shuke.expressions import FUNCTIONS
from shuke.expressions.functions.base import Function
from shuke.runtime.blueprint import blueprint
from shuke.screens.page import render
from shuke.screens.screen import screen


@dataclass(frozen=True, slots=True)
class Example:
    source: str
    result: str


@dataclass(frozen=True, slots=True)
class Described:
    """One function for people."""

    name: str
    signature: str
    description: str
    examples: tuple[Example, ...]


@screen(blueprint, "/help/formulas", permission="signed_in")
def formulas() -> Response:
    """What can be written in formulas, conditions and filters."""
    text = request.args.get("q", "").strip()
    found = {
        title: [described(function) for function in FUNCTIONS if function.category == category and _fits(function, text)]
        for category, title in _categories().items()
    }
    groups = {title: functions for title, functions in found.items() if functions}
    return render("runtime/formulas.html", fragment="runtime/_formulas.html", text=text, groups=groups, signs=_signs(), count=len(FUNCTIONS))


def _signs() -> tuple[Example, ...]:
    """What can be written besides functions."""
    return (
        Example("quantity * price", _("Calculate with + - * / ^ and %; join texts with &.")),
        Example("book.author", _("The author of the book that is linked here.")),
        Example("SUM(lines.amount)", _("Several records stand in functions such as SUM, COUNT or MAX only; a condition may follow.")),
        Example('state = "open"', _("Compare with = <> < <= > >= and IN (…); texts stand in double quotes.")),
        Example("me, my_unit, my_unit_tree, my_subordinates", _("Whoever looks at it, the own unit, the units below it, and the people below.")),
    )


def _categories() -> Mapping[str, str]:
    return {
        "logic": _("Conditions"), "numbers": _("Numbers"), "texts": _("Texts"), "dates": _("Dates and times"),
        "aggregates": _("Over several records"), "lists": _("Lists of choices"),
    }


def _fits(function: Function, text: str) -> bool:
    return text.casefold() in f"{function.name} {function.descriptions}".casefold()


def described(function: Function) -> Described:
    return Described(
        function.name, f"{function.name}({function.parameters})", pick(function.descriptions),
        tuple(Example(source, _shown(result)) for source, result in function.examples),
    )


def _shown(result: Any) -> str:
    if result is None:
        return _("(blank)")
    if isinstance(result, bool):
        return "TRUE" if result else "FALSE"
    if isinstance(result, int | Decimal):
        return format_number(result)
    return format_day(result) if type(result) is date else str(result)
