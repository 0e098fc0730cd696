"""What the formula editor asks while somebody writes: the mistake, the result on a record, what can be written next, help."""

from dataclasses import dataclass

from flask import Response, request

from shuke.builder.blueprint import blueprint
from shuke.builder.formulas.completion import completion, function_at
from shuke.builder.formulas.looks import look
from shuke.builder.formulas.places import asked_place, written_at
from shuke.builder.formulas.results import Result, result
from shuke.builder.workshop import workshop
from shuke.core.i18n import pick
from shuke.expressions.functions.base import Function
from shuke.runtime.formulas import described
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Help:
    """One function in words."""

    name: str
    signature: str
    description: str
    examples: tuple[tuple[str, str], ...]


@screen(blueprint, "/build/formula", permission="build", methods=("POST",))
def look_at_formula() -> Response:
    """`source` and `caret` in the place that `kind`, `name` and `pointer` name; `record` is the one to try it on."""
    kind, name, pointer = asked_place()
    source = request.form.get("source", "").replace("\r\n", "\n")[:_LONGEST]
    caret = _number(request.form.get("caret", ""), len(source))
    written = written_at(workshop(), kind, name, pointer)
    found = look(written, source)
    record, search = _number(request.form.get("record", ""), 0), request.form.get("q", "").strip()
    tried = result(actor(), written, source, record=record, search=search) if found.expression else Result()
    return render(
        "builder/_formula.html", fragment="builder/_formula.html", look=found, result=tried, search=search, help=_help(function_at(source, caret)),
        completion=completion(written, source, caret), id=request.form.get("id", ""),
    )


def _help(function: Function | None) -> Help | None:
    if function is None:
        return None
    said = described(function)
    return Help(said.name, said.signature, pick(function.descriptions), tuple((one.source, one.result) for one in said.examples))


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else otherwise
