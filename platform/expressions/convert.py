"""Making a typed node fit where it stands: conversions, blanks as zero, and the sentence when it cannot fit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from shuke.core.i18n import gettext as _
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions.operators import OPERATORS
from shuke.expressions.nodes import Call, Constant, Field, Node
from shuke.expressions.types import DATE, INTEGER, TEXT, Kind, Type

_INTO_TEXT = (Kind.NUMBER, Kind.BOOL, Kind.DATE, Kind.DATETIME)
_PLAIN = {"number": Kind.NUMBER, "bool": Kind.BOOL, "date": Kind.DATE, "text": Kind.TEXT, "list": Kind.LIST,
          "instant": Kind.DATETIME}


def words_for(kind: Kind) -> str:
    """What a type is called in a sentence."""
    return {
        Kind.NUMBER: _("a number"), Kind.TEXT: _("text"), Kind.BOOL: _("true or false"), Kind.DATE: _("a date"),
        Kind.DATETIME: _("a date and time"), Kind.LINK: _("a linked record"), Kind.LIST: _("a list"), Kind.BLANK: _("blank"),
    }[kind]


def fit(node: Node, kind: str, function: str) -> Node:
    """The node as an argument of this kind, or an error that names the function."""
    if kind.startswith("="):
        return _literal(node, kind, function)
    if kind in ("any", "same", "case"):
        return node
    if kind == "any_number":
        if node.type.kind not in (Kind.NUMBER, Kind.BLANK):
            raise mismatch(node, Kind.NUMBER, function)
        return node
    if kind == "text_or_list":
        kind = "list" if node.type.kind is Kind.LIST else "text"
    if node.type.kind is Kind.BLANK:
        return replace(node, type=Type(_PLAIN.get(kind, Kind.DATE)))
    if kind == "text" and node.type.kind in _INTO_TEXT:
        return converted("FIELD_TO_TEXT" if isinstance(node, Field) else "TO_TEXT", node)
    if kind == "moment":
        node = day_constant(node)
        if node.type.kind in (Kind.DATE, Kind.DATETIME):
            return node
        raise mismatch(node, Kind.DATE, function)
    if kind == "date":
        node = to_day(day_constant(node))
    wanted = _PLAIN[kind]
    if node.type.kind is not wanted:
        raise mismatch(node, wanted, function)
    return filled(node)


def filled(node: Node) -> Node:
    """With blank fields as 0, "" or FALSE, also in the branches of IF and its like."""
    if isinstance(node, Field) and node.type.kind in (Kind.NUMBER, Kind.TEXT, Kind.BOOL):
        return replace(node, fill=True)
    if isinstance(node, Call) and node.function.results:
        chosen = set(node.function.results(len(node.arguments)))
        return replace(node, arguments=tuple(
            filled(argument) if index in chosen else argument for index, argument in enumerate(node.arguments)))
    return node


def converted(operator: str, node: Node) -> Node:
    function = OPERATORS[operator]
    assert isinstance(function.gives, Type)
    if isinstance(node, Constant) and node.value is not None and operator == "TO_TEXT":
        return Constant(TEXT, node.start, node.end, function.evaluate(node.value))
    return Call(function.gives, node.start, node.end, function, (node,))


def to_day(node: Node) -> Node:
    return converted("TO_DAY", node) if node.type.kind is Kind.DATETIME else node


def to_scale(node: Node, scale: int) -> Node:
    if node.type.scale is not None and node.type.scale <= scale:
        return node
    places = Constant(INTEGER, node.end, node.end, scale)
    return Call(Type(Kind.NUMBER, scale=scale), node.start, node.end, OPERATORS["TO_SCALE"], (node, places))


def day_constant(node: Node) -> Node:
    """A text such as "2024-01-31" as the date that it writes."""
    if not (isinstance(node, Constant) and isinstance(node.value, str)):
        return node
    try:
        return Constant(DATE, node.start, node.end, date.fromisoformat(node.value))
    except ValueError:
        raise ExpressionError("not_a_date", node.start, node.end, _(
            "“%(text)s” is not a date. Write it like \"2024-01-31\".", text=node.value)) from None


def unified(nodes: Sequence[Node], function: str) -> Type:
    """The one type of the branches."""
    known = [node for node in nodes if node.type.kind is not Kind.BLANK]
    if not known:
        return nodes[0].type
    first = known[0].type
    for node in known[1:]:
        if node.type.kind is not first.kind or (node.type.entity and first.entity and node.type.entity != first.entity):
            raise mismatch(node, first.kind, function)
    scales = [node.type.scale for node in known]
    scale = None if None in scales else max(scale for scale in scales if scale is not None)
    return Type(first.kind, first.entity, scale)


def mismatch(node: Node, wanted: Kind, function: str) -> ExpressionError:
    return ExpressionError("type", node.start, node.end, _(
        "“%(function)s” needs %(wanted)s here, but this is %(given)s.",
        function=function, wanted=words_for(wanted), given=words_for(node.type.kind)))


def _literal(node: Node, kind: str, function: str) -> Node:
    if kind == "=integer" and isinstance(node, Call) and node.function.name == "NEGATE" and isinstance(node.arguments[0], Constant):
        node = replace(node.arguments[0], value=-node.arguments[0].value, start=node.start)  # type: ignore[operator]
    if isinstance(node, Constant):
        if kind == "=text" and isinstance(node.value, str):
            return node
        if kind == "=integer" and node.type.kind is Kind.NUMBER and -15 <= node.value <= 25 and node.value == int(node.value):  # type: ignore[arg-type,operator]
            return replace(node, value=int(node.value))  # type: ignore[arg-type]
    said = _("“%(function)s” needs a whole number from -15 to 25 here, written out.", function=function) if kind == "=integer" else _(
        "“%(function)s” needs a text here, written out in quotation marks.", function=function)
    raise ExpressionError("literal", node.start, node.end, said)
