"""Running the evaluator inside of SQLite: a typed tree written as text, its arguments, and the functions that read both."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from shuke.core.db import on_sqlite_connect
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import ScaledDecimal
from shuke.expressions import native
from shuke.expressions.decimals import BOUNDED, EXACT, ZERO, plain, rounded
from shuke.expressions.errors import ExpressionError
from shuke.expressions.evaluate import compiled
from shuke.expressions.functions import FUNCTIONS
from shuke.expressions.functions.operators import OPERATORS
from shuke.expressions.nodes import Call, Constant, Field, Node, Variable
from shuke.expressions.types import Kind, Type, Value

Sql = sa.ColumnElement[Any]
ARGUMENTS = 120
"""SQLite takes at most 127 arguments."""


class DecimalText(sa.types.TypeDecorator[Decimal]):
    """A decimal of any scale, as text."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return Decimal(value) if value else None


class Writer:
    """Writes one program; what comes from the row or from outside becomes an argument of it."""

    def __init__(self, argument: Callable[[Node], tuple[Sql, str]]) -> None:
        self._argument = argument
        self._arguments: list[Sql] = []
        self._encodings: list[str] = []
        self._known: dict[Node, int] = {}

    def call(self, node: Node, scale: int | None) -> Sql:
        """The call of the evaluator; a number comes as an integer of this scale, or as text where it is None."""
        kind = node.type.kind
        giving = ("n" if scale is None else f"s{scale}") if kind is Kind.NUMBER else _CODES[kind]
        tree = self._write(node)
        text = json.dumps([giving, self._encodings, tree], ensure_ascii=False, separators=(",", ":"))
        if len(self._arguments) > ARGUMENTS:
            raise ExpressionError("too_many_fields", node.start, node.end, _(
                "The formula reads more than %(limit)s fields.", limit=ARGUMENTS))
        given: sa.types.TypeEngine[Any] = native.SQL_TYPES[kind]
        if kind is Kind.NUMBER:
            given = DecimalText() if scale is None else ScaledDecimal(scale)
        return sa.func.sk_eval(sa.literal(text, sa.Text()), *self._arguments, type_=given)

    def _write(self, node: Node) -> list[Any]:
        kind, scale = node.type.kind.value, node.type.scale
        if isinstance(node, Constant):
            return ["c", kind, scale, _ENCODE[_code(node.type.kind)](node.value) if node.value is not None else None]
        if isinstance(node, Call) and not node.function.volatile:
            return ["f", kind, scale, node.function.name, *(self._write(argument) for argument in node.arguments)]
        key = replace(node, start=0, end=0, fill=False) if isinstance(node, Field) else node
        if key not in self._known:
            column, encoding = self._argument(node)
            self._known[key] = len(self._arguments)
            self._arguments.append(column)
            self._encodings.append(encoding)
        return ["a", kind, scale, self._known[key], isinstance(node, Field) and node.fill, isinstance(node, Variable)]


def encoding(column: Sql, kind: Kind) -> str:
    """How the values of the column reach the evaluator."""
    if kind is not Kind.NUMBER:
        return _CODES[kind]
    scale = native.unit_scale(column, "sqlite")
    return "n" if scale is None else f"s{scale}"


def encoded(value: Any, kind: Kind) -> tuple[Sql, str]:
    """A value from outside as an argument."""
    code = _code(kind)
    return sa.literal(None if value is None else _ENCODE[code](value), sa.Integer() if code in "kb" else sa.Text()), code


def _code(kind: Kind) -> str:
    return _CODES.get(kind, "n")


_CODES = {Kind.TEXT: "t", Kind.BOOL: "b", Kind.DATE: "d", Kind.DATETIME: "m", Kind.LINK: "k", Kind.LIST: "l", Kind.BLANK: "t"}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _instant_text(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f").rjust(26, "0")


_DECODE: dict[str, Callable[[Any], Value]] = {
    "n": lambda text: Decimal(text) if text else None, "t": str, "b": bool, "d": date.fromisoformat, "m": _instant, "k": int, "l": lambda text: tuple(json.loads(text)),
}
_ENCODE: dict[str, Callable[[Any], Any]] = {
    "n": lambda value: plain(Decimal(value)), "t": str, "b": int, "d": lambda value: value.isoformat(), "m": _instant_text, "k": int,
    "l": lambda value: json.dumps(list(value)),
}


def _decoder(code: str) -> Callable[[Any], Value]:
    if code[0] != "s":
        return _DECODE[code]
    scale = -int(code[1:])
    return lambda units: Decimal(units).scaleb(scale, EXACT)


def _encoder(code: str) -> Callable[[Any], Any]:
    if code[0] != "s":
        return _ENCODE[code]
    scale = int(code[1:])

    def units(value: Decimal) -> int | None:
        whole = int(rounded(value, scale).scaleb(scale, EXACT))
        return whole if -(2**63) < whole < 2**63 else None

    return units


@lru_cache(maxsize=4096)
def _program(text: str) -> Callable[[tuple[Any, ...]], Any]:
    giving, encodings, tree = json.loads(text)
    closure, encode = compiled(_read(tree)), _encoder(giving)
    decoders = [((str(index),), _decoder(code)) for index, code in enumerate(encodings)]

    def run(arguments: tuple[Any, ...]) -> Any:
        environment = _Arguments(
            (path, None if value is None else decode(value)) for (path, decode), value in zip(decoders, arguments, strict=True))
        result = closure(environment)
        return None if result is None else encode(result)

    return run


class _Arguments(dict[tuple[str, ...], Value]):
    """The environment of a program."""

    def variable(self, name: str) -> Value:
        return self[(name,)]


def _read(tree: list[Any]) -> Node:
    what, kind, scale, first, *rest = tree
    given = Type(Kind(kind), scale=scale)
    if what == "c":
        value = None if first is None else _DECODE[_code(given.kind)](first)
        return Constant(given, 0, 0, int(value) if isinstance(value, Decimal) and scale == 0 else value)
    if what == "a":
        fill, variable = rest
        return Variable(given, 0, 0, str(first)) if variable else Field(given, 0, 0, (str(first),), fill=fill)
    function = OPERATORS.get(first) or FUNCTIONS[first]
    return Call(given, 0, 0, function, tuple(_read(argument) for argument in rest))


def _evaluate(text: str, *arguments: Any) -> Any:
    return _program(text)(arguments)


class _Sum:
    """A sum that is too large is an empty text: NULL would look like no rows."""

    def __init__(self) -> None:
        self.total = ZERO

    def step(self, value: str | None) -> None:
        if value is not None:
            self.total = EXACT.add(self.total, Decimal(value))

    def finalize(self) -> str:
        try:
            return plain(BOUNDED.plus(self.total))
        except ArithmeticError:
            return ""


class _Extreme:
    """The smallest number, or the largest."""

    sign = Decimal(-1)

    def __init__(self) -> None:
        self.found: Decimal | None = None

    def step(self, value: str | None) -> None:
        if value is not None:
            number = Decimal(value)
            if self.found is None or number.compare(self.found) == self.sign:
                self.found = number

    def finalize(self) -> str | None:
        return None if self.found is None else plain(self.found)


class _Max(_Extreme):
    sign = Decimal(1)


_AGGREGATES: Mapping[str, Any] = {"sk_sum": _Sum, "sk_min": _Extreme, "sk_max": _Max}


@on_sqlite_connect
def register(connection: sqlite3.Connection) -> None:
    """Give a new connection the evaluator."""
    connection.create_function("sk_eval", -1, _evaluate, deterministic=True)
    for name, aggregate in _AGGREGATES.items():
        connection.create_aggregate(name, 1, aggregate)
