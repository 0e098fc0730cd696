"""Filters of a list for people: chips of what is set, in sentences, and quick choices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shuke import records
from shuke.access.actor import Actor
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Option
from shuke.fields import ChoiceType, Operator
from shuke.fields.link import is_id
from shuke.records import Condition, Conditions, Query
from shuke.records.filters import SPOKEN
from shuke.runtime.drill import drilled
from shuke.runtime.list_fields import long_label
from shuke.runtime.list_request import ListRequest
from shuke.runtime.reach import comparable
from shuke.views import Column, ListPlan
from shuke.views.columns import column


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
    more: tuple[QuickFilter, ...]
    """Those for which there is no room at once."""
    editor_url: str
    count: int
    """How many conditions are set."""


AT_ONCE = 5
"""So many quick filters stand beside each other; those that are set always do."""


def shown(who: Actor, plan: ListPlan, asked: ListRequest) -> Filtering:
    every = [_quick(item, asked) for item in plan.filters if comparable(who, item)]
    quick = [one for place, one in enumerate(every) if place < AT_ONCE or one.clear_url]
    chips = [Chip(drilled(who, asked.part, plan.entity.name).label, replace(asked.first_page(), part="").url())] if asked.part else []
    chips += [Chip(sentence(who, plan.entity, condition), asked.without(condition).url()) for condition in asked.conditions]
    if asked.tree is not None:
        chips.append(Chip(sentence(who, plan.entity, asked.tree), replace(asked.first_page(), tree=None).url()))
    return Filtering(tuple(chips), tuple(quick), tuple(one for one in every if one not in quick), asked.first_page().url("/filter"), sum(1 for one in asked.all_conditions() for _one in walk(one)))


def _quick(item: Column, asked: ListRequest) -> QuickFilter:
    current = {value for known in asked.conditions if known.field == item.path for value in known.values}
    operator, others = _choosing(item), asked.without_field(item.path)
    choices = tuple(
        Choice(pick(option.label), _toggled(others, item, operator, option.code, current), option.code in current, option.color)
        for option in options_of(item)
    ) if operator else ()
    editor = asked.first_page().url("/filter")
    editor += ("&" if "?" in editor else "?") + f"field={item.path}"
    return QuickFilter(pick(item.label), choices, others.url() if current else "", editor)


def _toggled(others: ListRequest, item: Column, operator: Operator, code: str, current: set[str]) -> str:
    """The list with this choice as well, or without it when it is set; `others` is the list without this field's conditions."""
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


def walk(part: Condition | Conditions) -> Iterator[Condition]:
    """Every condition in a part of a filter."""
    return part.walk() if isinstance(part, Conditions) else iter((part,))


def sentence(who: Actor, entity: Entity, part: Condition | Conditions, *, inside: bool = False) -> str:
    """A part of a filter in words: “State is one of Open, Paid or (Total is more than 100 and Owner is me)”."""
    if isinstance(part, Condition):
        return _sentence(who, entity, part)
    words = (_(" or ") if part.either else _(" and ")).join(sentence(who, entity, one, inside=True) for one in part.parts)
    return f"({words})" if inside and len(part.parts) > 1 else words


def _sentence(who: Actor, entity: Entity, condition: Condition) -> str:
    item = column(catalogue(), entity, condition.field)
    try:
        operator = item.type.operator(condition.operator, item.field)
    except ValueError as error:
        raise InvalidInput({condition.field: [str(error)]}) from None
    values = _words(who, item, condition.values)
    return " ".join(filter(None, (long_label(entity, item), operator.label, values)))


def _words(who: Actor, item: Column, values: tuple[str, ...]) -> str:
    options = {option.code: pick(option.label) for option in options_of(item)}
    if options:
        return _(", ").join(options.get(value, value) for value in values)
    target = target_of(item)
    if target and all(value.isdecimal() or value in SPOKEN for value in values):
        titles = titles_of(who, target, values)
        return _(", ").join(titles.get(value, "****") for value in values)
    return _(", ").join(_formatted(item, value) for value in values)


def target_of(item: Column) -> str:
    """The entity whose records a condition on this field names, or `""`."""
    name = item.type.rows("", item.field) or item.type.expression_type(item.field).entity
    return name if name in catalogue().entities else ""


def spoken_words(target: str) -> dict[str, str]:
    """What can be named instead of a record: me, my unit."""
    words = {"@me": _("me"), "@my_unit": _("my unit")}
    return {value: words[value] for value, entity in SPOKEN.items() if entity == target}


def titles_of(who: Actor, target: str, values: Sequence[str]) -> dict[str, str]:
    """What the named records are called, as far as the actor may see them."""
    entity = catalogue().entity(target)
    ids = tuple(int(value) for value in values if is_id(value))
    found = records.query(who, entity, Query(fields=(entity.display,), ids=ids, limit=len(ids), count=False)).records if ids else ()
    return {str(record.id): record.title for record in found} | spoken_words(target)


def _formatted(item: Column, value: str) -> str:
    try:
        return item.type.format(item.type.load(item.type.parse_plain(value, item.field), item.field), item.field)
    except ValueError:
        return value
