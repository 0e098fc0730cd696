"""Filters of a list for people: chips of what is set, quick choices, and an editor of field, operator and value."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from shuke import records
from shuke.access.actor import Actor
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Option
from shuke.expressions import Kind
from shuke.fields import ChoiceType, Operator
from shuke.records import Condition, Query
from shuke.runtime.blueprint import blueprint
from shuke.runtime.list_request import ListRequest, read_list_request
from shuke.runtime.reach import comparable, entity_for
from shuke.screens.page import go_to_address, render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column, ListPlan, list_plan
from shuke.views.columns import column, columns


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that is set, in words, and the list without it."""

    text: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str
    active: bool
    color: str = ""


@dataclass(frozen=True, slots=True)
class QuickFilter:
    """A field offered above the list: its choices, or an address that edits a condition on it."""

    label: str
    choices: tuple[Choice, ...]
    clear_url: str
    editor_url: str


@dataclass(frozen=True, slots=True)
class Filtering:
    """All that a list shows about its filters."""

    chips: tuple[Chip, ...]
    quick: tuple[QuickFilter, ...]
    editor_url: str


@dataclass(frozen=True, slots=True)
class Editor:
    """How the values of one condition are entered: `control` names the input."""

    operator: Operator
    values: tuple[str, ...]
    control: str
    choices: tuple[tuple[str, str], ...]
    target: str
    """The entity whose records are the values, for links."""


_COUNTED = frozenset({"last_n_days", "next_n_days"})
_TYPED = frozenset({"contains", "contains_not", "starts", "ends"})
_CONTROLS = {Kind.DATE: "date", Kind.DATETIME: "date", Kind.NUMBER: "number", Kind.BOOL: "boolean"}


def shown(who: Actor, plan: ListPlan, asked: ListRequest) -> Filtering:
    quick = tuple(_quick(item, asked) for item in plan.filters if comparable(who, item))
    chips = tuple(Chip(_sentence(who, plan, condition), asked.without(condition).url()) for condition in asked.conditions)
    return Filtering(chips, quick, asked.first_page().url("/filter"))


@screen(blueprint, "/r/<entity>/filter", permission="signed_in")
def edit_filter(entity: str) -> Response:
    """Choose a field, then an operator and values; a complete condition leads to the list that it gives."""
    visited, _rights = entity_for(actor(), entity)
    asked = read_list_request(entity, request.args).first_page()
    plan = list_plan(catalogue(), entity, asked.view)
    offered = _filterable(actor(), plan)
    chosen = next((item for item in offered if item.path == request.args.get("field")), None)
    editor = _editor(chosen) if chosen else None
    problems: tuple[str, ...] = ()
    if chosen and editor and "apply" in request.args:
        problems = _problems(chosen, editor.operator, editor.values)
        if not problems:
            return go_to_address(asked.with_condition(Condition(chosen.path, editor.operator.name, editor.values)).url())
    return render(
        "runtime/filter.html", fragment="runtime/_filter.html", status=422 if problems else 200,
        entity=visited, offered=[(item.path, pick(item.label)) for item in offered], chosen=chosen, editor=editor,
        problems=problems, back_url=asked.url(), kept=list(asked.parameters(page=False)),
    )


def _editor(chosen: Column) -> Editor:
    operator = _operator(chosen, request.args.get("operator", ""))
    values = tuple(value.strip() for value in request.args.getlist("value") if value.strip())
    choices = tuple((option.code, pick(option.label)) for option in options_of(chosen))
    target = chosen.type.rows("", chosen.field) or chosen.type.expression_type(chosen.field).entity
    return Editor(operator, values, _control(chosen, operator), choices, target)


def _control(chosen: Column, operator: Operator) -> str:
    """What the value is entered with."""
    shown = chosen.type.expression_type(chosen.field)
    if operator.arity == 0:
        return "none"
    if operator.name in _COUNTED:
        return "number"
    if options_of(chosen) and operator.name not in _TYPED:
        return "options"
    return "record" if shown.entity and operator.name not in _TYPED else _CONTROLS.get(shown.kind, "text")


def _quick(item: Column, asked: ListRequest) -> QuickFilter:
    current = {value for known in asked.conditions if known.field == item.path for value in known.values}
    operator = _choosing(item)
    choices = tuple(
        Choice(pick(option.label), _toggled(asked, item, operator, option.code, current), option.code in current, option.color)
        for option in options_of(item)
    ) if operator else ()
    editor = asked.first_page().url("/filter")
    editor += ("&" if "?" in editor else "?") + f"field={item.path}"
    return QuickFilter(pick(item.label), choices, asked.without_field(item.path).url() if current else "", editor)


def _toggled(asked: ListRequest, item: Column, operator: Operator, code: str, current: set[str]) -> str:
    """The list with this choice as well, or without it when it is set."""
    others = asked.without_field(item.path)
    wanted = tuple(option.code for option in options_of(item) if (option.code in current) != (option.code == code))
    return (others.with_condition(Condition(item.path, operator.name, wanted)) if wanted else others).url()


def _choosing(item: Column) -> Operator | None:
    """The operator that takes several codes."""
    if not options_of(item):
        return None
    return next((operator for operator in item.type.operators_of(item.field) if operator.arity is None), None)


def options_of(item: Column) -> Sequence[Option]:
    """The codes that a condition on this field can name."""
    return item.type.options(item.field) if isinstance(item.type, ChoiceType) else ()


def _filterable(who: Actor, plan: ListPlan) -> list[Column]:
    """Every field of the entity that can be filtered, the list's own columns first."""
    names = [item.path for item in (*plan.filters, *plan.columns)]
    names += [field.name for field in plan.entity.fields]
    found = columns(catalogue(), plan.entity, dict.fromkeys(names))
    return [item for item in found if item.type.operators_of(item.field) and comparable(who, item)]


def _operator(item: Column, name: str) -> Operator:
    return next((operator for operator in item.type.operators_of(item.field) if operator.name == name), item.type.operators_of(item.field)[0])


def _problems(item: Column, operator: Operator, values: Sequence[str]) -> tuple[str, ...]:
    try:
        operator.parse(item.type, values, item.field)
    except ValueError as error:
        return (str(error),)
    return ()


def _sentence(who: Actor, plan: ListPlan, condition: Condition) -> str:
    """The condition in words: “State is one of: Open, Paid”."""
    item = column(catalogue(), plan.entity, condition.field)
    try:
        operator = item.type.operator(condition.operator, item.field)
    except ValueError as error:
        raise InvalidInput({condition.field: [str(error)]}) from None
    values = _words(who, item, condition.values)
    return " ".join(filter(None, (pick(item.label), operator.label, values)))


def _words(who: Actor, item: Column, values: tuple[str, ...]) -> str:
    options = {option.code: pick(option.label) for option in options_of(item)}
    if options:
        return _(", ").join(options.get(value, value) for value in values)
    target = item.type.expression_type(item.field).entity
    if target and all(value.isdecimal() for value in values):
        return _(", ").join(_titles(who, target, values))
    return _(", ").join(_formatted(item, value) for value in values)


def _titles(who: Actor, target: str, values: tuple[str, ...]) -> list[str]:
    entity = catalogue().entity(target)
    found = records.query(who, entity, Query(fields=(entity.display,), ids=tuple(map(int, values)), count=False))
    return [record.title for record in found.records]


def _formatted(item: Column, value: str) -> str:
    try:
        return item.type.format(item.type.load(item.type.parse_plain(value, item.field), item.field), item.field)
    except ValueError:
        return value
