"""Conditions as people state them: rows of member, operator and value, in groups of which all or any hold; read from formulas and written as such."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from shuke.expressions.errors import ExpressionError
from shuke.expressions.names import Found, Names
from shuke.expressions.parse import parse
from shuke.expressions.tree import CallSyntax, OperatorSyntax, PathSyntax, Syntax
from shuke.expressions.tree import Literal as LiteralSyntax
from shuke.expressions.types import STANDARD_VARIABLES, Kind, Path, Scope, Type

OperandKind = Literal["text", "number", "truth", "path", "today", "now"]
DEEPEST = 3
"""Groups stand in each other so deep at most."""
UNITS = ("Y", "M", "W", "D", "H")
"""The steps by which a moment lies before or after now."""


@dataclass(frozen=True, slots=True)
class Operand:
    """What a member is compared with: something written out, another path, or a moment counted from now."""

    kind: OperandKind
    text: str = ""
    """The value, the path, or how far from now: `-7`, `""` for now itself."""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `is_count` compares how many records a collection has."""

    path: Path
    operator: str
    """By the names that filters of lists have: `is`, `gt`, `in`, `blank`, …"""
    operands: tuple[Operand, ...] = ()
    is_count: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """All of them hold, or `either`: at least one."""

    parts: tuple["Row | Rows", ...] = ()
    either: bool = False

    def walk(self) -> Iterator[Row]:
        for part in self.parts:
            if isinstance(part, Rows):
                yield from part.walk()
            else:
                yield part


def stated(source: str, scope: Scope, owner: str, variables: Mapping[str, Type] = STANDARD_VARIABLES) -> Rows | None:
    """The rows that say the same as the formula; None where it is not of that form, or has a mistake."""
    names = Names(scope, owner, variables)
    try:
        syntax = parse(source)
        found = _Reader(names).group(syntax, 1)
        same = found is not None and _plain(parse(written(found)), names) == _plain(syntax, names)
    except ExpressionError:
        return None
    return found if same else None


def written(rows: Rows) -> str:
    """The formula that says the same as the rows; `""` without any."""
    return _joined(rows)


def constant(source: str) -> Operand | None:
    """The value, where the formula is nothing but one that is written out."""
    try:
        syntax = parse(source)
    except ExpressionError:
        return None
    if isinstance(syntax, LiteralSyntax) and isinstance(syntax.value, bool):
        found: Operand | None = Operand("truth", str(syntax.value).lower())
    else:
        found = _value(syntax)
    return found if found is not None and _operand(found) == source.strip() else None


def constant_source(value: Operand) -> str:
    """The formula that is this value."""
    return _operand(value)


def _joined(rows: Rows) -> str:
    parts = [_joined(part) if isinstance(part, Rows) else _row(part) for part in rows.parts]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return "".join(parts)
    return f"{'OR' if rows.either else 'AND'}({', '.join(parts)})"


# Writing

_SIGNS: Mapping[str, str] = MappingProxyType({"is": "=", "is_not": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="})
_CALLS: Mapping[str, str] = MappingProxyType({
    "blank": "ISBLANK", "contains": "CONTAINS", "starts": "STARTSWITH", "ends": "ENDSWITH", "has": "HAS", "has_all": "HASALL",
})
_NEGATED: Mapping[str, str] = MappingProxyType({"not_blank": "blank", "contains_not": "contains", "has_not": "has", "not_in": "in"})
"""Operators that are said with NOT around another one."""


def _row(row: Row) -> str:
    path = ".".join(row.path)
    subject = f"COUNT({path})" if row.is_count else path
    if row.operator in _NEGATED:
        other = Row(row.path, _NEGATED[row.operator], row.operands, row.is_count)
        return f"NOT({_row(other)})" if row.operator != "not_in" else f"{subject} NOT IN {_items(row)}"
    if row.operator == "in":
        return f"{subject} IN {_items(row)}"
    if row.operator in _CALLS:
        return f"{_CALLS[row.operator]}({', '.join((subject, *map(_operand, row.operands)))})"
    (operand,) = row.operands
    if operand.kind == "truth":
        return subject if (operand.text == "true") == (row.operator == "is") else f"NOT({subject})"
    return f"{subject} {_SIGNS[row.operator]} {_operand(operand)}"


def _items(row: Row) -> str:
    """A list that has a name, or values in brackets."""
    if len(row.operands) == 1 and row.operands[0].kind == "path":
        return _operand(row.operands[0])
    return f"({', '.join(map(_operand, row.operands))})"


def _operand(operand: Operand) -> str:
    match operand.kind:
        case "text":
            return '"' + operand.text.replace('"', '""') + '"'
        case "today" | "now":
            moment = f"{operand.kind.upper()}()"
            return f'DATEADD({moment}, {operand.text}, "{operand.unit}")' if operand.text else moment
        case "truth":
            return operand.text.upper()
    return operand.text


# Reading


class _Reader:
    """From the syntax to the rows; None for what is no row."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def group(self, syntax: Syntax, depth: int) -> Rows | None:
        if not _is_call(syntax, "AND", "OR"):
            row = self.row(syntax)
            return Rows((row,)) if row else None
        assert isinstance(syntax, CallSyntax)
        if depth > DEEPEST or len(syntax.arguments) < 2:
            return None
        parts: list[Row | Rows] = []
        for argument in syntax.arguments:
            part: Row | Rows | None = self.group(argument, depth + 1) if _is_call(argument, "AND", "OR") else self.row(argument)
            if part is None:
                return None
            parts.append(part)
        return Rows(tuple(parts), syntax.name.text == "OR")

    def row(self, syntax: Syntax) -> Row | None:
        if _is_call(syntax, "NOT"):
            assert isinstance(syntax, CallSyntax)
            return self._negated(syntax.arguments[0]) if len(syntax.arguments) == 1 else None
        if isinstance(syntax, PathSyntax):
            return self._test(syntax, "is", (Operand("truth", "true"),), Kind.BOOL)
        if isinstance(syntax, OperatorSyntax):
            return self._compared(syntax)
        if isinstance(syntax, CallSyntax):
            operator = next((operator for operator, name in _CALLS.items() if name == syntax.name.text), "")
            if operator and syntax.arguments:
                operands = [self._operand(one) for one in syntax.arguments[1:]]
                return self._test(syntax.arguments[0], operator, operands)
        return None

    def _negated(self, inner: Syntax) -> Row | None:
        row = self.row(inner)
        if row is None:
            return None
        if row.operator == "is" and row.operands[0].kind == "truth" and isinstance(inner, PathSyntax):
            return Row(row.path, "is", (Operand("truth", "false"),))
        operator = next((one for one, other in _NEGATED.items() if other == row.operator), "")
        return Row(row.path, operator, row.operands, row.is_count) if operator else None

    def _compared(self, syntax: OperatorSyntax) -> Row | None:
        left, *rest = syntax.arguments
        if syntax.name.text == "IN":
            return self._test(left, "in", [self._operand(one) for one in rest])
        operator = next((operator for operator, sign in _SIGNS.items() if sign == syntax.name.text), "")
        return self._test(left, operator, [self._operand(one) for one in rest]) if operator else None

    def _test(self, subject: Syntax, operator: str, operands: "list[Operand | None] | tuple[Operand, ...]", wanted: Kind | None = None) -> Row | None:
        is_count = _is_call(subject, "COUNT")
        if is_count:
            assert isinstance(subject, CallSyntax)
            if len(subject.arguments) != 1:
                return None
            subject = subject.arguments[0]
        known = [one for one in operands if one is not None]
        if not isinstance(subject, PathSyntax) or len(known) != len(operands):
            return None
        found = self._found(subject, is_collection=is_count)
        if found is None or (wanted and found.type.kind is not wanted):
            return None
        return Row(_path_of(found), operator, tuple(known), is_count)

    def _found(self, syntax: PathSyntax, *, is_collection: bool = False) -> Found | None:
        found = self.names.find(syntax.names)
        many = found.many
        if is_collection:
            return found if many == len(found.members) and not found.variable else None
        return found if many is None else None

    def _operand(self, syntax: Syntax) -> Operand | None:
        if isinstance(syntax, PathSyntax):
            found = self._found(syntax)
            return Operand("path", ".".join(_path_of(found))) if found else None
        if isinstance(syntax, CallSyntax) and not isinstance(syntax, OperatorSyntax):
            return self._moment(syntax)
        return _value(syntax)

    def _moment(self, syntax: CallSyntax) -> Operand | None:
        """Today, now, or so many days before or after."""
        if syntax.name.text in ("TODAY", "NOW") and not syntax.arguments:
            return Operand("today" if syntax.name.text == "TODAY" else "now")
        if syntax.name.text != "DATEADD" or len(syntax.arguments) != 3:
            return None
        since, step, unit = (self._operand(one) for one in syntax.arguments)
        if since is None or step is None or unit is None or since.kind not in ("today", "now") or since.text:
            return None
        if step.kind != "number" or unit.kind != "text" or unit.text not in UNITS or not step.text.removeprefix("-").isdigit():
            return None
        if unit.text == "H" and since.kind == "today":
            return None
        return Operand(since.kind, step.text, unit.text)


def _value(syntax: Syntax) -> Operand | None:
    """A text or a number that is written out, with its sign."""
    match syntax:
        case LiteralSyntax(value=str() as text):
            return Operand("text", text)
        case LiteralSyntax(value=Decimal() as number):
            return Operand("number", f"{number:f}")
        case OperatorSyntax(arguments=(argument, *_others)):
            inner = _value(argument)
            if inner is None or inner.kind != "number" or syntax.name.text not in ("NEGATE", "%"):
                return None
            return Operand("number", f"-{inner.text}" if syntax.name.text == "NEGATE" else f"{inner.text}%")
    return None


def _path_of(found: Found) -> Path:
    """By the names of the members, whatever was written."""
    return (*((found.variable,) if found.variable else ()), *found.path)


def _is_call(syntax: Syntax, *names: str) -> bool:
    return isinstance(syntax, CallSyntax) and syntax.name.text in names and (not isinstance(syntax, OperatorSyntax) or syntax.name.text == "NOT")


def _plain(syntax: Syntax, names: Names) -> Any:
    """What was written without where it stands, with every path by the names of its members."""
    match syntax:
        case LiteralSyntax():
            return type(syntax.value).__name__, syntax.value
        case PathSyntax():
            return "path", _path_of(names.find(syntax.names))
        case CallSyntax():
            return syntax.name.text, *(_plain(argument, names) for argument in syntax.arguments)
    raise TypeError(syntax)
