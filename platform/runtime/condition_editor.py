"""The editor of a list's conditions: rows of field, operator and value, in groups of which all or any have to hold."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from flask import Response, make_response, request

from shuke import records
from shuke.access.actor import Actor
from shuke.core.errors import InvalidInput
from shuke.core.i18n import format_number, ngettext, pick
from shuke.core.i18n import gettext as _
from shuke.expressions import Kind
from shuke.fields import Operator
from shuke.records import Condition, Conditions
from shuke.records.filters import DEEPEST, SPOKEN
from shuke.runtime.blueprint import blueprint
from shuke.runtime.condition_text import MOST
from shuke.runtime.filters import options_of, spoken_words, target_of, titles_of
from shuke.runtime.list_fields import FieldGroup, fields_where, long_label
from shuke.runtime.list_request import ListRequest
from shuke.runtime.list_state import Listing, listing
from shuke.screens.page import go_to_address, render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor
from shuke.views import Column

ROOT = "0"
_BETWEEN = re.compile("[,，、;；]")
_COUNTED = frozenset({"last_n_days", "next_n_days"})
_TYPED = frozenset({"contains", "contains_not", "starts", "ends"})
_CONTROLS = {Kind.DATE: "date", Kind.DATETIME: "date", Kind.NUMBER: "number", Kind.BOOL: "boolean"}


@dataclass(slots=True)
class Line:
    """One condition while it is being made; `control` names the input of its values."""

    id: str
    chosen: Column | None = None
    operator: Operator | None = None
    values: tuple[str, ...] = ()
    control: str = "none"
    choices: tuple[tuple[str, str], ...] = ()
    target: str = ""
    spoken: tuple[tuple[str, str], ...] = ()
    """What can be named instead of a record."""
    linked: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    focus: bool = False

    @property
    def operators(self) -> tuple[tuple[str, str], ...]:
        return tuple((one.name, one.label) for one in self.chosen.type.operators_of(self.chosen.field)) if self.chosen else ()

    @property
    def inputs(self) -> int:
        arity = self.operator.arity if self.operator else 0
        return 1 if arity is None else arity

    @property
    def takes_many(self) -> bool:
        return self.operator is not None and self.operator.arity is None

    @property
    def is_spoken(self) -> bool:
        return self.control == "record" and bool(self.values) and self.values[0] in SPOKEN

    @property
    def shape(self) -> str:
        """As long as it is the same, the inputs of the values are the same."""
        path = self.chosen.path if self.chosen else ""
        return f"{path} {self.control} {self.inputs}{' many' if self.takes_many else ''}{' spoken' if self.is_spoken else ''}"


@dataclass(slots=True)
class Box:
    """A group of conditions while it is being made."""

    id: str
    depth: int
    either: bool = False
    parts: "list[Line | Box]" = field(default_factory=list)
    focus: bool = False

    @property
    def may_nest(self) -> bool:
        return self.depth < DEEPEST

    def walk(self) -> "Iterator[Line | Box]":
        yield self
        for part in self.parts:
            if isinstance(part, Box):
                yield from part.walk()
            else:
                yield part


@screen(blueprint, "/r/<entity>/filter", methods=["GET", "POST"], permission="signed_in")
def edit_filter(entity: str) -> Response:
    """Put conditions together; applied, they lead to the list that they give."""
    listed = listing(entity)
    offered = fields_where(actor(), listed.entity, lambda one: bool(one.type.operators_of(one.field)))
    known = {one.path: one for group in offered for one in group.columns}
    if request.method == "GET":
        box = _box(listed.asked, known)
        if found := known.get(request.args.get("field", "")):
            _line_for(box, found)
        if not box.parts:
            box.parts.append(Line("1"))
        return _answer(listed, box, offered)
    box = _read(known)
    wish, _colon, at = request.form.get("do", "").partition(":")
    if wish in _WISHES:
        _WISHES[wish](box, at)
        return _answer(listed, box, offered)
    if wish == "count":
        return make_response(_count(listed, box))
    problems = wish == "apply" and _note_problems(box)
    if wish == "apply" and not problems:
        return go_to_address(_applied(listed.asked, box).url())
    return _answer(listed, box, offered, status=422 if problems else 200)


def _answer(listed: Listing, box: Box, offered: Sequence[FieldGroup], status: int = 200) -> Response:
    for line in box.walk():
        if isinstance(line, Line) and line.chosen is not None:
            _dress(actor(), line)
    names = {one.path: long_label(listed.entity, one) for group in offered for one in group.columns}
    return render(
        "runtime/filter.html", fragment="runtime/_filter.html", status=status, entity=listed.entity, box=box, offered=offered, names=names,
        url=listed.asked.without_conditions().url("/filter"), back_url=listed.asked.first_page().url(), count=_count(listed, box),
    )


# From the address, and back into it


def _box(asked: ListRequest, known: dict[str, Column]) -> Box:
    """The conditions of a list as they can be edited; those in groups become part of the whole where that means the same."""
    parts: tuple[Condition | Conditions, ...] = asked.conditions
    either = False
    if asked.tree is not None and not asked.tree.either:
        parts = (*parts, *asked.tree.parts)
    elif asked.tree is not None and not parts:
        parts, either = asked.tree.parts, True
    elif asked.tree is not None:
        parts = (*parts, asked.tree)
    made = Box(ROOT, 1, either)
    _fill(made, parts, known, iter(range(1, 10 * MOST)))
    return made


def _fill(box: Box, parts: Sequence[Condition | Conditions], known: dict[str, Column], numbers: Iterator[int]) -> None:
    for part in parts:
        if isinstance(part, Conditions):
            inner = Box(str(next(numbers)), box.depth + 1, part.either)
            _fill(inner, part.parts, known, numbers)
            box.parts.append(inner)
        elif part.field in known:
            box.parts.append(_line(str(next(numbers)), known[part.field], part.operator, part.values))


def _applied(asked: ListRequest, box: Box) -> ListRequest:
    """Conditions that stand alone are written one by one, all others as a tree."""
    made = _conditions(box)
    if box.either and len(made.parts) > 1:
        return replace(asked.first_page(), conditions=(), tree=made)
    alone: dict[tuple[str, str], Condition] = {}
    rest: list[Condition | Conditions] = []
    for part in made.parts:
        if isinstance(part, Condition) and (part.field, part.operator) not in alone:
            alone[part.field, part.operator] = part
        else:
            rest.append(part)
    return replace(asked.first_page(), conditions=tuple(alone.values()), tree=_tree(rest))


def _tree(rest: Sequence[Condition | Conditions]) -> Conditions | None:
    if len(rest) == 1 and isinstance(rest[0], Conditions):
        return rest[0]
    return Conditions(tuple(rest)) if rest else None


def _conditions(box: Box) -> Conditions:
    """What has been said completely so far."""
    parts: list[Condition | Conditions] = []
    for part in box.parts:
        if isinstance(part, Box):
            inner = _conditions(part)
            if len(inner.parts) == 1:
                parts.append(inner.parts[0])
            elif inner.parts:
                parts.append(inner)
        elif part.chosen and part.operator and not _problem(part):
            parts.append(Condition(part.chosen.path, part.operator.name, part.values))
    return Conditions(tuple(parts), box.either)


# From the form


def _read(known: dict[str, Column]) -> Box:
    """The boxes and lines of the form; each `node` is named with what it stands in."""
    form = request.form
    boxes = {ROOT: Box(ROOT, 1, form.get(f"join.{ROOT}") == "any")}
    for node in form.getlist("node")[:2 * MOST]:
        kind, _colon, rest = node.partition(":")
        id_, _colon, inside = rest.partition(":")
        holder = boxes.get(inside)
        if holder is None or not id_.isdecimal():
            continue
        if kind == "box" and holder.may_nest and id_ not in boxes:
            boxes[id_] = Box(id_, holder.depth + 1, form.get(f"join.{id_}") == "any")
            holder.parts.append(boxes[id_])
        elif kind == "line":
            holder.parts.append(_read_line(id_, known))
    return boxes[ROOT]


def _read_line(id_: str, known: dict[str, Column]) -> Line:
    form = request.form
    chosen = known.get(form.get(f"field.{id_}", ""))
    if chosen is None:
        return Line(id_)
    values = tuple(value.strip() for value in form.getlist(f"value.{id_}") if value.strip())
    spoken = form.get(f"spoken.{id_}", "")
    if form.get(f"was.{id_}") != chosen.path:  # another field was chosen: what was entered for the old one means nothing now
        return _line(id_, chosen, "", ())
    return _line(id_, chosen, form.get(f"operator.{id_}", ""), (spoken,) if spoken in SPOKEN else values)


def _line(id_: str, chosen: Column, operator: str, values: tuple[str, ...]) -> Line:
    operators = chosen.type.operators_of(chosen.field)
    usual = next((one for one in operators if one.arity is None), operators[0]) if options_of(chosen) else operators[0]
    found = next((one for one in operators if one.name == operator), usual)
    control = _control(chosen, found)
    if found.arity is not None:
        values = values[:found.arity]
    elif control in ("text", "number", "date"):
        values = tuple(word.strip() for value in values for word in _BETWEEN.split(value) if word.strip())
    return Line(id_, chosen, found, values, control)


def _control(chosen: Column, operator: Operator) -> str:
    """What the values are entered with."""
    if operator.arity == 0:
        return "none"
    if operator.name in _COUNTED:
        return "number"
    if options_of(chosen) and operator.name not in _TYPED:
        return "options"
    return "record" if target_of(chosen) and operator.name not in _TYPED else _CONTROLS.get(chosen.type.expression_type(chosen.field).kind, "text")


def _dress(who: Actor, line: Line) -> None:
    """With the choices, and the titles of the records that are named."""
    assert line.chosen is not None
    if line.control == "options":
        line.choices = tuple((option.code, pick(option.label)) for option in options_of(line.chosen))
    if line.control == "record":
        line.target = target_of(line.chosen)
        line.spoken = tuple(spoken_words(line.target).items())
        titles = titles_of(who, line.target, line.values) if line.values else {}
        line.linked = tuple((value, titles.get(value, "****")) for value in line.values if value not in SPOKEN)


# What the buttons do


def _line_for(box: Box, found: Column) -> None:
    """Have a condition on this field under the cursor: the one that is there, else a new one."""
    for line in box.walk():
        if isinstance(line, Line) and line.chosen is not None and line.chosen.path == found.path:
            line.focus = True
            return
    line = _line(_new_id(box), found, "", ())
    line.focus = True
    box.parts.append(line)


def _add(box: Box, at: str) -> None:
    holder = _holder(box, at)
    line = Line(_new_id(box), focus=True)
    if holder is not None and sum(isinstance(one, Line) for one in box.walk()) < MOST:
        holder.parts.append(line)


def _add_box(box: Box, at: str) -> None:
    holder = _holder(box, at)
    if holder is not None and holder.may_nest:
        inner = Box(_new_id(box), holder.depth + 1, not holder.either)
        holder.parts.append(inner)
        inner.parts.append(Line(_new_id(box), focus=True))


def _remove(box: Box, at: str) -> None:
    for holder in list(box.walk()):
        if isinstance(holder, Box) and any(part.id == at for part in holder.parts):
            holder.parts = [part for part in holder.parts if part.id != at]
            holder.focus = True


def _holder(box: Box, id_: str) -> Box | None:
    return next((one for one in box.walk() if isinstance(one, Box) and one.id == id_), None)


def _new_id(box: Box) -> str:
    return str(max(int(one.id) for one in box.walk()) + 1)


_WISHES = {"add": _add, "group": _add_box, "remove": _remove}


# What is wrong, and how much there is


def _note_problems(box: Box) -> bool:
    """Write beside each line what is wrong with it."""
    found = False
    for line in box.walk():
        if isinstance(line, Line) and line.chosen is not None:
            line.problem = _problem(line)
            found = found or bool(line.problem)
    return found


def _problem(line: Line) -> str:
    assert line.chosen is not None and line.operator is not None
    target = target_of(line.chosen)
    values = ["1" if target and SPOKEN.get(value) == target else value for value in line.values]
    if line.operator.arity != 0 and not values:
        return _("A value is missing.")
    try:
        line.operator.parse(line.chosen.type, values, line.chosen.field)
    except ValueError as wrong:
        return str(wrong)
    return ""


def _count(listed: Listing, box: Box) -> str:
    """How many records there are with these conditions, the complete ones."""
    asked = replace(listed, asked=replace(listed.asked.without_conditions(), tree=_conditions(box)))
    try:
        number, capped = records.count(actor(), listed.entity, asked.query(fields=()))
    except InvalidInput:
        return ""
    if capped:
        return _("%(number)s+ records", number=format_number(number))
    return ngettext("%(number)s record", "%(number)s records", number)
