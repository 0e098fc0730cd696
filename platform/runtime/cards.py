"""Records as cards: a title, some values, a colour; on boards, in calendars and in galleries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.expressions import Kind
from shuke.records import FileRef, Record
from shuke.runtime.cells import cell_writer
from shuke.runtime.colors import cell_colors, row_color
from shuke.runtime.list_state import Listing
from shuke.views import Column

_SPEAKING = frozenset({Kind.LINK, Kind.TEXT})
"""Kinds of values that say what they are without their label."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value on a card; the label of a value that speaks for itself is only read out."""

    label: str
    text: str
    color: str
    is_plain: bool
    wide: bool


@dataclass(frozen=True, slots=True)
class Card:
    id: int
    title: str
    url: str
    color: str
    lines: tuple[Line, ...]
    picture: str = ""


def card_maker(listed: Listing, picture: str = "") -> Callable[[Record], Card]:
    """What makes cards of the records of a list; `picture` is the field whose picture stands on them."""
    color, colors, address = row_color(catalogue(), listed.plan), cell_colors(catalogue(), listed.plan), f"/r/{listed.entity.name}/"
    shown = [one for one in listed.columns if one.path not in (listed.entity.display, picture)]
    writers = [(one, pick(one.label), cell_writer(one.type, one.field), _speaks(one)) for one in shown]
    blank = _("(blank)")

    def card(record: Record) -> Card:
        marks = colors(record)
        lines = tuple(
            Line(label, text, marks.get(one.path, ""), speaks, one.field.type in _WIDE)
            for one, label, write, speaks in writers if (text := write(record.values.get(one.path)))
        )
        image = record.values.get(picture) if picture else None
        return Card(record.id, record.title or blank, f"{address}{record.id}", color(record), lines, f"/files/{image.id}?size=small" if isinstance(image, FileRef) else "")

    return card


def cards(listed: Listing, found: Iterable[Record], picture: str = "") -> tuple[Card, ...]:
    return tuple(map(card_maker(listed, picture), found))


_WIDE = frozenset({"longtext", "text", "address"})


def _speaks(shown: Column) -> bool:
    return shown.type.expression_type(shown.field).kind in _SPEAKING or shown.field.type in ("phone", "tags", "multichoice")
