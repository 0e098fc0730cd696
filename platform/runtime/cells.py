"""Writes values for people: plain text where that is enough, a type's `cell` macro where it is not; decided once per field."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from markupsafe import Markup

from shuke.core.i18n import gettext as _
from shuke.core.i18n import locale
from shuke.definitions.current import catalogue
from shuke.definitions.model import Field
from shuke.fields import FieldType
from shuke.records import Link, Masked

Cell = Callable[[Any], str]
_PROBE = "a<b"


def cell_writer(type_: FieldType, field: Field) -> Cell:
    """What turns a value of this field into text or markup; blank is an empty text."""
    make = _echoing if _only_echoes(type_) else _drawing
    return catalogue().derived(("cell", id(field), locale()), lambda: make(type_, field))


def title_writer(type_: FieldType, field: Field) -> Cell:
    """The same for what stands in a link already: a number to call or a linked record has no link of its own there."""
    write = cell_writer(type_, field)

    def unlinked(value: Any) -> str:
        text = write(value)
        if "<a " not in text:
            return text
        return value.title if isinstance(value, Link) else type_.format(value, field)

    return unlinked


def masked(value: Masked) -> Markup:
    """A masked value, marked as such."""
    return Markup('<span class="text-secondary" title="{}">{}</span>').format(_("You may see only a part of this."), value.text)


def _echoing(type_: FieldType, field: Field) -> Cell:
    """For types whose macro would only repeat the text."""
    shown = type_.shown

    def write(value: Any) -> str:
        if value is None:
            return ""
        if type(value) is Masked:
            return masked(value)
        text: str = shown(value, field)
        return text

    return write


def _drawing(type_: FieldType, field: Field) -> Cell:
    """For types with markup of their own; the markup of values that come again is kept."""
    macro, shown = _macro(type_), type_.shown
    kept: dict[Any, str] = {}

    def write(value: Any) -> str:
        if value is None or value == ():
            return ""
        if type(value) is Masked:
            return masked(value)
        if type(value) not in _COME_AGAIN:
            drawn: str = macro(shown(value, field))
            return drawn
        if value not in kept:
            if len(kept) > _MOST_KEPT:
                kept.clear()
            kept[value] = macro(shown(value, field))
        return kept[value]

    return write


_MOST_KEPT = 500
_COME_AGAIN = frozenset({str, bool, tuple, Link})


def _only_echoes(type_: FieldType) -> bool:
    """Whether the type's macro writes nothing but the text that it is given."""
    return catalogue().derived(("echoes", type_.name), lambda: str(_macro(type_)(_PROBE)) == str(Markup.escape(_PROBE)))


def _macro(type_: FieldType) -> Any:
    return current_app.jinja_env.get_template(type_.template).module.cell  # type: ignore[attr-defined]
