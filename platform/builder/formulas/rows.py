"""The form of a condition while it is being made: boxes and lines as they are sent, and the rows that they say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from werkzeug.datastructures import MultiDict

from shuke.builder.formulas.places import Written
from shuke.builder.formulas.subjects import Subject, likes, subject, unit_words
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.expressions import Kind
from shuke.expressions.stated import DEEPEST, Operand, OperandKind, Row, Rows

ROOT = "0"
MOST = 60
_BETWEEN = re.compile("[,，、;；]")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,20})?%?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Form = MultiDict[str, str]


@dataclass(slots=True)
class Line:
    """One condition as its inputs say it."""

    id: str
    subject: Subject | None = None
    operator: str = ""
    what: str = "value"
    """What it is compared with: `value`, `path`, `today` or `now`."""
    values: tuple[str, ...] = ()
    step: str = "0"
    direction: str = "before"
    unit: str = "D"
    problem: str = ""
    focus: bool = False
    paths: tuple[tuple[str, str], ...] = ()

    @property
    def arity(self) -> int | None:
        return self.subject.operator(self.operator).arity if self.subject else 0

    @property
    def operators(self) -> list[tuple[str, str]]:
        return [(one.name, one.label) for one in self.subject.operators()] if self.subject else []

    @property
    def control(self) -> str:
        """With what the value is entered."""
        if self.subject is None or self.arity == 0:
            return "none"
        if self.subject.type.kind is Kind.BOOL and not self.subject.is_count:
            return "boolean"
        if self.subject.is_link or self.what == "path":
            return "path"
        if self.what in ("today", "now"):
            return "moment"
        if self.subject.options and self.operator not in _TYPED:
            return "options"
        dated = self.subject.type.kind in (Kind.DATE, Kind.DATETIME) and not self.subject.is_count
        return "day" if dated else "number" if self.is_number else "text"

    @property
    def is_number(self) -> bool:
        return self.subject is not None and (self.subject.is_count or self.subject.type.kind is Kind.NUMBER)

    @property
    def takes_many(self) -> bool:
        return self.arity is None

    @property
    def whats(self) -> list[tuple[str, str]]:
        """Between what can be chosen."""
        if self.subject is None or self.arity != 1 or self.control == "boolean" or self.subject.is_link or self.operator in _TYPED:
            return []
        found = [("value", _("Value"))]
        if self.subject.type.kind in (Kind.DATE, Kind.DATETIME) and not self.subject.is_count:
            found = [("value", _("Day")), ("today", _("Today"))]
        if self.subject.type.kind is Kind.DATETIME and not self.subject.is_count:
            found.append(("now", _("Now")))
        return [*found, ("path", _("Field"))]

    @property
    def units(self) -> list[tuple[str, str]]:
        """By what steps it is counted: days have no hours."""
        return [(name, words) for name, words in unit_words().items() if name != "H" or self.what == "now"]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(one.code, pick(one.label) or one.code) for one in self.subject.options] if self.subject else []


_TYPED = frozenset({"contains", "contains_not", "starts", "ends"})


@dataclass(slots=True)
class Box:
    """A group of conditions as the form has it."""

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

    def lines(self) -> Iterator[Line]:
        return (one for one in self.walk() if isinstance(one, Line))


# From rows


def box_of(written: Written, rows: Rows) -> Box:
    made = Box(ROOT, 1, rows.either)
    _fill(written, made, rows.parts, iter(range(1, 10 * MOST)))
    return made


def _fill(written: Written, box: Box, parts: Sequence[Row | Rows], numbers: Iterator[int]) -> None:
    for part in parts:
        if isinstance(part, Rows):
            inner = Box(str(next(numbers)), box.depth + 1, part.either)
            _fill(written, inner, part.parts, numbers)
            box.parts.append(inner)
        else:
            box.parts.append(_line(written, str(next(numbers)), part))


def _line(written: Written, id_: str, row: Row) -> Line:
    found = subject(written, ".".join(row.path) + ("#" if row.is_count else ""))
    line = Line(id_, found, row.operator, values=tuple(one.text for one in row.operands))
    first = row.operands[0] if row.operands else None
    if first and first.kind in ("today", "now"):
        line.what, line.values = first.kind, ()
        line.step, line.unit = first.text.removeprefix("-") or "0", first.unit or "D"
        line.direction = "before" if first.text.startswith("-") or not first.text else "after"
    elif first and first.kind == "path":
        line.what = "path"
    return line


# From the form


def read(written: Written, form: Form) -> Box:
    """The boxes and lines of the form; each `node` is named with what it stands in."""
    boxes = {ROOT: Box(ROOT, 1, form.get(f"join.{ROOT}") == "any")}
    for node in form.getlist("node")[: 2 * MOST]:
        kind, _colon, rest = node.partition(":")
        id_, _colon, within = rest.partition(":")
        holder = boxes.get(within)
        if holder is None or not id_.isdecimal():
            continue
        if kind == "box" and holder.may_nest and id_ not in boxes:
            boxes[id_] = Box(id_, holder.depth + 1, form.get(f"join.{id_}") == "any")
            holder.parts.append(boxes[id_])
        elif kind == "line":
            holder.parts.append(_read_line(written, form, id_))
    return boxes[ROOT]


def _read_line(written: Written, form: Form, id_: str) -> Line:
    chosen = form.get(f"field.{id_}", "")
    found = subject(written, chosen) if chosen else None
    if found is None:
        return Line(id_)
    if form.get(f"was.{id_}") != chosen:  # another member was chosen: what was entered for the old one means nothing now
        return start(id_, found)
    operator = found.operator(form.get(f"operator.{id_}", "")).name
    line = Line(
        id_, found, operator, form.get(f"what.{id_}", "value"), tuple(value.strip() for value in form.getlist(f"value.{id_}") if value.strip()),
        form.get(f"step.{id_}", "0").strip() or "0", form.get(f"direction.{id_}", "before"), form.get(f"unit.{id_}", "D"),
    )
    if line.what not in {name for name, _label in line.whats}:
        line.what = "path" if found.is_link else "value"
    if line.unit not in {name for name, _words in line.units}:
        line.unit = "D"
    if form.get(f"had.{id_}", line.control) != line.control:
        line.values = ()
    if line.takes_many and line.control in ("text", "number"):
        line.values = tuple(word.strip() for value in line.values for word in _BETWEEN.split(value) if word.strip())
    return line


def start(id_: str, found: Subject) -> Line:
    """A line on a member with its most usual operator."""
    usual = next((one for one in found.operators() if one.arity is None), None) if found.options and found.type.kind is not Kind.LIST else None
    operator = usual or found.operators()[0]
    what = "path" if found.is_link else "value"
    return Line(id_, found, operator.name, what, ("true",) if found.type.kind is Kind.BOOL and not found.is_count else ())


def dress(written: Written, box: Box) -> None:
    """With the paths that can be chosen on the right."""
    for line in box.lines():
        if line.subject is not None and line.control == "path":
            line.paths = likes(written, line.subject, lists=line.takes_many)
            known = {path for path, _label in line.paths}
            line.paths += tuple((value, found.label) for value in line.values if value not in known and (found := subject(written, value)))


# Into rows


def rows_of(box: Box) -> Rows:
    """What has been said completely."""
    parts: list[Row | Rows] = []
    for part in box.parts:
        if isinstance(part, Box):
            inner = rows_of(part)
            parts += [inner] if len(inner.parts) > 1 else inner.parts
        elif part.subject and not problem(part):
            parts.append(Row(part.subject.path, part.operator, _operands(part), part.subject.is_count))
    return Rows(tuple(parts), box.either and len(parts) > 1)


def note_problems(box: Box) -> bool:
    """Write beside each line what is wrong with it; a line without a field says nothing."""
    for line in box.lines():
        line.problem = problem(line) if line.subject else ""
    return any(line.problem for line in box.lines())


def problem(line: Line) -> str:
    control = line.control
    if control == "none":
        return ""
    if control == "moment":
        return "" if line.step.isdecimal() and len(line.step) < 6 else _("Enter a whole number.")
    if not line.values:
        return _("A value is missing.")
    if control == "number" and not all(_NUMBER.fullmatch(value) for value in line.values):
        return _("Enter a number.")
    if control == "day" and not all(_is_day(value) for value in line.values):
        return _("Enter a day.")
    return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None


def _operands(line: Line) -> tuple[Operand, ...]:
    match line.control:
        case "none":
            return ()
        case "moment":
            kind: OperandKind = "today" if line.what == "today" else "now"
            step = int(line.step)
            return (Operand(kind, f"{'-' if line.direction == 'before' else ''}{step}", line.unit) if step else Operand(kind),)
        case "boolean":
            return (Operand("truth", "false" if line.values[0] == "false" else "true"),)
    kinds: dict[str, OperandKind] = {"path": "path", "number": "number"}
    values = line.values if line.takes_many else line.values[:1]
    return tuple(Operand(kinds.get(line.control, "text"), value) for value in values)


# What the buttons do


def add(box: Box, at: str) -> None:
    holder = _holder(box, at)
    if holder is not None and sum(1 for _line in box.lines()) < MOST:
        holder.parts.append(Line(_new_id(box), focus=True))


def add_box(box: Box, at: str) -> None:
    holder = _holder(box, at)
    if holder is not None and holder.may_nest:
        inner = Box(_new_id(box), holder.depth + 1, not holder.either)
        holder.parts.append(inner)
        inner.parts.append(Line(_new_id(box), focus=True))


def remove(box: Box, at: str) -> None:
    for holder in list(box.walk()):
        if isinstance(holder, Box) and any(part.id == at for part in holder.parts):
            holder.parts = [part for part in holder.parts if part.id != at]
            holder.focus = True


def _holder(box: Box, id_: str) -> Box | None:
    return next((one for one in box.walk() if isinstance(one, Box) and one.id == id_), None)


def _new_id(box: Box) -> str:
    return str(max(int(one.id) for one in box.walk()) + 1)
