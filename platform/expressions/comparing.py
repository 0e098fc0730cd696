"""The types of comparisons and of IN."""

from collections.abc import Sequence
from dataclasses import replace

from shuke.core.i18n import gettext as _
from shuke.expressions import convert
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions import FUNCTIONS
from shuke.expressions.functions.operators import OPERATORS
from shuke.expressions.nodes import Call, Constant, Field, Node
from shuke.expressions.types import BOOL, Kind


def comparison(sign: str, left: Node, right: Node, start: int, end: int) -> Node:
    """A comparison of two values of one kind; with blank it asks whether the other is blank."""
    equality = sign in ("=", "<>")
    for one, other in ((left, right), (right, left)):
        if equality and _means_blank(one):
            blank = Call(BOOL, start, end, FUNCTIONS["ISBLANK"], (_unfilled(other),))
            return blank if sign == "=" else Call(BOOL, start, end, FUNCTIONS["NOT"], (blank,))
    if equality and right.type.kind is Kind.LIST and left.type.kind is not Kind.LIST:
        inside = belonging(left, [right], start, end)
        return inside if sign == "=" else Call(BOOL, start, end, FUNCTIONS["NOT"], (inside,))
    if Kind.LIST in (left.type.kind, right.type.kind):
        raise ExpressionError("list_comparison", start, end, _("A list cannot be compared. Ask for a value in it with HAS(list, \"code\")."))
    left, right = _alike(left, right)
    if left.type.kind is Kind.BOOL:
        left, right = convert.filled(left), convert.filled(right)
    kind = left.type.kind
    if kind is not right.type.kind or (left.type.entity and right.type.entity and left.type.entity != right.type.entity):
        raise _incomparable(sign, left, right, start, end)
    if kind in (Kind.LINK, Kind.BOOL, Kind.BLANK) and not equality:
        raise _incomparable(sign, left, right, start, end)
    return Call(BOOL, start, end, OPERATORS[sign], (left, right))


def belonging(subject: Node, items: Sequence[Node], start: int, end: int) -> Node:
    """`x IN ("a", "b")` or `x IN list`."""
    if len(items) == 1 and items[0].type.kind is Kind.LIST:
        if subject.type.kind not in (Kind.TEXT, Kind.LINK):
            raise convert.mismatch(subject, Kind.TEXT, "IN")
        if subject.type.entity != items[0].type.entity:
            raise _incomparable("IN", subject, items[0], start, end)
        return Call(BOOL, start, end, OPERATORS["IN"], (subject, items[0]))
    fitted = []
    for item in items:
        subject_of_kind, item = _alike(subject, item)
        if subject_of_kind.type.kind is not item.type.kind or item.type.kind in (Kind.LIST, Kind.BLANK):
            raise _incomparable("IN", subject, item, start, end)
        fitted.append(item)
    return Call(BOOL, start, end, OPERATORS["IN"], (convert.to_day(subject) if fitted[0].type.kind is Kind.DATE else subject, *fitted))


def _alike(left: Node, right: Node) -> tuple[Node, Node]:
    """Dates against instants count as days; a text against a date is read as one."""
    dated = (Kind.DATE, Kind.DATETIME)
    if left.type.kind in dated and right.type.kind not in dated:
        right = convert.day_constant(right)
    if right.type.kind in dated and left.type.kind not in dated:
        left = convert.day_constant(left)
    if Kind.DATE in (left.type.kind, right.type.kind):
        left, right = convert.to_day(left), convert.to_day(right)
    return left, right


def _means_blank(node: Node) -> bool:
    return node.type.kind is Kind.BLANK or (isinstance(node, Constant) and node.value == "")


def _unfilled(node: Node) -> Node:
    return replace(node, fill=False) if isinstance(node, Field) else node


def _incomparable(sign: str, left: Node, right: Node, start: int, end: int) -> ExpressionError:
    if left.type.kind is right.type.kind and left.type.kind is Kind.LINK:
        return ExpressionError("incomparable", start, end, _(
            "“%(sign)s” cannot compare links to different kinds of records.", sign=sign))
    return ExpressionError("incomparable", start, end, _(
        "“%(sign)s” cannot compare %(left)s with %(right)s.", sign=sign,
        left=convert.words_for(left.type.kind), right=convert.words_for(right.type.kind)))
