"""From source to syntax tree."""

import re
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from shuke.core.i18n import gettext as _
from shuke.expressions import limits
from shuke.expressions.errors import ExpressionError
from shuke.expressions.normalise import normalise
from shuke.expressions.tree import CallSyntax, Literal, Name, OperatorSyntax, PathSyntax, Syntax

_UNUSABLE = re.compile("[\0\ud800-\udfff]")
"""What no database can store in a text."""
_SIGNS = {"==": "=", "!=": "<>", "≤": "<=", "≥": ">=", "≠": "<>"}


@lru_cache(maxsize=4_000)
def parse(source: str) -> Syntax:
    """The syntax tree of the source, which is the same wherever the source stands; `ExpressionError` where it is none."""
    if len(source) > limits.SOURCE_LENGTH:
        raise ExpressionError("too_long", limits.SOURCE_LENGTH, len(source), _(
            "The formula is longer than %(limit)s characters.", limit=limits.SOURCE_LENGTH))
    if unusable := _UNUSABLE.search(source):
        raise ExpressionError("unexpected", unusable.start(), unusable.end(), _("This character cannot be used."))
    plain = normalise(source)
    if not plain.strip():
        raise ExpressionError("empty", 0, len(source), _("The formula is empty."))
    try:
        tree = _parser().parse(plain)
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedInput as error:
        raise _explained(error, plain) from None
    assert isinstance(tree, Syntax)
    return tree


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = (files("shuke.expressions") / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_Builder(), maybe_placeholders=False)


@v_args(inline=True)
class _Builder(Transformer[Token, Syntax]):
    """Builds the tree from the leaves, without recursion, and stops where it grows too large."""

    def number(self, token: Token) -> Syntax:
        value = Decimal(token)
        exponent = value.as_tuple().exponent
        if value.adjusted() >= limits.DIGITS or not isinstance(exponent, int) or exponent < -limits.DECIMALS:
            raise ExpressionError("number_limit", *_span(token), _(
                "A number has at most %(digits)s digits before the point and %(decimals)s after it.",
                digits=limits.DIGITS, decimals=limits.DECIMALS))
        return Literal(*_span(token), 1, 1, value)

    def text(self, token: Token) -> Syntax:
        return Literal(*_span(token), 1, 1, token[1:-1].replace('""', '"'))

    def true(self, token: Token) -> Syntax:
        return Literal(*_span(token), 1, 1, True)

    def false(self, token: Token) -> Syntax:
        return Literal(*_span(token), 1, 1, False)

    def name(self, token: Token) -> Name:
        start, end = _span(token)
        return Name(token[1:-1].strip() if token.type == "QUOTED" else str(token), start, end)

    def path(self, *names: Name) -> Syntax:
        return PathSyntax(names[0].start, names[-1].end, 1, 1, names)

    def group(self, inner: Syntax, _close: Token) -> Syntax:
        return inner

    def call(self, token: Token, *rest: Any) -> Syntax:
        *arguments, close = rest
        name = Name(str(token).upper(), *_span(token))
        return CallSyntax(name.start, _span(close)[1], *_grown(arguments), name, tuple(arguments))

    def binary(self, left: Syntax, token: Token, right: Syntax) -> Syntax:
        return _operator(Name(_SIGNS.get(token, str(token)), *_span(token)), left, right)

    def sign(self, token: Token, operand: Syntax) -> Syntax:
        return operand if token == "+" else _operator(Name("NEGATE", *_span(token)), operand)

    def percent(self, operand: Syntax, token: Token) -> Syntax:
        return _operator(Name("%", *_span(token)), operand)

    def in_list(self, left: Syntax, *items: Syntax) -> Syntax:
        return _operator(Name("IN", left.end, items[0].start), left, *items)

    def in_value(self, left: Syntax, right: Syntax) -> Syntax:
        return _operator(Name("IN", left.end, right.start), left, right)


    def not_in_list(self, left: Syntax, token: Token, *items: Syntax) -> Syntax:
        return _operator(Name("NOT", *_span(token)), self.in_list(left, *items))

    def not_in_value(self, left: Syntax, token: Token, right: Syntax) -> Syntax:
        return _operator(Name("NOT", *_span(token)), self.in_value(left, right))


def _operator(name: Name, *operands: Syntax) -> OperatorSyntax:
    start = min(name.start, operands[0].start)
    return OperatorSyntax(start, max(name.end, operands[-1].end), *_grown(operands), name, operands)


def _grown(parts: Any) -> tuple[int, int]:
    depth = 1 + max((part.depth for part in parts), default=0)
    size = 1 + sum(part.size for part in parts)
    if depth > limits.DEPTH or size > limits.NODES:
        raise ExpressionError("too_complex", parts[0].start, parts[-1].end, _(
            "The formula is too complex: at most %(nodes)s parts, nested at most %(depth)s deep. Split it into several fields.",
            nodes=limits.NODES, depth=limits.DEPTH))
    return depth, size


def _span(token: Token) -> tuple[int, int]:
    start = token.start_pos or 0
    return start, start + len(token)


def _explained(error: UnexpectedInput, source: str) -> ExpressionError:
    end = len(source.rstrip())
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        if _open_brackets(source) > 0:
            return ExpressionError("missing_bracket", end, end, _("The formula is not finished: a closing bracket ) is missing at the end."))
        return ExpressionError("unfinished", end, end, _("The formula is not finished: a value is missing at the end."))
    if isinstance(error, UnexpectedToken):
        start, stop = _span(error.token)
        if error.token == ")" and _open_brackets(source[:start]) <= 0:
            return ExpressionError("extra_bracket", start, stop, _("This closing bracket has no opening bracket."))
        if (word := str(error.token).upper()) in ("AND", "OR"):
            return ExpressionError("infix", start, stop, _("Write %(word)s(first, second): it stands before its conditions.", word=word))
        return ExpressionError("unexpected", start, stop, _("“%(text)s” cannot stand here.", text=str(error.token)))
    position = error.pos_in_stream or 0
    assert isinstance(error, UnexpectedCharacters)
    if source[position] in "'‘’":
        return ExpressionError("single_quote", position, position + 1, _("Write a text in double quotation marks: \"…\"."))
    return ExpressionError("unexpected", position, position + 1, _("“%(text)s” cannot stand here.", text=source[position]))


def _open_brackets(source: str) -> int:
    """How many brackets are open at the end, those inside of text not counted."""
    outside = "".join(source.split('"')[::2])
    return outside.count("(") - outside.count(")")
