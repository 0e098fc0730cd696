"""Charts of a document: numbers of the records that belong to its record, drawn as on dashboards."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from shuke.access import Actor, policy
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.dashboards import Part, parse_part
from shuke.documents.blocks import Block
from shuke.documents.movements import balance_field
from shuke.documents.values import HAS_OR_IS
from shuke.fields import FIELD_TYPES
from shuke.records import Condition, Record
from shuke.reports.asking import Scope
from shuke.reports.charts.chart import chart
from shuke.reports.numbers import numbers
from shuke.reports.reach import CLEAR, sees

A_MILLIMETRE = 4.0
"""Units of a drawing: its letters have the same size on any width of paper."""
_SVG = re.compile(r"<svg ")
_NARROWEST = 260
"""Axes and names need some room; what is narrower is drawn smaller."""


def record_chart(actor: Actor, record: Record, body: Mapping[str, Any], width: float) -> Iterator[Block]:
    """The chart on so many millimetres, unless its reader may not know all that it is drawn from."""
    part = parse_part(body)
    scope = _scope(actor, record, part, body.get("via", ""))
    if scope is None or not sees(actor, part):
        return
    try:
        made = numbers(actor, part, scope)
    except InvalidInput:  # definitions have changed under it
        return
    label = pick(part.label)
    if made.is_empty:
        yield Block("table", label=label, blank=_("None."))
    else:
        yield Block("chart", label=label, code=on_paper(chart(part, made, label, max(_NARROWEST, round(width * A_MILLIMETRE)))))


def on_paper(drawing: Markup) -> Markup:
    """With our font: style sheets of documents do not reach into drawings."""
    return Markup(_SVG.sub('<svg font-family="Shuke Sans, sans-serif" ', str(drawing), count=1))  # noqa: S704 - our own drawing, whose words are escaped


def _scope(actor: Actor, record: Record, part: Part, via: str) -> Scope | None:
    """Only what belongs to the record; None where the reader may not see that it does."""
    if part.ledger:
        return Scope(holders=(record.id,)) if balance_field(record, part.ledger) else None
    other = catalogue().entity(part.entity)
    if policy(actor, other).right(via) not in CLEAR:
        return None
    link = other.field(via)
    return Scope(among=(Condition(link.name, HAS_OR_IS[FIELD_TYPES[link.type].stored], (str(record.id),)),))
